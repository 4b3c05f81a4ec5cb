"""A form that adds something asks before it adds another one: whoever goes back to it after saving may mean the first.

What came of a form is remembered by its own number, which it keeps where the browser shows it as it was, and brings along
as `before` where the page was made anew on the way back.
"""

from __future__ import annotations

import json

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from segue.control.people import sent_forms
from segue.web.typed.changed import typed_fields
from segue.web.typed.keeping import is_shown_again
from segue.web.typed.marks import BEFORE, ONCE

FORM = "again-form"
"""The id of the form with the choice: another language takes along what it holds."""

ANOTHER = "another"
"""The button that adds another one: it is meant."""


def note_added(request: HttpRequest, *, name: str, to: str) -> None:
    """Remember what the form added, and the page that shows it."""
    if number := request.POST.get(ONCE, ""):
        secret = _secret(number)
        sent_forms.claim(secret, now=request.now)  # type: ignore[attr-defined]
        sent_forms.note_answer(secret, json.dumps([name, to]))


def asked_again(request: HttpRequest) -> HttpResponse | None:
    """Return the question whether another one is meant; None where the form has added nothing yet, or it is."""
    if ANOTHER in request.POST or is_shown_again():
        return None
    for number in (request.POST.get(ONCE, ""), *request.POST.getlist(BEFORE)):
        added = sent_forms.answer_of(_secret(number)) if number else None
        if added:
            name, to = json.loads(added)
            return _question(request, name=name, to=to)
    return None


def _question(request: HttpRequest, *, name: str, to: str) -> HttpResponse:
    request.typed_form = FORM  # type: ignore[attr-defined]
    context = {
        "form_id": FORM,
        "name": name,
        "to": to,
        "typed": typed_fields(request),
        "action": request.path,
    }
    return render(request, "segue/typed/again.html", context, status=409)


def _secret(number: str) -> str:
    return f"added.{number}"
