"""`python -m bench.strangers`: the pages of somebody who is signed in, while a stranger guesses and holds connections."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import time
from pathlib import Path
from random import Random

from bench.child import ROOT, WORK
from bench.configuration_text import API_KEY
from bench.figures import quantile
from bench.machine import load
from bench.pages import Reader, served
from bench.pages_home import prepare

ROUNDS = 15
TARGET_MS = 200.0
PEOPLE = 2_000
PAGES = (
    "/",
    "/exports/",
    "/exports/?search=099",
    "/system/",
    "/system/audit/",
    "/segments/",
    "/sources/",
    "/connections/",
    "/permissions/",
    "/notices/",
    "/account/",
)
CASES = {"nobody else": 0, "a stranger at one place": 1, "a stranger at 100 places": 100}


def main() -> int:
    """Measure each case and print it; return 1 when one place is enough to slow the pages down."""
    folder = WORK / "strangers"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    prepare(folder, base_url="http://127.0.0.1:9", api_key=API_KEY, people=PEOPLE)
    with served(folder) as port:
        reader = Reader(port)
        reader.sign_in()
        p95 = {
            case: _measured(case, reader, port, places, folder / "log")
            for case, places in CASES.items()
        }
    shutil.rmtree(folder, ignore_errors=True)
    return int(p95["a stranger at one place"] > TARGET_MS)


def _measured(case: str, reader: Reader, port: int, places: int, log: Path) -> float:
    before, pid = load(), _pages_process(log)
    with (WORK / "stranger.log").open("w+", encoding="utf-8") as told:
        stranger = _stranger(port, places, told) if places else None
        cpu_s, began = _cpu_s(pid), time.perf_counter()
        try:
            times = sorted(_times(reader))
            cpu = (_cpu_s(pid) - cpu_s) / (time.perf_counter() - began)
            each_ms = 1000 * (_cpu_s(pid) - cpu_s) / len(times)
        finally:
            if stranger is not None:
                stranger.terminate()
                stranger.wait()
        told.seek(0)
        answers = (told.read().splitlines() or ["no guesses"])[-1]
    p50, p95 = quantile(times, 0.5), quantile(times, 0.95)
    print(
        f"{case}: p50 {p50:.0f} ms, p95 {p95:.0f} ms (target {TARGET_MS:.0f}), slowest {times[-1]:.0f} ms, "
        f"{len(times)} pages; the pages' process used {cpu:.0%} of a core, {each_ms:.0f} ms a page; "
        f"answers to guesses {answers}; load {before} to {load()}",
        flush=True,
    )
    return p95


def _stranger(port: int, places: int, log: object) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", "bench.stranger", str(port), str(places)]
    started = subprocess.Popen(command, cwd=ROOT, stdout=log)  # type: ignore[call-overload]
    time.sleep(6)
    return started  # type: ignore[no-any-return]


def _pages_process(log: Path) -> int:
    return int(re.findall(r"program=web pid=(\d+)", log.read_text(encoding="utf-8"))[-1])


def _cpu_s(pid: int) -> float:
    """Return the seconds of CPU that a process has used so far. It does not depend on what else the machine does."""
    fields = Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def _times(reader: Reader) -> list[float]:
    order, times = Random(7), []
    for _round in range(ROUNDS):
        for page in order.sample(PAGES, len(PAGES)):
            began = time.perf_counter()
            status, _body = reader.get(page)
            times.append((time.perf_counter() - began) * 1000)
            if status != 200:
                raise RuntimeError(f"{page} was answered by {status}.")
    return times


if __name__ == "__main__":
    sys.exit(main())
