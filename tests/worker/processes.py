"""Real worker processes on the test's database, for what only a process shows: death, suspension, signals. No expectations."""

from __future__ import annotations

import os
import re
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from django.conf import settings
from django.db import connection

from tests.worker.shop import wait_for

LEASE_S = 4
"""A lease of a worker that is to lose it: not so short that a busy machine takes it from one that lives."""

LONG_LEASE_S = 600
"""A lease that nobody loses while a test runs."""
ROOT = Path(__file__).resolve().parents[2]
PROGRAM = (sys.executable, "-m", "segue.worker")


def environment(
    home: Path, *, slots: int, lease_s: int = LONG_LEASE_S, **more: str
) -> dict[str, str]:
    """Return what a worker process is told: this test's database, home and keys, how long a lease lasts, and more."""
    return {
        **{name: value for name, value in os.environ.items() if not name.startswith("SEGUE_")},
        "DATABASE_URL": database_url(),
        "DJANGO_SETTINGS_MODULE": "segue.settings",
        "PYTHONPATH": str(ROOT / "src"),
        "SEGUE_HOME": str(home),
        "SEGUE_KEYS": ",".join(settings.SEGUE_KEYS),
        "SEGUE_LEASE_S": str(lease_s),
        "SEGUE_WORKER_SLOTS": str(slots),
        **more,
    }


@dataclass
class WorkerProcess:
    """A worker in a process of its own; `log` is what it says."""

    process: subprocess.Popen[bytes]
    log: Path

    def says(self, event: str, **fields: object) -> list[str]:
        """Return the lines of an event that carry these fields."""
        wanted = [f" {name}={value}" for name, value in fields.items()]
        lines = [
            line
            for line in self.log.read_text(encoding="utf-8").splitlines()
            if f" {event}" in line
        ]
        return [line for line in lines if all(re.search(f"{one}( |$)", line) for one in wanted)]

    def wait_for(self, event: str, **fields: object) -> None:
        """Wait until it says so."""
        wait_for(lambda: self.says(event, **fields))

    def send(self, number: signal.Signals) -> None:
        """Send it a signal."""
        self.process.send_signal(number)

    def suspend(self) -> None:
        """Stop it between two transactions: inside one it would keep the others out of the database, as nobody else's
        takeover can help.
        """
        wait_for(self._is_stopped_outside_a_transaction)

    def _is_stopped_outside_a_transaction(self) -> bool:
        self.send(signal.SIGSTOP)
        os.waitid(os.P_PID, self.process.pid, os.WSTOPPED | os.WNOWAIT)
        if _database_is_free():
            return True
        self.send(signal.SIGCONT)
        return False

    def kill(self) -> None:
        """Kill it, as the machine or the kernel would."""
        self.process.kill()
        self.process.wait()


@contextmanager
def worker_process(
    home: Path,
    *,
    slots: int = 2,
    lease_s: int = LONG_LEASE_S,
    program: tuple[str, ...] = PROGRAM,
    **more: str,
) -> Iterator[WorkerProcess]:
    """Start a worker and wait until it is at work; at the end it is gone."""
    home.mkdir(parents=True, exist_ok=True)
    number = len(list(home.parent.glob("worker-*.log")))
    log = home.parent / f"worker-{number}.log"
    with log.open("wb") as errors:
        told = environment(home, slots=slots, lease_s=lease_s, **more)
        started = subprocess.Popen(program, env=told, stderr=errors)
    worker = WorkerProcess(process=started, log=log)
    try:
        worker.wait_for("worker.began")
        yield worker
    finally:
        if started.poll() is None:
            worker.kill()


def _database_is_free() -> bool:
    """Tell whether no other process is inside a transaction."""
    if connection.vendor == "sqlite":
        return _takes_sqlite_s_write_lock()
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
            " AND pid <> pg_backend_pid() AND xact_start IS NOT NULL"
        )
        return bool(cursor.fetchone() == (0,))


def _takes_sqlite_s_write_lock() -> bool:
    with closing(sqlite3.connect(connection.settings_dict["NAME"], timeout=0)) as other:
        try:
            other.execute("BEGIN IMMEDIATE")
        except sqlite3.OperationalError:
            return False
        other.rollback()
        return True


def database_url() -> str:
    """Return the address of this test's database."""
    known = connection.settings_dict
    if connection.vendor == "sqlite":
        return f"sqlite:///{quote(str(known['NAME']))}"
    user, password = quote(str(known["USER"]), safe=""), quote(str(known["PASSWORD"]), safe="")
    return f"postgresql://{user}:{password}@{known['HOST']}:{known['PORT']}/{known['NAME']}"
