"""Say which Parquet file it is that the engine cannot read, at whatever moment it finds out. No reading but to find that.

Parquet files are read by the engine itself, also long after they were opened, and its errors name no source; its words may
hold values.
"""

from __future__ import annotations

import glob
import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import duckdb

from segue.core.errors import ConfigurationProblem
from segue.core.trouble import raise_trouble
from segue.core.trouble_signs import MEMORY_SHORT, OF_FILES, SPILL_FULL, meaning_of
from segue.engines.duckdb.reading import sources_problems as problems
from segue.engines.duckdb.reading import sources_refusals as refusals
from segue.engines.duckdb.reading.sources_file import SourceFile, path_of
from segue.engines.duckdb.session import Resources, session
from segue.engines.duckdb.watch import Watch

_NOT_UTF8 = "Invalid string encoding found in Parquet file"
_OF_THE_FILE = OF_FILES | {MEMORY_SHORT}


@dataclass(frozen=True, slots=True)
class DirectScan:
    """A query that reads all wanted columns of one file of a source."""

    source: str
    file: SourceFile
    query: str


def path_for_engine(file: SourceFile) -> str:
    """Return a file's path as the engine takes it for that file and no other: signs of patterns stand for themselves.

    Raises: OSError for a name by which the engine finds nothing.
    """
    path = str(path_of(file))
    if not glob.has_magic(path):
        return path
    if "\\" in path:
        raise OSError(None, "a backslash stands in its path beside *, ? or [")
    return re.sub(r"([*?\[])", r"[\1]", path)


@contextmanager
def naming_file(source: str, file: SourceFile) -> Iterator[None]:
    """Say that it was this file.

    Raises: ConfigurationProblem in the place of the engine's error, MachineTrouble when that tells of the machine.
    """
    try:
        yield
    except duckdb.InterruptException:  # broken off from outside: that says nothing of the file
        raise
    except duckdb.Error as error:
        raise _failure(source, file, error) from None
    except OSError as error:
        raise_trouble(error, but=OF_FILES)
        raise problems.file_unreadable(source, file, error.strerror or "failed") from error


@contextmanager
def naming_scans(
    scans: Sequence[DirectScan], spill: Path, resources: Resources, watch: Watch
) -> Iterator[None]:
    """Say which file it is when the engine fails inside: the files are read once more, each by itself.

    Raises: ConfigurationProblem; the engine's error when all can be read.
    """
    try:
        yield
    except duckdb.InterruptException:
        raise
    except duckdb.Error as error:
        if meaning_of(error) != SPILL_FULL:
            with (  # another one: the session that failed may be of no more use
                session(spill, resources=resources) as engine,
                watch.breakable(engine.interrupt),
            ):
                _raise_for_file(engine, scans)
        raise


def _raise_for_file(connection: duckdb.DuckDBPyConnection, scans: Sequence[DirectScan]) -> None:
    for scan in scans:
        with naming_file(scan.source, scan.file):
            connection.execute(f"SELECT bool_or(hash(COLUMNS(*)) = 0) FROM ({scan.query})")


def _failure(source: str, file: SourceFile, error: duckdb.Error) -> ConfigurationProblem:
    raise_trouble(error, but=_OF_THE_FILE)
    if _NOT_UTF8 in str(error):
        return problems.text_invalid(source, file)
    if isinstance(error, duckdb.OutOfMemoryException):
        return refusals.memory_exceeded(source)
    return problems.not_parquet(source, file)
