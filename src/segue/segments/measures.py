"""Measures: a named number or date per customer, computed when it is asked for. Frozen values, and how they lead on."""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import TypeAlias

from segue.profiles.personal import personal_attributes
from segue.profiles.schema import Attribute, ProfileSchema
from segue.segments.operators import COUNTS, result_type
from segue.segments.rules import Literal, RelatedTo, Rule
from segue.segments.walk import attributes_of, leaves

DEFAULT_DECIMALS = 2
TOO_LARGE = 10**12
"""From here on a step of a formula is blank."""


class Sign(StrEnum):
    """What is done with two numbers."""

    PLUS = "+"
    MINUS = "-"
    TIMES = "*"
    BY = "/"
    """Divided: by 0 it is blank."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Number:
    """A number that is written in a formula, not below 0."""

    value: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class Named:
    """The value of another measure, or of a number among the profile's attributes."""

    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Calculation:
    """Two values and what is done with them; blank when one of them is."""

    sign: Sign
    left: Formula
    right: Formula


Formula: TypeAlias = Number | Named | Calculation


@dataclass(frozen=True, slots=True, kw_only=True)
class Measure:
    """A number or date per customer: an aggregate over related rows (without a test), or a formula.

    `attribute` is how it stands among the attributes: name, type, decimals, label. `default` is what it is where it would
    be blank; None: it stays blank. `decimals` is what was written, None: nothing.
    """

    attribute: Attribute
    what: RelatedTo | Formula
    default: Literal | None = None
    decimals: int | None = None
    description: str = ""

    @property
    def name(self) -> str:
        """Return its name in rules, exports and formulas."""
        return self.attribute.name


def measures_of(schema: ProfileSchema) -> Mapping[str, Measure]:
    """Return the measures of a schema by name, in the order of their declaration."""
    return {name: one for name, one in schema.measures.items() if isinstance(one, Measure)}


def attribute_of(aggregate: RelatedTo, schema: ProfileSchema, *, name: str = "") -> Attribute:
    """Return what an aggregate is as an attribute; its days are those of the rows' attribute, a count is nobody's secret."""
    table = schema.related[aggregate.table]
    of_rows = table.attribute(aggregate.attribute or "")
    is_count = of_rows is None or aggregate.function in COUNTS
    return Attribute(
        name=name,
        type=result_type(aggregate.function, of_rows.type if of_rows else None),
        column="",
        personal=not is_count and aggregate.attribute in personal_attributes(schema, table),
        scale=DEFAULT_DECIMALS if of_rows is None or is_count else of_rows.scale,
        time_zone=of_rows.time_zone if of_rows is not None else "UTC",
    )


def names_in(formula: Formula) -> tuple[str, ...]:
    """Return the names in a formula, each once, in writing order."""
    return tuple(dict.fromkeys(_names(formula)))


def builds_on(measure: Measure) -> tuple[str, ...]:
    """Return the names of what a measure is computed of: other measures, and attributes of the profile."""
    return () if isinstance(measure.what, RelatedTo) else names_in(measure.what)


def reached(names: Iterable[str], measures: Mapping[str, Measure]) -> Mapping[str, Measure]:
    """Return those of the names that are measures, with all that they build on; what is built on comes first.

    They lead to no circle: a configuration with one is refused.
    """
    found: dict[str, Measure] = {}
    for name in names:
        _reach(name, measures, found)
    return found


def asked_in(rules: Iterable[Rule]) -> Iterator[str]:
    """Yield the names of attributes and measures of the customer that rules look at."""
    for rule in rules:
        for leaf in leaves(rule):
            yield from attributes_of(leaf)


def counts(name: str, schema: ProfileSchema) -> bool:
    """Tell whether a measure is a number of rows or values: of those 0 has no place among the first."""
    measure = measures_of(schema).get(name)
    aggregate = measure.what if measure is not None else None
    return isinstance(aggregate, RelatedTo) and aggregate.function in COUNTS


def aggregates_of(measures: Iterable[Measure]) -> tuple[RelatedTo, ...]:
    """Return the aggregates that measures are, as rules that walks understand."""
    return tuple(one.what for one in measures if isinstance(one.what, RelatedTo))


class UnknownValueError(LookupError):
    """What a measure comes to depends on an attribute of the profile."""


def value_without_rows(measure: Measure, measures: Mapping[str, Measure]) -> Decimal | None:
    """Return what a measure is for somebody without any related row; None: blank. Raises: UnknownValueError.

    Each measure that it builds on is looked at once, however often it is named.
    """
    known: dict[str, Decimal | None] = {}
    every = {**reached(builds_on(measure), measures), measure.name: measure}
    for name, one in every.items():
        with suppress(UnknownValueError):
            known[name] = _value_without_rows(one, known)
    if measure.name not in known:
        raise UnknownValueError(measure.name)
    return known[measure.name]


def _value_without_rows(measure: Measure, known: Mapping[str, Decimal | None]) -> Decimal | None:
    if isinstance(measure.what, RelatedTo):
        found = Decimal(0) if measure.what.function in COUNTS else None
    else:
        found = _without_rows(measure.what, known)
    return found if found is not None or measure.default is None else Decimal(str(measure.default))


def _without_rows(formula: Formula, known: Mapping[str, Decimal | None]) -> Decimal | None:
    if isinstance(formula, Number):
        return formula.value
    if isinstance(formula, Named):
        if formula.name not in known:
            raise UnknownValueError(formula.name)
        return known[formula.name]
    left, right = (_without_rows(side, known) for side in (formula.left, formula.right))
    if left is None or right is None or (formula.sign is Sign.BY and not right):
        return None
    found = _CALCULATED[formula.sign](left, right)
    return found if abs(found) < TOO_LARGE else None


_CALCULATED: Mapping[Sign, Callable[[Decimal, Decimal], Decimal]] = {
    Sign.PLUS: operator.add,
    Sign.MINUS: operator.sub,
    Sign.TIMES: operator.mul,
    Sign.BY: operator.truediv,
}


def _names(formula: Formula) -> Iterator[str]:
    if isinstance(formula, Named):
        yield formula.name
    elif isinstance(formula, Calculation):
        yield from _names(formula.left)
        yield from _names(formula.right)


def _reach(name: str, measures: Mapping[str, Measure], found: dict[str, Measure]) -> None:
    measure = measures.get(name)
    if measure is not None and name not in found:
        for other in builds_on(measure):
            _reach(other, measures, found)
        found[name] = measure
