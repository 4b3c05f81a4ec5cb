"""Carry out one claimed run: plan, push, and keep how it ended. The engine works here, the heartbeat beside it."""

from __future__ import annotations

import asyncio
from datetime import datetime
from functools import partial
from threading import Lock, Thread

from segue.control.connections.operations import record_health, record_reading
from segue.control.exports.models import NewStatus
from segue.control.refreshes import run_work
from segue.control.refreshes.leases import Lease, Renewal
from segue.control.refreshes.models import Run, RunKind
from segue.control.refreshes.papers import SamplePerson
from segue.control.refreshes.run_work import BUSY_AGAIN_AFTER, RunEnd
from segue.control.statuses import Status
from segue.core.clock import Clock
from segue.core.errors import Problem
from segue.observability.logs import log_event
from segue.service import configured
from segue.service.accounts import health_of
from segue.service.exports import PlanView, Workspace
from segue.service.journals import RunLease
from segue.sync.permission import Permission
from segue.sync.report import RunReport
from segue.worker import breaking_off, ends
from segue.worker.beat import Beat
from segue.worker.database import database, kept
from segue.worker.edge import guarded, or_bug
from segue.worker.plan_file import plan_file, write_plan
from segue.worker.progress import Progress

ALREADY_RUNNING = "already_running"
"""The code of an account that another program of this home folder is using."""

PLAN_KEPT_IN_S = 10.0
"""How long a run waits for its plan to be kept, before it goes on without."""


class ExportRun:
    """One attempt of one run, for the thread that calls `work`."""

    def __init__(
        self, run: Run, lease: Lease, *, clock: Clock, since: float, works_by: Clock | None = None
    ) -> None:
        self._run = run
        self._lease = lease
        self._clock, self._works_by = clock, works_by or clock
        self._progress = Progress(clock, before_s=_waited_s(run), since_s=since)
        self._noted: PlanView | None = None
        self._noting = Lock()
        self._seconds_noted = 0
        self.beat = Beat(self._renew, clock=clock, since=since, job=f"run {run.pk}")
        self.run_id: int = run.pk

    def work(self) -> None:
        """Carry the run out and keep how it ended; nothing is raised."""
        fields: dict[str, int] = {"run": self._run.pk, "export": self._run.export_id}
        log_event(
            "run.began",
            run=self._run.pk,
            export=self._run.export_id,
            attempt=self._run.attempt,
            fence=self._lease.fence,
        )
        with self.beat:
            result = or_bug("run.bug", self._attempt, **fields)
            guarded("run.plan_not_kept", self._note_plan, **fields)
        guarded("run.end_not_kept", partial(self._keep, result), **fields)

    # the engine

    def _attempt(self) -> RunReport | PlanView:
        with database():
            lease = RunLease(run=self._run.pk, owner=self._lease.owner, fence=self._lease.fence)
            workspace = configured.workspace(self._run.export, clock=self._works_by, lease=lease)
        # What was read for this run, at first; later attempts and approved plans take what was read last.
        is_first = self._run.attempt == 1 and not self._run.approved_digest
        snapshot_id = self._run.refresh.snapshot_id if is_first else ""
        if self._run.kind == RunKind.PLAN:
            return self._plan(workspace, snapshot_id)
        return asyncio.run(
            workspace.run(
                self._run.export.key,
                workspace.snapshot(snapshot_id),
                permission=Permission(
                    digest=self._run.approved_digest or None, also_unheld=not self._is_exact
                ),
                listener=self._progress,
                everybody=partial(write_plan, self._run.pk),
                seen=self._see,
                permit=self.beat.permit,
                pace=self._progress.pace,
            )
        )

    @property
    def _is_exact(self) -> bool:
        """Return whether somebody asked for exactly one plan: a first attempt that finds another waits, brake or not."""
        return self._run.attempt == 1 and self._run.approved_at == self._run.created_at

    def _plan(self, workspace: Workspace, snapshot_id: str) -> PlanView:
        with plan_file(self._run.pk) as write:
            view = asyncio.run(
                workspace.plan(
                    self._run.export.key,
                    workspace.snapshot(snapshot_id),
                    listener=self._progress,
                    each=write,
                    permit=self.beat.permit,
                    pace=self._progress.pace,
                )
            )
        self._see(view)
        return view

    # the heartbeat

    def _renew(self, now: datetime) -> Renewal:
        columns = self._progress.columns()
        renewal = run_work.renew_run(self._run, self._lease, now=now, **columns)
        self._note_plan()
        seconds = self._progress.seconds()
        if len(seconds) != self._seconds_noted:
            run_work.note_seconds(self._run, self._lease, seconds)
            self._seconds_noted = len(seconds)
        return renewal

    def _see(self, view: PlanView) -> None:
        """Keep the plan before anything of it is written: who follows the run looks at it first.

        The engine waits for that, but not for ever: without its database it goes on, and the heartbeat tries again.
        """
        self._progress.see(view)
        fields: dict[str, int] = {"run": self._run.pk, "export": self._run.export_id}
        noting = Thread(
            target=guarded,
            args=("run.plan_not_kept", self._note_plan),
            kwargs=fields,
            name="plan",
            daemon=True,
        )
        noting.start()
        noting.join(PLAN_KEPT_IN_S)

    def _note_plan(self) -> None:
        with self._noting:
            self._note_seen_plan()

    def _note_seen_plan(self) -> None:
        view = self._progress.view
        if view is None or view is self._noted:
            return
        samples = [
            SamplePerson(
                address=person.address,
                kind=int(person.kind),
                skip=int(person.skip),
                tags_added=person.tags_added,
                tags_removed=person.tags_removed,
            )
            for person in view.samples
        ]
        with database():
            run_work.note_plan(self._run, self._lease, view.plan, samples)
        self._noted = view

    # the end

    def _keep(self, result: RunReport | PlanView | Problem) -> None:
        stopped = self.beat.permit.reason
        if isinstance(result, Problem):
            end = ends.of_problem(result)
        elif isinstance(result, PlanView):
            end = ends.of_plan(result.plan)
        else:
            end = ends.of_report(result, stopped)
        is_kept = kept(partial(self._kept, end, result))
        log_event(
            "run.ended" if is_kept else "run.lease_lost",
            run=self._run.pk,
            export=self._run.export_id,
            status=str(end.status),
            code=end.code,
            accepted=(end.numbers or {}).get("accepted", 0),
        )

    def _kept(self, end: RunEnd, result: RunReport | PlanView | Problem) -> bool:
        now, run, lease = self._clock.now(), self._run, self._lease
        if end.code == breaking_off.LEASE_LOST:
            return False
        if end.status == Status.QUEUED:
            return run_work.give_back_run(run, lease, now=now)
        if end.code == ALREADY_RUNNING:
            return run_work.give_back_run(run, lease, now=now, after=BUSY_AGAIN_AFTER)
        report = result if isinstance(result, RunReport) else None
        if not isinstance(result, Problem):
            self._progress.over()
        seconds = self._progress.seconds(_waited_s(run, until=now))
        is_kept = run_work.end_run(run, lease, end, now=now, report=report, seconds=seconds)
        self._keep_account(result, now)
        return is_kept

    def _keep_account(self, result: RunReport | PlanView | Problem, now: datetime) -> None:
        """Keep what the run learned of the account: that it refuses us, or how many contacts its audience has now."""
        connection = self._run.export.connection
        assert connection is not None  # it was claimed with one
        lost = None if isinstance(result, PlanView) else ends.lost_connection(result)
        if lost is not None:
            record_health(connection=connection, health=health_of(lost), code=lost.code, now=now)
        audience = self._progress.view.audience if self._progress.view else None
        if audience is None or not type(connection).objects.filter(pk=connection.pk).exists():
            return
        if isinstance(result, RunReport):
            adds = self._run.export.new_status == NewStatus.SUBSCRIBED
            audience = ends.changed(
                audience,
                subscribed=result.outcomes.counted.created if adds else 0,
                archived=result.outcomes.archived,
            )
        record_reading(connection=connection, audience=audience, now=now)


def _waited_s(run: Run, *, until: datetime | None = None) -> float:
    """Return the seconds from a run's start to an instant; None: to the beginning of this attempt."""
    until = until or run.heartbeat_at
    assert run.started_at is not None and until is not None  # it was claimed
    return max((until - run.started_at).total_seconds(), 0.0)
