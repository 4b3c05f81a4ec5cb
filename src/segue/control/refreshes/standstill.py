"""Which exports will not run as they are, and why: a few questions to the database, however many exports there are."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from django.db.models import Q, QuerySet

from segue.control.connections.models import Connection
from segue.control.connections.queries import why_unusable
from segue.control.exports.models import Export, ExportSegment, ScheduleMode
from segue.control.folding import by_name
from segue.control.refreshes.models import Run
from segue.control.refreshes.queries import system_schedule
from segue.control.statuses import Status


class Rest(StrEnum):
    """Why an export that could run does not do so by itself; the codes of `why_not_runnable` say why one cannot."""

    AUDIENCE_GONE = "audience_not_found"
    INSTALLATION_HELD = "installation_undecided"
    SYSTEM_REFRESH_OFF = "system_refresh_off"
    SCHEDULE_OFF = "schedule_off"


ON_DEMAND = frozenset({Rest.SYSTEM_REFRESH_OFF, Rest.SCHEDULE_OFF})
"""Codes of exports that run when somebody says so, and only then."""

_LOOKED_AT = ("name", "connection", "last_status", "last_run_id", "schedule_is_on", "schedule_mode")

_IS_UNUSABLE = Q(segment__is_active=False) | Q(segment__removed_at__isnull=False)
"""Of a segment that an export chooses."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AllStandingStill:
    """All living exports that will not run by themselves.

    `found` are those that `standing_still` returns, but for those that only wait for the system refresh, which is off:
    `resting` of them, of which `first` are the first by name. Of a thousand exports none of these is loaded.
    """

    found: Mapping[int, tuple[Export, str]]
    first: Sequence[Export] = ()
    resting: int = 0


def all_standing_still(*, is_held: bool, named: int) -> AllStandingStill:
    """Look at all living exports, and load `named` of those that only wait for the system refresh."""
    connections = {one.pk: one for one in _connections()}
    is_off = not system_schedule().is_on
    living = by_name(Export.objects.filter(removed_at=None), "name", "pk").only(*_LOOKED_AT)
    may = _may_stand_still(connections.values())
    found = _found(
        _attached(living if is_held else living.filter(may), connections),
        is_held=is_held,
        is_off=is_off,
    )
    if is_held or not is_off:
        return AllStandingStill(found=found)
    rest = living.filter(~may, schedule_mode=ScheduleMode.EVERY_REFRESH)
    first = _attached(rest[:named], connections)
    more = rest.count() if len(first) == named else len(first)
    return AllStandingStill(found=found, first=first, resting=more)


def _connections() -> QuerySet[Connection]:
    return Connection.objects.select_related("export_user").defer("secret")


def _attached(rows: QuerySet[Export], connections: Mapping[int, Connection]) -> Sequence[Export]:
    """Load exports, each with its connection, which is loaded already."""
    loaded = list(rows)
    for export in loaded:
        export.connection = connections.get(export.connection_id or 0)
    return loaded


def _may_stand_still(connections: Iterable[Connection]) -> Q:
    unusable = [one.pk for one in connections if why_unusable(one) is not None]
    segments = ExportSegment.objects.filter(_IS_UNUSABLE).values("export_id")
    may = Q(connection=None) | Q(connection__in=unusable) | Q(pk__in=segments)
    return may | Q(last_status=Status.FAILED) | Q(schedule_is_on=False)


def standing_still(rows: Iterable[Export], *, is_held: bool) -> Mapping[int, tuple[Export, str]]:
    """Return those of some living exports that will not run by themselves, each with the code that says why, by their keys.

    `rows` come with their connections and export users, as from `queries.exports`. `is_held`: nobody has said yet that
    this installation is the real one.
    """
    return _found(list(rows), is_held=is_held, is_off=not system_schedule().is_on)


def _found(
    rows: Sequence[Export], *, is_held: bool, is_off: bool
) -> Mapping[int, tuple[Export, str]]:
    keys = [export.pk for export in rows]
    segments = _unusable_segments(keys)
    gone = _without_audience([one for one in rows if one.last_status == Status.FAILED])
    found = {}
    for export in rows:
        code = (
            _cannot_run(export, segments)
            or (Rest.AUDIENCE_GONE if export.pk in gone else "")
            or (Rest.INSTALLATION_HELD if is_held else "")
            or _rests(export, is_off=is_off)
        )
        if code:
            found[export.pk] = (export, str(code))
    return found


def _cannot_run(export: Export, segments: Mapping[int, str]) -> str:
    """Say what `why_not_runnable` says."""
    if export.connection is None:
        return "export_detached"
    unusable = why_unusable(export.connection)
    return unusable.value if unusable is not None else segments.get(export.pk, "")


def _rests(export: Export, *, is_off: bool) -> str:
    if not export.schedule_is_on:
        return Rest.SCHEDULE_OFF
    waits = is_off and export.schedule_mode == ScheduleMode.EVERY_REFRESH
    return Rest.SYSTEM_REFRESH_OFF if waits else ""


def _unusable_segments(keys: Sequence[int]) -> Mapping[int, str]:
    chosen = ExportSegment.objects.filter(_IS_UNUSABLE, export__in=keys)
    found: dict[int, str] = {}
    for key, removed_at in chosen.values_list("export_id", "segment__removed_at"):
        if removed_at is not None or key not in found:
            found[key] = "segment_inactive" if removed_at is None else "segment_removed"
    return found


def _without_audience(failed: Sequence[Export]) -> frozenset[int]:
    """Return those of failed exports whose last run found no audience."""
    if not failed:
        return frozenset()
    runs = Run.objects.filter(pk__in=[one.last_run_id for one in failed], code=Rest.AUDIENCE_GONE)
    return frozenset(runs.values_list("export_id", flat=True))
