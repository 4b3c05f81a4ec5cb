"""Which comparisons and aggregates each attribute type allows. Read by the parser and by whoever offers choices."""

from __future__ import annotations

from collections.abc import Mapping

from segue.profiles.schema import AttributeType
from segue.segments.rules import AggregateFunction, Comparison, Reach

_TEXTS = (
    Comparison.IS,
    Comparison.IS_NOT,
    Comparison.ANY_OF,
    Comparison.NONE_OF,
    Comparison.CONTAINS,
    Comparison.DOES_NOT_CONTAIN,
    Comparison.STARTS_WITH,
    Comparison.ENDS_WITH,
    Comparison.IS_BLANK,
)
_NUMBERS = (
    Comparison.IS,
    Comparison.IS_NOT,
    Comparison.AT_LEAST,
    Comparison.AT_MOST,
    Comparison.MORE_THAN,
    Comparison.LESS_THAN,
    Comparison.BETWEEN,
    Comparison.ANY_OF,
    Comparison.NONE_OF,
    Comparison.IS_BLANK,
)
_TIMES = (
    Comparison.ON,
    Comparison.BEFORE,
    Comparison.AFTER,
    Comparison.IS,
    Comparison.IS_NOT,
    Comparison.AT_LEAST,
    Comparison.AT_MOST,
    Comparison.BETWEEN,
    Comparison.ANY_OF,
    Comparison.NONE_OF,
    Comparison.MONTH_OF,
    Comparison.WEEKDAY_OF,
    Comparison.IS_BLANK,
)
_BIRTHDAYS = (
    Comparison.ON,
    Comparison.IS,
    Comparison.IS_NOT,
    Comparison.ANY_OF,
    Comparison.NONE_OF,
    Comparison.MONTH_OF,
    Comparison.IS_BLANK,
)
_LISTS = (
    Comparison.HAS_ANY_OF,
    Comparison.HAS_ALL_OF,
    Comparison.HAS_NONE_OF,
    Comparison.IS_BLANK,
)

ALLOWED_COMPARISONS: Mapping[AttributeType, tuple[Comparison, ...]] = {
    AttributeType.TEXT: _TEXTS,
    AttributeType.EMAIL: _TEXTS,
    AttributeType.INTEGER: _NUMBERS,
    AttributeType.DECIMAL: _NUMBERS,
    AttributeType.BOOLEAN: (Comparison.IS, Comparison.IS_NOT, Comparison.IS_BLANK),
    AttributeType.DATE: _TIMES,
    AttributeType.TIMESTAMP: _TIMES,
    AttributeType.BIRTHDAY: _BIRTHDAYS,
    AttributeType.LIST: _LISTS,
}
"""Texts have no order: engines sort them differently (ENGINE-FACTS.md §6)."""

TIMES = frozenset({AttributeType.DATE, AttributeType.TIMESTAMP})
"""The types of days and instants of one year."""

DAYS = TIMES | {AttributeType.BIRTHDAY}
"""The types that periods relative to today look at."""

PERIODS: Mapping[str, tuple[Reach, bool]] = {
    "within_last": (Reach.WITHIN, False),
    "within_next": (Reach.WITHIN, True),
    "before_last": (Reach.BEYOND, False),
    "after_next": (Reach.BEYOND, True),
    "anniversary_within_last": (Reach.ANNIVERSARY, False),
    "anniversary_within_next": (Reach.ANNIVERSARY, True),
}
"""The keys of periods relative to today: how a day stands to them, and whether they look ahead."""


def periods_of(kind: AttributeType) -> tuple[str, ...]:
    """Return the keys of periods that a type allows: a day of the year is neither before nor after one."""
    if kind not in DAYS:
        return ()
    return tuple(
        key for key, (reach, _) in PERIODS.items() if kind in TIMES or reach is not Reach.BEYOND
    )


WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
"""The days of the week as they are written in rules."""

ORDERED = frozenset({AttributeType.INTEGER, AttributeType.DECIMAL}) | TIMES
"""The types whose order is the same on every engine."""

NUMBERS = frozenset({AttributeType.INTEGER, AttributeType.DECIMAL})

AGGREGATED_TYPES: Mapping[AggregateFunction, frozenset[AttributeType]] = {
    AggregateFunction.COUNT_DISTINCT: frozenset(AttributeType) - {AttributeType.LIST},
    AggregateFunction.SUM: NUMBERS,
    AggregateFunction.AVERAGE: NUMBERS,
    AggregateFunction.MIN: ORDERED,
    AggregateFunction.MAX: ORDERED,
    AggregateFunction.FIRST: frozenset(AttributeType),
    AggregateFunction.LAST: frozenset(AttributeType),
}
"""The attribute types that each aggregate of an attribute takes."""

ORDERED_BY = frozenset({AggregateFunction.FIRST, AggregateFunction.LAST})
"""The aggregates that look at one row, which another attribute decides."""

COUNTS = frozenset({AggregateFunction.COUNT, AggregateFunction.COUNT_DISTINCT})
"""The aggregates that are 0 without rows, and never blank."""


def result_type(function: AggregateFunction, attribute: AttributeType | None) -> AttributeType:
    """Return the type of what an aggregate of an attribute computes; `attribute` None: of the rows themselves."""
    if attribute is None or function in COUNTS:
        return AttributeType.INTEGER
    return AttributeType.DECIMAL if function is AggregateFunction.AVERAGE else attribute


IN_LISTS = frozenset({Comparison.HAS_ANY_OF, Comparison.HAS_ALL_OF, Comparison.HAS_NONE_OF})
"""The comparisons that look for texts in a list attribute."""

SEVERAL_VALUES = (
    frozenset({Comparison.ANY_OF, Comparison.NONE_OF, Comparison.MONTH_OF, Comparison.WEEKDAY_OF})
    | IN_LISTS
)
"""The comparisons that are written with a list of any length."""

_WITH_ATTRIBUTES = (
    Comparison.IS,
    Comparison.IS_NOT,
    Comparison.AT_LEAST,
    Comparison.AT_MOST,
    Comparison.MORE_THAN,
    Comparison.LESS_THAN,
    Comparison.BEFORE,
    Comparison.AFTER,
)


def comparisons_with_attributes(kind: AttributeType) -> tuple[Comparison, ...]:
    """Return the comparisons that can have another attribute of the type instead of a value."""
    return tuple(one for one in ALLOWED_COMPARISONS[kind] if one in _WITH_ATTRIBUTES)


def are_alike(one: AttributeType, other: AttributeType) -> bool:
    """Return whether attributes of these types can be compared with each other."""
    return one is other or (one in NUMBERS and other in NUMBERS)


COMPLEMENTS: Mapping[Comparison, Comparison] = {
    Comparison.IS_NOT: Comparison.IS,
    Comparison.NONE_OF: Comparison.ANY_OF,
    Comparison.DOES_NOT_CONTAIN: Comparison.CONTAINS,
    Comparison.HAS_NONE_OF: Comparison.HAS_ANY_OF,
}
"""The comparisons that hold exactly where another one does not, so that a blank satisfies them; and that other one."""

TEXT_ONLY = frozenset(
    {
        Comparison.CONTAINS,
        Comparison.DOES_NOT_CONTAIN,
        Comparison.STARTS_WITH,
        Comparison.ENDS_WITH,
    }
)
"""The comparisons whose value is a part of a text."""
