"""A server of Spark Connect for tests: Sail in another process on this machine, or the one that is named.

`SEGUE_TEST_SPARK` names another (`make test-spark`: PySpark's own). One server serves all tests of a process.
"""

from __future__ import annotations

import atexit
import importlib
import importlib.util
import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from typing import Any

import pytest

from bench.sail import served
from segue.engines.spark.sessions import load_client


def spark_remote() -> str:
    """Return the address of the server, which is started when it is first asked for."""
    named = os.environ.get("SEGUE_TEST_SPARK", "")
    for package in ("pyspark", *(() if named else ("pysail",))):
        _need(package)
    return named or _sail()


def need_sail(why: str) -> None:
    """Skip a test on another server than Sail, saying what that one cannot do."""
    if os.environ.get("SEGUE_TEST_SPARK"):
        pytest.skip(f"only on Sail: {why}")


def client_module(name: str) -> Any:
    """Return a module of the client, for tests that cannot begin without it; where it is not installed they are skipped."""
    for package in ("pyspark", "grpc"):
        _need(package)
    load_client()
    return importlib.import_module(name)


def _need(package: str) -> None:
    if importlib.util.find_spec(package) is not None:
        return
    if os.environ.get("CI") == "true":
        pytest.fail(f"{package} is not installed: make setup")
    pytest.skip(f"{package} is not installed: make setup", allow_module_level=True)


class OwnServer:
    """A Sail of a test's own, which may be killed and be started anew on the same port."""

    def __init__(self) -> None:
        _need("pyspark")
        _need("pysail")
        self._process, self._port = served(0)
        self.remote = f"sc://127.0.0.1:{self._port}"

    def kill(self) -> None:
        """End it at once, with all sessions and whatever it evaluates."""
        self._process.kill()
        self._process.communicate()

    def restart(self) -> None:
        """Kill it and start another, which knows no session; return once that listens."""
        self.kill()
        self._process, _ = served(self._port)

    def suspend(self) -> None:
        """Let it fall silent: connections stay, and nothing is answered until it is killed."""
        self._process.send_signal(signal.SIGSTOP)
        os.waitid(os.P_PID, self._process.pid, os.WSTOPPED | os.WNOWAIT)  # until then it answers


@contextmanager
def own_server() -> Iterator[OwnServer]:
    """Start a server of Spark Connect that nobody else asks, and kill it in the end."""
    need_sail("the server that is named is not a test's own to kill")
    server = OwnServer()
    try:
        yield server
    finally:
        server.kill()


@cache
def _sail() -> str:
    server, port = served(0)
    assert server.stdin is not None
    atexit.register(server.wait)
    atexit.register(server.stdin.close)
    return f"sc://127.0.0.1:{port}"
