"""The engines whose slopes are measured: which sizes, what is done at each, and why one cannot be measured here.

Another engine is one more entry of `ENGINES`; `measure` gets the folder of a population and gives its rows.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from bench import configuration_text, sandboxes
from bench.child import measured
from bench.figures import MILLION
from bench.measuring import AUDIENCE
from bench.slope_figures import Measured

REPEATS = 3
"""How often a plan is made of up to a million people; of more, once."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SlopeEngine:
    """An engine of profiles. `missing` says why it cannot be measured here, "" where it can."""

    name: str
    sizes: tuple[int, ...]
    missing: Callable[[], str]
    measure: Callable[[Path, int], Sequence[Measured]]


def _is_there() -> str:
    return ""


def measure_duckdb(folder: Path, people: int) -> Sequence[Measured]:
    """Measure a refresh and first plans on DuckDB, each in a process of its own."""
    with sandboxes.sandbox(folder, AUDIENCE) as remote:
        config = configuration_text.write_configuration(
            folder / "slope.yaml",
            base_url=remote.base_url,
            audience=AUDIENCE,
            chosen=configuration_text.segments(1),
        )
        refreshed = measured("refresh", config=str(config))
        times = REPEATS if people <= MILLION else 1
        plans = [measured("plan", config=str(config)) for _ in range(times)]
    return [
        Measured(
            engine="DuckDB",
            work="refresh",
            people=people,
            seconds=refreshed["seconds"],
            cpu_s=refreshed["process_cpu_s"],
            peak_mb=refreshed["peak_mb"],
        ),
        Measured(
            engine="DuckDB",
            work="plan",
            people=people,
            seconds=median(plan["plan_s"] for plan in plans),
            cpu_s=median(plan["plan_cpu_s"] for plan in plans),
            peak_mb=max(plan["peak_mb"] for plan in plans),
        ),
    ]


DUCKDB = SlopeEngine(
    name="DuckDB",
    sizes=(MILLION // 10, MILLION, 3 * MILLION, 10 * MILLION),
    missing=_is_there,
    measure=measure_duckdb,
)

ENGINES: tuple[SlopeEngine, ...] = (DUCKDB,)

WITHOUT_A_MEASUREMENT = {"Spark": "its slope has no measurement yet"}
"""Engines that `ENGINES` lacks, and why; the page says so."""
