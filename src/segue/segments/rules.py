"""The rule tree of a segment: frozen values, no behaviour. Read by parse, compile and describe."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import TypeAlias

Literal: TypeAlias = str | int | Decimal | bool | date | datetime


class Comparison(StrEnum):
    """How an attribute's (or an aggregate's) value is compared; the word is also the key in `segue.yaml`."""

    IS = "is"
    IS_NOT = "is_not"
    AT_LEAST = "at_least"
    AT_MOST = "at_most"
    MORE_THAN = "more_than"
    LESS_THAN = "less_than"
    BETWEEN = "between"
    ANY_OF = "any_of"
    NONE_OF = "none_of"
    CONTAINS = "contains"
    DOES_NOT_CONTAIN = "does_not_contain"
    STARTS_WITH = "starts_with"
    ENDS_WITH = "ends_with"
    BEFORE = "before"
    AFTER = "after"
    ON = "on"
    MONTH_OF = "month_of"
    WEEKDAY_OF = "weekday_of"
    HAS_ANY_OF = "has_any_of"
    HAS_ALL_OF = "has_all_of"
    HAS_NONE_OF = "has_none_of"
    IS_BLANK = "is_blank"


class Unit(StrEnum):
    """Units of relative periods."""

    DAYS = "days"
    WEEKS = "weeks"
    MONTHS = "months"
    YEARS = "years"


class Reach(StrEnum):
    """How a day stands to a period relative to today."""

    WITHIN = "within"
    """In it."""
    BEYOND = "beyond"
    """On its far side: before the last, or after the next so many days."""
    ANNIVERSARY = "anniversary"
    """One of its anniversaries is in it; the day itself is none."""


class AggregateFunction(StrEnum):
    """What is computed over a profile's related rows."""

    EXISTS = "exists"
    COUNT = "count"
    COUNT_DISTINCT = "count_distinct"
    SUM = "sum"
    AVERAGE = "average"
    MIN = "min"
    MAX = "max"
    FIRST = "first"
    LAST = "last"


@dataclass(frozen=True, slots=True, kw_only=True)
class Compare:
    """One comparison: `values` holds one literal, two for BETWEEN, several for ANY_OF/NONE_OF, …_OF and HAS_….

    Of MONTH_OF these are numbers from 1 to 12, of WEEKDAY_OF the English names of days, in lower case.

    For IS_BLANK the only value is True (is blank) or False (is not blank). A blank attribute satisfies no other
    comparison than IS_BLANK, IS_NOT, NONE_OF, DOES_NOT_CONTAIN and HAS_NONE_OF.
    """

    attribute: str
    comparison: Comparison
    values: tuple[Literal, ...]
    ignore_case: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class CompareAttributes:
    """One attribute compared with another one of the same profile or row, of the same type; numbers are one type.

    A blank on either side satisfies IS_NOT, the only complement here, and nothing else.
    """

    attribute: str
    comparison: Comparison
    other: str
    ignore_case: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Within:
    """The attribute's day stands so to the last (or next) `amount` units, today included.

    An ANNIVERSARY is looked for in one year at most. A day of the year is in a period when one of its years' days is.
    """

    attribute: str
    amount: int
    unit: Unit
    ahead: bool = False
    reach: Reach = Reach.WITHIN


@dataclass(frozen=True, slots=True, kw_only=True)
class All:
    """Every rule holds. Never empty."""

    rules: tuple[Rule, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Any:
    """At least one rule holds. Never empty."""

    rules: tuple[Rule, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Not:
    """The rule does not hold."""

    rule: Rule


@dataclass(frozen=True, slots=True, kw_only=True)
class RelatedTo:
    """An aggregate over the profile's rows of a related table that satisfy `where` (None: all rows).

    EXISTS has neither `attribute` nor `test`. COUNT has no `attribute`. LAST is the `attribute` of the row with the
    greatest `by` attribute (ties: greatest value), FIRST that of the row with the smallest (ties: smallest value).
    `test` has "" as `attribute` and is applied to the aggregate; its `other` is an attribute of the profile. COUNT and COUNT_DISTINCT
    without rows are 0; every other aggregate without rows is blank.
    """

    table: str
    function: AggregateFunction
    attribute: str | None = None
    by: str | None = None
    where: Rule | None = None
    test: Test | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class InSegment:
    """The profile is a member of another segment."""

    segment: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """The profile is among those that are kept beside the snapshot under the name `place`. In no file: it is made, not written.

    Kept are canonical addresses, of which one of the `attributes` (all of them e-mail) has one; without any of these, keys.
    """

    place: str
    attributes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """So many percent of all profiles (above 0, at most 100), drawn at random: the same ones every day.

    A larger share of the same seed holds all of a smaller one; shares of different seeds have nothing to do with each
    other.
    """

    percent: Decimal
    seed: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Top:
    """The profile is among the first by a measure: a number of profiles, or a percentage of those that have the measure.

    The measure is an `attribute`, or an `aggregate` without a test; the other one is None. Of equal measures the smaller
    key comes first. A blank has no place, nor has a count of 0.
    """

    amount: Decimal
    is_percent: bool = False
    attribute: str | None = None
    aggregate: RelatedTo | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Union:
    """Members of at least one operand. At least two operands."""

    operands: tuple[Rule, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Intersect:
    """Members of every operand. At least two operands."""

    operands: tuple[Rule, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Except:
    """Members of the first operand who are in none of the others. At least two operands."""

    operands: tuple[Rule, ...]


Test: TypeAlias = Compare | CompareAttributes | Within

Rule: TypeAlias = (
    Test
    | All
    | Any
    | Not
    | RelatedTo
    | InSegment
    | Kept
    | Sample
    | Top
    | Union
    | Intersect
    | Except
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Segment:
    """A named rule over profiles. `name` is the stable identifier, `label` what people read, as is `description`.

    `tags` are those of `segments.tags`: people find it by them.
    """

    name: str
    rule: Rule
    label: str = ""
    active: bool = True
    description: str = ""
    tags: tuple[str, ...] = ()
