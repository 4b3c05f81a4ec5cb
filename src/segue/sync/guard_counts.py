"""Count what leaves people out of an export, and where it lost something who would come in. Small queries only."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from segue.sync.counts import Counts
from segue.sync.guards import Guard, GuardCount, Known, compared
from segue.sync.tags import TagBit


def count_guards(
    counts: Counts,
    guards: Sequence[Guard],
    numbers: Mapping[str, int],
    *,
    known: Mapping[str, Known],
    bits: Mapping[str, TagBit],
) -> tuple[GuardCount, ...]:
    """Return the guards' numbers beside what the last run knew; `bits` are the tags' by chosen segment.

    `numbers` are those of `counted_flags`; who would come in is counted once something is lost.
    """
    found = compared(guards, numbers, known)
    return tuple(
        replace(one, entering=counts.gaining([bits[name] for name in one.segments]))
        if one.has_lost
        else one
        for one in found
    )
