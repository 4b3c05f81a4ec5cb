"""Which comparisons and aggregates each attribute type allows. Read by the parser and by whoever offers choices."""

from __future__ import annotations

from collections.abc import Mapping

from segue.profiles.schema import AttributeType
from segue.segments.rules import AggregateFunction, Comparison

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
"""The types that `within_last` and `within_next` look at."""

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

SEVERAL_VALUES = frozenset({Comparison.ANY_OF, Comparison.NONE_OF, Comparison.MONTH_OF}) | IN_LISTS
"""The comparisons that are written with a list of any length."""

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
