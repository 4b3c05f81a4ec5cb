"""Carry out what is scheduled for segments: switch those whose time has come, and count those that are due."""

from __future__ import annotations

from datetime import datetime

from segue.control.segments.operations import record_failure
from segue.control.segments.scheduling import switch_due, take_due
from segue.core.errors import Problem
from segue.observability.logs import log_event
from segue.service.configured import configured
from segue.service.readings import fitting_snapshot
from segue.service.recounting import counted_now


def tend_segments(now: datetime) -> int:
    """Do what is due, and return how many segments were switched or counted.

    Members are counted among the profiles that were read last. What cannot be counted now is counted at its next time.
    """
    switched = switch_due(now=now)
    due = take_due(now=now)
    return len(switched) + (_count([one.name for one in due], now) if due else 0)


def _count(names: list[str], now: datetime) -> int:
    try:
        fitting_snapshot()
        known = configured().segments
        usable = [name for name in names if name in known]
        record_failure([name for name in names if name not in usable])
        if usable:
            counted_now(usable, now=now)
    except Problem as problem:  # nothing fitting was read, or the engine does not answer
        log_event("segments.not_counted", code=problem.code, segments=len(names))
        return 0
    return len(usable)
