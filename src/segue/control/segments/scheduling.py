"""Schedules of segments: count one by times of its own, and switch it on or off at a later date. Workers carry them out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from segue.control.audit.models import Action
from segue.control.audit.operations import record
from segue.control.people.models import Person
from segue.control.people.policy import require
from segue.control.recurrence import (
    Recurrence,
    checked,
    next_after,
    recurrence_as_json,
    recurrence_from_json,
)
from segue.control.segments import policy
from segue.control.segments.models import Segment, SegmentKind, SegmentSchedule
from segue.control.segments.operations import subject_of
from segue.core.errors import ConfigurationProblem
from segue.core.sentences import said


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """A schedule. `recurrence` None: counted with refreshes only. `switch_at` None: it stays as active as it is."""

    recurrence: Recurrence | None = None
    switch_at: datetime | None = None
    switch_to: bool = False


def schedule_of(segment: Segment) -> Wanted:
    """Return the schedule of a segment."""
    row = SegmentSchedule.objects.filter(segment=segment).first()
    if row is None:
        return Wanted()
    recurrence = recurrence_from_json(row.recurrence) if row.recurrence else None
    return Wanted(recurrence=recurrence, switch_at=row.switch_at, switch_to=row.switch_to)


@transaction.atomic
def schedule(*, segment: Segment, wanted: Wanted, actor: Person, now: datetime) -> None:
    """Keep when a segment is counted by itself, and when it is switched. Raises: ConfigurationProblem for what cannot come.

    What is static is counted by hand only, and what a list holds by every refresh.
    """
    require(actor, policy.edit_segments, segment, see=policy.see_segments)
    recurrence = None if wanted.recurrence is None else checked(wanted.recurrence)
    if recurrence is not None and segment.kind != SegmentKind.DYNAMIC:
        raise ConfigurationProblem(
            said("Only dynamic segments are counted by a schedule of their own."),
            action=said("Switch the schedule off, or make the segment dynamic."),
            code="segment_not_scheduled",
        )
    if wanted.switch_at is not None and wanted.switch_at <= now:
        raise ConfigurationProblem(
            said("The time to switch the segment is over."),
            action=said("Choose a later one, or activate or deactivate it now."),
            code="segment_switch_over",
        )
    SegmentSchedule.objects.update_or_create(
        segment=segment,
        defaults={
            "recurrence": recurrence_as_json(recurrence) if recurrence else None,
            "next_at": next_after(recurrence, now) if recurrence else None,
            "switch_at": wanted.switch_at,
            "switch_to": wanted.switch_to,
        },
    )
    record(
        Action.SEGMENT_SCHEDULED,
        actor=actor,
        now=now,
        subject=subject_of(segment),
        details={
            "on": recurrence is not None,
            "every": recurrence.every.value if recurrence else None,
            "switched_at": wanted.switch_at.isoformat() if wanted.switch_at else None,
            "switched_to_active": wanted.switch_to if wanted.switch_at else None,
        },
    )


@transaction.atomic
def switch_due(*, now: datetime) -> list[str]:
    """Switch the segments whose time has come, each once; return the names of those that were switched."""
    switched = []
    due = SegmentSchedule.objects.filter(switch_at__lte=now, segment__removed_at=None)
    for row in due.select_related("segment").select_for_update(of=("self",)):
        mine = SegmentSchedule.objects.filter(pk=row.pk, switch_at=row.switch_at)
        if not mine.update(switch_at=None):
            continue
        segment, active = row.segment, row.switch_to
        others = Segment.objects.filter(pk=segment.pk).exclude(is_active=active)
        if others.update(is_active=active):
            action = Action.SEGMENT_ACTIVATED if active else Action.SEGMENT_DEACTIVATED
            record(action, actor=None, now=now, subject=subject_of(segment))
            switched.append(segment.name)
    return switched


@transaction.atomic
def take_due(*, now: datetime) -> Sequence[Segment]:
    """Return the segments that are to be counted by their own schedules now; what was missed several times comes once.

    Of two that ask at once each gets others.
    """
    taken = []
    due = SegmentSchedule.objects.filter(next_at__lte=now, segment__removed_at=None)
    for row in due.select_related("segment"):
        mine = SegmentSchedule.objects.filter(pk=row.pk, next_at=row.next_at)
        next_at = next_after(recurrence_from_json(row.recurrence), now) if row.recurrence else None
        is_dynamic = row.segment.kind == SegmentKind.DYNAMIC
        if mine.update(next_at=next_at) and row.segment.is_active and is_dynamic:
            taken.append(row.segment)
    return taken
