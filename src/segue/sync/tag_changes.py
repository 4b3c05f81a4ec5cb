"""What a plan does to each tag of ours, in numbers of people. Small queries only."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from segue.sync.brakes import SegmentChange
from segue.sync.counts import Counts
from segue.sync.export import SegmentTag
from segue.sync.kinds import Kind
from segue.sync.tags import TagBit


@dataclass(frozen=True, slots=True, kw_only=True)
class TagChanges:
    """How many people lose a tag by a call (`clears`), and of how many it is given up without one, by bit position."""

    clears: Mapping[int, int] = field(default_factory=dict)
    releases: Mapping[int, int] = field(default_factory=dict)

    @property
    def removed(self) -> int:
        """Return how many tags are taken away from somebody."""
        return sum(self.clears.values())

    def chosen(
        self, counts: Counts, segments: Sequence[SegmentTag], bits: Mapping[str, TagBit]
    ) -> list[SegmentChange]:
        """Return what happens to each chosen segment's tag; `bits` are by tag."""
        return counts.segments(segments, bits, self.clears, self.releases)

    def reached(self, counts: Counts, bits: Mapping[str, TagBit]) -> Mapping[str, int]:
        """Return by tag how many of its carriers may still be written; empty where no tag is taken away."""
        if not any(self.clears.values()):
            return {}
        found = counts.per_bit(counts.reachable, "l_m", None)
        return {tag: found.get(bit.position, 0) for tag, bit in bits.items()}

    def entering(
        self,
        counts: Counts,
        segments: Sequence[SegmentChange],
        bits: Mapping[str, TagBit],
        least: int,
    ) -> Mapping[str, int]:
        """Return by tag how many contacts of the export get it anew; empty where no segment adds at least so many."""
        if not any(one.before and one.adds >= least for one in segments):
            return {}
        kind = counts.differences.kind
        theirs = kind.isin([int(Kind.UPDATE), int(Kind.TAG)])
        found = counts.per_bit(counts.differences, "gain", theirs)
        return {tag: found.get(bit.position, 0) for tag, bit in bits.items()}

    def others(
        self, tags: Sequence[TagBit], chosen: Sequence[TagBit], carriers: Mapping[int, int]
    ) -> Sequence[SegmentChange]:
        """Return what is taken away, by tag, of those `tags` that stand for no chosen segment (any more)."""
        positions = {bit.position for bit in chosen}
        return [
            SegmentChange(
                segment="",
                tag=bit.name,
                before=carriers.get(bit.position, 0),
                after=0,
                adds=0,
                removes=self.clears[bit.position],
                released=self.releases.get(bit.position, 0),
            )
            for bit in tags
            if self.clears.get(bit.position) and bit.position not in positions
        ]


def tag_changes(counts: Counts, *, has_releases: bool) -> TagChanges:
    """Count the changes of the materialised differences; the second kind only where there is any."""
    return TagChanges(
        clears=counts.changes("clear"), releases=counts.changes("rel") if has_releases else {}
    )
