"""The store of one audience on DuckDB, Parquet files and a journal: implements `sync.store.Store`.

Folder: `journal.sqlite`, `ledger/<export>/<n>.parquet`, `contacts/<n>.parquet`, `foreign/<position>/<n>.parquet`,
`runs/<run>/<group>.parquet`. The journal knows every file by size and digest. One process at a time writes it (the caller holds the audience's lock).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path

import duckdb

from segue.core.files import replacing
from segue.engines.duckdb.audience.contacts import Arrivals, contacts_query, count_by_status
from segue.engines.duckdb.audience.holds import RULES, holding
from segue.engines.duckdb.audience.journal import Journal
from segue.engines.duckdb.audience.journal_holds import KeptHold
from segue.engines.duckdb.audience.journals import BESIDE, Journals
from segue.engines.duckdb.audience.ledger import ledger_query
from segue.engines.duckdb.audience.leftovers import count_leftovers
from segue.engines.duckdb.audience.plan_tables import (
    name_contacts,
    name_ledger,
    name_protected,
    name_renamed,
)
from segue.engines.duckdb.audience.stamps import keep_stamps, kept_stamps
from segue.engines.duckdb.audience.store_looking import Looking
from segue.engines.duckdb.audience.store_runs import Runs
from segue.engines.duckdb.quoting import literal
from segue.sync.identity import KeptStamps
from segue.sync.neighbours import ALONE, Neighbours
from segue.sync.observe import OVERLAP
from segue.sync.plan import Leftover
from segue.sync.ports import Contact, ContactStatus
from segue.sync.store import (
    Marks,
    Placement,
)
from segue.sync.tags import TagBit

VALUE_HASH = "CREATE OR REPLACE TEMP MACRO value_hash(t) AS ('0x' || left(md5(t), 15))::BIGINT"
"""The engine's part of `sync.tables.value_hash`."""


READING = "reading"
"""Begins the name of the fact that says what one export's last run stood on."""


class DuckStore(Looking, Runs):
    """One audience as one export sees it. `connection` is a private session in which the profiles are open.

    `journal` None: it is opened at `journals`, and made when it is not there. `neighbours` says which other ledgers keep tags on
    people. Raises: ConfigurationProblem when a file of the folder is missing or damaged.
    """

    def __init__(
        self,
        folder: Path,
        export: str,
        connection: duckdb.DuckDBPyConnection,
        *,
        journal: Journal | None = None,
        journals: Journals = BESIDE,
        neighbours: Neighbours = ALONE,
    ) -> None:
        super().__init__(
            folder,
            export,
            connection,
            journal=journal or journals.open(folder),
            neighbours=neighbours,
        )
        connection.execute(VALUE_HASH)
        self._arrivals = Arrivals(connection=connection)

    @classmethod
    def glance(
        cls,
        folder: Path,
        export: str,
        connection: duckdb.DuckDBPyConnection,
        *,
        journals: Journals = BESIDE,
    ) -> DuckStore:
        """Return a store that reads what is kept, needs no lock, and forgets what is written to it: for estimates."""
        return cls(folder, export, connection, journal=journals.glance(folder))

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

    def stamps(self) -> KeptStamps:
        """Return what is kept of the stamps of installations on the audience."""
        return kept_stamps(self.journal)

    def keep_stamps(self, stamps: KeptStamps) -> None:
        """Keep what was seen or put on the audience."""
        keep_stamps(self.journal, stamps)

    # what was observed

    def marks(self) -> Marks:
        """Return from when on contacts are to be read."""
        return Marks(since=self.journal.marks())

    def count_contacts(self) -> Mapping[ContactStatus, int]:
        """Count observed contacts by status."""
        return count_by_status(self._connection, contacts_query(self._pointed("contacts")))

    def begin_reading(self, status: ContactStatus) -> None:
        """Forget what a reading of a status that is not kept yet has named."""
        self._arrivals.forget(status)

    def take_contacts(self, status: ContactStatus, contacts: Sequence[Contact]) -> None:
        """Take contacts that the reading of a status names."""
        self._arrivals.take(status, contacts)

    def count_taken(self, status: ContactStatus) -> int:
        """Count whom the reading of a status named, each once."""
        return self._arrivals.count(status)

    def keep_contacts(self, *, replaced: Sequence[ContactStatus], marks: Marks) -> None:
        """Keep whom the readings named, and the marks, in one step."""
        old = self._pointed("contacts")
        before = contacts_query(old)
        if old is not None and not self._arrivals.has_news(before, replaced):
            with self.journal.together():
                self.journal.keep_marks(marks.since)
        else:
            target = self._next("contacts", old)
            with replacing(target) as aside:
                read_at = [since + OVERLAP for since in marks.since.values()]
                latest = max(read_at) + OVERLAP if read_at else None
                self._arrivals.merge(before=before, replaced=replaced, target=aside, latest=latest)
            with self._swapping({"contacts": target}):
                self.journal.keep_marks(marks.since)
        if (identified := self._arrivals.identified()) is not None:
            self._keep_ids(identified)
        self._arrivals.forget()

    def kept_reading(self) -> str:
        """Return what the export's last run kept of the reading of its data."""
        return self.journal.fact(f"{READING}/{self._export}") or ""

    def keep_reading(self, reading: str) -> None:
        """Keep what a run of the export stands on."""
        self.journal.keep_fact(f"{READING}/{self._export}", reading)

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
        name_renamed(self._connection, self._renamed(ledger_query(self._connection, file, words)))
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
