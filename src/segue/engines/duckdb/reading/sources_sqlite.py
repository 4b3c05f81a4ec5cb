"""Stream a table or view of an SQLite file as Arrow batches of text. The file is opened read-only.

SQLite types values, not columns: whatever a cell holds becomes its text, whole floating-point numbers without `.0`. What
is larger than a row may be SQLite itself does not hand out; such a row is reported, and reading goes on behind it.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from itertools import chain, islice
from pathlib import Path
from sys import getsizeof
from urllib.parse import quote

import pyarrow as pa

from segue.core.errors import ConfigurationProblem
from segue.core.sentences import said
from segue.core.trouble import raise_trouble
from segue.core.trouble_signs import OF_DATABASES
from segue.engines.duckdb.quoting import quoted
from segue.engines.duckdb.reading import sources_batches as staged
from segue.engines.duckdb.reading import sources_problems as problems
from segue.engines.duckdb.reading import sources_refusals as refusals
from segue.engines.duckdb.reading.sources_bounded import check_columns
from segue.engines.duckdb.reading.sources_bytes import Place, text_of_bytes
from segue.engines.duckdb.reading.sources_file import SourceFile
from segue.engines.duckdb.reading.sources_files import matching_files, refuse_beside_sqlite
from segue.engines.duckdb.reading.sources_names import as_written
from segue.engines.duckdb.reading.sources_reports import Reports
from segue.engines.duckdb.reading.typed_own import Own
from segue.profiles.file_facts import FileFacts
from segue.profiles.problems import RowProblem
from segue.profiles.source_sizes import LARGE_ROWS, SIZES, Sizes
from segue.profiles.sources import SqliteSource

_CHUNK_ROWS = 20_000
_CHUNK_BYTES = 16 << 20
_PIECE_ROWS = 8
"""Rows that are fetched before it is looked how large they are: each may have the largest size in every column."""
_WHOLE_BELOW = 2.0**53
"""Floating-point numbers from here on have lost digits of whole numbers. Source: IEEE 754, double precision."""
_ROW_IDS = ("rowid", "_rowid_", "oid")
"""Names of the row id, of which a table's own columns may take some. Source: SQLite, "ROWIDs and the INTEGER PRIMARY KEY"."""
_DISTRUST = ("trusted_schema = OFF", "cell_size_check = ON")
"""Source: SQLite, "Defense Against The Dark Arts"."""
Cell = int | float | bytes | None
Row = tuple[Cell, ...]


def open_sqlite(source: str, path: Path) -> sqlite3.Connection:
    """Open a file read-only and begin one consistent snapshot of all its tables.

    Raises: ConfigurationProblem when the file, or one beside it, is missing, empty, no file or no SQLite database, or holds a
    change that was broken off; SourceAway while another program keeps it to itself.
    """
    matching_files(source, path)
    refuse_beside_sqlite(source, path)
    uri = f"file:{quote(str(path.absolute()))}?mode=ro"
    try:
        return _begun(uri)
    except sqlite3.OperationalError as error:
        if error.sqlite_errorcode & 0xFF in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
            raise refusals.locked(source, path) from error
        if error.sqlite_errorcode == sqlite3.SQLITE_READONLY_ROLLBACK:
            raise refusals.unfinished(source, path) from error
        if not _has_empty_log(path):
            raise problems.database_failed(source, str(error)) from error
    except sqlite3.DatabaseError as error:
        raise problems.not_sqlite(source, path) from error
    try:  # a WAL database in a folder that we may not write to, with nothing left in its log
        return _begun(f"{uri}&immutable=1")
    except sqlite3.DatabaseError as error:
        raise problems.database_failed(source, str(error)) from error


@contextmanager
def undisturbed(source: str, path: Path) -> Iterator[None]:
    """Raise a SourceAway when a database that was opened before is written to without its locks: copied over, or cut.

    Whoever heeds them cannot write to the file meanwhile, but where there is a write-ahead log: SQLite itself then keeps what is
    being read. One that was renamed into its place leaves what is open whole.
    """
    before = path.stat()

    def is_disturbed() -> bool:
        # Not by a handle of our own: closing it would give up the locks that SQLite holds. Source: SQLite, "How To Corrupt", 2.2.
        now = path.stat()
        is_same_file = now.st_ino == before.st_ino
        has_log = path.with_name(f"{path.name}-shm").exists()
        written = (now.st_size, now.st_mtime_ns) != (before.st_size, before.st_mtime_ns)
        return is_same_file and written and not has_log

    try:
        yield
    except ConfigurationProblem as problem:
        if is_disturbed():
            raise refusals.changed(source, path) from problem
        raise
    if is_disturbed():
        raise refusals.changed(source, path)


def _has_empty_log(path: Path) -> bool:
    """Tell whether all there is of a database with a write-ahead log stands in its file, as it is after its last writer closed it.

    Nothing else may be read without the locks: beside it a change may be half made. Source: SQLite, "Database File Format", 1.3.3.
    """
    with path.open("rb") as file:
        versions = file.read(20)[18:20]
    return versions == b"\x02\x02" and not path.with_name(f"{path.name}-wal").exists()


def _begun(uri: str) -> sqlite3.Connection:
    connection = sqlite3.connect(uri, uri=True, isolation_level=None)
    try:
        connection.text_factory = bytes
        for pragma in _DISTRUST:
            connection.execute(f"PRAGMA {pragma}")
        connection.execute("BEGIN")
        connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
    except sqlite3.DatabaseError:
        connection.close()
        raise
    return connection


class SqliteReader:
    """Read one table over a connection that other readers of the same file share."""

    says_own = True

    def __init__(
        self, source: SqliteSource, connection: sqlite3.Connection, *, sizes: Sizes = SIZES
    ) -> None:
        self._source = source
        connection.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, sizes.row_bytes)
        self._connection = connection
        self.files: tuple[SourceFile, ...] = (source.path,)
        tables = table_names(connection)
        by_fold = {table.casefold(): table for table in tables}
        found = by_fold.get(source.table.casefold())
        if found is None:
            raise problems.table_missing(source.name, source.table, tables)
        self._table = found
        with _failing(source.name):  # a view of what is not there any more
            self._columns = column_names(connection, found)
        check_columns(
            source.name, said("the table '%(table)s'", table=found), len(self._columns), sizes
        )
        taken = {column.casefold() for column in self._columns}
        self._rowid = next((n for n in _ROW_IDS if n not in taken), _ROW_IDS[0])
        self.ordered = self._has_rowid()

    @property
    def facts(self) -> tuple[FileFacts, ...]:
        """Return the table's columns."""
        return (FileFacts(file=str(self._source.path), columns=self._columns),)

    def columns(self) -> tuple[str, ...]:
        """Return the table's columns, as it declares them."""
        return self._columns

    def batches(self, wanted: Sequence[str], reports: Reports) -> Iterator[pa.RecordBatch]:
        """Stream the rows in order of their row id; a row's number counts from 1.

        Raises: ConfigurationProblem when the database fails while it is read.
        """
        order = f" ORDER BY {self._rowid}" if self.ordered else ""
        listed = ", ".join(quoted(column) for column in as_written(wanted, self._columns))
        query = f"SELECT {listed} FROM {quoted(self._table)}{order}"
        with _failing(self._source.name):
            for first, rows in self._chunks(query, reports):
                columns = list(zip(*rows, strict=True))
                texts = [
                    _texts(cells, Place(str(self.files[0]), column, first), reports)
                    for column, cells in zip(wanted, columns, strict=True)
                ]
                numbers = staged.row_numbers(first, len(rows))
                yield staged.batch(0, numbers, texts, [_sorts(cells) for cells in columns])

    def _chunks(self, query: str, reports: Reports) -> Iterator[tuple[int, list[Row]]]:
        """Yield successive rows with the number of the first. Raises: ConfigurationProblem when too many are too large."""
        first, large = 1, 0
        while True:
            cursor = _Cursor(self._connection, query, behind=first - 1)
            while rows := cursor.chunk():
                yield first, rows
                first += len(rows)
            if cursor.is_at_end:
                return
            large += 1
            if large > LARGE_ROWS:
                raise refusals.values_too_large(self._source.name, f"the table {self._table!r}")
            reports.add(RowProblem.ROW_TOO_LARGE, file=str(self.files[0]), row=first)
            first += 1

    def _has_rowid(self) -> bool:
        try:
            self._connection.execute(f"SELECT {self._rowid} FROM {quoted(self._table)} LIMIT 0")
        except sqlite3.OperationalError:
            return False
        is_view = self._connection.execute(
            "SELECT 1 FROM sqlite_master WHERE type = 'view' AND name = ?", (self._table,)
        ).fetchone()
        return is_view is None


class _Cursor:
    """Rows of a query behind some first ones. It ends at the end, or in front of a row that SQLite finds too large."""

    def __init__(self, connection: sqlite3.Connection, query: str, *, behind: int) -> None:
        self.is_at_end = False
        self._connection = connection
        self._query = query
        self._taken = behind
        self._rows: Iterator[Row] | None = None
        self._is_broken = False

    def chunk(self) -> list[Row]:
        """Return the next rows, as many as memory should hold; none where it ends."""
        rows: list[Row] = []
        held = 0
        if self._is_broken:
            return rows
        try:
            if self._rows is None:
                self._rows = self._behind(limit=-1)
            while len(rows) < _CHUNK_ROWS and held < _CHUNK_BYTES:
                before = len(rows)
                rows.extend(islice(self._rows, _PIECE_ROWS))
                if len(rows) == before:
                    self.is_at_end = True
                    break
                held += sum(map(getsizeof, chain.from_iterable(rows[before:])))
        except sqlite3.DataError:
            rows += self._held_back(self._taken + len(rows))
            self._is_broken = True
        self._taken += len(rows)
        return rows

    def _held_back(self, behind: int) -> list[Row]:
        """Return the row in front of the large one: Python steps on to the next before it hands out the one it has."""
        try:
            return list(self._behind(limit=1, more=behind - self._taken))
        except sqlite3.DataError:
            return []

    def _behind(self, *, limit: int, more: int = 0) -> Iterator[Row]:
        return self._connection.execute(f"{self._query} LIMIT {limit} OFFSET {self._taken + more}")


@contextmanager
def _failing(source: str) -> Iterator[None]:
    """Say what the database says. Raises: ConfigurationProblem, MachineTrouble when that tells of the machine."""
    try:
        yield
    except sqlite3.DatabaseError as error:
        raise_trouble(error, but=OF_DATABASES)
        raise problems.database_failed(source, str(error)) from error


def table_names(connection: sqlite3.Connection) -> tuple[str, ...]:
    """Return the names of all tables and views, SQLite's own left out."""
    rows = connection.execute(
        "SELECT name FROM sqlite_master WHERE type IN ('table', 'view')"
        " AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\' ORDER BY name"
    )
    return tuple(_decoded(row[0]) for row in rows)


def column_names(connection: sqlite3.Connection, table: str) -> tuple[str, ...]:
    """Return the names of a table's columns, generated ones included."""
    rows = connection.execute(f"PRAGMA table_xinfo({quoted(table)})")
    return tuple(_decoded(row[1]) for row in rows)


def _decoded(text: bytes | str) -> str:
    return text.decode("utf-8", errors="replace") if isinstance(text, bytes) else str(text)


def _texts(cells: Sequence[Cell], place: Place, reports: Reports) -> pa.Array:
    types = set(map(type, cells))
    if types <= {int, type(None)}:
        return pa.array(cells, pa.int64()).cast(pa.string())
    written = cells if types <= {bytes, type(None)} else [_written(cell) for cell in cells]
    if float in types:
        _report_cut(cells, place, reports)
    return text_of_bytes(pa.array(written, pa.binary()), place, reports)


def _report_cut(cells: Sequence[Cell], place: Place, reports: Reports) -> None:
    for row, cell in enumerate(cells, start=place.first_row):
        if _is_cut(cell):
            reports.add(
                RowProblem.DIGITS_LOST,
                file=place.file,
                row=row,
                column=place.column,
                value=repr(cell),
            )


def _is_cut(cell: Cell) -> bool:
    return (
        isinstance(cell, float) and abs(cell) >= _WHOLE_BELOW
    )  # infinity was a greater number, too


def _sorts(cells: Sequence[Cell]) -> pa.Array:
    if set(map(type, cells)) <= {bytes, type(None)}:
        return pa.repeat(pa.scalar(Own.TEXT, pa.int8()), len(cells))
    return pa.array(
        [Own.NUMBER if isinstance(cell, int | float) else Own.TEXT for cell in cells], pa.int8()
    )


def _written(cell: Cell) -> bytes | None:
    if cell is None or isinstance(cell, bytes):
        return cell
    if _is_cut(cell):
        return None
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell)).encode()
    return repr(cell).encode()
