"""Write CSV files that hold personal data: readable by their owner alone, and harmless when a spreadsheet opens them."""

from __future__ import annotations

import csv
import os
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from functools import partial
from pathlib import Path
from typing import Protocol

from segue.core.asides import making, sweep
from segue.core.csv_cells import harmless_row
from segue.core.errors import ConfigurationProblem
from segue.core.sentences import said
from segue.core.trouble import raise_trouble
from segue.core.trouble_signs import OF_PLACES


class RowWriter(Protocol):
    """Takes rows of text."""

    def __call__(self, row: Sequence[str], /) -> None:
        """Write one row."""


@contextmanager
def csv_file(path: Path, header: Sequence[str]) -> Iterator[RowWriter]:
    """Open a CSV file that somebody named; it appears when it is complete. Raises: ConfigurationProblem; MachineTrouble."""
    with ExitStack() as opened:
        try:
            write = opened.enter_context(kept_csv_file(path, header))
        except OSError as error:
            raise_trouble(error, but=OF_PLACES)
            raise ConfigurationProblem(
                said(
                    "The file %(path)s cannot be written: %(why)s.", path=path, why=error.strerror
                ),
                action="Name a file in a folder that exists and that you may write to.",
                code="file_not_writable",
            ) from None
        yield write


@contextmanager
def kept_csv_file(path: Path, header: Sequence[str]) -> Iterator[RowWriter]:
    """Open a CSV file of Segue's own; it appears when it is complete. Raises: OSError.

    Until then it is held under a name beside its own; what was left under one, by a process that was killed, is removed.
    """
    beginning = f".{path.name}.segue-"
    aside = path.with_name(f"{beginning}{os.getpid()}.part")
    sweep(path.parent, beginning)
    with making(path.parent, partial(_made, aside)):
        try:
            # The mark at the beginning lets spreadsheets read accents without being told the encoding.
            with aside.open("w", encoding="utf-8-sig", newline="") as file:
                writer = csv.writer(file)
                writer.writerow(header)
                yield lambda row: writer.writerow(harmless_row(row))
            aside.replace(path)
        finally:
            aside.unlink(missing_ok=True)


def _made(aside: Path) -> Path:
    os.close(os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600))
    return aside
