"""SQLite files of the state folder: where another program holds one locked, that is told with its name and the wait."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from segue.core.trouble import trouble_at
from segue.core.trouble_signs import DATABASE_BUSY, meaning_of
from segue.core.waits import JOURNAL_S


class _Named(sqlite3.Connection):
    """A connection that knows its file. Whoever is kept from it for too long gets a MachineTrouble."""

    place: str = ""

    def execute(self, *given: Any) -> sqlite3.Cursor:
        with self._telling():
            return super().execute(*given)

    def executemany(self, *given: Any) -> sqlite3.Cursor:
        with self._telling():
            return super().executemany(*given)

    def executescript(self, *given: Any) -> sqlite3.Cursor:
        with self._telling():
            return super().executescript(*given)

    @contextmanager
    def _telling(self) -> Iterator[None]:
        try:
            yield
        except sqlite3.OperationalError as error:
            if meaning_of(error) != DATABASE_BUSY or not self.place:
                raise
            raise trouble_at(DATABASE_BUSY, self.place, error) from error


def opened(path: Path | None, *, wait_s: float = JOURNAL_S) -> sqlite3.Connection:
    """Open a file for reading and writing from any thread; None: in memory. `wait_s`: for whoever holds it locked."""
    connection = sqlite3.connect(
        path or ":memory:",
        isolation_level=None,
        check_same_thread=False,
        timeout=wait_s,
        factory=_Named,
    )
    connection.place = str(path or "")
    return connection
