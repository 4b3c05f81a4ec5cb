"""Write the audit log. Called by the operations of all other apps, in the transaction of what they change."""

from __future__ import annotations

from collections.abc import Mapping
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
    return Entry.objects.create(
        at=now,
        actor_id=actor.pk if actor else None,
        actor_name=actor.name if actor else "",
        action=action,
        subject_kind=subject.kind if subject else "",
        subject_id=subject.id if subject else "",
        subject_name=subject.name if subject else "",
        details=dict(details or {}),
    )
