"""When something comes round again: daily, weekly, monthly or by cron text, in a time zone. Pure values.

Local times are meant: "06:00 in Paris" is 06:00 there in summer and in winter. A local time that the clocks skip in
spring happens at the first instant after the gap; one that comes twice in autumn happens once, the first time.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from typing import Any
from zoneinfo import ZoneInfo, available_timezones

from cronsim import CronSim, CronSimError
from django.utils.translation import gettext as _

from segue.core.errors import ConfigurationProblem

LONGEST_SEARCH_DAYS = 366 * 8
"""Beyond it no day is looked for: the rarest, 29 February, comes round within eight years."""

CRON_FIELDS = 5
LONGEST_CRON = 100
"""Characters."""

LOOKED_AT = timedelta(days=2)
"""So much of a recurrence shows how near two of its times are: they fall within an hour, or over midnight."""

ANY_DAY = datetime(2000, 1, 1, tzinfo=UTC)
"""From where a cron text is tried out."""


class Every(StrEnum):
    """The kinds of recurrence."""

    DAY = "daily"
    WEEK = "weekly"
    MONTH = "monthly"
    CRON = "cron"


@dataclass(frozen=True, slots=True, kw_only=True)
class Recurrence:
    """A recurrence.

    `times` are local times of the day, at least one but for CRON. `weekdays` are 0 (Monday) to 6, for WEEK;
    `month_days` 1 to 31, for MONTH: a day that a month lacks is that month's last. `cron` is a text of five fields,
    for CRON. `time_zone` is an IANA name.
    """

    every: Every
    time_zone: str
    times: tuple[time, ...] = ()
    weekdays: tuple[int, ...] = ()
    month_days: tuple[int, ...] = ()
    cron: str = ""


def checked(recurrence: Recurrence) -> Recurrence:
    """Return the recurrence with sorted parts.

    Raises: ConfigurationProblem naming what is missing or does not exist.
    """
    if recurrence.time_zone not in available_timezones():
        raise _wrong(
            _("The time zone does not exist."), _("Choose one of the list."), "schedule_zone"
        )
    if recurrence.every is Every.CRON:
        _check_cron(recurrence)
    elif not recurrence.times:
        raise _wrong(_("The schedule has no time."), _("Give at least one time."), "schedule_times")
    if recurrence.every is Every.WEEK:
        _check_days(recurrence.weekdays, first=0, last=6)
    if recurrence.every is Every.MONTH:
        _check_days(recurrence.month_days, first=1, last=31)
    return _only_what_counts(recurrence)


def recurrence_as_json(recurrence: Recurrence) -> dict[str, Any]:
    """Return the recurrence as plain data."""
    return {
        "every": recurrence.every.value,
        "time_zone": recurrence.time_zone,
        "times": [at.isoformat(timespec="minutes") for at in recurrence.times],
        "weekdays": list(recurrence.weekdays),
        "month_days": list(recurrence.month_days),
        "cron": recurrence.cron,
    }


def recurrence_from_json(data: Mapping[str, Any]) -> Recurrence:
    """Return the recurrence that `recurrence_as_json` wrote."""
    return Recurrence(
        every=Every(data["every"]),
        time_zone=data["time_zone"],
        times=tuple(time.fromisoformat(at) for at in data.get("times", ())),
        weekdays=tuple(data.get("weekdays", ())),
        month_days=tuple(data.get("month_days", ())),
        cron=data.get("cron", ""),
    )


def next_after(recurrence: Recurrence, instant: datetime) -> datetime | None:
    """Return the first instant (aware UTC) strictly after `instant`; None when there is none any more."""
    if recurrence.every is Every.CRON:
        return _next_by_cron(recurrence, instant)
    zone = ZoneInfo(recurrence.time_zone)
    # One day back: a time that the clocks skipped yesterday may happen after `instant` in another zone's day.
    day = instant.astimezone(zone).date() - timedelta(days=1)
    for _day in range(LONGEST_SEARCH_DAYS):
        if _falls_on(recurrence, day):
            for happens in _instants(recurrence, day, zone):
                if happens > instant:
                    return happens
        day += timedelta(days=1)
    return None


def upcoming(recurrence: Recurrence, instant: datetime, *, count: int) -> list[datetime]:
    """Return the next instants after `instant`, at most `count`."""
    found: list[datetime] = []
    while len(found) < count and (following := next_after(recurrence, instant)) is not None:
        found.append(following)
        instant = following
    return found


def is_oftener_than(recurrence: Recurrence, gap: timedelta) -> bool:
    """Tell whether two times in a row are nearer to each other than `gap`."""
    instant = next_after(recurrence, ANY_DAY)
    last = instant and instant + LOOKED_AT
    while instant is not None and last is not None and instant < last:
        following = next_after(recurrence, instant)
        if following is not None and following - instant < gap:
            return True
        instant = following
    return False


def _only_what_counts(recurrence: Recurrence) -> Recurrence:
    """Return the recurrence with sorted parts, without those that its kind does not read."""
    every = recurrence.every
    times = {at.replace(second=0, microsecond=0, tzinfo=None) for at in recurrence.times}
    return Recurrence(
        every=every,
        time_zone=recurrence.time_zone,
        times=() if every is Every.CRON else tuple(sorted(times)),
        weekdays=tuple(sorted(set(recurrence.weekdays))) if every is Every.WEEK else (),
        month_days=tuple(sorted(set(recurrence.month_days))) if every is Every.MONTH else (),
        cron=" ".join(recurrence.cron.split()) if every is Every.CRON else "",
    )


def _check_days(days: Sequence[int], *, first: int, last: int) -> None:
    if not days or not all(first <= day <= last for day in days):
        raise _wrong(_("The schedule has no day."), _("Choose at least one day."), "schedule_days")


def _falls_on(recurrence: Recurrence, day: date) -> bool:
    if recurrence.every is Every.WEEK:
        return day.weekday() in recurrence.weekdays
    if recurrence.every is Every.MONTH:
        is_last = (day + timedelta(days=1)).day == 1
        return day.day in recurrence.month_days or (
            is_last and max(recurrence.month_days) > day.day
        )
    return True


def _instants(recurrence: Recurrence, day: date, zone: ZoneInfo) -> Iterator[datetime]:
    yield from sorted({_instant(day, at, zone) for at in recurrence.times})


def _instant(day: date, at: time, zone: ZoneInfo) -> datetime:
    """Return the instant of a local time; in the gap of spring the first instant after it."""
    local = datetime.combine(day, at, tzinfo=zone)
    instant = local.astimezone(UTC)
    if instant.astimezone(zone).replace(tzinfo=None) == local.replace(tzinfo=None):
        return instant
    return _end_of_gap(instant - timedelta(hours=4), instant + timedelta(hours=4), zone)


def _end_of_gap(low: datetime, high: datetime, zone: ZoneInfo) -> datetime:
    """Find the change of offset between two instants, to the second."""
    offset = low.astimezone(zone).utcoffset()
    while high - low > timedelta(seconds=1):
        middle = low + (high - low) / 2
        if middle.astimezone(zone).utcoffset() == offset:
            low = middle
        else:
            high = middle
    return high.replace(microsecond=0)


def _check_cron(recurrence: Recurrence) -> None:
    fields = recurrence.cron.split()
    try:
        # A sixth field would be seconds: nothing here comes round every second.
        readable = len(fields) == CRON_FIELDS and len(recurrence.cron) <= LONGEST_CRON
        found = next(CronSim(recurrence.cron, ANY_DAY), None) if readable else None
    except CronSimError:
        found = None
    if found is None:
        raise _wrong(
            _("The cron text cannot be read, or no day ever fits it."),
            _("Write five fields: minute, hour, day, month, weekday; for example 0 6 * * 1-5."),
            "schedule_cron",
        )


def _next_by_cron(recurrence: Recurrence, instant: datetime) -> datetime | None:
    """Ask the cron text. Times of the hour that autumn repeats are past when asked from its second half."""
    local = instant.astimezone(ZoneInfo(recurrence.time_zone))
    for found in CronSim(recurrence.cron, local):
        happens = found.astimezone(UTC)
        if happens > instant:
            return happens
    return None


def _wrong(message: str, action: str, code: str) -> ConfigurationProblem:
    return ConfigurationProblem(message, action=action, code=code)
