"""Customers in words: rows of a search, and the card of one. Personal data is masked unless it is to be shown in full."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from segue.profiles.person_names import name_attributes
from segue.profiles.references import named_column
from segue.profiles.schema import PROFILE_KEY, Attribute, AttributeType, ProfileSchema, Table
from segue.segments.rules import InSegment
from segue.service.customers import Customer, Event, Found, InOrOut, Judged
from segue.service.words import name_of
from segue.shown.customers import Masking, line_words
from segue.shown.masking import shown_value
from segue.web import formats
from segue.web.sayings import reads
from segue.web.segments.members import value_text


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One customer that was found. `name` and `email` are "" where there is none; `to` is the address of the card."""

    to: str
    name: str
    email: str
    key: str

    @property
    def title(self) -> str:
        """Return what the customer is called: the name, else the address, else the key."""
        return self.name or self.email or self.key


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """One value under its attribute's name."""

    label: str
    text: str
    is_number: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """One line of a rule, whether it holds, and the value that it looks at, "" for none; `parts` stand below a group."""

    words: str
    holds: bool
    value: str
    segment: str = ""
    parts: list[Verdict] = field(default_factory=list)


@dataclass(frozen=True, slots=True, kw_only=True)
class SegmentRow:
    """A segment, whether the customer is in it, and why."""

    name: str
    label: str
    is_active: bool
    is_member: bool
    verdicts: Sequence[Verdict]


@dataclass(frozen=True, slots=True, kw_only=True)
class EventRow:
    """One row of a related table; `day` is "" where it has none."""

    day: str
    table: str
    facts: Sequence[Fact]


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """A customer's card. `groups` are the attributes by the source that they are read from.

    `unmasked_title` is for no place that is kept, such as a window's title.
    """

    title: str
    unmasked_title: str
    email: str
    key: str
    in_full: bool
    has_masked: bool
    taken_at: datetime
    groups: Sequence[tuple[str, Sequence[Fact]]]
    measures: Sequence[Fact]
    segments: Sequence[SegmentRow]
    members: int
    events: Sequence[EventRow]
    more_events: int
    tables: int


class Texts(Masking):
    """Values of one schema in the reader's words."""

    def text(self, attribute: Attribute, value: object, table: Table | None = None) -> str:
        """Return a value."""
        if self.hides(attribute, table) and value not in (None, ""):
            return shown_value(value, personal=True)
        return value_text(value)

    def row(self, values: Mapping[str, object], *, to: str) -> Row:
        """Return a customer in one row."""
        names = [one for one in name_attributes(self.schema) if values[one.name]]
        attributes = self.schema.profiles.attributes
        emails = (one for one in attributes if one.type is AttributeType.EMAIL)
        email = next((one for one in emails if values[one.name]), None)
        return Row(
            to=to,
            name=" ".join(self.text(one, values[one.name]) for one in names),
            email=self.text(email, values[email.name]) if email else "",
            key=self.key(values[PROFILE_KEY]),
        )


def rows_of(
    found: Found, schema: ProfileSchema, *, in_full: bool, to: Callable[[object], str]
) -> Sequence[Row]:
    """Return the customers that were found; `to` gives the address of a card by the key."""
    masking = Texts(schema, in_full=in_full)
    return [masking.row(one, to=to(one[PROFILE_KEY])) for one in found.customers]


def card_of(customer: Customer, *, in_full: bool) -> Card:
    """Return a card in words."""
    schema, masking = customer.schema, Texts(customer.schema, in_full=in_full)
    row = masking.row(customer.values, to="")
    masked = Texts(schema, in_full=False)
    segments = [_segment(one, customer, masking) for one in customer.segments]
    return Card(
        title=masked.row(customer.values, to="").title,
        unmasked_title=row.title,
        email=row.email,
        key=row.key,
        in_full=in_full,
        has_masked=_has_masked(customer, masked),
        taken_at=customer.taken_at,
        groups=_groups(customer, masking),
        measures=[
            _fact(one.attribute, customer.values[one.attribute.name], masking)
            for one in schema.measures.values()
        ],
        segments=sorted(segments, key=lambda one: not one.is_member),
        members=sum(one.is_member for one in segments),
        events=[_event(one, masking) for one in customer.events],
        more_events=customer.more_events,
        tables=len(schema.related),
    )


def _has_masked(customer: Customer, masked: Texts) -> bool:
    """Tell whether anything is hidden that somebody might want to see."""
    hidden = (one for one in customer.schema.customers.attributes if masked.hides(one))
    in_rows = (
        masked.hides(one, event.table) for event in customer.events for one, _v in event.values
    )
    key = str(customer.key)
    return (
        any(customer.values[one.name] not in (None, "") for one in hidden)
        or any(in_rows)
        or masked.key(key) != key
    )


def _groups(customer: Customer, masking: Texts) -> Sequence[tuple[str, Sequence[Fact]]]:
    """Return the attributes by source, those of the profiles' own first."""
    table, found = customer.schema.profiles, dict[str, list[Fact]]()
    found[table.source] = []
    for one in table.attributes:
        source, _column = named_column(table, one.column)
        found.setdefault(source, []).append(_fact(one, customer.values[one.name], masking))
    return [*found.items()]


def _fact(attribute: Attribute, value: object, masking: Texts, table: Table | None = None) -> Fact:
    label = name_of(attribute)
    return Fact(
        label=label[:1].upper() + label[1:],
        text=masking.text(attribute, value, table),
        is_number=isinstance(value, Decimal),
    )


# --- segments ------------------------------------------------------------------------------------------------------


def _segment(found: InOrOut, customer: Customer, masking: Texts) -> SegmentRow:
    labels = {one.segment.name: one.segment.label or one.segment.name for one in customer.segments}
    return SegmentRow(
        name=found.segment.name,
        label=labels[found.segment.name],
        is_active=found.segment.active,
        is_member=found.is_member,
        verdicts=_verdicts(found.lines, masking, labels),
    )


def _verdicts(
    lines: Sequence[Judged], masking: Texts, labels: Mapping[str, str]
) -> Sequence[Verdict]:
    """Return lines as a tree: each among the parts of the last one before it that stands less deep."""
    top: list[Verdict] = []
    places = [top]
    for one in lines:
        rule = one.line.inside
        verdict = Verdict(
            words=line_words(one.line, masking.schema, reads(), labels=labels),
            holds=one.holds,
            value=", ".join(_looked_at(one, masking)),
            segment=rule.segment if isinstance(rule, InSegment) else "",
        )
        del places[one.line.depth + 1 :]
        places[-1].append(verdict)
        places.append(verdict.parts)
    return top


def _looked_at(judged: Judged, masking: Texts) -> Iterator[str]:
    is_several = len(judged.values) + (judged.computed is not None) > 1
    for attribute, value in judged.values:
        text = _value(attribute, value, masking)
        named = _("%(label)s: %(value)s") % {"label": name_of(attribute), "value": text}
        yield named if is_several else text
    if judged.computed is not None:
        yield _value(*judged.computed, masking)
    if judged.rows is not None:
        words = ngettext("%(count)s row fits", "%(count)s rows fit", judged.rows)
        yield words % {"count": formats.number(judged.rows)}


def _value(attribute: Attribute, value: object, masking: Texts) -> str:
    return _("no value") if value in (None, "") else masking.text(attribute, value)


# --- the time line -------------------------------------------------------------------------------------------------


def _event(event: Event, masking: Texts) -> EventRow:
    label = name_of(event.table)
    at = [
        _fact(one, value, masking, event.table) for one, value in event.values if value is event.at
    ]
    values = [(one, value) for one, value in event.values if value is not event.at]
    return EventRow(
        day=at[0].text if at else "",
        table=label[:1].upper() + label[1:],
        facts=[_fact(one, value, masking, event.table) for one, value in values],
    )
