"""Read of a PostgreSQL table what a rising column says to be new since the last full reading, in place of the rows of the same key.

What the column cannot tell (deleted rows, rows that were changed and kept their value) is found by a full reading: after some
days, whenever the numbers of rows differ, and whenever anything else is in doubt.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import duckdb

from segue.core.files import given_again, looks_whole
from segue.engines.duckdb.quoting import literal, quoted
from segue.engines.duckdb.reading import sources_refusals as refusals
from segue.engines.duckdb.reading.sources_batches import ROW, write_staged
from segue.engines.duckdb.reading.sources_bounded import Bounded, check_rows, while_allowed
from segue.engines.duckdb.reading.sources_bounds import Bounds
from segue.engines.duckdb.reading.sources_names import as_written, lacking
from segue.engines.duckdb.reading.sources_postgres import PostgresReader
from segue.engines.duckdb.reading.sources_reports import Reports
from segue.engines.duckdb.reading.sources_told import columns_missing
from segue.profiles.file_facts import KeptRows
from segue.profiles.sources import Rising

OVERLAP_MINUTES = 60
OVERLAP_NUMBERS = 10_000
"""How far below the highest value that was seen is read again, where nothing else is said: rows that were committed late."""
COUNTED_ROWS = 50_000_000
"""Rows up to which the server counts them at each reading; beyond, its own estimate is asked."""
_NEWER = 0.2
"""More new rows than this share of those that were kept: then all are read, and the next time there is less to read again."""
_FEW = 10_000
"""So many new rows are always read alone."""
_FEWER = 0.9
"""The estimate is one: so many times the rows that are kept is fewer."""

_LOCAL = "interval '27 hours'"
"""What is read more where times bear no zone: from the furthest one ahead (14 hours) to the furthest behind (12), and one."""
_LATEST = {
    "timestamptz": "now()",
    "timestamp": "timezone('UTC', now()) + interval '14 hours'",
    "date": "(timezone('UTC', now()) + interval '14 hours')::date",
}
"""The latest time of each type that can be one of a change: a row of the year 2099 must not hide those of tomorrow."""
_NUMBERS = ("int2", "int4", "int8")
_LEAST = -(2**63)

_TABLE = (
    "WITH RECURSIVE part(oid) AS (SELECT to_regclass({table})::oid"
    " UNION ALL SELECT i.inhrelid FROM pg_inherits i JOIN part p ON i.inhparent = p.oid)"
    " SELECT string_agg(c.oid || '/' || c.relfilenode, ' ' ORDER BY c.oid)::text, count(*)::bigint,"
    " min(c.relkind::text) FILTER (WHERE c.oid = to_regclass({table})), bool_or(row_security_active(c.oid)),"
    " sum(greatest(c.reltuples, 0))::bigint, current_database()::text, coalesce(inet_server_addr()::text, ''),"
    " coalesce(inet_server_port(), 0)::bigint, current_user::text, current_setting('IntervalStyle')"
    " FROM part JOIN pg_class c USING (oid)"
)
"""What tells whether it is the same table, read with the same eyes: emptying or rewriting it, or a part of it, gives another file."""
_KEY = (
    "SELECT a.attname::text FROM pg_index i, unnest(i.indkey) WITH ORDINALITY AS k(number, place)"
    " JOIN pg_attribute a ON a.attrelid = to_regclass({table}) AND a.attnum = k.number"
    " WHERE i.indrelid = to_regclass({table}) AND i.indisprimary ORDER BY k.place"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Before:
    """What is known of earlier readings, by source, and the time of this one (aware UTC)."""

    now: datetime
    kept: Mapping[str, KeptRows] = field(default_factory=dict)
    counted_rows: int = COUNTED_ROWS


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What the server says of the table in the transaction in which it is read. `identity` is a digest."""

    identity: str
    estimate: int
    is_hidden: bool
    """Whether some rows may be hidden from whoever reads: then which ones are is nobody's to know."""
    mark: str
    """The highest value, '' where there is none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RisingRows:
    """The rows of a table as a query gives them, how many there are, and what the next reading can go on from."""

    query: str
    rows: int
    size_bytes: int
    kept: KeptRows | None


class RisingTable:
    """One table that is read by a rising column, over the reader of all of it."""

    def __init__(self, reader: PostgresReader, rising: Rising, wanted: Sequence[str]) -> None:
        """Look at the table. Raises: ConfigurationProblem when it cannot be read so."""
        self._reader, self._rising, self._source = reader, rising, reader.source.name
        if lacking([rising.column], reader.columns()):
            raise columns_missing(self._source, [rising.column], reader.columns())
        [self._column] = as_written([rising.column], reader.columns())
        self._type = reader.types[self._column].name
        if self._type not in (*_LATEST, *_NUMBERS):
            raise refusals.rising_unfit(self._source, self._column, self._type)
        self._keys = [str(row[0]) for row in self._asked(_KEY)]
        self.columns = (*wanted, *self._keys, self._column)

    def read(
        self,
        engine: duckdb.DuckDBPyConnection,
        staged: Path,
        *,
        reports: Reports,
        bounds: Bounds,
        before: Before,
    ) -> RisingRows:
        """Read what is new beside the rows that were kept, or all of them into `staged`.

        Nothing is kept where the reader had to leave something out: reports name the rows of one reading.
        """
        told, kept = self._told(), before.kept.get(self._source)
        if kept is not None and self._may_go_on(kept, told, before.now):
            found = self._gone_on(engine, staged, kept, bounds)
            if found is not None and self._agrees(found.rows, told, kept, before.counted_rows):
                return found
        staged.unlink(missing_ok=True)  # it may be the kept file by another name
        size = self._write(staged, reports, bounds)
        rows, query = _count(engine, _scan(staged)), f"SELECT * FROM {_scan(staged)}"
        if not reports.is_empty or told.is_hidden or not told.mark:
            return RisingRows(query=query, rows=rows, size_bytes=size, kept=None)
        read = KeptRows(
            file=staged,
            identity=told.identity,
            mark=told.mark,
            full_at=before.now,
            rows=rows,
            size_bytes=size,
            estimate=told.estimate,
        )
        return RisingRows(query=query, rows=rows, size_bytes=size, kept=read)

    def _told(self) -> Told:
        [row] = self._asked(_TABLE)
        files, parts, kind, is_hidden, estimate, *place = row
        if not self._keys or (kind != "p" and parts > 1):
            raise refusals.rising_without_key(self._source, self._reader.source.table)
        types = [
            (column, self._reader.types[column].name)
            for column in as_written(self.columns, self._reader.columns())
        ]
        highest = f"max({quoted(self._column)})"
        if self._type in _LATEST:
            latest = _LATEST[self._type]
            highest = f"CASE WHEN {highest} > {latest} THEN {latest} ELSE {highest} END"
        [(mark,)] = self._reader.ask(f"SELECT {highest}::text FROM {self._reader.table}")
        return Told(
            identity=_digest((files, place, types, self._keys, self._column)),
            estimate=int(estimate),
            is_hidden=bool(is_hidden),
            mark=mark or "",
        )

    def _may_go_on(self, kept: KeptRows, told: Told, now: datetime) -> bool:
        """Tell whether the rows that were kept can be gone on from: the same table, not too long ago, the column not set back."""
        age = now - kept.full_at
        return (
            not told.is_hidden
            and kept.identity == told.identity
            and timedelta(0) <= age < timedelta(days=self._rising.full_every_days)
            and bool(told.mark)
            and not self._is_behind(told.mark, kept.mark)
            and looks_whole(kept.file)
        )

    def _is_behind(self, mark: str, before: str) -> bool:
        if self._type in _NUMBERS:
            return int(mark) < int(before)
        one, other = (f"{literal(text)}::{self._type}" for text in (mark, before))
        return bool(self._reader.ask(f"SELECT ({one} < {other})::int")[0][0])

    def _since(self, mark: str) -> str:
        """Return the condition of the rows that may be new; of those without a value nothing else tells."""
        overlap, column = self._rising.overlap, quoted(self._column)
        if self._type in _NUMBERS:
            overlap = OVERLAP_NUMBERS if overlap is None else overlap
            first = f"{max(int(mark) - overlap, _LEAST)}"
            return f"{column} >= ({first}) OR {column} IS NULL"
        minutes = OVERLAP_MINUTES if overlap is None else overlap
        first = f"{literal(mark)}::{self._type} - interval '{minutes:d} minutes'"
        if self._type != "timestamptz":
            first = f"({first} - {_LOCAL})::{self._type}"
        return f"{column} >= ({first}) OR {column} IS NULL"

    def _gone_on(
        self, engine: duckdb.DuckDBPyConnection, staged: Path, kept: KeptRows, bounds: Bounds
    ) -> RisingRows | None:
        """Read what is new since the full reading, in place of the rows that have the same keys.

        None when the reader had to leave something out, or when so much is new that a full reading is the better start.
        """
        newer, reports = staged.with_suffix(".newer"), Reports(source=self._source)
        size = self._write(newer, reports, bounds, where=f" WHERE {self._since(kept.mark)}")
        new = _count(engine, _scan(newer))
        if not reports.is_empty or new > max(_NEWER * kept.rows, _FEW):
            return None
        given_again(kept.file, staged)
        replaced, first = f"replaced_{staged.stem}", len(self.columns) - 1 - len(self._keys)
        same = " AND ".join(f"k.c{first + at} = n.c{first + at}" for at in range(len(self._keys)))
        engine.execute(
            f"CREATE OR REPLACE TEMP TABLE {replaced} AS SELECT {ROW} FROM {_scan(staged)} k SEMI JOIN {_scan(newer)} n ON {same}"
        )
        rows = kept.rows - _count(engine, replaced) + new
        check_rows(self._source, rows, bounds.sizes)
        query = (
            f"SELECT * FROM {_scan(staged)} k ANTI JOIN {replaced} r ON k.{ROW} = r.{ROW}"
            f" UNION ALL SELECT * REPLACE ({ROW} + {kept.rows:d} AS {ROW}) FROM {_scan(newer)}"
        )
        return RisingRows(
            query=query,
            rows=rows,
            size_bytes=kept.size_bytes + size,
            kept=replace(kept, file=staged),
        )

    def _agrees(self, rows: int, told: Told, kept: KeptRows, counted_rows: int) -> bool:
        """Tell whether the server has as many rows: where it has fewer, some are deleted; where more, some were never seen.

        Its own estimate tells only what it learned since the full reading.
        """
        if told.estimate <= counted_rows:
            return self._reader.count() == rows
        return told.estimate == kept.estimate or told.estimate >= _FEWER * rows

    def _write(self, target: Path, reports: Reports, bounds: Bounds, *, where: str = "") -> int:
        batches = self._reader.batches(self.columns, reports, where=where)
        bounded = Bounded(wanted=self.columns, files=(), sizes=bounds.sizes, reports=reports)
        return write_staged(
            target,
            len(self.columns),
            while_allowed(bounded.of(batches), bounds.watch.permit),
            says_own=True,
        )

    def _asked(self, query: str) -> list[tuple[Any, ...]]:
        return self._reader.ask(query.format(table=literal(self._reader.table)))


def _digest(of: tuple[object, ...]) -> str:
    return hashlib.sha256(repr(of).encode()).hexdigest()


def _count(engine: duckdb.DuckDBPyConnection, rows: str) -> int:
    return int(engine.execute(f"SELECT count(*) FROM {rows}").fetchall()[0][0])


def _scan(file: Path) -> str:
    return f"read_parquet({literal(str(file))})"
