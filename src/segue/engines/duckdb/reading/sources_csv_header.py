"""Read what stands before a delimited file's rows: title lines, a line `sep=;`, the header. And find the separator."""

from __future__ import annotations

import csv
import itertools
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from typing import Any, TextIO

from segue.engines.duckdb.reading import sources_problems as problems
from segue.engines.duckdb.reading import sources_refusals as refusals
from segue.engines.duckdb.reading.sources_bounded import check_columns
from segue.engines.duckdb.reading.sources_csv_grammar import WIDE_BLANKS, narrow_blanks
from segue.engines.duckdb.reading.sources_encoding import Decoded
from segue.engines.duckdb.reading.sources_file import SourceFile
from segue.engines.duckdb.reading.sources_names import clean_name, is_repeated, lacking, position
from segue.engines.duckdb.reading.sources_told import columns_missing
from segue.profiles.source_sizes import SIZES, Sizes
from segue.profiles.sources import CsvSource

SEPARATORS = (",", ";", "\t", "|")
_SAMPLE_ROWS = 50
_MOST_TITLES = 10
_ROWS_WORTH = 16
"""As many of the longest rows are read at most to find header and separator."""
_DECLARED = re.compile(r'[\ufeff\u200b]*"?sep=(.|\\t)"?\s*', re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Header:
    """The names of a file's columns, the separator, and where its rows begin.

    `lines` is the number of lines before the first row, `first_row` its number as a spreadsheet shows it (a line
    `sep=;` is not shown). `width` is the number of values that a row usually has. `sample` holds some of the first.
    """

    source: str
    file: SourceFile
    separator: str
    names: tuple[str, ...]
    lines: int
    first_row: int
    width: int
    sample: tuple[tuple[str, ...], ...]

    @property
    def named(self) -> int:
        """Return how many columns there are up to the last one that has a name."""
        return max((at for at, name in enumerate(self.names, start=1) if name), default=0)

    def fits(self, values: Sequence[str | None]) -> bool:
        """Tell whether a row has a value for every named column, and nothing but blanks behind the header's end."""
        return len(values) >= self.named and not any(values[len(self.names) :])

    def positions(self, wanted: Sequence[str]) -> list[int]:
        """Return where the wanted columns stand.

        Raises: ConfigurationProblem for one that is missing or stands twice.
        """
        missing = lacking(wanted, self.names)
        if missing:
            raise columns_missing(
                self.source, missing, [n for n in self.names if n], place=str(self.file)
            )
        for column in wanted:
            if is_repeated(column, self.names):
                raise problems.column_repeated(self.source, self.file, column)
        return [at for at in (position(column, self.names) for column in wanted) if at is not None]


def read_header(
    source: CsvSource, file: SourceFile, decoded: Decoded, *, sizes: Sizes = SIZES
) -> Header:
    """Read a file's header, behind the lines that the source skips.

    Raises: ConfigurationProblem when there is none, or it is far too large, or when a quote in it never closes.
    """
    try:
        header = _read_header(source, file, decoded, sizes.row_bytes)
    except _TooLong:
        raise refusals.header_too_large(source.name, file, sizes.row_bytes) from None
    check_columns(source.name, str(file), max(len(header.names), header.width), sizes)
    return header


def _read_header(source: CsvSource, file: SourceFile, decoded: Decoded, longest: int) -> Header:
    declared = _declared_separator(file, decoded)
    skipped = source.skip_rows + bool(declared)
    separator = (
        source.separator
        or declared
        or _detected_separator(file, decoded, source.quote, skipped, longest)
    )
    with _behind(file, decoded, skipped, longest) as opened:
        names, blank, lines = _names(source, file, opened, separator, longest)
    sample = _first_rows(file, decoded, (separator, source.quote), skipped + lines, longest)
    header = Header(
        source=source.name,
        file=file,
        separator=separator,
        names=names,
        lines=skipped + lines,
        first_row=source.skip_rows + blank + 2,
        width=len(names),
        sample=tuple(map(tuple, sample)),
    )
    return replace(header, width=_usual_width(header))


def title_lines(file: SourceFile, decoded: Decoded, quote: str) -> int:
    """Guess how many lines of a title stand before the header: those of which the rows that follow do not make a table."""
    declared = int(_declared_separator(file, decoded) is not None)
    for count in range(_MOST_TITLES):
        separator = _detected_separator(file, decoded, quote, declared + count)
        first, *rows = _first_rows(file, decoded, (separator, quote), declared + count) or [[]]
        if _is_header(first, rows) and (count == 0 or _is_all_named(first)):
            return count
    return 0


def _is_all_named(first: Sequence[str]) -> bool:
    """Tell whether each of several values is a name, but for blank ones at both ends, which lists in frames have."""
    text = "".join("x" if clean_name(name) else " " for name in first)
    return len(text.strip()) > 1 and " " not in text.strip()


def _is_header(first: Sequence[str], rows: Sequence[Sequence[str]]) -> bool:
    named = max((at for at, name in enumerate(first, start=1) if clean_name(name)), default=0)
    filled = [row for row in rows if any(row)]
    fitting = sum(len(row) >= named and not any(row[len(first) :]) for row in filled)
    return named > 1 and fitting > len(filled) / 2


def _declared_separator(file: SourceFile, decoded: Decoded) -> str | None:
    """Return what a first line such as `sep=;` says, as spreadsheets write it."""
    with decoded.open(file) as opened:
        found = _DECLARED.fullmatch(opened.readline(20))
    return found.group(1).replace("\\t", "\t") if found else None


class _TooLong(Exception):
    """A line before the rows is longer than a row may be, or a quoted value goes on and on."""


@contextmanager
def _behind(file: SourceFile, decoded: Decoded, lines: int, longest: int) -> Iterator[TextIO]:
    """Open a file as text, behind its first lines. Raises: _TooLong."""
    with decoded.open(file) as opened:
        for _ in range(lines):
            _line(opened, longest)
        yield opened


def _line(opened: TextIO, longest: int) -> str:
    line = opened.readline(longest + 1)
    if len(line) > longest:
        raise _TooLong
    return line


def _lines(opened: TextIO, longest: int) -> Iterator[str]:
    """Yield lines, some rows' worth of them at most."""
    taken = 0
    while line := _line(opened, longest):
        taken += len(line)
        if taken > _ROWS_WORTH * longest:
            raise _TooLong
        yield line


def _names(
    source: CsvSource, file: SourceFile, opened: TextIO, separator: str, longest: int
) -> tuple[tuple[str, ...], int, int]:
    """Return the names in the first row that is not blank, how many blank ones stand before it, and its last line."""
    rows = _records(_lines(opened, longest), separator, source.quote)
    try:
        for blank, row in enumerate(rows):
            if any(map(clean_name, row)):
                if any("\n" in name for name in row) and not opened.read(1):
                    raise problems.quote_unclosed(source.name, file, source.skip_rows + blank + 1)
                return tuple(map(clean_name, row)), blank, rows.line_num
    except csv.Error as error:  # a field beyond the reader's limit
        raise problems.quote_unclosed(source.name, file, source.skip_rows + 1) from error
    raise problems.empty_file(source.name, file)


def _usual_width(header: Header) -> int:
    """Return how many values most rows have: exporters end rows with separators, or leave out the last blank ones."""
    widths = Counter(len(row) for row in header.sample if row and header.fits(row))
    return widths.most_common(1)[0][0] if widths else len(header.names)


def _detected_separator(
    file: SourceFile, decoded: Decoded, quote: str, lines: int, longest: int = SIZES.row_bytes
) -> str:
    """Choose the separator that cuts the header into most values and the next rows into as many."""
    best, best_score = SEPARATORS[0], (0.0, 0)
    for separator in SEPARATORS:
        signs = (separator, quote)
        rows = [row for row in _first_rows(file, decoded, signs, lines, longest) if row]
        width = len(rows[0]) if rows else 0
        alike = sum(len(row) == width for row in rows)
        score = (alike / max(1, len(rows)), width)
        if width > 1 and score > best_score and not _is_beside_another(separator, rows[0]):
            best, best_score = separator, score
    return best


def _is_beside_another(separator: str, names: Sequence[str]) -> bool:
    """Tell whether a tab is but a blank: in the header it stands nowhere without another separator before or behind it."""
    filled = [name for name in map(clean_name, names) if name]
    return separator == "\t" and any(
        all(one.endswith(other) or two.startswith(other) for one, two in itertools.pairwise(filled))
        for other in SEPARATORS
        if other != "\t" and len(filled) > 1
    )


def _first_rows(
    file: SourceFile,
    decoded: Decoded,
    signs: tuple[str, str],
    lines: int,
    longest: int = SIZES.row_bytes,
) -> list[list[str]]:
    rows: list[list[str]] = []
    with (
        suppress(csv.Error, _TooLong),
        _behind(file, decoded, lines, longest) as opened,
    ):
        records = _records(_lines(opened, longest), *signs)
        rows.extend(itertools.islice(records, _SAMPLE_ROWS))
    return rows


def _records(lines: Iterator[str], separator: str, quote: str) -> Any:
    """Cut lines into values, without the blanks before a quote: csv itself knows but the usual one as such."""
    if not quote:
        return csv.reader(lines, delimiter=separator, quoting=csv.QUOTE_NONE)
    sign, mark = re.escape(separator), re.escape(quote)
    blanks = f"[{narrow_blanks(separator)}{WIDE_BLANKS}]+"
    # Usual blanks are left to csv: they may also stand before a doubled quote, within a name.
    leading = re.compile(f"(^|{sign})(?! *{mark}){blanks}(?={mark})")
    bare = (leading.sub(r"\1", line) for line in lines)
    return csv.reader(bare, delimiter=separator, quotechar=quote, skipinitialspace=True)
