"""What leaves people out of an export, counted from run to run: a guard whose values vanish lets everybody in. Pure.

An attribute or related table in a rule that a blank passes, a consent that says no, and the attribute that decides which
profile or row of one person counts. What is looked at are two flags of each profile: something is written, and that
leaves the person out.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeAlias

from segue.profiles.schema import AttributeType, ProfileSchema
from segue.segments.blanks import LeavingOut, leaving_out
from segue.segments.measures import measures_of
from segue.segments.rules import (
    AggregateFunction,
    All,
    Any,
    Compare,
    Comparison,
    InSegment,
    Not,
    RelatedTo,
    Rule,
    Segment,
)
from segue.sync.export import Export

Segments: TypeAlias = Mapping[str, Segment]


@dataclass(frozen=True, slots=True, kw_only=True)
class Guard:
    """One attribute or related table (`subject`) by which people are left out of the chosen `segments`.

    `written` holds for profiles that have a value, or a row; `out` for those that it leaves out. None: it only decides
    between profiles, or whom it leaves out changes with the days.
    """

    subject: str
    segments: tuple[str, ...]
    written: Rule
    out: Rule | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Guards:
    """All guards of an export, and by chosen segment the rule that holds for profiles whose yes/no leaves them out of it.

    What such a profile says counts for everybody with its address.
    """

    counted: tuple[Guard, ...] = ()
    refusals: Mapping[str, Rule] = field(default_factory=dict)
    yes_no: tuple[str, ...] = ()

    def as_segments(self) -> tuple[Segment, ...]:
        """Return what is to be known of each profile, as segments beside the chosen ones; no segment has such a name."""
        counted = (
            Segment(name=name, rule=rule) for name, rule in counted_flags(self.counted).items()
        )
        refusals = (Segment(name=refused(name), rule=rule) for name, rule in self.refusals.items())
        return (*counted, *refusals)


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What a run stood on. `rule` names the comparisons: whom others leave out is not compared."""

    written: int
    left_out: int | None = None
    rule: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class GuardCount:
    """How many profiles a guard has a value of (`written`) and leaves out, and what the export's last run knew of it.

    Numbers are None where they are not known or not compared. `entering`: so many people would get a tag of its segments
    anew, counted where less is written or left out than before.
    """

    subject: str
    segments: tuple[str, ...]
    written: int
    left_out: int | None = None
    written_before: int | None = None
    left_out_before: int | None = None
    entering: int = 0
    rule: str = ""

    @property
    def has_lost(self) -> bool:
        """Return whether less is written, or fewer are left out, than before."""
        return self.lost(self.written, self.written_before) > 0 or (
            self.left_out is not None and self.lost(self.left_out, self.left_out_before) > 0
        )

    @staticmethod
    def lost(now: int, before: int | None) -> int:
        """Return how many fewer there are, 0 where that is not known."""
        return max(0, (before or 0) - now)

    @property
    def known(self) -> Known:
        """Return what a run of this plan keeps."""
        return Known(written=self.written, left_out=self.left_out, rule=self.rule)


def counted_flags(guards: Sequence[Guard]) -> Mapping[str, Rule]:
    """Return what is counted of guards, by the name of its flag: who has a value of each, and whom it leaves out."""
    return {
        name: rule
        for place, guard in enumerate(guards)
        for name, rule in ((_written_flag(place), guard.written), (_out_flag(place), guard.out))
        if rule is not None
    }


def refused(segment: str) -> str:
    """Name the flag of profiles that a yes/no attribute leaves out of a segment."""
    return f"{segment}__refused"


def guards_of(export: Export, schema: ProfileSchema, segments: Segments) -> Guards:
    """Return what leaves people out of an export; `segments` are all that the chosen ones may refer to."""
    chosen = tuple(one.segment for one in export.segments)
    found = {name: leaving_out(segments[name], segments, measures_of(schema)) for name in chosen}
    rules = tuple(dict.fromkeys(_subject(one) for parts in found.values() for one in parts))
    yes_no = {
        name: [one for one in parts if _is_yes_no(one, schema)] for name, parts in found.items()
    }
    return Guards(
        counted=(
            *(_of_rules(subject, found) for subject in rules),
            *(one for one in _of_profiles(export, schema, chosen) if one.subject not in rules),
        ),
        refusals={name: _refusal(name, parts) for name, parts in yes_no.items() if parts},
        yes_no=tuple(dict.fromkeys(_subject(one) for parts in yes_no.values() for one in parts)),
    )


def compared(
    guards: Sequence[Guard], numbers: Mapping[str, int], known: Mapping[str, Known]
) -> tuple[GuardCount, ...]:
    """Return the counts of guards beside what the last run knew; `numbers` are those of `counted_flags`."""
    return tuple(
        _beside(
            guard,
            numbers[_written_flag(place)],
            numbers.get(_out_flag(place)),
            known.get(guard.subject),
        )
        for place, guard in enumerate(guards)
    )


def _beside(guard: Guard, written: int, left_out: int | None, known: Known | None) -> GuardCount:
    rule = hashlib.sha256(repr(guard.out).encode()).hexdigest()[:16]
    return GuardCount(
        subject=guard.subject,
        segments=guard.segments,
        written=written,
        left_out=left_out,
        written_before=known.written if known else None,
        left_out_before=known.left_out if known and known.rule == rule else None,
        rule=rule,
    )


def _written_flag(place: int) -> str:
    return f"{place}__written"


def _out_flag(place: int) -> str:
    return f"{place}__out"


def _of_rules(subject: str, found: Mapping[str, Sequence[LeavingOut]]) -> Guard:
    mine = {
        name: tuple(one for one in parts if _subject(one) == subject)
        for name, parts in found.items()
    }
    parts = tuple(dict.fromkeys(one for some in mine.values() for one in some))
    outs = tuple(one.out for one in parts if not one.moves)
    return Guard(
        subject=subject,
        segments=tuple(name for name, some in mine.items() if some),
        written=_written(parts[0]),
        out=_any(outs) if outs else None,
    )


def _of_profiles(export: Export, schema: ProfileSchema, chosen: tuple[str, ...]) -> Iterator[Guard]:
    consent = export.consent.attribute if export.consent is not None else None
    if consent is not None:
        no = Compare(attribute=consent, comparison=Comparison.IS, values=(False,))
        yield Guard(subject=consent, segments=chosen, written=_has_value(consent), out=no)
    for name in dict.fromkeys((export.winner.newest_by, schema.profiles.newest_by)):
        if name is not None and name != consent:
            yield Guard(subject=name, segments=chosen, written=_has_value(name))


def _subject(one: LeavingOut) -> str:
    """Return what a guard is called: an attribute by its name, a related table by its place in the definition."""
    if one.attribute is not None:
        return one.attribute
    return f"related.{one.table}"


def _written(one: LeavingOut) -> Rule:
    if one.attribute is None:
        return RelatedTo(table=one.table, function=AggregateFunction.EXISTS)
    return _has_value(one.attribute)


def _has_value(attribute: str) -> Rule:
    return Compare(attribute=attribute, comparison=Comparison.IS_BLANK, values=(False,))


def _is_yes_no(one: LeavingOut, schema: ProfileSchema) -> bool:
    """Return whether a yes or a no leaves people out: not that there is one at all."""
    if not isinstance(one.leaf, Compare) or one.leaf.comparison is Comparison.IS_BLANK:
        return False
    attribute = schema.attribute(one.leaf.attribute)
    return attribute is not None and attribute.type is AttributeType.BOOLEAN


def _refusal(segment: str, parts: Sequence[LeavingOut]) -> Rule:
    """Hold for whoever is left out and in the segment by no other way."""
    outs = tuple(dict.fromkeys(one.out for one in parts))
    return All(rules=(_any(outs), Not(rule=InSegment(segment=segment))))


def _any(rules: tuple[Rule, ...]) -> Rule:
    return rules[0] if len(rules) == 1 else Any(rules=rules)
