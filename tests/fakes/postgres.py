"""A private PostgreSQL server for tests: Debian's binaries, started on loopback and thrown away. No tables of ours.

It also works as root, by running as the user `postgres` (PostgreSQL refuses to run as root). Without the binaries,
tests that need it are skipped, and fail on CI (`CI=true`).
"""

from __future__ import annotations

import os
import pwd
import re
import secrets
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest

_PLACES = (
    "/usr/lib/postgresql/*/bin",
    "/usr/local/pgsql*/bin",
    "/opt/homebrew/opt/postgresql*/bin",
)
_OWNERS = ("postgres", "nobody")
_FAST = ("fsync=off", "synchronous_commit=off", "full_page_writes=off", "max_connections=100")
_START_S = 300
NOT_INSTALLED = "PostgreSQL's server binaries are not installed (Debian: apt install postgresql)"


@dataclass(frozen=True, slots=True, kw_only=True)
class PostgresServer:
    """A running server; `dsn` is the address of its only database, with a password.

    `crash` ends it as a lost machine would, `start` brings it back with what it had committed.
    """

    dsn: str = field(repr=False)
    port: int
    start: Callable[[], None] = field(repr=False)
    crash: Callable[[], None] = field(repr=False)


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[PostgresServer]:
    """Start a server once per test process, and stop and remove it at the end."""
    binaries = find_binaries()
    if binaries is None:
        if os.environ.get("CI") == "true":
            pytest.fail(f"{NOT_INSTALLED}; on CI they must be", pytrace=False)
        pytest.skip(NOT_INSTALLED)
    with private_server(binaries) as server:
        yield server


@pytest.fixture(scope="session")
def postgres_dsn(postgres_server: PostgresServer) -> str:
    """Return the address of the private server's database."""
    return postgres_server.dsn


@pytest.fixture(scope="session")
def postgres_connection(postgres_server: PostgresServer) -> Iterator[object]:
    """Open one connection whose clock zone is UTC, outside of transactions."""
    import psycopg

    with psycopg.connect(postgres_server.dsn, autocommit=True) as connection:
        connection.execute("SET TIME ZONE 'UTC'")
        yield connection


@contextmanager
def private_server(binaries: Path) -> Iterator[PostgresServer]:
    """Start a server, and stop and remove it at the end."""
    folder = Path(tempfile.mkdtemp(prefix="segue-postgres-"))
    try:
        yield from _running(binaries, folder)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def find_binaries() -> Path | None:
    """Return the folder of the newest server binaries, or None when there are none."""
    found = [path for place in _PLACES for path in Path("/").glob(place.lstrip("/"))]
    found = [path for path in found if (path / "initdb").exists() and (path / "pg_ctl").exists()]
    if found:
        return max(found, key=lambda path: [int(part) for part in re.findall(r"\d+", str(path))])
    on_path = shutil.which("initdb")
    return Path(on_path).resolve().parent if on_path else None


def _running(binaries: Path, folder: Path) -> Iterator[PostgresServer]:
    owner = _owner()
    if owner is not None:
        shutil.chown(folder, user=owner)
    password = secrets.token_urlsafe(16)
    _create(binaries, folder, password, owner)
    port = _free_port()
    data, options = folder / "data", _options(port)

    def start() -> None:
        waits = ["-w", "-t", str(_START_S), "-l", folder / "log"]
        _call([binaries / "pg_ctl", "start", "-D", data, *waits, "-o", options], owner, folder)

    def crash() -> None:
        _call([binaries / "pg_ctl", "stop", "-D", data, "-m", "immediate", "-w"], owner, folder)

    start()
    try:
        dsn = f"postgresql://segue:{password}@127.0.0.1:{port}/postgres"
        yield PostgresServer(dsn=dsn, port=port, start=start, crash=crash)
    finally:
        crash()


def _create(binaries: Path, folder: Path, password: str, owner: str | None) -> None:
    secret = folder / "password"
    secret.touch(mode=0o600)
    secret.write_text(password, encoding="utf-8")
    if owner is not None:
        shutil.chown(secret, user=owner)
    settings = ["-U", "segue", "-A", "scram-sha-256", f"--pwfile={secret}", "-E", "UTF8"]
    command = [binaries / "initdb", "-D", folder / "data", *settings, "--locale=C.UTF-8", "-N"]
    _call(command, owner, folder)


def _options(port: int) -> str:
    settings = (f"port={port}", "listen_addresses=127.0.0.1", "unix_socket_directories=", *_FAST)
    return " ".join(f"-c {setting}" for setting in settings)


def _owner() -> str | None:
    """Return the user to run as instead of root; None: this process's own user."""
    if os.geteuid() != 0:
        return None
    names = {entry.pw_name for entry in pwd.getpwall()}
    return next((name for name in _OWNERS if name in names), None)


def _call(command: list[str | Path], owner: str | None, folder: Path) -> None:
    """Run a command in the server's folder, which its user can enter; output goes to a file (the server keeps it)."""
    written = folder / "output"
    with written.open("ab") as output:
        done = subprocess.run(
            [str(part) for part in command],
            user=owner,
            group=None if owner is None else pwd.getpwnam(owner).pw_gid,
            extra_groups=None if owner is None else [],
            cwd=folder,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            check=False,
            timeout=_START_S + 30,
        )
    if done.returncode != 0:
        log = folder / "log"
        text = written.read_text(encoding="utf-8") + (
            log.read_text(encoding="utf-8") if log.exists() else ""
        )
        pytest.fail(f"{Path(command[0]).name} failed:\n{text}", pytrace=False)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
