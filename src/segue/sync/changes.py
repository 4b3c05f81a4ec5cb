"""A run's changes as groups to store: who is written, moved, untagged, released or noted, and in which shape."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import ceil

import ibis
import ibis.expr.types as ir

from segue.profiles.schema import PROFILE_KEY
from segue.sync import tables
from segue.sync.addresses import used_address
from segue.sync.changed_fields import PlacedField, sent_values
from segue.sync.export import Export
from segue.sync.fields import RenderedField
from segue.sync.kinds import REMOVALS, WRITES, Kind
from segue.sync.ports import WriteMode, Writing
from segue.sync.store import Group, GroupWork, Step
from segue.sync.tables import Table, any_bit, mask_columns
from segue.sync.tags import TagBit

ADDITIONS = frozenset({Kind.ADD})

MOVE_CHUNK = 50
"""People a chunk of moves: each needs a call of its own, so less is repeated after a crash."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Scope:
    """What all groups of one run share. `counts` are people per kind; `clears` people per bit position.

    `settling` people change nothing but the ledger; `archives` of the moves end with the old contact archived; `known`
    of the additions are contacts already.
    """

    export: Export
    words: int
    key_type: str
    bits: Sequence[TagBit]
    counts: Mapping[Kind, int]
    clears: Mapping[int, int]
    noted: int
    released: int
    settling: int = 0
    archives: int = 0
    known: int = 0

    def people(self, write: _Write) -> int:
        """Return how many people are written in this way, or more."""
        if write.only_known is None or write.kinds != ADDITIONS:
            return sum(self.counts.get(kind, 0) for kind in write.kinds)
        added = self.counts.get(Kind.ADD, 0)
        return self.known if write.only_known else added - self.known


def change_groups(
    scope: Scope, profiles: ir.Table, fields: Sequence[PlacedField], destination: Writing
) -> Sequence[GroupWork]:
    """Return the groups of a run in the order in which they are pushed."""
    payload = payload_of(profiles, scope.export, [field.rendered for field in fields])
    groups = [
        _written(scope, payload, fields, destination, write)
        for write in _writes(destination)
        if scope.people(write) and (scope.archives or not write.archives)
    ]
    groups += [
        _untag(scope, bit, payload, size=destination.batch_size)
        for bit in scope.bits
        if scope.clears.get(bit.position, 0)
    ]
    if scope.released:
        groups.append(
            GroupWork(group=Group(name="release", step=Step.RELEASE), rows=_released(scope))
        )
    if scope.settling:
        groups.append(
            GroupWork(
                group=Group(name="settle", step=Step.SETTLE), rows=_settled(scope, payload, fields)
            )
        )
    if scope.noted:
        groups.append(
            GroupWork(group=Group(name="note", step=Step.NOTE), rows=_noted(scope, payload))
        )
    return groups


def calls_of(counts: Mapping[Kind, int], clears: Mapping[int, int], *, size: int) -> int:
    """Return how many writing calls so many changes need at least; `clears` are people per tag, `size` those of a batch."""
    written = sum(counts.get(kind, 0) for kind in WRITES)
    moved = counts.get(Kind.MOVE, 0)
    batches = (written, moved, *clears.values())
    return moved + sum(ceil(people / size) for people in batches)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Write:
    """One way of writing: which kinds of change, how, and whether only known (True) or only unknown contacts."""

    name: str
    step: Step
    mode: WriteMode
    kinds: frozenset[Kind]
    only_known: bool | None = None
    archives: bool = False


def _writes(destination: Writing) -> Sequence[_Write]:
    """Say in which batches contacts are written.

    Whom the audience holds, and whom we acknowledged, gets no status at all: one that left meanwhile stays where it
    is, and one that is gone is refused and not made anew. Only unknown addresses get a status: `status_if_new` where a
    live check has shown that a batch honours it, otherwise `status` in a call that refuses known addresses.
    """
    add, rest, move = ADDITIONS, WRITES - ADDITIONS, frozenset({Kind.MOVE})
    new = WriteMode.UPSERT if destination.honours_status_if_new else WriteMode.CREATE
    return (
        _Write(name="move", step=Step.MOVE, mode=WriteMode.UPDATE, kinds=move, only_known=False),
        # The new address has a contact of its own: that one goes on, the old one must not be mailed any more.
        _Write(
            name="join",
            step=Step.MOVE,
            mode=WriteMode.UPDATE,
            kinds=move,
            only_known=True,
            archives=True,
        ),
        _Write(name="create", step=Step.WRITE, mode=new, kinds=add, only_known=False),
        _Write(name="adopt", step=Step.WRITE, mode=WriteMode.UPDATE, kinds=add, only_known=True),
        _Write(name="update", step=Step.WRITE, mode=WriteMode.UPDATE, kinds=rest),
    )


def payload_of(profiles: ir.Table, export: Export, rendered: Sequence[RenderedField]) -> Table:
    """Return what is sent of each profile: `p_key`, `address`, the texts of the merge fields, and what stands beside these."""
    columns = {name: text for field in rendered for name, text in field.all_columns.items()}
    return profiles.select(
        p_key=profiles[PROFILE_KEY],
        address=profiles[used_address(export.email_attribute)],
        **columns,
    )


def _differences(scope: Scope) -> Table:
    return tables.differences(scope.words, scope.key_type)


def _written(
    scope: Scope,
    payload: Table,
    placed: Sequence[PlacedField],
    destination: Writing,
    write: _Write,
) -> GroupWork:
    chosen = _differences(scope)
    chosen = chosen.filter(chosen.kind.isin([int(kind) for kind in sorted(write.kinds)]))
    if write.only_known is not None:
        chosen = chosen.filter(chosen.is_known if write.only_known else ~chosen.is_known)
    narrow = chosen.select(PROFILE_KEY, "sub", "ph", "old_sub", *mask_columns("set", scope.words))
    joined = narrow.join(payload, narrow[PROFILE_KEY] == payload.p_key)
    rendered = [field.rendered for field in placed]
    fields = [name for field in rendered for name in field.all_columns]
    rows = joined.select(
        "sub",
        "address",
        "ph",
        "old_sub",
        *mask_columns("set", scope.words),
        *fields,
        **sent_values(joined, placed),
        l_key=joined.p_key.cast("string"),
    )
    template = destination.template(
        fields=[(field.tag, field.node) for field in rendered],
        mode=write.mode,
        new_status=scope.export.new_status,
    )
    group = Group(
        name=write.name,
        step=write.step,
        mode=write.mode,
        archives=write.archives,
        size=MOVE_CHUNK if write.step is Step.MOVE else destination.batch_size,
    )
    return GroupWork(group=group, rows=rows, template=template)


def _untag(scope: Scope, bit: TagBit, payload: Table, *, size: int) -> GroupWork:
    found = _differences(scope)
    is_cleared = (found[f"clear{bit.word}"] & ibis.literal(bit.value, type="int64")) != 0
    found = found.filter((found.kind != int(Kind.SKIP)) & is_cleared)
    if scope.counts.get(Kind.MOVE, 0):
        found = found.left_join(
            payload.select("p_key", "address"), found[PROFILE_KEY] == payload.p_key
        )
        current = ibis.cases((found.kind == int(Kind.MOVE), found.address), else_=found.l_address)
    else:
        current = found.l_address
    rows = found.select(
        "sub",
        address=_asked_for(found, current),
        again=_counts_elsewhere(found, bit),
        l_sub=_owner(found),
    )
    group = Group(name=f"untag-{bit.position}", step=Step.UNTAG, bit=bit, size=size)
    return GroupWork(group=group, rows=rows)


def _is_renamed(found: Table) -> ir.BooleanValue:
    """Tell who leaves with a contact that got another address at Mailchimp."""
    return found.old_sub.notnull() & (found.kind != int(Kind.MOVE))


def _asked_for(found: Table, address: ir.StringValue) -> ir.StringValue:
    """Return the address of whoever loses a tag, "" where only Mailchimp knows it."""
    return ibis.cases((_is_renamed(found), ""), else_=address)


def _owner(found: Table) -> ir.UUIDValue:
    """Return under which address the ledger knows whoever loses a tag."""
    return ibis.cases((_is_renamed(found), found.old_sub), else_=found["sub"])


def _counts_elsewhere(found: Table, bit: TagBit) -> ir.BooleanValue:
    """Tell who counts with another change of the run: with what is written of them, or with an earlier tag they lose."""
    earlier = [found[f"clear{word}"] for word in range(bit.word)]
    earlier.append(found[f"clear{bit.word}"] & ibis.literal(bit.value - 1, type="int64"))
    return ~found.kind.isin([int(kind) for kind in sorted(REMOVALS)]) | any_bit(earlier)


def _released(scope: Scope) -> Table:
    found = _differences(scope)
    names = mask_columns("rel", scope.words)
    found = found.filter((found.kind != int(Kind.SKIP)) & any_bit([found[n] for n in names]))
    return found.select(_owner(found).name("sub"), *names)


def _settled(scope: Scope, payload: Table, fields: Sequence[PlacedField]) -> Table:
    found = _differences(scope)
    silent = found.kind.notin([int(kind) for kind in sorted(WRITES | {Kind.SKIP})])
    found = found.filter(found.settles & silent).select(PROFILE_KEY, "sub", "ph")
    joined = found.join(payload, found[PROFILE_KEY] == payload.p_key)
    return joined.select(
        "sub", "address", "ph", **sent_values(joined, fields), l_key=joined.p_key.cast("string")
    )


def left_out(profiles: ir.Table, export: Export, *, words: int, key_type: str) -> Table:
    """Return `sub, address, l_key, skip` of everybody whom the plan leaves out although the address can be written to."""
    found = tables.differences(words, key_type)
    found = found.filter((found.kind == int(Kind.SKIP)) & found["sub"].notnull())
    payload = payload_of(profiles, export, ())
    found = found.select(PROFILE_KEY, "sub", "skip")
    joined = found.join(payload, found[PROFILE_KEY] == payload.p_key)
    return joined.select("sub", "address", "skip", l_key=joined.p_key.cast("string"))


def _noted(scope: Scope, payload: Table) -> Table:
    found = _differences(scope)
    found = found.filter(found.noted).select(PROFILE_KEY, "sub")
    joined = found.join(payload, found[PROFILE_KEY] == payload.p_key)
    return joined.select("sub", "address", l_key=joined.p_key.cast("string"))
