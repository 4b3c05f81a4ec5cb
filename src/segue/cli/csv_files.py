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


class RowWriter(Protocol):
    """Takes rows of text."""

    def __call__(self, row: Sequence[str], /) -> None:
        """Write one row."""


@contextmanager
def csv_file(path: Path, header: Sequence[str]) -> Iterator[RowWriter]:
    """Open a CSV file that appears under its name only when it is complete. Raises: ConfigurationProblem."""
    temporary = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        handle = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    except OSError as error:
        raise ConfigurationProblem(
            f"The file {path} cannot be written: {error.strerror}.",
            action="Name a file in a folder that exists and that you may write to.",
            code="file_not_writable",
        ) from None
    try:
        # The mark at the beginning lets spreadsheets read accents without being told the encoding.
        with os.fdopen(handle, "w", encoding="utf-8-sig", newline="") as file:
            writer = csv.writer(file)
            writer.writerow(header)
            yield lambda row: writer.writerow(harmless_row(row))
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)
