"""Measure the pages while a run is pushing: the 95th percentile over all of them, as a signed-in administrator."""

from __future__ import annotations

import http.client
import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from random import Random
from typing import Any
from urllib.parse import urlencode

from bench.child import ROOT, WORK
from bench.configuration_text import API_KEY
from bench.figures import Figure, quantile
from bench.machine import load, machine, versions
from bench.pages_home import ADMINISTRATOR, EXPORTS, PASSWORD, RUNS, prepare
from bench.sandboxes import sandbox

FOLDER = ROOT / "bench" / "results" / "pages"
PEOPLE = 200_000
LATENCY_S = 1.0
ROUNDS = 15
TARGET_MS = 100.0
_START_S = 60
_RULES = """\
any:
  - {attribute: number, at_least: 100}
  - all: [{attribute: first_name, is: Émile}, {segment: segment_7}, {attribute: opted_in, is: true}]
  - except: [{segment: segment_8}, {sample: {percent: 10}}]
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class PagesResult:
    """One measurement: milliseconds per page (median, 95th percentile), and the figures."""

    made_on: str
    seconds: float
    machine: dict[str, Any]
    versions: dict[str, str]
    load_before: list[float]
    load_after: list[float]
    pages: dict[str, list[float]]
    accepted: int
    figures: list[Figure]


def measure_pages(tell: Callable[[str], None]) -> PagesResult:
    """Fill an installation, start it, begin a push, and ask for every page while it goes on."""
    folder = WORK / "pages"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    load_before, began = load(), time.perf_counter()
    with sandbox(folder, "bench0", latency_s=LATENCY_S) as remote:
        tell(f"filling {EXPORTS:,} exports and {RUNS:,} runs")
        pushing = prepare(folder, base_url=remote.base_url, api_key=API_KEY, people=PEOPLE)
        with served(folder) as port:
            reader = Reader(port)
            reader.sign_in()
            tell("starting a run and waiting for its push")
            run = reader.start_run(pushing)
            reader.wait_for_push(run)
            tell("asking for the pages")
            times, accepted = _asked(reader, run, pushing)
    figures = _figures(times, accepted)
    shutil.rmtree(folder, ignore_errors=True)
    return PagesResult(
        made_on=datetime.now(UTC).date().isoformat(),
        seconds=time.perf_counter() - began,
        machine=machine(),
        versions=versions(),
        load_before=load_before,
        load_after=load(),
        pages={
            name: [quantile(sorted(ms), 0.5), quantile(sorted(ms), 0.95)]
            for name, ms in times.items()
        },
        accepted=accepted,
        figures=figures,
    )


def keep_pages(result: PagesResult) -> None:
    """Write a result as JSON."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    path = FOLDER / f"{result.made_on}.json"
    path.write_text(
        json.dumps(asdict(result), ensure_ascii=False, indent=1) + "\n", encoding="utf-8"
    )


def newest_pages() -> PagesResult | None:
    """Return the newest kept result."""
    files = sorted(FOLDER.glob("*.json"))
    if not files:
        return None
    document = json.loads(files[-1].read_text(encoding="utf-8"))
    figures = [Figure(**figure) for figure in document.pop("figures")]
    return PagesResult(figures=figures, **document)


@contextmanager
def served(home: Path) -> Iterator[int]:
    """Serve the installation by `segue up` on a free port, web and worker as in real life."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    environment = {**os.environ, "SEGUE_HOME": str(home), "PYTHONPATH": str(ROOT / "src")}
    environment["SEGUE_URL"] = f"http://127.0.0.1:{port}"
    with (home / "log").open("w", encoding="utf-8") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "segue", "up", "--port", str(port)],
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
        )
        try:
            _wait_until_it_answers(port)
            yield port
        finally:
            process.send_signal(signal.SIGTERM)
            process.wait(timeout=60)


class Reader:
    """A person's browser, as far as measuring needs one: a kept-alive connection and cookies."""

    def __init__(self, port: int) -> None:
        self._connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        self._cookies: dict[str, str] = {}

    def get(self, path: str) -> tuple[int, str]:
        """Return status and body of a page."""
        return self._ask("GET", path, None)

    def post(self, path: str, **form: str) -> tuple[int, str]:
        """Send a form; the token of the last page goes with it. Returns status and where it leads."""
        token = self._cookies.get("segue_csrf", "")
        return self._ask("POST", path, urlencode({**form, "csrfmiddlewaretoken": token}))

    def sign_in(self) -> None:
        """Sign in as the administrator."""
        self.get("/sign-in/")
        status, _ = self.post("/sign-in/", username=ADMINISTRATOR, password=PASSWORD)
        if status != 302:
            raise RuntimeError(f"Signing in was answered by {status}.")

    def start_run(self, export: int) -> int:
        """Run the export on demand and return the id of the run."""
        self.post("/exports/run/", pick=str(export))
        _, page = self.get(f"/exports/{export}/")
        found = [int(number) for number in re.findall(r"/runs/(\d+)/", page)]
        return max(found)

    def begin_segment(self) -> int:
        """Begin a segment in the builder, give it a few rules and return the draft's id."""
        from segue.control.segments.models import SegmentDraft

        self.post("/segments/new-segment/")
        draft = SegmentDraft.objects.latest("pk").pk
        self.post(f"/segments/builder/{draft}/", do="paste", yaml=_RULES)
        if "first_name" not in self.get(f"/segments/builder/{draft}/")[1]:
            raise RuntimeError("The builder did not take the rules.")
        return draft

    def wait_for_push(self, run: int) -> None:
        """Wait until the run has people accepted."""
        until = time.monotonic() + 180
        while time.monotonic() < until:
            if self.accepted(run):
                return
            time.sleep(0.5)
        raise RuntimeError("The run did not come to its push.")

    def accepted(self, run: int) -> int:
        """Return how many people the run's row counts as accepted."""
        from segue.control.refreshes.models import Run

        return Run.objects.values_list("accepted", flat=True).get(pk=run)

    def _ask(self, method: str, path: str, body: str | None) -> tuple[int, str]:
        headers = {"Cookie": "; ".join(f"{name}={value}" for name, value in self._cookies.items())}
        if body is not None:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        try:
            self._connection.request(method, path, body=body, headers=headers)
            reply = self._connection.getresponse()
        except (ConnectionError, http.client.RemoteDisconnected):
            self._connection.close()  # the server closes what was idle for a while
            self._connection.request(method, path, body=body, headers=headers)
            reply = self._connection.getresponse()
        text = reply.read().decode()
        for cookie in reply.headers.get_all("Set-Cookie") or []:
            name, _, rest = cookie.partition("=")
            self._cookies[name] = rest.partition(";")[0]
        return reply.status, text


def _asked(reader: Reader, run: int, export: int) -> tuple[dict[str, list[float]], int]:
    pages = {
        "home": "/",
        "exports": "/exports/",
        "exports by status": "/exports/?sort=-status",
        "exports, searched": "/exports/?search=099",
        "export": f"/exports/{export}/",
        "run": f"/runs/{run}/",
        "system status": "/system/",
        "audit": "/system/audit/",
        "segments": "/segments/",
        "segment": "/segments/segment_7/",
        "data sources": "/sources/",
        "connections": "/connections/",
        "permissions": "/permissions/",
        "notices": "/notices/",
    }
    pages["builder of segments"] = f"/segments/builder/{reader.begin_segment()}/"
    times: dict[str, list[float]] = {name: [] for name in pages}
    order = Random(7)
    before = reader.accepted(run)
    for _ in range(ROUNDS):
        names = list(pages)
        order.shuffle(names)
        for name in names:
            began = time.perf_counter()
            status, _body = reader.get(pages[name])
            times[name].append((time.perf_counter() - began) * 1000)
            if status != 200:
                raise RuntimeError(f"{pages[name]} was answered by {status}.")
    return times, reader.accepted(run) - before


def _figures(times: dict[str, list[float]], accepted: int) -> list[Figure]:
    everything = sorted(ms for row in times.values() for ms in row)
    slowest = max(times, key=lambda name: quantile(sorted(times[name]), 0.95))
    return [
        Figure(
            key="pages_p95_ms",
            what=f"Pages, 95th percentile of {len(everything)} over {len(times)} pages",
            unit="ms",
            measured=quantile(everything, 0.95),
            target=TARGET_MS,
            limited_by="rendering in one Python process beside a run that uses the other core",
            remark=f"{accepted:,} people were accepted meanwhile",
        ),
        Figure(
            key="pages_p50_ms",
            what="Pages, median",
            unit="ms",
            measured=quantile(everything, 0.5),
            limited_by="rendering",
        ),
        Figure(
            key="pages_slowest_p95_ms",
            what=f"The slowest page ({slowest}), 95th percentile",
            unit="ms",
            measured=quantile(sorted(times[slowest]), 0.95),
            target=TARGET_MS,
            limited_by="its queries and its rows",
        ),
    ]


def _wait_until_it_answers(port: int) -> None:
    until = time.monotonic() + _START_S
    while time.monotonic() < until:
        try:
            connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
            connection.request("GET", "/sign-in/")
            if connection.getresponse().status == 200:
                return
        except OSError:
            time.sleep(0.2)
    raise RuntimeError("`segue up` did not answer; its log is in the measured home.")
