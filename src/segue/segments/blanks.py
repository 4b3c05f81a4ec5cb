"""Which comparisons let somebody into a segment by a blank, and so leave people out by what is written. Pure.

A blank satisfies `is_not: true` and `is_blank: true`, and whoever a rule finds may be taken away (`not`, `except`): there
a blank lets in by satisfying nothing. Who is left out by a value that could not be read, or that vanished, looks like
somebody without one.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from enum import Enum
from typing import TypeAlias

from segue.segments import rules
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
    """A comparison that a blank of `attribute` passes (None: of related rows, that somebody without a row passes).

    `out` holds for whomever it leaves out. `moves`: it looks back from today, so that the days alone change whom.
    """

    leaf: Leaf
    attribute: str | None
    out: Rule
    moves: bool


class _Way(Enum):
    """What becomes of whoever a rule finds."""

    IN = "in"
    OUT = "out"

    @property
    def other(self) -> _Way:
        return _Way.OUT if self is _Way.IN else _Way.IN


def leaving_out(segment: Segment, segments: Mapping[str, Segment]) -> tuple[LeavingOut, ...]:
    """Return the comparisons by which a segment leaves people out, each once, in writing order.

    `segments` are those that the segment may refer to.
    """
    found = (
        LeavingOut(
            leaf=leaf,
            attribute=attribute,
            out=rules.Not(rule=leaf) if way is _Way.IN else leaf,
            moves=_moves(leaf),
        )
        for leaf, way in _leaves(segment.rule, _Way.IN, segments)
        for attribute in _subjects(leaf)
        if _holds_of_blank(leaf, attribute) is (way is _Way.IN)
    )
    return tuple(dict.fromkeys(found))


def let_in_when_blank(segment: Segment, segments: Mapping[str, Segment]) -> tuple[str, ...]:
    """Return the profile attributes a blank of which may let somebody in, each once, in writing order.

    `segments` are those that the segment may refer to. Rows of related tables are left out: they are no people.
    """
    found = (one.attribute for one in leaving_out(segment, segments) if one.attribute is not None)
    return tuple(dict.fromkeys(found))


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


def _holds_of_blank(leaf: Leaf, attribute: str | None) -> bool:
    if isinstance(leaf, RelatedTo) and attribute is None:
        return _holds_without_rows(leaf)
    if isinstance(leaf, Top):
        return False
    test = leaf.test if isinstance(leaf, RelatedTo) else leaf
    return test is not None and _test_holds_of_blank(test)


def _test_holds_of_blank(test: Test) -> bool:
    if isinstance(test, Within):
        return False
    if test.comparison is Comparison.IS_BLANK and isinstance(test, Compare):
        return bool(test.values[0])
    return test.comparison in COMPLEMENTS


def _holds_without_rows(leaf: RelatedTo) -> bool:
    """Without rows a count is 0, and every other aggregate is blank."""
    if leaf.test is None:
        return False
    if leaf.function in COUNTS and isinstance(leaf.test, Compare):
        return _holds_of_zero(leaf.test)
    if leaf.function in COUNTS and isinstance(leaf.test, CompareAttributes):
        return leaf.test.comparison in _MAY_HOLD_OF_ZERO
    return _test_holds_of_blank(leaf.test)


def _holds_of_zero(test: Compare) -> bool:
    if test.comparison is Comparison.IS_BLANK:
        return not test.values[0]
    holds = _COUNTS[COMPLEMENTS.get(test.comparison, test.comparison)](
        0, [int(str(value)) for value in test.values]
    )
    return holds is not (test.comparison in COMPLEMENTS)


_MAY_HOLD_OF_ZERO = frozenset({Comparison.IS_NOT, Comparison.AT_MOST, Comparison.LESS_THAN})
"""Comparisons of a number of rows with an attribute that none at all mostly passes."""


def _one(compares: Callable[[int, int], bool]) -> Callable[[int, list[int]], bool]:
    return lambda count, values: compares(count, values[0])


_COUNTS: Mapping[Comparison, Callable[[int, list[int]], bool]] = {
    Comparison.IS: _one(operator.eq),
    Comparison.AT_LEAST: _one(operator.ge),
    Comparison.AT_MOST: _one(operator.le),
    Comparison.MORE_THAN: _one(operator.gt),
    Comparison.LESS_THAN: _one(operator.lt),
    Comparison.BETWEEN: lambda count, values: values[0] <= count <= values[1],
    Comparison.ANY_OF: lambda count, values: count in values,
}
"""How numbers compare with a count; the comparisons that whole numbers allow, but for their complements."""


def _moves(leaf: Leaf) -> bool:
    asked = related_in(leaf)
    if asked is None:
        return isinstance(leaf, Within)
    inside = conditions_on_rows(asked)
    return isinstance(asked.test, Within) or any(map(_looks_at_today, inside))


def _looks_at_today(leaf: Rule) -> bool:
    test = leaf.test if isinstance(leaf, RelatedTo) else leaf
    return isinstance(test, Within)
