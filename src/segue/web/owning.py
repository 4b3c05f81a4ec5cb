"""Words about who owns a thing, a file or the pages, and the page that asks before it is adopted."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from segue.web.requests import PersonRequest


def ask_to_adopt(request: PersonRequest, *, name: str, section: str, back: str) -> HttpResponse:
    """Say what becomes of a thing from a file that is adopted; `section` is where files declare it, `back` its page."""
    context = {"name": name, "what": section, "back": back, "here": request.path}
    return render(request, "segue/parts/adopt.html", context)


def adopted_words(name: str) -> str:
    """Say what adopting has changed, and what to do to the file."""
    return _(
        "“%(name)s” belongs to the pages now. Take it out of the file before you apply that again."
    ) % {"name": name}
