"""The audit log: filtered in the page, or downloaded. For administrators."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, time, timedelta

from django import forms
from django.db.models import QuerySet
from django.http import HttpResponse, HttpResponseBase, QueryDict
from django.shortcuts import render
from django.utils import timezone
from django.utils.text import format_lazy
from django.utils.translation import get_language, override, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from segue.control.audit.models import Action, Entry
from segue.control.audit.queries import EntryFilter, entries
from segue.control.people import policy
from segue.control.people.log import note_log_downloaded
from segue.control.people.policy import require
from segue.control.people.queries import people
from segue.web.downloads import csv_download
from segue.web.forms import DayInput, SegueForm
from segue.web.lists import page_of
from segue.web.requests import PersonRequest, door
from segue.web.system.audit_words import KINDS, action_words, entry_row

CSV_HEADER = (
    "at",
    "person",
    "action",
    "action_in_words",
    "subject_kind",
    "subject_id",
    "subject",
    "details",
)


def _actions() -> Iterator[tuple[str, object]]:
    """Yield what somebody may have done; the labels are ends of sentences, which begin with a name."""
    for code, label in Action.choices:
        yield code, format_lazy("… {label}", label=label)


def _people_choices() -> list[tuple[str, object]]:
    return [
        ("", pgettext_lazy("people", "All")),
        *((str(person.pk), person.name) for person in people()),
    ]


class AuditForm(SegueForm):
    """Which entries are wanted. Days are the reader's."""

    text = forms.CharField(label=_("Text"), required=False, max_length=100)
    action = forms.ChoiceField(
        label=_("Action"),
        required=False,
        choices=[("", pgettext_lazy("actions", "All")), *_actions()],
    )
    actor = forms.TypedChoiceField(
        label=_("Person"), required=False, coerce=int, empty_value=None, choices=_people_choices
    )
    kind = forms.ChoiceField(
        label=_("Subject"),
        required=False,
        choices=[("", pgettext_lazy("subjects", "All")), *KINDS.items()],
    )
    subject = forms.CharField(required=False, max_length=64, widget=forms.HiddenInput)
    since = forms.DateField(
        label=pgettext_lazy("period", "From"),
        required=False,
        widget=DayInput(),
    )
    until = forms.DateField(
        label=pgettext_lazy("period", "To"),
        required=False,
        widget=DayInput(),
    )


@door("GET")
def audit(request: PersonRequest) -> HttpResponse:
    """Show the audit log, newest first."""
    require(request.user, policy.see_audit_log)
    form = AuditForm(request.GET)
    page = page_of(entries(_wanted(form)), request)
    shown = {
        "form": form,
        "page": page,
        "rows": [entry_row(entry) for entry in page],
        "is_filtered": any(_sent(request.GET).values()),
        "query": request.GET.urlencode(),
    }
    return render(request, "segue/system/audit.html", shown)


@door("GET")
def audit_csv(request: PersonRequest) -> HttpResponseBase:
    """Download the entries that fit; the download is an entry itself."""
    require(request.user, policy.see_audit_log)
    wanted = entries(_wanted(AuditForm(request.GET)))
    note_log_downloaded(filters=_sent(request.GET), actor=request.user, now=request.now)
    rows = _csv_rows(wanted, get_language() or "en")
    return csv_download(request, name="audit.csv", header=CSV_HEADER, rows=rows)


def _csv_rows(wanted: QuerySet[Entry], language: str) -> Iterator[Sequence[str]]:
    for entry in wanted.iterator(chunk_size=500):
        with override(language):
            words = action_words(entry.action)
        yield (
            entry.at.astimezone(UTC).isoformat(timespec="seconds"),
            entry.actor_name,
            entry.action,
            words,
            entry.subject_kind,
            entry.subject_id,
            entry.subject_name,
            json.dumps(entry.details, ensure_ascii=False) if entry.details else "",
        )


def _wanted(form: AuditForm) -> EntryFilter:
    """Return the filter; what does not fit its field is left out, and the form says so."""
    form.is_valid()
    asked = form.cleaned_data
    return EntryFilter(
        text=asked.get("text", ""),
        action=asked.get("action", ""),
        actor_id=asked.get("actor"),
        subject_kind=asked.get("kind", ""),
        subject_id=asked.get("subject", ""),
        since=_begin_of(asked.get("since")),
        until=_begin_of(asked.get("until"), after_days=1),
    )


def _begin_of(day: date | None, *, after_days: int = 0) -> datetime | None:
    """Return when a day begins, or the one so many days after it; None for a day at the end of time, which bounds nothing."""
    try:
        begun = datetime.combine(day + timedelta(days=after_days), time()) if day else None
        return timezone.make_aware(begun).astimezone(UTC) if begun else None
    except OverflowError:
        return None


def _sent(query: QueryDict) -> dict[str, str]:
    return {name: str(query[name])[:100] for name in AuditForm.base_fields if query.get(name)}
