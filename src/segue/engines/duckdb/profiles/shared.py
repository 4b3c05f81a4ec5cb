"""What hosts without a folder in common share: rows in the control database say which files there are, a store holds their bytes.

Each host has a state folder of its own, which mirrors what the rows say as far as it was asked for. Contents go up before
a row speaks of them, and a row goes before its contents do: who follows the rows finds everything.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from datetime import datetime, timedelta
from pathlib import Path
from threading import RLock
from typing import Any, TypeAlias

import psycopg

from segue.core.errors import BrokenOff
from segue.core.names import path_below
from segue.engines.duckdb.reading.objects_contents import ARRIVING, Content, Contents

Database: TypeAlias = "psycopg.Connection[tuple[Any, ...]]"

UNSPOKEN_FOR = timedelta(hours=6)
"""For how long contents lie that no row speaks of: somebody may be about to write the row."""

UNSPOKEN_HERE_FOR = timedelta(minutes=30)
"""The same of files on a host."""

_LOST = (psycopg.OperationalError, psycopg.InterfaceError)


class Shared:
    """What the hosts of one installation share. `home` is this host's state folder, `connect` opens a connection of its own.

    Raises of all methods: as `Contents`, and psycopg.Error.
    """

    def __init__(self, home: Path, contents: Contents, connect: Callable[[], Database]) -> None:
        self.home = home
        self.contents = contents
        self._connect = connect
        self._lock = RLock()
        self._line: tuple[int, Database] | None = None

    def close(self) -> None:
        """Close the connection; another one is opened when it is needed."""
        with self._lock:
            if self._line is not None and self._line[0] == os.getpid():
                self._line[1].close()
            self._line = None

    # texts

    def text(self, name: str) -> str:
        """Return a text, "" when there is none."""
        return self.texts([name]).get(name, "")

    def texts(self, names: Sequence[str]) -> Mapping[str, str]:
        """Return texts by name, as far as there are any."""
        query = "SELECT name, text FROM journals_shared_text WHERE name = ANY(%s)"
        return {str(name): str(text) for name, text in self._asked(query, [[*names]])}

    def turn(self, name: str) -> int:
        """Take the next turn at changing a text: whoever had the one before changes it no more."""
        query = (
            "INSERT INTO journals_shared_text (name, text, turn) VALUES (%s, '', 1) "
            "ON CONFLICT (name) DO UPDATE SET turn = journals_shared_text.turn + 1 RETURNING turn"
        )
        return int(self._asked(query, [name])[0][0])

    def say(self, name: str, text: str) -> None:
        """Put a text in the place of the one that is there, whoever wrote it."""
        query = (
            "INSERT INTO journals_shared_text (name, text, turn) VALUES (%s, %s, 1) "
            "ON CONFLICT (name) DO UPDATE SET text = EXCLUDED.text, turn = journals_shared_text.turn + 1"
        )
        with self._step() as database:
            database.execute(query, [name, text])

    def say_first(self, name: str, text: str) -> str:
        """Put a text where there is none; return the one that is there then."""
        query = (
            "INSERT INTO journals_shared_text (name, text, turn) VALUES (%s, %s, 1) "
            "ON CONFLICT (name) DO NOTHING"
        )
        with self._step() as database:
            database.execute(query, [name, text])
        return self.text(name)

    # files

    def known(self, prefix: str) -> Mapping[str, Content]:
        """Return the files whose paths begin with a prefix."""
        query = "SELECT path, size, sha256 FROM journals_shared_file WHERE starts_with(path, %s)"
        rows = self._asked(query, [prefix])
        return {path_below(path, what=_FILE): Content(size, sha) for path, size, sha in rows}

    def publish(
        self,
        files: Sequence[Path],
        *,
        forget: Callable[[Collection[str]], Collection[str]] = lambda _known: (),
        under: str = "",
        says: tuple[str, str, int] | None = None,
    ) -> None:
        """Send files up, then say in one step that they are there.

        `forget` chooses among the paths known `under` a prefix those that are no more. `says` is a name, its new text, and the turn.
        Raises: BrokenOff `lease_lost` when somebody else has the turn by now.
        """
        sent = {self._path(file): Content.of(file) for file in files}
        for file, content in zip(files, sent.values(), strict=True):
            self.contents.keep(file, content)
        with self._step() as database:
            if says is not None:
                _change(database, *says)
            for path, content in sent.items():
                database.execute(_PUT, [path, content.size, content.sha256])
            gone = forget([path for path in self.known(under) if path not in sent]) if under else ()
            for path in gone:
                database.execute("DELETE FROM journals_shared_file WHERE path = %s", [path])

    def bring(self, path: str) -> bool:
        """Fetch a file that is not here as it was written last; False: there is none, or its contents are lost."""
        content, file = self.known(path).get(path), self.home / path
        if content is None:
            return False
        is_here = file.is_file() and Content.of(file) == content
        return is_here or self.contents.bring(content, file)

    def mirror(self, prefix: str) -> None:
        """Let all files of a folder be here. What is lost of them is not."""
        for path, content in self.known(prefix).items():
            if not (self.home / path).is_file():
                self.contents.bring(content, self.home / path)

    def drop_unknown(self, prefix: str, *, now: datetime) -> None:
        """Remove from a folder here what no row speaks of, but what was written lately: its row may be about to come."""
        oldest, known = (now - UNSPOKEN_HERE_FOR).timestamp(), self.known(prefix)
        for file in (self.home / prefix).glob("*"):
            if file.is_file() and self._path(file) not in known:
                _unlink_before(file, oldest)

    def drop_arriving(self, *, now: datetime) -> None:
        """Remove what was left here of fetches that were cut off."""
        oldest = (now - UNSPOKEN_HERE_FOR).timestamp()
        for file in self.home.glob(f"*/**/{ARRIVING}*"):
            _unlink_before(file, oldest)

    def forget(self, path: str) -> None:
        """Say that a file is no more."""
        with self._step() as database:
            database.execute("DELETE FROM journals_shared_file WHERE path = %s", [path])

    def has_history(self) -> bool:
        """Tell whether the installation has ever read its data, or written an audience."""
        query = "SELECT 1 FROM refreshes_refresh WHERE data_ready_at IS NOT NULL UNION SELECT 1 FROM journals_audience"
        return bool(self._asked(query, []))

    def claim(self, small: Path) -> None:
        """Say that the rows of this database decide what is removed from the store, and those of no other. `small` is any small file."""
        self.contents.claim(self._owner(), small)

    def sweep(self, small: Path) -> int | None:
        """Remove contents of which no row has spoken for long enough, by the store's own clock; return how many.

        None: the store is another database's to clean, such as the one that this was copied from. `small` is any small file: it is written
        there to ask for the time.
        """
        if self.contents.claims() != {self._owner()}:
            return None
        if (now := self.contents.time_there(small)) is None:
            return 0
        oldest = now - UNSPOKEN_FOR
        lying = self.contents.lying()
        old = {digest for digest, at in lying if at is not None and at < oldest}
        spoken_for = {str(row[0]) for row in self._asked(_SPOKEN_FOR, [])} if old else set[str]()
        if not spoken_for:  # rather than nothing is kept any more, the rows are lost
            return 0
        return sum(self._dropped(digest, oldest) for digest in old - spoken_for)

    def _dropped(self, digest: str, oldest: datetime) -> bool:
        """Remove contents, unless somebody wrote the same ones again while others were removed: whose row may be there by now."""
        is_old = self.contents.was_written_before(digest, oldest)
        if not is_old or self._asked(_SPOKEN_OF, [digest, digest]):
            return False
        self.contents.drop(digest)
        return True

    # inside

    def _owner(self) -> str:
        """Name this database: a copy is another one, on the same server or elsewhere."""
        return str(self._asked(_OWNER, [])[0][0])

    def _path(self, file: Path) -> str:
        return file.relative_to(self.home).as_posix()

    @contextmanager
    def _step(self) -> Iterator[Database]:
        """Do everything inside in one step, on disk when it is over."""
        with self._lock:
            database = self._reached()
            with database.transaction():
                yield database

    def _asked(self, query: str, values: Sequence[Any]) -> list[tuple[Any, ...]]:
        with self._lock:
            try:
                return self._reached().execute(query.encode(), values).fetchall()
            except _LOST:
                if self._line is None or not self._line[1].broken:
                    raise
                return self._reached().execute(query.encode(), values).fetchall()

    def _reached(self) -> Database:
        """Return the connection, another one where it broke; none is taken over from a parent process."""
        if self._line is None or self._line[0] != os.getpid() or self._line[1].closed:
            self._line = (os.getpid(), self._connect())
        return self._line[1]


_FILE = "name of a file that hosts share"
_PUT = (
    "INSERT INTO journals_shared_file (path, size, sha256) VALUES (%s, %s, %s) "
    "ON CONFLICT (path) DO UPDATE SET size = EXCLUDED.size, sha256 = EXCLUDED.sha256"
)
_OWNER = (
    "SELECT system_identifier::text || '-' || oid::text FROM pg_control_system(), pg_database "
    "WHERE datname = current_database()"
)
_SPOKEN_FOR = "SELECT sha256 FROM journals_shared_file UNION SELECT sha256 FROM journals_kept_file"
_SPOKEN_OF = (
    "SELECT 1 FROM journals_shared_file WHERE sha256 = %s "
    "UNION ALL SELECT 1 FROM journals_kept_file WHERE sha256 = %s LIMIT 1"
)


def _unlink_before(file: Path, oldest: float) -> None:
    """Remove a file that was written before a time in seconds since 1970."""
    with suppress(FileNotFoundError):
        if file.stat().st_mtime < oldest:
            file.unlink()


def _change(database: Database, name: str, text: str, turn: int) -> None:
    mine = "UPDATE journals_shared_text SET text = %s WHERE name = %s AND turn = %s RETURNING 1"
    if database.execute(mine, [text, name, turn]).fetchone() is None:
        raise BrokenOff(
            "Another worker took the job over.",
            action="Nothing: it goes on there.",
            code="lease_lost",
        )
