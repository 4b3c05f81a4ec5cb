"""Count whom a list holds: with a profile, of their own with an attested consent, and without either, who are not exported."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from segue.control.segments.list_contents import on_list
from segue.control.segments.models import Segment, SegmentKind
from segue.control.segments.operations import ListSize
from segue.core.emails import canonical
from segue.core.errors import ConfigurationProblem
from segue.core.permit import Permit
from segue.profiles.schema import AttributeType

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from segue.profiles.ports import Snapshot
    from segue.service.exports import Workspace

Held = Mapping[str, int | None]
"""Addresses on a list, with the keys of their attestations."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OnList:
    """Whom a list holds: `profiles` have one of the addresses `met`; `own` and `left_out` are addresses without a profile."""

    profiles: int
    met: Sequence[str]
    own: Sequence[str]
    left_out: Sequence[str]

    @property
    def size(self) -> ListSize:
        """Return the numbers."""
        own, left_out = len(self.own), len(self.left_out)
        return ListSize(members=self.profiles + own, own=own, left_out=left_out)


def lists_among(names: Sequence[str]) -> Mapping[str, Held]:
    """Return who is on those of the segments that are lists. Personal data.

    Raises: ConfigurationProblem where the key is lost with which addresses are encrypted.
    """
    return {row.name: on_list(row) for row in _lists(names)}


def readable_lists(names: Sequence[str]) -> tuple[Mapping[str, Held], set[str]]:
    """Return who is on those of the segments that are lists, and which of them the keys do not open. Personal data."""
    held, closed = dict[str, Held](), set[str]()
    for row in _lists(names):
        try:
            held[row.name] = on_list(row)
        except ConfigurationProblem:
            closed.add(row.name)
    return held, closed


def _lists(names: Sequence[str]) -> QuerySet[Segment]:
    return Segment.objects.filter(name__in=names, kind=SegmentKind.LIST, removed_at=None)


def found_on(name: str, held: Held, work: Workspace, snapshot: Snapshot) -> OnList:
    """Tell the people on a list apart by a snapshot of the profiles. Personal data."""
    schema = work.configuration.schema
    emails = [one.name for one in schema.profiles.attributes if one.type is AttributeType.EMAIL]
    profiles, met = 0, set[str | None]()
    for _key, *texts in work.segment_rows(name, snapshot, columns=emails):
        profiles += 1
        met.update(canonical(str(text)).address for text in texts if text is not None)
    return OnList(
        profiles=profiles,
        met=[one for one in held if one in met],
        own=[one for one, key in held.items() if one not in met and key is not None],
        left_out=[one for one, key in held.items() if one not in met and key is None],
    )


def sizes_of(
    held: Mapping[str, Held], work: Workspace, snapshot: Snapshot, *, permit: Permit | None = None
) -> Mapping[str, ListSize]:
    """Return the sizes of lists. Raises: BrokenOff once the permit is revoked."""
    sizes = {}
    for name, one in held.items():
        (permit or Permit()).check()
        sizes[name] = found_on(name, one, work, snapshot).size
    return sizes
