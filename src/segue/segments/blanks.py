"""Which attributes let somebody into a segment by being blank. Pure.

A blank satisfies `is_not: true` and `is_blank: true`, and whoever a rule finds may be taken away (`not`, `except`): there
a blank lets in by satisfying nothing. Who is left out by a value that could not be read looks like somebody without one.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from enum import Enum

from segue.segments import rules
from segue.segments.operators import COMPLEMENTS
from segue.segments.rules import Compare, Comparison, InSegment, Rule, Segment, Within


class _Way(Enum):
    """What becomes of whoever a rule finds."""

    IN = "in"
    OUT = "out"

    @property
    def other(self) -> _Way:
        return _Way.OUT if self is _Way.IN else _Way.IN


def let_in_when_blank(segment: Segment, segments: Mapping[str, Segment]) -> tuple[str, ...]:
    """Return the profile attributes a blank of which may let somebody in, each once, in writing order.

    `segments` are those that the segment may refer to. Rows of related tables are left out: they are no people.
    """
    found = (
        leaf.attribute
        for leaf, way in _leaves(segment.rule, _Way.IN, segments)
        if _holds_of_blank(leaf) is (way is _Way.IN)
    )
    return tuple(dict.fromkeys(found))


def _leaves(
    rule: Rule, way: _Way, segments: Mapping[str, Segment]
) -> Iterator[tuple[Compare | Within, _Way]]:
    match rule:
        case Compare() | Within():
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
        case rules.RelatedTo():
            return


def _holds_of_blank(leaf: Compare | Within) -> bool:
    if isinstance(leaf, Within):
        return False
    if leaf.comparison is Comparison.IS_BLANK:
        return bool(leaf.values[0])
    return leaf.comparison in COMPLEMENTS
