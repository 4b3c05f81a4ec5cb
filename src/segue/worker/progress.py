"""Hear how a run goes on, in the engine's thread, and tell it as columns of the run's row, in the heartbeat's."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from segue.control.refreshes.run_work import NO_WAIT
from segue.core.clock import Clock
from segue.service.exports import PlanView
from segue.sync.pacing import Pace
from segue.sync.plan import Plan
from segue.sync.times import StepTimes
from segue.words.plans import BEFORE_STEPS

CLOCKS_AGREE_S = 5.0
"""So far the clock on the wall and the one that only counts may differ over a run; beyond it somebody set the first."""


class Progress:
    """How far one attempt of a run is. The engine's thread writes, the heartbeat's reads.

    `before_s` is how long the run was at work, or waited for another try, before this attempt, which was claimed at
    `since_s` of the clock's monotonic time (None: now).
    """

    def __init__(
        self, clock: Clock, *, before_s: float = 0.0, since_s: float | None = None
    ) -> None:
        self.pace = Pace()
        self.view: PlanView | None = None
        self._clock = clock
        self._columns: dict[str, Any] = {}
        self._times = StepTimes(clock, since_s=since_s)
        self._before = {BEFORE_STEPS: round(before_s, 3)} if before_s else {}
        self._accepted = 0

    def step(self, name: str) -> None:
        """Hear that a step begins: the one before is over."""
        self._times.begin(name)
        at = self._clock.now()
        changes = {"step": name, "step_at": at}
        self._columns |= changes | ({"push_started_at": at} if name == "push" else {})

    def planned(self, plan: Plan) -> None:
        """Hear the plan before anything is written."""
        self._columns |= {"to_send": plan.changes}

    def accepted(self, people: int) -> None:
        """Hear that so many more people were accepted."""
        self._accepted += people

    def see(self, view: PlanView) -> None:
        """Keep the plan with a few of its people until the heartbeat takes it."""
        self.view = view

    def over(self) -> None:
        """Hear that the last step is over."""
        self._times.over()

    def seconds(self, together_s: float | None = None) -> dict[str, float]:
        """Return the seconds of the steps that are over, what went before them first.

        With `together_s`, the time of the whole run by the clock on the wall, the last step takes what keeping the end
        took besides; not where somebody set that clock meanwhile.
        """
        found = {**self._before, **self._times.seconds}
        rest = (together_s or 0.0) - sum(found.values())
        if together_s is not None and self._times.is_over and abs(rest) < CLOCKS_AGREE_S:
            last = list(found)[-1]
            found[last] = round(max(found[last] + rest, 0.0), 3)
        return found

    def columns(self) -> dict[str, Any]:
        """Return what the run's row is to say now."""
        return dict(self._columns) | {
            "accepted": self._accepted,
            "retries": self.pace.retries,
            "connections_in_use": self.pace.busy,
            **self._wait(),
        }

    def _wait(self) -> dict[str, Any]:
        """Return what the row says of the call that waits until it is made again."""
        wait = self.pace.longest_tried
        if wait is None:
            return dict(NO_WAIT)
        left_s = max(wait.until - self._clock.monotonic(), 0.0)
        return {
            "wait_attempt": wait.attempt,
            "wait_until": self._clock.now() + timedelta(seconds=left_s),
            "wait_code": wait.code,
        }
