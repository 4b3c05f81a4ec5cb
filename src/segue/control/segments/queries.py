"""Read segments and their sizes."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db.models import QuerySet

from segue.control.folding import by_name
from segue.control.segments.models import Segment, SegmentCount
from segue.core.folding import folded
from segue.segments.tags import tidy_tags

TREND_POINTS = 60
MOST_POINTS = 240
"""Points of a line over a time frame; the newest is always among them."""


def segments() -> QuerySet[Segment]:
    """Return the declared segments, by label."""
    return by_name(Segment.objects.filter(removed_at=None), "label", "name")


def exportable_segments() -> QuerySet[Segment]:
    """Return the segments that an export may choose: declared and active."""
    return segments().filter(is_active=True)


def tags_in_use() -> Sequence[str]:
    """Return the tags of the declared segments, each once whatever its capitals, in the order of the alphabet."""
    written = (tag for tags in segments().values_list("tags", flat=True) for tag in tags)
    return sorted(tidy_tags(written), key=folded)


def with_tag(rows: QuerySet[Segment], tag: str) -> QuerySet[Segment]:
    """Return those of the segments that have a tag, whatever its capitals; databases do not look into lists alike."""
    wanted = tag.casefold()
    tagged = rows.exclude(tags=[]).values_list("pk", "tags")
    return rows.filter(pk__in=[pk for pk, tags in tagged if wanted in map(str.casefold, tags)])


def trend(segment: Segment, *, since: datetime | None = None) -> Sequence[SegmentCount]:
    """Return the last counts of a segment, oldest first; those since an instant are thinned evenly when they are very many."""
    newest = SegmentCount.objects.filter(segment=segment).order_by("-at")
    if since is None:
        return list(reversed(newest[:TREND_POINTS]))
    found = list(reversed(newest.filter(at__gte=since)))
    step = -(-len(found) // MOST_POINTS) or 1
    return found[(len(found) - 1) % step :: step]
