"""Say numbers, sizes, instants and durations in the reader's language and time zone."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from babel import Locale
from babel.dates import format_time, format_timedelta
from babel.numbers import format_decimal, format_percent
from django.utils import timezone
from django.utils.translation import gettext as _

from segue.web.sayings import reads
from segue.words import languages
from segue.words.counting import fitting, span
from segue.words.languages import locale_of

JUST_NOW = timedelta(seconds=45)
NARROW_SPACE = "\u202f"
TENTH = 0.1
"""The least duration that is written as such, in seconds."""

_ONE_PER_CENT, _LEAST_SHARE = 0.01, 0.001


def locale() -> Locale:
    """Return the locale of the active language."""
    return locale_of(reads())


def number(value: float | None) -> str:
    """Return a number, grouped; "–" for None."""
    return "–" if value is None else str(format_decimal(value, locale=locale()))


def filled(text: str, **values: str) -> str:
    """Return a text with its values put in, and the words that fit those that are numbers: `{count:person|people}`."""
    return fitting(text, values, locale().language) % values


def minutes(count: int) -> str:
    """Write a length of time in the unit that people would use: 90 minutes, 5 days."""
    whole, unit = span(count)
    words = {
        "minutes": _("%(count)s {count:minute|minutes}"),
        "hours": _("%(count)s {count:hour|hours}"),
        "days": _("%(count)s {count:day|days}"),
    }
    return filled(words[unit], count=number(whole))


def share(value: float) -> str:
    """Return a share of 0 to 1 as per cent, with a decimal where it is less than one: what is there is not nothing."""
    if 0 < value < _ONE_PER_CENT:
        least = max(value, _LEAST_SHARE)
        shown = str(format_decimal(least * 100, format="0.0", locale=locale()))
        whole = str(format_percent(0, locale=locale())).replace("0", shown)
        return f"<{NARROW_SPACE}{whole}" if value < _LEAST_SHARE else whole
    return str(format_percent(value, locale=locale()))


def day(value: date, pattern: str) -> str:
    """Return a day by a pattern of CLDR, such as `EEE d MMM`."""
    return languages.day(value, pattern, reads())


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
    """Return a duration: tenths of seconds below a minute, else minutes and seconds, else hours and minutes."""
    if 0 < seconds < TENTH / 2:
        least = format_decimal(TENTH, locale=locale())
        return f"<{NARROW_SPACE}" + _("%(seconds)s s") % {"seconds": least}
    if round(seconds, 1) < 60:
        return _("%(seconds)s s") % {"seconds": format_decimal(round(seconds, 1), locale=locale())}
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    if hours:
        return _("%(hours)d h %(minutes)02d min") % {"hours": hours, "minutes": minutes}
    return _("%(minutes)d min %(seconds)02d s") % {"minutes": minutes, "seconds": rest}


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
