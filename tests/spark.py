"""A server of Spark Connect for tests: Sail in another process on this machine, or the one that is named.

`SEGUE_TEST_SPARK` names another (`make test-spark`: PySpark's own). One server serves all tests of a process.
"""

from __future__ import annotations

import atexit
import importlib
import importlib.util
import os
import subprocess
import sys
from functools import cache
from typing import Any

import pytest

from segue.engines.spark.sessions import load_client

_SERVE = (
    "import sys\n"
    "from pysail.spark import SparkConnectServer\n"
    "server = SparkConnectServer(ip='127.0.0.1', port=0)\n"
    "server.start(background=True)\n"
    "print(server.listening_address[1], flush=True)\n"
    "sys.stdin.read()\n"  # until the tests are over, however they end
)


def spark_remote() -> str:
    """Return the address of the server, which is started when it is first asked for."""
    named = os.environ.get("SEGUE_TEST_SPARK", "")
    for package in ("pyspark", *(() if named else ("pysail",))):
        _need(package)
    return named or _sail()


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


@cache
def _sail() -> str:
    server = subprocess.Popen(
        [sys.executable, "-c", _SERVE],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        encoding="utf-8",
    )
    assert server.stdin is not None
    assert server.stdout is not None
    atexit.register(server.wait)
    atexit.register(server.stdin.close)
    return f"sc://127.0.0.1:{int(server.stdout.readline())}"
