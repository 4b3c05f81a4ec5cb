"""What lies in a state folder, and what becomes of each of it in a backup. The one list; whatever stands in no row is copied."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from fnmatch import fnmatchcase
from pathlib import Path

from segue.core.names import is_path_name
from segue.service import databases, identity, keys

DATABASE_FILE = databases.FILE_NAME
KEYS_FILE = keys.FILE_NAME


class Part(StrEnum):
    """How something gets into a backup, or why it does not."""

    COPIED = "copied"
    DATABASE = "database"
    KEYS = "keys"
    AUDIENCES = "audiences"
    SNAPSHOTS = "snapshots"
    LEFT_OUT = "left out"


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """Files by a pattern of their path in the state folder (`*` stands for slashes too), and what becomes of them."""

    pattern: str
    part: Part
    why: str


_OURS = "as the database is at one moment"

ROWS: tuple[Row, ...] = (
    Row(pattern=DATABASE_FILE, part=Part.DATABASE, why=_OURS),
    Row(pattern=f"{DATABASE_FILE}-*", part=Part.DATABASE, why=_OURS),
    Row(pattern=KEYS_FILE, part=Part.KEYS, why="apart, or encrypted by a passphrase"),
    Row(pattern=f".{KEYS_FILE}.*", part=Part.LEFT_OUT, why="keys that are just being written"),
    Row(pattern="audiences/*", part=Part.AUDIENCES, why="each journal and what it speaks of"),
    Row(pattern="snapshots/*", part=Part.SNAPSHOTS, why="the newest snapshot"),
    Row(pattern="locks/*", part=Part.LEFT_OUT, why="locks of processes that run"),
    Row(pattern="migrate.lock", part=Part.LEFT_OUT, why="locks of processes that run"),
    Row(pattern="spill/*", part=Part.LEFT_OUT, why="room for sorting"),
    Row(
        pattern="mirror", part=Part.LEFT_OUT, why="of which store this host's folder is the mirror"
    ),
    Row(pattern="outbox/*", part=Part.LEFT_OUT, why="mails, which hold one-time links"),
    Row(pattern="segue.log*", part=Part.LEFT_OUT, why="the log of commands"),
    Row(pattern="*.partial", part=Part.LEFT_OUT, why="files that are just being written"),
    Row(pattern=identity.RESTORED, part=Part.LEFT_OUT, why="of an earlier restore"),
    Row(pattern="before-restore-*", part=Part.LEFT_OUT, why="what a restore set aside"),
)
"""In the order of looking. `docs/howto/back-up-and-restore.md` says the same to people."""

_UNNAMEABLE = "hidden, or of a name that nobody can see"
_SPECIAL = "no file: a socket, a pipe, a link that leads nowhere"


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """A file of a state folder by its path in it, what becomes of it, and why."""

    name: str
    part: Part
    why: str


def part_of(name: str) -> Row:
    """Return the row of a file; the last one of all is that it is copied as it lies."""
    for row in ROWS:
        if fnmatchcase(name, row.pattern):
            return row
    return Row(pattern="*", part=Part.COPIED, why="as it lies")


def found_in(home: Path, special: Mapping[Path, Part] | None = None) -> Iterator[Found]:
    """Yield every file of a state folder, by name; links are followed, each folder once.

    `special` are files that the settings name: keys or a database that may lie in the folder under other names.
    """
    seen: set[tuple[int, int]] = set()
    for folder, folders, files in os.walk(home, followlinks=True, onerror=_raise):
        state = Path(folder).stat()
        if (state.st_dev, state.st_ino) in seen:
            folders.clear()
            continue
        seen.add((state.st_dev, state.st_ino))
        folders.sort()
        for file in sorted(files):
            path = Path(folder, file)
            yield _found(path, path.relative_to(home).as_posix(), special or {})


def _found(path: Path, name: str, special: Mapping[Path, Part]) -> Found:
    row = part_of(name)
    for place, part in special.items():
        if path == place or (part is Part.DATABASE and path.name.startswith(f"{place.name}-")):
            return Found(name=name, part=part, why="named in the settings")
    if row.part is not Part.COPIED:
        return Found(name=name, part=row.part, why=row.why)
    if not all(map(is_path_name, name.split("/"))):
        return Found(name=name, part=Part.LEFT_OUT, why=_UNNAMEABLE)
    if not path.is_file():
        return Found(name=name, part=Part.LEFT_OUT, why=_SPECIAL)
    return Found(name=name, part=Part.COPIED, why=row.why)


def _raise(error: OSError) -> None:
    """Read no folder that cannot be listed as an empty one; one that is gone by now is."""
    if not isinstance(error, FileNotFoundError):
        raise error
