"""What a worker does to the data part of a refresh: take it, tell its tasks, end it. Each write needs the lease."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import Q

from segue.control.refreshes.leases import (
    Lease,
    Renewal,
    Verdict,
    claim,
    held,
    is_deadly,
    left_behind,
    read_died,
    read_once_more,
    renew,
    worker_died,
)
from segue.control.refreshes.models import Refresh, Run, Task, TaskKind
from segue.control.refreshes.silence import Watch
from segue.control.refreshes.states import REFRESH_MOVES, RUN_MOVES, TASK_MOVES, move
from segue.control.refreshes.telling import tell_export
from segue.control.sources import operations as sources
from segue.control.sources.operations import SourceReading
from segue.control.statuses import OPEN, Status
from segue.core.errors import Problem
from segue.core.sentences import said, together

UPSTREAM_FAILED = "upstream_failed"
"""The code of what is skipped because something before it failed."""

READ_ONCE_MORE = "source_read_once_more"
"""The code of a source that was being read when a worker died."""

_GRAVITY = (
    Status.FAILED,
    Status.SKIPPED,
    Status.NEEDS_APPROVAL,
    Status.CANCELED,
    Status.SUCCESSFUL_WITH_SKIPS,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskEnd:
    """How one task ended. `count` is rows, profiles or members."""

    status: Status
    count: int | None = None
    code: str = ""
    message: str = ""
    action: str = ""


def claim_data(
    *, owner: str, now: datetime, watch: Watch | None = None
) -> tuple[Refresh, Lease] | None:
    """Take the next data part: one that waits, or one whose worker is gone. Only one is at work at a time.

    `watch` tells which workers are gone; None: nothing is taken over.
    """
    left = left_behind(Refresh.objects.all(), Status.REFRESHING, watch)
    if Refresh.objects.filter(status=Status.REFRESHING).exclude(left).exists():
        return None
    takeable = Q(status=Status.QUEUED) | left
    rows = Refresh.objects.filter(takeable, data_ready_at=None)
    # What was left comes first: while it is at work, nothing else may be.
    for row in [*rows.filter(status=Status.REFRESHING), *rows.order_by("id")[:1]]:
        same = Refresh.objects.filter(status=row.status)
        lease = claim(same, row, owner=owner, now=now, status=Status.REFRESHING)
        if lease is not None and (why := _why_given_up(row, lease, now)) is not None:
            fail_data(row, lease, why, now=now)
            return claim_data(owner=owner, now=now, watch=watch)
        if lease is not None:
            Refresh.objects.filter(pk=row.pk, started_at=None).update(started_at=now)
            begun = row.tasks.filter(status=Status.REFRESHING)
            move(begun, TASK_MOVES, Status.QUEUED, started_at=None)
            return Refresh.objects.get(pk=row.pk), lease
    return None


def _why_given_up(row: Refresh, lease: Lease, now: datetime) -> Problem | None:
    """Return why nobody goes on with what workers died at, None when somebody does.

    The source that was being read is read once more, and told; it may be what hangs or kills them.
    """
    if not row.owner:
        return None
    source = _source_at_work(row)
    if source is not None and source.code == READ_ONCE_MORE:
        why = read_died(source.name)
        end_tasks(row, lease, TaskKind.SOURCE, {source.name: _end_by(why)}, now=now)
        sources.record_reading(
            {source.name: SourceReading(rows=None, message=together(why.message, why.action))},
            profiles=None,
            snapshot_id="",
            now=now,
        )
        return why
    if is_deadly(row):
        return worker_died()
    if source is not None:
        told = read_once_more(source.name)
        words = {"code": told.code, "message": told.message, "action": told.action}
        row.tasks.filter(pk=source.pk).update(**words)
    return None


def _source_at_work(row: Refresh) -> Task | None:
    """Return the source whose turn came last, None when that is not known."""
    begun = row.tasks.filter(kind=TaskKind.SOURCE, status=Status.REFRESHING)
    last = list(begun.order_by("-started_at", "position")[:2])
    if not last or (len(last) == 2 and last[0].started_at == last[1].started_at):
        return None
    return last[0]


def _end_by(problem: Problem) -> TaskEnd:
    return TaskEnd(
        status=Status.FAILED, code=problem.code, message=problem.message, action=problem.action
    )


def renew_data(refresh: Refresh, lease: Lease, *, now: datetime) -> Renewal:
    """Renew the lease and look whether the work may go on."""
    if not renew(Refresh.objects.all(), refresh.pk, lease, now=now):
        return Renewal(verdict=Verdict.LOST)
    canceled = Refresh.objects.filter(pk=refresh.pk, cancel_requested_at__isnull=False).exists()
    return Renewal(verdict=Verdict.CANCEL if canceled else Verdict.GO_ON)


def start_tasks(
    refresh: Refresh, lease: Lease, kind: TaskKind, *, now: datetime, names: Collection[str] = ()
) -> None:
    """Say that the tasks of one kind are being worked on, all or those of some names."""
    tasks = refresh.tasks.filter(kind=kind)
    if names:
        tasks = tasks.filter(name__in=names)
    if _holds(refresh, lease):
        move(tasks, TASK_MOVES, Status.REFRESHING, started_at=now)


def turn_of_source(refresh: Refresh, lease: Lease, name: str, *, now: datetime) -> None:
    """Say that it is a source's turn to be opened or read."""
    if _holds(refresh, lease):
        begun = refresh.tasks.filter(kind=TaskKind.SOURCE, status=Status.REFRESHING)
        begun.filter(name=name).update(started_at=now)


def end_tasks(
    refresh: Refresh, lease: Lease, kind: TaskKind, ends: Mapping[str, TaskEnd], *, now: datetime
) -> None:
    """Say how the tasks of one kind ended, by name."""
    if not _holds(refresh, lease):
        return
    for name, end in ends.items():
        move(
            refresh.tasks.filter(kind=kind, name=name),
            TASK_MOVES,
            end.status,
            count=end.count,
            code=end.code,
            message=end.message,
            action=end.action,
            finished_at=now,
        )


@transaction.atomic
def finish_data(
    refresh: Refresh,
    lease: Lease,
    *,
    snapshot_id: str,
    now: datetime,
    uncounted: Collection[str] = (),
) -> bool:
    """End a data part that went well: its runs may begin. False: the lease was lost.

    `uncounted` are segments whose counting failed: runs of exports that choose one of them are skipped.
    """
    rows = held(Refresh.objects.all(), refresh.pk, lease)
    ready = {"data_ready_at": now, "snapshot_id": snapshot_id, "owner": "", "heartbeat_at": None}
    if not move(rows, REFRESH_MOVES, Status.PROCESSING, **ready):
        return False
    chosen = Q(export__segments__segment__name__in=uncounted)
    for run in refresh.runs.filter(chosen, status=Status.QUEUED).distinct():
        names = sorted(s.segment.name for s in run.export.segments.select_related("segment"))
        named = ", ".join(name for name in names if name in uncounted)
        message = said("A segment of the export could not be counted: %(names)s.", names=named)
        _skip(run, {"message": message, "action": said("Correct its rules, then run again.")}, now)
    return True


@transaction.atomic
def fail_data(refresh: Refresh, lease: Lease, problem: Problem, *, now: datetime) -> bool:
    """End a data part that failed: what comes after it is skipped. False: the lease was lost."""
    rows = held(Refresh.objects.all(), refresh.pk, lease)
    told = {"code": problem.code, "message": problem.message, "action": problem.action}
    over = {"finished_at": now, "owner": "", "heartbeat_at": None}
    if not move(rows, REFRESH_MOVES, Status.FAILED, **over, **told):
        return False
    move(refresh.tasks.all(), TASK_MOVES, Status.SKIPPED, finished_at=now, code=UPSTREAM_FAILED)
    for run in refresh.runs.filter(status=Status.QUEUED):
        _skip(run, {"message": problem.message, "action": problem.action}, now)
    return True


@transaction.atomic
def cancel_data(refresh: Refresh, lease: Lease, *, now: datetime) -> bool:
    """End a data part that was to be canceled, with what waits for it. False: the lease was lost."""
    rows = held(Refresh.objects.all(), refresh.pk, lease)
    over = {"finished_at": now, "owner": "", "heartbeat_at": None}
    if not move(rows, REFRESH_MOVES, Status.CANCELED, **over):
        return False
    silent = dict.fromkeys(("code", "message", "action"), "")
    move(refresh.tasks.all(), TASK_MOVES, Status.CANCELED, finished_at=now, **silent)
    for run in refresh.runs.filter(status=Status.QUEUED):
        mine = Run.objects.filter(pk=run.pk)
        if move(mine, RUN_MOVES, Status.CANCELED, finished_at=now):
            tell_export(run, Status.CANCELED, now=now)
    return True


@transaction.atomic
def postpone_data(refresh: Refresh, lease: Lease) -> bool:
    """Put a data part back for whoever comes next: the worker ends, or somebody else reads the data sources just now."""
    rows = held(Refresh.objects.all(), refresh.pk, lease)
    if not move(rows, REFRESH_MOVES, Status.QUEUED, owner="", heartbeat_at=None):
        return False
    begun = refresh.tasks.filter(status=Status.REFRESHING)
    move(begun, TASK_MOVES, Status.QUEUED, started_at=None)
    return True


def close_finished(*, now: datetime) -> list[Refresh]:
    """End the refreshes whose runs are all over, each with the gravest status among them. Returns those it ended."""
    ended = []
    over = Refresh.objects.filter(status=Status.PROCESSING).exclude(runs__status__in=OPEN)
    for refresh in over:
        status = _status_of(refresh)
        if move(Refresh.objects.filter(pk=refresh.pk), REFRESH_MOVES, status, finished_at=now):
            refresh.status, refresh.finished_at = status, now
            ended.append(refresh)
    return ended


def _holds(refresh: Refresh, lease: Lease) -> bool:
    return held(Refresh.objects.all(), refresh.pk, lease).exists()


def _skip(run: Run, words: Mapping[str, str], now: datetime) -> None:
    told = {**words, "code": UPSTREAM_FAILED, "finished_at": now}
    if move(Run.objects.filter(pk=run.pk), RUN_MOVES, Status.SKIPPED, **told):
        tell_export(run, Status.SKIPPED, now=now)


def _status_of(refresh: Refresh) -> Status:
    """Return the status of a refresh whose parts are all over: what failed in it is said, however much went well."""
    if refresh.cancel_requested_at is not None:
        return Status.CANCELED
    statuses = list(refresh.runs.values_list("status", flat=True))
    if statuses and set(statuses) == {Status.CANCELED}:
        return Status.CANCELED
    if Task.objects.filter(refresh=refresh, status=Status.FAILED).exists():
        statuses.append(Status.FAILED)
    gravest = next((status for status in _GRAVITY if status in statuses), Status.SUCCESSFUL)
    if gravest in (Status.FAILED, Status.SKIPPED):
        return Status.FAILED
    return gravest if gravest is Status.SUCCESSFUL else Status.SUCCESSFUL_WITH_SKIPS
