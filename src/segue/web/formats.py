"""Say numbers, sizes, instants and durations in the reader's language and time zone."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from babel import Locale
from babel.dates import format_time, format_timedelta
from django.utils import timezone
from django.utils.translation import gettext as _

from segue.web.sayings import reads
from segue.words import amounts, languages
from segue.words.amounts import TENTH
from segue.words.counting import fitting
from segue.words.languages import locale_of

JUST_NOW = timedelta(seconds=45)


def locale() -> Locale:
    """Return the locale of the active language."""
    return locale_of(reads())


def number(value: float | None) -> str:
    """Return a number, grouped; "–" for None."""
    return "–" if value is None else amounts.number(value, reads())


def filled(text: str, **values: str) -> str:
    """Return a text with its values put in, and the words that fit those that are numbers: `{count:person|people}`."""
    return fitting(text, values, locale().language) % values


def share(value: float) -> str:
    """Return a share of 0 to 1 as per cent, with a decimal where it is less than one."""
    return amounts.share(value, reads())


def day(value: date, pattern: str) -> str:
    """Return a day by a pattern of CLDR, such as `EEE d MMM`."""
    return languages.day(value, pattern, reads())


def month_name(month: int) -> str:
    """Return what a month from 1 to 12 is called by itself."""
    return day(date(2000, month, 1), "LLLL")


def exact(instant: datetime) -> str:
    """Return an instant to the second, with the reader's zone."""
    return as_it_stands(timezone.localtime(instant))


def as_it_stands(local: datetime) -> str:
    """Return an instant to the second in the zone that it carries, whatever the reader's is."""
    return f"{day(local, 'd MMM y')} {format_time(local, 'HH:mm:ss', locale=locale())} {local.tzname()}"


def short(instant: datetime, *, now: datetime) -> str:
    """Return an instant as day and time; the year only when it is not this one."""
    local, today = timezone.localtime(instant), timezone.localtime(now)
    if local.date() == today.date():
        return _("today %(time)s") % {"time": _time(local)}
    if local.date() == (today + timedelta(days=1)).date():
        return _("tomorrow %(time)s") % {"time": _time(local)}
    pattern = "EEE d MMM" if local.year == today.year else "d MMM y"
    return f"{day(local, pattern)} {_time(local)}"


def relative(instant: datetime, *, now: datetime) -> str:
    """Return how long ago, or in how long."""
    difference = instant - now
    if abs(difference) < JUST_NOW:
        return _("just now")
    return str(format_timedelta(difference, add_direction=True, locale=locale(), threshold=1.0))


def duration(seconds: float) -> str:
    """Return a duration."""
    return amounts.duration(seconds, reads())


def in_tenths(seconds: Sequence[float]) -> Sequence[float]:
    """Return durations in tenths whose sum is that of all in tenths: what is written one below the other adds up.

    One that comes to nothing although it took time stays as it is.
    """
    found, total, shown = [], 0.0, 0.0
    for one in seconds:
        total += one
        here = round(round(total, 1) - shown, 1)
        shown += here
        found.append(here or min(one, TENTH / 4))
    return found


def to_the_second(instant: datetime, *, now: datetime) -> str:
    """Return an instant as day and time to the second; the day only when it is not today, the year when not this one."""
    local, today = timezone.localtime(instant), timezone.localtime(now)
    clock = str(format_time(local, "HH:mm:ss", locale=locale()))
    if local.date() == today.date():
        return clock
    pattern = "EEE d MMM" if local.year == today.year else "d MMM y"
    return f"{day(local, pattern)} {clock}"


def _time(local: datetime) -> str:
    return str(format_time(local, "HH:mm", locale=locale()))
