"""Local days and months as instants, computed in Python so that no engine's time zone matters. No expressions."""

from __future__ import annotations

import calendar
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from itertools import groupby
from zoneinfo import ZoneInfo

from segue.segments.rules import Unit, Within

_ZONE_YEARS = range(1900, 2101)
"""Years whose clock changes are looked at; before and after, the nearest of them counts."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Calendar:
    """The instant a segment is evaluated at (aware UTC) and the zone whose days and months people mean."""

    as_of: datetime
    time_zone: str

    @property
    def today(self) -> date:
        """Return the local day of the evaluation."""
        return self.as_of.astimezone(ZoneInfo(self.time_zone)).date()

    def within(self, time_zone: str) -> Calendar:
        """Return the same instant with the days of another zone; "" for the same zone."""
        return replace(self, time_zone=time_zone) if time_zone else self

    def day_start(self, day: date) -> datetime:
        """Return the first instant of a local day, in UTC without a zone."""
        return self.instant(datetime.combine(day, time.min))

    def instant(self, moment: datetime) -> datetime:
        """Return an instant in UTC without a zone; a moment without a zone is local time."""
        aware = moment if moment.tzinfo else moment.replace(tzinfo=ZoneInfo(self.time_zone))
        return aware.astimezone(UTC).replace(tzinfo=None)

    def period(self, rule: Within) -> tuple[date, date]:
        """Return the first and the last day of "within the last/next N units": N units of which today is one."""
        if rule.ahead:
            return self.today, shifted(self.today, rule.amount, rule.unit) - timedelta(days=1)
        return shifted(self.today, -rule.amount, rule.unit) + timedelta(days=1), self.today


def days_of_the_year(first: date, last: date) -> list[str]:
    """Return the days from `first` to `last` as MM/DD, each once; who was born on 29 February counts on the 28th, too.

    That is where a year has no 29 February; a period of a year or more has all 366 days.
    """
    if last - first >= timedelta(days=365):
        first, last = date(2000, 1, 1), date(2000, 12, 31)
    every = (first + timedelta(days=n) for n in range((last - first).days + 1))
    found = dict.fromkeys(one for day in every for one in _month_and_day(day))
    return list(found)


def _month_and_day(day: date) -> list[str]:
    is_instead = (day.month, day.day) == (2, 28) and not calendar.isleap(day.year)
    return [f"{day:%m/%d}", "02/29"] if is_instead else [f"{day:%m/%d}"]


def shifted(day: date, amount: int, unit: Unit) -> date:
    """Return the day `amount` units later; a month without that day ends on its last one."""
    if unit is Unit.DAYS:
        return day + timedelta(days=amount)
    if unit is Unit.WEEKS:
        return day + timedelta(weeks=amount)
    months = amount * 12 if unit is Unit.YEARS else amount
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    last = calendar.monthrange(year, month + 1)[1]
    return date(year, month + 1, min(day.day, last))


def by_month(days: Sequence[str]) -> tuple[list[int], dict[int, list[int]]]:
    """Return days of the year (MM/DD) as the months that are there whole, and the days of those that are not."""
    found: dict[int, list[int]] = {}
    for day in days:
        found.setdefault(int(day[:2]), []).append(int(day[3:]))
    whole = [
        month for month, some in found.items() if len(some) == calendar.monthrange(2000, month)[1]
    ]
    return whole, {month: some for month, some in found.items() if month not in whole}


@dataclass(frozen=True, slots=True, kw_only=True)
class Offset:
    """Seconds from UTC to local time, from an instant (UTC without a zone) on until the next one."""

    since: datetime
    seconds: int


@lru_cache(maxsize=64)
def offsets(time_zone: str) -> tuple[Offset, ...]:
    """Return a zone's offsets in order of time; before the first and after the last known year, the nearest count."""
    zone = ZoneInfo(time_zone)
    day, end = datetime(_ZONE_YEARS.start, 1, 1), datetime(_ZONE_YEARS.stop, 1, 1)
    found = [Offset(since=day, seconds=_offset_at(day, zone))]
    while day < end:
        following = day + timedelta(days=1)
        seconds = _offset_at(following, zone)
        if seconds != found[-1].seconds:
            found.append(Offset(since=_change(day, following, zone), seconds=seconds))
        day = following
    return tuple(found)


def _change(before: datetime, after: datetime, zone: ZoneInfo) -> datetime:
    """Return the second at which the zone's offset changes between two instants."""
    seconds = _offset_at(after, zone)
    while after - before > timedelta(seconds=1):
        middle = before + timedelta(seconds=(after - before) // timedelta(seconds=2))
        if _offset_at(middle, zone) == seconds:
            after = middle
        else:
            before = middle
    return after


def _offset_at(instant: datetime, zone: ZoneInfo) -> int:
    local = instant.replace(tzinfo=UTC).astimezone(zone)
    return int((local.utcoffset() or timedelta(0)).total_seconds())


@dataclass(frozen=True, slots=True, kw_only=True)
class MonthOffsets:
    """Seconds from UTC to local time at the start of each month (January first), valid from `first_year` on."""

    first_year: int
    seconds: tuple[int, ...]

    def months_at(self, seconds: int) -> list[int]:
        """Return the months (1-12) that start at this offset."""
        return [month for month, other in enumerate(self.seconds, start=1) if other == seconds]


@lru_cache(maxsize=64)
def month_offsets(time_zone: str) -> tuple[MonthOffsets, ...]:
    """Return how far local months are from UTC months, one entry per run of years with the same clock changes."""
    zone = ZoneInfo(time_zone)
    by_year = [(year, _offsets_of(year, zone)) for year in _ZONE_YEARS]
    runs = groupby(by_year, key=lambda entry: entry[1])
    return tuple(
        MonthOffsets(first_year=min(year for year, _ in years), seconds=seconds)
        for seconds, years in runs
    )


def _offsets_of(year: int, zone: ZoneInfo) -> tuple[int, ...]:
    starts = [datetime(year, month, 1, tzinfo=zone) for month in range(1, 13)]
    return tuple(int((start.utcoffset() or timedelta(0)).total_seconds()) for start in starts)
