"""The course of a measurement: which tasks run in which order, and the figures they give."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median
from typing import Any

from bench import beside, configuration_text, sandboxes
from bench.child import Ran, measured, timed
from bench.counting import counting_figures
from bench.figures import (
    STEPS_CPU_S,
    STEPS_LIMITED_BY,
    STEPS_START_S,
    Figure,
    changed_calls,
    even_people,
    first_calls,
    quantile,
    scaled,
)
from bench.latencies import person_by_person_figures, push_figures
from bench.measuring import AUDIENCE, Measuring
from bench.rivals import CALLS_PER_PERSON

WIDE_AUDIENCE = "be9c400064"
CHUNKS = 2_000

APART_S = 720
"""Seconds between two unchanged runs; all together less than an hour, from which on a run is held for its clock."""


@dataclass(slots=True, kw_only=True)
class Course(Measuring):
    """Measures one size."""

    def figures(self) -> Iterator[Figure]:
        """Measure everything; yield each figure as soon as it is known."""
        self.tell(f"making {self.wish.people:,} people and their orders")
        made = self.population(is_churned=False)
        yield from self._start()
        yield from self._acknowledgements()
        with sandboxes.sandbox(self.folder, AUDIENCE, opted_out=sandboxes.OPTED_OUT) as remote:
            yield from self._plans_and_runs(remote)
        self.population(is_churned=False)
        yield from push_figures(self, even_people(made["contactable"]))
        yield from counting_figures(self, even_people(made["contactable"]))
        yield from person_by_person_figures(self)
        yield from beside.client_figures(self)

    # the parts

    def _start(self) -> Iterator[Figure]:
        self.tell("segue --help")
        bare = self.repeated(lambda: timed([sys.executable, "-c", "pass"]).seconds, 5)
        segue = str(Path(sys.executable).with_name("segue"))
        yield Figure(
            key="help",
            what="`segue --help`",
            unit="s",
            measured=self.repeated(lambda: timed([segue, "--help"]).seconds, 5),
            target=0.3,
            limit=bare,
            limited_by="starting Python; nothing of the engine is imported",
        )

    def _acknowledgements(self) -> Iterator[Figure]:
        self.tell(f"{CHUNKS:,} acknowledgements")
        found = measured("acknowledgements", folder=str(self.folder), chunks=CHUNKS)
        for key, name, share, target in (
            ("ack_p50", "median", 0.5, None),
            ("ack_p99", "99th percentile", 0.99, 0.5),
        ):
            yield Figure(
                key=key,
                what=f"acknowledgement of a chunk, {name} of {CHUNKS:,}",
                unit="ms",
                measured=1000 * quantile(found["seconds"], share),
                target=target,
                limit=1000 * quantile(found["fsync_s"], share),
                limited_by="one durable write to the disk (the limit is a bare fsync of 200 bytes in the same folder)",
            )

    def _plans_and_runs(self, remote: Any) -> Iterator[Figure]:
        config = self.config("zero.yaml", remote.base_url, configuration_text.segments(1))
        yield from self.refresh(config)
        yield from self._refresh_from_csv(remote.base_url)
        self.tell("plans of a first run")
        first = self._plans(config)
        yield from self._plan_figures("first", first, config=config)
        yield from beside.plan_figures(self, first)
        yield from self._wide(remote.base_url, first)
        yield from self._first_run(remote, config)
        yield from self._unchanged(remote, config)
        self.tell("plans of an unchanged run")
        yield from self._plan_figures("unchanged", self._plans(config), config=config)
        yield from self._churn(remote, config)
        self.plots["plans"] = {key: self._plan_s[key] for key in ("first", "unchanged", "churn")}

    _plan_s: dict[str, float] = field(default_factory=dict)

    def refresh(
        self, config: Path, *, key: str = "refresh", files: str = "Parquet", changed: str = ""
    ) -> Iterator[Figure]:
        """Measure a refresh; `changed` says what changed since the one before, "" of a first one."""
        self.tell(f"refresh from {files}{changed}")
        found = measured("refresh", config=str(config))
        people, orders = self.wish.people, 3 * self.wish.people
        yield Figure(
            key=key,
            what=f"refresh: {people:,} profiles and {orders:,} orders from {files} into a snapshot{changed}",
            unit="s",
            measured=found["seconds"],
            limited_by="checking and cleaning every value that changed, and writing compressed Parquet",
            remark=f"{found['process_cpu_s']:.1f} s CPU, {found['peak_mb']:.0f} MB",
        )

    def _refresh_from_csv(self, base_url: str) -> Iterator[Figure]:
        """Measure a refresh from CSV files, which nothing else is measured with."""
        size_bytes = measured("as_csv", folder=str(self.folder))["bytes"]
        config = configuration_text.write_configuration(
            self.folder / "csv.yaml",
            base_url=base_url,
            audience=AUDIENCE,
            chosen=configuration_text.segments(1),
            home="csv_state",
            kind="csv",
        )
        files = f"CSV ({size_bytes / 1e6:.0f} MB)"
        yield from self.refresh(config, key="refresh_csv", files=files)
        yield from self.refresh(
            config, key="refresh_csv_same", files=files, changed=", nothing changed"
        )
        _add_a_row(self.folder / "orders.csv")
        yield from self.refresh(
            config, key="refresh_csv_orders", files=files, changed=", only the orders changed"
        )
        shutil.rmtree(self.folder / "csv_state")
        for file in self.folder.glob("*.csv"):
            file.unlink()

    def _plans(self, config: Path) -> list[dict[str, Any]]:
        return [measured("plan", config=str(config)) for _ in range(self.wish.repeats)]

    def _plan_figures(
        self, name: str, found: list[dict[str, Any]], *, config: Path
    ) -> Iterator[Figure]:
        people, million = self.wish.people, {"first": 2.0, "unchanged": 1.6, "churn": 1.6}[name]
        words = {"first": "first", "unchanged": "unchanged", "churn": "1 % changed"}[name]
        seconds = median(one["plan_s"] for one in found)
        self._plan_s[name] = seconds
        floor = self.repeated(
            lambda: measured("floor", config=str(config))["seconds"], self.wish.repeats
        )
        yield Figure(
            key=f"plan_{name}",
            what=f"plan of {people:,} profiles and {3 * people:,} orders, 8 segments: {words}",
            unit="s",
            measured=seconds,
            target=scaled(people, start=0.5, million=million),
            limit=floor,
            limited_by="the engine: one pass over orders and profiles, hashes and one join (the limit does only the pass and one hash)",
            remark=f"{median(one['plan_cpu_s'] for one in found):.1f} s CPU",
        )
        yield Figure(
            key=f"plan_{name}_memory",
            what=f"… its memory, whole process: {words}",
            unit="MB",
            measured=max(one["peak_mb"] for one in found),
            target=scaled(people, start=200, million=450),
            limited_by="the engine's tables of narrow rows; libraries and an engine that does nothing yet take about 160 MB",
        )

    def _wide(self, base_url: str, first: list[dict[str, Any]]) -> Iterator[Figure]:
        self.tell("plans with 64 segments")
        with sandboxes.sandbox(self.folder, WIDE_AUDIENCE) as remote:
            config = self.config(
                "wide.yaml", remote.base_url, configuration_text.segments(8), audience=WIDE_AUDIENCE
            )
            wide = median(one["plan_s"] for one in self._plans(config))
        yield Figure(
            key="plan_64",
            what="first plan with 64 segments, as a multiple of the one with 8",
            unit="×",
            measured=wide / self._plan_s["first"],
            target=1.5,
            limit=1.0,
            limited_by="56 more flags and the distinct aggregates they ask for, in the same single pass",
            remark=f"{wide:.2f} s",
        )

    def _first_run(self, remote: Any, config: Path) -> Iterator[Figure]:
        self.tell("first run at zero latency")
        shutil.rmtree(
            self.folder / "state" / "audiences"
        )  # what the plans have read: a first run reads everything
        remote.act("reset_calls")
        found = measured("run", config=str(config))
        calls, _ = sandboxes.calls(remote)
        limit, target = first_calls(found["sent"], sandboxes.OPTED_OUT)
        self.plots["calls"] = {"segue": calls, "rivals": CALLS_PER_PERSON * found["sent"]}
        self.plots["steps"] = {"seconds": found["steps_s"], "cpu": found["steps_cpu_s"]}
        yield Figure(
            key="first_calls",
            what=f"calls of the first export of {found['sent']:,} people with 8 segments",
            unit="calls",
            measured=calls,
            target=target,
            limit=limit,
            limited_by="Mailchimp's 500 contacts a call",
            remark=f"person by person: {CALLS_PER_PERSON * found['sent']:,}",
        )
        yield from self._first_run_cost(found)

    def _first_run_cost(self, found: dict[str, Any]) -> Iterator[Figure]:
        people = self.wish.people
        cpu = ", ".join(f"{step} {seconds:.1f}" for step, seconds in found["steps_cpu_s"].items())
        yield Figure(
            key="first_cpu",
            what=f"whole first run of {people:,} people at zero latency: our CPU, refresh apart",
            unit="s",
            measured=found["process_cpu_s"],
            target=scaled(people, start=1.5, million=10.0),
            limited_by="rendering and sending the contacts, reading Mailchimp's full replies",
            remark=f"{cpu}; wall {sum(found['steps_s'].values()):.1f} s, most of it the sandbox's own work",
        )
        for step, million in STEPS_CPU_S.items():
            yield Figure(
                key=f"first_cpu_{step}",
                what=f"… its step {step}: our CPU",
                unit="s",
                measured=found["steps_cpu_s"].get(step, 0.0),
                target=scaled(people, start=STEPS_START_S, million=million),
                limited_by=STEPS_LIMITED_BY[step],
            )
        yield Figure(
            key="first_memory",
            what="… its memory, whole process",
            unit="MB",
            measured=found["peak_mb"],
            target=scaled(people, start=250, million=600),
            limited_by="the engine's memory limit and the stored changes read back in pieces of 20,480 rows",
        )

    def _unchanged(self, remote: Any, config: Path) -> Iterator[Figure]:
        self.tell("unchanged runs through the command line")
        segue = str(Path(sys.executable).with_name("segue"))
        command = [segue, "run", "--config", str(config), "--yes"]
        remote.act("reset_calls")
        ran = [self._later(remote, command) for _ in range(1 + self.wish.repeats)]
        if any(one.exit_code for one in ran):
            raise RuntimeError(f"`segue run` ended with {[one.exit_code for one in ran]}.")
        calls, writing = sandboxes.calls(remote)
        yield Figure(
            key="unchanged_calls",
            what="writing calls of unchanged runs",
            unit="calls",
            measured=writing,
            target=0,
            limit=0,
            limited_by="nothing differs, so nothing is sent",
            remark=f"{calls / len(ran):.0f} reading calls a run, twelve minutes apart; the first reads again whom the export wrote",
        )
        yield self._unchanged_figure("unchanged_first", "first", ran[:1])
        yield self._unchanged_figure("unchanged", "every further", ran[1:])

    def _later(self, remote: Any, command: list[str]) -> Ran:
        """Run as a schedule would: right after another run, contacts of the last minute are all read again."""
        remote.act("forward", seconds=APART_S)
        return timed(command)

    def _unchanged_figure(self, key: str, which: str, ran: list[Ran]) -> Figure:
        libraries = "import aiohttp, duckdb, ibis, pyarrow, sqlglot"
        return Figure(
            key=key,
            what=f"{which} unchanged run of {self.wish.people:,} people, whole process (`segue run`)",
            unit="s",
            measured=median(one.seconds for one in ran),
            target=scaled(self.wish.people, start=1.2, million=2.0),
            limit=self.repeated(lambda: timed([sys.executable, "-c", libraries]).seconds, 3),
            limited_by="importing the libraries (the limit does only that), then the plan, which is kept while nothing changes",
            remark=f"{median(one.cpu_s for one in ran):.1f} s CPU",
        )

    def _churn(self, remote: Any, config: Path) -> Iterator[Figure]:
        self.tell("1 % changed")
        self.population(is_churned=True)
        measured("refresh", config=str(config))
        yield from self._plan_figures("churn", self._plans(config), config=config)
        remote.act("reset_calls")
        found = measured("run", config=str(config))
        calls, _ = sandboxes.calls(remote)
        limit, target = changed_calls(found["writes"], found["removed_by_tag"])
        yield Figure(
            key="churn_calls",
            what=f"calls with 1 % changed: {found['writes']:,} written, {found['tags_removed']:,} tags removed",
            unit="calls",
            measured=calls,
            target=target,
            limit=limit,
            limited_by="Mailchimp's 500 contacts a call, and one tag a call when tags are removed",
        )


def _add_a_row(file: Path) -> None:
    """Write the last row of a file once more behind it."""
    with file.open("rb") as opened:
        opened.seek(-1_000, os.SEEK_END)
        last = opened.read().splitlines()[-1]
    with file.open("ab") as opened:
        opened.write(last + b"\n")
