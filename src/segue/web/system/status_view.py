"""How everything stands: data sources, profiles, segments and exports in groups, and what is in progress."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import QuerySet
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from segue.control.exports.models import Export
from segue.control.exports.queries import exports
from segue.control.refreshes.models import Refresh, Run, Task
from segue.control.refreshes.standing import (
    Done,
    last_profiles_task,
    last_tasks_of_segments,
    last_tasks_of_sources,
    profiles_refreshed_at,
    runs_done,
    runs_of,
    tasks_done,
)
from segue.control.segments.models import Segment
from segue.control.segments.queries import exportable_segments
from segue.control.sources.models import DataSource
from segue.control.sources.queries import latest_profile_count, sources
from segue.control.statuses import OPEN, Status
from segue.web.live import Piece
from segue.web.runs.log_view import started_by

ROWS_A_GROUP = 25
ROWS_OF_REFRESHES = 20
OPEN_SHOWN = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class StandingRow:
    """One task. `count` is rows, profiles, members or accepted contacts; None where nothing was counted."""

    label: str
    href: str
    status: str
    refreshed_at: datetime | None
    seconds: float | None
    count: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class StandingGroup:
    """Tasks of one kind. `more` are not shown; `href` leads to all of them."""

    label: str
    counted: str
    href: str
    rows: Sequence[StandingRow]
    more: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenRefresh:
    """A refresh in progress."""

    refresh: Refresh
    started_by: str
    tasks: Done
    runs: Done


@dataclass(frozen=True, slots=True, kw_only=True)
class LastRefresh:
    """One line of the list of refreshes."""

    refresh: Refresh
    started_by: str
    seconds: float | None
    runs: int


def read_status(now: datetime) -> Piece:
    """Read the part of the page that changes while something goes on."""
    part = status_part(now)
    html = render_to_string("segue/system/status_live.html", part)
    return Piece(html=html, is_over=not part["in_progress"])


def status_part(now: datetime) -> dict[str, object]:
    """Return what is in progress, the groups, and the names of those of which there is nothing yet."""
    found = groups()
    missing = [group.label for group in found if not group.rows]
    return {"now": now, "in_progress": open_refreshes(), "groups": found, "missing": missing}


def open_refreshes() -> Sequence[OpenRefresh]:
    """Return the refreshes in progress, the oldest first: that is the order in which they are worked on."""
    rows = list(Refresh.objects.filter(status__in=OPEN).order_by("id")[:OPEN_SHOWN])
    tasks, runs = tasks_done(rows), runs_done(rows)
    return [
        OpenRefresh(
            refresh=row,
            started_by=started_by(row),
            tasks=tasks.get(row.pk, Done()),
            runs=runs.get(row.pk, Done()),
        )
        for row in rows
    ]


def last_rows(rows: Sequence[Refresh], now: datetime) -> Sequence[LastRefresh]:
    """Return the lines of a page of refreshes."""
    runs = runs_of(rows)
    return [
        LastRefresh(
            refresh=row,
            started_by=started_by(row),
            seconds=((row.finished_at or now) - row.started_at).total_seconds()
            if row.started_at
            else None,
            runs=runs.get(row.pk, 0),
        )
        for row in rows
    ]


def groups() -> Sequence[StandingGroup]:
    """Return all tasks by kind."""
    return [_sources(), _profiles(), _segments(), _exports()]


def _sources() -> StandingGroup:
    rows = sources()
    tasks = last_tasks_of_sources(rows)
    return StandingGroup(
        label=_("Data sources"),
        counted=_("Rows"),
        href=reverse("sources"),
        rows=[_source_row(row, tasks.get(row.name)) for row in rows[:ROWS_A_GROUP]],
        more=_more(rows),
    )


def _source_row(source: DataSource, task: Task | None) -> StandingRow:
    return StandingRow(
        label=source.label,
        href=reverse("source", kwargs={"name": source.name}),
        status=task.status if task else source.status,
        refreshed_at=source.refreshed_at,
        seconds=_seconds(task),
        count=source.rows,
    )


def _profiles() -> StandingGroup:
    task, latest = last_profiles_task(), latest_profile_count()
    if task is None and latest is None and not sources().exists():
        return StandingGroup(label=_("Profiles"), counted=_("Profiles"), href="", rows=[])
    row = StandingRow(
        label=_("Unified customer profiles"),
        href="",
        status=task.status if task else Status.NOT_STARTED,
        refreshed_at=profiles_refreshed_at(task, latest),
        seconds=_seconds(task),
        count=latest.profiles if latest else None,
    )
    return StandingGroup(label=_("Profiles"), counted=_("Profiles"), href="", rows=[row])


def _segments() -> StandingGroup:
    rows = exportable_segments()
    tasks = last_tasks_of_segments(rows)
    return StandingGroup(
        label=_("Segments"),
        counted=_("Members"),
        href=reverse("segments"),
        rows=[_segment_row(row, tasks.get(row.name)) for row in rows[:ROWS_A_GROUP]],
        more=_more(rows),
    )


def _segment_row(segment: Segment, task: Task | None) -> StandingRow:
    return StandingRow(
        label=segment.label,
        href=reverse("segment", kwargs={"name": segment.name}),
        status=task.status if task else segment.status,
        refreshed_at=segment.refreshed_at,
        seconds=_seconds(task),
        count=segment.members,
    )


def _exports() -> StandingGroup:
    rows = exports()
    shown = list(rows[:ROWS_A_GROUP])
    last = Run.objects.in_bulk([row.last_run_id for row in shown if row.last_run_id])
    return StandingGroup(
        label=_("Exports"),
        counted=pgettext("people", "Accepted"),
        href=reverse("exports"),
        rows=[_export_row(row, last.get(row.last_run_id or 0)) for row in shown],
        more=_more(rows),
    )


def _export_row(export: Export, run: Run | None) -> StandingRow:
    href = (
        reverse("run", kwargs={"pk": run.pk})
        if run
        else reverse("export", kwargs={"pk": export.pk})
    )
    return StandingRow(
        label=export.name,
        href=href,
        status=export.last_status,
        refreshed_at=export.refreshed_at,
        seconds=_seconds(run),
        count=run.accepted_in_all if run else None,
    )


def _seconds(work: Task | Run | None) -> float | None:
    if work is None or work.started_at is None or work.finished_at is None:
        return None
    return (work.finished_at - work.started_at).total_seconds()


def _more(rows: QuerySet[DataSource] | QuerySet[Segment] | QuerySet[Export]) -> int:
    return max(rows.count() - ROWS_A_GROUP, 0)
