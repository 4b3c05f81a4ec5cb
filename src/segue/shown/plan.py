"""A plan as people see it: counts and brakes in words, segments by their names, what is not as it should be."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from segue.shown.names import AS_THEY_ARE, Names
from segue.shown.notes import headline, notes
from segue.sync.brakes import SegmentChange, Stop, StopKind
from segue.sync.grounds import Unread
from segue.sync.kinds import Kind, Skip
from segue.sync.plan import FieldChange, Plan
from segue.words.brakes import stop_sentence, way_out
from segue.words.faces import Face
from segue.words.plans import KINDS, SKIPS, kind_words, skip_words

NOTHING = "–"


@dataclass(frozen=True, slots=True, kw_only=True)
class Counted:
    """A word and how many people it is true of."""

    label: str
    people: int


@dataclass(frozen=True, slots=True, kw_only=True)
class SegmentRow:
    """A segment by what it is called, and what becomes of its tag."""

    label: str
    change: SegmentChange


@dataclass(frozen=True, slots=True, kw_only=True)
class StopRow:
    """A tripped brake in words, and the way out as pages say it."""

    stop: Stop
    sentence: str
    way_out: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanShown:
    """A plan in words. `fields` are the merge fields to which something happens, `unread` what no skip tells."""

    plan: Plan
    kinds: Sequence[Counted]
    skips: Sequence[Counted]
    segments: Sequence[SegmentRow]
    fields: Sequence[FieldChange]
    stops: Sequence[StopRow]
    headline: Sequence[str]
    notes: Sequence[str]
    unread: Sequence[Unread]

    @property
    def gives_up_tags(self) -> bool:
        """Return whether a tag becomes nobody's of ours although people keep it: another export's, or somebody else's."""
        return any(row.change.released for row in self.segments)


def shown_plan(plan: Plan, language: str, face: Face, names: Names = AS_THEY_ARE) -> PlanShown:
    """Return a plan in the reader's words; `names` are what its segments, exports and attributes are called."""
    return PlanShown(
        plan=plan,
        kinds=_kinds(plan.counts, language),
        skips=_skips(plan.skips, language),
        segments=[
            SegmentRow(label=names.segment(one.segment) or NOTHING, change=one)
            for one in plan.segments
        ],
        fields=[one for one in plan.fields if one.changed or one.cleared or one.kept or one.cut],
        stops=[shown_stop(stop, language, face, names) for stop in plan.stops],
        headline=list(headline(plan, language, face)),
        notes=list(notes(plan, language, face, names)),
        unread=plan.unread_told,
    )


def shown_stop(stop: Stop, language: str, face: Face, names: Names = AS_THEY_ARE) -> StopRow:
    """Return a tripped brake in the reader's words."""
    sentence = stop_sentence(stop, language, face, subject=_subject(stop, names))
    return StopRow(stop=stop, sentence=sentence, way_out=way_out(stop, language))


_OF_SEGMENTS = (StopKind.EMPTY_SEGMENT, StopKind.SHRUNKEN_SEGMENT, StopKind.GROWN_SEGMENT)
_OF_ATTRIBUTES = (StopKind.VALUES_UNREAD, StopKind.GUARD_OPENED, StopKind.GUARD_EMPTIED)


def _subject(stop: Stop, names: Names) -> str:
    """Return what the segment, export or attribute that a stop names is called."""
    if stop.kind is StopKind.FIRST_RUN:
        return names.export(stop.subject)
    if stop.kind in _OF_ATTRIBUTES:
        return names.place(stop.subject)
    return names.segment(stop.subject) if stop.kind in _OF_SEGMENTS else stop.subject


def _kinds(counts: Mapping[Kind, int], language: str) -> Sequence[Counted]:
    """Return the kinds that happen, unchanged people last."""
    order = (*(kind for kind in KINDS if kind is not Kind.SAME), Kind.SAME)
    return [
        Counted(label=kind_words(kind, language), people=counts[kind])
        for kind in order
        if counts.get(kind)
    ]


def _skips(skips: Mapping[Skip, int], language: str) -> Sequence[Counted]:
    return [
        Counted(label=skip_words(skip, language), people=skips[skip])
        for skip in SKIPS
        if skips.get(skip)
    ]
