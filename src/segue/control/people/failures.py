"""Failed sign-ins in the audit log: one by one for a person, up to a bound, and for the rest one entry an hour.

So a stranger who tries for a year fills neither the log nor the table: what they typed and whom they meant is counted.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F

from segue.control.audit.models import Action
from segue.control.audit.operations import record
from segue.control.due import due
from segue.control.people import queries
from segue.control.people.models import FailedSignIns, Person
from segue.control.people.operations import subject_of

TOGETHER = timedelta(hours=1)
SINGLY = 10
"""Entries of their own that one person's failures get in that time."""


@transaction.atomic
def record_failed_sign_in(*, email: str, pauses: bool, now: datetime) -> None:
    """Record that somebody failed to sign in; the address is not kept. `pauses`: no more tries for a while."""
    tell_counted(now=now)
    person = queries.person_by_address(email)
    who = str(person.pk) if person else ""
    FailedSignIns.objects.get_or_create(who=who, defaults={"since": now})
    FailedSignIns.objects.filter(who=who).update(tries=F("tries") + 1)
    single = FailedSignIns.objects.filter(who=who, told__lt=SINGLY)
    if person and single.update(told=F("told") + 1):
        details = {"sign_in_pauses": pauses}
        record(
            Action.SIGN_IN_FAILED,
            actor=None,
            now=now,
            subject=subject_of(person),
            details=details,
        )


@transaction.atomic
def tell_counted(*, now: datetime) -> None:
    """Write what was counted in hours that are over into the audit log, an entry for each person and one for the others."""
    over = FailedSignIns.objects.select_for_update().filter(
        due("since", now - TOGETHER, longest=TOGETHER)
    )
    for row in list(over):
        row.delete()
        if row.tries > row.told:
            person = Person.objects.filter(pk=int(row.who)).first() if row.who else None
            record(
                Action.SIGN_IN_FAILED,
                actor=None,
                now=now,
                subject=subject_of(person) if person else None,
                details={"tries": row.tries - row.told},
            )
