"""Open declared sources as relations of one session: text columns with row numbers, Parquet with its own types.

All sources are opened before any is read, so that every missing file, table and column is told at once.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping, Sequence
from contextlib import ExitStack, closing
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

import duckdb

from segue.core.errors import ConfigurationProblem
from segue.engines.duckdb.quoting import literal
from segue.engines.duckdb.reading import sources_problems as problems
from segue.engines.duckdb.reading.sources_batches import (
    FILE_NUMBER,
    ROW,
    StreamedSource,
    own_column,
    write_staged,
)
from segue.engines.duckdb.reading.sources_bounded import Bounded, while_allowed
from segue.engines.duckdb.reading.sources_bounds import Bounds
from segue.engines.duckdb.reading.sources_csv import CsvReader
from segue.engines.duckdb.reading.sources_failures import naming
from segue.engines.duckdb.reading.sources_file import Copy, SourceFile, path_of
from segue.engines.duckdb.reading.sources_json import JsonLinesReader
from segue.engines.duckdb.reading.sources_names import lacking
from segue.engines.duckdb.reading.sources_parquet import ParquetReader
from segue.engines.duckdb.reading.sources_parquet_failures import DirectScan
from segue.engines.duckdb.reading.sources_postgres import PostgresReader, canceling, open_postgres
from segue.engines.duckdb.reading.sources_reports import Reports
from segue.engines.duckdb.reading.sources_rising import Before, RisingTable
from segue.engines.duckdb.reading.sources_sqlite import SqliteReader, open_sqlite, undisturbed
from segue.engines.duckdb.reading.sources_told import columns_missing, combined
from segue.engines.duckdb.reading.typed import Column, as_text
from segue.profiles.file_facts import FileFacts, KeptRows
from segue.profiles.object_stores import Objects
from segue.profiles.ports import Told
from segue.profiles.sources import (
    CsvSource,
    ExcelSource,
    JsonLinesSource,
    ParquetSource,
    PostgresSource,
    Source,
    SparkSource,
    SqliteSource,
)

Reader = StreamedSource | ParquetReader


@dataclass(frozen=True, slots=True, kw_only=True)
class Relation:
    """A source that queries can read: `relation` names a view with `file_no`, `row_no`, c0, c1, …

    `order` is the total order by which the first of several rows is chosen: the place in the files, or the values
    read where a database promises no order. `changed_at` is None for a database server, `rows` counts what was read.
    """

    source: str
    relation: str
    columns: Mapping[str, Column]
    files: tuple[str, ...]
    ordered: bool
    changed_at: datetime | None
    reports: Reports
    rows: int
    facts: tuple[FileFacts, ...]
    size_bytes: int = 0
    """The bytes of all values of the columns that are read, unpacked."""
    scans: tuple[DirectScan, ...] = ()
    """How the engine reads the files itself, for want of a copy of its own."""
    kept: KeptRows | None = None
    """What the next reading can go on from; None: it reads everything."""

    def column(self, column: str, *, alias: str) -> Column:
        """Return a column by the name it has in the source, read through a table alias."""
        found = self.columns[column]
        compared, own = (f"{alias}.{sql}" if sql else "" for sql in (found.compared, found.own))
        return replace(found, sql=f"{alias}.{found.sql}", compared=compared, own=own)

    def order(self, *, alias: str) -> str:
        """Return the ORDER BY list of the total order."""
        place = f"{alias}.{FILE_NUMBER}, {alias}.{ROW}"
        if self.ordered:
            return place
        values = [as_text(self.column(name, alias=alias)) for name in self.columns]
        return ", ".join([*(f"{value} NULLS LAST" for value in values), place])

    def file(self, *, alias: str, number: str = FILE_NUMBER) -> str:
        """Return the expression for the file's name, '' for a database server."""
        if not self.files:
            return "''"
        listed = ", ".join(literal(file) for file in self.files)
        return f"[{listed}][{alias}.{number} + 1]"

    def reported(self, column: str, *, alias: str) -> str:
        """Return the condition that the reader left the row's value of a column empty: it stands in the table `problems`."""
        rows = (
            f"SELECT file, row FROM problems WHERE source = {literal(self.source)}"
            f" AND attribute IS NULL AND column_name = {literal(column)}"
        )
        return f"(({self.file(alias=alias)}, {alias}.{ROW}) IN ({rows}))"


def open_relations(
    connection: duckdb.DuckDBPyConnection,
    sources: Mapping[str, Source],
    *,
    needed: Mapping[str, Sequence[str]],
    folder: Path,
    bounds: Bounds,
    before: Before,
    told: Told | None = None,
) -> Mapping[str, Relation]:
    """Open every needed source as a relation; text sources are staged as Parquet files in `folder`.

    Of a source with a rising column only what is newer than `before` is read.

    The thread that waits for the work hears of every source that was read.

    Raises: ConfigurationProblem with every source that cannot be opened; BrokenOff once the work's permit is revoked.
    """
    relations: dict[str, Relation] = {}
    with ExitStack() as databases:
        opener = _Opener(connection, databases, bounds, folder)
        readers = _all_opened(opener, sources, needed, bounds)
        for at, (name, reader) in enumerate(readers.items()):
            staged = folder / f"{at}.parquet"
            with bounds.turn_of(name), naming(name):
                relations[name] = _Relating(connection, staged, bounds, before).relation(
                    sources[name], reader, needed[name]
                )
            if told is not None:
                bounds.watch.tell(partial(told, name, relations[name].rows))
    return relations


class _Opener:
    """Open readers, one connection per database so that its tables are read in one state."""

    def __init__(
        self,
        connection: duckdb.DuckDBPyConnection,
        databases: ExitStack,
        bounds: Bounds,
        folder: Path,
    ) -> None:
        self._folder = folder
        self._copied = 0
        self._connection = connection
        self._databases = databases
        self._watch = bounds.watch
        self._longest_s = bounds.longest_s
        self._sizes = bounds.sizes
        self._sqlite: dict[Path, sqlite3.Connection] = {}
        self._postgres: dict[str, Any] = {}

    def open(self, source: Source) -> Reader:
        copies = self._copies(source)
        match source:
            case CsvSource():
                return CsvReader(source, sizes=self._sizes, copies=copies)
            case ExcelSource():
                from segue.engines.duckdb.reading.sources_excel import ExcelReader  # loads slowly

                return ExcelReader(source, sizes=self._sizes, copies=copies)
            case JsonLinesSource():
                return JsonLinesReader(source, sizes=self._sizes, copies=copies)
            case ParquetSource():
                return ParquetReader(source, self._connection, sizes=self._sizes, copies=copies)
            case SqliteSource():
                if source.path not in self._sqlite:
                    opened = open_sqlite(source.name, source.path)
                    self._sqlite[source.path] = self._databases.enter_context(closing(opened))
                    self._databases.enter_context(undisturbed(source.name, source.path))
                    self._databases.enter_context(self._watch.breakable(opened.interrupt))
                return SqliteReader(source, self._sqlite[source.path], sizes=self._sizes)
            case SparkSource():
                raise problems.needs_spark(source.name)
            case PostgresSource():
                if source.dsn not in self._postgres:
                    server = open_postgres(source.name, source.dsn)
                    self._postgres[source.dsn] = self._databases.enter_context(closing(server))
                    stop = self._databases.enter_context(canceling(server))
                    self._databases.enter_context(self._watch.breakable(stop))
                return PostgresReader(
                    source,
                    self._postgres[source.dsn],
                    longest_s=self._longest_s,
                    sizes=self._sizes,
                )

    def _copies(self, source: Source) -> Sequence[Copy]:
        """Return copies of the objects that a source reads; none of a file or a server."""
        if isinstance(source, PostgresSource) or not isinstance(source.path, Objects):
            return ()
        from segue.engines.duckdb.reading.objects_copies import copied  # loads slowly

        self._copied += 1
        target = self._folder / f"objects-{self._copied}"
        return copied(source.name, source.path, target, self._watch.permit)


def _all_opened(
    opener: _Opener,
    sources: Mapping[str, Source],
    needed: Mapping[str, Sequence[str]],
    bounds: Bounds,
) -> dict[str, Reader]:
    readers: dict[str, Reader] = {}
    found: list[ConfigurationProblem] = []
    for name, columns in needed.items():
        try:
            if name not in sources:
                raise problems.source_undeclared(name, tuple(sources))
            with bounds.turn_of(name), naming(name):
                readers[name] = opener.open(sources[name])
                known = readers[name].columns()
            missing = [] if known is None else lacking(columns, known)
            if known is not None and missing:
                raise columns_missing(name, missing, known)
        except ConfigurationProblem as problem:
            found.append(problem)
    if found:
        raise combined(found)
    return readers


@dataclass(frozen=True, slots=True)
class _Relating:
    """Makes a relation of one source; rows that are streamed are written to the file `staged`."""

    connection: duckdb.DuckDBPyConnection
    staged: Path
    bounds: Bounds
    before: Before

    def relation(self, source: Source, reader: Reader, wanted: Sequence[str]) -> Relation:
        """Read the source, or say how the engine reads its files."""
        view = f"source_{self.staged.stem}"
        reports = Reports(source=source.name, aside=self.staged.with_suffix(".reports"))
        kept: KeptRows | None = None
        scans: tuple[DirectScan, ...] = ()
        if isinstance(reader, ParquetReader):
            columns = reader.typed_columns(wanted)
            reader.report(wanted, reports)
            query = reader.query(wanted)
            scans, size = reader.scans(wanted), reader.size_bytes(wanted)
        else:
            own = [own_column(at) if reader.says_own else "" for at in range(len(wanted))]
            columns = [Column(sql=f"c{at}", own=own[at]) for at in range(len(wanted))]
            query, size, kept = self._streamed(reader, wanted, reports)
        self.connection.execute(f"CREATE OR REPLACE TEMP VIEW {view} AS {query}")
        rows = self.connection.execute(f"SELECT count(*) FROM {view}").fetchall()[0][0]
        return Relation(
            source=source.name,
            relation=view,
            columns=dict(zip(wanted, columns, strict=True)),
            files=tuple(str(file) for file in reader.files),
            ordered=reader.ordered,
            changed_at=_changed_at(reader.files),
            reports=reports,
            rows=int(rows),
            facts=reader.facts,
            scans=scans,
            size_bytes=size,
            kept=kept,
        )

    def _streamed(
        self, reader: StreamedSource, wanted: Sequence[str], reports: Reports
    ) -> tuple[str, int, KeptRows | None]:
        """Write the rows; return a query of them, the bytes of their values, and what the next reading can go on from."""
        bounds = self.bounds
        if isinstance(reader, PostgresReader) and reader.source.rising is not None:
            table = RisingTable(reader, reader.source.rising, wanted)
            found = table.read(
                self.connection, self.staged, reports=reports, bounds=bounds, before=self.before
            )
            return found.query, found.size_bytes, found.kept
        bounded = Bounded(wanted=wanted, files=reader.files, sizes=bounds.sizes, reports=reports)
        batches = while_allowed(bounded.of(reader.batches(wanted, reports)), bounds.watch.permit)
        size = write_staged(self.staged, len(wanted), batches, says_own=reader.says_own)
        return f"SELECT * FROM read_parquet({literal(str(self.staged))})", size, None


def _changed_at(files: Sequence[SourceFile]) -> datetime | None:
    if not files:
        return None
    newest = max(path_of(file).stat().st_mtime for file in files)
    return datetime.fromtimestamp(newest, tz=UTC)
