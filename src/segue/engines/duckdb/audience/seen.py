"""What the service shows of contacts, beside what the ledger says of them: who lost a tag, whose fields differ.

Tables of one session: `seen` (contacts in full), `lost` (carriers that a tag no longer has) and, made of both, `drift`;
`renewed` (who held a value in a merge field that was deleted and made again).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import md5

import duckdb
import pyarrow as pa

from segue.engines.duckdb.audience.ledger import UNSURE
from segue.engines.duckdb.columns import texts, truths, whole
from segue.engines.duckdb.quoting import literal
from segue.engines.duckdb.rendering import hash_literal
from segue.sync.store import Differing, Placement, SeenContact
from segue.sync.tables import NO_VALUE, STALE, mask_columns
from segue.sync.tags import TagBit, folded, masks

SECONDS = timedelta(seconds=2)
"""By how much the end of our writing may be told too early: two times are told in whole seconds, rounded down."""

FORMS = "SELECT NULL::UUID AS sub, NULL::BIGINT AS position, NULL::BIGINT AS hash WHERE false"
"""The forms in which Mailchimp keeps values that we sent, where they differ from ours; none yet."""


def hash_of_value(text: str) -> int:
    """Return what `value_hash` returns in the engine."""
    if not text:
        return NO_VALUE
    return int(md5(text.encode(), usedforsecurity=False).hexdigest()[:15], 16)


@dataclass(slots=True, kw_only=True)
class Seen:
    """What was seen of one audience in this session. `positions` are the places of the fields whose values are seen."""

    connection: duckdb.DuckDBPyConnection
    bits: Sequence[TagBit]
    words: int
    positions: Sequence[int]
    has_drift: bool = False

    def begin(self) -> None:
        """Forget what was seen."""
        columns = ["s_sub UUID", "changed_at TIMESTAMPTZ", "s_all BOOLEAN"]
        columns += [f"{name} BIGINT" for name in (*self._masks, *self._values)]
        self.connection.execute(f"CREATE OR REPLACE TEMP TABLE seen ({', '.join(columns)})")
        lost = ", ".join(f"{name} BIGINT" for name in self._masks)
        self.connection.execute(f"CREATE OR REPLACE TEMP TABLE lost (s_sub UUID, {lost})")

    @property
    def _masks(self) -> list[str]:
        return mask_columns("s_m", self.words)

    @property
    def _values(self) -> list[str]:
        return [f"s_v{place}" for place in range(len(self.positions))]

    def take(self, contacts: Sequence[SeenContact]) -> None:
        """Take contacts as the service shows them."""
        if not contacts:
            return
        by_name = {folded(bit.name): bit for bit in self.bits}
        carried = [_mask(by_name, contact.tags or (), self.words) for contact in contacts]
        columns = {
            "s_sub": texts(c.subscriber_hash for c in contacts),
            "changed_at": texts(c.changed_at or None for c in contacts),
            "s_all": truths(c.tags is not None for c in contacts),
            **{
                name: whole(mask[word] for mask in carried) for word, name in enumerate(self._masks)
            },
            **{
                name: whole(hash_of_value(c.values[place]) for c in contacts)
                for place, name in enumerate(self._values)
            },
        }
        self._arrive(columns, "INSERT INTO seen SELECT * FROM arriving")

    def take_carriers(
        self, bit: TagBit, subs: Sequence[str], *, owners: str, contacts: str
    ) -> None:
        """Note who carries a tag by the ledger (`owners`, a query of `l_sub`) and is subscribed, and is not among `subs`."""
        masked = ", ".join(
            f"{bit.value if word == bit.word else 0}::BIGINT" for word in range(self.words)
        )
        self._arrive(
            {"sub": texts(subs)},
            f"INSERT INTO lost SELECT l_sub, {masked} FROM ({owners}) "
            f"JOIN ({contacts}) ON sub = l_sub AND status = 'subscribed' "
            "WHERE l_sub NOT IN (SELECT sub::UUID FROM arriving)",
        )

    def _arrive(self, columns: Mapping[str, pa.Array], statement: str) -> None:
        self.connection.register("arriving", pa.table(columns))
        self.connection.execute(statement)
        self.connection.unregister("arriving")

    def compare(
        self,
        ledger: str,
        *,
        present: frozenset[int],
        clears: Sequence[bool],
        forms: str,
        quiet_since: datetime | None,
    ) -> Differing:
        """Make `drift` and count it. `ledger` and `forms` are queries; see `sync.store.Store.differing`."""
        parts = [self._seen_query(ledger, present, clears, forms, quiet_since), self._lost_query()]
        sums = [f"bit_or(d_m{w}) AS d_m{w}" for w in range(self.words)]
        sums += [f"bool_or(d_v{n}) AS d_v{n}" for n in range(len(self.positions))]
        any_of = " OR ".join([*(f"d_m{w} <> 0" for w in range(self.words)), *self._flags, "false"])
        self.connection.execute(
            f"CREATE OR REPLACE TEMP TABLE drift AS SELECT * FROM (SELECT d_sub, {', '.join(sums)} "
            f"FROM ({' UNION ALL '.join(parts)}) GROUP BY d_sub) WHERE {any_of}"
        )
        return self._counted()

    @property
    def _flags(self) -> list[str]:
        return [f"d_v{place}" for place in range(len(self.positions))]

    def _seen_query(
        self,
        ledger: str,
        present: frozenset[int],
        clears: Sequence[bool],
        forms: str,
        quiet_since: datetime | None,
    ) -> str:
        held = masks((bit for bit in self.bits if bit.position in present), words=self.words)
        columns = ["l_sub AS d_sub"]
        columns += [
            f"CASE WHEN s_all THEN l_m{w} & {held[w]} & ~s_m{w} ELSE 0 END AS d_m{w}"
            for w in range(self.words)
        ]
        columns += self._differing_columns(clears, forms, quiet_since)
        # Who carries no tag of ours any more has left: what the contact holds is not ours to compare.
        carries = " OR ".join(f"l_m{w} <> 0" for w in range(self.words))
        return (
            f"SELECT {', '.join(columns)} FROM ({ledger}) JOIN seen ON l_sub = s_sub "
            f"WHERE l_ph <> {UNSURE} AND ({carries})"
        )

    def _differing_columns(
        self, clears: Sequence[bool], forms: str, quiet_since: datetime | None
    ) -> Iterator[str]:
        """A value differs that is not ours, unless it is the form that ours was found in after we had sent it again."""
        ours = (
            "false"
            if quiet_since is None
            else f"changed_at <= {literal((quiet_since + SECONDS).isoformat())}::TIMESTAMPTZ"
        )
        for place, position in enumerate(self.positions):
            kept = f"SELECT hash FROM ({forms}) f WHERE f.sub = l_sub AND f.position = {position}"
            is_ours = "true" if clears[place] else f"l_v{position} <> {NO_VALUE}"
            yield (
                f"(coalesce(l_v{position} <> s_v{place}, false) AND {is_ours} "
                f"AND NOT ({ours} AND s_v{place} IN ({kept}))) AS d_v{place}"
            )

    def _lost_query(self) -> str:
        columns = [f"s_m{w} AS d_m{w}" for w in range(self.words)]
        columns += [f"false AS {name}" for name in self._flags]
        return f"SELECT s_sub AS d_sub, {', '.join(columns)} FROM lost"

    def _counted(self) -> Differing:
        any_field = " OR ".join([*self._flags, "false"])
        counts = [
            f"count(*) FILTER (WHERE (d_m{bit.word} & {bit.value}) <> 0)" for bit in self.bits
        ]
        row = self.connection.execute(
            f"SELECT count(*), count(*) FILTER (WHERE {any_field}){''.join(', ' + c for c in counts)} FROM drift"
        ).fetchall()[0]
        looked_at = self.connection.execute("SELECT count(DISTINCT s_sub) FROM seen").fetchall()
        self.has_drift = row[0] > 0
        lost = {bit.position: n for bit, n in zip(self.bits, row[2:], strict=True) if n}
        return Differing(lost=lost, differing=row[1], looked_at=looked_at[0][0])

    def found_forms(self) -> Iterator[str]:
        """Yield queries of the values that were seen where others were sent: `sub, position, hash`."""
        for place, position in enumerate(self.positions):
            yield (
                f"SELECT d_sub AS sub, {position}::BIGINT AS position, s_v{place} AS hash "
                f"FROM drift JOIN seen ON d_sub = s_sub WHERE d_v{place}"
            )

    def overlay(self, ledger: str, state: str) -> str:
        """Return the ledger as it is now: with the tags that were lost, and stale where a field holds something else.

        `ledger` is a query with masks and values, `state` an expression of its `l_ph`.
        """
        any_field = " OR ".join([*self._flags, "false"])
        masks = [f"l_m{w}, coalesce(d_m{w}, 0) AS l_x{w}" for w in range(self.words)]
        values = [
            f"CASE WHEN d_v{place} THEN NULL ELSE l_v{position} END AS l_v{position}"
            for place, position in enumerate(self.positions)
        ]
        stale = f"CASE WHEN l_ph <> {UNSURE} AND ({any_field}) THEN {hash_literal(STALE)} ELSE {state} END"
        columns = ", ".join(["l_sub", "l_address", "l_key", f"{stale} AS l_ph", *masks, *values])
        return f"SELECT {columns} FROM ({ledger}) LEFT JOIN drift ON l_sub = d_sub"


def _mask(by_name: Mapping[str, TagBit], tags: Sequence[str], words: int) -> tuple[int, ...]:
    carried = [by_name[name] for name in map(folded, tags) if name in by_name]
    return masks(carried, words=words)


def name_renewed(
    connection: duckdb.DuckDBPyConnection, ledger: str, places: Sequence[Placement]
) -> Sequence[int]:
    """Name who held a value of ours in a field that was deleted, and was not written since: `r_sub`, `r_f` by field.

    Returns how many people each field concerns. `ledger` is a query with the values at the places, now and before.
    """
    flags = [
        "false"
        if place.before is None
        else f"(l_v{place.position} IS NULL AND coalesce(l_v{place.before}, {NO_VALUE}) <> {NO_VALUE})"
        for place in places
    ]
    columns = ", ".join(["l_sub AS r_sub", *(f"{flag} AS r_f{n}" for n, flag in enumerate(flags))])
    any_of = " OR ".join([*flags, "false"])
    connection.execute(
        f"CREATE OR REPLACE TEMP TABLE renewed AS SELECT {columns} FROM ({ledger}) WHERE {any_of}"
    )
    counts = ", ".join(f"count(*) FILTER (WHERE r_f{n})" for n in range(len(places)))
    return connection.execute(f"SELECT {counts} FROM renewed").fetchall()[0] if places else ()
