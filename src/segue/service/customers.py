"""One customer among the profiles that were read last: found by key, address or name, and everything that is known of them.

What Mailchimp and the ledgers hold of an address is `contacts_kept`'s. All of it is personal data.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import TYPE_CHECKING

from segue.profiles.person_names import name_attributes
from segue.profiles.schema import PROFILE_KEY, Attribute, AttributeType, ProfileSchema, Table
from segue.profiles.shown_values import shown_row
from segue.segments.operators import TIMES
from segue.segments.rules import InSegment, Rule, Segment
from segue.segments.verdicts import Asked, Line, asked, lines_of
from segue.service.profiles import ProfilesAtWork

if TYPE_CHECKING:
    from segue.profiles.ports import Profiles, Snapshot

FOUND = 50
"""Customers that a search shows."""

_KEYS = 1 << 63
"""Numbers that are keys lie below it, and not below its negative: eight bytes."""

EVENTS = 50
"""Rows of related tables that a customer's time line shows."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """The first customers that fit, by attribute, PROFILE_KEY among them. `is_cut`: there are more."""

    customers: Sequence[Mapping[str, object]]
    is_cut: bool
    taken_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """One line of a segment's rule, whether it holds, and what it looks at.

    `values` are those of the customer's attributes, `computed` what is computed over `rows` related rows; None: over none.
    """

    line: Line
    holds: bool
    values: Sequence[tuple[Attribute, object]] = ()
    computed: tuple[Attribute, object] | None = None
    rows: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class InOrOut:
    """Whether the customer is in a segment, and why."""

    segment: Segment
    is_member: bool
    lines: Sequence[Judged]


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """One row of a related table. `at` is the first day or instant among its values, None where it has none."""

    table: Table
    at: date | None
    values: Sequence[tuple[Attribute, object]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Customer:
    """What is known of one customer. `values` are attributes and measures by name, as they are shown.

    `events` are the newest related rows of all tables, those without a day last; `more_events` are not among them.
    """

    key: object
    taken_at: datetime
    schema: ProfileSchema
    values: Mapping[str, object]
    segments: Sequence[InOrOut]
    events: Sequence[Event]
    more_events: int


def find_customers(work: ProfilesAtWork, snapshot: Snapshot, text: str) -> Found:
    """Return the first customers with this key, this address, or these parts of their names.

    Raises: ConfigurationProblem when the profiles cannot be asked.
    """
    schema = work.configuration.schema
    names = [one.name for one in name_attributes(schema)]
    attributes = (None, *schema.profiles.attributes)
    with work.asked(snapshot) as profiles:
        rows = profiles.find(text, names=names, limit=FOUND + 1)
    shown = [
        dict(zip(row, shown_row([*row.values()], attributes), strict=True)) for row in rows[:FOUND]
    ]
    return Found(customers=shown, is_cut=len(rows) > FOUND, taken_at=snapshot.taken_at)


def customer_of(
    work: ProfilesAtWork, snapshot: Snapshot, key: object, *, now: datetime
) -> Customer | None:
    """Return the customer with this key, a whole number or a text as keys are; None where the snapshot has none.

    Raises: as `find_customers`.
    """
    from segue.segments.one_person import answered

    known = work.configuration
    if not _may_be_key(key, known.schema):
        return None
    asks = {one.name: [*lines_of(one.rule)] for one in known.segments.values()}
    whole = [Line(rule=InSegment(segment=name)) for name in asks]
    question = asked([*(line for lines in asks.values() for line in lines), *whole], known.schema)
    with work.asked(snapshot) as profiles:
        found = answered(
            question, profiles, key, as_of=now, time_zone=known.time_zone, all_segments=known.segments
        )  # fmt: skip
        if found is None:
            return None
        values, held = found
        total, events = _events(profiles, known.schema, key)
    return Customer(
        key=values[PROFILE_KEY],
        taken_at=snapshot.taken_at,
        schema=known.schema,
        values=values,
        segments=[
            _in_or_out(
                known.segments[name],
                [_judged(line, question, values, held) for line in lines],
                held,
            )
            for name, lines in asks.items()
        ],
        events=events[:EVENTS],
        more_events=total - len(events[:EVENTS]),
    )


def _may_be_key(key: object, schema: ProfileSchema) -> bool:
    """Tell whether a profile of this schema can have the key at all."""
    if schema.profiles.key_type is AttributeType.INTEGER:
        return isinstance(key, int) and -_KEYS <= key < _KEYS
    return isinstance(key, str)


def _in_or_out(segment: Segment, lines: Sequence[Judged], held: Mapping[Rule, bool]) -> InOrOut:
    is_member = held[InSegment(segment=segment.name)]
    return InOrOut(segment=segment, is_member=is_member, lines=lines)


def _judged(
    line: Line, question: Asked, values: Mapping[str, object], held: Mapping[Rule, bool]
) -> Judged:
    computed, rows = question.computed_of(line), question.rows_of(line)

    def looked_at(name: str) -> tuple[Attribute, object]:
        attribute = question.schema.attribute(name)
        assert attribute is not None, name
        return attribute, values[name]

    return Judged(
        line=line,
        holds=held[line.rule],
        values=[looked_at(name) for name in question.attributes_of(line)],
        computed=looked_at(computed) if computed else None,
        rows=int(str(values[rows])) if rows else None,
    )


# --- the time line -------------------------------------------------------------------------------------------------


def _events(profiles: Profiles, schema: ProfileSchema, key: object) -> tuple[int, Sequence[Event]]:
    """Return how many related rows a customer has, and the newest of them."""
    total, found = 0, []
    for name, table in schema.related.items():
        when = _when(table)
        count, rows = profiles.rows_of(name, key, by=when.name if when else "", limit=EVENTS)
        total += count
        found += [*_of_table(table, when, rows)]
    dated = [one for one in found if one.at is not None]
    undated = [one for one in found if one.at is None]
    return total, [*sorted(dated, key=_order, reverse=True), *undated]


def _when(table: Table) -> Attribute | None:
    """Return the attribute by which the rows of a table stand on the time line: the first day or instant."""
    return next((one for one in table.attributes if one.type in TIMES), None)


def _of_table(
    table: Table, when: Attribute | None, rows: Sequence[tuple[object, ...]]
) -> Iterator[Event]:
    for row in rows:
        shown = dict(zip(table.attributes, shown_row(row, table.attributes), strict=True))
        at = shown.get(when) if when is not None else None
        yield Event(
            table=table,
            at=at if isinstance(at, date) else None,
            values=[(one, value) for one, value in shown.items() if value not in (None, "")],
        )


def _order(event: Event) -> datetime:
    """Return where an event stands: a day begins the instants of the same day by the clock of its place."""
    if isinstance(event.at, datetime):
        return event.at.replace(tzinfo=None)
    return datetime.combine(event.at or date.min, time.min)
