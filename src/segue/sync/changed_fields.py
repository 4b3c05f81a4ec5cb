"""Look at each merge field of the contacts that differ: what really changes, what is cleared, what is left as it is.

The comparison with the ledger knows one hash for all fields. Where that differs, the fields' own hashes tell which of
them do: a contact of which no field changes is not written, and brakes see what a mistake at the source would do.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import ibis
import ibis.expr.types as ir

from segue.profiles.schema import PROFILE_KEY
from segue.sync import tables
from segue.sync.bars import barred
from segue.sync.export import Blanks
from segue.sync.fields import RenderedField
from segue.sync.kinds import Kind
from segue.sync.store import Placement
from segue.sync.tables import (
    NO_VALUE,
    Table,
    any_bit,
    built_once,
    mask_columns,
    value_hash,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class PlacedField:
    """A rendered merge field and its place in the registry.

    `is_empty`: the audience has the field only now, or again, so that nobody's value can be overwritten.
    """

    rendered: RenderedField
    position: int
    is_empty: bool = False


def placed(
    rendered: Sequence[RenderedField], placements: Sequence[Placement]
) -> tuple[PlacedField, ...]:
    """Return an export's merge fields with their places; both are in the order in which it declares them."""
    return tuple(
        PlacedField(rendered=field, position=place.position, is_empty=place.is_empty)
        for field, place in zip(rendered, placements, strict=True)
    )


def sent_values(table: Table, fields: Sequence[PlacedField]) -> dict[str, ir.Value]:
    """Return by column name the hash that each field has once it was sent; NULL where nothing is sent for it."""
    return {f"v{field.position}": _sent(table, field) for field in fields}


def find_changes(words: int, key_type: str, payload: Table, fields: Sequence[PlacedField]) -> Table:
    """Return one row for each contact of ours that differs: `c_sub`, `c_carries` (a tag of ours), `c_any`, and per field
    `n` (by place in the export) its hash now (`new{n}`, NULL: nothing is sent), before (`old{n}`) and whether it `changed{n}`.

    Contacts that were perhaps changed are written whatever their fields are, so that all of theirs do; those of which
    nothing at all is known, as after a repair, are not among the rows. Reads `differences` and `ledger_values`.
    """
    found = tables.differences(words, key_type)
    found = found.filter(found.kind == int(Kind.UPDATE))
    found = found.select(PROFILE_KEY, "is_sure", c_sub=found.sub)
    before = tables.ledger_values([field.position for field in fields])
    joined = found.join(payload, found[PROFILE_KEY] == payload.p_key)
    joined = joined.left_join(before, joined.c_sub == before.v_sub)
    carries = joined.v_carries.fill_null(False)
    columns: dict[str, ir.Value] = {"c_sub": joined.c_sub, "c_carries": carries}
    changed, is_told = [], joined.is_sure
    for number, field in enumerate(fields):
        new, old = _sent(joined, field), joined[f"v{field.position}"]
        differs = new.notnull() & (old.isnull() | (new != old))
        changed.append(differs)
        is_told = is_told | old.notnull()
        columns |= {f"new{number}": new, f"old{number}": old, f"changed{number}": differs}
    any_of = changed[0] if changed else ibis.literal(False)
    for one in changed[1:]:
        any_of = any_of | one
    return joined.filter(is_told).select(**columns, c_any=any_of | ~joined.is_sure)


def changes_table(count: int) -> Table:
    """The materialised result of `find_changes` for so many fields."""
    columns = {"c_sub": "uuid", "c_carries": "boolean"}
    for number in range(count):
        columns |= {f"new{number}": "int64", f"old{number}": "int64", f"changed{number}": "boolean"}
    return ibis.table(ibis.schema(columns | {"c_any": "boolean"}), name="field_changes")


@built_once
def unbarred(count: int) -> Table:
    """Return the changes of contacts that no other address of theirs bars from being written. Reads `bars`."""
    changes, bars = changes_table(count), barred()
    return changes.anti_join(bars, changes.c_sub == bars.b_sub)


@built_once
def with_changes(words: int, key_type: str, count: int) -> Table:
    """Return the differences without updates that change no field: only their tags, if any, are still to be written.

    They settle: the ledger takes their new hash without a call, so that the next plan finds them alike.
    """
    before, changes = tables.differences(words, key_type), changes_table(count)
    same = changes.filter(~changes.c_any).select("c_sub")
    found = before.left_join(same, before.sub == same.c_sub)
    settles = found.c_sub.notnull() & (found.kind == int(Kind.UPDATE))

    def bits(prefix: str) -> ir.BooleanValue:
        return any_bit([found[name] for name in mask_columns(prefix, words)])

    kind = ibis.cases(
        (~settles, found.kind),
        (bits("set"), _big(Kind.TAG)),
        (bits("clear"), _big(Kind.UNTAG)),
        (bits("rel"), _big(Kind.RELEASE)),
        else_=_big(Kind.SAME),
    )
    changed = {"kind": kind, "settles": settles}
    return found.select(**{name: changed.get(name, found[name]) for name in before.columns})


def adopted_blanks(
    words: int, key_type: str, payload: Table, fields: Sequence[PlacedField]
) -> Table:
    """Return per field `blank{n}`: whether it is blank for a contact that the audience held before us and that is added."""
    found = tables.differences(words, key_type)
    found = found.filter((found.kind == int(Kind.ADD)) & found.is_known & ~found.is_acknowledged)
    joined = found.select(PROFILE_KEY).join(payload, found[PROFILE_KEY] == payload.p_key)
    return joined.select(
        **{f"blank{n}": _is_blank(joined, field) for n, field in enumerate(fields)}
    )


def _is_blank(table: Table, field: PlacedField) -> ir.BooleanValue:
    is_blank, is_left = field.rendered.value(table) == "", field.rendered.is_left(table)
    return is_blank if is_left is None else is_blank & ~is_left


def _sent(table: Table, field: PlacedField) -> ir.IntegerValue:
    hashed = value_hash(field.rendered.value(table))
    if field.rendered.blanks is Blanks.KEEP:
        return ibis.cases((hashed == NO_VALUE, ibis.null("int64")), else_=hashed)
    is_left = field.rendered.is_left(table)
    return hashed if is_left is None else ibis.cases((is_left, ibis.null("int64")), else_=hashed)


def _big(value: int) -> ir.IntegerScalar:
    return ibis.literal(int(value), type="int64")
