"""How two segments lie to each other, as segments beside them: who is in both, and who is in one of them only."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from segue.segments.rules import Except, InSegment, Intersect, Rule, Segment

FIRST, BOTH, SECOND = "first", "both", "second"
PARTS = (FIRST, BOTH, SECOND)
"""Only in the first one, in both, only in the second one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Overlap:
    """How the members of two segments lie to each other: number of profiles and first rows by part.

    A row holds `columns`: the key, then the attributes.
    """

    columns: tuple[str, ...]
    counts: Mapping[str, int]
    rows: Mapping[str, Sequence[tuple[object, ...]]]


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
