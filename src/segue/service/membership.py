"""All members of one segment, and how the members of several lie to each other, among the profiles that were read last."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import chain, combinations

from django.utils.translation import gettext as _

from segue.control.segments.models import Segment
from segue.core.errors import ConfigurationProblem
from segue.profiles.schema import Attribute
from segue.segments.overlaps import FIRST, SECOND, Overlap
from segue.service.configured import workspace
from segue.service.exports import Workspace
from segue.service.readings import fitting_snapshot

SHOWN = 10
"""People of each part of an overlap that are shown."""

MOST_PAIRS = 60
"""Pairs of segments with as many members that are compared at once."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Compared:
    """Two segments beside each other, and when the profiles were read."""

    taken_at: datetime
    attributes: Sequence[Attribute]
    overlap: Overlap


def all_members(
    segment: Segment, *, columns: Sequence[str], matching: str = ""
) -> Iterator[tuple[object, ...]]:
    """Return key and columns of all members, read while they are asked for. Personal data.

    Raises: ConfigurationProblem at once when nothing fitting was read yet, or the rule does not fit the profiles any more.
    """
    snapshot, work = fitting_snapshot(), workspace()
    check_usable(work, [segment])
    rows = work.segment_rows(segment.name, snapshot, columns=columns, matching=matching)
    first = list(_first(rows))
    return chain(first, rows)


def _first(rows: Iterator[tuple[object, ...]]) -> Iterator[tuple[object, ...]]:
    """Yield the first row, so that what is wrong shows before anything is sent."""
    for row in rows:
        yield row
        return


def compared(first: Segment, second: Segment, *, with_people: bool) -> Compared:
    """Return how two segments lie to each other; `with_people` shows some of each part. Raises: as `all_members`."""
    snapshot, work = fitting_snapshot(), workspace()
    check_usable(work, [first, second])
    limit = SHOWN if with_people else 0
    [overlap] = work.overlaps([(first.name, second.name)], snapshot, limit=limit)
    return Compared(
        taken_at=snapshot.taken_at,
        attributes=work.configuration.schema.profiles.attributes,
        overlap=overlap,
    )


def alike(candidates: Iterable[Segment]) -> Sequence[tuple[Segment, Segment]]:
    """Return the pairs of segments that have the very same members, of those that are not empty. Raises: as `all_members`.

    Only segments of one size are compared, and at most `MOST_PAIRS` pairs; lists with people of their own are not.
    """
    counted = [one for one in candidates if one.members and not one.own]
    pairs = [pair for pair in combinations(counted, 2) if pair[0].members == pair[1].members]
    if not pairs:
        return ()
    snapshot, work = fitting_snapshot(), workspace()
    usable = work.configuration.segments
    pairs = [pair for pair in pairs if all(one.name in usable for one in pair)][:MOST_PAIRS]
    if not pairs:
        return ()
    found = work.overlaps([(one.name, other.name) for one, other in pairs], snapshot)
    return [
        pair
        for pair, overlap in zip(pairs, found, strict=True)
        if not overlap.counts[FIRST] and not overlap.counts[SECOND]
    ]


def check_usable(work: Workspace, chosen: Sequence[Segment]) -> None:
    """Do nothing. Raises: ConfigurationProblem when the rules of a segment do not fit the profiles any more."""
    for segment in chosen:
        if segment.name not in work.configuration.segments:
            raise ConfigurationProblem(
                _("The rules of this segment no longer fit the profiles."),
                action=_("An administrator applies a definition in which they do."),
                code="segment_rules_outdated",
                context={"segment": segment.name},
            )
