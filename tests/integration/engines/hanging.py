"""Sources that never answer, and what waits for them. No expectations."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from threading import Event, Thread

from segue.core.errors import BrokenOff, Problem
from segue.core.permit import Permit
from segue.engines.duckdb.profiles.refresh import refresh
from segue.engines.duckdb.session import Resources
from segue.profiles.schema import ProfileSchema
from segue.profiles.sources import Source, SqliteSource
from tests.integration.engines.small_refresh import NOW
from tests.patience import PATIENCE_S

ENDLESS = {
    "without a row": "SELECT x AS id, 'nadia@shop.example' AS email FROM n WHERE x < 0",
    "row after row": "SELECT x AS id, 'p' || x || '@shop.example' AS email FROM n",
    "before the first row": "SELECT x AS id, 'nadia@shop.example' AS email FROM n ORDER BY x DESC",
}
"""Views without end, over numbers without end."""


def endless_view(path: Path, kind: str = "without a row", *, name: str = "people") -> Path:
    """Add a view without end to an SQLite file, and a table that is sound."""
    numbers = "WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n)"
    with closing(sqlite3.connect(path)) as connection:
        connection.execute(f"CREATE VIEW {name} AS {numbers} {ENDLESS[kind]}")
        connection.execute("CREATE TABLE IF NOT EXISTS sound (id INTEGER PRIMARY KEY, email TEXT)")
        connection.execute("INSERT OR IGNORE INTO sound VALUES (1, 'nadia@shop.example')")
        connection.commit()
    return path


def endless_source(folder: Path, kind: str = "without a row", **more: float) -> SqliteSource:
    """Declare a view without end."""
    path = endless_view(folder / "shop.sqlite", kind)
    return SqliteSource(name="people", path=path, table="people", **more)


class Refreshing:
    """A refresh in a thread: `problem` is how it ended, `began` is set when a source is read whose opening is over."""

    def __init__(self, declared: ProfileSchema, *sources: Source, home: Path) -> None:
        self.permit = Permit()
        self.problem: Problem | None = None
        self.began = Event()
        self._turns = 0
        self._declared, self._home = declared, home
        self._sources = {source.name: source for source in sources}
        self._thread = Thread(target=self._refresh, daemon=True)

    @contextmanager
    def under_way(self) -> Iterator[None]:
        """Begin, and wait until the first source is read; at the end it is over."""
        self._thread.start()
        assert self.began.wait(PATIENCE_S)
        yield
        self._thread.join(PATIENCE_S)
        assert not self._thread.is_alive()

    @contextmanager
    def asked(self) -> Iterator[None]:
        """Begin, and wait until a source's turn has come, not for it to be opened; at the end it is over."""
        self._turns = len(self._sources)
        with self.under_way():
            yield

    def cancel(self) -> None:
        """Revoke the permit, as somebody who cancels does."""
        self.permit.revoke(BrokenOff("Somebody canceled it.", action="Run again.", code="canceled"))

    def _turn(self, _source: str) -> None:
        self._turns += 1
        if self._turns > len(self._sources):  # all are opened, one is read
            self.began.set()

    def _refresh(self) -> None:
        try:
            refresh(
                self._declared,
                self._sources,
                home=self._home,
                now=NOW,
                resources=Resources(memory_limit_mb=256, threads=1),
                began=self._turn,
                permit=self.permit,
            )
        except Problem as problem:
            self.problem = problem
        finally:
            self.began.set()
