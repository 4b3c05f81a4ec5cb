"""What every course of measurement has: a wish, a folder with people, a way to tell, and the series to draw."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from statistics import median
from typing import Any

from bench import configuration_text
from bench.child import measured

AUDIENCE = "be9c400001"


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What to measure: people, seconds of latency, how often short things are repeated, how many the rivals' way takes."""

    people: int
    latencies_s: tuple[float, ...]
    repeats: int = 3
    sample: int = 2_000
    slow_sample: int = 90


@dataclass(slots=True, kw_only=True)
class Measuring:
    """Measures one size in a folder of its own. `plots` fills with the series that the page draws."""

    wish: Wish
    folder: Path
    tell: Callable[[str], None]
    plots: dict[str, Any] = field(default_factory=dict)

    def population(self, *, is_churned: bool) -> dict[str, Any]:
        """Make the people (anew), and how many of them an export may write."""
        return measured(
            "population",
            folder=str(self.folder),
            people=self.wish.people,
            today=datetime.now(UTC).date().isoformat(),
            is_churned=is_churned,
        )

    def config(
        self, name: str, base_url: str, chosen: tuple[str, list[str]], *, audience: str = AUDIENCE
    ) -> Path:
        return configuration_text.write_configuration(
            self.folder / name, base_url=base_url, audience=audience, chosen=chosen
        )

    def repeated(self, measure: Callable[[], float], times: int) -> float:
        return median(measure() for _ in range(times))
