"""A worker says that it is there, notices when its machine's clock is set or the database is a newer Segue's, and forgets workers that are gone."""

from __future__ import annotations

import logging
from datetime import datetime, timedelta

from segue.control.people.pauses import end_impossible_pauses
from segue.control.refreshes import workers
from segue.control.refreshes.mending import mend_schedules
from segue.control.refreshes.silence import Watch
from segue.core.clock import Clock
from segue.core.errors import ConfigurationProblem
from segue.observability.logs import log_event
from segue.service.django import refuse_newer

MOVED_BY_AT_LEAST = timedelta(seconds=60)
"""From how much on a clock counts as set: what keeps clocks right moves them by less at a time."""


class Presence:
    """One worker's word that it is at work; `tell` is called again and again, by the thread that looks for work."""

    def __init__(self, name: str, clock: Clock) -> None:
        self._name = name
        self._clock = clock
        self._others = Watch(clock.monotonic)
        self._told_at: float | None = None
        self._seen = (clock.now(), clock.monotonic())
        self._may_be_planned_wrong = True
        self.is_outdated = False
        """Whether a newer Segue has brought the database up to date: what it made of it is not this one's to write."""

    def tell(self) -> None:
        """Give a sign every few seconds, and one at once when the clock was set."""
        moved = self._note_the_time()
        if moved is not None:
            workers.note_clock_move(self._name, before=moved[0], after=moved[1])
            log_event("worker.clock_moved", by_s=round((moved[1] - moved[0]).total_seconds()))
            self._may_be_planned_wrong |= moved[1] < moved[0]
        since = None if self._told_at is None else self._clock.monotonic() - self._told_at
        if moved is None and since is not None and since < workers.SIGN_EVERY_S:
            return
        workers.give_sign(self._name, now=self._clock.now())
        workers.forget_gone(self._others)
        self._note_the_version()
        self._told_at = self._clock.monotonic()

    def mend(self) -> None:
        """Put right what a clock that was ahead wrote: once after the beginning, and when the clock was set back."""
        if self._may_be_planned_wrong:
            if mended := mend_schedules(now=self._clock.now()):
                log_event("worker.schedules_mended", schedules=mended)
            if ended := end_impossible_pauses(now=self._clock.now()):
                log_event("worker.pauses_ended", pauses=ended)
            self._may_be_planned_wrong = False

    def end(self) -> None:
        """Say that the worker ends."""
        workers.leave(self._name)

    def _note_the_version(self) -> None:
        try:
            refuse_newer()
        except ConfigurationProblem as problem:
            self.is_outdated = True
            log_event("worker.outdated", level=logging.ERROR, worker=self._name, code=problem.code)

    def _note_the_time(self) -> tuple[datetime, datetime] | None:
        """Return what the clock should say and what it says, None when nobody has set it since the last call."""
        (was, was_s), (now, now_s) = self._seen, (self._clock.now(), self._clock.monotonic())
        self._seen = (now, now_s)
        should = was + timedelta(seconds=now_s - was_s)
        return (should, now) if abs(now - should) >= MOVED_BY_AT_LEAST else None
