"""Hosts that share one installation: worker processes with a name and a scratch folder each, which may die at any time.

What a host is for Segue: its own processes, its own folder, its own name. The state folder and the database are shared.
Starts no sandbox and expects nothing.
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from tests.patience import AT_ONCE_S

ROOT = Path(__file__).resolve().parents[2]


@dataclass
class Host:
    """One host. `shared` is what it is told of the installation; `deaths` counts how often it ended otherwise than asked."""

    name: str
    folder: Path
    shared: Mapping[str, str]
    deaths: int = 0
    ends: int = 0
    sleeps: int = 0
    process: subprocess.Popen[bytes] | None = field(default=None, repr=False)
    is_asleep: bool = False

    @property
    def log(self) -> Path:
        """Return what its workers said."""
        return self.folder / "worker.log"

    @property
    def _own(self) -> Path:
        return self.folder / "own"

    @property
    def is_alive(self) -> bool:
        """Return whether its worker is there."""
        return self.process is not None and self.process.poll() is None

    def start(self) -> None:
        """Start its worker."""
        self.folder.mkdir(parents=True, exist_ok=True)
        told = {
            **{name: value for name, value in os.environ.items() if not name.startswith("SEGUE_")},
            **self.shared,
            "DJANGO_SETTINGS_MODULE": "segue.settings",
            "PYTHONPATH": str(ROOT / "src"),
            # With a store nothing is shared by folder, and the host's own holds its mirror.
            ("SEGUE_HOME" if "SEGUE_STATE" in self.shared else "SEGUE_SCRATCH"): str(self._own),
        }
        command = [*named(self.name), sys.executable, "-m", "segue.worker"]
        with self.log.open("ab") as errors:
            self.process = subprocess.Popen(command, env=told, stderr=errors)

    def kill(self) -> None:
        """Lose the host: its worker, and whatever lay in its own folder."""
        if self._leave(signal.SIGKILL):
            self.deaths += 1
        shutil.rmtree(self._own, ignore_errors=True)

    def end(self) -> None:
        """Ask its worker to end, and wait for that."""
        if self._leave(signal.SIGTERM):
            self.ends += 1

    def sleep(self) -> None:
        """Let everything on the host stand still."""
        if self.is_alive and self.process is not None:
            self.process.send_signal(signal.SIGSTOP)
            os.waitid(os.P_PID, self.process.pid, os.WSTOPPED | os.WEXITED | os.WNOWAIT)
            self.is_asleep = True
            self.sleeps += 1

    def wake(self) -> None:
        """Let it go on where it stood still."""
        if self.is_asleep and self.is_alive and self.process is not None:
            self.process.send_signal(signal.SIGCONT)
        self.is_asleep = False

    def says(self, event: str) -> int:
        """Count how often its workers said something."""
        if not self.log.is_file():
            return 0
        return self.log.read_text(encoding="utf-8", errors="replace").count(f" {event} ")

    def _leave(self, number: signal.Signals) -> bool:
        if self.process is None:
            return False
        was_alive = self.is_alive
        if was_alive:
            self.wake()
            self.process.send_signal(number)
        self.process.wait(timeout=AT_ONCE_S)
        self.process, self.is_asleep = None, False
        return was_alive


@contextmanager
def hosts(count: int, folder: Path, shared: Mapping[str, str]) -> Iterator[list[Host]]:
    """Start so many hosts; at the end their workers are gone."""
    made = [
        Host(name=f"host-{n}", folder=folder / f"host-{n}", shared=shared)
        for n in range(1, count + 1)
    ]
    try:
        for host in made:
            host.start()
        yield made
    finally:
        for host in made:
            if host.is_alive and host.process is not None:
                host.process.kill()
                host.process.wait()


@cache
def _may_be_named() -> bool:
    """Tell whether a process may be given the name of another host; where not, all have this one's."""
    if shutil.which("unshare") is None:
        return False
    tried = subprocess.run(
        [*_NAMED, "host-0", "true"], capture_output=True, check=False, timeout=AT_ONCE_S
    )
    return tried.returncode == 0


_NAMED = (
    *("unshare", "--user", "--map-root-user", "--uts", "--"),
    *("sh", "-c", 'hostname "$0" && exec "$@"'),
)


def named(name: str) -> list[str]:
    """Return how a program is started that is to take this host for one of that name."""
    return [*_NAMED, name] if _may_be_named() else []
