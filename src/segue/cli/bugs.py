"""What is said of an error that is no problem: the machine's trouble, or a bug, whose traceback is kept, redacted."""

from __future__ import annotations

import os
import sys
import tempfile
from datetime import UTC, datetime
from pathlib import Path

from segue.cli.invocation import Invocation
from segue.cli.log_file import LOG_FILE, open_log
from segue.cli.messages import say
from segue.cli.problem_words import words_of_problem
from segue.cli.terminal import print_json
from segue.core.errors import MachineTrouble, Problem
from segue.core.sentences import said
from segue.core.trouble import trouble_of
from segue.observability.traces import trace_of

BUG = 1


def show_failure(invocation: Invocation, error: Exception) -> int:
    """Tell what happened, whatever the machine still allows; return the exit code."""
    trouble = trouble_of(error)
    if trouble is None:
        show_bug(invocation, error)
        return BUG
    if (lost := _lost_output()) is not None:
        return show_lost_output(invocation, lost)
    show_trouble(invocation, trouble)
    return trouble.exit_code


def show_trouble(invocation: Invocation, trouble: Problem) -> None:
    """Print the problem as every other, or in plain words where printing itself meets the trouble."""
    try:
        from segue.cli.problems import show_problem

        show_problem(invocation, trouble)
        sys.stdout.flush()
    except (
        MemoryError,
        OSError,
        ImportError,
        RuntimeError,
    ):  # nothing to print with, or to print to
        _forget_output()
        _say_plainly(invocation, trouble)


def show_lost_output(invocation: Invocation, error: OSError) -> int:
    """Tell that what was printed is lost; return the exit code."""
    lost = MachineTrouble(
        said("What was printed could not be written: %(why)s.", why=error.strerror),
        action="Make room where it goes, or print elsewhere; what the command did is done.",
        code="output_not_writable",
    )
    _forget_output()
    _say_plainly(invocation, lost)
    return lost.exit_code


def show_bug(invocation: Invocation, error: Exception) -> None:
    """Print one sentence about the bug and write its traceback to the log file."""
    file = _write(invocation.home, error)
    message = say(invocation.language, "bug", kind=type(error).__name__)
    action = say(invocation.language, "bug_action", file=str(file))
    if invocation.wants_json:
        print_json(
            {
                "error": {
                    "class": "Bug",
                    "code": "bug",
                    "message": message,
                    "action": action,
                    "context": {"kind": type(error).__name__, "log": str(file)},
                    "mistakes": [],
                }
            }
        )
    else:
        sys.stderr.write(f"{message}\n{say(invocation.language, 'what_to_do', action=action)}\n")


def _lost_output() -> OSError | None:
    """Return why nothing can be printed, None when it can: then the trouble was met elsewhere."""
    try:
        if sys.stdout is not None:
            sys.stdout.flush()
    except OSError as error:
        return error
    return None


def _say_plainly(invocation: Invocation, trouble: Problem) -> None:
    words = words_of_problem(trouble, invocation.language)
    sys.stderr.write(f"{words.message} {words.action} ({trouble.code})\n")


def _forget_output() -> None:
    """Let what cannot be written go nowhere, so that the end of the process does not fail by it once more."""
    if sys.stdout is sys.__stdout__ and sys.stdout is not None:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _write(home: Path | None, error: Exception) -> Path:
    entry = f"{datetime.now(UTC).isoformat(timespec='seconds')} bug\n{trace_of(error)}\n\n"
    try:
        return _into_log(home, entry) if home is not None else _into_new_file(entry)
    except OSError:
        return _elsewhere(entry)


def _into_log(home: Path, entry: str) -> Path:
    with open_log(home) as log:
        log.write(entry)
    return home / LOG_FILE


def _into_new_file(entry: str) -> Path:
    """Write a file of a name that nobody foresees: others can write into the shared folder too."""
    descriptor, name = tempfile.mkstemp(prefix="segue-", suffix=".log")
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(entry)
    return Path(name)


def _elsewhere(entry: str) -> Path:
    try:
        return _into_new_file(entry)
    except OSError:
        return Path(os.devnull)
