"""One audience whose ledger, changes and acknowledgements are made by hand, to see what folding makes of them.

People are the fixed cast; a contact's address, key and 128-bit hash all follow from the name.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import ibis
import orjson

from segue.core.files import replacing
from segue.engines.duckdb.audience.intact import JOURNAL, Intact, open_journal
from segue.engines.duckdb.audience.store import DuckStore
from segue.engines.duckdb.quoting import literal
from segue.sync.ports import Reason, Rejection
from segue.sync.store import Acknowledgement, Group, GroupWork, Step
from segue.sync.tables import Table, mask_columns
from segue.sync.tags import word_count
from tests.unit.sync.bare_engine import BITS, NAMES, BareEngine, Row

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
EXPORT = "newsletter"
RUN = "run0001"
SUBS = {name: sub for sub, name in NAMES.items()}
FIELDS = ("FNAME", "CITY")
"""Two merge fields; their places are 0 and 1."""

COLUMNS = {
    "sub": "uuid", "address": "string", "l_key": "string", "ph": "uuid", "old_sub": "uuid",
    "set0": "int64", "set1": "int64", "rel0": "int64", "rel1": "int64", "v0": "int64", "v1": "int64",
    "again": "boolean",
}  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Line:
    """One contact in a ledger. `tags` and `values` are the columns of masks and of merge fields, in order."""

    who: str
    ph: UUID | None
    tags: tuple[int, ...] = (0,)
    values: tuple[int | None, ...] = (None, None)
    key: str = ""


def line(who: str, ph: UUID | None, *tags: int, v: tuple[int | None, ...] = (7, 7)) -> Line:
    """Return a contact's line in the ledger, with the key that goes with the name."""
    return Line(who=who, ph=ph, tags=tags or (0,), values=v, key=f"key of {who}")


def change(who: str, **columns: Any) -> Row:
    """Return what a group holds of one person."""
    address = f"{who}@shop.example"
    return {"sub": SUBS[who], "address": address, "l_key": f"key of {who}"} | columns


@dataclass(frozen=True, kw_only=True)
class Stored:
    """A group as a run stores it: people in this order, these columns and no others."""

    group: Group
    people: Sequence[Row]

    @property
    def columns(self) -> dict[str, str]:
        """Return the columns that the group's step has."""
        names = {
            Step.WRITE: ["sub", "address", "l_key", "ph", "old_sub", "set0", "v0"],
            Step.MOVE: ["sub", "address", "l_key", "ph", "old_sub", "set0", "v0"],
            Step.UNTAG: ["sub", "address", "again"],
            Step.RELEASE: ["sub", "rel0"],
            Step.NOTE: ["sub", "address", "l_key"],
            Step.SETTLE: ["sub", "address", "l_key", "ph", "v0"],
        }[self.group.step]
        return {name: COLUMNS[name] for name in names}

    def table(self, words: int) -> Table:
        """Return the table that holds the people while the run is planned."""
        columns = self.columns
        for prefix in ("set", "rel"):
            if f"{prefix}0" in columns:
                columns |= dict.fromkeys(mask_columns(prefix, words), "int64")
        return ibis.table(columns, name=f"given_{self.group.name.replace('-', '_')}")


def said(group: str, number: int, sent: int, **more: Any) -> Acknowledgement:
    """Acknowledge a chunk."""
    return Acknowledgement(group=group, number=number, sent=sent, **more)


def refused(who: str, reason: Reason) -> Rejection:
    """Return the refusal of one contact."""
    return Rejection(subscriber_hash=SUBS[who].hex, reason=reason)


@dataclass
class FoldWorld:
    """An audience's state folder and a session of the engine."""

    folder: Path
    engine: BareEngine
    tags: int = 2

    @contextmanager
    def store(self) -> Iterator[DuckStore]:
        """Open the state of the export."""
        with closing(DuckStore(self.folder, EXPORT, self.engine.connection)) as store:
            store.register_tags([bit.name for bit in BITS[: self.tags]])
            places = [(tag, place) for place, tag in enumerate(FIELDS)]
            store.place_fields(places, observed=dict(places))
            yield store

    def had(self, before: Sequence[Line], *, words: int = 1) -> None:
        """Let the ledger hold these lines, in a file as it was written by earlier runs."""
        columns = {"l_sub": "uuid", "l_address": "string", "l_key": "string", "l_ph": "uuid"}
        columns |= dict.fromkeys([*mask_columns("l_m", words), "l_v0", "l_v1"], "int64")
        rows = [
            {
                "l_sub": SUBS[one.who],
                "l_address": f"{one.who}@shop.example",
                "l_key": one.key,
                "l_ph": one.ph,
                **{f"l_m{word}": mask for word, mask in enumerate(one.tags)},
                **{f"l_v{place}": value for place, value in enumerate(one.values)},
            }
            for one in before
        ]
        self.engine.give(ibis.table(columns, name="given_ledger"), rows)
        self._keep(f"ledger/{EXPORT}", "SELECT * FROM given_ledger")

    def carried_before(self, position: int, *names: str) -> None:
        """Let some people have carried a tag before us."""
        rows = [{"sub": SUBS[name]} for name in names]
        self.engine.give(ibis.table({"sub": "uuid"}, name="given_foreign"), rows)
        self._keep(f"foreign/{position}", "SELECT * FROM given_foreign")

    def _keep(self, name: str, query: str) -> None:
        file = self.folder / name / "1.parquet"
        with closing(open_journal(self.folder)) as journal:
            with replacing(file) as aside:
                self.engine.connection.execute(
                    f"COPY ({query}) TO {literal(str(aside))} (FORMAT parquet)"
                )
            with journal.together():
                Intact(self.folder, journal).note(file)
                journal.point(name, f"{name}/1.parquet")

    def run(
        self,
        stored: Sequence[Stored],
        told: Sequence[Acknowledgement],
        *,
        size: int,
        run_id: str = RUN,
    ) -> None:
        """Store a run's changes, acknowledge what is told of their chunks, and fold."""
        with self.store() as store:
            words = word_count(store.tag_bits())
            work = []
            for one in stored:
                table = one.table(words)
                self.engine.give(
                    table,
                    [{key: row[key] for key in table.columns if key in row} for row in one.people],
                )
                is_sent = one.group.step in (Step.MOVE, Step.WRITE, Step.UNTAG)
                group = replace(one.group, size=size if is_sent else 0)
                work.append(GroupWork(group=group, rows=table))
            store.prepare(run_id, work)
            for acknowledgement in told:
                store.acknowledge(run_id, acknowledgement)
            store.fold(run_id, now=NOW)

    def was_stored_by_an_earlier_version(
        self, stored: Sequence[Stored], told: Sequence[Acknowledgement], *, size: int
    ) -> None:
        """Store a run whose chunks are places in the files, of a size that the journal keeps; it is not folded."""
        work = []
        for one in stored:
            table = one.table(1)
            self.engine.give(
                table,
                [{key: row[key] for key in table.columns if key in row} for row in one.people],
            )
            work.append(GroupWork(group=one.group, rows=table))
        with self.store() as store:
            store.prepare(RUN, work)
            for acknowledgement in told:
                store.acknowledge(RUN, acknowledgement)
        with closing(sqlite3.connect(self.folder / JOURNAL)) as journal:
            [(groups,)] = journal.execute("SELECT groups FROM run").fetchall()
            older = orjson.dumps(
                [{k: v for k, v in g.items() if k != "size"} for g in orjson.loads(groups)]
            )
            journal.execute("UPDATE run SET groups = ?", (older,))
            sizes = [(RUN, one.group.name, size) for one in stored]
            journal.executemany("INSERT INTO chunk_size VALUES (?, ?, ?)", sizes)
            journal.commit()

    def ledger(self) -> list[Line]:
        """Return what the ledger's file says now, by name."""
        with self.store() as store:
            file = store.journal.pointer(f"ledger/{EXPORT}")
            words = word_count(store.tag_bits())
        if file is None:
            return []
        masks = ", ".join(mask_columns("l_m", words))
        found = self.engine.connection.execute(
            f"SELECT l_sub, l_address, l_key, l_ph, [{masks}], [l_v0, l_v1] FROM read_parquet({literal(str(self.folder / file))})"
        ).fetchall()
        lines = []
        for sub, address, key, ph, tags, values in found:
            assert address == f"{NAMES[sub]}@shop.example"
            lines.append(
                Line(who=NAMES[sub], key=key, ph=ph, tags=tuple(tags), values=tuple(values))
            )
        return sorted(lines, key=lambda one: one.who)

    def foreigners(self, position: int) -> set[str]:
        """Return who is kept as having carried a tag before us."""
        with self.store() as store:
            file = store.journal.pointer(f"foreign/{position}")
        query = f"SELECT sub FROM read_parquet({literal(str(self.folder / str(file)))})"
        return {NAMES[row[0]] for row in self.engine.connection.execute(query).fetchall()}
