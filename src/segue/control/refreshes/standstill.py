"""Which exports will not run as they are, and why: a few questions to the database, however many exports there are."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from enum import StrEnum

from django.db.models import Q

from segue.control.connections.queries import why_unusable
from segue.control.exports.models import Export, ExportSegment, ScheduleMode
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


def standing_still(rows: Iterable[Export], *, is_held: bool) -> Mapping[int, tuple[Export, str]]:
    """Return those of some living exports that will not run by themselves, each with the code that says why, by their keys.

    `rows` come with their connections and export users, as from `queries.exports`. `is_held`: nobody has said yet that
    this installation is the real one.
    """
    rows = list(rows)
    keys = [export.pk for export in rows]
    segments = _unusable_segments(keys)
    gone = _without_audience([one for one in rows if one.last_status == Status.FAILED])
    is_off = not system_schedule().is_on
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
    is_unusable = Q(segment__is_active=False) | Q(segment__removed_at__isnull=False)
    chosen = ExportSegment.objects.filter(is_unusable, export__in=keys)
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
