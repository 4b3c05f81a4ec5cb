"""Say of which source it was that reading it failed, whatever library gave up. The one place for foreign errors of readers.

What a reader knows it says itself; here ends what only a hostile or damaged file brings about. The library's own words may
hold values of the file, so that only the name of its error is told.
"""

from __future__ import annotations

import csv
import sqlite3
import struct
import zlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Protocol

import duckdb
import pyarrow as pa

from segue.core.trouble import raise_trouble, trouble_at
from segue.core.trouble_signs import (
    DATABASE_DAMAGED,
    DATABASE_LOST,
    OF_FILES,
    SPILL_FULL,
    meaning_of,
)
from segue.engines.duckdb.reading import sources_refusals as refusals

FOREIGN = (
    pa.ArrowException,
    duckdb.Error,
    sqlite3.Error,
    csv.Error,
    zlib.error,
    struct.error,
    UnicodeError,
    RecursionError,
    OverflowError,
    EOFError,
    OSError,
)
"""What libraries raise at what they cannot read."""
_OF_SOURCES = OF_FILES | {DATABASE_DAMAGED, DATABASE_LOST}


_LARGE_ROW_BYTES = 16_384
"""Bytes of the average row of a source from which on it is the rows that are too large when memory is too small."""


class Read(Protocol):
    """What was read of a source."""

    @property
    def rows(self) -> int:
        """Return the number of its rows."""
        ...

    @property
    def size_bytes(self) -> int:
        """Return the bytes of their values."""
        ...


@contextmanager
def naming_large(sources: Mapping[str, Read]) -> Iterator[None]:
    """Say which source it is whose rows are so large that the engine's memory is too small for them.

    Raises: ConfigurationProblem; the engine's error where the rows of all are of usual size.
    """
    try:
        yield
    except duckdb.OutOfMemoryException as error:
        sizes = {name: one.size_bytes / max(1, one.rows) for name, one in sources.items()}
        largest = max(sizes, key=lambda name: sizes[name], default="")
        if meaning_of(error) == SPILL_FULL:
            _raise_spilled(sources, error)
        if not largest or sizes[largest] < _LARGE_ROW_BYTES:
            raise
        raise refusals.memory_exceeded(largest) from None


def _raise_spilled(sources: Mapping[str, Read], error: duckdb.Error) -> None:
    """Name the source that holds most, which is what is sorted; return where there is none."""
    most = max(sources, key=lambda name: sources[name].size_bytes, default="")
    if most:
        raise trouble_at(SPILL_FULL, most, error) from error


@contextmanager
def naming(source: str) -> Iterator[None]:
    """Say that it was this source.

    Raises: ConfigurationProblem in the place of a library's error, MachineTrouble when that tells of the machine.
    """
    try:
        yield
    except duckdb.InterruptException:  # broken off from outside: that says nothing of the source
        raise
    except FOREIGN as error:
        if meaning_of(error) == SPILL_FULL:
            raise trouble_at(SPILL_FULL, source, error) from error
        raise_trouble(error, but=_OF_SOURCES)
        raise refusals.reading_failed(source, type(error).__name__) from error
