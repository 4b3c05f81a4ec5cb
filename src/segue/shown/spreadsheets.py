"""CSV as spreadsheets take it: no text is run as a formula, accents are read, and files are for their owner alone.

For files that somebody named, for Segue's own, and for downloads, which are made piece by piece.
"""

from __future__ import annotations

import csv
import io
import os
import re
from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from datetime import date
from decimal import Decimal
from functools import partial
from itertools import islice
from pathlib import Path
from typing import Protocol, TextIO

from segue.core.asides import making, sweep
from segue.core.errors import ConfigurationProblem
from segue.core.files import place_named
from segue.core.sentences import said
from segue.core.trouble import raise_trouble
from segue.core.trouble_signs import OF_PLACES

FORMULA_SIGNS = ("=", "+", "-", "@", "\t", "\r", "\n")
"""A cell that begins with one of these may be run as a formula; see docs/reference/cli.md."""

_NEGATIVE = re.compile(r"-[0-9]+(\.[0-9]+)?", re.ASCII)

_MARK = "\ufeff"
"""Stands at the beginning of a CSV file so that spreadsheets read accents without being told the encoding."""

ROWS_A_PIECE = 500


def harmless(cell: str) -> str:
    """Return a cell that no spreadsheet takes for a formula: such texts get a leading apostrophe, and only once.

    A negative number is none: with an apostrophe it would be left out of every sum.
    """
    is_formula = cell.startswith(FORMULA_SIGNS) and not _NEGATIVE.fullmatch(cell)
    return f"'{cell}" if is_formula else cell


def cell_of(value: object) -> str:
    """Return one value of a profile as a file holds it: the same in every language, and nothing for a blank."""
    match value:
        case None:
            return ""
        case bool():
            return "true" if value else "false"
        case date():
            return value.isoformat()
        case Decimal():
            return f"{value:f}"
        case _:
            return str(value)


def csv_pieces(rows: Iterator[Sequence[str]]) -> Iterator[bytes]:
    """Yield a CSV file in pieces of so many rows; `rows` are read no further than each piece needs."""
    mark = _MARK
    while some := list(islice(rows, ROWS_A_PIECE)):
        text = io.StringIO()
        csv.writer(text).writerows(_harmless_row(row) for row in some)
        yield (mark + text.getvalue()).encode()
        mark = ""


class RowWriter(Protocol):
    """Takes rows of text."""

    def __call__(self, row: Sequence[str], /) -> None:
        """Write one row."""


@contextmanager
def csv_file(path: Path, header: Sequence[str]) -> Iterator[RowWriter]:
    """Open a CSV file that somebody named; it appears when it is complete. Raises: ConfigurationProblem; MachineTrouble.

    A device or a pipe, such as /dev/stdout, is written to.
    """
    with ExitStack() as opened:
        try:
            file = place_named(path)
            written = kept_csv_file(file, header) if file is not None else _straight(path, header)
            write = opened.enter_context(written)
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
            with aside.open("w", encoding="utf-8", newline="") as file:
                yield _begun(file, header)
            aside.replace(path)
        finally:
            aside.unlink(missing_ok=True)


@contextmanager
def _straight(path: Path, header: Sequence[str]) -> Iterator[RowWriter]:
    with path.open("w", encoding="utf-8", newline="") as file:
        yield _begun(file, header)


def _begun(file: TextIO, header: Sequence[str]) -> RowWriter:
    file.write(_MARK)
    writer = csv.writer(file)
    writer.writerow(header)
    return lambda row: writer.writerow(_harmless_row(row))


def _harmless_row(cells: Iterable[str]) -> list[str]:
    return [harmless(cell) for cell in cells]


def _made(aside: Path) -> Path:
    os.close(os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600))
    return aside
