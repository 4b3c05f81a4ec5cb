"""Stream delimited text files as Arrow batches with true row numbers. Values stay the text that was written.

Row numbers count records as a spreadsheet shows them: the header is row 1, blank rows count. A row with more or fewer
values than the header is reported and left out: nobody can tell which value belongs where.
"""

from __future__ import annotations

import csv
import itertools
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pa_csv

from segue.engines.duckdb import sources_batches as staged
from segue.engines.duckdb import sources_problems as problems
from segue.engines.duckdb.sources_encoding import Decoded, examine
from segue.engines.duckdb.sources_files import matching_files
from segue.engines.duckdb.sources_reports import Reports
from segue.profiles.file_facts import FileFacts
from segue.profiles.problems import RowProblem
from segue.profiles.sources import CsvSource

SEPARATORS = (",", ";", "\t", "|")
BLOCK_BYTES = 4 << 20
"""Bytes parsed at once, and thereby the longest row."""


class CsvReader:
    """Read the files of one CSV source."""

    ordered = True

    def __init__(self, source: CsvSource) -> None:
        self._source = source
        self.files = matching_files(source.name, source.path)
        self._decoded = [
            examine(source.name, file, declared=source.encoding, quote=source.quote)
            for file in self.files
        ]
        self._headers = [
            _Header(source, file, decoded)
            for file, decoded in zip(self.files, self._decoded, strict=True)
        ]

    @property
    def facts(self) -> tuple[FileFacts, ...]:
        """Return encoding, separator and columns of each file."""
        return tuple(
            FileFacts(
                file=str(header.file),
                encoding=decoded.told,
                separator=header.separator,
                columns=header.names,
            )
            for header, decoded in zip(self._headers, self._decoded, strict=True)
        )

    def columns(self) -> tuple[str, ...]:
        """Return the names in the first file's header."""
        return self._headers[0].names

    def batches(self, wanted: Sequence[str], reports: Reports) -> Iterator[pa.RecordBatch]:
        """Stream the files one after the other.

        Raises: ConfigurationProblem for a column missing in a later file or standing twice, or an unclosed quote.
        """
        for number, header in enumerate(self._headers):
            positions = header.positions(wanted)
            rows = _FileRows(self._source, header, self._decoded[number], reports)
            yield from rows.batches(number, positions)


class _Header:
    """The first record of a file and the separator it was written with."""

    def __init__(self, source: CsvSource, file: Path, decoded: Decoded) -> None:
        self._source = source.name
        self.file = file
        self.separator = source.separator or _detected_separator(file, decoded, source.quote)
        try:
            with file.open(encoding=decoded.encoding, newline="") as opened:
                first = next(_records(opened, self.separator, source.quote), None)
        except csv.Error as error:  # a field beyond the reader's limit
            raise problems.quote_unclosed(source.name, file, 1) from error
        if not first:
            raise problems.empty_file(source.name, file)
        self.names = tuple(name.strip() for name in first)

    def positions(self, wanted: Sequence[str]) -> list[int]:
        missing = [column for column in wanted if column not in self.names]
        if missing:
            raise problems.columns_missing(self._source, missing, self.names, place=str(self.file))
        for column in wanted:
            if self.names.count(column) > 1:
                raise problems.column_repeated(self._source, self.file, column)
        return [self.names.index(column) for column in wanted]


class _FileRows:
    """The data rows of one file."""

    def __init__(
        self, source: CsvSource, header: _Header, decoded: Decoded, reports: Reports
    ) -> None:
        self._source = source
        self._header = header
        self._decoded = decoded
        self._reports = reports
        self._ragged: list[int] = []
        self._last_ragged = ""
        self._seen = 0

    def batches(self, number: int, positions: Sequence[int]) -> Iterator[pa.RecordBatch]:
        last: pa.RecordBatch | None = None
        for block in self._blocks():
            if not block.num_rows:
                continue
            rows = self._row_numbers(self._seen, block.num_rows)
            self._seen += block.num_rows
            last = block
            kept, rows = self._without_blank(block, rows)
            yield staged.batch(number, rows, [kept.column(at) for at in positions])
        self._check_quotes(last)

    def _blocks(self) -> Iterator[pa.RecordBatch]:
        names = [f"v{at}" for at in range(len(self._header.names))]
        encoding = self._decoded.encoding
        try:
            reader = pa_csv.open_csv(
                self._header.file,
                read_options=pa_csv.ReadOptions(
                    use_threads=False,  # only then does pyarrow number the rows it refuses
                    block_size=BLOCK_BYTES,
                    column_names=names,
                    skip_rows_after_names=1,
                    encoding="utf8" if encoding in ("utf-8", "utf-8-sig") else encoding,
                ),
                parse_options=pa_csv.ParseOptions(
                    delimiter=self._header.separator,
                    quote_char=self._source.quote or False,
                    newlines_in_values=True,
                    ignore_empty_lines=False,
                    invalid_row_handler=self._refuse,
                ),
                convert_options=pa_csv.ConvertOptions(
                    column_types=dict.fromkeys(names, pa.string()),
                    null_values=["", *self._source.null_values],
                    strings_can_be_null=True,
                ),
            )
            yield from reader
        except pa.ArrowInvalid as error:
            raise self._translated(error) from error

    def _refuse(self, row: Any) -> str:
        self._ragged.append(row.number)
        self._last_ragged = row.text
        self._reports.add(
            RowProblem.ROW_RAGGED, file=str(self._header.file), row=row.number, value=row.text
        )
        return "skip"

    def _row_numbers(self, seen: int, count: int) -> pa.Array:
        """Number the rows that follow `seen` good ones, counting the refused ones between them."""
        first = self._number(seen)
        if self._number(seen + count - 1) - first == count - 1:
            return staged.row_numbers(first, count)
        refused = set(self._ragged[bisect_right(self._ragged, first) :])
        numbers = (number for number in itertools.count(first) if number not in refused)
        return pa.array(itertools.islice(numbers, count), pa.int64())

    def _number(self, good_before: int) -> int:
        number = good_before + 2
        while True:
            found = good_before + 2 + bisect_right(self._ragged, number)
            if found == number:
                return number
            number = found

    def _without_blank(
        self, block: pa.RecordBatch, rows: pa.Array
    ) -> tuple[pa.RecordBatch, pa.Array]:
        filled = None
        for column in block.columns:
            valid = pc.is_valid(column)
            filled = valid if filled is None else pc.or_(filled, valid)
            if pc.all(filled).as_py():
                return block, rows
        blank = rows.filter(pc.invert(filled)).to_pylist()
        self._reports.add_all(RowProblem.ROW_BLANK, file=str(self._header.file), rows=blank)
        return block.filter(filled), rows.filter(filled)

    def _check_quotes(self, last: pa.RecordBatch | None) -> None:
        """Refuse the file when its last record runs over several lines and the quotes do not pair."""
        if self._decoded.quotes % 2 == 0:
            return
        ends_ragged = bool(self._ragged) and self._ragged[-1] > self._number(max(self._seen - 1, 0))
        final = [self._last_ragged] if ends_ragged else _values_of_last_row(last)
        if any("\n" in value or "\r" in value for value in final):
            row = self._ragged[-1] if ends_ragged else self._number(self._seen - 1)
            raise problems.quote_unclosed(self._source.name, self._header.file, row)

    def _translated(self, error: pa.ArrowInvalid) -> Exception:
        file, source = self._header.file, self._source.name
        if "straddl" in str(error):
            return problems.quote_unclosed(source, file, self._number(self._seen))
        if "Empty CSV" in str(error):
            return problems.empty_file(source, file)
        return problems.undecodable(source, file, encoding=self._decoded.encoding, line=1)


def _values_of_last_row(block: pa.RecordBatch | None) -> list[str]:
    if block is None:
        return []
    return [column[-1].as_py() or "" for column in block.columns]


def _detected_separator(file: Path, decoded: Decoded, quote: str) -> str:
    """Choose the separator that cuts the header into most values and the next rows into as many."""
    best, best_score = SEPARATORS[0], (0.0, 0)
    for separator in SEPARATORS:
        rows = _first_rows(file, decoded, separator=separator, quote=quote)
        width = len(rows[0]) if rows else 0
        alike = sum(len(row) == width for row in rows if row)
        score = (alike / max(1, sum(bool(row) for row in rows)), width)
        if width > 1 and score > best_score:
            best, best_score = separator, score
    return best


def _first_rows(file: Path, decoded: Decoded, *, separator: str, quote: str) -> list[list[str]]:
    rows: list[list[str]] = []
    with file.open(encoding=decoded.encoding, newline="") as opened, suppress(csv.Error):
        rows.extend(itertools.islice(_records(opened, separator, quote), 50))
    return rows


def _records(opened: Any, separator: str, quote: str) -> Iterator[list[str]]:
    if quote:
        return csv.reader(opened, delimiter=separator, quotechar=quote)
    return csv.reader(opened, delimiter=separator, quoting=csv.QUOTE_NONE)
