"""The page of a form that is refused because what it changes has become another: both versions, and the choice."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.html import format_html_join
from django.utils.safestring import SafeString

from segue.control.audit.meanwhile import ChangedMeanwhile
from segue.web.system.audit_words import EntryRow, entry_row
from segue.web.typed.editing import Editing, differences
from segue.web.typed.keeping import FILES_AS_TEXT, SECRETS, text_in
from segue.web.typed.marks import MARKS, hidden

FORM = "changed-form"
"""The id of the form with the choice: another language takes along what it holds."""

_TOLD = 5
"""Entries that are told one by one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """What was done meanwhile. `is_own`: by whoever saves now."""

    row: EntryRow
    is_own: bool


def changed_page(request: HttpRequest, changed: ChangedMeanwhile) -> HttpResponse:
    """Return the page; the form in it carries what was typed, and the version that is told here."""
    editing: Editing = request.editing  # type: ignore[attr-defined]
    request.typed_form = FORM  # type: ignore[attr-defined]
    told = changed.entries[:_TOLD]
    context = {
        "form_id": FORM,
        "name": editing.name,
        "changes": [
            Change(row=entry_row(one), is_own=one.actor_id == request.user.pk) for one in told
        ],
        "more": len(changed.entries) - len(told),
        "differences": differences(editing),
        "has_settings": editing.has_settings(),
        "opened_on": max(one.pk for one in changed.entries),
        "typed": typed_fields(request),
        "has_secrets": any(request.POST.get(name) for name in SECRETS),
        "action": request.path,
        "back": editing.back or request.path,
    }
    return render(request, "segue/typed/changed.html", context, status=changed.http_status)


def typed_fields(request: HttpRequest) -> SafeString:
    """Return what was typed as hidden fields; secrets are asked for again."""
    left_out = (*SECRETS, *MARKS)
    fields = [
        hidden(name, value)
        for name, values in request.POST.lists()
        for value in values
        if name not in left_out
    ]
    files = [
        hidden(place, text)
        for name, place in FILES_AS_TEXT.items()
        if (text := text_in(request.FILES.get(name)))
    ]
    return format_html_join("", "{}", ((field,) for field in [*files, *fields]))
