"""Start `segue up` as real processes on an installation of its own, and ask the installation things. Not a test."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO
from urllib.request import Request, urlopen

from tests.patience import PATIENCE_S


def environment(**changes: str) -> dict[str, str]:
    """Return the environment of a fresh installation: nothing of Segue's but the changes."""
    ours = ("SEGUE", "DJANGO", "DATABASE_URL", "PYTHONUNBUFFERED")
    kept = {name: value for name, value in os.environ.items() if not name.startswith(ours)}
    return {**kept, "PYTHONPATH": os.pathsep.join(sys.path), **changes}


def eventually(holds: Callable[[], object], what: str) -> None:
    """Wait until it holds. Raises: AssertionError after a long time."""
    until = time.monotonic() + PATIENCE_S
    while not holds():
        assert time.monotonic() < until, f"{what} did not happen"
        time.sleep(0.02)


def is_alive(pid: int) -> bool:
    """Tell whether a process runs; one that has ended and was not yet fetched does not."""
    try:
        state = Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()[0]
    except OSError:
        return False
    return state not in "ZX"


@dataclass(slots=True)
class Running:
    """A program that was started: what it has said so far, and how to end it."""

    process: subprocess.Popen[str]
    out: list[str] = field(default_factory=list)
    err: list[str] = field(default_factory=list)
    readers: list[threading.Thread] = field(default_factory=list)

    def read(self) -> None:
        """Begin to collect what it says."""
        for stream, lines in ((self.process.stdout, self.out), (self.process.stderr, self.err)):
            if stream is not None:
                thread = threading.Thread(target=_collect, args=(stream, lines), daemon=True)
                thread.start()
                self.readers.append(thread)

    def said(self, pattern: str) -> str:
        """Wait for a line that fits on standard output or error, and return the first group."""
        found: list[str] = []

        def look() -> bool:
            hits = [re.search(pattern, line) for line in [*self.out, *self.err]]
            found[:] = [hit.group(1) for hit in hits if hit]
            assert found or self.process.poll() is None, "\n".join([*self.out, *self.err])
            return bool(found)

        eventually(look, f"a line with {pattern}")
        return found[-1]

    @property
    def url(self) -> str:
        """Return the address of the pages, as told."""
        return self.said(r"^Segue is at (\S+)$")

    def pids(self, program: str) -> list[int]:
        """Return the processes that were started for a program, the oldest first."""
        pattern = rf"process\.started program={program} pid=(\d+)"
        return [int(hit.group(1)) for line in self.err if (hit := re.search(pattern, line))]

    def end(self, number: int = signal.SIGTERM) -> int:
        """Send a signal and return the exit code once the program has ended."""
        self.process.send_signal(number)
        code = self.process.wait(PATIENCE_S)
        for thread in self.readers:
            thread.join(PATIENCE_S)
        return code


def _collect(stream: IO[str], lines: list[str]) -> None:
    with stream:
        for line in stream:
            lines.append(line.rstrip("\n"))


@contextmanager
def running(*command: str, cwd: Path, **changes: str) -> Iterator[Running]:
    """Run a program until the block ends, whatever happens in it."""
    process = subprocess.Popen(
        command,
        cwd=cwd,
        env=environment(**changes),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        encoding="utf-8",
    )
    started = Running(process)
    started.read()
    try:
        yield started
    finally:
        if process.poll() is None:
            started.end()


@contextmanager
def up(home: Path, *options: str, **changes: str) -> Iterator[Running]:
    """Run `segue up` on a home folder, on a free port."""
    port = () if "--port" in options else ("--port", "0")
    command = (sys.executable, "-m", "segue", "up", "--home", str(home), *port, *options)
    with running(*command, cwd=home.parent, **changes) as started:
        yield started


def ended(*arguments: str, cwd: Path, **changes: str) -> subprocess.CompletedProcess[str]:
    """Run `segue …` to its end."""
    return subprocess.run(
        [sys.executable, "-m", "segue", *arguments],
        cwd=cwd,
        env=environment(**changes),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        encoding="utf-8",
        timeout=PATIENCE_S,
        check=False,
    )


def in_installation(home: Path, code: str, **changes: str) -> str:
    """Run Python in the installation's own process and return what it prints."""
    begin = f"from pathlib import Path\nfrom segue.service.django import start\nstart(Path({str(home)!r}))\n"
    done = subprocess.run(
        [sys.executable, "-c", begin + code],
        env=environment(**changes),
        capture_output=True,
        encoding="utf-8",
        timeout=PATIENCE_S,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def fetched(url: str, *, cookie: str = "") -> tuple[int, str]:
    """Get a page."""
    with urlopen(Request(url, headers={"Cookie": cookie}), timeout=PATIENCE_S) as reply:
        return reply.status, reply.read().decode()


SIGNED_IN = """
from datetime import UTC, datetime
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from segue.control.people.models import Role
from segue.control.people.operations import add_person
from segue.control.people.sessions import SessionStore

person = add_person(name="Alice", email="alice@office.example", role=Role.ADMINISTRATOR,
                    password="correct horse battery", actor=None, now=datetime.now(UTC))
session = SessionStore()
session[SESSION_KEY], session[HASH_SESSION_KEY] = str(person.pk), person.get_session_auth_hash()
session[BACKEND_SESSION_KEY] = "django.contrib.auth.backends.ModelBackend"
session.save()
print(session.session_key)
"""
"""Adds Alice and prints the key of a session in which she is signed in."""
