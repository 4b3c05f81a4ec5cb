"""Start the imitated store in a process of its own, and lay objects into it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from http.client import HTTPConnection
from pathlib import Path
from urllib.parse import quote

import pytest

from segue.core.hanging import anything_hangs
from tests.patience import PATIENCE_S

_START_S = 60


@dataclass(frozen=True, slots=True)
class FakeStore:
    """A running store; `endpoint` is where clients of all three protocols find it."""

    port: int

    @property
    def endpoint(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def lay(self, bucket: str, key: str, data: bytes) -> None:
        """Write an object, and the bucket where there is none."""
        self._ask(f"objects/{bucket}/{key}", data)

    def make_bucket(self, bucket: str) -> None:
        self._ask(f"bucket/{bucket}")

    def remove(self, bucket: str, key: str) -> None:
        self._ask(f"removed/{bucket}/{key}")

    def play(self, bucket: str, key: str, kind: str, *, times: int = -1) -> None:
        """Let something go wrong; the kinds are those of `contents.Fault`."""
        fault = {"bucket": bucket, "key": key, "kind": kind, "times": times}
        self._ask("fault", json.dumps(fault).encode())

    def requests(self) -> Sequence[str]:
        """Return the requests since this was asked last."""
        told: Sequence[str] = json.loads(self._ask("requests"))
        return told

    def wait(self, seconds: float) -> None:
        """Let time pass in the store: each write is a second anyway."""
        self._ask(f"later/{int(seconds)}")

    def heal(self) -> None:
        """Let nothing go wrong any more."""
        self._ask("healed")

    def keys(self, bucket: str) -> Sequence[str]:
        """Return the keys of a bucket."""
        told: Sequence[str] = json.loads(self._ask(f"keys/{bucket}"))
        return told

    def clear(self) -> None:
        self._ask("clear")

    def _ask(self, what: str, body: bytes = b"") -> bytes:
        connection = HTTPConnection("127.0.0.1", self.port, timeout=_START_S)
        try:
            connection.request("PUT", f"/-/{quote(what)}", body)
            return connection.getresponse().read()
        finally:
            connection.close()


@contextmanager
def running() -> Iterator[FakeStore]:
    """Start the process, and end it."""
    here = Path(__file__).resolve().parents[3]
    command = [sys.executable, "-m", "tests.fakes.object_stores.server"]
    environment = {**os.environ, "PYTHONPATH": str(here)}
    with subprocess.Popen(
        command,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env=environment,
        encoding="ascii",
        cwd=here,
    ) as process:
        assert process.stdout is not None
        try:
            yield FakeStore(int(process.stdout.readline()))
        finally:
            process.kill()


@pytest.fixture(scope="session")
def running_store() -> Iterator[FakeStore]:
    """Start a store once per test process."""
    with running() as store:
        yield store


@pytest.fixture
def store(running_store: FakeStore) -> Iterator[FakeStore]:
    """Return a store with nothing in it; at the end nobody waits for an answer any more."""
    running_store.clear()
    yield running_store
    running_store.clear()
    until = time.monotonic() + PATIENCE_S
    while anything_hangs():
        assert time.monotonic() < until
        time.sleep(0.02)
