"""One process at a time: an advisory lock on a file, with the name of who holds it."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from segue.core.errors import TryLater
from segue.core.sentences import said


@contextmanager
def only_one(path: Path, *, what: str) -> Iterator[None]:
    """Hold the lock at `path`, in a folder of the state folder; it ends with the process, however that ends.

    A state folder that is not there yet is made for its owner alone: it will hold personal data.

    Raises:
        TryLater: another process holds it; the message names `what` and the process.
    """
    home = path.parent.parent
    home.mkdir(parents=True, exist_ok=True, mode=0o700)
    path.parent.mkdir(exist_ok=True)
    with path.open("a+", encoding="utf-8") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            file.seek(0)
            raise _held(what, file.read().strip()) from error
        file.truncate(0)
        file.write(str(os.getpid()))
        file.flush()
        yield


def _held(what: str, holder: str) -> TryLater:
    return TryLater(
        said(
            "Another run is using %(what)s (process %(holder)s).",
            what=what,
            holder=holder or "unknown",
        ),
        action="Wait until it is over, then run again.",
        code="already_running",
        context={"process": holder},
    )


AT_WORK = "at-work.lock"
"""The lock that every process of an installation shares for as long as it lives."""


@contextmanager
def at_work(home: Path) -> Iterator[None]:
    """Share the lock that says that a state folder is being worked in; nobody puts another folder in its place meanwhile.

    Raises: TryLater when somebody is just doing that.
    """
    folder = home / "locks"
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    with (folder / AT_WORK).open("a+", encoding="utf-8") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise TryLater(
                "A backup is being restored into this state folder.",
                action="Wait until it is over, then start again.",
                code="restore_under_way",
            ) from error
        yield


@contextmanager
def nobody_at_work(home: Path) -> Iterator[bool]:
    """Hold every lock of a state folder; False: somebody holds one of them, so that nothing is held here."""
    folder = home / "locks"
    with ExitStack() as held:
        if folder.is_dir():
            (folder / AT_WORK).touch(mode=0o600)
        for path in sorted(folder.glob("*.lock")):
            file = held.enter_context(path.open("a", encoding="utf-8"))
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                held.close()
                yield False
                return
        yield True
