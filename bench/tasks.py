"""What is measured, each as a function that runs alone in a process of its own and returns plain numbers."""

from __future__ import annotations

import asyncio
import os
import sys
import time
from collections.abc import Callable, Mapping
from datetime import date
from pathlib import Path
from typing import Any

Numbers = dict[str, Any]


def population(folder: str, people: int, today: str, is_churned: bool) -> Numbers:
    """Make the people and orders."""
    from bench.population import make_population

    return make_population(
        Path(folder), people, today=date.fromisoformat(today), is_churned=is_churned
    )


def as_csv(folder: str) -> Numbers:
    """Write the made people and orders as CSV files too."""
    from bench.population import write_csv

    return {"bytes": write_csv(Path(folder))}


def warm_up() -> Numbers:
    """Import everything once, so that no measurement pays for compiling Python."""

    return {"modules": len(sys.modules)}


def refresh(config: str) -> Numbers:
    """Read the sources into a snapshot."""
    began = time.perf_counter()
    done = _workspace(config).refresh()
    return {"seconds": time.perf_counter() - began, "read_again": done.read_again}


def plan(config: str, memory_mb: int | None = None) -> Numbers:
    """Make a plan. `plan_s` and `plan_cpu_s` are evaluation, comparison and counting, without reading the audience."""
    workspace = _workspace(config, memory_mb=memory_mb)
    snapshot = workspace.refresh().snapshot
    heard = _Heard()
    view = asyncio.run(workspace.plan("newsletter", snapshot, listener=heard))
    return {
        "plan_s": heard.planned_at - heard.began["plan"],
        "plan_cpu_s": heard.planned_cpu - heard.cpu["plan"],
        "wanted": view.plan.wanted,
        "writes": view.plan.writes,
        "removals": view.plan.removals,
        "tags_removed": view.plan.tags_removed,
    }


def landing(config: str, server: int) -> Numbers:
    """Ask the segments of profiles that a server keeps (`flags_s`), and bring here what the export needs (`landing_s`).

    CPU seconds are those of this process and of the server, whose process is named.
    """
    from bench.child import cpu_s, peak_mb

    def used() -> tuple[float, float]:
        return time.perf_counter(), time.process_time() + cpu_s(server)

    workspace = _workspace(config)
    snapshot = workspace.snapshot()
    export = workspace.configuration.exports["newsletter"]
    began = used()
    counts = workspace.segment_counts(snapshot)
    asked = used()
    adapters, inputs = workspace._adapters, workspace._inputs(export, snapshot)
    with (
        adapters.session(snapshot) as connection,
        adapters.inputs_at_hand(inputs, snapshot, connection, chosen=()) as landed,
    ):
        ended = used()
        [[people]] = connection.table(landed.flagged.table.get_name()).count("*").fetchall()
    return {
        "flags_s": asked[0] - began[0],
        "flags_cpu_s": asked[1] - began[1],
        "landing_s": ended[0] - asked[0],
        "landing_cpu_s": ended[1] - asked[1],
        "members": sum(counts.values()),
        "landed": people,
        "server_peak_mb": peak_mb(server),
    }


def run(config: str) -> Numbers:
    """Refresh and run the export to its end, as `segue run` does."""
    from segue.sync.permission import Permission

    workspace = _workspace(config)
    began, cpu = time.perf_counter(), time.process_time()
    snapshot = workspace.refresh().snapshot
    refreshed, refreshed_cpu = time.perf_counter(), time.process_time()
    heard = _Heard()
    report = asyncio.run(
        workspace.run("newsletter", snapshot, permission=Permission(first_run=True), listener=heard)
    )
    return {
        "status": report.status.value,
        "sent": report.outcomes.sent,
        "accepted": report.outcomes.accepted,
        "writes": report.plan.writes,
        "removals": report.plan.removals,
        "tags_removed": report.plan.tags_removed,
        "removed_by_tag": [one.removes for one in report.plan.segments],
        "refresh_s": refreshed - began,
        "refresh_cpu_s": refreshed_cpu - cpu,
        "steps_s": dict(report.seconds),
        "steps_cpu_s": heard.cpu_of_steps(),
    }


def count_until(config: str, stop: str, every_s: float) -> Numbers:
    """Count two rules every so often, as the builder does, until the file `stop` is there; returns the seconds of each."""
    from bench.session import counted_once, give_way

    workspace, until = _workspace(config), Path(stop)
    found: list[dict[str, float]] = []
    give_way()
    while not until.exists() or not found:
        began = time.perf_counter()
        found.append(counted_once(workspace, Path(config).parent / "spill-of-session"))
        time.sleep(max(0.0, every_s - (time.perf_counter() - began)))
    return {"counted": found}


def floor(config: str) -> Numbers:
    """Do by hand-written SQL only what no plan can do without: one pass over orders and profiles, one hash each."""
    from segue.engines.duckdb.profiles.snapshots import open_views
    from segue.engines.duckdb.session import Resources, session

    workspace = _workspace(config)
    snapshot = workspace.refresh().snapshot
    with session(
        Path(config).parent / "spill", resources=Resources(memory_limit_mb=1_000)
    ) as engine:
        open_views(engine, snapshot)
        began, cpu = time.perf_counter(), time.process_time()
        engine.execute(
            "SELECT count(*), sum((md5(email__address)::UUID IS NOT NULL)::INT) FROM profiles LEFT JOIN"
            " (SELECT profile_key, count(*), sum(total), max(placed_at) FROM related_orders GROUP BY 1)"
            " USING (profile_key)"
        ).fetchall()
        return {"seconds": time.perf_counter() - began, "cpu_s": time.process_time() - cpu}


def acknowledgements(folder: str, chunks: int) -> Numbers:
    """Acknowledge chunks of 500, one durable record each, in turn with as many bare durable writes of 200 bytes.

    Returns the seconds of each, sorted.
    """
    from segue.engines.duckdb.audience.journal import Journal
    from segue.sync.ports import Counted
    from segue.sync.store import Acknowledgement

    path, bare = Path(folder) / "acknowledgements.sqlite", Path(folder) / "bare"
    journal = Journal(path)
    seconds, floor_s = [], []
    with bare.open("wb", buffering=0) as file:
        for number in range(chunks):
            counted = Counted(created=400, updated=100)
            record = Acknowledgement(group="write", number=number, sent=500, counted=counted)
            began = time.perf_counter()
            journal.acknowledge("run", record)
            acknowledged = time.perf_counter()
            file.write(b"x" * 200)
            os.fsync(file.fileno())
            seconds.append(acknowledged - began)
            floor_s.append(time.perf_counter() - acknowledged)
    journal.close()
    for made in [bare, *Path(folder).glob(f"{path.name}*")]:
        made.unlink()
    return {"seconds": sorted(seconds), "fsync_s": sorted(floor_s)}


def person_by_person(
    base_url: str, api_key: str, audience: str, people: int, at_once: int
) -> Numbers:
    """Export people the rivals' way: read, write and tag each contact with a call of its own."""
    from bench.rivals import export_people

    began = time.perf_counter()
    calls = asyncio.run(export_people(base_url, api_key, audience, people=people, at_once=at_once))
    return {"seconds": time.perf_counter() - began, "calls": calls}


def by_hand(folder: str, today: str) -> Numbers:
    """Find the people by hand-written SQL."""
    from bench import alternatives

    return dict(alternatives.by_hand(folder, today))


def by_polars(folder: str, today: str) -> Numbers:
    """Find the people with Polars."""
    from bench import alternatives

    return dict(alternatives.by_polars(folder, today))


def by_official_client(base_url: str, api_key: str, audience: str, people: int) -> Numbers:
    """Write people with the official client."""
    from bench import alternatives

    return dict(alternatives.by_official_client(base_url, api_key, audience, people))


def _workspace(config: str, *, memory_mb: int | None = None) -> Any:
    from segue.configuration import load
    from segue.engines.duckdb.session import Resources
    from segue.service.adapters import Adapters
    from segue.service.exports import Workspace

    configuration = load(Path(config), environment=os.environ)
    adapters = Adapters(configuration, os.environ)
    if memory_mb is not None:
        limited = Resources(memory_limit_mb=memory_mb)
        adapters.resources = lambda snapshot: limited  # type: ignore[method-assign]
    return Workspace(configuration, adapters)


class _Heard:
    """A listener that notes when each step began, in wall and CPU seconds."""

    def __init__(self) -> None:
        self.began: dict[str, float] = {}
        self.cpu: dict[str, float] = {}
        self.planned_at = self.planned_cpu = 0.0

    def step(self, name: str) -> None:
        self.began[name], self.cpu[name] = time.perf_counter(), time.process_time()

    def planned(self, plan: object) -> None:
        self.planned_at, self.planned_cpu = time.perf_counter(), time.process_time()

    def accepted(self, people: int) -> None:
        pass

    def cpu_of_steps(self) -> Mapping[str, float]:
        """Return the CPU seconds of each step; the last one lasts until now."""
        marks = [*self.cpu.values(), time.process_time()]
        return {name: marks[n + 1] - marks[n] for n, name in enumerate(self.cpu)}


TASKS: Mapping[str, Callable[..., Numbers]] = {
    task.__name__: task
    for task in (
        *(population, as_csv, warm_up, refresh, plan, landing, run, floor),
        *(acknowledgements, count_until),
        *(person_by_person, by_hand, by_polars, by_official_client),
    )
}
