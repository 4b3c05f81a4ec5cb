"""Hear how a run goes on, in the engine's thread, and tell it as columns of the run's row, in the heartbeat's."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from segue.control.refreshes.run_work import NO_WAIT
from segue.core.clock import Clock
from segue.sync.pacing import Pace
from segue.sync.plan import Plan
from segue.workspace import PlanView


class Progress:
    """How far one attempt of a run is. The engine's thread writes, the heartbeat's reads."""

    def __init__(self, clock: Clock) -> None:
        self.pace = Pace()
        self.view: PlanView | None = None
        self.seconds: dict[str, float] = {}
        self._clock = clock
        self._columns: dict[str, Any] = {}
        self._step = ""
        self._begun = 0.0
        self._accepted = 0

    def step(self, name: str) -> None:
        """Hear that a step begins: the one before is over."""
        now = self._clock.monotonic()
        if self._step:
            self.seconds = {**self.seconds, self._step: round(now - self._begun, 3)}
        self._step, self._begun = name, now
        at = self._clock.now()
        changes = {"step": name, "step_at": at}
        self._columns |= changes | ({"push_started_at": at} if name == "push" else {})

    def planned(self, plan: Plan) -> None:
        """Hear the plan before anything is written."""
        self._columns |= {"to_send": to_send(plan)}

    def accepted(self, people: int) -> None:
        """Hear that so many more people were accepted."""
        self._accepted += people

    def see(self, view: PlanView) -> None:
        """Keep the plan with a few of its people until the heartbeat takes it."""
        self.view = view

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


def to_send(plan: Plan) -> int:
    """Return how many people the push will go through, each counted once."""
    return plan.writes + plan.removals
