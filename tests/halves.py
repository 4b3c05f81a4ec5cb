"""Run the unit tests in two processes side by side, each of which reads and runs its half only: `python -m tests.halves PYTEST-ARGUMENTS…`.

Workers of pytest-xdist read all tests each, and tell a third process of every one: for tests as small as these that is a
quarter of all there is to do. Here what the halves say comes one after the other, and then one line of both.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]

FIRST = tuple(f"tests/unit/{name}" for name in ("bench", "core", "mailchimp", "sync", "tools"))
"""The folders that are the first half: about as much to do as all the others."""

HALVES = (FIRST, ("tests/unit", *(f"--ignore={folder}" for folder in FIRST)))

_NOTHING_FOUND = 5
"""What pytest ends with where it found no tests, as one half may under `-k`."""

_OUTCOME = re.compile(r"(\d+) (passed|failed|errors?|skipped|deselected|xfailed|xpassed|warnings?)")


def main(arguments: Sequence[str]) -> int:
    """Run both halves to their ends, print what they said, and return the worse of their exit codes."""
    begun = time.monotonic()
    running = [_started([*half, *arguments]) for half in HALVES]
    said = [process.communicate()[0] for process in running]
    for output in said:
        print(output, end="")
    print(f"Both halves: {total(said)} in {time.monotonic() - begun:.1f} s")
    return exit_code([process.returncode for process in running])


def total(outputs: Sequence[str]) -> str:
    """Add up the last lines of what several runs of pytest said, in the order of their words."""
    counted: Counter[str] = Counter()
    for output in outputs:
        last = output.rstrip().rpartition("\n")[2]
        for number, outcome in _OUTCOME.findall(last):
            counted[outcome] += int(number)
    return ", ".join(f"{number} {outcome}" for outcome, number in counted.items()) or "no tests"


def exit_code(codes: Sequence[int]) -> int:
    """Return the code of all: a half without tests is no failure where the other has some."""
    found = [code for code in codes if code != _NOTHING_FOUND]
    return next((code for code in found if code), 0) if found else _NOTHING_FOUND


def _started(arguments: Sequence[str]) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "tests.half", *arguments]
    return subprocess.Popen(
        command,
        cwd=ROOT,
        env={**os.environ, "PYTHONUNBUFFERED": "1"},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
        errors="replace",
    )


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
