"""Keep a lease while a job is worked on, from a thread of its own, and revoke the job's permit when it must stop."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from threading import Event, Thread
from types import TracebackType
from typing import Self

from segue.control.refreshes.leases import Renewal, Verdict, heartbeat_s, lease_time
from segue.core.clock import Clock
from segue.core.errors import BrokenOff
from segue.core.permit import Permit
from segue.worker import breaking_off
from segue.worker.database import database
from segue.worker.edge import guarded

SAFE_SHARE = 0.8
"""Share of a lease after which a worker that could not renew it stops by itself, before another may take over."""


class Beat:
    """The heartbeat of one job: `with Beat(…) as beat` works while `beat.permit` allows it.

    `renew` renews the lease at an instant. `since` is the clock's monotonic time before the lease was granted: whether
    it still holds is also judged by that, so that a worker that was suspended sends nothing more when it wakes up.
    """

    def __init__(
        self, renew: Callable[[datetime], Renewal], *, clock: Clock, since: float, job: str
    ) -> None:
        self.permit = Permit(self._overdue)
        self._renew = renew
        self._clock = clock
        self._renewed_at = since
        self.name = job
        self._safe_s = lease_time().total_seconds() * SAFE_SHARE
        self._is_over = Event()
        self._thread = Thread(target=self._go_on, name=f"beat {job}", daemon=True)

    def __enter__(self) -> Self:
        """Begin to renew."""
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Stop renewing; the lease is as it was renewed last."""
        self._is_over.set()
        self._thread.join()

    def once(self) -> None:
        """Renew now, and revoke the permit when the job must stop."""
        begun = self._clock.monotonic()
        renewal = guarded("worker.heartbeat_failed", self._renewed, job=self.name)
        if renewal is None:
            self._judge()
            return
        if renewal.verdict is not Verdict.LOST:
            self._renewed_at = begun
        if (stop := breaking_off.for_renewal(renewal)) is not None:
            self.permit.revoke(stop)

    def _judge(self) -> None:
        """Without an answer of the database only the time that passed tells whether the lease still holds."""
        if (lost := self._overdue()) is not None:
            self.permit.revoke(lost)

    def _go_on(self) -> None:
        while not self._is_over.wait(heartbeat_s()):
            self.once()

    def _renewed(self) -> Renewal:
        with database():
            return self._renew(self._clock.now())

    def _overdue(self) -> BrokenOff | None:
        if self._clock.monotonic() - self._renewed_at <= self._safe_s:
            return None
        return breaking_off.lease_lost()
