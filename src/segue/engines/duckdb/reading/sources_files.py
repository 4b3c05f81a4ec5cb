"""Find the files of a file source, as the configuration names them, and refuse what is no file, or Segue's own.

This is the one gate: a named pipe, a socket or a device may be waited for without end, so none is ever read; and what Segue
keeps itself would show secrets to whoever may declare sources.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path

from segue.core.patterns import divided, fitting
from segue.core.trouble import raise_trouble
from segue.core.trouble_signs import OF_FILES
from segue.engines.duckdb.reading import sources_problems as problems
from segue.engines.duckdb.reading import sources_refusals as refusals
from segue.engines.duckdb.reading.sources_file import Copy, SourceFile
from segue.engines.duckdb.reading.sources_private import Private
from segue.profiles.object_stores import Objects

KINDS: Mapping[str, Callable[[int], bool]] = {
    "a folder": stat.S_ISDIR,
    "a named pipe": stat.S_ISFIFO,
    "a socket": stat.S_ISSOCK,
    "a device": lambda mode: stat.S_ISCHR(mode) or stat.S_ISBLK(mode),
}
"""What a source may not be, though a path leads to it."""

_BESIDE_SQLITE = ("-journal", "-wal", "-shm")
"""What SQLite opens besides the database. Source: SQLite, "Temporary Files Used By SQLite"."""


def matching_files(source: str, path: Path) -> tuple[Path, ...]:
    """Return the files that a path or pattern names, sorted: the order of rows over several files.

    Raises: ConfigurationProblem when there is none, when one is no file, is empty, may not be read or is Segue's own.
    """
    try:
        files = _listed(source, path)
    except OSError as error:  # a name that is too long, a link that leads in a circle
        raise_trouble(error, but=OF_FILES)
        raise problems.file_unreadable(source, path, error.strerror or "failed") from error
    private = Private()
    for file in files:
        try:
            is_empty = not _first_byte(source, file)
            if private.holds(file):
                raise refusals.private(source, file)
            if is_empty:
                raise problems.empty_file(source, file)
        except OSError as error:
            raise_trouble(error, but=OF_FILES)
            raise problems.file_unreadable(source, file, error.strerror or "failed") from error
    return files


def files_of(source: str, path: Path | Objects, copies: Sequence[Copy]) -> tuple[SourceFile, ...]:
    """Return the files that a source reads: the copies of its objects, or those that its path names. Raises: as `matching_files`."""
    if not isinstance(path, Objects):
        return matching_files(source, path)
    for copy in copies:
        if not copy.path.stat().st_size:
            raise problems.empty_file(source, copy)
    return tuple(copies)


def refuse_other_kinds(source: str, path: Path) -> None:
    """Raise a ConfigurationProblem when a path or pattern names what is there and is no file; nothing is opened.

    Folders that a pattern matches besides files are passed over.
    """
    try:
        if path.exists():
            _refuse(source, path, path.stat().st_mode)
            return
        folder, pattern = divided(path.absolute())
        found = sorted(fitting(folder, pattern)) if pattern else []
        for one in found:
            if one.exists() and not one.is_dir():
                _refuse(source, one, one.stat().st_mode)
    except OSError:  # whoever reads the source says what is wrong
        return


def refuse_private(source: str, path: Path) -> None:
    """Raise a ConfigurationProblem when a path or pattern names what is Segue's own; what cannot be read is passed over."""
    private = Private()
    with suppress(OSError):  # whoever reads the source says what is wrong
        folder, pattern = divided(path.absolute())
        for file in (
            [path] if pattern is None or path.exists() else sorted(fitting(folder, pattern))
        ):
            if file.is_file() and private.holds(file):
                raise refusals.private(source, file)


def refuse_beside_sqlite(source: str, path: Path) -> None:
    """Raise a ConfigurationProblem when what SQLite would open beside a database is no file."""
    for ending in _BESIDE_SQLITE:
        beside = path.with_name(f"{path.name}{ending}")
        if beside.exists():
            _refuse(source, beside, beside.stat().st_mode)


def _listed(source: str, path: Path) -> tuple[Path, ...]:
    if path.is_file():  # a name may hold brackets without being a pattern
        return (path,)
    refuse_other_kinds(source, path)
    folder, pattern = divided(path.absolute())
    if pattern is None:
        raise problems.file_missing(source, path)
    files = tuple(file for file in sorted(fitting(folder, pattern)) if file.is_file())
    if not files:
        raise problems.glob_empty(source, path)
    return files


def _first_byte(source: str, file: Path) -> bytes:
    """Read the first byte; whatever has come to stand there since it was found is not waited for."""
    handle = os.open(file, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    with os.fdopen(handle, "rb") as opened:
        _refuse(source, file, os.fstat(handle).st_mode)
        return opened.read(1)


def _refuse(source: str, path: Path, mode: int) -> None:
    for kind, fits in KINDS.items():
        if fits(mode):
            raise problems.not_a_file(source, path, kind)
