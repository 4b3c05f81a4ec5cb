"""Admit a bug: say that it is ours, and keep the traceback, redacted, where it can be sent from."""

from __future__ import annotations

import os
import sys
import tempfile
import traceback
from datetime import UTC, datetime
from pathlib import Path

from segue.cli.invocation import Invocation
from segue.cli.log_file import LOG_FILE, open_log
from segue.cli.messages import say
from segue.cli.terminal import print_json
from segue.observability.redact import redacted


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


def _write(home: Path | None, error: Exception) -> Path:
    text = redacted("".join(traceback.format_exception(error)))
    entry = f"{datetime.now(UTC).isoformat(timespec='seconds')} bug\n{text}\n"
    for folder in (home, Path(tempfile.gettempdir())):
        if folder is None:
            continue
        try:
            with open_log(folder) as log:
                log.write(entry)
        except OSError:
            continue
        return folder / LOG_FILE
    return Path(os.devnull)
