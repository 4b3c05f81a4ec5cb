"""The engines whose slopes are measured: which sizes, what is done at each, and why one cannot be measured here.

Another engine is one more entry of `ENGINES`; `measure` gets the folder of a population and gives its rows.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Any

from bench import configuration_text, sail, sandboxes
from bench.child import cpu_s, measured, peak_mb
from bench.figures import MILLION
from bench.large import LIMIT_MB
from bench.measuring import AUDIENCE
from bench.slope_figures import Measured

REPEATS = 3
"""How often a plan is made of up to a million people; of more, once."""

LIMITED_FROM = 10 * MILLION
"""From how many people on a plan is made inside a limit too: fewer fit into it."""


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
        limited = limited_rows(config, people) if people >= LIMITED_FROM else []
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
        *limited,
    ]


def limited_rows(config: Path, people: int) -> Sequence[Measured]:
    """Measure a first plan inside the memory of a small machine."""
    plan = measured("plan", config=str(config), memory_mb=LIMIT_MB)
    return [
        Measured(
            engine="DuckDB",
            work=f"plan inside {LIMIT_MB:,} MB",
            people=people,
            seconds=plan["plan_s"],
            cpu_s=plan["plan_cpu_s"],
            peak_mb=plan["peak_mb"],
        )
    ]


DUCKDB = SlopeEngine(
    name="DuckDB",
    sizes=(MILLION // 10, MILLION, 3 * MILLION, 10 * MILLION),
    missing=_is_there,
    measure=measure_duckdb,
)


def measure_sail(folder: Path, people: int) -> Sequence[Measured]:
    """Measure on a Sail of this machine a refresh, the flags of all segments, and the landing of an export's members.

    CPU is that of the server and of Segue together, memory the server's.
    """
    with sandboxes.sandbox(folder, AUDIENCE) as remote, sail.sail() as server:
        config = configuration_text.write_configuration(
            folder / "slope_on_sail.yaml",
            base_url=remote.base_url,
            audience=AUDIENCE,
            chosen=configuration_text.segments(1),
            home="state_on_sail",
            cluster=server.remote,
        )
        refreshed = measured("refresh", config=str(config))
        refreshed_cpu_s, refreshed_mb = cpu_s(server.pid), peak_mb(server.pid)
        times = REPEATS if people <= MILLION else 1
        landings = [
            measured("landing", config=str(config), server=server.pid) for _ in range(times)
        ]
    return [
        Measured(
            engine="Sail",
            work="refresh",
            people=people,
            seconds=refreshed["seconds"],
            cpu_s=refreshed["process_cpu_s"] + refreshed_cpu_s,
            peak_mb=refreshed_mb,
        ),
        *(_on_sail(work, people, landings) for work in ("flags", "landing")),
    ]


def _on_sail(work: str, people: int, landings: Sequence[Mapping[str, Any]]) -> Measured:
    return Measured(
        engine="Sail",
        work=work,
        people=people,
        seconds=median(one[f"{work}_s"] for one in landings),
        cpu_s=median(one[f"{work}_cpu_s"] for one in landings),
        peak_mb=max(one["server_peak_mb"] for one in landings),
    )


SAIL = SlopeEngine(
    name="Sail",
    sizes=(MILLION // 10, MILLION, 3 * MILLION),
    missing=sail.missing,
    measure=measure_sail,
)

ENGINES: tuple[SlopeEngine, ...] = (DUCKDB, SAIL)

WITHOUT_A_MEASUREMENT = {"A cluster of several machines": "there is one machine here"}
"""What `ENGINES` lacks, and why; the page says so."""
