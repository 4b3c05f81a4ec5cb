"""What is written beside its place until it is whole: held while somebody is at it, and swept when whoever began it was killed.

Holding is a lock of the system (flock), which ends with the process however that ends. Where a disk has no such locks,
nothing is swept.
"""

from __future__ import annotations

import fcntl
import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path


@contextmanager
def making(place: Path, make: Callable[[], Path]) -> Iterator[Path]:
    """Make a file or folder in a folder, `place`, and hold it until what is inside is done. Raises: as `make`."""
    with ExitStack() as held:
        # Whoever sweeps has the folder for itself, so that nothing is swept before it is held.
        with _locked(place, fcntl.LOCK_SH):
            path = make()
            held.enter_context(_locked(path, fcntl.LOCK_EX))
        yield path


def sweep(place: Path, *beginnings: str) -> int:
    """Remove what lies in a folder under names that begin so, is this user's and held by nobody. Returns how many.

    What cannot be looked at or removed stays: to sweep is never what somebody waits for.
    """
    with suppress(OSError), _locked(place, fcntl.LOCK_EX | fcntl.LOCK_NB) as is_mine:
        if is_mine:
            found = [path for path in place.iterdir() if path.name.startswith(beginnings)]
            return sum(map(_swept, found))
    return 0


def _swept(path: Path) -> bool:
    with suppress(OSError):
        if path.is_symlink() or path.stat().st_uid != os.geteuid():
            return False
        with _locked(path, fcntl.LOCK_EX | fcntl.LOCK_NB) as is_mine:
            if is_mine:
                shutil.rmtree(path) if path.is_dir() else path.unlink()
                return True
    return False


@contextmanager
def _locked(path: Path, how: int) -> Iterator[bool]:
    """Lock a file or folder as long as what is inside lasts; False: somebody else has it, or the disk has no locks."""
    descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK)  # a pipe of that name is not waited for
    try:
        yield _takes(descriptor, how)
    finally:
        os.close(descriptor)


def _takes(descriptor: int, how: int) -> bool:
    try:
        fcntl.flock(descriptor, how)
    except OSError:
        return False
    return True
