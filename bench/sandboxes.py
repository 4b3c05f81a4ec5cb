"""A sandbox in a process of its own, so that its time and memory are not ours."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from bench.configuration_text import API_KEY
from mailchimp_sandbox.remote import RemoteSandbox

OPTED_OUT = 500
"""Contacts that unsubscribed before the first run. One page of them is read; more would take more reading calls."""


@contextmanager
def sandbox(
    folder: Path, audience: str, *, latency_s: float = 0.0, opted_out: int = 0
) -> Iterator[RemoteSandbox]:
    """Serve one audience; the first `opted_out` people of the population are in it, unsubscribed."""
    seed = folder / f"{audience}.json"
    contacts = [
        {"email": f"person{i}@shop{i % 97}.example", "status": "unsubscribed"}
        for i in range(10, 10 + opted_out)
    ]
    seed.write_text(
        json.dumps({"audiences": [{"id": audience, "contacts": contacts}]}), encoding="utf-8"
    )
    process = subprocess.Popen(
        [
            sys.executable, "-m", "mailchimp_sandbox", "--api-key", API_KEY,
            "--latency-ms", str(latency_s * 1000), "--seed-audience", str(seed),
        ],
        stdout=subprocess.PIPE,
        encoding="utf-8",
    )  # fmt: skip
    try:
        assert process.stdout is not None
        line = process.stdout.readline()
        if "listening on" not in line:
            raise RuntimeError(
                "The sandbox did not start; run `python -m mailchimp_sandbox` to see why."
            )
        yield RemoteSandbox(line.rsplit(None, 1)[-1])
    finally:
        process.terminate()
        process.wait(timeout=60)
        assert process.stdout is not None
        process.stdout.close()


def calls(remote: RemoteSandbox) -> tuple[int, int]:
    """Return how many calls were answered since the last reset, and how many of them wrote."""
    counts = remote.call_counts()
    return sum(counts.values()), sum(n for call, n in counts.items() if not call.startswith("GET "))


def served_s(remote: RemoteSandbox) -> float:
    """Return the seconds that the sandbox was busy with batches of contacts, latency included, summed over the calls."""
    return sum(
        call.seconds
        for call in remote.calls
        if (call.method, call.template) == ("POST", "/lists/{list_id}")
    )
