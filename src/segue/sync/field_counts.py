"""Count what a plan does to each merge field: for the plan's words and for its brakes. Small queries only."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import ibis
import ibis.expr.types as ir

from segue.sync import tables
from segue.sync.brakes import FieldVolume
from segue.sync.changed_fields import PlacedField, adopted_blanks, changes_table
from segue.sync.counts import Counts
from segue.sync.export import Blanks
from segue.sync.plan import FieldChange
from segue.sync.tables import NO_VALUE, Table

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

    def volumes(self, acknowledged: int) -> tuple[FieldVolume, ...]:
        """Return the numbers that brakes look at, of fields in which a value of ours changes."""
        if not self.fields:
            return ()
        rows, holders = self._compared(), self._holders()
        return tuple(
            FieldVolume(
                tag=field.rendered.tag,
                holders=holders[n] or (acknowledged if rows[f"first{n}"] else 0),
                cleared=rows[f"cleared{n}"] if not field.is_empty else 0,
                emptied=rows[f"emptied{n}"],
                changed=rows[f"other{n}"] + (0 if field.is_empty else rows[f"first{n}"]),
                levelled=max(self._levelled(n), default=0) if rows[f"other{n}"] else 0,
            )
            for n, field in enumerate(self.fields)
        )

    def _change(
        self,
        number: int,
        rows: Mapping[str, int],
        blanks: Mapping[str, int],
        cuts: Mapping[str, int],
    ) -> FieldChange:
        field = self.fields[number].rendered
        blank = blanks.get(f"blank{number}", 0)
        clears = field.blanks is Blanks.CLEAR
        return FieldChange(
            tag=field.tag,
            changed=rows.get(f"changed{number}", 0),
            cleared=rows.get(f"cleared{number}", 0) + (blank if clears else 0),
            kept=rows.get(f"emptied{number}", 0) + (0 if clears else blank),
            cut=cuts.get(field.tag, 0),
        )

    def _compared(self) -> Mapping[str, int]:
        table = changes_table(len(self.fields))
        columns: dict[str, ir.IntegerScalar] = {}
        for n in range(len(self.fields)):
            new, old = table[f"new{n}"], table[f"old{n}"]
            had = old.notnull() & (old != NO_VALUE)
            gets = new.notnull() & (new != NO_VALUE)
            columns |= {
                f"changed{n}": table.count(where=table[f"changed{n}"]),
                f"cleared{n}": table.count(
                    where=(new == NO_VALUE).fill_null(False) & (had | old.isnull())
                ),
                f"emptied{n}": table.count(where=new.isnull() & had),
                f"other{n}": table.count(where=had & gets & table[f"changed{n}"]),
                f"first{n}": table.count(where=old.isnull() & gets),
            }
        row = self.counts.store.rows(table.aggregate(**columns))[0]
        return dict(zip(columns, row, strict=True))

    def _holders(self) -> Sequence[int]:
        """Count per field the contacts in which there is a value of ours."""
        ledger = tables.ledger_values([field.position for field in self.fields])
        values = [ledger[f"v{field.position}"] for field in self.fields]
        columns = {
            f"h{n}": ledger.count(where=value.notnull() & (value != NO_VALUE))
            for n, value in enumerate(values)
        }
        return self.counts.store.rows(ledger.aggregate(**columns))[0]

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
