"""Let DuckDB read Parquet files itself, with their own types and true row numbers (from 1 in each file).

Each file is a query of its own, so that no column of a file meets a name that DuckDB would add. Bytes without the mark
of text are text where they are UTF-8; what is not is reported and left empty.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from segue.core.trouble import raise_trouble
from segue.core.trouble_signs import OF_FILES
from segue.engines.duckdb import sources_problems as problems
from segue.engines.duckdb.quoting import literal, name
from segue.engines.duckdb.sources_batches import FILE_NUMBER, ROW, own_column
from segue.engines.duckdb.sources_files import matching_files
from segue.engines.duckdb.sources_names import is_repeated, lacking, position
from segue.engines.duckdb.sources_reports import VALUE_LENGTH, Reports
from segue.engines.duckdb.typed import Column, as_text
from segue.engines.duckdb.typed_own import sort_of
from segue.profiles.file_facts import FileFacts
from segue.profiles.problems import RowProblem
from segue.profiles.sources import ParquetSource

_BYTES = "BLOB"
_NUMBERED = "file_row_number"
_NOT_UTF8 = re.compile(r'Invalid string encoding found in Parquet file "(?P<path>.*?)"')


@dataclass(frozen=True, slots=True)
class _Described:
    """One column: its name in the file, the name by which DuckDB knows it, and its type."""

    written: str
    known: str
    type: str

    @property
    def text(self) -> str:
        """Return the expression that reads it: bytes as text, NULL where they are none."""
        return f"TRY(decode({name(self.known)}))" if self.type == _BYTES else name(self.known)


class ParquetReader:
    """Describe the files of one Parquet source as a query."""

    ordered = True

    def __init__(self, source: ParquetSource, connection: duckdb.DuckDBPyConnection) -> None:
        self._source = source
        self._connection = connection
        self.files = matching_files(source.name, source.path)
        self._described = [self._columns_of(file) for file in self.files]

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

    def report(self, wanted: Sequence[str], reports: Reports) -> None:
        """Report the bytes that are no text."""
        for number, file in enumerate(self.files):
            for column in self._found(number, wanted):
                if column.type == _BYTES:
                    self._report(file, number, column, reports)

    def _query(self, number: int, wanted: Sequence[str], columns: Sequence[Column]) -> str:
        found = list(zip(self._found(number, wanted), columns, strict=True))
        texts = [f"{_as(common.native, column)} AS {common.sql}" for column, common in found]
        own = [f"{sort_of(_native(column)):d} AS {one.own}" for column, one in found if one.own]
        listed = ", ".join(texts + own)
        row, scan = self._scan(number)
        return f"SELECT {number}::INTEGER AS {FILE_NUMBER}, {row} AS {ROW}, {listed} FROM {scan}"

    def _scan(self, number: int) -> tuple[str, str]:
        """Return the expression of the row number and the table function; a column of our name costs a counting."""
        file = literal(str(self.files[number]))
        taken = {column.known.casefold() for column in self._described[number]}
        if _NUMBERED in taken:
            return "row_number() OVER ()", f"read_parquet({file}, hive_partitioning = false)"
        options = f"{_NUMBERED} = true, hive_partitioning = false"
        return f"{_NUMBERED} + 1", f"read_parquet({file}, {options})"

    def _types(self, number: int, wanted: Sequence[str]) -> list[str]:
        file, names = self.files[number], [one.written for one in self._described[number]]
        missing = lacking(wanted, names)
        if missing:
            raise problems.columns_missing(self._source.name, missing, names, place=str(file))
        for column in wanted:
            if column not in names and is_repeated(column, names):
                raise problems.column_repeated(self._source.name, file, column)
        return [_native(column) for column in self._found(number, wanted)]

    def _found(self, number: int, wanted: Sequence[str]) -> list[_Described]:
        columns = self._described[number]
        names = [column.written for column in columns]
        return [columns[at] for at in (position(one, names) for one in wanted) if at is not None]

    def _columns_of(self, file: Path) -> list[_Described]:
        try:
            rows = self._connection.execute(
                f"DESCRIBE SELECT * FROM read_parquet({literal(str(file))}, hive_partitioning = false)"
            ).fetchall()
        except duckdb.InterruptException:  # broken off from outside: that says nothing of the file
            raise
        except duckdb.Error as error:
            raise_trouble(error, but=OF_FILES)
            raise problems.not_parquet(self._source.name, file) from error
        written = _written_names(file, len(rows)) or [row[0] for row in rows]
        return [_Described(own, row[0], row[1]) for own, row in zip(written, rows, strict=True)]

    def _report(self, file: Path, number: int, column: _Described, reports: Reports) -> None:
        row, scan = self._scan(number)
        bad = self._connection.execute(
            f"SELECT number, bytes FROM (SELECT {row} AS number, {name(column.known)} AS bytes FROM {scan})"
            " WHERE bytes IS NOT NULL AND TRY(decode(bytes)) IS NULL ORDER BY number"
        )
        while found := bad.fetchmany(1_000):
            for place, written in found:
                shown = bytes(written[: 4 * VALUE_LENGTH]).decode(errors="replace")
                reports.add(
                    RowProblem.TEXT_UNDECODABLE,
                    file=str(file),
                    row=place,
                    column=column.written,
                    value=shown,
                )


@contextmanager
def problems_of_text(files: Mapping[str, Iterable[str]]) -> Iterator[None]:
    """Say of which source (by its files) a file marks as text what is not; the engine's own words hold the value.

    Raises: ConfigurationProblem.
    """
    try:
        yield
    except duckdb.InvalidInputException as error:
        found = _NOT_UTF8.search(str(error))
        if found is None:
            raise
        source = next((name for name, own in files.items() if found["path"] in own), "")
        raise problems.text_invalid(source, Path(found["path"])) from None


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


def _written_names(file: Path, count: int) -> list[str] | None:
    """Return the names as the file writes them: DuckDB renames those that differ in capitals only."""
    try:
        written: list[str] = pq.read_schema(file).names
    except (pa.ArrowException, OSError) as error:
        raise_trouble(error, but=OF_FILES)
        return None
    return written if len(written) == count else None
