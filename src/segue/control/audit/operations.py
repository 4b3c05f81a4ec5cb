"""Write the audit log. Called by the operations of all other apps, in the transaction of what they change."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol, TypeAlias

from segue.control.audit.models import Action, Entry

Detail: TypeAlias = str | int | float | bool | list[str] | None


class Actor(Protocol):
    """Somebody who acts."""

    pk: int
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """What something was done to."""

    kind: str
    id: str
    name: str


def record(
    action: Action,
    *,
    actor: Actor | None,
    now: datetime,
    subject: Subject | None = None,
    details: Mapping[str, Detail] | None = None,
) -> Entry:
    """Write one entry. `actor` None: Segue itself."""
    entry = _entry(action, actor, now, subject, details or {})
    entry.save()
    return entry


def record_each(
    action: Action,
    *,
    actor: Actor | None,
    now: datetime,
    subjects: Iterable[tuple[Subject, Mapping[str, Detail]]],
) -> None:
    """Write one entry for each thing that something was done to, with its details, in as few statements as it takes."""
    Entry.objects.bulk_create(
        _entry(action, actor, now, subject, details) for subject, details in subjects
    )


def _entry(
    action: Action,
    actor: Actor | None,
    now: datetime,
    subject: Subject | None,
    details: Mapping[str, Detail],
) -> Entry:
    return Entry(
        at=now,
        actor_id=actor.pk if actor else None,
        actor_name=actor.name if actor else "",
        action=action,
        subject_kind=subject.kind if subject else "",
        subject_id=subject.id if subject else "",
        subject_name=subject.name if subject else "",
        details=dict(details),
    )
