"""Write the one file of a backup: a tar in gzip, under a name of its own until it is whole and on disk."""

from __future__ import annotations

import errno
import os
import secrets
import tarfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from functools import partial
from gzip import GzipFile
from hashlib import sha256
from io import BytesIO
from pathlib import Path
from typing import IO

import msgspec

from segue.backups import problems
from segue.backups.manifest import Entry
from segue.core.asides import making, sweep
from segue.core.files import synchronise

ASIDE = ".segue-backup-"
"""How the names begin of what lies beside a backup while it is made."""

_PLACE_IS_WRONG = (
    *(errno.ENOENT, errno.ENOTDIR, errno.EACCES, errno.EPERM, errno.ENAMETOOLONG, errno.EISDIR),
    *(errno.EINVAL, errno.ELOOP),
)
_NO_LINKS = (errno.EPERM, errno.EOPNOTSUPP, errno.ENOSYS, errno.EMLINK)


class Archive:
    """A backup that is being written. `entries` are its members so far."""

    def __init__(self, tar: tarfile.TarFile, *, mtime: int) -> None:
        self._tar = tar
        self._mtime = mtime
        self.entries: list[Entry] = []

    def add_value(self, name: str, value: msgspec.Struct) -> None:
        """Add a value as JSON."""
        self.add_bytes(name, msgspec.json.format(msgspec.json.encode(value)))

    def add_bytes(self, name: str, content: bytes) -> None:
        """Add a small file."""
        self.add(name, BytesIO(content), size=len(content))

    def add_file(self, name: str, path: Path) -> None:
        """Add a file that nobody changes."""
        with path.open("rb") as file:
            self.add(name, file, size=os.fstat(file.fileno()).st_size)

    def add(self, name: str, file: IO[bytes], *, size: int) -> None:
        """Add so many bytes of an open file. Raises: OSError, also when it is shorter."""
        described = tarfile.TarInfo(name)
        described.size, described.mtime, described.mode = size, self._mtime, 0o600
        hashing = _Hashing(file)
        self._tar.addfile(described, hashing)  # type: ignore[arg-type]  # it is only read
        self.entries.append(Entry(name=name, size=size, sha256=hashing.digest.hexdigest()))


class _Hashing:
    """Read a file and hash what was read."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file
        self.digest = sha256()

    def read(self, size: int) -> bytes:
        """Read the next bytes."""
        piece = self._file.read(size)
        self.digest.update(piece)
        return piece


@contextmanager
def writing(file: Path, *, mtime: int) -> Iterator[Archive]:
    """Write a backup; the file appears only when it is complete, and never in the place of another.

    Raises: ConfigurationProblem when it is there already or cannot be made in its place; OSError.
    """
    if os.path.lexists(file):
        raise problems.file_exists(file)
    with _aside(file) as aside:
        with aside.open("wb") as raw:
            with (
                GzipFile("", "wb", 1, raw, mtime=mtime) as packed,
                tarfile.TarFile(fileobj=packed, mode="w", format=tarfile.GNU_FORMAT) as tar,
            ):
                yield Archive(tar, mtime=mtime)
            raw.flush()
            os.fsync(raw.fileno())
        _put(aside, file)
    synchronise(file.parent)


@contextmanager
def _aside(file: Path) -> Iterator[Path]:
    """Give a new file beside a backup, held until it has the backup's name; what killed backups have left there goes first."""
    aside = file.with_name(f"{ASIDE}{secrets.token_hex(8)}.part")
    sweep(file.parent, ASIDE)
    with ExitStack() as held:
        try:
            held.enter_context(making(file.parent, partial(_made, aside)))
        except OSError as error:
            if error.errno in _PLACE_IS_WRONG:
                raise problems.not_writable(file, error.strerror or "") from None
            raise
        try:
            yield aside
        finally:
            with suppress(OSError):
                aside.unlink(missing_ok=True)


def _made(aside: Path) -> Path:
    os.close(os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
    return aside


def _put(aside: Path, file: Path) -> None:
    """Give the file its name, unless somebody else took it meanwhile."""
    try:
        os.link(aside, file)
    except FileExistsError:
        raise problems.file_exists(file) from None
    except OSError as error:
        if error.errno not in _NO_LINKS:
            raise
        if os.path.lexists(file):
            raise problems.file_exists(file) from None
        aside.replace(file)
