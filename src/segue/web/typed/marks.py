"""What every form of a page carries besides its fields: whose it is, its own number, and the version that it shows.

They are written by the tag `csrf_token`, which no form that posts can do without.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from typing import Any

from django.core import signing
from django.http import HttpRequest
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from segue.control.people.kept_inputs import Typist
from segue.control.people.models import Person

ONCE, WHOSE, OPENED_ON = "once", "whose", "opened_on"
CSRF = "csrfmiddlewaretoken"
BEFORE = "before"
"""The number that the form had before the page was made anew, on the way back to it."""
LOOK = "look_again"
"""A button that shows the form again with what is in it, and saves nothing."""

MARKS = (CSRF, ONCE, WHOSE, OPENED_ON, BEFORE, LOOK)


def marks(request: HttpRequest, *, csrf: str, opened_on: object) -> SafeString:
    """Return the hidden fields of a form. They are not for browsers to fill in again: each form gets its own."""
    named: dict[str, Any] = {CSRF: csrf, ONCE: secrets.token_urlsafe(16), WHOSE: _whose(request)}
    named[BEFORE] = request.POST.get(BEFORE, "")
    if opened_on is not None:
        named[OPENED_ON] = opened_on
    line = '<input type="hidden" name="{}" value="{}" autocomplete="off">'
    return format_html_join(
        "", line, [(name, value) for name, value in named.items() if value != ""]
    )


def typist_of(request: HttpRequest) -> Typist | None:
    """Return whose form was sent: as its mark says, else whoever is signed in. None: nobody's."""
    said = request.POST.get(WHOSE, "")
    user = getattr(request, "user", None)
    known = user.pk if isinstance(user, Person) else None
    if not said:
        return Typist(person_id=known, is_proven=True) if known is not None else None
    key, _between, _signature = said.partition(":")
    if not (key.isdecimal() and len(key) < 19):
        return None
    is_proven = int(key) == known or _is_signed(said)
    if not is_proven and not Person.objects.filter(pk=int(key)).exists():
        return None
    return Typist(person_id=int(key), is_proven=is_proven)


def version_in(sent: Mapping[str, str]) -> int | None:
    """Return the version that a form was opened on; None where it says none."""
    text = sent.get(OPENED_ON, "")
    return int(text) if text.isdecimal() and len(text) < 19 else None


def hidden(name: str, value: str) -> SafeString:
    """Return a hidden field."""
    return format_html('<input type="hidden" name="{}" value="{}">', name, value)


def _whose(request: HttpRequest) -> str:
    """Return the mark of the person who reads; made once for all forms of a page."""
    user = getattr(request, "user", None)
    if not isinstance(user, Person):
        return ""
    known: tuple[int, str] | None = getattr(request, "typed_whose", None)
    if known is None or known[0] != user.pk:
        known = (user.pk, _signer().sign(str(user.pk)))
        request.typed_whose = known  # type: ignore[attr-defined]
    return known[1]


def _is_signed(mark: str) -> bool:
    """Tell whether it is a mark of ours; one from before the keys were changed is not."""
    try:
        _signer().unsign(mark)
    except signing.BadSignature:
        return False
    return True


def _signer() -> signing.Signer:
    return signing.Signer(salt="segue.web.typed.whose")
