"""Listeners that are used in more than one place: one that hears and forgets, one that shows the plan to somebody else."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from segue.sync.plan import Plan
    from segue.sync.run import StepListener


class Quiet:
    """A listener that does nothing."""

    def step(self, name: str) -> None:
        """Hear that a step begins."""

    def planned(self, plan: Plan) -> None:
        """Hear the plan."""

    def accepted(self, people: int) -> None:
        """Hear that people were accepted."""


class Seeing:
    """Hands what it hears on to a listener, and the plan to whoever wants to see it before anything is written."""

    def __init__(self, listener: StepListener, see: Callable[[Plan], None]) -> None:
        self.step = listener.step
        self.accepted = listener.accepted
        self._planned = listener.planned
        self._see = see

    def planned(self, plan: Plan) -> None:
        """Hear the plan."""
        self._planned(plan)
        self._see(plan)
