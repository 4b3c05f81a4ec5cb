"""One worker: looks for due schedules and waiting jobs, works on a few of them at once, and gives them back when it ends."""

from __future__ import annotations

import os
import secrets
import socket
from collections.abc import Callable
from threading import Lock, Thread
from typing import TypeVar

from segue.control.refreshes.data_work import claim_data, close_finished
from segue.control.refreshes.leases import Lease
from segue.control.refreshes.models import Refresh, Run
from segue.control.refreshes.operations import enqueue_due
from segue.control.refreshes.run_work import claim_run
from segue.control.refreshes.silence import Watch
from segue.core.clock import Clock
from segue.observability.logs import log_event
from segue.worker import breaking_off
from segue.worker.data_part import DataPart
from segue.worker.database import database
from segue.worker.edge import guarded
from segue.worker.export_run import ExportRun
from segue.worker.presence import Presence

Job = TypeVar("Job", DataPart, ExportRun)

BUSY_AGAIN_AFTER_S = 5.0
"""When a data part is looked at again whose sources another program was reading."""

PATIENCE_S = 0.2
"""How long an end waits for a turn that is just claiming a job."""


def new_owner() -> str:
    """Return a name for a worker that no other has: its machine, its process, and some chance."""
    return f"{socket.gethostname()[:40]}-{os.getpid()}-{secrets.token_hex(4)}"


class Worker:
    """Holds at most `slots` runs and one data part at a time."""

    def __init__(
        self, *, clock: Clock, slots: int, owner: str, works_by: Clock | None = None
    ) -> None:
        """Hold nothing yet. `works_by` is the clock of what runs, None: the worker's own.

        They differ where the worker plays the past: Mailchimp's clock is compared with that of a run.
        """
        self.owner = owner
        self._clock = clock
        self._works_by = works_by or clock
        self._slots = slots
        self._presence = Presence(owner, clock)
        self._data_watch, self._run_watch = Watch(clock.monotonic), Watch(clock.monotonic)
        self._runs: dict[Thread, ExportRun] = {}
        self._data: dict[Thread, DataPart] = {}
        self._data_not_before = 0.0
        self._is_ending = False
        self._lock = Lock()

    def turn(self) -> bool:
        """Look once for everything that is to be done, and begin it. False: something could not be looked at."""
        looks = (self._tell, self._look_at_schedules, self._look_for_data, self._look_for_runs)
        looked = [self.is_outdated or guarded("worker.turn_failed", look) for look in looks]
        return all(looked)

    @property
    def is_outdated(self) -> bool:
        """Return whether it is to begin nothing and to end, for the database is a newer Segue's."""
        return self._presence.is_outdated

    @property
    def is_idle(self) -> bool:
        """Return whether nothing is being worked on."""
        self._forget_ended()
        return not self._runs and not self._data

    def wait(self, seconds: float) -> bool:
        """Wait until nothing is being worked on, at most so long. Returns whether that is so."""
        until = self._clock.monotonic() + seconds
        for thread in [*self._data, *self._runs]:
            thread.join(max(0.0, until - self._clock.monotonic()))
        return self.is_idle

    def end(self, seconds: float) -> bool:
        """Stop what is being worked on and give it back; what does not end in time is left to others' taking over."""
        self._is_ending = True
        until = self._clock.monotonic() + seconds
        if self._lock.acquire(timeout=PATIENCE_S):
            self._lock.release()
        beats = [part.beat for part in self._data.values()]
        beats += [run.beat for run in self._runs.values()]
        for beat in beats:
            beat.permit.revoke(breaking_off.worker_ends())
        farewell = Thread(target=guarded, args=("worker.farewell_failed", self._leave), daemon=True)
        farewell.start()
        gave_all_back = self.wait(until - self._clock.monotonic())
        farewell.join(max(0.0, until - self._clock.monotonic()))
        return gave_all_back

    # looking

    def _leave(self) -> None:
        with database():
            self._presence.end()

    def _tell(self) -> bool:
        if not self._is_ending:
            with database():
                self._presence.tell()
        return True

    def _look_at_schedules(self) -> bool:
        with database():
            self._presence.mend()
            for refresh in enqueue_due(now=self._clock.now()):
                log_event("refresh.enqueued", refresh=refresh.pk, trigger=refresh.trigger)
            for refresh in close_finished(now=self._clock.now()):
                log_event("refresh.ended", refresh=refresh.pk, status=refresh.status)
        return True

    def _look_for_data(self) -> bool:
        self._forget_ended()
        if not self._data and self._clock.monotonic() >= self._data_not_before:
            self._begin(self._claimed_data, self._data)
        return True

    def _look_for_runs(self) -> bool:
        self._forget_ended()
        while len(self._runs) < self._slots and self._begin(self._claimed_run, self._runs):
            pass
        return True

    def _claimed_data(self, since: float) -> DataPart | None:
        found: tuple[Refresh, Lease] | None = claim_data(
            owner=self.owner, now=self._clock.now(), watch=self._data_watch
        )
        return (
            DataPart(*found, clock=self._clock, since=since, works_by=self._works_by)
            if found
            else None
        )

    def _claimed_run(self, since: float) -> ExportRun | None:
        found: tuple[Run, Lease] | None = claim_run(
            owner=self.owner,
            now=self._clock.now(),
            watch=self._run_watch,
            mine={run.run_id for run in self._runs.values()},
        )
        return (
            ExportRun(*found, clock=self._clock, since=since, works_by=self._works_by)
            if found
            else None
        )

    # working

    def _begin(self, claimed: Callable[[float], Job | None], jobs: dict[Thread, Job]) -> bool:
        """Claim one job and begin it in a thread. Returns whether there was one."""
        with self._lock:
            if self._is_ending:
                return False
            since = self._clock.monotonic()
            with database():
                job = claimed(since)
            if job is None:
                return False
            thread = Thread(target=job.work, name=job.beat.name, daemon=True)
            jobs[thread] = job
            thread.start()
            return True

    def _forget_ended(self) -> None:
        for thread, part in list(self._data.items()):
            if not thread.is_alive():
                del self._data[thread]
                if part.was_busy:
                    self._data_not_before = self._clock.monotonic() + BUSY_AGAIN_AFTER_S
        for thread in [thread for thread in self._runs if not thread.is_alive()]:
            del self._runs[thread]
