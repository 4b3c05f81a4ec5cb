"""What is asked of flagged profiles, as expressions that every engine of profiles runs alike. Nothing runs here.

It imports Ibis: import it lazily where `segue --help` could reach it.
"""

from __future__ import annotations

import operator
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import reduce

import ibis
import ibis.expr.types as ir

from segue.core.emails import canonical
from segue.core.texts import encodable, plain
from segue.profiles.ports import FlaggedProfiles
from segue.profiles.schema import (
    LIST_MARK,
    PROFILE_KEY,
    AttributeType,
    ProfileSchema,
    address_column,
)
from segue.segments.conditions import every, has_value, subject_of
from segue.segments.functions import concat_ws, folded, typed
from segue.segments.tables import profile_table, related_table

VALUE = "value"
PEOPLE = "people"
ROWS = "rows__"


def counts(flagged: FlaggedProfiles) -> ir.Table:
    """Return one row with the number of members by segment, in the order of the flags; NULL where there are no profiles."""
    table = flagged.table
    return table.aggregate(**{flag: table[flag].sum() for flag in flagged.flags.values()})


def holding(flagged: FlaggedProfiles, columns: Sequence[str], matching: str) -> FlaggedProfiles:
    """Return those of the profiles whose key or one of whose columns holds `matching`; "" leaves all.

    It is held whatever its capitals and accents.
    """
    table = flagged.table
    wanted = _holding(table, [PROFILE_KEY, *columns], matching)
    return replace(flagged, table=table.filter(wanted)) if wanted else flagged


def sample(
    flagged: FlaggedProfiles,
    segment: str,
    *,
    limit: int,
    columns: Sequence[str],
    matching: str,
) -> ir.Table:
    """Return the first members by key, as `holding` chooses them."""
    table = flagged.table
    wanted = [table[flagged.flags[segment]], *_holding(table, [PROFILE_KEY, *columns], matching)]
    found = table.filter(wanted).order_by(PROFILE_KEY).limit(limit)
    return found.select(PROFILE_KEY, *columns)


def members(flagged: FlaggedProfiles, segment: str) -> ir.Table:
    """Return the keys of a segment's members, in their order."""
    table = flagged.table
    return table.filter(table[flagged.flags[segment]]).select(PROFILE_KEY).order_by(PROFILE_KEY)


def exported(
    flagged: FlaggedProfiles, columns: Sequence[str], *, sharing: str | None = None
) -> ir.Table:
    """Return key, flags and columns of whoever is in any segment, or has the value of the column `sharing` of one who is."""
    table, flags = flagged.table, list(flagged.flags.values())
    is_in_any = reduce(operator.or_, (table[flag] for flag in flags), ibis.literal(False))
    if sharing is not None and flags:
        members = table.filter(is_in_any & table[sharing].notnull())
        is_in_any = is_in_any | table[sharing].isin(members[sharing])
    return table.filter(is_in_any).select(PROFILE_KEY, *flags, *columns)


def top_values(schema: ProfileSchema, attribute: str, *, limit: int, rows_of: str = "") -> ir.Table:
    """Return the values that most profiles have, and how many people that is; blanks are none.

    Of a list each of its texts counts. Of two as frequent values the smaller comes first. `rows_of` is the related table
    whose rows are counted instead.
    """
    declared = (schema.related[rows_of] if rows_of else schema.profiles).attribute(attribute)
    if declared is None:
        raise LookupError(attribute)
    table = related_table(schema, rows_of) if rows_of else profile_table(schema)
    value = table[attribute]
    kept = table.filter(has_value(subject_of(value, declared)))
    found = kept.select(**{VALUE: kept[attribute]})
    if declared.type is AttributeType.LIST:
        found = found.select(**{VALUE: found[VALUE].split(LIST_MARK).unnest()})
        found = found.filter(found[VALUE] != "")
    return _most_frequent(found, limit)


def top_measured(profiles: ir.Table, measure: str, *, limit: int) -> ir.Table:
    """Return the values of a measure, a column of these profiles, that most of them have; blanks are none."""
    if measure not in profiles.columns:
        raise LookupError(measure)
    kept = profiles.filter(profiles[measure].notnull())
    return _most_frequent(kept.select(**{VALUE: kept[measure]}), limit)


def _most_frequent(values: ir.Table, limit: int) -> ir.Table:
    counted = values.group_by(VALUE).aggregate(**{PEOPLE: values.count()})
    return counted.order_by(ibis.desc(PEOPLE), ibis.asc(VALUE)).limit(limit)


def stored(schema: ProfileSchema) -> ir.Table:
    """Return the profiles as they are stored."""
    return profile_table(schema)


def percentiles(profiles: ir.Table, attribute: str, percents: Sequence[int]) -> ir.Table:
    """Return the values at the nearest ranks of the percents: rank, value, and how many people have one."""
    if attribute not in profiles.columns:
        raise LookupError(attribute)
    kept = profiles.filter(profiles[attribute].notnull()).select(**{VALUE: profiles[attribute]})
    ranked = kept.mutate(
        place=ibis.row_number().over(ibis.window(order_by=kept[VALUE])) + 1,
        **{PEOPLE: kept.count().over(ibis.window())},
    )
    wanted = [ranked.place * 100 >= ranked[PEOPLE] * percent for percent in percents]
    before = [
        (ranked.place - 1) * 100 < (ranked[PEOPLE] * percent if percent else 1)
        for percent in percents
    ]
    is_at = reduce(operator.or_, (at & not_yet for at, not_yet in zip(wanted, before, strict=True)))
    return ranked.filter(is_at).select("place", VALUE, PEOPLE).order_by("place")


def find(schema: ProfileSchema, text: str, *, names: Sequence[str], limit: int) -> ir.Table:
    """Return the first profiles with this key, or this address in any e-mail attribute, then those of that name, by key.

    A name fits when each word of the text is a part of one of the attributes `names`, whatever its capitals and accents.
    """
    text, profiles = plain(encodable(text)).strip(), profile_table(schema)
    key, address = profiles[PROFILE_KEY].cast("string"), canonical(text).address
    is_meant = key.isin([text, address or text])  # keys that are addresses are canonical
    for attribute in schema.profiles.attributes if address is not None else ():
        if attribute.type is AttributeType.EMAIL:
            held = profiles[address_column(attribute.name)] == address
            is_meant = is_meant | held.fill_null(False)
    called = [_one_of(profiles, names).contains(word) for word in typed(text).split() if names]
    found = profiles.filter(is_meant | every(called)) if called else profiles.filter(is_meant)
    exact = ibis.cases((is_meant, 0), else_=1)
    shown = [attribute.name for attribute in schema.profiles.attributes]
    return found.order_by([exact, PROFILE_KEY]).limit(limit).select(PROFILE_KEY, *shown)


def rows_of(schema: ProfileSchema, table: str, key: object, *, by: str, limit: int) -> ir.Table:
    """Return how many rows of a related table a profile has, beside the attributes of those with the greatest `by`.

    Of two with the same one, those with the smaller other attributes come first; rows that have none come last.
    """
    rows = related_table(schema, table)
    found = rows.filter(rows[PROFILE_KEY] == ibis.literal(key, type=rows[PROFILE_KEY].type()))
    names = [attribute.name for attribute in schema.related[table].attributes]
    first = [ibis.desc(found[by], nulls_first=False)] if by else []
    others = [ibis.asc(found[name], nulls_first=False) for name in names if name != by]
    counted = found.mutate(**{ROWS: found.count().over(ibis.window())})
    return counted.order_by([*first, *others]).limit(limit).select(ROWS, *names)


def of_key(flagged: FlaggedProfiles, key: object, name: str) -> FlaggedProfiles:
    """Return the profiles with one flag more, which holds for the one with this key, of the key's own type."""
    table = flagged.table
    found = table.filter(table[PROFILE_KEY] == ibis.literal(key, type=table[PROFILE_KEY].type()))
    return replace(
        flagged,
        table=found.mutate(**{name: ibis.literal(True)}),
        flags={**flagged.flags, name: name},
    )


def _holding(table: ir.Table, columns: Sequence[str], text: str) -> Sequence[ir.BooleanValue]:
    """Return the condition that one of the columns holds a text; none for the empty text."""
    if not text:
        return []
    return [_one_of(table, columns).contains(typed(plain(encodable(text))))]


def _one_of(table: ir.Table, columns: Sequence[str]) -> ir.StringValue:
    """Return the columns as one folded text: folding is dear. What parts them is in no text that is searched for."""
    texts = [table[column].cast("string") for column in columns]
    return folded(concat_ws("\x1f", *texts))


def at_percents(
    rows: Sequence[tuple[object, ...]], percents: Sequence[int]
) -> Mapping[int, object]:
    """Return the answer to `percentiles` by percent; {} when nobody has a value."""
    if not rows:
        return {}
    values = {int(str(place)): value for place, value, _people in rows}
    people = int(str(rows[0][2]))
    return {percent: values[max(1, -(-people * percent // 100))] for percent in percents}
