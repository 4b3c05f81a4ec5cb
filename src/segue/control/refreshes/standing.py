"""Read how everything stands: the last task of each source and segment, the counts of refreshes for a list."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, OuterRef, QuerySet, Subquery

from segue.control.refreshes.models import Refresh, Run, Task, TaskKind
from segue.control.segments.models import Segment
from segue.control.sources.models import DataSource, ProfileCount
from segue.control.statuses import GOOD, OPEN

TREND_READINGS = 20
"""So many readings make the line of a data source."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Done:
    """How many parts of something are over, of how many."""

    done: int = 0
    all: int = 0


def last_tasks_of_sources(sources: QuerySet[DataSource]) -> Mapping[str, Task]:
    """Return the last task of each source, by name."""
    return _last_tasks(TaskKind.SOURCE, sources)


def last_tasks_of_segments(segments: QuerySet[Segment]) -> Mapping[str, Task]:
    """Return the last task of each segment, by name."""
    return _last_tasks(TaskKind.SEGMENT, segments)


def counts_of_sources(names: Sequence[str]) -> Mapping[str, Sequence[Task]]:
    """Return the last readings of data sources that counted rows, by name, each oldest first: one query for all."""
    read = Task.objects.filter(kind=TaskKind.SOURCE, name__in=names, count__isnull=False)
    found: dict[str, list[Task]] = {}
    for task in reversed(read.order_by("-id")[: TREND_READINGS * len(names)]):
        found.setdefault(task.name, []).append(task)
    return found


def last_profiles_task() -> Task | None:
    """Return the last making of profiles."""
    return Task.objects.filter(kind=TaskKind.PROFILES, name="profiles").order_by("-id").first()


def profiles_refreshed_at(last: Task | None, counted: ProfileCount | None) -> datetime | None:
    """Return when profiles were last made, given their last task and count.

    They are made of sources that have not changed too, and counted anew only when something has.
    """
    if last is not None and last.status not in GOOD:
        made = Task.objects.filter(kind=last.kind, name=last.name, status__in=GOOD)
        last = made.order_by("-id").first()
    made_at = last.finished_at if last else None
    return made_at or (counted.at if counted else None)


def runs_done(refreshes: Sequence[Refresh]) -> Mapping[int, Done]:
    """Return how many runs of each refresh are over, by the refresh's key."""
    return _done(Run.objects.filter(refresh__in=refreshes))


def runs_of(refreshes: Sequence[Refresh]) -> Mapping[int, int]:
    """Return how many runs each refresh has, by the refresh's key: counted without looking at any."""
    rows = Run.objects.filter(refresh__in=refreshes).order_by()
    return dict(rows.values_list("refresh_id").annotate(rows=Count("pk")))


def tasks_done(refreshes: Sequence[Refresh]) -> Mapping[int, Done]:
    """Return how many tasks of each refresh are over, by the refresh's key."""
    return _done(Task.objects.filter(refresh__in=refreshes))


def _last_tasks(
    kind: TaskKind, rows: QuerySet[DataSource] | QuerySet[Segment]
) -> Mapping[str, Task]:
    of_row = Task.objects.filter(kind=kind, name=OuterRef("name")).order_by("-id")
    last = rows.annotate(last_task=Subquery(of_row.values("pk")[:1]))
    keys = [key for key in last.values_list("last_task", flat=True) if key]
    return {task.name: task for task in Task.objects.filter(pk__in=keys)}


def _done(rows: QuerySet[Run] | QuerySet[Task]) -> Mapping[int, Done]:
    counted = rows.order_by().values_list("refresh_id", "status").annotate(rows=Count("pk"))
    found: dict[int, Done] = {}
    for refresh, status, count in counted:
        so_far = found.get(refresh, Done())
        over = 0 if status in OPEN else count
        found[refresh] = Done(done=so_far.done + over, all=so_far.all + count)
    return found
