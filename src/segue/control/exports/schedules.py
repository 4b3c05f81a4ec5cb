"""Keep an export's recurrence as JSON, and say when its next run is."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, time
from itertools import pairwise

from segue.control.exports.models import Export, ScheduleMode
from segue.control.recurrence import (
    Every,
    Recurrence,
    next_after,
    recurrence_as_json,
    recurrence_from_json,
)

__all__ = [
    "next_run",
    "own_recurrence",
    "recurrence_as_json",
    "recurrence_as_text",
    "recurrence_from_json",
    "recurrence_from_text",
]


def recurrence_as_text(export: Export) -> str:
    """Say an export's recurrence in a form that an audit can compare; "" without one of its own."""
    recurrence = own_recurrence(export)
    if recurrence is None:
        return ""
    parts = [recurrence.every.value, *(f"day {day}" for day in recurrence.month_days)]
    parts += [f"weekday {day + 1}" for day in recurrence.weekdays]
    parts += [at.isoformat(timespec="minutes") for at in recurrence.times]
    return " ".join([*parts, recurrence.cron, recurrence.time_zone]).replace("  ", " ")


def recurrence_from_text(text: str) -> Recurrence | None:
    """Return the recurrence that `recurrence_as_text` said; None for anything else."""
    every, *parts, zone = text.split() if len(text.split()) > 2 else ["", "", ""]
    if every not in list(Every):
        return None
    if every == Every.CRON:
        return Recurrence(every=Every.CRON, time_zone=zone, cron=" ".join(parts))
    days = {name: _numbers_after(name, parts) for name in ("day", "weekday")}
    return Recurrence(
        every=Every(every),
        time_zone=zone,
        times=tuple(time.fromisoformat(part) for part in parts if ":" in part),
        weekdays=tuple(day - 1 for day in days["weekday"]),
        month_days=days["day"],
    )


def own_recurrence(export: Export) -> Recurrence | None:
    """Return the export's own recurrence, None when it follows the system refresh."""
    if export.schedule_mode != ScheduleMode.OWN or export.recurrence is None:
        return None
    return recurrence_from_json(export.recurrence)


def next_run(export: Export, *, now: datetime) -> datetime | None:
    """Return when the export's own schedule runs it next; None when it is off or follows the system refresh."""
    recurrence = own_recurrence(export)
    if recurrence is None or not export.schedule_is_on:
        return None
    return next_after(recurrence, now)


def _numbers_after(word: str, parts: Sequence[str]) -> tuple[int, ...]:
    return tuple(int(number) for name, number in pairwise(parts) if name == word)
