"""Local days, weekdays and months of instants, as expressions that ask no engine for its time zones.

The zone's offsets are looked up in Python. It imports Ibis: import it lazily where `--help` could reach it.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import ibis
import ibis.expr.types as ir

from segue.segments.local_days import (
    MonthOffsets,
    Offset,
    by_month,
    month_offsets,
    offsets,
)

_HALF_MONTH_S = 15 * 24 * 3600


def instant_literal(moment: datetime) -> ir.TimestampValue:
    """Return a naive UTC instant as an expression."""
    return ibis.literal(moment.isoformat(sep=" ")).cast("timestamp")


def local(value: ir.TimestampValue, time_zone: str) -> ir.TimestampValue:
    """Return a naive UTC instant as the clocks of a zone showed it; NULL of NULL."""
    return _shifted(value, offsets(time_zone))


def _shifted(value: ir.TimestampValue, known: Sequence[Offset]) -> ir.TimestampValue:
    """Look the offset up by halving: a change of clocks twice a year for two hundred years is nine questions."""
    if len(known) == 1:
        return _later(value, known[0].seconds)
    middle = len(known) // 2
    is_later = value >= instant_literal(known[middle].since)
    later, earlier = _shifted(value, known[middle:]), _shifted(value, known[:middle])
    return ibis.cases((is_later, later), else_=earlier)


def on_days_of_the_year(value: ir.DateValue | ir.TimestampValue, days: Sequence[str]) -> ir.Value:
    """Return whether a local day is one of these days of the year, given as MM/DD."""
    whole, parts = by_month(days)
    found = [_in_month(value, month, some) for month, some in parts.items()]
    if whole:
        found.append(value.month().isin(whole))
    answer = found[0]
    for one in found[1:]:
        answer = answer | one
    return answer


def _in_month(value: ir.Value, month: int, days: Sequence[int]) -> ir.BooleanValue:
    return (value.month() == month) & value.day().isin(days)


def local_month(value: ir.TimestampValue, time_zone: str) -> ir.IntegerValue:
    """Return the local month of an instant, 1-12.

    Only its distance to the nearest start of a month matters, and there the zone's offset is known: so the offsets at
    the starts of months are looked up by year and month.
    """
    known = month_offsets(time_zone)
    if _is_utc(known):
        return value.month()
    nearest = value + ibis.interval(seconds=_HALF_MONTH_S)
    *earlier, (_, oldest) = [
        branch for run in reversed(known) for branch in _offset_branches(nearest, run)
    ]
    if not earlier:
        return _later(value, oldest).month()
    moved = [(where, _later(value, seconds)) for where, seconds in earlier]
    return ibis.cases(*moved, else_=_later(value, oldest)).month()


def _is_utc(known: Sequence[MonthOffsets]) -> bool:
    return len(known) == 1 and set(known[0].seconds) == {0}


def _offset_branches(
    nearest: ir.TimestampValue, run: MonthOffsets
) -> list[tuple[ir.BooleanValue, int]]:
    """Return (condition, seconds) pairs for a run of years; the last condition is the years alone."""
    years = nearest.year() >= run.first_year
    by_count = sorted(set(run.seconds), key=lambda offset: (run.seconds.count(offset), offset))
    rarer = [
        (years & nearest.month().isin(run.months_at(offset)), offset) for offset in by_count[:-1]
    ]
    return [*rarer, (years, by_count[-1])]


def _later(value: ir.TimestampValue, seconds: int) -> ir.TimestampValue:
    if seconds < 0:
        return value - ibis.interval(seconds=-seconds)
    return value + ibis.interval(seconds=seconds)
