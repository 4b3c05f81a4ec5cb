"""Say when exports run next by themselves: by the system refresh, by their own schedule, or not at all."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from segue.control.exports.models import Export, ScheduleMode
from segue.control.exports.schedules import next_run
from segue.control.refreshes.models import SystemSchedule
from segue.control.refreshes.queries import system_schedule


class Unscheduled(StrEnum):
    """Why an export does not run by itself."""

    DETACHED = "detached"
    SWITCHED_OFF = "switched_off"
    SYSTEM_REFRESH_OFF = "system_refresh_off"


@dataclass(frozen=True, slots=True, kw_only=True)
class Forecast:
    """When an export runs next. `at` None: it does not run by itself, and `why_not` says why."""

    at: datetime | None = None
    why_not: Unscheduled | None = None


def forecast(export: Export, *, now: datetime) -> Forecast:
    """Return when the export runs next by itself."""
    if export.connection is None:
        return Forecast(why_not=Unscheduled.DETACHED)
    return forecast_when_attached(export, now=now)


def forecast_when_attached(export: Export, *, now: datetime) -> Forecast:
    """Return when the export runs next once it has a connection, for whoever is about to attach one."""
    if not export.schedule_is_on:
        return Forecast(why_not=Unscheduled.SWITCHED_OFF)
    if export.schedule_mode == ScheduleMode.OWN:
        return _at(export.next_run_at if export.connection else next_run(export, now=now))
    return forecast_of_new(system_schedule())


def forecast_of_new(schedule: SystemSchedule) -> Forecast:
    """Return when an export runs first that is saved now: with the system refresh."""
    return _at(schedule.next_at if schedule.is_on else None)


def _at(instant: datetime | None) -> Forecast:
    if instant is None:
        return Forecast(why_not=Unscheduled.SYSTEM_REFRESH_OFF)
    return Forecast(at=instant)
