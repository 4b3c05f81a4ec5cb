"""Count a materialised comparison: people per kind, reason, tag and merge field. Small queries only; decides nothing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

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

    def kinds(self) -> dict[Kind, int]:
        """Return people per kind of change."""
        found = self.differences
        rows = self.store.rows(found.group_by("kind").agg(n=found.count()))
        return {Kind(kind): n for kind, n in rows if kind != Kind.SAME}

    def skips(self) -> dict[Skip, int]:
        """Return people left out per reason."""
        found = self.differences
        found = found.filter(found.kind == int(Kind.SKIP))
        rows = self.store.rows(found.group_by("skip").agg(n=found.count()))
        return {Skip(skip): n for skip, n in rows}

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

    def acknowledged(self) -> int:
        """Return how many people carry a tag of ours by the ledger."""
        ledger = tables.ledger(self.words)
        carries = tables.any_bit([ledger[name] for name in tables.mask_columns("l_m", self.words)])
        return self.one(ledger.count(where=carries & ledger.l_ph.notnull()))

    def is_first(self) -> bool:
        """Return whether the ledger holds nobody whom an earlier run wrote, or began to write."""
        ledger = tables.ledger(self.words)
        carries = tables.any_bit([ledger[name] for name in tables.mask_columns("l_m", self.words)])
        return not self.one(ledger.filter(ledger.l_ph.notnull() | carries).limit(1).count())

    def segments(
        self, chosen: Sequence[SegmentTag], bits: Mapping[str, TagBit]
    ) -> list[SegmentChange]:
        """Return what happens to each chosen segment's tag; `bits` are by tag."""
        ledger, desired = tables.ledger(self.words), self.desired
        before = self.per_bit(ledger, "l_m", ledger.l_ph.notnull())
        after = self.per_bit(desired, "m", desired.state == 0)
        adds, removes = self.changes("gain"), self.changes("clear")
        return [
            SegmentChange(
                segment=one.segment,
                tag=one.tag,
                before=before[bit.position],
                after=after[bit.position],
                adds=adds[bit.position],
                removes=removes[bit.position],
            )
            for one in chosen
            for bit in [bits[one.tag]]
        ]

    def changes(self, prefix: str) -> dict[int, int]:
        """Return by bit position how many people get the tag anew (`gain`), are sent it (`set`) or lose it (`clear`)."""
        found = self.differences
        return self.per_bit(found, prefix, found.kind != int(Kind.SKIP))

    def per_bit(
        self, table: tables.Table, prefix: str, where: ir.BooleanValue | None
    ) -> dict[int, int]:
        """Count by bit position whose mask has the bit."""
        chosen = table if where is None else table.filter(where)
        masks = chosen.select(*tables.mask_columns(prefix, self.words))
        return dict(self.store.count_bits(masks, prefix))

    def losing(self) -> int:
        """Count acknowledged people who lose a tag, whatever else they gain."""
        found = self.differences
        names = tables.mask_columns("clear", self.words)
        loses = tables.any_bit([found[name] for name in names]) & (found.kind != int(Kind.SKIP))
        return self.one(found.count(where=loses & found.is_acknowledged))

    def begun(self) -> int:
        """Count additions that the ledger knows as perhaps written: an earlier plan was not carried out to its end."""
        found = self.differences
        return self.one(
            found.count(where=(found.kind == int(Kind.ADD)) & found.l_address.notnull())
        )

    def known(self) -> int:
        """Count additions that the audience holds already."""
        found = self.differences
        return self.one(found.count(where=(found.kind == int(Kind.ADD)) & found.is_known))

    def archives(self) -> int:
        """Count moves to an address that has a contact of its own: the old contact is archived."""
        found = self.differences
        return self.one(found.count(where=(found.kind == int(Kind.MOVE)) & found.is_known))

    def gone(self) -> int:
        """Count acknowledged people whom the audience no longer holds."""
        found = self.differences
        return self.one(found.count(where=(found.skip == int(Skip.GONE)) & found.is_acknowledged))

    def noted(self) -> int:
        """Count people whose opt-out is to be noted."""
        return self.one(self.differences.count(where=self.differences.noted))

    def settling(self) -> int:
        """Count people of whom only the ledger's hash is out of date."""
        return self.one(self.differences.count(where=self.differences.settles))

    def released(self) -> int:
        """Count people whose tags are given up without a call."""
        found = self.differences
        names = tables.mask_columns("rel", self.words)
        rel = tables.any_bit([found[name] for name in names])
        return self.one(found.count(where=rel & (found.kind != int(Kind.SKIP))))

    def flagged(self, profiles: ir.Table, columns: Mapping[str, str]) -> Mapping[str, int]:
        """Return how many profiles have each flag, by its name."""
        if not columns:
            return {}
        sums = [profiles[column].sum() for column in columns.values()]
        row = self.store.rows(profiles.aggregate(**{f"n{n}": one for n, one in enumerate(sums)}))[0]
        return {name: int(count or 0) for name, count in zip(columns, row, strict=True)}

    def gaining(self, bits: Sequence[TagBit]) -> int:
        """Count people who get one of these tags anew."""
        found = self.differences
        gains = [
            (found[f"gain{bit.word}"] & ibis.literal(bit.value, type="int64")) != 0 for bit in bits
        ]
        return self.one(found.count(where=either(gains) & (found.kind != int(Kind.SKIP))))

    def one(self, scalar: ir.IntegerScalar) -> int:
        """Return the number of a scalar expression."""
        return int(self.store.rows(scalar.as_table())[0][0])


def bit_count(mask: ir.Value, value: int, *, where: ir.BooleanValue | None) -> ir.IntegerScalar:
    """Count the rows whose mask column has the bit, among those that `where` chooses (None: all)."""
    is_set = (mask & ibis.literal(value, type="int64")) != 0
    return is_set.count(where=is_set if where is None else is_set & where)


def field_bit(
    desired: tables.Table, prefix: str, number: int, *, where: ir.BooleanValue
) -> ir.IntegerScalar:
    """Count the rows that have the bit of the merge field with this number."""
    word, bit = divmod(number, BITS_PER_WORD)
    return bit_count(desired[f"{prefix}{word}"], 1 << bit, where=where)
