"""Where tests put their files: into memory, where it has room, for else most tests wait for a disk that nobody needs.

Nothing of Segue's is left out: it writes, synchronises and renames as ever, to a file system that answers at once. Whoever
names a folder themselves (`TMPDIR=/tmp`) gets that one, and finds in it afterwards what the tests left.
"""

from __future__ import annotations

import atexit
import fcntl
import os
import shutil
import tempfile
from contextlib import suppress
from pathlib import Path
from typing import Final

_MEMORY: Final = Path("/dev/shm")
_PREFIX: Final = "segue-tests-"
_ROOM_MB: Final = 4_000
"""What must be free: all tests together leave less than a quarter of it, but what they run needs memory, too."""


def put_files_into_memory() -> None:
    """Let this process and all that it starts make their temporary folders in memory; at its end they are gone."""
    if "TMPDIR" in os.environ or not fits():
        return
    _forget_the_killed()
    folder = tempfile.mkdtemp(prefix=_PREFIX, dir=_MEMORY)
    _hold(folder)  # until this process ends, however it does
    Path(folder).chmod(0o711)  # PostgreSQL runs as another user
    os.environ["TMPDIR"] = tempfile.tempdir = folder
    atexit.register(_removed, folder, os.getpid())


def fits() -> bool:
    """Tell whether there is memory enough, and programs may be started from there."""
    try:
        room = os.statvfs(_MEMORY)
        told = Path("/proc/meminfo").read_text(encoding="ascii").split()
        available_mb = int(told[told.index("MemAvailable:") + 1]) // 1_024
    except (OSError, ValueError):
        return False
    free_mb = room.f_bavail * room.f_frsize // 2**20
    may_run = not room.f_flag & os.ST_NOEXEC
    return may_run and os.access(_MEMORY, os.W_OK) and min(free_mb, available_mb) >= _ROOM_MB


def _hold(folder: str | Path) -> int:
    """Lock a folder as being used. Raises: OSError when somebody else uses it."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        os.close(descriptor)
        raise
    return descriptor


def _forget_the_killed() -> None:
    """Remove what tests left that were killed: memory is not freed otherwise."""
    for folder in _MEMORY.glob(f"{_PREFIX}*"):
        with suppress(OSError):
            descriptor = _hold(folder)
            shutil.rmtree(folder, ignore_errors=True)
            os.close(descriptor)


def _removed(folder: str, process: int) -> None:
    if os.getpid() == process:
        shutil.rmtree(folder, ignore_errors=True)
