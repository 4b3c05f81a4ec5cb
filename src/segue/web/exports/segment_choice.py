"""The list of segments to choose from, each with the tag that marks its members."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.db.models import Q
from django.http import QueryDict

from segue.control.segments.models import Segment
from segue.sync.export import SegmentTag
from segue.sync.export_rules import LONGEST_TAG, is_control


@dataclass(frozen=True, slots=True, kw_only=True)
class SegmentRow:
    """One segment of the list. `is_usable` False: it is chosen, and inactive or no longer declared."""

    segment: Segment
    tag: str
    is_chosen: bool
    is_usable: bool
    errors: Sequence[str]

    @property
    def wrong_id(self) -> str:
        """Return the id at which the page says what is wrong with the row."""
        return f"segment-{self.segment.name}-wrong"


def sent_segments(sent: QueryDict) -> tuple[SegmentTag, ...]:
    """Return the segments that a form chooses, each with its tag."""
    return tuple(
        SegmentTag(segment=name, tag=sent.get(f"tag-{name}", "").strip())
        for name in sent.getlist("segment")
    )


def named_segments(query: QueryDict) -> tuple[SegmentTag, ...]:
    """Return the active segments that an address names, each with its usual tag; what is named and is not there is left out."""
    found = Segment.objects.filter(
        name__in=query.getlist("segment"), removed_at=None, is_active=True
    )
    return tuple(SegmentTag(segment=one.name, tag=default_tag(one)) for one in found)


def segment_rows(
    chosen: Sequence[SegmentTag], errors: Mapping[str, Sequence[str]]
) -> Sequence[SegmentRow]:
    """Return every segment that can be chosen, and those that are chosen though they no longer can be."""
    tags = {one.segment: one.tag for one in chosen}
    offered = Q(removed_at=None, is_active=True) | Q(name__in=tags)
    return [
        SegmentRow(
            segment=segment,
            tag=tags.get(segment.name, default_tag(segment)),
            is_chosen=segment.name in tags,
            is_usable=segment.removed_at is None and segment.is_active,
            errors=errors.get(f"segments.{segment.name}", ()),
        )
        for segment in Segment.objects.filter(offered)
    ]


def default_tag(segment: Segment) -> str:
    """Return the tag that a segment gets unless somebody wants another: its label, without what no tag may hold."""
    plain = (" " if sign == "," or is_control(sign) else sign for sign in segment.label)
    return " ".join("".join(plain).split())[:LONGEST_TAG].rstrip()
