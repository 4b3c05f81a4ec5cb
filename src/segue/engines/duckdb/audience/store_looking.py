"""The part of a store that compares what the audience holds with what the ledger says, before a plan is made."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path

import orjson
import pyarrow as pa

from segue.core.files import replacing
from segue.engines.duckdb.audience.audience_files import foreign
from segue.engines.duckdb.audience.bit_counts import per_bit
from segue.engines.duckdb.audience.contacts import contacts_query
from segue.engines.duckdb.audience.ledger import UNSURE, ledger_query
from segue.engines.duckdb.audience.seen import FORMS, Seen, name_renewed
from segue.engines.duckdb.audience.store_ids import Identities
from segue.engines.duckdb.columns import texts
from segue.engines.duckdb.quoting import literal
from segue.sync.looking import WRITTEN
from segue.sync.ports import ContactStatus
from segue.sync.store import Differing, Holder, Placement, SeenContact
from segue.sync.tables import mask_columns
from segue.sync.tags import TagBit, word_count

QUIET = "quiet"
"""Begins the name of the fact that says from when on changes of contacts are not one export's."""

COUNTS = "seen_counts"
"""The fact that holds how many active carriers each tag had before the last run wrote."""

LOOKED_AT = 100
"""Contacts among which somebody subscribed is looked for, to be asked about a merge field."""

ACTIVE = "active_carriers"
"""The fact that holds the last count of active carriers, and what it was counted from."""


class Looking(Identities):
    """Takes what the service shows of contacts, and tells where the ledger is not what is there any more."""

    _seen: Seen | None = None

    def quiet_since(self) -> datetime | None:
        """Return from when on changes are not ours."""
        kept = self.journal.fact(f"{QUIET}/{self._export}")
        return datetime.fromisoformat(kept) if kept else None

    def changed_since(self, since: datetime) -> frozenset[ContactStatus]:
        """Return the statuses in which contacts changed since, whichever reading or export observed it."""
        contacts = contacts_query(self._pointed("contacts"))
        from_then = f"changed_at >= {literal(since.astimezone(UTC).isoformat(timespec='seconds'))}"
        rows = self._connection.execute(
            f"SELECT DISTINCT status FROM ({contacts}) WHERE {from_then}"
        ).fetchall()
        return frozenset(ContactStatus(row[0]) for row in rows)

    def keep_quiet(self, since: datetime) -> None:
        """Keep from when on changes are not ours, and the forms in which Mailchimp keeps what was sent again."""
        if self._seen is not None and self._seen.has_drift and self.has_evaluated("lately_written"):
            self._keep_forms(self._seen)
        self.journal.keep_fact(f"{QUIET}/{self._export}", since.isoformat())

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
        """Count by position who carries a tag by this export's ledger, and may be written."""
        words = word_count(self.tag_bits())
        own = ledger_query(self._connection, self._pointed(f"ledger/{self._export}"), words)
        return self._per_bit(
            f"SELECT * FROM ({own}) WHERE l_ph IS NOT NULL AND l_sub IN ({self._written()})"
        )

    def _written(self) -> str:
        """Return a query of the contacts whose status lets them be written."""
        statuses = ", ".join(literal(status.value) for status in WRITTEN)
        contacts = contacts_query(self._pointed("contacts"))
        return f"SELECT sub FROM ({contacts}) WHERE status IN ({statuses})"

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
        ledgers = (own, *self._every(words))
        parts = [f"SELECT l_sub, {masks} FROM ({query})" for query in ledgers]
        parts += [f"SELECT r_new, {masks} FROM ({self._renamed(query)})" for query in ledgers]
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
        return per_bit(self._connection, query, self.tag_bits(), prefix="l_m")

    def holders(self, positions: Sequence[int], position: int, people: int) -> Sequence[Holder]:
        """Return contacts in which a merge field holds a value of ours, the fullest first."""
        file = self._pointed(f"ledger/{self._export}")
        words = word_count(self.tag_bits())
        ledger = ledger_query(self._connection, file, words, positions)
        has = [f"coalesce(l_v{p}, 0) <> 0" for p in positions]
        filled = " + ".join(f"({one})::INTEGER" for one in has)
        # The fullest of the ledger first, then who of them is subscribed: nobody sorts a million contacts for one.
        fullest = (
            f"SELECT l_sub, [{', '.join(has)}] AS has, {filled} AS filled FROM ({ledger}) "
            f"WHERE l_ph <> {UNSURE} AND coalesce(l_v{position}, 0) <> 0 "
            f"ORDER BY filled DESC LIMIT {LOOKED_AT}"
        )
        query = (
            f"SELECT l_sub, has FROM ({fullest}) JOIN ({contacts_query(self._pointed('contacts'))}) "
            f"ON sub = l_sub WHERE status = 'subscribed' ORDER BY filled DESC, l_sub LIMIT {int(people)}"
        )
        return [
            Holder(
                subscriber_hash=sub.hex,
                positions=[place for place, is_in in zip(positions, flags, strict=True) if is_in],
            )
            for sub, flags in self._connection.execute(query).fetchall()
        ]

    def seen_counts(self) -> Mapping[int, int]:
        """Return how many active carriers were told before the last run wrote."""
        kept = orjson.loads(self.journal.fact(COUNTS) or "{}")
        return {int(position): count for position, count in kept.items()}

    def keep_counts(self, counts: Mapping[int, int]) -> None:
        """Keep how many active carriers were told before this run."""
        told = {str(position): count for position, count in sorted(counts.items())}
        self.journal.keep_fact(COUNTS, orjson.dumps(told).decode())

    def some_contacts(self, people: int) -> Sequence[str]:
        """Return up to so many subscribed contacts of ours."""
        words = word_count(self.tag_bits())
        ledger = ledger_query(self._connection, self._pointed(f"ledger/{self._export}"), words)
        some = f"SELECT l_sub FROM ({ledger}) WHERE l_ph <> {UNSURE} LIMIT {LOOKED_AT}"
        query = (
            f"SELECT l_sub FROM ({some}) JOIN ({contacts_query(self._pointed('contacts'))}) "
            f"ON sub = l_sub WHERE status = 'subscribed' ORDER BY l_sub LIMIT {int(people)}"
        )
        return [row[0].hex for row in self._connection.execute(query).fetchall()]

    def fill_field(self, position: int) -> None:
        """Take a merge field for filled."""
        self.journal.fill_field(position)

    def forget_field(self, position: int) -> None:
        """Take a merge field for deleted."""
        self.journal.forget_field(position)

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

    def see_carriers(self, bit: TagBit, subs: Sequence[str], *, settled: bool) -> None:
        """Take who carries a tag. Until listings are `settled` they may show whom we took it from as carrying it still."""
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
            f"SELECT l_sub FROM ({query}) WHERE {has if settled else 'true'} "
            f"UNION SELECT r_new FROM ({self._renamed(query)}) WHERE {has}"
            for query in (own, *self._every(seen.words))
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

    def renewed(self, places: Sequence[Placement]) -> Sequence[int]:
        """Count who lost a value with a field that was deleted, and keep who it was as `renewed`."""
        file = self._pointed(f"ledger/{self._export}")
        asked = [p for place in places for p in (place.position, place.before) if p is not None]
        words = word_count(self.tag_bits())
        ledger = ledger_query(self._connection, file, words, asked)
        # Who carries no tag of ours any more has left, and gets no value again.
        carries = " OR ".join(f"{name} <> 0" for name in mask_columns("l_m", words))
        written = f"SELECT * FROM ({ledger}) WHERE ({carries}) AND l_sub IN ({self._written()})"
        return name_renewed(self._connection, written, places)

    @property
    def _looking(self) -> Seen:
        if self._seen is None:
            raise RuntimeError("Nothing is looked at before begin_looking.")
        return self._seen

    def keep_foreign(self, bit: TagBit, subs: Sequence[str]) -> None:
        """Keep who carried a tag before us."""
        name = foreign(bit)
        old = self._pointed(name)
        target = self._next(name, old)
        self._connection.register("arriving", pa.table({"sub": texts(subs)}))
        with replacing(target) as aside:
            self._copy("SELECT DISTINCT sub::UUID AS sub FROM arriving", aside)
        self._connection.unregister("arriving")
        with self._swapping({name: target}):
            pass
