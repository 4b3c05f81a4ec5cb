"""How a measure lies over the customers: how many have a value, the least, the middle and the most, ten bars, ten people.

Asked of what was read last; nothing is kept. A measure need not be declared for it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from itertools import pairwise
from typing import TYPE_CHECKING

from segue.profiles.personal import key_is_personal, personal_attributes
from segue.profiles.schema import AttributeType
from segue.profiles.shown_values import shown_row
from segue.segments.measures import Measure
from segue.segments.operators import TIMES
from segue.segments.rules import All, Any, Compare, Comparison, Literal, Rule, Segment
from segue.shown.masking import shown_key

if TYPE_CHECKING:
    from segue.profiles.ports import FlaggedProfiles, Profiles, Snapshot
    from segue.service.profiles import ProfilesAtWork

BARS = 10
SHOWN = 10
"""People that are shown as examples, by key."""

_EVERYBODY, _WITH, _BAR = "measure__everybody", "measure__with", "measure__bar{}"
"""Names of what is counted; no segment's name has two underscores."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Bar:
    """How many people have a value from `first` on and below `end`; of the last bar, up to `end`."""

    first: object
    end: object
    people: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Preview:
    """How a measure lies: `people` of `profiles` have a value. `least`, `median`, `most` None: nobody has one.

    `samples` hold key, masked as everywhere, and value of a few who have one; `is_personal`: the values are personal data
    and are masked wherever they are shown.
    """

    measure: Measure
    taken_at: datetime
    profiles: int
    people: int
    least: object
    median: object
    most: object
    bars: Sequence[Bar]
    samples: Sequence[tuple[str, object]]
    is_personal: bool


def preview(
    work: ProfilesAtWork, snapshot: Snapshot, measure: Measure, *, now: datetime
) -> Preview:
    """Ask how a measure lies over the customers of a snapshot. Raises: as `ProfilesAtWork.snapshot`, BrokenOff."""
    question = _Question(work, measure, now)
    with work.asked(snapshot) as profiles:
        flagged = question.flagged({_EVERYBODY: _everybody(measure.name)})
        found = profiles.percentiles(measure.name, (0, 50, 100), of=flagged)
        shown = [shown_row([found.get(at)], [measure.attribute])[0] for at in (0, 50, 100)]
        limits = _limits(measure, shown[0], shown[2])
        counts = profiles.counts(question.flagged(_counted(measure.name, limits)))
        samples = question.samples(profiles)
    return Preview(
        measure=measure,
        taken_at=snapshot.taken_at,
        profiles=snapshot.counts["profiles"].kept,
        people=counts[_WITH],
        least=shown[0],
        median=shown[1],
        most=shown[2],
        bars=[
            Bar(first=first, end=end, people=counts[_BAR.format(at)])
            for at, (first, end) in enumerate(pairwise(limits))
        ],
        samples=samples,
        is_personal=question.is_personal,
    )


def values_of(
    work: ProfilesAtWork, snapshot: Snapshot, key: object, *, now: datetime
) -> Mapping[str, object]:
    """Return every measure of the profile with this key, of the key's own type, as it is shown; {} where there is none.

    Personal data. Raises: as `preview`.
    """
    from segue.segments.compile import with_flags
    from segue.segments.questions import of_key

    known, schema = work.configuration, work.configuration.schema
    names = [*schema.measures]
    flagged = with_flags(
        [],
        schema,
        as_of=now,
        time_zone=known.time_zone,
        all_segments=known.segments,
        measures=names,
    )
    with work.asked(snapshot) as profiles:
        rows = profiles.sample(of_key(flagged, key, _WITH), _WITH, limit=1, columns=names)
    attributes = [None, *(schema.attribute(name) for name in names)]
    return {
        name: value
        for row in rows
        for name, value in zip(names, shown_row(row, attributes)[1:], strict=True)
    }


class _Question:
    """A measure beside those of a configuration, at an instant."""

    def __init__(self, work: ProfilesAtWork, measure: Measure, now: datetime) -> None:
        known = work.configuration
        self._known, self._now, self._name = known, now, measure.name
        measures = {**known.schema.measures, measure.name: measure}
        self._schema = replace(known.schema, measures=measures)

    @property
    def is_personal(self) -> bool:
        """Whether the measure's values are personal data."""
        return self._name in personal_attributes(self._schema, self._schema.customers)

    def flagged(self, rules: Mapping[str, Rule]) -> FlaggedProfiles:
        """Return the customers with the measure, and a flag for each rule."""
        from segue.segments.compile import with_flags

        return with_flags(
            [Segment(name=name, rule=rule) for name, rule in rules.items()],
            self._schema,
            as_of=self._now,
            time_zone=self._known.time_zone,
            all_segments=self._known.segments,
            measures=[self._name],
        )

    def samples(self, profiles: Profiles) -> Sequence[tuple[str, object]]:
        """Return the key of a few customers, masked, and the value."""
        attribute = self._schema.attribute(self._name)
        with_value = self.flagged({_WITH: _has_value(self._name)})
        rows = profiles.sample(with_value, _WITH, limit=SHOWN, columns=[self._name])
        is_hidden = key_is_personal(self._schema)
        found = [shown_row(row, (None, attribute)) for row in rows]
        return [
            (shown_key(str(key), personal=is_hidden, in_full=False), value) for key, value in found
        ]


def _has_value(name: str) -> Compare:
    return Compare(attribute=name, comparison=Comparison.IS_BLANK, values=(False,))


def _everybody(name: str) -> Rule:
    blank = Compare(attribute=name, comparison=Comparison.IS_BLANK, values=(True,))
    return Any(rules=(blank, _has_value(name)))


def _counted(name: str, limits: Sequence[Literal]) -> Mapping[str, Rule]:
    """Return what is counted: who has a value, and each bar."""
    found: dict[str, Rule] = {_WITH: _has_value(name)}
    last = len(limits) - 2
    for at, (first, end) in enumerate(pairwise(limits)):
        below = Comparison.AT_MOST if at == last else _below(end)
        found[_BAR.format(at)] = All(
            rules=(
                Compare(attribute=name, comparison=Comparison.AT_LEAST, values=(first,)),
                Compare(attribute=name, comparison=below, values=(end,)),
            )
        )
    return found


def _below(end: Literal) -> Comparison:
    return Comparison.BEFORE if isinstance(end, date) else Comparison.LESS_THAN


def _limits(measure: Measure, least: object, most: object) -> Sequence[Literal]:
    """Return where bars begin, and where the last one ends; nothing where nobody has a value."""
    if measure.attribute.type in TIMES:
        return _days(least, most) if isinstance(least, date) and isinstance(most, date) else ()
    if not isinstance(least, int | Decimal) or not isinstance(most, int | Decimal):
        return ()
    return _numbers(Decimal(least), Decimal(most), measure)


def _numbers(least: Decimal, most: Decimal, measure: Measure) -> Sequence[Literal]:
    is_whole = measure.attribute.type is AttributeType.INTEGER
    unit = Decimal(1) if is_whole else Decimal(1).scaleb(-measure.attribute.scale)
    bars = int(min(Decimal(BARS), max(Decimal(1), (most - least) / unit)))
    steps = [least + ((most - least) * at / bars // unit) * unit for at in range(bars)]
    limits = [*dict.fromkeys(steps), most]
    return [int(one) if is_whole else one for one in limits]


def _days(least: date, most: date) -> Sequence[Literal]:
    first, last = _day(least), _day(most)
    span = (last - first).days
    bars = min(BARS, max(1, span))
    starts = [first + timedelta(days=span * at // bars) for at in range(bars)]
    return [*starts, last]


def _day(value: date) -> date:
    return value.date() if isinstance(value, datetime) else value
