"""Count a materialised comparison: people per kind, reason, tag and merge field. Small queries only; decides nothing."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field

import ibis
import ibis.expr.types as ir

from segue.segments.conditions import either
from segue.sync import tables
from segue.sync.brakes import SegmentChange
from segue.sync.export import SegmentTag
from segue.sync.fields import RenderedField
from segue.sync.kinds import Kind, Skip
from segue.sync.store import Store
from segue.sync.tags import BITS_PER_WORD, TagBit


@dataclass(frozen=True, slots=True, kw_only=True)
class People:
    """Members of the chosen segments, those wanted, and by merge field who does not fit it or is cut for it."""

    members: int
    wanted: int
    misfits: Mapping[str, int]
    cuts: Mapping[str, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Tally:
    """Everybody for whom something is to be done or said, in numbers of people.

    `losing`: acknowledged ones who lose a tag, whatever else they gain. `begun`: additions that the ledger knows as
    perhaps written, as an earlier plan was not carried out to its end. `known`: additions that the audience holds
    already. `archives`: moves to an address that has a contact of its own; the old contact is archived. `gone`:
    acknowledged ones whom the audience no longer holds. `noted`: their opt-out is to be noted. `settling`: only the
    ledger's hash of them is out of date. `released`: their tags are given up without a call.
    """

    kinds: Mapping[Kind, int] = field(default_factory=dict)
    skips: Mapping[Skip, int] = field(default_factory=dict)
    losing: int = 0
    begun: int = 0
    known: int = 0
    archives: int = 0
    gone: int = 0
    noted: int = 0
    settling: int = 0
    released: int = 0

    @property
    def silent(self) -> int:
        """Return of how many something is to be stored although nothing is to be sent."""
        return self.noted + self.released + self.settling


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """The ledger in numbers: its rows, people who carry a tag of ours, and people whom a run wrote or began to write."""

    rows: int = 0
    acknowledged: int = 0
    begun: int = 0


NOBODY, NOTHING_KEPT = Tally(), Kept()


@dataclass(frozen=True, slots=True, kw_only=True)
class Counts:
    """The counts of one comparison in one store."""

    store: Store
    words: int
    key_type: str

    @property
    def desired(self) -> tables.Table:
        """Return the desired state."""
        return tables.desired(self.words, self.key_type)

    @property
    def differences(self) -> tables.Table:
        """Return everybody for whom something is to be done or said."""
        return tables.differences(self.words, self.key_type)

    @property
    def reachable(self) -> tables.Table:
        """Return the ledger's rows of people who carry a tag of ours and may still be written."""
        ledger, out = tables.ledger(self.words), self.out_of_reach
        carrying = ledger.filter(_any_bit(ledger, "l_m", self.words) & ledger.l_ph.notnull())
        return carrying.anti_join(out, carrying.l_sub == out.r_sub)

    @property
    def out_of_reach(self) -> tables.Table:
        """Return `r_sub` of whom no plan touches: held for good, or gone from the audience.

        Brakes leave them out of what they compare with: whoever unsubscribed, bounced or was erased in the course of
        years must not make a mistake among the others look small.
        """
        held, found = tables.held(), self.differences
        final = held.filter(held.h_ph.isnull()).select(r_sub=held.h_sub)
        is_left = found.kind.isin([int(Kind.SKIP), int(Kind.RELEASE)])
        gone = found.filter(is_left & found.is_acknowledged & ~found.is_known)
        return final.union(gone.select(r_sub=gone["sub"]))

    def tally(self) -> Tally:
        """Count everybody for whom something is to be done or said, in one look."""
        asked = _tallied(self.words, self.key_type)
        rows = [dict(zip(asked.columns, row, strict=True)) for row in self.store.rows(asked)]
        return _summed(sorted(rows, key=lambda row: (row["kind"], row["skip"])))

    def kept(self) -> Kept:
        """Count the ledger, in one look."""
        rows, acknowledged, begun = self.store.rows(_kept(self.words))[0]
        return Kept(rows=rows, acknowledged=acknowledged, begun=begun)

    def people(self, rendered: Sequence[RenderedField]) -> People:
        """Return how many people are members and wanted, and what is wrong with their values."""
        desired = tables.desired(self.words, self.key_type, len(rendered))
        wanted = desired.state == 0
        checked = [n for n, field in enumerate(rendered) if field.fits is not None]
        cut = [n for n, field in enumerate(rendered) if field.is_cut is not None]
        columns = {f"x{n}": field_bit(desired, "misfits", n, where=wanted) for n in checked}
        columns |= {f"c{n}": field_bit(desired, "cuts", n, where=wanted) for n in cut}
        row = self.store.rows(
            desired.aggregate(
                members=desired.count(), wanted=desired.count(where=wanted), **columns
            )
        )[0]
        found = dict(zip(columns, row[2:], strict=True))
        return People(
            members=row[0],
            wanted=row[1],
            misfits={rendered[n].tag: found[f"x{n}"] for n in checked if found[f"x{n}"]},
            cuts={rendered[n].tag: found[f"c{n}"] for n in cut if found[f"c{n}"]},
        )

    def segments(
        self,
        chosen: Sequence[SegmentTag],
        bits: Mapping[str, TagBit],
        clears: Mapping[int, int],
        releases: Mapping[int, int],
    ) -> list[SegmentChange]:
        """Return what happens to each chosen segment's tag; `bits` are by tag.

        `clears` say by position how many lose it, `releases` of how many it is given up.
        """
        ledger, desired = tables.ledger(self.words), self.desired
        before = self.per_bit(ledger, "l_m", ledger.l_ph.notnull())
        after = self.per_bit(desired, "m", desired.state == 0)
        adds = self.changes("gain")
        return [
            SegmentChange(
                segment=one.segment,
                tag=one.tag,
                before=before[bit.position],
                after=after[bit.position],
                adds=adds[bit.position],
                removes=clears[bit.position],
                released=releases.get(bit.position, 0),
            )
            for one in chosen
            for bit in [bits[one.tag]]
        ]

    def changes(self, prefix: str) -> dict[int, int]:
        """Return by bit position how many people get the tag anew (`gain`), are sent it (`set`), lose it (`clear`) or keep it
        from somebody else (`rel`)."""
        found = self.differences
        return self.per_bit(found, prefix, found.kind != int(Kind.SKIP))

    def per_bit(
        self, table: tables.Table, prefix: str, where: ir.BooleanValue | None
    ) -> dict[int, int]:
        """Count by bit position whose mask has the bit."""
        chosen = table if where is None else table.filter(where)
        masks = chosen.select(*tables.mask_columns(prefix, self.words))
        return dict(self.store.count_bits(masks, prefix))

    def gaining(self, bits: Sequence[TagBit]) -> int:
        """Count people who get one of these tags anew."""
        found = self.differences
        gains = [
            (found[f"gain{bit.word}"] & ibis.literal(bit.value, type="int64")) != 0 for bit in bits
        ]
        return self.one(found.count(where=either(gains) & (found.kind != int(Kind.SKIP))))

    def gone(self, people: int) -> Sequence[str]:
        """Return the hashes of up to so many of those who are left out for being gone."""
        found = self.differences
        gone = found.filter(found.skip == int(Skip.GONE)).select("sub").order_by("sub")
        return [row[0].hex for row in self.store.rows(gone.limit(people))]

    def one(self, scalar: ir.IntegerScalar) -> int:
        """Return the number of a scalar expression."""
        return int(self.store.rows(scalar.as_table())[0][0])


@tables.built_once
def _tallied(words: int, key_type: str) -> tables.Table:
    """Return, by kind and reason, of how many people each thing is true."""
    found = tables.differences(words, key_type)
    true = {
        "acknowledged": found.is_acknowledged,
        "losing": _any_bit(found, "clear", words) & found.is_acknowledged,
        "begun": found.l_address.notnull(),
        "known": found.is_known,
        "noted": found.noted,
        "settling": found.settles,
        "released": _any_bit(found, "rel", words),
    }
    counted = {name: found.count(where=one) for name, one in true.items()}
    return found.group_by("kind", "skip").agg(people=found.count(), **counted)


def _summed(rows: Sequence[Mapping[str, int]]) -> Tally:
    def of(name: str, kinds: Collection[Kind] = frozenset(Kind)) -> int:
        return sum(row[name] for row in rows if Kind(row["kind"]) in kinds)

    skipped = [row for row in rows if row["kind"] == Kind.SKIP]
    changed = frozenset(Kind) - {Kind.SKIP}
    return Tally(
        kinds={
            Kind(kind): of("people", {Kind(kind)})
            for kind in dict.fromkeys(row["kind"] for row in rows)
            if kind != Kind.SAME
        },
        skips={Skip(row["skip"]): row["people"] for row in skipped},
        losing=of("losing", changed),
        begun=of("begun", {Kind.ADD}),
        known=of("known", {Kind.ADD}),
        archives=of("known", {Kind.MOVE}),
        gone=sum(row["acknowledged"] for row in rows if row["skip"] == Skip.GONE),
        noted=of("noted"),
        settling=of("settling"),
        released=of("released", changed),
    )


@tables.built_once
def _kept(words: int) -> tables.Table:
    ledger = tables.ledger(words)
    carries, sent = _any_bit(ledger, "l_m", words), ledger.l_ph.notnull()
    return ledger.aggregate(
        rows=ledger.count(),
        acknowledged=ledger.count(where=carries & sent),
        begun=ledger.count(where=carries | sent),
    )


def _any_bit(table: tables.Table, prefix: str, words: int) -> ir.BooleanValue:
    return tables.any_bit([table[name] for name in tables.mask_columns(prefix, words)])


def bit_count(mask: ir.Value, value: int, *, where: ir.BooleanValue | None) -> ir.IntegerScalar:
    """Count the rows whose mask column has the bit, among those that `where` chooses (None: all)."""
    is_set = (mask & ibis.literal(value, type="int64")) != 0
    return is_set.count(where=is_set if where is None else is_set & where)


def field_bit(
    people: tables.Table, prefix: str, number: int, *, where: ir.BooleanValue | None = None
) -> ir.IntegerScalar:
    """Count the rows that have the bit with this number: of a merge field, or of a flag of the guards."""
    word, bit = divmod(number, BITS_PER_WORD)
    return bit_count(people[f"{prefix}{word}"], 1 << bit, where=where)
