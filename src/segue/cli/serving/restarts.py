"""When a program that died is started again, and when that is given up. Values only; the clock is the caller's."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

STEADY_AFTER_S = 30.0
"""Whoever ran that long had started well: the next death counts as the first."""

WAITS_S = (0.2, 1.0, 2.0, 4.0, 8.0)
"""Seconds before the second, third, … start in a row; after one more quick death it is given up."""


@dataclass(slots=True)
class Restarts:
    """Counts the quick deaths of one program in a row."""

    waits_s: Sequence[float] = WAITS_S
    quick_deaths: int = 0

    def after_death(self, ran_s: float) -> float | None:
        """Return how many seconds to wait before starting again; None: give up."""
        self.quick_deaths = 1 if ran_s >= STEADY_AFTER_S else self.quick_deaths + 1
        if self.quick_deaths > len(self.waits_s):
            return None
        return self.waits_s[self.quick_deaths - 1]
