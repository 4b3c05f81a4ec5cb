"""Keep what was typed when it cannot be taken now, and show the same form with it again: to the same person and browser.

It is shown, never sent: whoever typed it looks and sends it, with marks of its own. Secrets are not kept: they are asked
for again. What is shown again comes by GET, and the view sees the POST that it was, in which no form succeeds.
"""

from __future__ import annotations

import contextlib
import secrets
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextvars import ContextVar
from datetime import datetime
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from django.conf import settings
from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.db import DatabaseError
from django.http import HttpRequest, HttpResponseBase, QueryDict
from django.urls import Resolver404, resolve, reverse
from django.utils.datastructures import MultiValueDict
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from segue.control.people import kept_inputs
from segue.control.people.input_bounds import LARGEST, LIFETIME
from segue.control.people.kept_inputs import Typed, Typist
from segue.control.people.models import Person
from segue.web.typed.marks import CSRF, LOOK, ONCE, WHOSE, typist_of

KEPT = "kept"
"""Names in an address what is to be shown again."""

COOKIE = "segue_typed"

ENDED, ANEW, PROBLEM, LANGUAGE, AWAY = "ended", "anew", "problem", "language", "away"
"""Why a form was not taken; `AWAY`: whoever fills it in is somewhere else for a moment."""

SECRETS = ("password", "own_password", "repeated", "current", "api_key", "service")
"""Fields that hold a secret: never kept."""

FILES_AS_TEXT = {"file": "text"}
"""Fields with a file whose text can be typed as well, and where."""

_LEFT_OUT = (*SECRETS, CSRF, ONCE, WHOSE, LOOK)
_shown_again: ContextVar[bool] = ContextVar("segue_shown_again", default=False)


def is_shown_again() -> bool:
    """Tell whether a form is only shown again with what is in it: nothing may come of it."""
    return _shown_again.get()


def keep(
    request: HttpRequest, why: str, *, path: str = "", instead: Mapping[str, str] | None = None
) -> str:
    """Keep what the request brought, and return the address that shows it again; "" where nothing is kept.

    `instead` are fields that what was pressed has decided. Nothing is kept, where the page has no form to show it in, where nobody knows whose it is, and beyond what is bounded.
    """
    path = _page_of(path or request.get_full_path())
    typist = typist_of(request)
    if not _form_at(path) or (typist is None and not _is_open(path)):
        return ""
    place = urlsplit(path).path
    query = [
        (n, v) for n, v in parse_qsl(urlsplit(path).query, keep_blank_values=True) if n != KEPT
    ]
    typed = Typed(path=place, why=why, fields=_fields(request) | _decided(request, instead))
    typist = typist or Typist(person_id=None, is_proven=False)
    bearer = request.COOKIES.get(COOKIE, "") or secrets.token_urlsafe(32)
    now: datetime = request.now  # type: ignore[attr-defined]
    handle = kept_inputs.keep(typed, typist, bearer=bearer, now=now)
    if handle is None:
        return ""
    request.typed_bearer = bearer  # type: ignore[attr-defined]
    return f"{place}?{urlencode([*query, (KEPT, handle)])}"


def kept_by_chance(request: HttpRequest, why: str) -> str:
    """Keep as `keep` does where something is wrong already, perhaps with the place where it would be kept."""
    if request.method != "POST" or is_shown_again() or not request.POST.get(WHOSE):
        return ""
    try:
        return keep(request, why)
    except DatabaseError:
        return ""


def give_cookie(request: HttpRequest, response: HttpResponseBase) -> None:
    """Give the browser what opens what was kept for it in this request."""
    bearer = getattr(request, "typed_bearer", "")
    if bearer:
        response.set_cookie(
            COOKIE,
            bearer,
            max_age=round(LIFETIME.total_seconds()),
            secure=settings.SESSION_COOKIE_SECURE,
            httponly=True,
            samesite="Lax",
        )


def brought_back(request: HttpRequest) -> Typed | None:
    """Return what the address names and was kept for this browser and person; say so when it is there no more."""
    handle = request.GET.get(KEPT, "")
    if not handle:
        return None
    person = request.user.pk if isinstance(request.user, Person) else None
    found = kept_inputs.kept_input(
        handle[:40],
        bearer=request.COOKIES.get(COOKIE, ""),
        person_id=person,
        now=request.now,  # type: ignore[attr-defined]
    )
    if found is None or found.path != request.path:
        words = _("What was entered here is no longer kept, or somebody else entered it.")
        messages.warning(request, words)
        return None
    return found


def show_again(
    request: Any, view: Callable[[], HttpResponseBase], *, typed: Typed | None
) -> HttpResponseBase:
    """Show the form with what was kept; `typed` None: with what the request itself brought."""
    method = request.method
    if typed is not None:
        request.method, request.POST = "POST", _posted(typed.fields)
        request._files = MultiValueDict()
        request.typed_note = note(typed.why)
    try:
        with _showing_again():
            response = view()
    finally:
        request.method = method
    if response.status_code == UNSAVED:
        response.status_code = 200
    return response


UNSAVED = 422
"""The status of a form that was not taken."""


def note(why: str) -> str:
    """Return what is said above a form that is shown again."""
    return {
        ENDED: _("Your session had ended, so that nothing was saved. Here is what you entered."),
        ANEW: _("You signed in anew since you opened this form, so that nothing was saved. Here is what you entered."),
        PROBLEM: _("Nothing was saved. Here is what you entered."),
    }.get(why, "")  # fmt: skip


def form_of(view: object) -> str:
    """Return the id of the form that a view shows again; "" where it shows none."""
    return str(getattr(view, "form", ""))


@contextlib.contextmanager
def _showing_again() -> Iterator[None]:
    token = _shown_again.set(True)
    try:
        yield
    finally:
        _shown_again.reset(token)


def _page_of(path: str) -> str:
    """Return the page on which a step stands that has an address of its own; any other address as it is."""
    try:
        match = resolve(urlsplit(path).path)
    except Resolver404:
        return path
    of = getattr(match.func, "of", "")
    return reverse(of, kwargs=match.kwargs) if of else path


def _form_at(path: str) -> str:
    try:
        return form_of(resolve(urlsplit(path).path).func)
    except Resolver404:
        return ""


def _is_open(path: str) -> bool:
    return bool(getattr(resolve(urlsplit(path).path).func, "is_open", False))


def _fields(request: HttpRequest) -> dict[str, Sequence[str]]:
    kept: dict[str, Sequence[str]] = {
        name: [value.replace("\0", "") for value in values]
        for name, values in request.POST.lists()
        if name not in _LEFT_OUT
    }
    for name, place in FILES_AS_TEXT.items():
        if text := text_in(request.FILES.get(name)):
            kept[place] = [text]
    return kept


def _decided(request: HttpRequest, instead: Mapping[str, str] | None) -> dict[str, Sequence[str]]:
    return {name: [value] for name, value in (instead or {}).items() if name in request.POST}


def text_in(file: object) -> str:
    """Return the text of a file that was sent; "" for none, and for one that is too long."""
    if not isinstance(file, UploadedFile) or (file.size or 0) > LARGEST:
        return ""
    file.seek(0)
    content: bytes = file.read()
    file.seek(0)
    return content.decode("utf-8-sig", "replace")


def _posted(fields: Mapping[str, Sequence[str]]) -> QueryDict:
    posted = QueryDict(mutable=True)
    for name, values in fields.items():
        posted.setlist(name, list(values))
    return posted
