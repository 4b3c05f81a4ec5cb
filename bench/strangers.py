"""`python -m bench.strangers`: the pages of somebody who is signed in, while a stranger guesses and holds connections."""

from __future__ import annotations

import shutil
import subprocess
import sys
import time
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
        p95 = {case: _measured(case, reader, port, places) for case, places in CASES.items()}
    shutil.rmtree(folder, ignore_errors=True)
    return int(p95["a stranger at one place"] > TARGET_MS)


def _measured(case: str, reader: Reader, port: int, places: int) -> float:
    before = load()
    with (WORK / "stranger.log").open("w+", encoding="utf-8") as log:
        stranger = _stranger(port, places, log) if places else None
        try:
            times = sorted(_times(reader))
        finally:
            if stranger is not None:
                stranger.terminate()
                stranger.wait()
        log.seek(0)
        answers = (log.read().splitlines() or ["no guesses"])[-1]
    p50, p95 = quantile(times, 0.5), quantile(times, 0.95)
    print(
        f"{case}: p50 {p50:.0f} ms, p95 {p95:.0f} ms (target {TARGET_MS:.0f}), slowest {times[-1]:.0f} ms, "
        f"{len(times)} pages; answers to guesses {answers}; load {before} to {load()}",
        flush=True,
    )
    return p95


def _stranger(port: int, places: int, log: object) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", "bench.stranger", str(port), str(places)]
    started = subprocess.Popen(command, cwd=ROOT, stdout=log)  # type: ignore[call-overload]
    time.sleep(6)
    return started  # type: ignore[no-any-return]


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
