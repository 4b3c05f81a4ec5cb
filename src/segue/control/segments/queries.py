"""Read segments and their sizes."""

from __future__ import annotations

from collections.abc import Sequence

from django.db.models import QuerySet

from segue.control.segments.models import Segment, SegmentCount
from segue.segments.tags import tidy_tags

TREND_POINTS = 60


def segments() -> QuerySet[Segment]:
    """Return the declared segments, by label."""
    return Segment.objects.filter(removed_at=None)


def exportable_segments() -> QuerySet[Segment]:
    """Return the segments that an export may choose: declared and active."""
    return segments().filter(is_active=True)


def tags_in_use() -> Sequence[str]:
    """Return the tags of the declared segments, each once whatever its capitals, in the order of the alphabet."""
    written = (tag for tags in segments().values_list("tags", flat=True) for tag in tags)
    return sorted(tidy_tags(written), key=str.casefold)


def with_tag(rows: QuerySet[Segment], tag: str) -> QuerySet[Segment]:
    """Return those of the segments that have a tag, whatever its capitals; databases do not look into lists alike."""
    wanted = tag.casefold()
    tagged = rows.exclude(tags=[]).values_list("pk", "tags")
    return rows.filter(pk__in=[pk for pk, tags in tagged if wanted in map(str.casefold, tags)])


def trend(segment: Segment) -> Sequence[SegmentCount]:
    """Return the last counts of a segment, oldest first."""
    newest = SegmentCount.objects.filter(segment=segment).order_by("-at")[:TREND_POINTS]
    return list(reversed(newest))
