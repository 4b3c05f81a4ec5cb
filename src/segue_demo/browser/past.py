"""Let the worker work at an instant of the past, in this process: its own code, with a clock that is late."""

from __future__ import annotations

from datetime import datetime, timedelta

from segue.control.refreshes.queries import open_refreshes, open_runs
from segue.core.errors import TryLater
from segue.service.adapters import WorkerClock
from segue.worker.worker import Worker, new_owner

_MOST_TURNS = 100
_TURN_S = 60.0


class LateClock(WorkerClock):
    """The worker's clock, late so that it showed `instant` when it was made."""

    def __init__(self, instant: datetime) -> None:
        self._late_by: timedelta = super().now() - instant

    def now(self) -> datetime:
        """Return the current instant of the past."""
        return super().now() - self._late_by


def work_at(instant: datetime) -> datetime:
    """Do all that is due and waiting at an instant; return when it was done.

    Raises: TryLater when something is left after many turns: it fails again and again.
    """
    clock = LateClock(instant)
    # Mailchimp is played now, so that its clock and that of the runs agree.
    worker = Worker(clock=clock, slots=1, owner=new_owner(), works_by=WorkerClock())
    for _turn in range(_MOST_TURNS):
        worker.turn()
        worker.wait(_TURN_S)
        if not (open_refreshes().exists() or open_runs().exists()):
            worker.end(_TURN_S)  # or it would be missed ever after
            return clock.now()
    raise TryLater(
        "The history of the demonstration does not come to its end.",
        action="Look at the end of serving.log in its folder, and run the demonstration again.",
        code="demo_history_stuck",
    )
