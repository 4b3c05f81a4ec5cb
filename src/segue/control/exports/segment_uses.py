"""Which living exports choose which segments, for whoever changes or removes a segment."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.db.models import Count, Q, QuerySet

from segue.control.exports.models import Export
from segue.control.exports.queries import exports, of_segment
from segue.control.folding import by_name
from segue.control.people.models import Person
from segue.control.people.policy import require
from segue.control.segments import operations
from segue.control.segments.models import Segment
from segue.control.segments.policy import edit_segments, see_segments


def with_uses(segments: QuerySet[Segment]) -> QuerySet[Segment]:
    """Return the segments, each with the number of living exports that choose it as `uses`."""
    living = Q(exports__export__isnull=False, exports__export__removed_at=None)
    return segments.annotate(uses=Count("exports__export", filter=living, distinct=True))


def exports_using(segment: Segment) -> Sequence[Export]:
    """Return the living exports that choose a segment, by name."""
    return list(by_name(of_segment(segment), "name"))


def consents_of(segment: Segment | None) -> Sequence[str]:
    """Return the attributes by which the exports that choose a segment know who consented, the most frequent one first.

    Where none of them knows it by an attribute, or the segment is a new one: those of all exports.
    """
    own = of_segment(segment) if segment is not None else Export.objects.none()
    for rows in (own, exports()):
        asked = rows.exclude(consent_attribute="").order_by()
        counted = asked.values_list("consent_attribute").annotate(uses=Count("pk", distinct=True))
        if found := [name for name, _uses in sorted(counted, key=lambda one: (-one[1], one[0]))]:
            return found
    return ()


@transaction.atomic
def remove_segment(*, segment: Segment, actor: Person, now: datetime) -> None:
    """Remove a segment of the pages. Nobody loses a tag by it.

    Raises: ConfigurationProblem when exports or other segments use it, or a file owns it.
    """
    users = [export.name for export in exports_using(segment)]
    if users and not segment.is_from_file:
        require(actor, edit_segments, segment, see=see_segments)
        raise operations.in_use(segment, users)
    operations.remove(segment=segment, actor=actor, now=now)


@transaction.atomic
def remove_segments(*, chosen: Sequence[Segment], actor: Person, now: datetime) -> None:
    """Remove several segments of the pages, those first that build on others of them. Raises: as `remove_segment`; then none goes."""
    waiting = list(chosen)
    while waiting:
        names = {name for one in waiting for name in operations.built_on(one.rule)}
        free = [one for one in waiting if one.name not in names] or waiting
        for segment in free:
            remove_segment(segment=segment, actor=actor, now=now)
        waiting = [one for one in waiting if one not in free]


def exports_using_any(chosen: Sequence[Segment]) -> Sequence[Export]:
    """Return the living exports that choose one of the segments, each once, by name."""
    using = exports().filter(segments__segment__in=chosen).distinct()
    return list(by_name(using, "name"))


def tags_given(segment: Segment) -> Sequence[tuple[Export, str]]:
    """Return the living exports that choose a segment, each with the tag by which its audience knows the members."""
    rows = segment.exports.filter(export__removed_at=None).select_related("export")
    return [(one.export, one.tag) for one in by_name(rows, "export__name")]
