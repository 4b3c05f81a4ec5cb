"""What a request carries besides Django's: who asks, and when. And the door that every page has."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from functools import wraps
from typing import Any, Concatenate, ParamSpec, TypeVar
from urllib.parse import urlsplit, urlunsplit

from django.conf import settings
from django.db.models import Model, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseNotAllowed
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import urlencode
from django_htmx.middleware import HtmxDetails

from segue.control.people.models import Person
from segue.control.people.policy import not_visible
from segue.control.refreshes.lately import Work
from segue.web.typed.keeping import ENDED, brought_back, keep, show_again
from segue.web.typed.marks import LOOK, WHOSE
from segue.web.typed.sending import once as once_only

Row = TypeVar("Row", bound=Model)
Params = ParamSpec("Params")


class PageRequest(HttpRequest):
    """A request as the pages see it; `now` is when it came in."""

    htmx: HtmxDetails
    work: Work
    watches: bool
    now: datetime
    typed_form: str
    LANGUAGE_CODE: str


class PersonRequest(PageRequest):
    """A request of somebody who is signed in."""

    user: Person


_View = Callable[Concatenate[PersonRequest, Params], HttpResponseBase]
_OpenView = Callable[Concatenate[PageRequest, Params], HttpResponseBase]


def door(
    *methods: str, form: str = "", once: bool = True, of: str = ""
) -> Callable[[_View[Params]], Callable[..., HttpResponseBase]]:
    """Let only signed-in people in, by these methods; others are sent to sign in and come back.

    `form` is the id of the form that the page shows, and shows again with what was typed in it where it could not be
    taken; `of` names the page that does so for a step of its form. `once` False: sending it changes nothing, so that it
    may be sent again and again.
    """

    def decorate(view: _View[Params]) -> Callable[..., HttpResponseBase]:
        @wraps(view)
        def behind(request: Any, *args: Params.args, **kwargs: Params.kwargs) -> HttpResponseBase:
            _refuse_what_is_no_text(request)
            if not request.user.is_authenticated:
                return _sign_in_first(request)
            return _inside(request, behind, lambda: view(request, *args, **kwargs))

        _mark(behind, methods, form=form, once=once, is_open=False, of=of)
        return behind

    return decorate


def open_door(
    *methods: str, form: str = "", once: bool = False
) -> Callable[[_OpenView[Params]], Callable[..., HttpResponseBase]]:
    """Let everybody in, by these methods; for the few pages before signing in.

    What strangers send is not remembered unless the door says so: it would fill the database.
    """

    def decorate(view: _OpenView[Params]) -> Callable[..., HttpResponseBase]:
        @wraps(view)
        def behind(request: Any, *args: Params.args, **kwargs: Params.kwargs) -> HttpResponseBase:
            _refuse_what_is_no_text(request)
            return _inside(request, behind, lambda: view(request, *args, **kwargs))

        _mark(behind, methods, form=form, once=once, is_open=True)
        return behind

    return decorate


def _mark(behind: Any, methods: tuple[str, ...], **marks: object) -> None:
    """Note on the view what the door is; the mechanism of typed forms and its guard read it."""
    behind.methods = {*methods, "HEAD"} if "GET" in methods else set(methods)
    for name, value in marks.items():
        setattr(behind, name, value)


def _inside(request: Any, behind: Any, view: Callable[[], HttpResponseBase]) -> HttpResponseBase:
    """Answer by the view: what was sent once, what is only shown again without anything coming of it."""
    if request.method not in behind.methods:
        return HttpResponseNotAllowed(sorted(behind.methods))
    request.typed_form = behind.form
    if request.method != "POST":
        typed = brought_back(request) if behind.form else None
        return view() if typed is None else show_again(request, view, typed=typed)
    if behind.form and LOOK in request.POST:
        return show_again(request, view, typed=None)
    return once_only(request, view) if behind.once else view()


def found(rows: QuerySet[Row], **which: Any) -> Row:
    """Return the row. Raises: NotVisible when there is none."""
    row = rows.filter(**which).first()
    if row is None:
        raise not_visible()
    return row


def go(request: HttpRequest, to: str) -> HttpResponse:
    """Send the reader to another page, also from a pane."""
    if getattr(request, "htmx", None):
        return HttpResponse(status=204, headers={"HX-Redirect": to})
    return redirect(to)


def _refuse_what_is_no_text(request: HttpRequest) -> None:
    """Raise NotVisible for NUL, which no browser sends and PostgreSQL keeps in no text."""
    sent = [*request.GET.lists(), *request.POST.lists()]
    if any("\0" in text for text in (request.path_info, *(t for n, ts in sent for t in (n, *ts)))):
        raise not_visible()


def is_watching(request: HttpRequest) -> bool:
    """Tell whether a page asks by itself whether anything has changed since it was made."""
    is_asked = bool(getattr(request, "htmx", None)) and "seen" in request.GET
    return is_asked or getattr(request, "watches", False)


def _sign_in_first(request: HttpRequest) -> HttpResponse:
    """Send the reader to sign in and back: to the page, or to the form with what was typed in it."""
    if is_watching(request):
        return HttpResponse(status=204)  # what is being filled in beside stays as it is
    kept = keep(request, ENDED) if request.method == "POST" else ""
    reads = request.method in ("GET", "HEAD") and not getattr(request, "htmx", None)
    back = kept or (request.get_full_path() if reads else place_of(request))
    query = {"next": back} if back else {}
    if settings.SESSION_COOKIE_NAME in request.COOKIES or WHOSE in request.POST:
        query["ended"] = "kept" if kept else "yes"
    return go(request, reverse("sign-in") + (f"?{urlencode(query)}" if query else ""))


def place_of(request: HttpRequest) -> str:
    """Return the page of ours on which something was pressed, as the browser tells; "" where it does not."""
    told = request.headers.get("HX-Current-URL") or request.headers.get("Referer") or ""
    parts = urlsplit(told)
    if parts.netloc != request.get_host() or not parts.path.startswith("/"):
        return ""
    return urlunsplit(("", "", parts.path, parts.query, ""))
