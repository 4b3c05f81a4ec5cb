"""Which comparisons let somebody into a segment by a blank, and so leave people out by what is written. Pure.

A blank satisfies `is_not: true` and `is_blank: true`, and whoever a rule finds may be taken away (`not`, `except`): there
a blank lets in by satisfying nothing. Who is left out by a value that could not be read, or that vanished, looks like
somebody without one.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import Enum
from typing import TypeAlias

from segue.segments import rules
from segue.segments.measures import (
    Measure,
    UnknownValueError,
    aggregates_of,
    builds_on,
    reached,
    value_without_rows,
)
from segue.segments.operators import COMPLEMENTS, COUNTS
from segue.segments.rules import (
    Compare,
    CompareAttributes,
    Comparison,
    InSegment,
    RelatedTo,
    Rule,
    Segment,
    Test,
    Top,
    Within,
)
from segue.segments.walk import attributes_of, conditions_on_rows, related_in

Leaf: TypeAlias = Test | RelatedTo | Top


@dataclass(frozen=True, slots=True, kw_only=True)
class LeavingOut:
    """A comparison that a blank of `attribute` passes (None: that somebody without a row of the related `table` passes).

    `out` holds for whomever it leaves out. `moves`: it looks back from today, so that the days alone change whom. A measure
    stands for what it is computed of.
    """

    leaf: Leaf
    attribute: str | None
    table: str
    out: Rule
    moves: bool


class _Way(Enum):
    """What becomes of whoever a rule finds."""

    IN = "in"
    OUT = "out"

    @property
    def other(self) -> _Way:
        return _Way.OUT if self is _Way.IN else _Way.IN


def leaving_out(
    segment: Segment, segments: Mapping[str, Segment], measures: Mapping[str, Measure]
) -> tuple[LeavingOut, ...]:
    """Return the comparisons by which a segment leaves people out, each once, in writing order.

    `segments` are those that the segment may refer to, `measures` all that there are.
    """
    found = (
        LeavingOut(
            leaf=leaf,
            attribute=attribute,
            table=table,
            out=rules.Not(rule=leaf) if way is _Way.IN else leaf,
            moves=_moves(leaf, measures),
        )
        for leaf, way in _leaves(segment.rule, _Way.IN, segments)
        for name in _subjects(leaf)
        if _holds_of_blank(leaf, name, measures) in (None, way is _Way.IN)
        for attribute, table in _sources(leaf, name, measures)
    )
    return tuple(dict.fromkeys(found))


def let_in_when_blank(
    segment: Segment, segments: Mapping[str, Segment], measures: Mapping[str, Measure]
) -> tuple[str, ...]:
    """Return the profile attributes a blank of which may let somebody in, each once, in writing order.

    `segments` and `measures` are those that the segment may refer to. Rows of related tables are left out: they are no people.
    """
    every = leaving_out(segment, segments, measures)
    return tuple(dict.fromkeys(one.attribute for one in every if one.attribute is not None))


def _leaves(rule: Rule, way: _Way, segments: Mapping[str, Segment]) -> Iterator[tuple[Leaf, _Way]]:
    match rule:
        case Compare() | CompareAttributes() | Within() | RelatedTo() | Top():
            yield rule, way
        case rules.Not():
            yield from _leaves(rule.rule, way.other, segments)
        case InSegment():
            yield from _leaves(segments[rule.segment].rule, way, segments)
        case rules.Except():
            first, *others = rule.operands
            yield from _leaves(first, way, segments)
            for other in others:
                yield from _leaves(other, way.other, segments)
        case rules.All() | rules.Any():
            for part in rule.rules:
                yield from _leaves(part, way, segments)
        case rules.Union() | rules.Intersect():
            for operand in rule.operands:
                yield from _leaves(operand, way, segments)


def _subjects(leaf: Leaf) -> tuple[str | None, ...]:
    """Return what can be blank: attributes, and None for related rows."""
    named = attributes_of(leaf)
    return named if related_in(leaf) is None else (None, *named)


def _sources(
    leaf: Leaf, name: str | None, measures: Mapping[str, Measure]
) -> Iterator[tuple[str | None, str]]:
    """Yield the attributes, and for None the related tables, that something of a leaf comes from."""
    asked = related_in(leaf)
    if name is None:
        yield None, asked.table if asked is not None else ""
    elif name not in measures:
        yield name, ""
    else:
        for one in reached([name], measures).values():
            if isinstance(one.what, RelatedTo):
                yield None, one.what.table
            else:
                yield from ((other, "") for other in builds_on(one) if other not in measures)


def _holds_of_blank(
    leaf: Leaf, attribute: str | None, measures: Mapping[str, Measure]
) -> bool | None:
    """Tell whether a leaf holds where nothing is written of what it looks at; None: that depends on something else."""
    if isinstance(leaf, RelatedTo) and attribute is None:
        return _holds_without_rows(leaf)
    if isinstance(leaf, Top):
        return False
    if attribute is not None and attribute in measures:
        return _holds_without(measures[attribute], leaf, measures)
    test = leaf.test if isinstance(leaf, RelatedTo) else leaf
    return test is not None and _test_holds_of_blank(test)


def _test_holds_of_blank(test: Test) -> bool:
    if isinstance(test, Within):
        return False
    if test.comparison is Comparison.IS_BLANK and isinstance(test, Compare):
        return bool(test.values[0])
    return test.comparison in COMPLEMENTS


def _holds_without(
    measure: Measure, leaf: Test | RelatedTo, measures: Mapping[str, Measure]
) -> bool | None:
    try:
        value = value_without_rows(measure, measures)
    except UnknownValueError:
        return None
    test = leaf.test if isinstance(leaf, RelatedTo) else leaf
    if value is None:
        return test is not None and _test_holds_of_blank(test)
    return _holds_of_number(test, value) if isinstance(test, Compare) else None


def _holds_without_rows(leaf: RelatedTo) -> bool:
    """Without rows a count is 0, and every other aggregate is blank."""
    if leaf.test is None:
        return False
    if leaf.function in COUNTS and isinstance(leaf.test, Compare):
        return _holds_of_number(leaf.test, Decimal(0))
    if leaf.function in COUNTS and isinstance(leaf.test, CompareAttributes):
        return leaf.test.comparison in _MAY_HOLD_OF_ZERO
    return _test_holds_of_blank(leaf.test)


def _holds_of_number(test: Compare, number: Decimal) -> bool:
    if test.comparison is Comparison.IS_BLANK:
        return not test.values[0]
    holds = _NUMBERS[COMPLEMENTS.get(test.comparison, test.comparison)](
        number, [Decimal(str(value)) for value in test.values]
    )
    return holds is not (test.comparison in COMPLEMENTS)


_MAY_HOLD_OF_ZERO = frozenset({Comparison.IS_NOT, Comparison.AT_MOST, Comparison.LESS_THAN})
"""Comparisons of a number of rows with an attribute that none at all mostly passes."""


def _one(
    compares: Callable[[Decimal, Decimal], bool],
) -> Callable[[Decimal, list[Decimal]], bool]:
    return lambda number, values: compares(number, values[0])


_NUMBERS: Mapping[Comparison, Callable[[Decimal, list[Decimal]], bool]] = {
    Comparison.IS: _one(operator.eq),
    Comparison.AT_LEAST: _one(operator.ge),
    Comparison.AT_MOST: _one(operator.le),
    Comparison.MORE_THAN: _one(operator.gt),
    Comparison.LESS_THAN: _one(operator.lt),
    Comparison.BETWEEN: lambda number, values: values[0] <= number <= values[1],
    Comparison.ANY_OF: lambda number, values: number in values,
}
"""How numbers compare; the comparisons that they allow, but for their complements."""


def _moves(leaf: Leaf, measures: Mapping[str, Measure]) -> bool:
    asked = related_in(leaf)
    of_measures = aggregates_of(reached(attributes_of(leaf), measures).values())
    if any(_looks_at_today(one) for each in of_measures for one in conditions_on_rows(each)):
        return True
    if asked is None:
        return isinstance(leaf, Within)
    inside = conditions_on_rows(asked)
    return isinstance(asked.test, Within) or any(map(_looks_at_today, inside))


def _looks_at_today(leaf: Rule) -> bool:
    test = leaf.test if isinstance(leaf, RelatedTo) else leaf
    return isinstance(test, Within)
