"""Quick segments: what one field offers to choose from, and the ordinary rule that a choice makes. Values only; asks nothing.

An offer's `id` is what a form sends back; it holds everything that its rule needs.
"""

from __future__ import annotations

import calendar
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from segue.profiles.schema import AttributeType
from segue.segments.local_days import shifted
from segue.segments.printing import Plain
from segue.segments.rules import Unit

MOST_VALUES = 20
"""Values that are offered, the most frequent first."""

MOST_MONTHS = 24
"""Months that are offered, this one and those before it."""

UPPER, LOWER = (90, 75, 50), (50, 25, 10)
"""Percents whose values are offered as "so much or more", and as "less than that"."""


class By(StrEnum):
    """What a field is looked at by."""

    VALUES = "values"
    PERCENTILES = "percentiles"
    MONTHS = "months"
    CALENDAR_MONTHS = "calendar_months"


BY_TYPE: Mapping[AttributeType, tuple[By, ...]] = {
    AttributeType.TEXT: (By.VALUES,),
    AttributeType.EMAIL: (By.VALUES,),
    AttributeType.LIST: (By.VALUES,),
    AttributeType.BOOLEAN: (By.VALUES,),
    AttributeType.INTEGER: (By.VALUES, By.PERCENTILES),
    AttributeType.DECIMAL: (By.PERCENTILES, By.VALUES),
    AttributeType.DATE: (By.MONTHS, By.CALENDAR_MONTHS),
    AttributeType.TIMESTAMP: (By.MONTHS, By.CALENDAR_MONTHS),
    AttributeType.BIRTHDAY: (By.CALENDAR_MONTHS,),
}
"""What each type can be looked at by, the usual way first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Bound:
    """A limit of a number: `percent` of those who have one lie at least, or else below, its `value`."""

    percent: int
    is_upper: bool
    value: object

    @property
    def id(self) -> str:
        """Return how a form calls it."""
        return f"{'at_least' if self.is_upper else 'less_than'} {self.value}"


def bounds(values: Mapping[int, object]) -> Sequence[Bound]:
    """Return the limits of a number by its percentiles, the highest first; of equal ones the first."""
    upper = [Bound(percent=100 - one, is_upper=True, value=values[one]) for one in UPPER]
    lower = [Bound(percent=one, is_upper=False, value=values[one]) for one in LOWER]
    return list({one.id: one for one in reversed([*upper, *lower])}.values())[::-1]


def last_months(today: date) -> Sequence[str]:
    """Return this month and those before it as `YYYY-MM`, the newest first."""
    first = today.replace(day=1)
    return [f"{shifted(first, -n, Unit.MONTHS):%Y-%m}" for n in range(MOST_MONTHS)]


def quick_rule(
    attribute: str, kind: AttributeType, by: By, ids: Sequence[str]
) -> dict[str, Plain] | None:
    """Return the rule that a choice of offers makes, as it is written in a file; None when nothing fitting is chosen.

    Values are written as texts: whoever parses the rule reads them in the attribute's type.
    """
    if not ids or by not in BY_TYPE[kind]:
        return None
    if by is By.VALUES:
        return _of_values(attribute, kind, ids)
    if by is By.CALENDAR_MONTHS:
        months = [int(one) for one in ids if one.isdecimal() and len(one) <= 2]
        return {"attribute": attribute, "month_of": [*months]} if months else None
    made = [_of_bound(attribute, one) if by is By.PERCENTILES else _of_month(attribute, one) for one in ids]  # fmt: skip
    rules = [one for one in made if one is not None]
    if len(rules) != len(ids):
        return None
    return rules[0] if len(rules) == 1 else {"any": [*rules]}


def _of_values(attribute: str, kind: AttributeType, ids: Sequence[str]) -> dict[str, Plain] | None:
    if kind is AttributeType.LIST:
        return {"attribute": attribute, "has_any_of": [*ids]}
    if kind is AttributeType.BOOLEAN:
        if {*ids} == {"true", "false"}:
            return {"attribute": attribute, "is_blank": False}
        return {"attribute": attribute, "is": ids[0] == "true"}
    if len(ids) == 1:
        return {"attribute": attribute, "is": ids[0]}
    return {"attribute": attribute, "any_of": [*ids]}


def _of_bound(attribute: str, written: str) -> dict[str, Plain] | None:
    comparison, _blank, value = written.partition(" ")
    if comparison not in ("at_least", "less_than"):
        return None
    return {"attribute": attribute, comparison: value}


def _of_month(attribute: str, written: str) -> dict[str, Plain] | None:
    year, _dash, month = written.partition("-")
    if not (year.isdecimal() and month.isdecimal() and len(written) == 7):
        return None
    if not 1 <= int(month) <= 12 or not 1000 <= int(year) <= 9998:
        return None
    last = calendar.monthrange(int(year), int(month))[1]
    return {"attribute": attribute, "between": [f"{written}-01", f"{written}-{last}"]}
