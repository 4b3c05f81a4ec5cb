"""Rank profiles by measures: one window over the profiles for each measure, however many rules ask for it.

It imports Ibis: import it lazily where `--help` could reach it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

import ibis
import ibis.expr.types as ir

from segue.profiles.schema import PROFILE_KEY
from segue.segments.literals import MOST_DIGITS
from segue.segments.rules import RelatedTo, Top

Measure: TypeAlias = str | RelatedTo
"""What is ranked by: an attribute's name, or an aggregate."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ranked:
    """Profiles with their places; `columns` says by measure which column holds the place, and which how many have one."""

    table: ir.Table
    columns: Mapping[Measure, tuple[str, str]]


def measure_of(rule: Top) -> Measure:
    """Return what a rule ranks by."""
    return rule.aggregate if rule.aggregate is not None else rule.attribute or ""


def with_ranks(
    table: ir.Table, tops: Sequence[Top], value_of: Callable[[Measure, ir.Table], ir.Value]
) -> Ranked:
    """Return the table with a place for every profile that has the measure; 0 is the greatest, NULL is none.

    Of equal values the smaller key comes first: no two profiles share a place, so that every engine ranks alike.
    """
    measures = tuple(dict.fromkeys(measure_of(rule) for rule in tops))
    columns = {one: (f"rank__{n}", f"ranked__{n}") for n, one in enumerate(measures)}
    placed = table
    for measure, names in columns.items():
        places = _places(table, value_of(measure, table), names)
        placed = placed.left_join(places, placed[PROFILE_KEY] == places[_key(names)])
    return Ranked(table=placed, columns=columns)


def _places(table: ir.Table, value: ir.Value, names: tuple[str, str]) -> ir.Table:
    """Return who has the measure, with their places and how many they are.

    A table of its own, key and measure alone: sorted with everything that is asked of profiles it takes twice as long.
    """
    measured = table.select(**{_key(names): table[PROFILE_KEY], "measured": value})
    kept = measured.filter(measured.measured.notnull())
    order = [kept.measured.desc(), kept[_key(names)].asc()]
    place, number = names
    return kept.select(
        _key(names),
        **{
            place: ibis.row_number().over(order_by=order),
            number: kept.count().over(ibis.window()),
        },
    )


def _key(names: tuple[str, str]) -> str:
    return f"key__{names[0]}"


def is_among_the_first(rule: Top, ranked: Ranked, table: ir.Table) -> ir.BooleanValue:
    """Return whether a profile's place is among those that the rule asks for; a part of a person counts as one."""
    place, number = (table[column] for column in ranked.columns[measure_of(rule)])
    if not rule.is_percent:
        return ibis.coalesce(place < int(rule.amount), False)
    decimals = max(0, -int(rule.amount.as_tuple().exponent))
    share = ibis.literal(rule.amount, type=f"decimal({MOST_DIGITS}, {decimals})")
    wanted = share * number.cast(f"decimal({MOST_DIGITS}, 0)")
    kind = f"decimal(38, {decimals})"
    return ibis.coalesce((place * 100).cast(kind) < wanted.cast(kind), False)
