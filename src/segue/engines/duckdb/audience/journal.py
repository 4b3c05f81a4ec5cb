"""The durable small state of one audience: tags, runs, acknowledgements, pointers; holds are beside. SQLite in WAL mode.

An acknowledgement is one row, on disk before the call returns (synchronous=FULL; 0.2 ms, ENGINE-FACTS §5). Pointers to
Parquet files change in the same transaction as what they mean, so a crash never leaves half a step behind.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import msgspec

from segue.core.names import path_below, path_name
from segue.engines.duckdb.audience.journal_runs import RUN, Known
from segue.engines.duckdb.audience.locked import opened
from segue.sync.ports import ContactStatus
from segue.sync.store import Acknowledgement, Group, Placement
from segue.sync.tags import TagBit, folded

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


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredRun:
    """A run whose changes are stored. `chunk_sizes` are people a chunk by group, where an earlier version divided them by place."""

    run_id: str
    export: str
    groups: Sequence[Group]
    chunk_sizes: Mapping[str, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptFile:
    """A file as it was written, by its path in the audience's folder; `stamp` names when it was last seen to be whole."""

    file: str
    size: int
    sha256: str
    stamp: str


_FILE = "name of a file in the journal"
_READ_BY_PLANS = ("pointer", "mark", "tag", "field", "fact", "hold", "kept_file")
_LATER_COLUMNS = {"hold": ("since", "rules", "reason", "field", "words"), "run": ("folded_at",)}
"""Columns that tables of earlier versions lack."""


class Journal(Known):
    """One audience's journal. Only the holder of the audience's lock writes it; `path` None: it is in memory only."""

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
    def glance(cls, path: Path) -> Journal:
        """Return a copy in memory of what plans read: nobody waits for it, and nothing written to it is kept.

        Where there is no journal yet, the copy is empty and none is made.
        """
        copy = cls(None)
        if path.is_file():
            with closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)) as kept:
                kept.execute("BEGIN")
                known = kept.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
                for (table,) in known.fetchall():
                    if table in _READ_BY_PLANS:
                        copy._take(table, kept.execute(f"SELECT * FROM {table}"))
        return copy

    def _take(self, table: str, rows: sqlite3.Cursor) -> None:
        """Take over rows by the names of their columns: an earlier version's table has fewer."""
        columns = [column[0] for column in rows.description]
        places = ", ".join("?" * len(columns))
        insert = f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({places})"
        self._database.executemany(insert, rows.fetchall())

    def close(self) -> None:
        """Close the file."""
        self._database.close()

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

    # pointers and marks

    def pointer(self, name: str) -> str | None:
        """Return the file that a name points to, None when there is none yet."""
        row = self._one("SELECT file FROM pointer WHERE name = ?", name)
        return path_below(row[0], what=_FILE) if row else None

    def pointers(self, prefix: str) -> Mapping[str, str]:
        """Return all pointers whose name begins with `prefix`."""
        rows = self._database.execute("SELECT name, file FROM pointer ORDER BY name").fetchall()
        return {
            name: path_below(file, what=_FILE) for name, file in rows if name.startswith(prefix)
        }

    def point(self, name: str, file: str) -> None:
        """Point a name to a file."""
        self._database.execute("INSERT OR REPLACE INTO pointer VALUES (?, ?)", (name, file))

    def unpoint(self, name: str) -> None:
        """Point a name to nothing any more."""
        self._database.execute("DELETE FROM pointer WHERE name = ?", (name,))

    def rename_export(self, old: str, new: str) -> None:
        """Give an export's runs, holds and files but its ledger to its new name. Repeating it changes nothing."""
        both = (new, old)
        self._database.execute("UPDATE OR REPLACE hold SET export = ? WHERE export = ?", both)
        self._database.execute("UPDATE run SET export = ? WHERE export = ?", both)
        for table in ("pointer", "fact"):
            for kind in ("forms", "held", "quiet"):
                self._database.execute(
                    f"UPDATE OR IGNORE {table} SET name = ? WHERE name = ?",
                    (f"{kind}/{new}", f"{kind}/{old}"),
                )
        self._database.execute("DELETE FROM idle_plan WHERE export IN (?, ?)", both)

    def keep_file(self, kept: KeptFile) -> None:
        """Keep what a file is."""
        row = (kept.file, kept.size, kept.sha256, kept.stamp)
        self._database.execute("INSERT OR REPLACE INTO kept_file VALUES (?, ?, ?, ?)", row)

    def kept_file(self, file: str) -> KeptFile | None:
        """Return what a file was when it was written, None when that was not kept."""
        row = self._one("SELECT size, sha256, stamp FROM kept_file WHERE file = ?", file)
        return KeptFile(file=file, size=row[0], sha256=row[1], stamp=row[2]) if row else None

    def drop_file(self, file: str) -> None:
        """Forget what a file was."""
        self._database.execute("DELETE FROM kept_file WHERE file = ?", (file,))

    def marks(self) -> Mapping[ContactStatus, datetime]:
        """Return from when on each status is to be read."""
        rows = self._database.execute("SELECT status, since FROM mark").fetchall()
        return {ContactStatus(status): datetime.fromisoformat(since) for status, since in rows}

    def keep_marks(self, since: Mapping[ContactStatus, datetime]) -> None:
        """Keep from when on each status is to be read."""
        rows = [(status.value, at.isoformat()) for status, at in since.items()]
        self._database.executemany("INSERT OR REPLACE INTO mark VALUES (?, ?)", rows)

    def forget_marks(self) -> None:
        """Let every status be read in full next time."""
        self._database.execute("DELETE FROM mark")

    # plans that found nothing to do

    def remember(self, export: str, key: str, plan: bytes) -> None:
        """Keep an export's last plan that found nothing to do."""
        self._database.execute(
            "INSERT OR REPLACE INTO idle_plan VALUES (?, ?, ?)", (export, key, plan)
        )

    def recall(self, export: str, key: str) -> bytes | None:
        """Return the kept plan if its key is this one."""
        row = self._one("SELECT plan FROM idle_plan WHERE export = ? AND key = ?", export, key)
        return row[0] if row else None

    # tags

    def tags(self) -> tuple[TagBit, ...]:
        """Return all tags by position."""
        rows = self._database.execute(
            "SELECT name, position, claimed, tag_id FROM tag ORDER BY position"
        ).fetchall()
        return tuple(
            TagBit(name=name, position=position, claimed=bool(claimed), tag_id=tag_id)
            for name, position, claimed, tag_id in rows
        )

    def register_tags(self, names: Sequence[str]) -> Mapping[str, TagBit]:
        """Give every new tag the next bit; bits are never reused."""
        with self.together():
            known = {folded(bit.name) for bit in self.tags()}
            position = len(known)
            for name in names:
                if folded(name) not in known:
                    row = (position, name.strip(), folded(name))
                    self._database.execute("INSERT INTO tag VALUES (?, ?, ?, 0, NULL)", row)
                    known.add(folded(name))
                    position += 1
        found = {folded(bit.name): bit for bit in self.tags()}
        return {name: found[folded(name)] for name in names}

    def claim(self, bits: Sequence[TagBit], ids: Mapping[int, int]) -> None:
        """Mark tags as written by us, with the service's ids by position where they have one."""
        rows = [(ids.get(bit.position), bit.position) for bit in bits]
        with self.together():
            self._database.executemany(
                "UPDATE tag SET claimed = 1, tag_id = ? WHERE position = ?", rows
            )

    def claim_every(self) -> None:
        """Mark all tags as written by us. Belongs into a transaction."""
        self._database.execute("UPDATE tag SET claimed = 1")

    def learn_ids(self, ids: Mapping[int, int]) -> None:
        """Keep the ids of tags of ours that have none yet."""
        query = "UPDATE tag SET tag_id = ? WHERE position = ? AND claimed = 1 AND tag_id IS NULL"
        self._database.executemany(query, [(tag_id, position) for position, tag_id in ids.items()])

    # facts of the audience

    def fact(self, name: str) -> str | None:
        """Return a small fact, None when it is not known."""
        row = self._one("SELECT value FROM fact WHERE name = ?", name)
        return row[0] if row else None

    def keep_fact(self, name: str, value: str) -> None:
        """Keep a small fact."""
        self._database.execute("INSERT OR REPLACE INTO fact VALUES (?, ?)", (name, value))

    # merge fields

    def positions(self) -> tuple[int, ...]:
        """Return the places of all merge fields that ever had one."""
        rows = self._database.execute("SELECT position FROM field ORDER BY position").fetchall()
        return tuple(row[0] for row in rows)

    def place_fields(
        self, fields: Sequence[tuple[str, int | None]], *, observed: Mapping[str, int]
    ) -> Sequence[Placement]:
        """Return the places of merge fields, new ones the next; see `sync.store.Store.place_fields`."""
        with self.together():
            return [self._place(tag, observed.get(tag)) for tag, _ in fields]

    def _place(self, tag: str, merge_id: int | None) -> Placement:
        living = self._one(
            "SELECT position, merge_id, is_empty FROM field WHERE tag = ? AND NOT is_gone", tag
        )
        if living is not None and living[1] is None and merge_id is not None:
            # It was to be created when it got its place, and it is there now.
            self._database.execute(
                "UPDATE field SET merge_id = ? WHERE position = ?", (merge_id, living[0])
            )
        elif living is not None and living[1] != merge_id:
            self._database.execute("UPDATE field SET is_gone = 1 WHERE position = ?", (living[0],))
            living = None
        earlier = self._one("SELECT max(position) FROM field WHERE tag = ? AND is_gone", tag)
        before = earlier[0] if earlier else None
        if living is not None:
            return Placement(position=living[0], is_empty=bool(living[2]), before=before)
        position = (self._one("SELECT count(*) FROM field") or (0,))[0]
        is_empty = before is not None or merge_id is None
        row = (position, tag, merge_id, int(is_empty))
        self._database.execute("INSERT INTO field VALUES (?, ?, ?, 0, ?)", row)
        return Placement(position=position, is_empty=is_empty, before=before)

    def fill_field(self, position: int) -> None:
        """Take a merge field for filled."""
        self._database.execute("UPDATE field SET is_empty = 0 WHERE position = ?", (position,))

    def forget_field(self, position: int) -> None:
        """Take a merge field for deleted."""
        self._database.execute("UPDATE field SET is_gone = 1 WHERE position = ?", (position,))

    def settle_fields(self) -> None:
        """Take fields that were empty for filled."""
        self._database.execute("UPDATE field SET is_empty = 0")

    # runs and acknowledgements

    def store_run(self, run_id: str, export: str, groups: Sequence[Group]) -> None:
        """Say that a run's changes are all on disk; from here on they may be sent."""
        packed = msgspec.json.encode(groups)
        self._database.execute(
            "INSERT INTO run (id, export, state, groups) VALUES (?, ?, 'stored', ?)",
            (run_id, export, packed),
        )

    def stored_run(self, run_id: str) -> StoredRun | None:
        """Return a stored run, None when its changes were never wholly on disk."""
        row = self._one("SELECT export, groups FROM run WHERE id = ?", run_id)
        if row is None:
            return None
        sizes = self._database.execute(
            "SELECT name, people FROM chunk_size WHERE run = ?", (run_id,)
        ).fetchall()
        groups = msgspec.json.decode(row[1], type=tuple[Group, ...])
        for group in groups:
            path_name(group.name, what=_FILE)
        return StoredRun(run_id=run_id, export=row[0], groups=groups, chunk_sizes=dict(sizes))

    def unfinished(self) -> tuple[str, ...]:
        """Return runs that are not folded yet, oldest first."""
        rows = self._database.execute(
            "SELECT id FROM run WHERE state = 'stored' ORDER BY rowid"
        ).fetchall()
        return tuple(path_name(row[0], what=RUN) for row in rows)

    def acknowledge(self, run_id: str, acknowledgement: Acknowledgement) -> None:
        """Make one acknowledgement durable."""
        a = acknowledgement
        self._database.execute(
            "INSERT OR REPLACE INTO acknowledgement VALUES (?, ?, ?, ?, ?)",
            (run_id, a.group, a.number, a.sent, msgspec.json.encode(a)),
        )

    def acknowledgements(self, run_id: str) -> Sequence[Acknowledgement]:
        """Return a run's acknowledgements by group and number."""
        rows = self._database.execute(
            "SELECT detail FROM acknowledgement WHERE run = ? ORDER BY name, number", (run_id,)
        ).fetchall()
        return [msgspec.json.decode(row[0], type=Acknowledgement) for row in rows]

    def finish(self, run_id: str, *, now: datetime | None = None) -> None:
        """Say that the ledger holds what the run acknowledged; None: when is not known."""
        self._database.execute(
            "UPDATE run SET state = 'folded', folded_at = ? WHERE id = ?",
            (now.isoformat() if now else None, run_id),
        )

    def forget_run(self, run_id: str) -> None:
        """Forget a folded run."""
        for table, column in (("acknowledgement", "run"), ("chunk_size", "run"), ("run", "id")):
            self._database.execute(f"DELETE FROM {table} WHERE {column} = ?", (run_id,))
        inside = f"runs/{run_id}/"
        self._database.execute(
            "DELETE FROM kept_file WHERE substr(file, 1, ?) = ?", (len(inside), inside)
        )
