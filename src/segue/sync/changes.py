"""A run's changes as groups to store: who is written, moved, untagged, released or noted, and in which shape."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import ibis
import ibis.expr.types as ir

from segue.profiles.schema import PROFILE_KEY, address_column
from segue.sync import tables
from segue.sync.export import Export
from segue.sync.fields import RenderedField
from segue.sync.kinds import WRITES, Kind
from segue.sync.ports import WriteMode, Writing
from segue.sync.store import Group, GroupWork, Step
from segue.sync.tables import Table, any_bit, mask_columns
from segue.sync.tags import TagBit


@dataclass(frozen=True, slots=True, kw_only=True)
class Scope:
    """What all groups of one run share. `counts` are people per kind; `clears` people per bit position."""

    export: Export
    words: int
    key_type: str
    bits: Sequence[TagBit]
    counts: Mapping[Kind, int]
    clears: Mapping[int, int]
    noted: int
    released: int


def change_groups(
    scope: Scope, profiles: ir.Table, rendered: Sequence[RenderedField], destination: Writing
) -> Sequence[GroupWork]:
    """Return the groups of a run in the order in which they are pushed."""
    payload = _payload(profiles, scope.export, rendered)
    groups = [
        _written(scope, payload, rendered, destination, write)
        for write in _writes(destination.honours_status_if_new)
        if sum(scope.counts.get(kind, 0) for kind in write.kinds)
    ]
    groups += [
        _untag(scope, bit, payload) for bit in scope.bits if scope.clears.get(bit.position, 0)
    ]
    if scope.released:
        groups.append(
            GroupWork(group=Group(name="release", step=Step.RELEASE), rows=_released(scope))
        )
    if scope.noted:
        groups.append(
            GroupWork(group=Group(name="note", step=Step.NOTE), rows=_noted(scope, payload))
        )
    return groups


@dataclass(frozen=True, slots=True, kw_only=True)
class _Write:
    """One way of writing: which kinds of change, how, and whether only known (True) or only unknown contacts."""

    name: str
    step: Step
    mode: WriteMode
    kinds: frozenset[Kind]
    only_known: bool | None = None


def _writes(honours_status_if_new: bool) -> Sequence[_Write]:  # noqa: FBT001 - a fact, not a mode
    """Say in which batches contacts are written.

    Acknowledged contacts get no status at all: one that is gone is refused and not made anew. Where a batch ignores
    `status_if_new`, unknown addresses get `status` in a call that refuses known ones, and known ones none. Either
    way nobody who left is ever subscribed again.
    """
    add, rest = frozenset({Kind.ADD}), WRITES - {Kind.ADD}
    move = _Write(name="move", step=Step.MOVE, mode=WriteMode.UPDATE, kinds=frozenset({Kind.MOVE}))
    update = _Write(name="update", step=Step.WRITE, mode=WriteMode.UPDATE, kinds=rest)
    if honours_status_if_new:
        return (move, _Write(name="add", step=Step.WRITE, mode=WriteMode.UPSERT, kinds=add), update)
    return (
        move,
        _Write(name="create", step=Step.WRITE, mode=WriteMode.CREATE, kinds=add, only_known=False),
        _Write(name="adopt", step=Step.WRITE, mode=WriteMode.UPDATE, kinds=add, only_known=True),
        update,
    )


def _payload(profiles: ir.Table, export: Export, rendered: Sequence[RenderedField]) -> Table:
    columns = {name: text for field in rendered for name, text in field.columns.items()}
    return profiles.select(
        p_key=profiles[PROFILE_KEY],
        address=profiles[address_column(export.email_attribute)],
        **columns,
    )


def _differences(scope: Scope) -> Table:
    return tables.differences(scope.words, scope.key_type)


def _written(
    scope: Scope,
    payload: Table,
    rendered: Sequence[RenderedField],
    destination: Writing,
    write: _Write,
) -> GroupWork:
    chosen = _differences(scope)
    chosen = chosen.filter(chosen.kind.isin([int(kind) for kind in sorted(write.kinds)]))
    if write.only_known is not None:
        chosen = chosen.filter(chosen.is_known if write.only_known else ~chosen.is_known)
    narrow = chosen.select(PROFILE_KEY, "sub", "ph", "old_sub", *mask_columns("set", scope.words))
    joined = narrow.join(payload, narrow[PROFILE_KEY] == payload.p_key)
    fields = [name for field in rendered for name in field.columns]
    rows = joined.select(
        "sub",
        "address",
        "ph",
        "old_sub",
        *mask_columns("set", scope.words),
        *fields,
        l_key=joined.p_key.cast("string"),
    )
    template = destination.template(
        fields=[(field.tag, field.node) for field in rendered],
        mode=write.mode,
        new_status=scope.export.new_status,
    )
    return GroupWork(
        group=Group(name=write.name, step=write.step, mode=write.mode), rows=rows, template=template
    )


def _untag(scope: Scope, bit: TagBit, payload: Table) -> GroupWork:
    found = _differences(scope)
    is_cleared = (found[f"clear{bit.word}"] & ibis.literal(bit.value, type="int64")) != 0
    found = found.filter((found.kind != int(Kind.SKIP)) & is_cleared)
    if scope.counts.get(Kind.MOVE, 0):
        found = found.left_join(
            payload.select("p_key", "address"), found[PROFILE_KEY] == payload.p_key
        )
        current = ibis.cases((found.kind == int(Kind.MOVE), found.address), else_=found.l_address)
        rows = found.select("sub", address=current)
    else:
        rows = found.select("sub", address=found.l_address)
    return GroupWork(group=Group(name=f"untag-{bit.position}", step=Step.UNTAG, bit=bit), rows=rows)


def _released(scope: Scope) -> Table:
    found = _differences(scope)
    names = mask_columns("rel", scope.words)
    return found.filter(
        (found.kind != int(Kind.SKIP)) & any_bit([found[name] for name in names])
    ).select("sub", *names)


def _noted(scope: Scope, payload: Table) -> Table:
    found = _differences(scope)
    found = found.filter(found.noted).select(PROFILE_KEY, "sub")
    joined = found.join(payload, found[PROFILE_KEY] == payload.p_key)
    return joined.select("sub", "address", l_key=joined.p_key.cast("string"))
