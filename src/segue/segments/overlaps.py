"""How two segments lie to each other, as segments beside them: who is in both, and who is in one of them only."""

from __future__ import annotations

from collections.abc import Sequence

from segue.segments.rules import Except, InSegment, Intersect, Rule, Segment

FIRST, BOTH, SECOND = "first", "both", "second"
PARTS = (FIRST, BOTH, SECOND)
"""Only in the first one, in both, only in the second one."""


def part_name(at: int, part: str) -> str:
    """Return how a part of the pair with this number is called; no segment of anybody's has two underscores in its name."""
    return f"overlap__{at}_{part}"


def parts_of(at: int, pair: tuple[str, str]) -> Sequence[Segment]:
    """Return the parts of a pair of segments, given by name, as segments."""
    first, second = (InSegment(segment=name) for name in pair)
    rules: dict[str, Rule] = {
        FIRST: Except(operands=(first, second)),
        BOTH: Intersect(operands=(first, second)),
        SECOND: Except(operands=(second, first)),
    }
    return [Segment(name=part_name(at, part), rule=rule) for part, rule in rules.items()]
