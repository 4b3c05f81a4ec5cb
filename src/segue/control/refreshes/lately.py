"""Read what ran last and what comes next, with one query each however much has run. For the home page."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256

from django.db.models import Count, Max, OuterRef, QuerySet, Subquery

from segue.control.exports.models import Export, ScheduleMode
from segue.control.refreshes.models import Refresh, Run, RunKind, Task
from segue.control.statuses import OPEN, WORKING, Status

MOST_AT_ONCE = 50
"""Refreshes that may be under way together, for all that is told of them here."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Work:
    """What is at work, as a text that is another one as soon as anything has begun, gone a step further or ended."""

    stamp: str
    is_going_on: bool


def work_now() -> Work:
    """Return what is at work now."""
    refreshes = list(Refresh.objects.filter(status__in=OPEN).values_list("pk", "status"))
    open_ = [pk for pk, _status in refreshes]
    tasks = _by_status(Task.objects.filter(refresh__in=open_)) if open_ else []
    runs = _by_status(Run.objects.filter(status__in=OPEN | {Status.NEEDS_APPROVAL}))
    newest = [rows.aggregate(newest=Max("pk"))["newest"] for rows in (Refresh.objects, Run.objects)]
    told = repr((sorted(refreshes), tasks, runs, newest))
    is_going_on = bool(refreshes) or any(status in OPEN for status, _count in runs)
    return Work(stamp=sha256(told.encode()).hexdigest()[:16], is_going_on=is_going_on)


def _by_status(rows: QuerySet[Task] | QuerySet[Run]) -> list[tuple[str, int]]:
    counted = rows.order_by().values_list("status").annotate(rows=Count("pk"))
    return sorted((str(status), count) for status, count in counted)


def last_refresh() -> Refresh | None:
    """Return the refresh that ended last, of whatever: everything, all data, or chosen exports."""
    # What began later may end earlier; nothing in front of that many others still does.
    ended = Refresh.objects.filter(finished_at__isnull=False)[:MOST_AT_ONCE]
    return max(ended, key=lambda one: (one.finished_at, one.pk), default=None)


def looked_again_at(read_at: datetime) -> datetime | None:
    """Return when the last refresh that began after profiles were read was through with its data, None: none did."""
    later = Refresh.objects.filter(started_at__gt=read_at, data_ready_at__isnull=False)
    return later.order_by("-data_ready_at").values_list("data_ready_at", flat=True).first()


def refresh_at_work() -> Refresh | None:
    """Return a refresh that is at work now."""
    return Refresh.objects.filter(status__in=WORKING).first()


def runs_waiting_or_at_work() -> int:
    """Return how many runs are not over and need nobody's help."""
    return Run.objects.filter(status__in=OPEN).count()


def last_results(exports: Sequence[Export]) -> Mapping[int, Run]:
    """Return the run of each export that ended last, by the export's key; those that never ended one are left out."""
    ended = Run.objects.filter(
        export=OuterRef("pk"), kind=RunKind.EXPORT, finished_at__isnull=False
    ).order_by("-id")
    chosen = Export.objects.filter(pk__in=[export.pk for export in exports])
    last = chosen.annotate(last_ended=Subquery(ended.values("pk")[:1])).values("last_ended")
    return {run.export_id: run for run in Run.objects.filter(pk__in=last)}


def unread_runs(keys: Sequence[int]) -> frozenset[int]:
    """Return those of the runs that stood on data of which something could not be read."""
    return frozenset(Run.objects.filter(pk__in=keys, unread__gt=0).values_list("pk", flat=True))


def next_export() -> Export | None:
    """Return the export whose own schedule comes round first."""
    scheduled = Export.objects.filter(
        removed_at=None,
        connection__isnull=False,
        schedule_is_on=True,
        schedule_mode=ScheduleMode.OWN,
        next_run_at__isnull=False,
    )
    return scheduled.order_by("next_run_at").first()
