"""End pauses of signing in that a clock which was ahead has written: they would last until the clock is there again."""

from __future__ import annotations

from datetime import datetime

from axes.models import AccessAttempt

from segue.control.due import CLOCKS_DIFFER_AT_MOST


def end_impossible_pauses(*, now: datetime) -> int:
    """Forget failed sign-ins that have not happened yet. Returns how many addresses and places may try again."""
    not_yet = AccessAttempt.objects.filter(attempt_time__gt=now + CLOCKS_DIFFER_AT_MOST)
    return int(not_yet.delete()[0])
