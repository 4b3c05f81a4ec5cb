"""A journal's rows in a file beside the audience: SQLite in WAL mode, on disk before a call returns (synchronous=FULL).

One process at a time writes it: the caller holds the audience's lock. Not for file systems of a network.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from functools import lru_cache
from pathlib import Path
from typing import Any

from segue.engines.duckdb.audience.journal_rows import (
    ARRIVAL,
    EVERY,
    READ_BY_PLANS,
    Row,
    Where,
    condition,
    quoted,
)
from segue.engines.duckdb.audience.locked import opened

_SCHEMA = """
CREATE TABLE IF NOT EXISTS pointer (name TEXT PRIMARY KEY, file TEXT NOT NULL) STRICT;
CREATE TABLE IF NOT EXISTS mark (status TEXT PRIMARY KEY, since TEXT NOT NULL) STRICT;
CREATE TABLE IF NOT EXISTS tag (
    position INTEGER PRIMARY KEY, name TEXT NOT NULL, folded TEXT NOT NULL UNIQUE, claimed INTEGER NOT NULL,
    tag_id INTEGER
) STRICT;
CREATE TABLE IF NOT EXISTS fact (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT;
CREATE TABLE IF NOT EXISTS field (
    position INTEGER PRIMARY KEY, tag TEXT NOT NULL, merge_id INTEGER, is_gone INTEGER NOT NULL, is_empty INTEGER NOT NULL
) STRICT;
CREATE TABLE IF NOT EXISTS run (
    id TEXT PRIMARY KEY, export TEXT NOT NULL, state TEXT NOT NULL CHECK (state IN ('stored', 'folded')),
    groups BLOB NOT NULL, folded_at TEXT
) STRICT;
CREATE TABLE IF NOT EXISTS chunk_size (
    run TEXT NOT NULL, name TEXT NOT NULL, people INTEGER NOT NULL, PRIMARY KEY (run, name)
) STRICT;
CREATE TABLE IF NOT EXISTS acknowledgement (
    run TEXT NOT NULL, name TEXT NOT NULL, number INTEGER NOT NULL, sent INTEGER NOT NULL, detail BLOB NOT NULL,
    PRIMARY KEY (run, name, number)
) STRICT;
CREATE TABLE IF NOT EXISTS hold (
    export TEXT NOT NULL, sub TEXT NOT NULL, skip INTEGER NOT NULL, ph TEXT, until TEXT, tries INTEGER NOT NULL,
    since TEXT, rules TEXT, reason TEXT, field TEXT, words TEXT, PRIMARY KEY (export, sub)
) STRICT;
CREATE TABLE IF NOT EXISTS idle_plan (
    export TEXT PRIMARY KEY, key TEXT NOT NULL, plan BLOB NOT NULL
) STRICT;
CREATE TABLE IF NOT EXISTS kept_file (
    file TEXT PRIMARY KEY, size INTEGER NOT NULL, sha256 TEXT NOT NULL, stamp TEXT NOT NULL
) STRICT;
"""
_LATER_COLUMNS = {"hold": ("since", "rules", "reason", "field", "words"), "run": ("folded_at",)}
"""Columns that tables of earlier versions lack."""


class SqliteRows:
    """The rows in a file; `path` None: in memory only."""

    suffix = ""

    def __init__(self, path: Path | None) -> None:
        if path is not None:
            path.parent.mkdir(parents=True, exist_ok=True)
        self._database = opened(path)
        self._database.execute("PRAGMA journal_mode=WAL")
        self._database.execute("PRAGMA synchronous=FULL")
        self._database.executescript(_SCHEMA)
        for table, columns in _LATER_COLUMNS.items():
            self._add_columns(table, columns)

    def _add_columns(self, table: str, columns: Sequence[str]) -> None:
        info = self._database.execute(f"PRAGMA table_info({table})").fetchall()
        has = {name for _, name, *_ in info}
        for column in columns:
            if column not in has:
                self._database.execute(f"ALTER TABLE {table} ADD COLUMN {column} TEXT")

    @classmethod
    def glance(cls, path: Path) -> SqliteRows:
        """Return a copy in memory of what plans read: nobody waits for it, and nothing written to it is kept.

        Where there is no file yet, the copy is empty and none is made.
        """
        copy = cls(None)
        if path.is_file():
            with closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)) as kept:
                kept.execute("BEGIN")
                known = kept.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
                for (table,) in known.fetchall():
                    if table in READ_BY_PLANS:
                        copy.put(table, _named(kept.execute(f"SELECT * FROM {table}")))
        return copy

    def found(
        self, table: str, columns: Sequence[str], where: Where = EVERY, *, order: Sequence[str] = ()
    ) -> list[tuple[Any, ...]]:
        """Return columns of rows."""
        holds, values = condition(where, "?")
        sorted_by = ", ".join("rowid" if name == ARRIVAL else quoted(name) for name in order)
        query = f"SELECT {', '.join(map(quoted, columns))} FROM {table} WHERE {holds}"
        query += f" ORDER BY {sorted_by}" if order else ""
        return self._database.execute(query, values).fetchall()

    def every(self, table: str) -> list[dict[str, Any]]:
        """Return all rows of a table."""
        return _named(self._database.execute(f"SELECT * FROM {table} ORDER BY rowid"))

    def add(self, table: str, row: Row) -> None:
        """Add a row."""
        self._database.execute(_insert("INSERT", table, tuple(row)), tuple(row.values()))

    def put(self, table: str, rows: Sequence[Row]) -> None:
        """Add whole rows, each in the place of the one that has its key."""
        if len(rows) == 1:
            query = _insert("INSERT OR REPLACE", table, tuple(rows[0]))
            self._database.execute(query, tuple(rows[0].values()))
        elif rows:
            query = _insert("INSERT OR REPLACE", table, tuple(rows[0]))
            self._database.executemany(query, [tuple(row.values()) for row in rows])

    def change(self, table: str, changes: Row, where: Where) -> None:
        """Change rows."""
        holds, values = condition(where, "?")
        sets = ", ".join(f"{quoted(name)} = ?" for name in changes)
        self._database.execute(
            f"UPDATE {table} SET {sets} WHERE {holds}", [*changes.values(), *values]
        )

    def remove(self, table: str, where: Where) -> None:
        """Remove rows."""
        holds, values = condition(where, "?")
        self._database.execute(f"DELETE FROM {table} WHERE {holds}", values)

    @contextmanager
    def together(self) -> Iterator[None]:
        """Make everything inside durable in one step, or nothing of it."""
        self._database.execute("BEGIN IMMEDIATE")
        try:
            yield
        except BaseException:
            if self._database.in_transaction:  # on a full disk SQLite has gone back by itself
                self._database.execute("ROLLBACK")
            raise
        self._database.execute("COMMIT")

    def settle(self) -> None:
        """Put everything into the one file, so that it can be moved: nothing lies beside it any more."""
        self._database.execute("PRAGMA journal_mode=DELETE")

    def close(self) -> None:
        """Close the file."""
        self._database.close()


@lru_cache(maxsize=64)
def _insert(how: str, table: str, columns: tuple[str, ...]) -> str:
    places = ", ".join("?" * len(columns))
    return f"{how} INTO {table} ({', '.join(map(quoted, columns))}) VALUES ({places})"


def _named(rows: sqlite3.Cursor) -> list[dict[str, Any]]:
    """Return rows by the names of their columns: an earlier version's table has fewer."""
    columns = [column[0] for column in rows.description]
    return [dict(zip(columns, row, strict=True)) for row in rows.fetchall()]
