"""Read the audit log: filtered, newest first."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db.models import QuerySet

from segue.control.audit.models import Entry
from segue.control.folding import holds


@dataclass(frozen=True, slots=True, kw_only=True)
class EntryFilter:
    """Which entries: all that is given must fit. `until` is exclusive."""

    text: str = ""
    action: str = ""
    actor_id: int | None = None
    subject_kind: str = ""
    subject_id: str = ""
    since: datetime | None = None
    until: datetime | None = None


def entries(wanted: EntryFilter) -> QuerySet[Entry]:
    """Return the entries that fit."""
    found = Entry.objects.all()
    if wanted.text:
        found = found.filter(holds(wanted.text, "subject_name", "actor_name"))
    exact = {
        "action": wanted.action,
        "actor_id": wanted.actor_id,
        "subject_kind": wanted.subject_kind,
        "subject_id": wanted.subject_id,
        "at__gte": wanted.since,
        "at__lt": wanted.until,
    }
    return found.filter(**{name: value for name, value in exact.items() if value not in ("", None)})
