"""Take the audit log away as a file: that is written to the log too. Reading it is in `audit.queries`."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from segue.control.audit.models import Action
from segue.control.audit.operations import Detail, record
from segue.control.people import policy
from segue.control.people.models import Person
from segue.control.people.policy import require


def note_log_downloaded(*, filters: Mapping[str, Detail], actor: Person, now: datetime) -> None:
    """Write down that somebody downloaded the audit log, and which part of it."""
    require(actor, policy.see_audit_log)
    record(Action.LOG_EXPORTED, actor=actor, now=now, details=filters)
