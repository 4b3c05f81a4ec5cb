"""What a tripped brake is about, as links: the segments that shrink or grow, the data source that was read otherwise."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from django.urls import reverse

from segue.control.sources.models import DataSource
from segue.sync.brakes import SegmentChange, Stop, StopKind
from segue.sync.plan import Plan

MOST = 3
"""Segments that a brake leads to, those of which most people come or go."""

_OF_SEGMENT = frozenset({StopKind.EMPTY_SEGMENT, StopKind.SHRUNKEN_SEGMENT})
_OF_SOURCE = frozenset(
    {
        StopKind.STALE_SOURCE,
        StopKind.ENCODING_CHANGED,
        StopKind.SEPARATOR_CHANGED,
        StopKind.COLUMNS_CHANGED,
    }
)


def ways_of(stop: Stop, plan: Plan, labels: Mapping[str, str]) -> Sequence[tuple[str, str]]:
    """Return labels and addresses. `labels` are what segments are called that are kept; others have no page."""
    if stop.kind in _OF_SOURCE:
        return list(_source(stop.subject))
    return [
        (labels[name], reverse("segment", args=[name]))
        for name in _segments(stop, plan)
        if name in labels
    ]


def _segments(stop: Stop, plan: Plan) -> Iterator[str]:
    if stop.kind in _OF_SEGMENT:
        yield stop.subject
    elif stop.kind is StopKind.LARGE_REMOVAL:
        yield from _most([(one.removes, one) for one in plan.segments])
    elif stop.kind in (StopKind.LARGE_ADDITION, StopKind.FIRST_RUN, StopKind.PROFILE_LIMIT):
        yield from _most([(one.adds, one) for one in plan.segments])
    elif stop.kind is StopKind.VALUES_UNREAD:
        yield from dict.fromkeys(name for one in plan.unread for name in one.segments)


def _most(counted: Sequence[tuple[int, SegmentChange]]) -> Iterator[str]:
    found = sorted(counted, key=lambda one: -one[0])
    yield from [one.segment for people, one in found if people and one.segment][:MOST]


def _source(name: str) -> Iterator[tuple[str, str]]:
    if DataSource.objects.filter(name=name).exists():
        yield name, reverse("source", args=[name])
