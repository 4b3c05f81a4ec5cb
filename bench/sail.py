"""Sail, a server of Spark Connect, in a process of its own: what it uses is told apart from what we use."""

from __future__ import annotations

import importlib.util
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

_SERVE = (
    "import sys\n"
    "from pysail.spark import SparkConnectServer\n"
    "server = SparkConnectServer(ip='127.0.0.1', port=int(sys.argv[1]))\n"
    "server.start(background=True)\n"
    "print(server.listening_address[1], flush=True)\n"
    "sys.stdin.read()\n"  # until the work is over, however it ends
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sail:
    """A server that listens: its address and its process."""

    remote: str
    pid: int


def missing() -> str:
    """Say why there is no Sail here, "" where there is one."""
    for package in ("pysail", "pyspark", "grpc"):
        if importlib.util.find_spec(package) is None:
            return f"{package} is not installed (make setup)"
    return ""


def served(port: int = 0) -> tuple[subprocess.Popen[str], int]:
    """Start Sail on a port of this machine, 0: a free one; return the process and the port. It ends with its standard input."""
    server = subprocess.Popen(
        [sys.executable, "-c", _SERVE, str(port)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        encoding="utf-8",
    )
    assert server.stdout is not None
    return server, int(server.stdout.readline())


@contextmanager
def sail() -> Iterator[Sail]:
    """Serve until the work inside is over."""
    server, port = served()
    try:
        yield Sail(remote=f"sc://127.0.0.1:{port}", pid=server.pid)
    finally:
        server.kill()
        server.communicate()
