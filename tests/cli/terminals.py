"""The real program on a terminal of its own, where somebody reads and answers. Not a test."""

from __future__ import annotations

import os
import pty
import select
import subprocess
import time
from collections.abc import Callable

from tests.cli.program import PROGRAM, Shop
from tests.patience import PATIENCE_S


def on_a_terminal(
    shop: Shop,
    arguments: list[str],
    *,
    until: str | None,
    answer: str,
    before: Callable[[], None] = lambda: None,
) -> tuple[str, int]:
    """Run the program on a terminal; `answer` is typed once `until` is read, after `before` was called.

    Returns what was shown, and the exit code.
    """
    ours, theirs = pty.openpty()
    try:
        program = subprocess.Popen(
            [*PROGRAM, *arguments],
            cwd=shop.folder,
            env=shop.environment() | {"COLUMNS": "160", "TERM": "dumb"},
            stdin=theirs,
            stdout=theirs,
            stderr=theirs,
            close_fds=True,
        )
        os.close(theirs)
        text = ""
        deadline = time.monotonic() + PATIENCE_S
        while time.monotonic() < deadline:
            if select.select([ours], [], [], 0.5)[0]:
                try:
                    text += os.read(ours, 65_536).decode("utf-8", errors="replace")
                except OSError:
                    break
            if until is not None and until in text:
                before()
                os.write(ours, f"{answer}\n".encode())
                until = None
        return text, program.wait(timeout=PATIENCE_S)
    finally:
        os.close(ours)
