"""Let schedules come round when they should that a clock which was ahead has moved on too far."""

from __future__ import annotations

from datetime import datetime

from segue.control.due import CLOCKS_DIFFER_AT_MOST
from segue.control.exports.models import Export
from segue.control.exports.schedules import own_recurrence
from segue.control.recurrence import Recurrence, next_after
from segue.control.refreshes import requests
from segue.control.refreshes.models import SystemSchedule


def mend_schedules(*, now: datetime) -> int:
    """Pull back what is planned later than its recurrence says. Returns how many schedules.

    Only what is off by more than clocks may differ: whose clock is a little late must not run anything twice.
    """
    late = now + CLOCKS_DIFFER_AT_MOST
    mended = 0
    for schedule in SystemSchedule.objects.filter(is_on=True, next_at__gt=late):
        right = _right(requests.recurrence_of(schedule), schedule.next_at, now)
        same = SystemSchedule.objects.filter(pk=schedule.pk, next_at=schedule.next_at)
        mended += same.update(next_at=right) if right else 0
    planned = Export.objects.filter(removed_at=None, schedule_is_on=True, next_run_at__gt=late)
    for export in planned:
        right = _right(own_recurrence(export), export.next_run_at, now)
        alike = Export.objects.filter(pk=export.pk, next_run_at=export.next_run_at)
        mended += alike.update(next_run_at=right) if right else 0
    return mended


def _right(
    recurrence: Recurrence | None, planned: datetime | None, now: datetime
) -> datetime | None:
    """Return for when it should have been planned, None when it was planned well."""
    if recurrence is None or planned is None:
        return None
    at_the_latest = next_after(recurrence, now + CLOCKS_DIFFER_AT_MOST)
    if at_the_latest is None or planned <= at_the_latest:
        return None
    return next_after(recurrence, now)
