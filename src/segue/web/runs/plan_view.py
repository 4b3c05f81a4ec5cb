"""A run's plan as its page shows it: counts in words, segments by their labels, tripped brakes, a few people."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from segue.control.exports.models import Export
from segue.control.refreshes.papers import SamplePerson
from segue.control.segments.models import Segment
from segue.observability.redact import mask_address
from segue.sync.brakes import SegmentChange, Stop, StopKind
from segue.sync.kinds import Kind, Skip
from segue.sync.plan import FieldChange, Plan
from segue.web.reading_words import LossLine, place_words, unread_lines
from segue.web.runs.plan_notes import headline, notes
from segue.web.runs.stop_ways import ways_of
from segue.web.words import KINDS, SKIPS, stop_sentence, way_out


@dataclass(frozen=True, slots=True, kw_only=True)
class Counted:
    """A word and how many people it is true of."""

    label: str
    people: int


@dataclass(frozen=True, slots=True, kw_only=True)
class SegmentRow:
    """A segment by its label, and what becomes of its tag."""

    label: str
    change: SegmentChange


@dataclass(frozen=True, slots=True, kw_only=True)
class StopRow:
    """A tripped brake in words, and the ways to the segments or data sources that it is about, by their names."""

    sentence: str
    way_out: str
    ways: Sequence[tuple[str, str]] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class SampleRow:
    """One person of the plan. `address` is masked unless somebody asked to see it."""

    kind: str
    address: str
    tags_added: Sequence[str]
    tags_removed: Sequence[str]
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanView:
    """A plan in words. `fields` are the merge fields to which something happens.

    `unread_sources` are the data sources of what could not be read.
    """

    plan: Plan
    kinds: Sequence[Counted]
    skips: Sequence[Counted]
    segments: Sequence[SegmentRow]
    stops: Sequence[StopRow]
    headline: Sequence[str]
    notes: Sequence[str]
    fields: Sequence[FieldChange]
    unread: Sequence[LossLine]
    unread_sources: Sequence[str]


_OF_ATTRIBUTES = (StopKind.VALUES_UNREAD, StopKind.GUARD_OPENED, StopKind.GUARD_EMPTIED)
"""Brakes that name an attribute."""


def plan_view(plan: Plan) -> PlanView:
    """Return a plan in the reader's words."""
    labels = _segment_labels(
        [
            *(segment.segment for segment in plan.segments),
            *(name for one in plan.unread for name in one.segments),
        ]
    )
    unread = list(unread_lines(plan.unread_told, labels))
    first = [stop.subject for stop in plan.stops if stop.kind is StopKind.FIRST_RUN]
    exports = _export_names([*first, *(left.export for left in plan.leftovers)])
    return PlanView(
        plan=plan,
        kinds=_kinds(plan.counts),
        skips=_skips(plan.skips),
        segments=[
            SegmentRow(label=labels.get(one.segment, one.segment) or "–", change=one)
            for one in plan.segments
        ],
        stops=[
            StopRow(
                sentence=stop_sentence(stop, subject=_subject(stop, labels, exports)),
                way_out=way_out(stop),
                ways=ways_of(stop, plan, labels),
            )
            for stop in plan.stops
        ],
        headline=list(headline(plan)),
        notes=list(notes(plan, names=exports)),
        fields=[one for one in plan.fields if one.changed or one.cleared or one.kept or one.cut],
        unread=unread,
        unread_sources=list(dict.fromkeys(line.source for line in unread)),
    )


def sample_rows(people: Sequence[SamplePerson], *, in_full: bool) -> Sequence[SampleRow]:
    """Return a few people of a plan, those without a change left out."""
    return [
        SampleRow(
            kind=str(KINDS[Kind(person.kind)]),
            address=person.address if in_full else mask_address(person.address),
            tags_added=person.tags_added,
            tags_removed=person.tags_removed,
            reason=str(SKIPS.get(Skip(person.skip), "")),
        )
        for person in people
        if person.kind != Kind.SAME
    ]


def _subject(stop: Stop, labels: Mapping[str, str], exports: Mapping[str, str]) -> str:
    """Return what the segment, export or attribute that a stop names is called; "" when it names something else."""
    if stop.kind is StopKind.FIRST_RUN:
        return exports.get(stop.subject, "")
    if stop.kind in _OF_ATTRIBUTES:
        return place_words(stop.subject)
    is_segment = stop.kind in (StopKind.EMPTY_SEGMENT, StopKind.SHRUNKEN_SEGMENT)
    return labels.get(stop.subject, "") if is_segment else ""


def _kinds(counts: Mapping[Kind, int]) -> Sequence[Counted]:
    """Return the kinds that happen, unchanged people last."""
    order = (*(kind for kind in KINDS if kind is not Kind.SAME), Kind.SAME)
    return [
        Counted(label=str(KINDS[kind]), people=counts[kind]) for kind in order if counts.get(kind)
    ]


def _skips(skips: Mapping[Skip, int]) -> Sequence[Counted]:
    return [
        Counted(label=str(SKIPS[skip]), people=skips[skip]) for skip in SKIPS if skips.get(skip)
    ]


def _export_names(keys: Sequence[str]) -> Mapping[str, str]:
    return dict(Export.objects.filter(key__in=keys).values_list("key", "name")) if keys else {}


def _segment_labels(names: Sequence[str]) -> Mapping[str, str]:
    return dict(Segment.objects.filter(name__in=names).values_list("name", "label"))
