"""Journals in tables of the control database: who may write one, and how one that was in a file comes into it.

A file that is found beside an audience counts, for it was put there: by a version that knew nothing else, by a restore,
or by somebody who brought an audience back from a backup. It is taken into the database by the first who writes, in one
step, and renamed. It was marked before, so that a file that was left behind by a crash is told from another one.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import psycopg

from segue.core.files import synchronise
from segue.core.names import path_name
from segue.engines.duckdb.audience.intact import (
    IN_DATABASE,
    JOURNAL,
    Fault,
    Intact,
    copy_file,
    glance_journal,
    holds_files,
    journal_fault,
    lost_journal,
    open_journal,
)
from segue.engines.duckdb.audience.journal import Journal
from segue.engines.duckdb.audience.journal_postgres import (
    Database,
    LookingRows,
    PostgresRows,
    connected,
)
from segue.engines.duckdb.audience.journal_rows import KEYS, READ_BY_PLANS, Rows
from segue.engines.duckdb.audience.journal_sqlite import SqliteRows
from segue.engines.duckdb.audience.journals import BESIDE
from segue.engines.duckdb.profiles.shared import Shared

MOVED = "moved"
"""The fact by which a file is known that was taken into the database."""

_NAME = "name of an audience's folder"

MayBegin = Callable[[Database, str], None]
"""Raises when the audience of that folder may not be written now; asked in the transaction that takes the turn."""


class InDatabase:
    """Journals in a database that `reached_by` leads to. `told` hears the folder's name when a file was taken over.

    `shared` is what hosts share beside, None: they have a folder in common, or there is one only.
    """

    def __init__(
        self,
        reached_by: Mapping[str, Any],
        *,
        may_begin: MayBegin = lambda _database, _name: None,
        told: Callable[[str], None] = lambda _name: None,
        shared: Shared | None = None,
    ) -> None:
        self._reached_by = reached_by
        self._may_begin = may_begin
        self._told = told
        self.shared = shared

    def folders(self, home: Path) -> Sequence[Path]:
        """Return those in the folder; where hosts have none in common, those that the database knows, too."""
        here = BESIDE.folders(home)
        return here if self.shared is None else sorted({*here, *self.known_folders(home)})

    def known_folders(self, home: Path) -> Sequence[Path]:
        """Return those that the database knows."""
        with self._opened() as database:
            if not _has_tables(database):
                return []
            names = database.execute("SELECT name FROM journals_audience ORDER BY name").fetchall()
        return [home / "audiences" / path_name(name, what=_NAME) for (name,) in names]

    def open(self, folder: Path) -> Journal:
        """Take the next turn at an audience; whoever had the one before writes no more."""
        has_file = (folder / JOURNAL).exists()
        if has_file and (fault := journal_fault(folder)) is not None:
            raise lost_journal(folder, fault)
        if has_file and self.shared is not None:
            with closing(Journal(folder / JOURNAL, contents=self.shared.contents)) as journal:
                Intact(folder, journal).send_all()
        with self._opened() as database, database.transaction():
            self._may_begin(database, folder.name)
            known = _row(database, folder)
            if known is None and not has_file and holds_files(folder):
                raise lost_journal(folder, Fault.MISSING)
            audience, turn = _next_turn(database, folder.name)
            token = _moved_in(database, folder, audience, known=known) if has_file else ""
        _put_away(folder)
        if token:
            self._told(folder.name)
        return self._journal(PostgresRows(self._connect, audience=audience, turn=turn))

    def look(self, folder: Path) -> Journal:
        """Open a journal to read all of it, wherever it is at present."""
        with self._opened() as database:
            known = _row(database, folder)
        if known is None or _is_pending(folder, known[1]):
            return _of_file(folder, open_journal)
        return self._journal(LookingRows(self._connect, audience=known[0]))

    def glance(self, folder: Path) -> Journal:
        """Return a copy in memory, wherever the journal is at present."""
        with self._opened() as database, _one_moment(database):
            known = _row(database, folder)
            if known is None or _is_pending(folder, known[1]):
                return _of_file(folder, glance_journal)
            copy = SqliteRows(None)
            _poured(self._rows(database, known[0]), copy, READ_BY_PLANS)
        return self._journal(copy)

    def fault(self, folder: Path) -> Fault | None:
        """Return what is wrong with a journal: with its file, as long as there is one, or that there is none."""
        if (folder / JOURNAL).exists():
            return journal_fault(folder)
        with self._opened() as database:
            is_known = _row(database, folder) is not None
        return Fault.MISSING if not is_known and holds_files(folder) else None

    def mark(self, folder: Path) -> str:
        """Return which version of the audience's row is there: every step writes it anew. A file that lies there counts, too."""
        with self._opened() as database:
            if not _has_tables(database):
                return BESIDE.mark(folder)
            query = "SELECT xmin::text, ctid::text FROM journals_audience WHERE name = %s"
            version = database.execute(query, [folder.name]).fetchone()
        return repr((version, BESIDE.mark(folder)))

    def anew(self, folder: Path) -> Journal:
        """Begin an empty journal."""
        with self._opened() as database, database.transaction():
            self._may_begin(database, folder.name)
            audience, turn = _next_turn(database, folder.name)
            _emptied(database, audience)
        _put_away(folder)
        return self._journal(PostgresRows(self._connect, audience=audience, turn=turn))

    def copy(self, folder: Path, target: Path) -> bool:
        """Copy a journal into a file, as every backup holds it."""
        target.unlink(missing_ok=True)
        with self._opened() as database, _one_moment(database):
            known = _row(database, folder)
            if known is None or _is_pending(folder, known[1]):
                return copy_file(folder / JOURNAL, target)
            with closing(SqliteRows(target)) as made:
                with made.together():
                    _poured(self._rows(database, known[0]), made, tuple(KEYS))
                made.settle()
        return True

    def forget(self, folder: Path) -> None:
        """Forget a journal: its rows, and a file that was not taken over yet."""
        with self._opened() as database, database.transaction():
            self._may_begin(database, folder.name)
            if (known := _row(database, folder)) is not None:
                _emptied(database, known[0])
                database.execute("DELETE FROM journals_audience WHERE id = %s", [known[0]])
        for name in (JOURNAL, IN_DATABASE):
            (folder / name).unlink(missing_ok=True)

    # inside

    def _journal(self, rows: Rows) -> Journal:
        contents = self.shared.contents if self.shared is not None else None
        return Journal(None, rows=rows, contents=contents)

    def _connect(self) -> Database:
        return connected(self._reached_by)

    @contextmanager
    def _opened(self) -> Iterator[Database]:
        with closing(self._connect()) as database:
            yield database

    def _rows(self, database: Database, audience: int) -> PostgresRows:
        return LookingRows(lambda: database, audience=audience)


def _of_file(folder: Path, opened: Callable[[Path], Journal]) -> Journal:
    """Return the journal of an audience that the database does not know: its file's, or an empty one.

    Raises: as `Journals`.
    """
    if (folder / JOURNAL).exists():
        return opened(folder)
    if holds_files(folder):
        raise lost_journal(folder, Fault.MISSING)
    return Journal(None)


_Known = tuple[int, str]
"""The id of an audience's row, and what the file was marked with that it came from."""


def _has_tables(database: Database) -> bool:
    there = database.execute("SELECT to_regclass('journals_audience')").fetchone()
    return there is not None and there[0] is not None


def _row(database: Database, folder: Path) -> _Known | None:
    """Return the row of an audience, None for none; a database of an earlier version has no table for it."""
    if not _has_tables(database):
        return None
    query = "SELECT id, moved FROM journals_audience WHERE name = %s"
    found = database.execute(query, [folder.name]).fetchone()
    return (int(found[0]), str(found[1])) if found else None


def _next_turn(database: Database, name: str) -> tuple[int, int]:
    """Take the next turn, waiting for a step that is being done; the audience's row is held until the transaction ends."""
    taken = database.execute(
        "INSERT INTO journals_audience (name, turn, moved) VALUES (%s, 1, '') "
        "ON CONFLICT (name) DO UPDATE SET turn = journals_audience.turn + 1 RETURNING id, turn",
        [name],
    ).fetchone()
    assert taken is not None
    return int(taken[0]), int(taken[1])


def _is_pending(folder: Path, moved: str) -> bool:
    """Tell whether a file lies there that was not taken into the database."""
    path = folder / JOURNAL
    return path.exists() and (not moved or _mark_of(path) != moved)


def _mark_of(path: Path) -> str:
    with closing(Journal.glance(path)) as kept:
        return kept.fact(MOVED) or ""


def _moved_in(database: Database, folder: Path, audience: int, *, known: _Known | None) -> str:
    """Put what a file holds into the database, in the place of what is there; "": it was put there before."""
    if known is not None and not _is_pending(folder, known[1]):
        return ""
    token = secrets.token_hex(8)
    with closing(SqliteRows(folder / JOURNAL)) as file:
        file.put("fact", [{"name": MOVED, "value": token}])
        _emptied(database, audience)
        for table in KEYS:
            _filled(database, table, audience, file.every(table))
    database.execute("UPDATE journals_audience SET moved = %s WHERE id = %s", [token, audience])
    return token


def _filled(database: Database, table: str, audience: int, rows: list[dict[str, Any]]) -> None:
    if not rows:
        return
    columns = ", ".join(f'"{name}"' for name in ("audience_id", *rows[0]))
    copying = f"COPY journals_{table} ({columns}) FROM STDIN"
    with database.cursor() as cursor, cursor.copy(copying.encode()) as into:
        for row in rows:
            into.write_row((audience, *row.values()))


def _emptied(database: Database, audience: int) -> None:
    for table in KEYS:
        database.execute(
            f"DELETE FROM journals_{table} WHERE audience_id = %s".encode(), [audience]
        )


def _put_away(folder: Path) -> None:
    """Leave a sign of where the journal is; a file that was taken over becomes that sign."""
    folder.mkdir(parents=True, exist_ok=True)
    path, sign = folder / JOURNAL, folder / IN_DATABASE
    if path.exists():
        path.replace(sign)
        for ending in ("-wal", "-shm"):
            path.with_name(f"{JOURNAL}{ending}").unlink(missing_ok=True)
    elif sign.exists():
        return
    else:
        sign.touch(mode=0o600)
    synchronise(folder)


def _poured(source: PostgresRows, target: SqliteRows, tables: tuple[str, ...]) -> None:
    for table in tables:
        target.put(table, source.every(table))


@contextmanager
def _one_moment(database: Database) -> Iterator[None]:
    """Read everything inside as it is at one moment."""
    database.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
    try:
        with database.transaction():
            yield
    finally:
        database.isolation_level = None
