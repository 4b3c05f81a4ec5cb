"""What a request carries besides Django's: who asks, and when. And the door that every page has."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from functools import wraps
from typing import Any, Concatenate, ParamSpec, TypeVar

from django.db.models import Model, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseNotAllowed
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import urlencode
from django_htmx.middleware import HtmxDetails

from segue.control.people.models import Person
from segue.control.people.policy import not_visible
from segue.control.refreshes.lately import Work

Row = TypeVar("Row", bound=Model)
Params = ParamSpec("Params")


class PageRequest(HttpRequest):
    """A request as the pages see it; `now` is when it came in."""

    htmx: HtmxDetails
    work: Work
    watches: bool
    now: datetime
    LANGUAGE_CODE: str


class PersonRequest(PageRequest):
    """A request of somebody who is signed in."""

    user: Person


_View = Callable[Concatenate[PersonRequest, Params], HttpResponseBase]
_OpenView = Callable[Concatenate[PageRequest, Params], HttpResponseBase]


def door(*methods: str) -> Callable[[_View[Params]], Callable[..., HttpResponseBase]]:
    """Let only signed-in people in, by these methods; others are sent to sign in and come back where they read."""
    allowed = {*methods, "HEAD"} if "GET" in methods else set(methods)

    def decorate(view: _View[Params]) -> Callable[..., HttpResponseBase]:
        @wraps(view)
        def behind(request: Any, *args: Params.args, **kwargs: Params.kwargs) -> HttpResponseBase:
            _refuse_what_is_no_text(request)
            if not request.user.is_authenticated:
                return _sign_in_first(request)
            if request.method not in allowed:
                return HttpResponseNotAllowed(sorted(allowed))
            return view(request, *args, **kwargs)

        return behind

    return decorate


def open_door(*methods: str) -> Callable[[_OpenView[Params]], Callable[..., HttpResponseBase]]:
    """Let everybody in, by these methods; for the few pages before signing in."""
    allowed = {*methods, "HEAD"} if "GET" in methods else set(methods)

    def decorate(view: _OpenView[Params]) -> Callable[..., HttpResponseBase]:
        @wraps(view)
        def behind(request: Any, *args: Params.args, **kwargs: Params.kwargs) -> HttpResponseBase:
            _refuse_what_is_no_text(request)
            if request.method not in allowed:
                return HttpResponseNotAllowed(sorted(allowed))
            return view(request, *args, **kwargs)

        return behind

    return decorate


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
    if is_watching(request):
        return HttpResponse(status=204)  # what is being filled in beside stays as it is
    reads = request.method in ("GET", "HEAD") and not getattr(request, "htmx", None)
    query = "?" + urlencode({"next": request.get_full_path()}) if reads else ""
    return go(request, reverse("sign-in") + query)
