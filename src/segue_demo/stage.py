"""The sandbox as a process of its own: started on a free port, stopped (and saved) at the end."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from mailchimp_sandbox.remote import RemoteSandbox
from segue.core.errors import TryLater
from segue_demo.folder import DemoFolder

API_KEY = "demonstration-us1"
"""Not a secret: it opens nothing but the sandbox on this machine."""

_LISTENING = re.compile(r"listening on (http://127\.0\.0\.1:\d+/3\.0)")
_STOP_WITHIN_S = 30


@contextmanager
def sandbox_running(folder: DemoFolder, *, latency_scale: float) -> Iterator[RemoteSandbox]:
    """Serve the audience of the folder; `latency_scale` 1 takes as long as Mailchimp does, 0 no time at all.

    Raises: TryLater when the sandbox does not start.
    """
    folder.key.write_text(API_KEY + "\n", encoding="ascii")
    folder.key.chmod(0o600)
    latency = (
        ["--latency-profile", "real", "--latency-scale", str(latency_scale)]
        if latency_scale
        else []
    )
    process = subprocess.Popen(  # noqa: S603 - our own module, our own arguments
        [
            sys.executable, "-m", "segue.cli.serving.child", str(os.getpid()), "mailchimp_sandbox", "--api-key", API_KEY, *latency,
            "--state", str(folder.sandbox_state), "--seed-audience", str(folder.audience),
        ],
        stdout=subprocess.PIPE,
        encoding="utf-8",
    )  # fmt: skip
    try:
        yield RemoteSandbox(_address(process))
    finally:
        _stop(process)


def _address(process: subprocess.Popen[str]) -> str:
    assert process.stdout is not None
    found = _LISTENING.search(process.stdout.readline())
    if found is None:
        raise TryLater(
            "The sandbox of the demonstration did not start.",
            action="Run `segue sandbox` alone to see why, then run the demonstration again.",
            code="demo_sandbox_silent",
        )
    return found.group(1)


def _stop(process: subprocess.Popen[str]) -> None:
    process.terminate()
    try:
        process.wait(_STOP_WITHIN_S)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
    if process.stdout is not None:
        process.stdout.close()
