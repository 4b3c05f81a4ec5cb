"""Read segments and their sizes."""

from __future__ import annotations

from collections.abc import Sequence

from django.db.models import QuerySet

from segue.control.segments.models import Segment, SegmentCount

TREND_POINTS = 60


def segments() -> QuerySet[Segment]:
    """Return the declared segments, by label."""
    return Segment.objects.filter(removed_at=None)


def exportable_segments() -> QuerySet[Segment]:
    """Return the segments that an export may choose: declared and active."""
    return segments().filter(is_active=True)


def trend(segment: Segment) -> Sequence[SegmentCount]:
    """Return the last counts of a segment, oldest first."""
    newest = SegmentCount.objects.filter(segment=segment).order_by("-at")[:TREND_POINTS]
    return list(reversed(newest))
