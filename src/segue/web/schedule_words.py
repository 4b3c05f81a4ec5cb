"""Say schedules in the reader's language: "Mondays 08:00 Paris"."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from babel.dates import get_timezone_location
from babel.lists import format_list
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from segue.control.exports.models import Export
from segue.control.exports.schedules import own_recurrence
from segue.control.recurrence import Every, Recurrence
from segue.control.refreshes.forecast import Forecast, Unscheduled
from segue.web import formats

WEEKDAYS = (
    gettext_lazy("Monday"),
    gettext_lazy("Tuesday"),
    gettext_lazy("Wednesday"),
    gettext_lazy("Thursday"),
    gettext_lazy("Friday"),
    gettext_lazy("Saturday"),
    gettext_lazy("Sunday"),
)
"""The days of the week, from 0."""

_ON_WEEKDAYS = (
    gettext_lazy("Mondays"),
    gettext_lazy("Tuesdays"),
    gettext_lazy("Wednesdays"),
    gettext_lazy("Thursdays"),
    gettext_lazy("Fridays"),
    gettext_lazy("Saturdays"),
    gettext_lazy("Sundays"),
)

_UNSCHEDULED = {
    Unscheduled.DETACHED: gettext_lazy("It does not run: it has no connection."),
    Unscheduled.SWITCHED_OFF: gettext_lazy("Its schedule is off: run it on demand."),
    Unscheduled.SYSTEM_REFRESH_OFF: gettext_lazy(
        "The system refresh is off: run it on demand, or let an administrator switch the refresh on."
    ),
}


def schedule_words(export: Export) -> str:
    """Say when an export runs by itself: "off", "every refresh", or its own recurrence."""
    return words_of(own_recurrence(export), is_on=export.schedule_is_on)


def words_of(recurrence: Recurrence | None, *, is_on: bool) -> str:
    """Say a schedule, `recurrence` None: with every scheduled refresh."""
    if not is_on:
        return _("off")
    return _("every refresh") if recurrence is None else recurrence_words(recurrence)


def whole_words(recurrence: Recurrence | None, *, is_on: bool) -> str:
    """Say a schedule with what it would be if it was on: two that are off may still differ."""
    if is_on:
        return words_of(recurrence, is_on=True)
    values = {"schedule": words_of(recurrence, is_on=True)}
    return _("off (else %(schedule)s)") % values


def recurrence_words(recurrence: Recurrence) -> str:
    """Say a recurrence: days, times, and the city of its time zone."""
    place = zone_words(recurrence.time_zone)
    if recurrence.every is Every.CRON:
        return _("cron %(cron)s %(place)s") % {"cron": recurrence.cron, "place": place}
    return _("%(days)s %(times)s %(place)s") % {
        "days": _days(recurrence),
        "times": _listed([f"{at:%H:%M}" for at in recurrence.times]),
        "place": place,
    }


def zone_words(time_zone: str) -> str:
    """Name a time zone by its city."""
    if "/" not in time_zone:
        return time_zone
    city = str(get_timezone_location(time_zone, locale=formats.locale(), return_city=True))
    return city.rpartition("/")[2]


def next_run_words(forecast: Forecast, *, now: datetime) -> str:
    """Say when an export runs next by itself, or why it does not."""
    if forecast.at is None:
        return str(_UNSCHEDULED[forecast.why_not or Unscheduled.SWITCHED_OFF])
    return _("Next run: %(when)s.") % {"when": formats.short(forecast.at, now=now)}


def first_run_words(forecast: Forecast, *, now: datetime) -> str:
    """Say when an export that is being saved runs first, or why it does not by itself."""
    if forecast.at is None:
        return str(_UNSCHEDULED[forecast.why_not or Unscheduled.SWITCHED_OFF])
    return _("First run: %(when)s.") % {"when": formats.short(forecast.at, now=now)}


def _days(recurrence: Recurrence) -> str:
    if recurrence.every is Every.WEEK:
        return _listed([str(_ON_WEEKDAYS[day]) for day in recurrence.weekdays])
    if recurrence.every is Every.MONTH:
        days = _listed([str(day) for day in recurrence.month_days])
        return _("monthly on day %(days)s,") % {"days": days}
    return _("daily")


def _listed(words: Sequence[str]) -> str:
    return str(format_list(words, style="standard", locale=formats.locale())) if words else ""
