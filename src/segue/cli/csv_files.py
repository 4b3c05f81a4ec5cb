"""Write CSV files that hold personal data: readable by their owner alone, and harmless when a spreadsheet opens them."""

from __future__ import annotations

import csv
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Protocol

from segue.core.csv_cells import harmless_row
from segue.core.errors import ConfigurationProblem
from segue.core.trouble import raise_trouble
from segue.core.trouble_signs import OF_PLACES


class RowWriter(Protocol):
    """Takes rows of text."""

    def __call__(self, row: Sequence[str], /) -> None:
        """Write one row."""


@contextmanager
def csv_file(path: Path, header: Sequence[str]) -> Iterator[RowWriter]:
    """Open a CSV file that somebody named; it appears when it is complete. Raises: ConfigurationProblem; MachineTrouble."""
    try:
        handle = _opened(path)
    except OSError as error:
        raise_trouble(error, but=OF_PLACES)
        raise ConfigurationProblem(
            f"The file {path} cannot be written: {error.strerror}.",
            action="Name a file in a folder that exists and that you may write to.",
            code="file_not_writable",
        ) from None
    with _written(path, handle, header) as write:
        yield write


@contextmanager
def kept_csv_file(path: Path, header: Sequence[str]) -> Iterator[RowWriter]:
    """Open a CSV file of Segue's own; it appears when it is complete. Raises: OSError."""
    with _written(path, _opened(path), header) as write:
        yield write


def _aside(path: Path) -> Path:
    return path.with_name(f".{path.name}.{os.getpid()}.part")


def _opened(path: Path) -> int:
    return os.open(_aside(path), os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)


@contextmanager
def _written(path: Path, handle: int, header: Sequence[str]) -> Iterator[RowWriter]:
    try:
        # The mark at the beginning lets spreadsheets read accents without being told the encoding.
        with os.fdopen(handle, "w", encoding="utf-8-sig", newline="") as file:
            writer = csv.writer(file)
            writer.writerow(header)
            yield lambda row: writer.writerow(harmless_row(row))
        _aside(path).replace(path)
    finally:
        _aside(path).unlink(missing_ok=True)
