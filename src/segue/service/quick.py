"""Quick segments: what one field offers, counted; the size of a choice before it is made; and the segment that comes of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from segue.control.people.models import Person
from segue.control.segments.adding import add
from segue.control.segments.models import Segment
from segue.control.segments.operations import record_counts
from segue.core.errors import ConfigurationProblem, Mistake
from segue.profiles.personal import personal_attributes
from segue.profiles.schema import Attribute
from segue.segments.parse import parse_rule
from segue.segments.printing import print_rule
from segue.segments.quick import (
    LOWER,
    MOST_VALUES,
    UPPER,
    By,
    bounds,
    last_months,
    quick_rule,
)
from segue.segments.rules import Rule
from segue.segments.rules import Segment as RuleSegment
from segue.service.configured import workspace
from segue.service.exports import Workspace
from segue.service.readings import fitting_snapshot

if TYPE_CHECKING:
    from segue.profiles.ports import FlaggedProfiles, Profiles, Snapshot

_PART = "quick__{}"
"""How counted rules are called; no segment of anybody's has two underscores in its name."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """Something to tick: its `id`, what it stands for (a value, a `Bound`, a month), and how many people that are."""

    id: str
    value: object
    people: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """An attribute of profiles, or a measure, that a quick segment can be made of."""

    attribute: Attribute
    is_personal: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Sized:
    """A choice, as the rule that it makes, and how many members it has among the profiles that were read last."""

    written: object
    rule: Rule
    members: int


class Quick:
    """What was read last, opened for the questions of one request. Raises: ConfigurationProblem when nothing fitting was read."""

    def __init__(self) -> None:
        self._snapshot: Snapshot = fitting_snapshot()
        self._work: Workspace = workspace()

    @property
    def taken_at(self) -> datetime:
        """Return when the profiles were read."""
        return self._snapshot.taken_at

    def fields(self) -> Sequence[Field]:
        """Return the attributes in the order of their declaration, then the measures."""
        schema = self._work.configuration.schema
        personal = personal_attributes(schema, schema.customers)
        return [
            Field(attribute=one, is_personal=one.name in personal)
            for one in schema.customers.attributes
        ]

    def offers(self, attribute: Attribute, by: By, *, now: datetime) -> Sequence[Offer]:
        """Return what there is to tick, each with its people; what nobody has is left out. Personal data."""
        with self._work.asked(self._snapshot) as profiles:
            if by is By.VALUES:
                of = self._with_measure(attribute)
                found = profiles.top_values(attribute.name, limit=MOST_VALUES, of=of)
                return [Offer(id=_written(v.value), value=v.value, people=v.people) for v in found]
            values = self._listed(profiles, attribute, by, now)
            counts = self._counts(profiles, [(quick_rule(attribute.name, attribute.type, by, [one])) for one, _value in values])  # fmt: skip
        return [
            Offer(id=one, value=value, people=people)
            for (one, value), people in zip(values, counts, strict=True)
            if people
        ]

    def sized(self, attribute: Attribute, by: By, ids: Sequence[str]) -> Sized:
        """Return the size of a choice. Raises: ConfigurationProblem when it makes no rule."""
        written = quick_rule(attribute.name, attribute.type, by, ids)
        if written is None:
            raise ConfigurationProblem(
                _("Nothing is ticked that a segment could be made of."),
                action=_("Tick at least one of the offers."),
                code="quick_nothing_chosen",
            )
        rule, mistakes = self._parsed(written)
        if rule is None:
            raise ConfigurationProblem(
                mistakes[0].message, action=mistakes[0].action, code=mistakes[0].code
            )
        with self._work.asked(self._snapshot) as profiles:
            [members] = self._counts(profiles, [written])
        return Sized(written=print_rule(rule), rule=rule, members=members)

    def save(self, sized: Sized, *, label: str, actor: Person, now: datetime) -> Segment:
        """Keep a choice as a dynamic segment of the pages, counted. Raises: ConfigurationProblem with every mistake."""
        segment = add(label=label, rule=sized.written, actor=actor, now=now)
        record_counts({segment.name: sized.members}, now=now)
        return segment

    def _listed(
        self, profiles: Profiles, attribute: Attribute, by: By, now: datetime
    ) -> Sequence[tuple[str, object]]:
        if by is By.PERCENTILES:
            of = self._with_measure(attribute)
            values = profiles.percentiles(attribute.name, sorted({*UPPER, *LOWER}), of=of)
            return [(one.id, one) for one in (bounds(values) if values else ())]
        if by is By.CALENDAR_MONTHS:
            return [(str(month), month) for month in range(1, 13)]
        zone = attribute.time_zone or self._work.configuration.time_zone
        today = now.astimezone(ZoneInfo(zone)).date()
        return [(one, date.fromisoformat(f"{one}-01")) for one in last_months(today)]

    def _with_measure(self, attribute: Attribute) -> FlaggedProfiles | None:
        """Return the profiles with a measure as a column; None for an attribute, which is stored."""
        is_measure = attribute.name in self._work.configuration.schema.measures
        return self._work.flags_of([], columns=[attribute.name]) if is_measure else None

    def _counts(self, profiles: Profiles, written: Sequence[object]) -> Sequence[int]:
        segments = [
            RuleSegment(name=_PART.format(at), rule=rule)
            for at, one in enumerate(written)
            if (rule := self._parsed(one)[0]) is not None
        ]
        counts = profiles.counts(self._work.flags_of(segments)) if segments else {}
        return [counts.get(_PART.format(at), 0) for at in range(len(written))]

    def _parsed(self, written: object) -> tuple[Rule | None, Sequence[Mistake]]:
        schema = self._work.configuration.schema
        return parse_rule(written, schema, "rules", self._work.configuration.segments)


def _written(value: object) -> str:
    """Return a value as a form sends it back and a rule reads it."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value)
