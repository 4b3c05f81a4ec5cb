"""What comparisons, aggregates and sets are called in the builder. The sentence of the whole rule is `segments.describe`'s."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from segue.profiles.schema import AttributeType
from segue.segments.operators import ALLOWED_COMPARISONS, periods_of
from segue.segments.rules import AggregateFunction, Comparison, Unit
from segue.web import formats

IS_NOT_BLANK = "is_not_blank"
"""How the builder names that something is not blank; the language says `is_blank: false`."""

COMPARISONS: Mapping[str, object] = {
    Comparison.IS: pgettext_lazy("comparison", "is"),
    Comparison.IS_NOT: pgettext_lazy("comparison", "is not"),
    Comparison.AT_LEAST: pgettext_lazy("comparison", "is at least"),
    Comparison.AT_MOST: pgettext_lazy("comparison", "is at most"),
    Comparison.MORE_THAN: pgettext_lazy("comparison", "is more than"),
    Comparison.LESS_THAN: pgettext_lazy("comparison", "is less than"),
    Comparison.BETWEEN: pgettext_lazy("comparison", "is between"),
    Comparison.ANY_OF: pgettext_lazy("comparison", "is any of"),
    Comparison.NONE_OF: pgettext_lazy("comparison", "is none of"),
    Comparison.CONTAINS: pgettext_lazy("comparison", "contains"),
    Comparison.DOES_NOT_CONTAIN: pgettext_lazy("comparison", "does not contain"),
    Comparison.STARTS_WITH: pgettext_lazy("comparison", "starts with"),
    Comparison.ENDS_WITH: pgettext_lazy("comparison", "ends with"),
    Comparison.BEFORE: pgettext_lazy("comparison", "is before"),
    Comparison.AFTER: pgettext_lazy("comparison", "is after"),
    Comparison.ON: pgettext_lazy("comparison", "is on"),
    Comparison.MONTH_OF: pgettext_lazy("comparison", "falls in the month"),
    Comparison.WEEKDAY_OF: pgettext_lazy("comparison", "falls on a"),
    Comparison.HAS_ANY_OF: pgettext_lazy("comparison", "has any of"),
    Comparison.HAS_ALL_OF: pgettext_lazy("comparison", "has all of"),
    Comparison.HAS_NONE_OF: pgettext_lazy("comparison", "has none of"),
    Comparison.IS_BLANK: pgettext_lazy("comparison", "is blank"),
    IS_NOT_BLANK: pgettext_lazy("comparison", "is not blank"),
    "within_last": pgettext_lazy("comparison", "is within the last"),
    "within_next": pgettext_lazy("comparison", "is within the next"),
    "before_last": pgettext_lazy("comparison", "is before the last"),
    "after_next": pgettext_lazy("comparison", "is after the next"),
    "anniversary_within_last": pgettext_lazy("comparison", "has its anniversary in the last"),
    "anniversary_within_next": pgettext_lazy("comparison", "has its anniversary in the next"),
}

UNITS: Mapping[str, object] = {
    Unit.DAYS: gettext_lazy("days"),
    Unit.WEEKS: gettext_lazy("weeks"),
    Unit.MONTHS: gettext_lazy("months"),
    Unit.YEARS: gettext_lazy("years"),
}

FUNCTIONS: Mapping[str, object] = {
    AggregateFunction.EXISTS: gettext_lazy("there is a row"),
    AggregateFunction.COUNT: gettext_lazy("the number of rows"),
    AggregateFunction.COUNT_DISTINCT: gettext_lazy("the number of different"),
    AggregateFunction.SUM: gettext_lazy("the sum of"),
    AggregateFunction.AVERAGE: gettext_lazy("the average of"),
    AggregateFunction.MIN: gettext_lazy("the smallest"),
    AggregateFunction.MAX: gettext_lazy("the greatest"),
    AggregateFunction.FIRST: gettext_lazy("the first"),
    AggregateFunction.LAST: gettext_lazy("the last"),
}

JOINS: Mapping[str, object] = {
    "all": gettext_lazy("All of these conditions hold"),
    "any": gettext_lazy("At least one of these conditions holds"),
    "union": gettext_lazy("In at least one of these sets"),
    "intersect": gettext_lazy("In every one of these sets"),
    "except": gettext_lazy("In the first set, and in none of the others"),
}

BETWEEN: Mapping[str, object] = {
    "all": pgettext_lazy("between conditions", "AND"),
    "any": pgettext_lazy("between conditions", "OR"),
    "union": pgettext_lazy("between sets", "UNION"),
    "intersect": pgettext_lazy("between sets", "INTERSECT"),
    "except": pgettext_lazy("between sets", "EXCEPT"),
}


def comparisons_of(kind: AttributeType | None, *, never_blank: bool = False) -> Sequence[str]:
    """Return the comparisons that a type allows, as the builder names them; of an unknown type none."""
    if kind is None:
        return ()
    found = [str(one) for one in ALLOWED_COMPARISONS[kind]]
    found.remove(Comparison.IS_BLANK)
    blanks = () if never_blank else (str(Comparison.IS_BLANK), IS_NOT_BLANK)
    return (*found, *periods_of(kind), *blanks)


def months() -> Sequence[str]:
    """Return the months in the reader's language, January first."""
    names = formats.locale().months["stand-alone"]["wide"]
    return [names[number] for number in range(1, 13)]


def weekdays() -> Sequence[str]:
    """Return the days of the week in the reader's language, Monday first."""
    names = formats.locale().days["stand-alone"]["wide"]
    return [names[number] for number in range(7)]


def yes_or_no() -> Sequence[tuple[str, str]]:
    """Return the values of a yes/no attribute as choices."""
    return (("true", _("Yes")), ("false", _("No")))
