"""Write down who said which installation is the real one. What it means for the state folder is not known here."""

from __future__ import annotations

from datetime import datetime

from segue.control.audit.models import Action
from segue.control.audit.operations import Subject, record
from segue.control.identity import policy
from segue.control.people.models import Person
from segue.control.people.policy import require
from segue.control.people.proof import require_password


def prove_decision(*, actor: Person, password: str) -> None:
    """Return when the actor may decide and has entered their own password. Raises: NotVisible, NotAllowed."""
    require(actor, policy.decide_installation)
    require_password(actor, password)


def note_decision(
    *, decision: str, before: str, after: str, actor: Person | None, now: datetime
) -> None:
    """Write a decision down: the ids of the installation before and after it. `actor` None: at the command line."""
    record(
        Action.INSTALLATION_DECIDED,
        actor=actor,
        now=now,
        subject=Subject(kind="installation", id=after, name=after),
        details={"decision": decision, "before": before, "after": after},
    )
