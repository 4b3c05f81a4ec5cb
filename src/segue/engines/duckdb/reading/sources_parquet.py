"""Let DuckDB read Parquet files itself, with their own types and true row numbers (from 1 in each file).

Each file is a query of its own, so that no column of a file meets a name that DuckDB would add. Bytes without the mark
of text are text where they are UTF-8; what is not is reported and left empty.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from segue.core.trouble import raise_trouble
from segue.core.trouble_signs import OF_FILES
from segue.engines.duckdb.quoting import literal, quoted
from segue.engines.duckdb.reading import sources_problems as problems
from segue.engines.duckdb.reading.sources_batches import FILE_NUMBER, ROW, own_column
from segue.engines.duckdb.reading.sources_bounded import check_columns, check_rows
from segue.engines.duckdb.reading.sources_file import Copy, SourceFile, path_of
from segue.engines.duckdb.reading.sources_files import files_of
from segue.engines.duckdb.reading.sources_names import is_repeated, lacking, position
from segue.engines.duckdb.reading.sources_parquet_failures import (
    DirectScan,
    naming_file,
    path_for_engine,
)
from segue.engines.duckdb.reading.sources_reports import VALUE_LENGTH, Reports
from segue.engines.duckdb.reading.sources_told import columns_missing
from segue.engines.duckdb.reading.typed import Column, as_text
from segue.engines.duckdb.reading.typed_own import sort_of
from segue.profiles.file_facts import FileFacts
from segue.profiles.problems import RowProblem
from segue.profiles.source_sizes import SIZES, Sizes
from segue.profiles.sources import ParquetSource

_BYTES = "BLOB"
_NUMBERED = "file_row_number"
_SHORT = re.compile(
    r"(BOOLEAN|U?(TINY|SMALL|BIG|HUGE)?INT(EGER)?|FLOAT|DOUBLE|DECIMAL\([0-9,]+\)|DATE|TIME|TIMESTAMP\w*|UUID)"
    r"( WITH TIME ZONE)?"
)
"""Types whose every value is written in a few signs."""


@dataclass(frozen=True, slots=True)
class _Described:
    """One column: its name in the file, the name by which DuckDB knows it, and its type."""

    written: str
    known: str
    type: str

    @property
    def text(self) -> str:
        """Return the expression that reads it: bytes as text, NULL where they are none."""
        return f"TRY(decode({quoted(self.known)}))" if self.type == _BYTES else quoted(self.known)

    @property
    def bytes(self) -> str:
        """Return the expression of how many bytes its text has."""
        if self.type == _BYTES:
            return f"octet_length({quoted(self.known)})"
        written = quoted(self.known) if self.type == "VARCHAR" else f"{quoted(self.known)}::VARCHAR"
        return f"strlen({written})"


class ParquetReader:
    """Describe the files of one Parquet source as a query."""

    ordered = True

    def __init__(
        self,
        source: ParquetSource,
        connection: duckdb.DuckDBPyConnection,
        *,
        sizes: Sizes = SIZES,
        copies: Sequence[Copy] = (),
    ) -> None:
        self._source = source
        self._connection = connection
        self._sizes = sizes
        self.files = files_of(source.name, source.path, copies)
        metadata = [_metadata(source.name, file) for file in self.files]
        check_rows(source.name, sum(map(_row_count, metadata)), sizes)
        self._parts = [_bytes_of_columns(one, max) for one in metadata]
        self._bytes = [_bytes_of_columns(one, sum) for one in metadata]
        self._described = [self._columns_of(file) for file in self.files]
        self._large: set[tuple[int, str]] = set()
        """Columns in which there are values that are too large, with the number of their file."""

    @property
    def facts(self) -> tuple[FileFacts, ...]:
        """Return each file's columns."""
        return tuple(
            FileFacts(file=str(file), columns=tuple(column.written for column in columns))
            for file, columns in zip(self.files, self._described, strict=True)
        )

    def columns(self) -> tuple[str, ...]:
        """Return the columns of the first file."""
        return tuple(column.written for column in self._described[0])

    def typed_columns(self, wanted: Sequence[str]) -> list[Column]:
        """Return the wanted columns with their types; of several files with several types, as text.

        Raises: ConfigurationProblem for a column missing in any file, or that two look like.
        """
        types = zip(
            *(self._types(number, wanted) for number in range(len(self.files))), strict=True
        )
        return [_column(at, of_files) for at, of_files in enumerate(types)]

    def query(self, wanted: Sequence[str]) -> str:
        """Return a SELECT of `file_no`, `row_no`, the wanted columns as c0, c1, …, and sort0, sort1, … where files differ in types."""
        columns = self.typed_columns(wanted)
        return " UNION ALL ".join(
            self._query(number, wanted, columns) for number in range(len(self.files))
        )

    def size_bytes(self, wanted: Sequence[str]) -> int:
        """Return how many bytes the wanted columns have unpacked, as the files say."""
        return sum(
            self._bytes[number].get(column.written, 0)
            for number in range(len(self.files))
            for column in self._found(number, wanted)
        )

    def scans(self, wanted: Sequence[str]) -> tuple[DirectScan, ...]:
        """Return the query of each file."""
        columns = self.typed_columns(wanted)
        return tuple(
            DirectScan(self._source.name, file, self._query(number, wanted, columns))
            for number, file in enumerate(self.files)
        )

    def report(self, wanted: Sequence[str], reports: Reports) -> None:
        """Report the values that are too large, and the bytes that are no text. `query` comes after it."""
        for number, file in enumerate(self.files):
            with naming_file(self._source.name, file):
                for column in self._with_large(number, wanted):
                    self._large.add((number, column.known))
                    self._report_large(file, number, column, reports)
                for column in self._found(number, wanted):
                    if column.type == _BYTES:
                        self._report(file, number, column, reports)

    def _query(self, number: int, wanted: Sequence[str], columns: Sequence[Column]) -> str:
        found = list(zip(self._found(number, wanted), columns, strict=True))
        texts = [
            f"{self._kept(number, column, _as(common.native, column))} AS {common.sql}"
            for column, common in found
        ]
        own = [f"{sort_of(_native(column)):d} AS {one.own}" for column, one in found if one.own]
        listed = ", ".join(texts + own)
        row, scan = self._scan(number)
        return f"SELECT {number}::INTEGER AS {FILE_NUMBER}, {row} AS {ROW}, {listed} FROM {scan}"

    def _scan(self, number: int) -> tuple[str, str]:
        """Return the expression of the row number and the table function; a column of our name costs a counting."""
        file = literal(path_for_engine(self.files[number]))
        taken = {column.known.casefold() for column in self._described[number]}
        if _NUMBERED in taken:
            return "row_number() OVER ()", f"read_parquet({file}, hive_partitioning = false)"
        options = f"{_NUMBERED} = true, hive_partitioning = false"
        return f"{_NUMBERED} + 1", f"read_parquet({file}, {options})"

    def _types(self, number: int, wanted: Sequence[str]) -> list[str]:
        file, names = self.files[number], [one.written for one in self._described[number]]
        missing = lacking(wanted, names)
        if missing:
            raise columns_missing(self._source.name, missing, names, place=str(file))
        for column in wanted:
            if column not in names and is_repeated(column, names):
                raise problems.column_repeated(self._source.name, file, column)
        return [_native(column) for column in self._found(number, wanted)]

    def _found(self, number: int, wanted: Sequence[str]) -> list[_Described]:
        columns = self._described[number]
        names = [column.written for column in columns]
        return [columns[at] for at in (position(one, names) for one in wanted) if at is not None]

    def _columns_of(self, file: SourceFile) -> list[_Described]:
        path = literal(path_for_engine(file))
        with naming_file(self._source.name, file):
            rows = self._connection.execute(
                f"DESCRIBE SELECT * FROM read_parquet({path}, hive_partitioning = false)"
            ).fetchall()
        check_columns(self._source.name, str(file), len(rows), self._sizes)
        written = _written_names(file, len(rows)) or [row[0] for row in rows]
        return [_Described(own, row[0], row[1]) for own, row in zip(written, rows, strict=True)]

    def _kept(self, number: int, column: _Described, expression: str) -> str:
        """Return an expression without the values that are too large; nothing is asked where there are none."""
        if (number, column.known) not in self._large:
            return expression
        return f"CASE WHEN {column.bytes} <= {self._sizes.cell_bytes} THEN {expression} END"

    def _with_large(self, number: int, wanted: Sequence[str]) -> list[_Described]:
        """Return the columns in which a value is too large, of those of which a part of the file has so many bytes."""
        parts = self._parts[number]
        found = [
            one
            for one in self._found(number, wanted)
            if not _SHORT.fullmatch(one.type)
            and parts.get(one.written, self._sizes.cell_bytes + 1) > self._sizes.cell_bytes
        ]
        if not found:
            return []
        counts = ", ".join(
            f"count(*) FILTER ({one.bytes} > {self._sizes.cell_bytes})" for one in found
        )
        scan = self._scan(number)[1]
        row = self._connection.execute(f"SELECT {counts} FROM {scan}").fetchall()[0]
        return [one for one, count in zip(found, row, strict=True) if count]

    def _report_large(
        self, file: SourceFile, number: int, column: _Described, reports: Reports
    ) -> None:
        row, scan = self._scan(number)
        shown = f"left(value, {VALUE_LENGTH})" if column.type == "VARCHAR" else "NULL"
        large = self._connection.execute(
            f"SELECT number, {shown} FROM (SELECT {row} AS number, {quoted(column.known)} AS value,"
            f" {column.bytes} AS size FROM {scan}) WHERE size > {self._sizes.cell_bytes} ORDER BY number"
        )
        while found := large.fetchmany(1_000):
            for place, value in found:
                reports.add(
                    RowProblem.VALUE_TOO_LARGE,
                    file=str(file),
                    row=place,
                    column=column.written,
                    value=value,
                )

    def _report(self, file: SourceFile, number: int, column: _Described, reports: Reports) -> None:
        row, scan = self._scan(number)
        shown = f"bytes[1:{4 * VALUE_LENGTH}]"
        bad = self._connection.execute(
            f"SELECT number, {shown} FROM (SELECT {row} AS number, {quoted(column.known)} AS bytes FROM {scan})"
            f" WHERE bytes IS NOT NULL AND octet_length(bytes) <= {self._sizes.cell_bytes}"
            " AND TRY(decode(bytes)) IS NULL ORDER BY number"
        )
        while found := bad.fetchmany(1_000):
            for place, written in found:
                reports.add(
                    RowProblem.TEXT_UNDECODABLE,
                    file=str(file),
                    row=place,
                    column=column.written,
                    value=bytes(written).decode(errors="replace"),
                )


def _native(column: _Described) -> str:
    return "VARCHAR" if column.type == _BYTES else column.type


def _as(native: str, column: _Described) -> str:
    """Return the expression that reads a column in a type, which is text where it is not its own."""
    own = _native(column)
    return column.text if own == native else as_text(Column(sql=column.text, native=own))


def _column(at: int, types: Iterable[str]) -> Column:
    distinct = set(types)
    if len(distinct) == 1:
        return Column(sql=f"c{at}", native=distinct.pop())
    return Column(sql=f"c{at}", own=own_column(at))


def _metadata(source: str, file: SourceFile) -> pq.FileMetaData | None:
    """Return what a file says of itself; None when only the engine can read it."""
    with naming_file(source, file):
        try:
            return pq.read_metadata(path_of(file))
        except (pa.ArrowException, OSError) as error:
            raise_trouble(error, but=OF_FILES)
            return None


def _row_count(metadata: pq.FileMetaData | None) -> int:
    if metadata is None:
        return 0
    groups = range(metadata.num_row_groups)
    counts = (metadata.num_rows, sum(metadata.row_group(at).num_rows for at in groups))
    return max(map(int, counts))


def _bytes_of_columns(
    metadata: pq.FileMetaData | None, united: Callable[[Iterable[int]], int]
) -> dict[str, int]:
    """Return the unpacked bytes of each column, of all its parts: no value has more than the largest. Nested ones are left out."""
    if metadata is None:
        return {}
    found: dict[str, list[int]] = {}
    for group in range(metadata.num_row_groups):
        parts = metadata.row_group(group)
        for part in map(parts.column, range(metadata.num_columns)):
            found.setdefault(part.path_in_schema, []).append(part.total_uncompressed_size)
    return {column: united(sizes) for column, sizes in found.items()}


def _written_names(file: SourceFile, count: int) -> list[str] | None:
    """Return the names as the file writes them: DuckDB renames those that differ in capitals only."""
    try:
        written: list[str] = pq.read_schema(path_of(file)).names
    except (pa.ArrowException, OSError) as error:
        raise_trouble(error, but=OF_FILES)
        return None
    return written if len(written) == count else None
