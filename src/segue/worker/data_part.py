"""Carry out the data part of one refresh: data sources → profiles → segments, each task with its time and its end."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING

from django.conf import settings

from segue.control.refreshes import data_work
from segue.control.refreshes.data_work import TaskEnd
from segue.control.refreshes.leases import Lease, Renewal
from segue.control.refreshes.models import Refresh, TaskKind
from segue.control.segments import operations as segments
from segue.control.segments.queries import exportable_segments
from segue.control.sources import operations as sources
from segue.control.statuses import Status
from segue.core.clock import Clock
from segue.core.errors import BrokenOff, Problem, TryLater
from segue.observability.logs import log_event
from segue.profiles.references import needed_columns
from segue.service import configured
from segue.service.exports import Workspace
from segue.service.list_sizes import readable_lists, sizes_of
from segue.worker import breaking_off, readings
from segue.worker.beat import Beat
from segue.worker.database import database, kept
from segue.worker.edge import guarded, or_bug

if TYPE_CHECKING:
    from segue.profiles.ports import Snapshot


class DataPart:
    """One claimed data part, for the thread that calls `work`. `was_busy`: somebody else is reading the data sources."""

    def __init__(
        self,
        refresh: Refresh,
        lease: Lease,
        *,
        clock: Clock,
        since: float,
        works_by: Clock | None = None,
    ) -> None:
        self.was_busy = False
        self._refresh = refresh
        self._lease = lease
        self._clock, self._works_by = clock, works_by or clock
        self._now_at = TaskKind.SOURCE
        self._read: set[str] = set()
        self.beat = Beat(self._renew, clock=clock, since=since, job=f"refresh {refresh.pk}")

    def work(self) -> None:
        """Carry the data part out and keep how it ended; nothing is raised."""
        log_event("refresh.began", refresh=self._refresh.pk, fence=self._lease.fence)
        with self.beat:
            result = or_bug("refresh.bug", self._walk, refresh=self._refresh.pk)
        if isinstance(result, Problem) and not isinstance(result, BrokenOff):
            # What went wrong while it was being stopped is a consequence of that, not a failure to tell.
            result = self.beat.permit.reason or result
        guarded("refresh.end_not_kept", partial(self._keep, result), refresh=self._refresh.pk)

    # the walk

    def _walk(self) -> tuple[Snapshot, set[str]]:
        """Return the snapshot, and the segments that could not be counted."""
        with database():
            workspace = configured.workspace(clock=self._works_by)
        self._start(TaskKind.SOURCE, names=needed_columns(workspace.configuration.schema).keys())
        refreshed = workspace.refresh(
            force=self._refresh.read_again,
            longest_s=60.0 * settings.SEGUE_SOURCE_LONGEST_MINUTES,
            told=self._told,
            began=self._began,
            permit=self.beat.permit,
        )
        snapshot = refreshed.snapshot
        with database():
            self._keep_sources(snapshot)
        self.beat.permit.check()
        self._start(TaskKind.SEGMENT)
        return snapshot, self._count(workspace, snapshot)

    def _began(self, source: str) -> None:
        """Hear whose turn it is: whoever takes over from a worker that died must know where."""
        with database():
            data_work.turn_of_source(self._refresh, self._lease, source, now=self._clock.now())

    def _told(self, source: str, rows: int) -> None:
        """Hear that a source was read; after the last one profiles are made."""
        self._read.add(source)
        ended = {source: TaskEnd(status=Status.SUCCESSFUL, count=rows)}
        self._end(TaskKind.SOURCE, ended)

    def _keep_sources(self, snapshot: Snapshot) -> None:
        now = self._clock.now()
        profiles = snapshot.counts["profiles"].kept
        self._end(TaskKind.SOURCE, readings.ends_of_sources(self._names(TaskKind.SOURCE), snapshot))
        sources.record_reading(
            readings.of_snapshot(snapshot), profiles=profiles, snapshot_id=snapshot.id, now=now
        )
        made = TaskEnd(status=Status.SUCCESSFUL, count=profiles)
        self._end(TaskKind.PROFILES, dict.fromkeys(self._names(TaskKind.PROFILES), made))

    def _count(self, workspace: Workspace, snapshot: Snapshot) -> set[str]:
        with database():
            wanted = self._names(TaskKind.SEGMENT)
            active = set(exportable_segments().values_list("name", flat=True))
            held, closed = readable_lists(wanted)
        usable = set(workspace.configuration.segments) & active - closed
        names = [name for name in wanted if name in usable]
        counts: Mapping[str, int] = {}
        lists: Mapping[str, segments.ListSize] = {}
        if names:
            counts = workspace.segment_counts(snapshot, names=names, permit=self.beat.permit)
            lists = sizes_of(
                {name: one for name, one in held.items() if name in usable},
                workspace,
                snapshot,
                permit=self.beat.permit,
            )
            counts = {**counts, **{name: size.members for name, size in lists.items()}}
        unusable = {name for name in wanted if name in active and name not in usable}
        with database():
            segments.record_counts(counts, lists=lists, now=self._clock.now())
            segments.record_failure(sorted(unusable))
            self._end(TaskKind.SEGMENT, readings.ends_of_segments(wanted, counts, unusable))
        return unusable

    # tasks

    def _names(self, kind: TaskKind) -> list[str]:
        return list(self._refresh.tasks.filter(kind=kind).values_list("name", flat=True))

    def _start(self, kind: TaskKind, *, names: Collection[str] = ()) -> None:
        self._now_at, now = kind, self._clock.now()
        with database():
            data_work.start_tasks(self._refresh, self._lease, kind, names=names, now=now)

    def _end(self, kind: TaskKind, ends: dict[str, TaskEnd]) -> None:
        with database():
            data_work.end_tasks(self._refresh, self._lease, kind, ends, now=self._clock.now())
            waits = self._refresh.tasks.filter(kind=TaskKind.SOURCE, status=Status.REFRESHING)
            is_read = kind is TaskKind.SOURCE and not waits.exists()
        if is_read:
            self._start(TaskKind.PROFILES)

    def _renew(self, now: datetime) -> Renewal:
        return data_work.renew_data(self._refresh, self._lease, now=now)

    # the end

    def _keep(self, result: tuple[Snapshot, set[str]] | Problem) -> None:
        is_kept = kept(partial(self._kept, result))
        event = "refresh.data_ended" if is_kept else "refresh.lease_lost"
        why = result.code if isinstance(result, Problem) else ""
        log_event(event, refresh=self._refresh.pk, code=why)

    def _kept(self, result: tuple[Snapshot, set[str]] | Problem) -> bool:
        now, refresh, lease = self._clock.now(), self._refresh, self._lease
        if not isinstance(result, Problem):
            snapshot, uncounted = result
            return data_work.finish_data(
                refresh, lease, snapshot_id=snapshot.id, uncounted=uncounted, now=now
            )
        if isinstance(result, BrokenOff):
            return self._stopped(result, now)
        if isinstance(result, TryLater):
            self.was_busy = True
            return data_work.postpone_data(refresh, lease)
        self._tell_failure(result, now)
        return data_work.fail_data(refresh, lease, result, now=now)

    def _stopped(self, reason: BrokenOff, now: datetime) -> bool:
        if reason.code == breaking_off.LEASE_LOST:
            return False
        if reason.code == breaking_off.WORKER_ENDS:
            return data_work.postpone_data(self._refresh, self._lease)
        return data_work.cancel_data(self._refresh, self._lease, now=now)

    def _tell_failure(self, problem: Problem, now: datetime) -> None:
        """Say which tasks failed: the sources that are named, else all that were being worked on."""
        failed = readings.failures_of(problem)
        if failed:
            data_work.end_tasks(self._refresh, self._lease, TaskKind.SOURCE, failed, now=now)
            unread = readings.unread(failed)
            sources.record_reading(unread, profiles=None, snapshot_id="", now=now)
            return
        ended = dict.fromkeys(self._names(self._now_at), readings.failed_by(problem))
        data_work.end_tasks(self._refresh, self._lease, self._now_at, ended, now=now)
        if self._now_at is TaskKind.SEGMENT:
            segments.record_failure(list(ended))
