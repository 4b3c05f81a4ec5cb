"""A run's plan as its page shows it: `shown.plan` with the names that people gave, and ways to what it is about."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from django.urls import reverse

from segue.control.exports.models import Export
from segue.control.refreshes.papers import SamplePerson
from segue.control.segments.models import Segment
from segue.control.sources.models import DataSource
from segue.shown.people import PersonRow, changing, shown_person
from segue.shown.plan import PlanShown, StopRow, shown_plan
from segue.sync.brakes import SegmentChange, Stop, StopKind
from segue.sync.plan import Plan
from segue.web.reading_words import LossLine, names, unread_lines
from segue.web.sayings import reads
from segue.words.faces import Face

MOST = 3
"""Segments that a brake leads to, those of which most people come or go."""

_OF_SEGMENT = frozenset({StopKind.EMPTY_SEGMENT, StopKind.SHRUNKEN_SEGMENT, StopKind.GROWN_SEGMENT})
_OF_SOURCE = frozenset(
    {
        StopKind.STALE_SOURCE,
        StopKind.ENCODING_CHANGED,
        StopKind.SEPARATOR_CHANGED,
        StopKind.COLUMNS_CHANGED,
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class StopLine:
    """A tripped brake in words, and the ways to the segments or data sources that it is about, by their names."""

    row: StopRow
    ways: Sequence[tuple[str, str]] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanView:
    """A plan in words, with ways to what its brakes are about. `unread_sources` are those of what could not be read."""

    shown: PlanShown
    stops: Sequence[StopLine]
    unread: Sequence[LossLine]
    unread_sources: Sequence[str]

    @property
    def plan(self) -> Plan:
        """Return the plan."""
        return self.shown.plan


def plan_view(plan: Plan) -> PlanView:
    """Return a plan in the reader's words."""
    labels = _segment_labels(
        [
            *(segment.segment for segment in plan.segments),
            *(name for one in plan.unread for name in one.segments),
        ]
    )
    first = [stop.subject for stop in plan.stops if stop.kind is StopKind.FIRST_RUN]
    called = names(labels, _export_names([*first, *(left.export for left in plan.leftovers)]))
    shown = shown_plan(plan, reads(), Face.PAGE, called)
    unread = list(unread_lines(shown.unread, called))
    return PlanView(
        shown=shown,
        stops=[StopLine(row=one, ways=_ways_of(one.stop, plan, labels)) for one in shown.stops],
        unread=unread,
        unread_sources=list(dict.fromkeys(line.source for line in unread)),
    )


def sample_rows(people: Sequence[SamplePerson], *, in_full: bool) -> Sequence[PersonRow]:
    """Return a few people of a plan, those without a change left out."""
    return [shown_person(person, reads(), in_full=in_full) for person in changing(people)]


def _export_names(keys: Sequence[str]) -> Mapping[str, str]:
    return dict(Export.objects.filter(key__in=keys).values_list("key", "name")) if keys else {}


def _segment_labels(wanted: Sequence[str]) -> Mapping[str, str]:
    return dict(Segment.objects.filter(name__in=wanted).values_list("name", "label"))


def _ways_of(stop: Stop, plan: Plan, labels: Mapping[str, str]) -> Sequence[tuple[str, str]]:
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
