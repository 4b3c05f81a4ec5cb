"""Kill an exporter at random instants, again and again, and see what it leaves behind.

`python -m tests.acceptance.kill_runner --kills 100 --people 20000` prints one line of JSON; the suite runs a short form.
The exporter is a process of its own (`… kill_runner export FOLDER NUMBER`): real engine, real client, real clock; the
sandbox is another, with seeded faults and hostile replies. Meanwhile disks fill and clocks jump. Only the waits are short: the sandbox ends every call within a fifth of a second.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import replace
from hashlib import sha256
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from mailchimp_sandbox.remote import RemoteSandbox
from segue.core.errors import Problem, TryLater
from segue.core.trouble import trouble_of
from segue.engines.duckdb.quoting import literal
from segue.mailchimp.transport import Timing
from segue.sync.export import Export
from segue.sync.pacing import Patience
from segue.sync.planning import Inputs
from tests.acceptance.adversities import JumpingClock
from tests.acceptance.ordeal import AGAIN, TROUBLES, Ordeal, Result, Trial
from tests.acceptance.world import LIST
from tests.fakes.laboratory import Laboratory, Silence
from tests.patience import PATIENCE_S

EXPECTED = TROUBLES | {"mailchimp_strange_reply"}
"""What an exporter may end with, besides what passes by itself: a full disk, and a reply that cannot be one."""


class FromFile(Laboratory):
    """The laboratory with people that somebody else wrote."""

    def _inputs(self, exported: Export) -> Inputs:
        written = (self.home / "people.parquet").read_bytes()
        return replace(super()._inputs(exported), definition=sha256(written).hexdigest())

    def _open_people(self, engine: Any) -> None:
        path = self.home / "people.parquet"
        engine.execute(
            f"CREATE OR REPLACE VIEW profiles AS SELECT * FROM read_parquet({literal(str(path))})"
        )


class Telling(Silence):
    """A listener that tells the parent process how far the run is."""

    def step(self, name: str) -> None:
        print(name, flush=True)

    def accepted(self, people: int) -> None:
        print("push", flush=True)


def export_once(folder: Path, number: int) -> int:
    """Run the export of a trial's folder once, approving what it plans."""
    asked = json.loads((folder / "trial.json").read_text(encoding="utf-8"))
    lab = FromFile(
        home=folder,
        sandbox=SimpleNamespace(base_url=asked["base_url"], api_key="sandbox-key-us1"),  # type: ignore[arg-type]
        clock=JumpingClock(folder),
        honours_status_if_new=asked["honours"],
        batch_size=asked["batch_size"],
        patience=Patience(attempts=12, seconds=60, first_wait_s=0.02, longest_wait_s=0.2),
        timing=Timing(time_out_s=10, server_limit_s=0.2),
        listener=Telling(),
        runs=2 * number,
    )
    try:
        report = lab.approve()
    except Exception as error:
        problem = error if isinstance(error, Problem) else trouble_of(error)
        if not (isinstance(problem, TryLater) or (problem and problem.code in EXPECTED)):
            raise
        print(problem.code, flush=True)
        return AGAIN
    print("done", flush=True)
    return AGAIN if report.outcomes.not_sent else 0


def ordeal(trial: Trial) -> Result:
    """Start a sandbox, put the exporter through the trial, and return what came of it."""
    begun = time.monotonic()
    switches = [f"honours_status_if_new_in_batch={str(trial.honours).lower()}"]
    switches += ["unhonoured_status_if_new=acts_as_status", "stats_cache_s=0"]
    command = [
        sys.executable,
        "-m",
        "mailchimp_sandbox",
        "--port",
        "0",
        "--latency-ms",
        str(trial.latency_ms),
    ]
    command += [part for switch in switches for part in ("--switch", switch)]
    server = subprocess.Popen(command, stdout=subprocess.PIPE, encoding="utf-8")
    try:
        announced = server.stdout.readline() if server.stdout else ""
        sandbox = RemoteSandbox(announced.split()[-1])
        sandbox.act("add_audience", list_id=LIST)
        with tempfile.TemporaryDirectory(prefix="segue-kill-") as folder:
            tried = Ordeal(trial, Path(folder), sandbox)
            tried.prepare()
            tried.set_faults(trial.fault_rate)
            tried.suffer()
            result = tried.judge()
    finally:
        server.terminate()
        server.wait(timeout=PATIENCE_S)
    result.seconds = round(time.monotonic() - begun, 1)
    return result


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one exporter, or a whole trial from the command line."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    if given[:1] == ["export"]:
        return export_once(Path(given[1]), int(given[2]))
    parser = argparse.ArgumentParser(prog="kill_runner", description=__doc__)
    parser.add_argument("--kills", type=int, default=8)
    parser.add_argument("--people", type=int, default=3_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--batch-size", type=int, default=100)
    parser.add_argument(
        "--not-honoured", action="store_true", help="a batch takes status_if_new for status"
    )
    options = parser.parse_args(given)
    trial = Trial(
        kills=options.kills,
        people=options.people,
        seed=options.seed,
        batch_size=options.batch_size,
        honours=not options.not_honoured,
    )
    result = ordeal(trial)
    print(json.dumps({"trial": vars(trial), "result": vars(result)}, ensure_ascii=False))
    return 1 if result.wrong else 0


if __name__ == "__main__":
    sys.exit(main())
