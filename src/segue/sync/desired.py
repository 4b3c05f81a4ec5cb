"""The desired state of one audience for one export: who should be there, with which fields and tags, or why not.

One row per member of a chosen segment: `profile_key, sub, ph, state, misfits0…, cuts0…, m0…`. `state` is a Skip code that
needs no knowledge of Mailchimp (address, duplicate, consent), 0 for wanted people; `misfits…` and `cuts…` have a bit per
merge field whose value does not fit its type, or is longer than it holds. One total order (newest, then key) decides duplicates, everywhere.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace

import ibis
import ibis.expr.types as ir
from ibis.expr.operations import SelfReference

from segue.profiles.ports import FlaggedProfiles
from segue.profiles.schema import (
    PROFILE_KEY,
    ProfileSchema,
    refused_column,
    unread_column,
)
from segue.segments.conditions import either
from segue.segments.functions import md5_hex
from segue.sync.addresses import used_address, used_address_problem
from segue.sync.export import Export
from segue.sync.fields import RenderedField, field_hash, mapping_version
from segue.sync.guards import refused
from segue.sync.kinds import Skip
from segue.sync.own_people import IS_OWN
from segue.sync.tables import Table, any_bit, field_words, mask_columns, without
from segue.sync.tags import BITS_PER_WORD, TagBit


def desired_state(
    flagged: FlaggedProfiles,
    export: Export,
    *,
    bits: Mapping[str, TagBit],
    words: int,
    rendered: Sequence[RenderedField],
    guards: Collection[str] = (),
    unread: Collection[str] = (),
    yes_no: Collection[str] = (),
) -> Table:
    """Return the desired state; `bits` maps the export's segment names to the bits of their tags.

    Of the `unread` attributes the profiles say where a value could not be read; who has such a value of one of the
    `guards` is not wanted: it may be the very value that leaves the person out. Of those that are `yes_no` that counts for
    everybody with the address, and so does a yes or a no that leaves a profile out (the flags that `refused` names).
    """
    profiles = flagged.table
    bits = {one.segment: bits[one.segment] for one in export.segments}
    address = profiles[used_address(export.email_attribute)]
    columns = {
        PROFILE_KEY: profiles[PROFILE_KEY],
        "sub": md5_hex(address).cast("uuid"),
        "ph": field_hash(rendered, mapping_version(export)).cast("uuid"),
        "problem": profiles[used_address_problem(export.email_attribute)],
        "consented": _consented(profiles, export, unread),
        "unread": _any_unread(profiles, [name for name in guards if name in unread]),
        "newest": profiles[export.winner.newest_by] if export.winner.newest_by else ibis.literal(0),
        **_bits("misfits", [~field.fits if field.fits is not None else None for field in rendered]),
        **_bits("cuts", [field.is_cut for field in rendered]),
        **_mask_values(profiles, "m", flagged.flags, bits, words),
    }
    refusals = _refusals(flagged, bits, words, [name for name in yes_no if name in unread])
    narrow = profiles.select(**columns, **refusals)
    has_answers = export.consent is not None and export.consent.attribute is not None
    alone, several = (
        _state_of(people, words, fields=len(rendered), has_answers=has_answers)
        for people in _by_address(narrow)
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


def _mask_values(
    profiles: ir.Table,
    prefix: str,
    flags: Mapping[str, str],
    bits: Mapping[str, TagBit],
    words: int,
) -> dict[str, ir.Value]:
    """Return columns with the bits of the segments whose flags hold; `flags` may lack some."""
    masks: dict[str, ir.Value] = {}
    for word, name in enumerate(mask_columns(prefix, words)):
        parts = [
            ibis.cases((profiles[flags[segment]], _big(bit.value)), else_=_big(0))
            for segment, bit in bits.items()
            if bit.word == word and segment in flags
        ]
        masks[name] = sum(parts[1:], parts[0]) if parts else _big(0)
    return masks


def _big(value: int) -> ir.IntegerScalar:
    return ibis.literal(value, type="int64")


def _consented(profiles: ir.Table, export: Export, unread: Collection[str]) -> ir.BooleanValue:
    """An answer that could not be read may be a no, so that it is one, for everybody with this address.

    So is a no in a row with the same key that lost against the profile's own. Of lists' own people it is attested.
    """
    consent = export.consent
    if consent is None or consent.attribute is None:
        return ibis.literal(True)
    answer = profiles[consent.attribute]
    is_no = profiles[refused_column(consent.attribute)].fill_null(False)
    if consent.attribute in unread:
        is_no = is_no | _is_unread(profiles, consent.attribute)
    attested = [(profiles[IS_OWN], ibis.literal(True))] if IS_OWN in profiles.columns else []
    return ibis.cases(*attested, (is_no, ibis.literal(False)), else_=answer)


def _any_unread(profiles: ir.Table, attributes: Sequence[str]) -> ir.BooleanValue:
    return either([_is_unread(profiles, name) for name in attributes] or [ibis.literal(False)])


def _is_unread(profiles: ir.Table, attribute: str) -> ir.BooleanValue:
    return profiles[unread_column(attribute)].fill_null(False)


def _with_refusals(people: _People) -> _People:
    """Absent is never read as yes, and one profile's recorded no outweighs another's yes for the same address."""
    narrow = people.table
    answer = ibis.cases((narrow.consented, 1), (~narrow.consented, -1), else_=0)
    worst = people.together(answer, lambda one: one.min())
    return replace(people, table=narrow.mutate(consented=(answer == 1) & (worst >= 0)))


def _refusals(
    flagged: FlaggedProfiles, bits: Mapping[str, TagBit], words: int, unsure: Sequence[str]
) -> dict[str, ir.Value]:
    """Return columns that say of whom a yes or a no tells which segments leave it out; none where no segment asks for one."""
    names = {name: refused(name) for name in bits if refused(name) in flagged.flags}
    if not names:
        return {}
    flags = {name: flagged.flags[flag] for name, flag in names.items()}
    columns = _mask_values(flagged.table, "r", flags, bits, words)
    return columns | ({"unsure": _any_unread(flagged.table, unsure)} if unsure else {})


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


def _bits(
    prefix: str, conditions: Sequence[ir.BooleanValue | None]
) -> Mapping[str, ir.IntegerValue]:
    """Return columns with a bit per condition that holds, by place; None never holds."""
    names = mask_columns(prefix, field_words(len(conditions)))
    found: dict[str, ir.IntegerValue] = {name: _big(0) for name in names}
    for number, condition in enumerate(conditions):
        if condition is not None:
            word, bit = divmod(number, BITS_PER_WORD)
            found[names[word]] += ibis.cases((condition, _big(1 << bit)), else_=_big(0))
    return found


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
    left = {
        name: ibis.cases((ranked.is_held, ranked[name]), else_=mask) for name, mask in kept.items()
    }
    return ranked.mutate(state=state, **left).select(*columns)
