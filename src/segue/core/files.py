"""Make files durable: written aside, synchronised, then renamed into place. Nothing about their content."""

from __future__ import annotations

import hashlib
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

_MARK = b"PAR1"
"""What a Parquet file begins and ends with."""


@contextmanager
def replacing(path: Path) -> Iterator[Path]:
    """Give a name beside `path` to write to; put it in place only when it was written whole and is on disk."""
    path.parent.mkdir(parents=True, exist_ok=True)
    aside = path.with_name(path.name + ".partial")
    try:
        yield aside
        synchronise(aside)
        aside.replace(path)
    finally:
        aside.unlink(missing_ok=True)
    synchronise(path.parent)


def place_named(path: Path) -> Path | None:
    """Return the file that a name leads to, through links, which may not be there yet; None: a device or a pipe is there.

    A file may be written beside it and be renamed; a device is written to, since a rename would put a file in its place.
    """
    if path.exists() and not path.is_file():
        return None
    return Path(os.path.realpath(path))


def synchronise(path: Path) -> None:
    """Wait until a file or folder is on disk."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def given_again(file: Path, target: Path) -> None:
    """Let a file that nobody ever writes to again have another name too; where the disk has no links it is copied."""
    try:
        os.link(file, target)
    except OSError:
        shutil.copyfile(file, target)


def looks_whole(path: Path) -> bool:
    """Tell whether a Parquet file is there and neither cut nor begun only; what is inside is not looked at."""
    if not path.is_file() or path.stat().st_size < 2 * len(_MARK):
        return False
    with path.open("rb") as file:
        begins = file.read(len(_MARK)) == _MARK
        file.seek(-len(_MARK), os.SEEK_END)
        return begins and file.read(len(_MARK)) == _MARK


def digest_of(path: Path) -> str:
    """Return the SHA-256 of a file's bytes in hexadecimal digits, at about 2 GB a second. Raises: OSError."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def write_durably(path: Path, content: bytes) -> None:
    """Write a small file whole or not at all."""
    with replacing(path) as aside:
        aside.write_bytes(content)
