"""Profiles as one export looks at them: a narrow row each, made in one pass over the profiles and their related tables.

Columns: `profile_key, sub, ph, problem, consented, unread, newest, misfits0…, cuts0…, m0…`; where yes/no attributes leave
people out also `r0…` (and `unsure`), and `g0…` with a bit per flag of the guards. Everybody has a row, in a chosen segment
or not: what one profile says counts for others with its address, and guards are counted over all. The desired state is made of them.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import TYPE_CHECKING

import ibis
import ibis.expr.types as ir

from segue.profiles.ports import FlaggedProfiles
from segue.profiles.schema import PROFILE_KEY, refused_column, unread_column
from segue.segments.conditions import either
from segue.segments.functions import md5_hex
from segue.sync.addresses import used_address, used_address_problem
from segue.sync.counts import field_bit
from segue.sync.desired import desired_state
from segue.sync.export import Export
from segue.sync.fields import RenderedField, field_hash, mapping_version
from segue.sync.guards import counted_flags, refused
from segue.sync.own_people import IS_OWN
from segue.sync.store import Store
from segue.sync.tables import Table, field_words, mask_columns
from segue.sync.tags import BITS_PER_WORD, TagBit

if TYPE_CHECKING:
    from segue.sync.planning import Inputs

CANDIDATES = "candidates"


def evaluate(
    store: Store,
    inputs: Inputs,
    rendered: Sequence[RenderedField],
    *,
    bits: Mapping[str, TagBit],
    words: int,
) -> Mapping[str, int]:
    """Materialise the desired state; return of how many profiles each flag of the guards holds.

    The candidates are kept between the two: everything is read once, and no query holds what another needs.
    """
    counted = {**inputs.flagged.counted}
    asked = [name for name in counted_flags(inputs.guards.counted) if name not in counted]
    rows = candidates(
        inputs.flagged,
        inputs.export,
        bits=bits,
        words=words,
        rendered=rendered,
        guards=inputs.data.guards,
        unread=inputs.data.flagged,
        yes_no=inputs.guards.yes_no,
        counted=asked,
    )
    store.materialise(CANDIDATES, rows)
    found = ibis.table(rows.schema(), name=CANDIDATES)
    if asked:
        sums = {f"n{at}": field_bit(found, "g", at) for at in range(len(asked))}
        counted |= zip(asked, store.rows(found.aggregate(**sums))[0], strict=True)
    state = desired_state(found, inputs.export, words=words, fields=len(rendered))
    store.materialise("desired", state)
    store.materialise(CANDIDATES, found.limit(0))
    return counted


def candidates(
    flagged: FlaggedProfiles,
    export: Export,
    *,
    bits: Mapping[str, TagBit],
    words: int,
    rendered: Sequence[RenderedField],
    guards: Collection[str] = (),
    unread: Collection[str] = (),
    yes_no: Collection[str] = (),
    counted: Sequence[str] = (),
) -> Table:
    """Return the rows; `bits` maps the export's segment names to the bits of their tags.

    Of the `unread` attributes the profiles say where a value could not be read; who has such a value of one of the
    `guards` is not wanted: it may be the very value that leaves the person out. Of those that are `yes_no` that counts for
    everybody with the address, and so does a yes or a no that leaves a profile out (the flags that `refused` names).
    Of the `counted` flags the rows have bits, by place.
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
        "newest": profiles[export.winner.newest_by] if export.winner.newest_by else _big(0),
        **_bits("misfits", [~field.fits if field.fits is not None else None for field in rendered]),
        **_bits("cuts", [field.is_cut for field in rendered]),
        **_mask_values(profiles, "m", flagged.flags, bits, words),
    }
    columns |= _refusals(flagged, bits, words, [name for name in yes_no if name in unread])
    if counted:
        columns |= _bits("g", [profiles[flagged.flags[name]] for name in counted])
    return profiles.select(**columns)


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


def _big(value: int) -> ir.IntegerScalar:
    return ibis.literal(value, type="int64")
