"""The desired state of one audience for one export: who should be there, with which fields and tags, or why not.

One row per member of a chosen segment: `profile_key, sub, ph, state, misfits0…, cuts0…, m0…`. `state` is a Skip code that
needs no knowledge of Mailchimp (address, duplicate, consent), 0 for wanted people; `misfits…` and `cuts…` have a bit per
merge field whose value does not fit its type, or is longer than it holds. One total order (newest, then key) decides duplicates, everywhere.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

import ibis
import ibis.expr.types as ir
from ibis.expr.operations import SelfReference

from segue.profiles.schema import (
    PROFILE_KEY,
    ProfileSchema,
)
from segue.sync.export import Export
from segue.sync.kinds import Skip
from segue.sync.tables import Table, any_bit, field_words, mask_columns, without


def desired_state(candidates: Table, export: Export, *, words: int, fields: int = 0) -> Table:
    """Return the desired state, made of the export's candidates with so many merge fields."""
    has_answers = export.consent is not None and export.consent.attribute is not None
    alone, several = (
        _state_of(people, words, fields=fields, has_answers=has_answers)
        for people in _by_address(candidates)
    )
    return alone.union(several)


@dataclass(frozen=True, slots=True, kw_only=True)
class _People:
    """Profiles, before it is decided who of them is wanted; `share` an address with others, or have one alone or none."""

    table: ir.Table
    share: bool

    def together(self, value: ir.Value, of_all: Callable[[ir.Value], ir.Value]) -> ir.Value:
        """Return what the values of all profiles with the address come to; of one alone that is its own."""
        return of_all(value).over(group_by=self.table["sub"]) if self.share else value

    def place(self, order: Sequence[ir.Value]) -> ir.IntegerValue:
        """Return the place among those with the address, from 0."""
        if not self.share:
            return _big(0)
        return ibis.row_number().over(group_by=self.table["sub"], order_by=list(order))


def _by_address(narrow: ir.Table) -> tuple[_People, _People]:
    """Tell who has an address alone, or none, from those who share one: only the few who do have to be sorted."""
    found = narrow.filter(narrow["sub"].notnull())
    addresses = found.group_by("sub").agg(people=found.count())
    shared = addresses.filter(addresses.people > 1).select(shared_sub="sub")
    # Named twice, so that it is found once. By itself Ibis numbers it anew each time, and equal plans would be other queries.
    again = SelfReference(shared, identifier=0).to_expr()
    return (
        _People(table=narrow.anti_join(shared, narrow["sub"] == shared.shared_sub), share=False),
        _People(table=narrow.semi_join(again, narrow["sub"] == again.shared_sub), share=True),
    )


def _state_of(people: _People, words: int, *, fields: int, has_answers: bool) -> Table:
    if "r0" in people.table.columns:
        people = _with_other_profiles(people, words)
    if has_answers:
        people = _with_refusals(people)
    narrow = people.table
    members = narrow.filter(any_bit([narrow[name] for name in mask_columns("m", words)]))
    kept = _kept_masks(members, words)
    return _judged(replace(people, table=members), kept, narrow_columns(words, fields))


def narrow_columns(words: int, fields: int = 0) -> list[str]:
    """Name the columns of the desired state for so many merge fields, in order."""
    bits = [
        *mask_columns("misfits", field_words(fields)),
        *mask_columns("cuts", field_words(fields)),
    ]
    return [PROFILE_KEY, "sub", "ph", "state", *bits, *mask_columns("m", words)]


def key_type(schema: ProfileSchema) -> str:
    """Return the Ibis type of profile keys."""
    return "int64" if schema.profiles.key_type == "integer" else "string"


def _big(value: int) -> ir.IntegerScalar:
    return ibis.literal(value, type="int64")


def _with_refusals(people: _People) -> _People:
    """Absent is never read as yes, and one profile's recorded no outweighs another's yes for the same address."""
    narrow = people.table
    answer = ibis.cases((narrow.consented, 1), (~narrow.consented, -1), else_=0)
    worst = people.together(answer, lambda one: one.min())
    return replace(people, table=narrow.mutate(consented=(answer == 1) & (worst >= 0)))


def _with_other_profiles(people: _People, words: int) -> _People:
    """Let what one profile says by a yes or a no count for everybody with its address; nobody shares a missing one."""
    narrow = people.table
    has_address = narrow["sub"].notnull()
    found: dict[str, ir.Value] = {
        name: ibis.cases(
            (has_address, people.together(narrow[name], lambda one: one.bit_or())), else_=_big(0)
        )
        for name in mask_columns("r", words)
    }
    if "unsure" in narrow.columns:
        unsure = people.together(narrow.unsure, lambda one: one.any())
        found["unread"] = narrow.unread | (has_address & unsure)
    return replace(people, table=narrow.mutate(**found))


def _kept_masks(members: ir.Table, words: int) -> Mapping[str, ir.Value]:
    """Return the masks without the segments that another profile with the address is left out of; none where nobody is."""
    if "r0" not in members.columns:
        return {}
    pairs = zip(mask_columns("m", words), mask_columns("r", words), strict=True)
    return {name: without(members[name], members[refused]) for name, refused in pairs}


def _judged(people: _People, kept: Mapping[str, ir.Value], columns: Sequence[str]) -> Table:
    """Decide who is wanted. The winner among duplicates is chosen first; then it is the winner's consent that counts.

    `kept` are the masks that are left of members' whom other profiles concern (empty: there are none). Whoever has no
    segment left comes last among duplicates, and keeps the masks: it is still a member.
    """
    members = people.table
    early = ibis.cases(
        (members.problem == "missing", _big(int(Skip.MISSING_ADDRESS))),
        (members.problem.notnull(), _big(int(Skip.INVALID_ADDRESS))),
        else_=_big(int(Skip.NONE)),
    )
    order = [ibis.desc(members.newest, nulls_first=False), ibis.asc(members[PROFILE_KEY])]
    held = {"is_held": ~any_bit(list(kept.values()))} if kept else {}
    place = people.place([*map(ibis.asc, held.values()), *order])
    ranked = members.mutate(early=early, place=place, **held)
    state = ibis.cases(
        (ranked.early != int(Skip.NONE), ranked.early),
        (ranked.place > 0, _big(int(Skip.DUPLICATE))),
        (~ranked.consented, _big(int(Skip.NO_CONSENT))),
        (ranked.unread, _big(int(Skip.UNREAD))),
        *((ranked[name], _big(int(Skip.OTHER_PROFILE_LEFT_OUT))) for name in held),
        else_=_big(int(Skip.NONE)),
    )
    found: dict[str, ir.Value] = {
        name: ibis.cases((ranked.is_held, ranked[name]), else_=mask) for name, mask in kept.items()
    }
    found["state"] = state
    return ranked.select(
        **{name: found[name] if name in found else ranked[name] for name in columns}
    )
