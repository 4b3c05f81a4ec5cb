"""Parse the rows of one delimited file, piece by piece, with true row numbers. Knows the header; finds no files."""

from __future__ import annotations

import csv
from collections import deque
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pa_csv

from segue.engines.duckdb.reading import sources_batches as staged
from segue.engines.duckdb.reading import sources_problems as problems
from segue.engines.duckdb.reading.sources_csv_grammar import Grammar
from segue.engines.duckdb.reading.sources_csv_header import Header
from segue.engines.duckdb.reading.sources_csv_likeness import Likeness
from segue.engines.duckdb.reading.sources_csv_pieces import (
    Piece,
    Pieces,
    UnclosedQuoteError,
    without_lines,
)
from segue.engines.duckdb.reading.sources_encoding import UNDECODABLE, Decoded
from segue.engines.duckdb.reading.sources_reports import Reports
from segue.profiles.problems import RowProblem
from segue.profiles.sources import CsvSource

_MARK = UNDECODABLE.encode()
_SHOWN = "\ufffd"


class FileRows:
    """The data rows of one file; `refused` counts those that were left out."""

    def __init__(
        self,
        source: CsvSource,
        header: Header,
        decoded: Decoded,
        reports: Reports,
        *,
        longest: int,
    ) -> None:
        self._longest = longest
        self._source = source
        self._header = header
        self._decoded = decoded
        self._reports = reports
        self._names = [f"v{at}" for at in range(header.width)]
        self.refused = 0

    def batches(self, number: int, positions: Sequence[int]) -> Iterator[pa.RecordBatch]:
        """Stream the wanted columns. Rows that were mended come behind the others of their piece.

        Raises: ConfigurationProblem for a quote that never closes.
        """
        try:
            for piece, uneven, parsed in self._parsed_pieces():
                for block, rows in self._blocks(piece, uneven, parsed):
                    texts = [block.column(at) for at in positions]
                    if _MARK in piece.data:
                        texts = [
                            self._decodable(text, rows, self._header.names[at])
                            for text, at in zip(texts, positions, strict=True)
                        ]
                    yield staged.batch(number, rows, texts)
        except UnclosedQuoteError as error:
            raise problems.quote_unclosed(
                self._source.name, self._header.file, error.row
            ) from error

    def _pieces(self) -> Iterator[Piece]:
        header = self._header
        grammar = Grammar(header.separator, self._source.quote)
        likeness = Likeness(grammar, header.width, header.sample)
        pieces = Pieces(
            grammar,
            first=header.first_row,
            refuse=self._unsound,
            joined=likeness.joins_rows,
            too_long=self._too_long,
            longest=self._longest,
        )
        return pieces.of(without_lines(self._decoded.utf8(header.file), header.lines))

    def _parsed_pieces(self) -> Iterator[tuple[Piece, _Uneven, pa.RecordBatch]]:
        """Yield the pieces that hold anything with their rows; while one is used the next is cut and parsed."""
        waiting: deque[tuple[Piece, _Uneven, Future[pa.RecordBatch]]] = deque()
        with ThreadPoolExecutor(max_workers=1) as beside:
            for piece in self._pieces():
                if not piece.data:
                    continue
                uneven = _Uneven(self._header, self._source)
                waiting.append((piece, uneven, beside.submit(self._parsed, piece.data, uneven)))
                if len(waiting) > 1:
                    yield _whole(waiting.popleft())
            while waiting:
                yield _whole(waiting.popleft())

    def _blocks(
        self, piece: Piece, uneven: _Uneven, parsed: pa.RecordBatch
    ) -> Iterator[tuple[pa.RecordBatch, pa.Array]]:
        """Yield the rows of a piece with their numbers, blank ones and those that do not fit left out."""
        for place, text in uneven.refused:
            self._refuse(RowProblem.ROW_RAGGED, _numbers(piece, [place])[0], text)
        block, rows = self._within(parsed, _numbers_but(piece, parsed.num_rows, uneven.places))
        if block.num_rows:
            yield self._filled(block, rows)
        if uneven.mended:
            numbers = _numbers(piece, [place for place, _ in uneven.mended])
            yield self._filled(uneven.block(self._names), pa.array(numbers, pa.int64()))

    def _parsed(self, data: bytes, uneven: _Uneven) -> pa.RecordBatch:
        table = pa_csv.read_csv(
            pa.BufferReader(data),
            read_options=pa_csv.ReadOptions(
                use_threads=False,  # only then does pyarrow number the rows it refuses
                block_size=len(data) + 1,
                column_names=self._names,
            ),
            parse_options=pa_csv.ParseOptions(
                delimiter=self._header.separator,
                quote_char=self._source.quote or False,
                newlines_in_values=True,
                ignore_empty_lines=False,
                invalid_row_handler=uneven.take,
            ),
            convert_options=pa_csv.ConvertOptions(
                column_types=dict.fromkeys(self._names, pa.string()),
                null_values=["", *self._source.null_values],
                strings_can_be_null=True,
            ),
        )
        columns = [column.combine_chunks() for column in table.columns]
        return pa.RecordBatch.from_arrays(columns, self._names)

    def _within(self, block: pa.RecordBatch, rows: pa.Array) -> tuple[pa.RecordBatch, pa.Array]:
        """Leave out the rows that have a value behind the header's end."""
        for column in block.columns[len(self._header.names) :]:
            if column.null_count < len(column):
                inside = _all_null(block.columns[len(self._header.names) :])
                beyond = pc.invert(inside)
                written = block.filter(beyond).to_pylist()
                for number, values in zip(rows.filter(beyond).to_pylist(), written, strict=True):
                    text = self._header.separator.join(value or "" for value in values.values())
                    self._refuse(RowProblem.ROW_RAGGED, number, text)
                return block.filter(inside), rows.filter(inside)
        return block, rows

    def _filled(self, block: pa.RecordBatch, rows: pa.Array) -> tuple[pa.RecordBatch, pa.Array]:
        """Leave out the rows without any value."""
        filled = None
        for column in block.columns:
            valid = pc.is_valid(column)
            filled = valid if filled is None else pc.or_(filled, valid)
            if pc.all(filled).as_py():
                return block, rows
        blank = rows.filter(pc.invert(filled)).to_pylist()
        self._reports.add_all(RowProblem.ROW_BLANK, file=str(self._header.file), rows=blank)
        return block.filter(filled), rows.filter(filled)

    def _decodable(self, text: pa.Array, rows: pa.Array, column: str) -> pa.Array:
        """Leave values empty that hold bytes of another encoding."""
        damaged = pc.fill_null(pc.match_substring(text, UNDECODABLE), False)
        values = text.filter(damaged).to_pylist()
        for number, value in zip(rows.filter(damaged).to_pylist(), values, strict=True):
            self._reports.add(
                RowProblem.TEXT_UNDECODABLE,
                file=str(self._header.file),
                row=number,
                column=column,
                value=value.replace(UNDECODABLE, _SHOWN),
            )
        return pc.if_else(damaged, pa.scalar(None, pa.string()), text)

    def _too_long(self, row: int, beginning: bytes) -> None:
        self._refuse(RowProblem.ROW_TOO_LARGE, row, beginning.decode(errors="ignore"))

    def _unsound(self, row: int, line: bytes) -> None:
        self._refuse(RowProblem.ROW_QUOTES_UNSOUND, row, line.decode().rstrip("\r\n"))

    def _refuse(self, kind: RowProblem, row: int, text: str) -> None:
        self.refused += 1
        shown = text.replace(UNDECODABLE, _SHOWN)
        self._reports.add(kind, file=str(self._header.file), row=row, value=shown)


class _Uneven:
    """Rows of a piece with another number of values than usual: `mended` where only blank ones differ, or `refused`."""

    def __init__(self, header: Header, source: CsvSource) -> None:
        self._header = header
        self._quote = source.quote
        self._nulls = {"", *source.null_values}
        self.places: list[int] = []
        self.mended: list[tuple[int, list[str | None]]] = []
        self.refused: list[tuple[int, str]] = []

    def take(self, row: Any) -> str:
        """Sort one row in; pyarrow leaves it out."""
        place = row.number - 1
        values = self._values(row.text)
        self.places.append(place)
        if self._header.fits(values):
            usual = [*values, *[None] * self._header.width][: self._header.width]
            self.mended.append((place, usual))
        else:
            self.refused.append((place, row.text))
        return "skip"

    def block(self, names: Sequence[str]) -> pa.RecordBatch:
        """Return the mended rows."""
        columns = zip(*(values for _, values in self.mended), strict=True)
        return pa.RecordBatch.from_arrays([pa.array(c, pa.string()) for c in columns], names)

    def _values(self, text: str) -> list[str | None]:
        rows = csv.reader(
            [text],
            delimiter=self._header.separator,
            quotechar=self._quote or None,
            quoting=csv.QUOTE_MINIMAL if self._quote else csv.QUOTE_NONE,
        )
        return [None if value in self._nulls else value for value in next(rows, [])]


def _whole(
    waiting: tuple[Piece, _Uneven, Future[pa.RecordBatch]],
) -> tuple[Piece, _Uneven, pa.RecordBatch]:
    piece, uneven, parsed = waiting
    return piece, uneven, parsed.result()


def _numbers(piece: Piece, places: Sequence[int]) -> list[int]:
    if piece.numbers is None:
        return [piece.first + place for place in places]
    return [piece.numbers[place] for place in places]


def _numbers_but(piece: Piece, count: int, left_out: Sequence[int]) -> pa.Array:
    """Return the numbers of `count` rows of a piece, those at some places left out."""
    if piece.numbers is None and not left_out:
        return staged.row_numbers(piece.first, count)
    without = set(left_out)
    places = [place for place in range(count + len(without)) if place not in without]
    return pa.array(_numbers(piece, places), pa.int64())


def _all_null(columns: Sequence[pa.Array]) -> pa.Array:
    blank = pc.is_null(columns[0])
    for column in columns[1:]:
        blank = pc.and_(blank, pc.is_null(column))
    return blank
