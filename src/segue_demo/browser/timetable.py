"""When what comes round at the shop: pure values, needed before there is an installation."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, time, timedelta

from segue.control.recurrence import Every, Recurrence, next_after, upcoming
from segue_demo.browser.cast import TIME_ZONE

LENGTH = timedelta(days=16)
"""How far the history reaches back."""

REFRESHES = Recurrence(every=Every.WEEK, time_zone=TIME_ZONE, times=(time(6, 0),), weekdays=(0, 3))
BIRTHDAYS = Recurrence(every=Every.WEEK, time_zone=TIME_ZONE, times=(time(7, 30),), weekdays=(1,))

_NOT_JUST_NOW = timedelta(hours=1)
"""What comes round in the last hour is left to the worker."""


def beginning(now: datetime) -> datetime:
    """Return when the installation was founded: on the day before the first refresh of the history."""
    first = next_after(REFRESHES, now - LENGTH)
    assert first is not None  # a weekly recurrence always comes round
    return first - timedelta(hours=20)


def moments(now: datetime) -> Iterator[tuple[datetime, bool]]:
    """Yield when something came round since the beginning, in order, and whether it was the whole refresh."""
    since = beginning(now)
    found = [(at, True) for at in upcoming(REFRESHES, since, count=12)]
    found += [(at, False) for at in upcoming(BIRTHDAYS, since, count=12)]
    yield from sorted((at, whole) for at, whole in found if at < now - _NOT_JUST_NOW)
