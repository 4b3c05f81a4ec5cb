"""The log of a home folder: where commands write what happened, with personal data and secrets masked."""

from __future__ import annotations

import logging
import os
from pathlib import Path
from typing import TextIO

import click

from segue.observability.logs import set_up_logging, take_libraries

LOG_FILE = "segue.log"
LARGEST_BYTES = 5_000_000
"""Above this the log begins anew; the one before is kept beside it."""

_NOBODY = logging.NullHandler()


def open_log(folder: Path) -> TextIO:
    """Open the log for appending, for its owner alone. Raises: OSError."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    file = folder / LOG_FILE
    if file.exists() and file.stat().st_size > LARGEST_BYTES:
        file.replace(folder / f"{LOG_FILE}.1")
    handle = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    return os.fdopen(handle, "a", encoding="utf-8")


def log_into(folder: Path) -> None:
    """Write what is logged to the folder's log until the command ends; nowhere when it cannot be written."""
    try:
        stream = open_log(folder)
    except OSError:
        log_nowhere()
        return
    handler = set_up_logging(stream)
    take_libraries(handler)
    click.get_current_context().find_root().call_on_close(lambda: _leave(handler, stream))


def log_nowhere() -> None:
    """Drop what is logged: without anybody who takes it, Python prints its bare words among what a command says."""
    logging.getLogger("segue").addHandler(_NOBODY)
    take_libraries(_NOBODY)


def _leave(handler: logging.Handler, stream: TextIO) -> None:
    """Close the log; what is logged later is dropped: of tasks that a second Ctrl-C left, asyncio tells at the very end."""
    log_nowhere()
    for logger in (logging.getLogger("segue"), logging.getLogger()):
        logger.removeHandler(handler)
    logging.getLogger("segue").propagate = True
    stream.close()
