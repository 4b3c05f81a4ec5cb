"""What a run would do, counted before the first write: people per kind, per segment, reasons, limits, brakes, digest.

Only reads the engine's materialised tables; decides nothing about single people.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from segue.sync.brakes import SegmentChange, Stop
from segue.sync.kinds import REMOVALS, WRITES, Kind, Skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Misfit:
    """How many wanted people have a value that does not fit the merge field; it is left empty for them."""

    tag: str
    people: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """All of a run's changes, counted. Nothing has been written.

    `counts` are people per kind, `skips` people per reason, `members` people in any chosen segment before anything is
    taken off, `wanted` after duplicates, addresses and consent. `calls` is how many writing calls it needs at least.
    `digest` names exactly this plan: an approval repeats it.
    """

    export: str
    audience_id: str
    audience_name: str
    made_at: datetime
    digest: str
    members: int
    wanted: int
    acknowledged: int
    counts: Mapping[Kind, int]
    skips: Mapping[Skip, int]
    segments: Sequence[SegmentChange]
    tags_removed: int
    misfits: Sequence[Misfit]
    fields_to_create: Sequence[str]
    stops: Sequence[Stop]
    calls: int
    contacts_before: int | None
    contacts_limit: int | None

    @property
    def writes(self) -> int:
        """Return how many people are sent with fields or new tags."""
        return sum(self.counts.get(kind, 0) for kind in (*WRITES, Kind.MOVE))

    @property
    def removals(self) -> int:
        """Return how many people lose tags and nothing else."""
        return sum(self.counts.get(kind, 0) for kind in REMOVALS)

    @property
    def is_empty(self) -> bool:
        """Return whether there is nothing to send."""
        return self.writes + self.removals == 0 and not self.fields_to_create

    @property
    def needs_approval(self) -> bool:
        """Return whether a person must approve this plan first."""
        return bool(self.stops)

    @property
    def refusals(self) -> Sequence[Stop]:
        """Return stops that no approval lifts."""
        return [stop for stop in self.stops if not stop.approvable]
