"""Count what a plan does to each merge field: for the plan's words and for its brakes. Small queries only."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import ibis
import ibis.expr.types as ir

from segue.sync import tables
from segue.sync.brakes import FieldVolume
from segue.sync.changed_fields import PlacedField, adopted_blanks, changes_table
from segue.sync.counts import Counts
from segue.sync.export import Blanks
from segue.sync.plan import FieldChange
from segue.sync.tables import NO_VALUE, Table

_TOLD = (
    "changed",
    "holders",
    "holders_back",
    "untold",
    "untold_back",
    "cleared",
    "cleared_untold",
    "emptied",
    "other",
    "first",
    "blank",
)
"""What is counted of each field, people by name: of those who come back (`_back`) beside those who are there."""

VARIED = 3
"""Different values that people had before, from which on giving all of them one and the same is levelling."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldCounts:
    """The counts of one comparison, by merge field. `payload` gives the rendered fields of the profiles."""

    counts: Counts
    payload: Callable[[], Table]
    fields: Sequence[PlacedField]

    def changes(
        self, cuts: Mapping[str, int], *, compared: bool, adopted: bool
    ) -> list[FieldChange]:
        """Return what happens to each field that something happens to.

        `compared`: contacts of ours differ; `adopted`: contacts are added that the audience holds already.
        """
        rows = self._compared() if compared and self.fields else {}
        blanks = self._blanks() if adopted else {}
        found = [self._change(n, rows, blanks, cuts) for n in range(len(self.fields))]
        return [one for one in found if one.changed or one.cleared or one.kept or one.cut]

    def volumes(self, *, compared: bool, adopted: int) -> tuple[FieldVolume, ...]:
        """Return the numbers that brakes look at.

        `compared`: contacts of ours differ; so many are `adopted`, which the audience holds already.
        """
        if not self.fields or not (compared or adopted):
            return ()
        rows = dict(self._holding())
        rows |= self._compared() if compared else {}
        rows |= self._blanks() if adopted else {}
        return tuple(self._volume(n, rows, adopted) for n in range(len(self.fields)))

    def _volume(self, number: int, rows: Mapping[str, int], adopted: int) -> FieldVolume:
        """Return the numbers of one field. In one that is empty nobody has a value of somebody else's."""
        field = self.fields[number]
        told = {name: rows.get(f"{name}{number}", 0) for name in _TOLD}
        clears = field.rendered.blanks is Blanks.CLEAR
        volume = FieldVolume(
            tag=field.rendered.tag,
            holders=told["holders"] + told["holders_back"],
            cleared=told["cleared"],
            emptied=told["emptied"],
            changed=told["other"],
            levelled=max(self._levelled(number), default=0) if told["other"] else 0,
        )
        if field.is_empty:
            return volume
        return replace(
            volume,
            untold=told["untold"] + told["untold_back"] + (adopted if clears else 0),
            cleared_untold=told["cleared_untold"] + (told["blank"] if clears else 0),
            changed_untold=told["first"],
        )

    def _change(
        self,
        number: int,
        rows: Mapping[str, int],
        blanks: Mapping[str, int],
        cuts: Mapping[str, int],
    ) -> FieldChange:
        placed, field = self.fields[number], self.fields[number].rendered
        told = {name: rows.get(f"{name}{number}", 0) for name in _TOLD}
        blank, cleared_untold = blanks.get(f"blank{number}", 0), told["cleared_untold"]
        clears = field.blanks is Blanks.CLEAR
        if placed.is_empty:  # a blank takes nothing from anybody
            blank, told["changed"], cleared_untold = 0, told["changed"] - cleared_untold, 0
        return FieldChange(
            tag=field.tag,
            changed=told["changed"],
            cleared=told["cleared"] + cleared_untold + (blank if clears else 0),
            kept=told["emptied"] + (0 if clears else blank),
            cut=cuts.get(field.tag, 0),
        )

    def _compared(self) -> Mapping[str, int]:
        table = changes_table(len(self.fields))
        columns: dict[str, ir.IntegerScalar] = {}
        for n in range(len(self.fields)):
            new, old = table[f"new{n}"], table[f"old{n}"]
            had = old.notnull() & (old != NO_VALUE)
            gets = new.notnull() & (new != NO_VALUE)
            clears = (new == NO_VALUE).fill_null(False)
            columns |= {
                f"changed{n}": table.count(where=table[f"changed{n}"]),
                f"cleared{n}": table.count(where=clears & had),
                f"cleared_untold{n}": table.count(where=clears & old.isnull()),
                f"emptied{n}": table.count(where=new.isnull() & had),
                f"other{n}": table.count(where=had & gets & table[f"changed{n}"]),
                f"first{n}": table.count(where=old.isnull() & gets),
                f"holders_back{n}": table.count(where=had & ~table.c_carries),
                f"untold_back{n}": table.count(where=old.isnull() & ~table.c_carries),
            }
        row = self.counts.store.rows(table.aggregate(**columns))[0]
        return dict(zip(columns, row, strict=True))

    def _holding(self) -> Mapping[str, int]:
        """Count per field the contacts that hold a value of ours, and those of which that is not known.

        Only who has a tag of ours and can be written counts: however many left or unsubscribed in the course of time,
        a mistake among the others must not look small beside them.
        """
        ledger = tables.ledger_values([field.position for field in self.fields])
        out = self.counts.out_of_reach
        ours = ledger.filter(ledger.v_carries).anti_join(out, ledger.v_sub == out.r_sub)
        columns: dict[str, ir.IntegerScalar] = {}
        for n, field in enumerate(self.fields):
            value = ours[f"v{field.position}"]
            columns |= {
                f"holders{n}": ours.count(where=value.notnull() & (value != NO_VALUE)),
                f"untold{n}": ours.count(where=value.isnull()),
            }
        row = self.counts.store.rows(ours.aggregate(**columns))[0]
        return dict(zip(columns, row, strict=True))

    def _levelled(self, number: int) -> Iterator[int]:
        """Yield how many people get the commonest new value, if theirs differed."""
        table = changes_table(len(self.fields))
        new, old = table[f"new{number}"], table[f"old{number}"]
        found = table.filter(
            table[f"changed{number}"] & (new != NO_VALUE) & old.notnull() & (old != NO_VALUE)
        )
        grouped = found.group_by(value=new).agg(
            n=found.count(), before=found[f"old{number}"].nunique()
        )
        grouped = grouped.filter(grouped.before >= VARIED).order_by(ibis.desc("n")).limit(1)
        for row in self.counts.store.rows(grouped.select("n")):
            yield int(row[0])

    def _blanks(self) -> Mapping[str, int]:
        if not self.fields:
            return {}
        table = adopted_blanks(self.counts.words, self.counts.key_type, self.payload(), self.fields)
        columns = {name: table.count(where=table[name]) for name in table.columns}
        row = self.counts.store.rows(table.aggregate(**columns))[0]
        return dict(zip(columns, row, strict=True))
