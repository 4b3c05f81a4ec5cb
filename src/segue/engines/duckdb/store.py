"""The store of one audience on DuckDB, Parquet files and a journal: implements `sync.store.Store`.

Folder: `journal.sqlite`, `ledger/<export>/<n>.parquet`, `contacts/<n>.parquet`, `foreign/<position>/<n>.parquet`,
`runs/<run>/<group>.parquet`. The journal knows every file by size and digest. One process at a time writes it (the caller holds the audience's lock).
"""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

import duckdb
import orjson
import pyarrow as pa

from segue.engines.duckdb.audience_files import AudienceFiles, foreign
from segue.engines.duckdb.chunks import read_chunks
from segue.engines.duckdb.compiled import sql
from segue.engines.duckdb.contacts import contacts_query, count_by_status, has_news, merge_contacts
from segue.engines.duckdb.files import replacing, synchronise
from segue.engines.duckdb.holds import HELD, RULES, holding, new_holds, write_held
from segue.engines.duckdb.intact import glance_journal, open_journal
from segue.engines.duckdb.journal import Journal, StoredRun
from segue.engines.duckdb.journal_holds import KeptHold
from segue.engines.duckdb.ledger import UNSURE, Fold, fold_into, ledger_query
from segue.engines.duckdb.leftovers import count_leftovers
from segue.engines.duckdb.neighbours import ALONE, Neighbours
from segue.engines.duckdb.plan_tables import name_contacts, name_ledger, name_protected
from segue.engines.duckdb.rendering import json_expression, literal, quoted
from segue.engines.duckdb.seen import FORMS, Seen
from segue.sync.plan import Leftover
from segue.sync.ports import Contact, Status
from segue.sync.store import (
    SILENT,
    Acknowledgement,
    Chunk,
    Differing,
    Folded,
    Group,
    GroupWork,
    Marks,
    Placement,
    SeenContact,
    Step,
)
from segue.sync.tables import Table, mask_columns
from segue.sync.tags import TagBit, word_count

KEPT_RUNS = 20
"""Folded runs of an export whose changes stay on disk, for reports."""


QUIET = "quiet_since"
"""The fact that says from when on changes of contacts are not ours."""

ACTIVE = "active_carriers"
"""The fact that holds the last count of active carriers, and what it was counted from."""

VALUE_COLUMN = re.compile("v[0-9]+")

VALUE_HASH = "CREATE OR REPLACE TEMP MACRO value_hash(t) AS ('0x' || left(md5(t), 15))::BIGINT"
"""The engine's part of `sync.tables.value_hash`."""


class DuckStore(AudienceFiles):
    """One audience as one export sees it. `connection` is a private session in which the profiles are open.

    `journal` None: the folder's own, made when it is not there. `neighbours` says which other ledgers keep tags on
    people. Raises: ConfigurationProblem when a file of the folder is missing or damaged.
    """

    def __init__(
        self,
        folder: Path,
        export: str,
        connection: duckdb.DuckDBPyConnection,
        *,
        journal: Journal | None = None,
        neighbours: Neighbours = ALONE,
    ) -> None:
        super().__init__(
            folder,
            export,
            connection,
            journal=journal or open_journal(folder),
            neighbours=neighbours,
        )
        self._is_broken_off = False
        self._seen: Seen | None = None
        self._holding: Sequence[KeptHold] = ()
        connection.execute(VALUE_HASH)

    @classmethod
    def glance(cls, folder: Path, export: str, connection: duckdb.DuckDBPyConnection) -> DuckStore:
        """Return a store that reads what is kept, needs no lock, and forgets what is written to it: for estimates."""
        return cls(folder, export, connection, journal=glance_journal(folder))

    # tags

    def register_tags(self, names: Sequence[str]) -> Mapping[str, TagBit]:
        """Give new tags their bits."""
        return self.journal.register_tags(names)

    def claim(self, bits: Sequence[TagBit], ids: Mapping[int, int]) -> None:
        """Mark tags as written by us."""
        self.journal.claim(bits, ids)

    def learn_ids(self, ids: Mapping[int, int]) -> None:
        """Keep the ids of tags of ours that have none yet."""
        self.journal.learn_ids(ids)

    # whether the audience holds what the ledger says

    def quiet_since(self) -> datetime | None:
        """Return from when on changes are not ours."""
        kept = self.journal.fact(QUIET)
        return datetime.fromisoformat(kept) if kept else None

    def keep_quiet(self, since: datetime) -> None:
        """Keep from when on changes are not ours, and the forms in which Mailchimp keeps what was sent again."""
        if self._seen is not None and self._seen.has_drift and self.has_evaluated("lately_written"):
            self._keep_forms(self._seen)
        self.journal.keep_fact(QUIET, since.isoformat())

    def _keep_forms(self, seen: Seen) -> None:
        name = f"forms/{self._export}"
        old = self._pointed(name)
        target = self._next(name, old)
        found = " UNION ALL ".join([FORMS, *seen.found_forms()])
        written = f"SELECT * FROM ({found}) WHERE sub IN (SELECT sub FROM lately_written)"
        with replacing(target) as aside:
            self._copy(f"{self._forms(old)} UNION {written}", aside)
        with self._swapping({name: target}):
            pass

    def _forms(self, file: Path | None) -> str:
        return FORMS if file is None else f"SELECT * FROM read_parquet({literal(str(file))})"

    def carriers(self) -> Mapping[int, int]:
        """Count by position who carries a tag by this export's ledger."""
        words = word_count(self.tag_bits())
        own = ledger_query(self._connection, self._pointed(f"ledger/{self._export}"), words)
        return self._per_bit(f"SELECT * FROM ({own}) WHERE l_ph IS NOT NULL")

    def active_carriers(self) -> Mapping[int, int]:
        """Count by position the subscribed contacts that carry a tag; known from before while no file changed."""
        key = repr((self.journal.pointers(""), self.tag_bits(), sorted(self._claiming())))
        kept = self.journal.fact(ACTIVE)
        if kept is not None and (found := orjson.loads(kept))["key"] == key:
            return {int(position): n for position, n in found["counts"].items()}
        counts = self._per_bit(self._active_query())
        told = {"key": key, "counts": {str(position): n for position, n in counts.items()}}
        self.journal.keep_fact(ACTIVE, orjson.dumps(told).decode())
        return counts

    def _active_query(self) -> str:
        words = word_count(self.tag_bits())
        own = ledger_query(self._connection, self._pointed(f"ledger/{self._export}"), words)
        masks = ", ".join(mask_columns("l_m", words))
        parts = [f"SELECT l_sub, {masks} FROM ({query})" for query in (own, *self._every(words))]
        for bit, file in self._foreigners().items():
            only = [f"{bit.value if w == bit.word else 0}::BIGINT" for w in range(words)]
            parts.append(f"SELECT sub, {', '.join(only)} FROM read_parquet({literal(str(file))})")
        sums = ", ".join(f"bit_or({name}) AS {name}" for name in mask_columns("l_m", words))
        active = f"SELECT sub FROM ({contacts_query(self._pointed('contacts'))}) WHERE status = 'subscribed'"
        return (
            f"SELECT {sums} FROM ({' UNION ALL '.join(parts)}) "
            f"WHERE l_sub IN ({active}) GROUP BY l_sub"
        )

    def _per_bit(self, query: str) -> Mapping[int, int]:
        bits = self.tag_bits()
        if not bits:
            return {}
        counts = [f"count(*) FILTER (WHERE (l_m{b.word} & {b.value}) <> 0)" for b in bits]
        row = self._connection.execute(f"SELECT {', '.join(counts)} FROM ({query})").fetchall()[0]
        return {bit.position: n for bit, n in zip(bits, row, strict=True)}

    def begin_looking(self, positions: Sequence[int]) -> None:
        """Forget what was seen of contacts."""
        bits = self.tag_bits()
        self._seen = Seen(
            connection=self._connection,
            bits=bits,
            words=word_count(bits),
            positions=tuple(positions),
        )
        self._seen.begin()

    def see(self, contacts: Sequence[SeenContact]) -> None:
        """Take contacts as the service shows them."""
        self._looking.take(contacts)

    def see_carriers(self, bit: TagBit, subs: Sequence[str]) -> None:
        """Take who carries a tag."""
        seen = self._looking
        file = self._pointed(f"ledger/{self._export}")
        own = ledger_query(self._connection, file, seen.words)
        has = f"(l_m{bit.word} & {bit.value}) <> 0"
        seen.take_carriers(
            bit,
            subs,
            owners=f"SELECT l_sub FROM ({own}) WHERE {has} AND l_ph <> {UNSURE}",
            contacts=contacts_query(self._pointed("contacts")),
        )
        owned = " UNION ".join(
            f"SELECT l_sub FROM ({query}) WHERE {has}" for query in (own, *self._every(seen.words))
        )
        mine = {row[0].hex for row in self._connection.execute(owned).fetchall()}
        strangers = [sub for sub in subs if sub not in mine]
        if strangers:
            self.keep_foreign(bit, [*self._foreign_subs(bit), *strangers])

    def _foreign_subs(self, bit: TagBit) -> Sequence[str]:
        file = self._foreigners().get(bit)
        if file is None:
            return ()
        query = f"SELECT sub FROM read_parquet({literal(str(file))})"
        return [row[0].hex for row in self._connection.execute(query).fetchall()]

    def differing(self, *, present: frozenset[int], clears: Sequence[bool]) -> Differing:
        """Compare what was seen with the ledger, and let `load` show the ledger as it is now."""
        seen = self._looking
        file = self._pointed(f"ledger/{self._export}")
        return seen.compare(
            ledger_query(self._connection, file, seen.words, seen.positions),
            present=present,
            clears=clears,
            forms=self._forms(self._pointed(f"forms/{self._export}")),
            quiet_since=self.quiet_since(),
        )

    @property
    def _looking(self) -> Seen:
        if self._seen is None:
            raise RuntimeError("Nothing is looked at before begin_looking.")
        return self._seen

    # what was observed

    def marks(self) -> Marks:
        """Return from when on contacts are to be read."""
        return Marks(since=self.journal.marks())

    def count_contacts(self) -> Mapping[Status, int]:
        """Count observed contacts by status."""
        return count_by_status(self._connection, contacts_query(self._pointed("contacts")))

    def keep_contacts(
        self, contacts: Sequence[Contact], *, replaced: Sequence[Status], marks: Marks
    ) -> None:
        """Keep observed contacts and the marks in one step."""
        old = self._pointed("contacts")
        if old is not None and not replaced and not self._any_news(contacts, old):
            with self.journal.together():
                self.journal.keep_marks(marks.since)
            return
        target = self._next("contacts", old)
        with replacing(target) as aside:
            before = contacts_query(old)
            merge_contacts(
                self._connection, before=before, contacts=contacts, replaced=replaced, target=aside
            )
        with self._swapping({"contacts": target}):
            self.journal.keep_marks(marks.since)

    def _any_news(self, contacts: Sequence[Contact], old: Path) -> bool:
        """Return whether a reading tells anything that is not kept yet: readings overlap."""
        return bool(contacts) and has_news(self._connection, contacts, before=contacts_query(old))

    def keep_foreign(self, bit: TagBit, subs: Sequence[str]) -> None:
        """Keep who carried a tag before us."""
        name = foreign(bit)
        old = self._pointed(name)
        target = self._next(name, old)
        self._connection.register(
            "arriving", pa.table({"sub": pa.array(list(subs), type=pa.string())})
        )
        with replacing(target) as aside:
            self._copy("SELECT DISTINCT sub::UUID AS sub FROM arriving", aside)
        self._connection.unregister("arriving")
        with self._swapping({name: target}):
            pass

    def keep_rules(self, rules: str) -> None:
        """Keep what the audience asks of merge fields now."""
        self.journal.keep_fact(RULES, rules)

    # plans that found nothing to do

    def state(self, *, now: datetime) -> str:
        """Name the files that are pointed to, the holds, the tags and what was there before us."""
        parts = [
            self.journal.pointers(""),
            sorted(self._claiming()),
            self._taken(),
            self._holds(now=now),
            self.tag_bits(),
        ]
        return repr(parts)

    def remember(self, key: str, plan: bytes) -> None:
        """Keep the last plan that found nothing to do."""
        self.journal.remember(self._export, key, plan)

    def recall(self, key: str) -> bytes | None:
        """Return the kept plan if it was made from exactly this."""
        return self.journal.recall(self._export, key)

    # tables

    def place_fields(
        self, fields: Sequence[tuple[str, int | None]], *, observed: Mapping[str, int]
    ) -> Sequence[Placement]:
        """Return the places of merge fields, new ones the next."""
        return self.journal.place_fields(fields, observed=observed)

    def settle_fields(self) -> None:
        """Take fields that were empty for filled."""
        self.journal.settle_fields()

    def load(
        self, *, words: int, positions: Sequence[int], now: datetime, retry_held: bool = False
    ) -> bool:
        """Make ledger, its values, protected, held, known and pending available as views and small tables."""
        file = self._pointed(f"ledger/{self._export}")
        name_ledger(self._connection, file, words, positions, self._seen)
        self._holding = self._holds(now=now, retry_held=retry_held)
        contacts = contacts_query(self._pointed("contacts"))
        name_contacts(self._connection, contacts, self._holding)
        return name_protected(self._connection, self._claims(words), self._foreigners(), words)

    def _holds(self, *, now: datetime, retry_held: bool = False) -> Sequence[KeptHold]:
        was = self._neighbours.was
        return holding(self.journal, self._export, now=now, retry_held=retry_held, was=was)

    def leftovers(self, present: Sequence[int]) -> Sequence[Leftover]:
        """Return what exports that are declared no more have left on people."""
        taken, claiming = self._taken(), self._claiming()
        left = {
            name: self._folder / file
            for name, file in self._others().items()
            if name not in taken and name not in claiming
        }
        return count_leftovers(self._connection, left, bits=self.tag_bits(), present=present)

    def foreign_counts(self) -> Mapping[int, int]:
        """Count by position who carried a tag before us."""
        count = "SELECT count(*) FROM read_parquet({})"
        return {
            bit.position: self._connection.execute(count.format(literal(str(file)))).fetchall()[0][
                0
            ]
            for bit, file in self._foreigners().items()
        }

    # expressions

    def materialise(self, name: str, expression: Table) -> int:
        """Evaluate a table expression and keep its rows under a name."""
        self._go_on()
        self._connection.execute(
            f"CREATE OR REPLACE TEMP TABLE arriving_{name} AS {sql(expression)}"
        )
        self._connection.execute(f"DROP TABLE IF EXISTS {quoted(name)}")
        self._connection.execute(f"ALTER TABLE arriving_{name} RENAME TO {quoted(name)}")
        return int(
            self._connection.execute(f"SELECT count(*) FROM {quoted(name)}").fetchall()[0][0]
        )

    def rows(self, expression: Table) -> Sequence[tuple[Any, ...]]:
        """Return the rows of a small result."""
        self._go_on()
        return self._connection.execute(sql(expression)).fetchall()

    def fingerprint(self, name: str) -> str:
        """Return a digest of a table's rows, whatever their order: their number and the sums of two hashes.

        The hashes are DuckDB's own, so another version of it may give another digest: an approval is then asked for
        again, which is the safe side.
        """
        table = quoted(name)
        row = self._connection.execute(
            f"SELECT count(*), sum(hash({table})), sum(hash({table}, 'again')) FROM {table}"
        ).fetchall()[0]
        return "-".join(str(value or 0) for value in row)

    def has_evaluated(self, name: str) -> bool:
        """Return whether a table of this name was materialised in this session."""
        query = "SELECT count(*) FROM duckdb_tables() WHERE table_name = ?"
        return bool(self._connection.execute(query, [name]).fetchall()[0][0])

    def interrupt(self) -> None:
        """Break off the query that runs just now, from any thread, and refuse the next ones."""
        self._is_broken_off = True
        self._connection.interrupt()

    def _go_on(self) -> None:
        if self._is_broken_off:  # the interruption fell between two queries
            raise duckdb.InterruptException("The evaluation was broken off.")

    # runs

    def prepare(self, run_id: str, work: Sequence[GroupWork]) -> Sequence[Group]:
        """Write every group's file, make them durable, then say that the run is stored."""
        folder = self._run_folder(run_id)
        folder.mkdir(parents=True, exist_ok=True)
        groups = [group for one in work if (group := self._store_group(folder, one)).count]
        synchronise(folder)
        taken = self._taken()
        with self._swapping(self._take_over()):
            self._let_go(taken)
            self.journal.keep_fact(f"door/{self._export}", self._neighbours.door)
            for group in groups:
                self._intact.note(folder / f"{group.name}.parquet")
            self.journal.store_run(run_id, self._export, groups)
        for file in taken.values():
            (self._folder / file).unlink(missing_ok=True)
        return groups

    def keep_held(self, run_id: str, people: Table | None) -> None:
        """Keep who is left out of a run because of an earlier refusal; a recalled plan leaves the same people out."""
        name, target = f"{HELD}/{self._export}", self._run_folder(run_id) / f"{HELD}.parquet"
        before = self._run_folder(self.journal.fact(name) or "") / target.name
        if people is None and not before.is_file():
            return
        with replacing(target) as aside:
            if people is None:
                shutil.copyfile(before, aside)
            else:
                write_held(self._connection, sql(people), self._holding, aside)
        self.journal.keep_fact(name, run_id)

    def _store_group(self, folder: Path, work: GroupWork) -> Group:
        query = sql(work.rows)
        if work.template is not None:
            keep = [
                "sub",
                "address",
                "l_key",
                "ph",
                "old_sub",
                *mask_columns("set", word_count(self.tag_bits())),
                *(name for name in work.rows.columns if VALUE_COLUMN.fullmatch(name)),
            ]
            member = json_expression(work.template, self.tag_bits())
            query = f"SELECT {', '.join(keep)}, concat(',', {member}) AS member FROM ({query})"
        with replacing(folder / f"{work.group.name}.parquet") as aside:
            count = self._copy(query, aside)
        if not count:
            (folder / f"{work.group.name}.parquet").unlink()
        return Group(
            name=work.group.name,
            step=work.group.step,
            count=count,
            mode=work.group.mode,
            bit=work.group.bit,
            archives=work.group.archives,
        )

    def chunks(self, run_id: str, group: Group, *, size: int) -> Iterator[Chunk]:
        """Return a group's chunks in the stored order."""
        self.journal.keep_chunk_size(run_id, group.name, size)
        return read_chunks(self._run_folder(run_id) / f"{group.name}.parquet", group, size=size)

    def acknowledge(self, run_id: str, acknowledgement: Acknowledgement) -> None:
        """Make one acknowledgement durable."""
        self.journal.acknowledge(run_id, acknowledgement)

    def unfinished(self) -> Sequence[str]:
        """Return runs that are not folded yet."""
        return self.journal.unfinished()

    def fold(self, run_id: str, *, now: datetime) -> Folded:
        """Write the new ledger and swap it in together with the run's end and the holds that it brought."""
        run = self.journal.stored_run(run_id)
        if run is None:
            return Folded(run_id=run_id, acknowledged=0, left=0)
        acknowledgements = self.journal.acknowledgements(run_id)
        holds = new_holds(
            self._connection, self.journal, self._run_folder(run_id), acknowledgements, now=now
        )
        targets = self._write_ledger(run, acknowledgements) | self._follow_moves(run)
        with self._swapping(targets):
            for hold in holds:
                self.journal.hold(hold, export=run.export)
            self.journal.finish(run_id)
        if self._neighbours.closes and run.export == self._export:
            self._close_if_empty()
        self._prune()
        done = sum(a.sent - len(a.rejections) - len(a.unsent) for a in acknowledgements)
        stored = sum(g.count for g in run.groups if g.step not in SILENT)
        told = sum(a.sent - len(a.unsent) for a in acknowledgements)
        return Folded(run_id=run_id, acknowledged=done, left=stored - told)

    def _write_ledger(
        self, run: StoredRun, acknowledgements: Sequence[Acknowledgement]
    ) -> dict[str, Path]:
        """Write the new ledger; nothing when the run changes nothing in it."""
        if not run.groups:
            return {}
        name, words = f"ledger/{run.export}", word_count(self.tag_bits())
        old = self._own(name)
        target = self._next(name, old)
        fold = Fold(
            run=run,
            folder=self._run_folder(run.run_id),
            acknowledgements=acknowledgements,
            words=words,
            positions=self.journal.positions(),
        )
        with replacing(target) as aside:
            query = ledger_query(self._connection, old, words, fold.positions)
            fold_into(self._connection, fold, ledger=query, target=aside)
        return {name: target}

    def _follow_moves(self, run: StoredRun) -> dict[str, Path]:
        """Let tags that were there before us stay foreign under a contact's new address."""
        folder = self._run_folder(run.run_id)
        moves = [folder / f"{g.name}.parquet" for g in run.groups if g.step is Step.MOVE]
        if not moves:
            return {}
        moved = ", ".join(literal(str(file)) for file in moves)
        found = {}
        for bit, file in self._foreigners().items():
            before = f"SELECT sub FROM read_parquet({literal(str(file))})"
            after = f"SELECT sub FROM read_parquet([{moved}]) WHERE old_sub IN ({before})"
            if not self._connection.execute(f"{after} LIMIT 1").fetchall():
                continue
            found[foreign(bit)] = target = self._next(foreign(bit), file)
            with replacing(target) as aside:
                self._copy(f"{before} UNION {after}", aside)
        return found

    def _prune(self) -> None:
        for run_id in self.journal.folded_runs(self._export)[:-KEPT_RUNS]:
            shutil.rmtree(self._run_folder(run_id), ignore_errors=True)
            with self.journal.together():
                self.journal.forget_run(run_id)
