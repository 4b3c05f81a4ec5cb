"""A journal's rows in tables of the control database on PostgreSQL, for audiences that workers of several hosts write.

Every commit is on disk before a call returns, whatever the server's default. Whoever begins to write an audience takes
the next *turn*; each write looks, in its own transaction, whether the turn is still its own. A worker that was taken
over from writes nothing any more, however late it wakes up: no lock of a file system is needed for that.

One connection to one server: through a proxy only where it gives a session to itself (PgBouncer: pool_mode=session).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import lru_cache
from typing import Any

import psycopg
from psycopg.rows import dict_row

from segue.core.errors import BrokenOff
from segue.core.waits import JOURNAL_S
from segue.engines.duckdb.audience.journal_rows import (
    ARRIVAL,
    EVERY,
    KEYS,
    Row,
    Where,
    condition,
    quoted,
)

Database = psycopg.Connection[tuple[Any, ...]]

_SESSION = (
    ("synchronous_commit", "on"),
    ("lock_timeout", f"{JOURNAL_S}s"),
    # A host that is cut off in the middle of a step must not keep the next one from the row that it holds.
    ("idle_in_transaction_session_timeout", f"{JOURNAL_S}s"),
    ("tcp_keepalives_idle", "10"),
    ("tcp_keepalives_interval", "3"),
    ("tcp_keepalives_count", "3"),
)
_LOST = (psycopg.OperationalError, psycopg.InterfaceError)
"""What is raised where the server, or the way to it, is gone."""

_ARRIVES_BY = {"run": "arrival"}
"""The column by which rows arrived, where it is not `id`."""


def connected(reached_by: Mapping[str, Any]) -> Database:
    """Open a connection whose commits are on disk. Raises: psycopg.Error."""
    opened = psycopg.connect(**{"connect_timeout": JOURNAL_S, **reached_by}, autocommit=True)
    opened.execute("; ".join(f"SET {name} = '{value}'" for name, value in _SESSION).encode())
    return opened


class PostgresRows:
    """The rows of one audience in a database; `turn` None: for a reader, who writes nothing.

    `connect` opens another connection in place of one that broke. Raises, from every write: BrokenOff `lease_lost` when
    somebody else has begun to write.
    """

    def __init__(
        self, connect: Callable[[], Database], *, audience: int, turn: int | None = None
    ) -> None:
        self._connect = connect
        self._database = connect()
        self._audience = audience
        self._turn = turn
        self._is_in_a_step = False

    @property
    def suffix(self) -> str:
        """Return what no other writer's files have in their names."""
        return f"-{self._turn or 0}"

    def found(
        self, table: str, columns: Sequence[str], where: Where = EVERY, *, order: Sequence[str] = ()
    ) -> list[tuple[Any, ...]]:
        """Return columns of rows."""
        holds, values = condition({"audience_id": self._audience, **where}, "%s")
        arrives_by = _ARRIVES_BY.get(table, "id")
        names = (_ordered(arrives_by if name == ARRIVAL else name) for name in order)
        by = f" ORDER BY {', '.join(names)}" if order else ""
        query = f"SELECT {', '.join(map(quoted, columns))} FROM {_named(table)} WHERE {holds}{by}"
        try:
            return self._asked(query, values)
        except _LOST:
            if self._is_in_a_step or not self._database.broken:
                raise
            self._refresh()
            return self._asked(query, values)

    def every(self, table: str) -> list[dict[str, Any]]:
        """Return all rows of a table."""
        arrives_by = _ARRIVES_BY.get(table, "id")
        query = f"SELECT * FROM {_named(table)} WHERE audience_id = %s ORDER BY {arrives_by}"
        with self._database.cursor(row_factory=dict_row) as cursor:
            rows = cursor.execute(query.encode(), [self._audience]).fetchall()
        return [
            {name: value for name, value in row.items() if name not in ("audience_id", arrives_by)}
            for row in rows
        ]

    def add(self, table: str, row: Row) -> None:
        """Add a row."""
        own = {"audience_id": self._audience, **row}
        with self._alone():
            self._done(_insert(table, tuple(own)), [tuple(own.values())])

    def put(self, table: str, rows: Sequence[Row]) -> None:
        """Add whole rows, each in the place of the one that has its key."""
        if not rows:
            return
        columns = ("audience_id", *rows[0])
        query = _insert(table, columns) + _in_place(table, columns)
        self._again(query, [(self._audience, *row.values()) for row in rows])

    def change(self, table: str, changes: Row, where: Where) -> None:
        """Change rows."""
        holds, values = condition({"audience_id": self._audience, **where}, "%s")
        sets = ", ".join(f"{quoted(name)} = %s" for name in changes)
        query = f"UPDATE {_named(table)} SET {sets} WHERE {holds}"
        self._again(query, [(*changes.values(), *values)])

    def remove(self, table: str, where: Where) -> None:
        """Remove rows."""
        holds, values = condition({"audience_id": self._audience, **where}, "%s")
        self._again(f"DELETE FROM {_named(table)} WHERE {holds}", [tuple(values)])

    @contextmanager
    def together(self) -> Iterator[None]:
        """Make everything inside durable in one step, or nothing of it."""
        self._refresh()
        with self._alone():
            self._is_in_a_step = True
            try:
                yield
            finally:
                self._is_in_a_step = False

    def close(self) -> None:
        """Close the connection."""
        self._database.close()

    # inside

    @contextmanager
    def _alone(self) -> Iterator[None]:
        """Hold the audience's row for one step, if the turn is still ours; inside of a step there is nothing to do.

        The row is written, as it is: by its version others see that something has changed.
        """
        if self._is_in_a_step:
            yield
            return
        with self._database.transaction():
            mine = (
                "UPDATE journals_audience SET turn = turn WHERE id = %s AND turn = %s RETURNING 1"
            )
            if self._turn is None or not self._asked(mine, [self._audience, self._turn]):
                raise taken_over()
            yield

    def _again(self, query: str, rows: Sequence[tuple[Any, ...]]) -> None:
        """Do what may be done twice: once more on another connection when this one breaks."""
        try:
            with self._alone():
                self._done(query, rows)
        except _LOST:
            if self._is_in_a_step or not self._database.broken:
                raise
            self._refresh()
            with self._alone():
                self._done(query, rows)

    def _refresh(self) -> None:
        """Put another connection in the place of one that is known to be broken, or found to be."""
        if not self._database.broken:
            try:
                self._database.execute("SELECT 1")
            except _LOST:
                pass
            else:
                return
        self._database.close()
        self._database = self._connect()

    def _done(self, query: str, rows: Sequence[tuple[Any, ...]]) -> None:
        with self._database.cursor() as cursor:
            if len(rows) == 1:
                cursor.execute(query.encode(), rows[0])
            else:
                cursor.executemany(query.encode(), rows)

    def _asked(self, query: str, values: Sequence[Any]) -> list[tuple[Any, ...]]:
        return self._database.execute(query.encode(), values).fetchall()


class LookingRows(PostgresRows):
    """The rows for somebody who only looks: what is written to them is forgotten at once."""

    def add(self, table: str, row: Row) -> None:
        """Do nothing."""

    def put(self, table: str, rows: Sequence[Row]) -> None:
        """Do nothing."""

    def change(self, table: str, changes: Row, where: Where) -> None:
        """Do nothing."""

    def remove(self, table: str, where: Where) -> None:
        """Do nothing."""

    @contextmanager
    def together(self) -> Iterator[None]:
        """Do nothing in one step."""
        yield


def taken_over() -> BrokenOff:
    """Say that somebody else writes the audience now."""
    return BrokenOff(
        "Another worker took the job over.",
        action="Nothing: it goes on there.",
        code="lease_lost",
    )


def _named(table: str) -> str:
    return f"journals_{table}"


def _ordered(name: str) -> str:
    """Return a column to sort by; texts go by their bytes, as in a file."""
    return f'{quoted(name)} COLLATE "C"' if name == "name" else quoted(name)


@lru_cache(maxsize=64)
def _insert(table: str, columns: tuple[str, ...]) -> str:
    places = ", ".join(["%s"] * len(columns))
    return f"INSERT INTO {_named(table)} ({', '.join(map(quoted, columns))}) VALUES ({places})"


@lru_cache(maxsize=64)
def _in_place(table: str, columns: tuple[str, ...]) -> str:
    key = ("audience_id", *KEYS[table])
    sets = ", ".join(f"{quoted(c)} = EXCLUDED.{quoted(c)}" for c in columns if c not in key)
    return f" ON CONFLICT ({', '.join(map(quoted, key))}) DO UPDATE SET {sets}"
