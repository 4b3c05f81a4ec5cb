"""Which living exports choose which segments, for whoever changes a segment."""

from __future__ import annotations

from collections.abc import Sequence

from django.db.models import Count, Q, QuerySet

from segue.control.exports.models import Export
from segue.control.exports.queries import of_segment
from segue.control.segments.models import Segment


def with_uses(segments: QuerySet[Segment]) -> QuerySet[Segment]:
    """Return the segments, each with the number of living exports that choose it as `uses`."""
    living = Q(exports__export__isnull=False, exports__export__removed_at=None)
    return segments.annotate(uses=Count("exports__export", filter=living, distinct=True))


def exports_using(segment: Segment) -> Sequence[Export]:
    """Return the living exports that choose a segment, by name."""
    return list(of_segment(segment).order_by("name"))
