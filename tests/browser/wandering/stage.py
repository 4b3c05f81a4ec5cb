"""Where the long walk takes place: a demonstration of its own, whose processes can be ended and whose Mailchimp be slow."""

from __future__ import annotations

import os
import pty
import random
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.client import HTTPConnection
from pathlib import Path

from mailchimp_sandbox.remote import RemoteSandbox
from tests.browser.wandering.watch import SETTLES_S, Watch

_STARTED = re.compile(r"process\.started program=(\w+) pid=(\d+)")
_OF_AN_END = (" process.died ", "timeout graceful shutdown exceeded")
_ERROR = re.compile(r"^.* (?:error|critical) .*(?:\n(?!\d{4}-).*)*", re.MULTILINE)

QUICK_DEATH_S = 35.0
"""Seconds between two deaths of one program, so that `segue up` never gives it up."""


@dataclass(slots=True, kw_only=True)
class Stage:
    """The demonstration that is walked through; `log` is what its processes write."""

    url: str
    log: Path
    sandbox: RemoteSandbox
    chance: random.Random
    watch: Watch
    died_at: dict[str, float] = field(default_factory=dict)
    errors_read: int = 0

    def disturb(self) -> str:
        """Let something happen that no one at the pages has asked for."""
        what = self.chance.choice(("web", "worker", "slow", "slow", "quick", "busy", "down"))
        if what in ("web", "worker"):
            return self._end(what)
        if what == "slow":
            seconds = self.chance.choice((0.3, 1.0, 3.0, 8.0))
            self.sandbox.act("set_latency", fixed_s=seconds)
            return f"Mailchimp takes {seconds} s"
        if what == "quick":
            self.be_quick()
            return "Mailchimp is quick"
        status = "429" if what == "busy" else "503"
        self.sandbox.add_fault(kind=status, times=5)
        return f"Mailchimp answers {status} five times"

    def be_quick(self) -> None:
        """Let Mailchimp answer at once, and rightly."""
        self.sandbox.act("clear_faults")
        self.sandbox.act("set_latency", fixed_s=0.05)

    def _end(self, program: str) -> str:
        how = self.chance.choice((signal.SIGTERM, signal.SIGKILL))
        if time.monotonic() - self.died_at.get(program, -1e9) < QUICK_DEATH_S:
            return f"{program} was ended a moment ago"
        pid = self.pids().get(program)
        if pid is None:
            return f"{program} is not known"
        if program == "web":
            self.watch.away_until = time.monotonic() + 300
        os.kill(pid, how)
        self.died_at[program] = time.monotonic()
        if program == "web":
            self._await(pid)
        return f"{program} was ended by {how.name}"

    def _await(self, old: int) -> None:
        until = time.monotonic() + 120
        while time.monotonic() < until:
            if self.pids().get("web") != old and self._answers():
                self.watch.away_until = time.monotonic() + SETTLES_S
                return
            time.sleep(0.3)
        self.watch.fault("web did not come back within two minutes")

    def _answers(self) -> bool:
        connection = HTTPConnection(self.url.partition("//")[2], timeout=20)
        try:
            connection.request("GET", "/sign-in/")
            return connection.getresponse().status == 200
        except OSError:
            return False
        finally:
            connection.close()

    def mistakes(self) -> list[str]:
        """Return what the log newly tells as errors; that a program was ended is none, nor what that cut off."""
        lines = _ERROR.findall(self.log.read_text(encoding="utf-8", errors="replace"))
        new, self.errors_read = lines[self.errors_read :], len(lines)
        return [line for line in new if not any(told in line for told in _OF_AN_END)]

    def pids(self) -> dict[str, int]:
        """Return the processes by name, as the log tells them."""
        text = self.log.read_text(encoding="utf-8", errors="replace")
        return {program: int(pid) for program, pid in _STARTED.findall(text)}


@contextmanager
def demonstration(folder: Path, *, port: int) -> Iterator[tuple[str, str]]:
    """Serve a small demonstration from `folder`; yield its address and that of its Mailchimp."""
    ours, theirs = pty.openpty()
    command = [
        sys.executable,
        "-m",
        "segue",
        "demo",
        "--people",
        "600",
        "--home",
        str(folder),
        "--port",
        str(port),
    ]
    process = subprocess.Popen(command, stdin=theirs, stdout=theirs, stderr=theirs)
    os.close(theirs)
    try:
        told = _told(ours)
        found = re.search(r"the sandbox plays it\): (http://\S+)", told)
        if found is None:
            raise RuntimeError(told)
        yield f"http://127.0.0.1:{port}", found.group(1)
    finally:
        process.terminate()
        process.wait()
        os.close(ours)


def _told(stream: int) -> str:
    told = ""
    while "Ctrl-C ends it" not in told:
        try:
            piece = os.read(stream, 4096)
        except OSError:
            piece = b""
        if not piece:
            raise RuntimeError(told)
        told += piece.decode("utf-8", "replace")
    return told
