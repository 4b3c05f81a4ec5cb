"""The English words for rules. What is said in which order is in `describe`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal

from segue.segments.operators import IN_LISTS, ORDERED_BY
from segue.segments.rules import (
    AggregateFunction,
    Compare,
    CompareAttributes,
    Comparison,
    Literal,
    Reach,
    RelatedTo,
    Sample,
    Top,
    Unit,
    Within,
)

_MONTHS = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)
_VERBS: Mapping[Comparison, tuple[str, str]] = {
    Comparison.IS: ("is {}", "is not {}"),
    Comparison.ANY_OF: ("is {}", "is not {}"),
    Comparison.AT_LEAST: ("is at least {}", "is not at least {}"),
    Comparison.AT_MOST: ("is at most {}", "is not at most {}"),
    Comparison.MORE_THAN: ("is more than {}", "is not more than {}"),
    Comparison.LESS_THAN: ("is less than {}", "is not less than {}"),
    Comparison.BETWEEN: ("is between {} and {}", "is not between {} and {}"),
    Comparison.CONTAINS: ("contains {}", "does not contain {}"),
    Comparison.STARTS_WITH: ("starts with {}", "does not start with {}"),
    Comparison.ENDS_WITH: ("ends with {}", "does not end with {}"),
    Comparison.MONTH_OF: ("falls in {}", "does not fall in {}"),
    Comparison.WEEKDAY_OF: ("falls on {}", "does not fall on {}"),
    Comparison.ON: ("is on {}", "is not on {}"),
    Comparison.HAS_ANY_OF: ("holds {}", "holds neither {}"),
    Comparison.HAS_ALL_OF: ("holds {}", "does not hold all of {}"),
    Comparison.IS_BLANK: ("is blank", "is not blank"),
}
_DATE_VERBS: Mapping[Comparison, tuple[str, str]] = {
    **_VERBS,
    Comparison.IS: ("is on {}", "is not on {}"),
    Comparison.ON: ("is on {}", "is not on {}"),
    Comparison.ANY_OF: ("is on {}", "is not on {}"),
    Comparison.AT_LEAST: ("is on or after {}", "is not on or after {}"),
    Comparison.AT_MOST: ("is on or before {}", "is not on or before {}"),
    Comparison.BEFORE: ("is before {}", "is not before {}"),
    Comparison.AFTER: ("is after {}", "is not after {}"),
    Comparison.BETWEEN: ("lies from {} to {}", "does not lie from {} to {}"),
}
_SAME = ("is the same as {}", "is not the same as {}")
_OTHER_TIMES: Mapping[Comparison, tuple[str, str]] = {
    Comparison.AT_LEAST: ("is at or after {}", "is not at or after {}"),
    Comparison.AT_MOST: ("is at or before {}", "is not at or before {}"),
    Comparison.BEFORE: ("is before {}", "is not before {}"),
    Comparison.AFTER: ("is after {}", "is not after {}"),
}
_JOINED: Mapping[tuple[Comparison, bool], str] = {
    (Comparison.HAS_ANY_OF, True): " nor ",
    (Comparison.HAS_ALL_OF, False): " and ",
    (Comparison.HAS_ALL_OF, True): " and ",
}
_BEYOND = {False: "before", True: "after"}
_TOTALS = {AggregateFunction.SUM: "sum", AggregateFunction.AVERAGE: "average"}
_EXTREMES = {
    (AggregateFunction.MIN, False): "smallest",
    (AggregateFunction.MAX, False): "greatest",
    (AggregateFunction.MIN, True): "earliest",
    (AggregateFunction.MAX, True): "latest",
}


class English:
    """English: “quotes”, 1,234.5, 31 January 2026."""

    and_ = ", and "
    or_ = ", or "

    def sentence(self, clause: str) -> str:
        """Return the whole sentence."""
        return f"A person is selected when {clause}."

    def comparison(self, subject: str, rule: Compare, *, negated: bool) -> str:
        """Return the clause that compares the subject."""
        if rule.comparison is Comparison.IS_BLANK:
            negated = negated is bool(rule.values[0])
        verbs = _DATE_VERBS if isinstance(rule.values[0], date) else _VERBS
        verb = verbs[rule.comparison][negated]
        if rule.comparison is Comparison.MONTH_OF:
            clause = verb.format(_alternatives([_MONTHS[int(str(m)) - 1] for m in rule.values]))
        elif rule.comparison is Comparison.WEEKDAY_OF:
            clause = verb.format(_alternatives([f"a {str(d).capitalize()}" for d in rule.values]))
        elif rule.comparison is Comparison.BETWEEN:
            clause = verb.format(*(_value(value) for value in rule.values))
        else:
            clause = _any_or_all(
                [_value(value) for value in rule.values], rule, verb, negated=negated
            )
        return f"{subject} {clause}" + (" (ignoring capitals)" if rule.ignore_case else "")

    def other(
        self, names: tuple[str, str], rule: CompareAttributes, *, over_time: bool, negated: bool
    ) -> str:
        """Return the clause that compares the first of the names with the second."""
        verbs = {**(_OTHER_TIMES if over_time else _VERBS), Comparison.IS: _SAME}
        clause = f"{names[0]} {verbs[rule.comparison][negated].format(names[1])}"
        return clause + (" (ignoring capitals)" if rule.ignore_case else "")

    def sample(self, rule: Sample, *, negated: bool) -> str:
        """Return the clause that the person is in a random sample."""
        seed = f" with the seed “{rule.seed}”" if rule.seed else ""
        found = "are not" if negated else "are"
        return f"they {found} in the random sample of {_number(rule.percent)}%{seed}"

    def kept(self, *, is_list: bool, negated: bool) -> str:
        """Return the clause that the person is on the list, or among the members that are kept."""
        found = "are not" if negated else "are"
        return f"they {found} {'on the list' if is_list else 'among the members that are kept'}"

    def top(self, rule: Top, measure: str, *, negated: bool) -> str:
        """Return the clause that the person is among the first by a measure."""
        share = f"{_number(rule.amount)}{'%' if rule.is_percent else ''}"
        return f"they are {'not ' if negated else ''}among the top {share} by {measure}"

    def period(self, subject: str, rule: Within, *, negated: bool) -> str:
        """Return the clause that places the subject in a period relative to today."""
        verb = "is not" if negated else "is"
        if rule.reach is Reach.ANNIVERSARY:
            subject = (
                f"an anniversary of {subject}" if not negated else f"no anniversary of {subject}"
            )
            verb = "is"
        if rule.amount == 1 and rule.unit is Unit.DAYS:
            where = f"{_BEYOND[rule.ahead]} today" if rule.reach is Reach.BEYOND else "today"
            return f"{subject} {verb} {where}"
        place = _BEYOND[rule.ahead] if rule.reach is Reach.BEYOND else "within"
        return f"{subject} {verb} {place} the {_period(rule)}"

    def membership(self, segment: str, *, negated: bool) -> str:
        """Return the clause that the person is in a segment."""
        return f"they are {'not ' if negated else ''}in segment “{segment}”"

    def rows(self, table: str, where: str, *, negated: bool) -> str:
        """Return the clause that there is such a row; `where` "": any row."""
        return f"there is {'no' if negated else 'a'} row in {table}{_where(where)}"

    def aggregate(
        self, rule: RelatedTo, names: Mapping[str, str], where: str, *, over_time: bool
    ) -> str:
        """Return the aggregate as a subject; `names` has the words for `table`, `attribute` and `by`."""
        source = f"in {names['table']}{_where(where)}"
        if rule.function is AggregateFunction.COUNT:
            return f"the number of rows {source}"
        if rule.function is AggregateFunction.COUNT_DISTINCT:
            return f"the number of different values of {names['attribute']} {source}"
        if rule.function in _TOTALS:
            return f"the {_TOTALS[rule.function]} of {names['attribute']} {source}"
        if rule.function in ORDERED_BY:
            return f"{names['attribute']} of the {rule.function} row by {names['by']} {source}"
        return f"the {_EXTREMES[rule.function, over_time]} {names['attribute']} {source}"

    def denial(self, clause: str) -> str:
        """Return that the clause, in brackets, does not hold."""
        return f"it is not true that ({clause})"

    def exception(self, clause: str, excepted: str) -> str:
        """Return the clause without those of the other clauses."""
        return f"{clause}, except when {excepted}"

    def measure(self, phrase: str, default: Literal | None) -> str:
        """Return the phrase of a measure with what it is instead of blank."""
        return phrase if default is None else f"{phrase}; {_value(default)} where it would be blank"


def _period(rule: Within) -> str:
    direction = "next" if rule.ahead else "last"
    if rule.amount == 1:
        return f"{direction} {str(rule.unit).removesuffix('s')}"
    return f"{direction} {_number(rule.amount)} {rule.unit}"


def _where(clause: str) -> str:
    return f" (where {clause})" if clause else ""


def _any_or_all(values: Sequence[str], rule: Compare, verb: str, *, negated: bool) -> str:
    if len(values) == 1 and rule.comparison in IN_LISTS:
        verb = "does not hold {}" if negated else "holds {}"
    return verb.format(_alternatives(values, _JOINED.get((rule.comparison, negated), " or ")))


def _alternatives(texts: Sequence[str], joined: str = " or ") -> str:
    *first, last = texts
    return f"{', '.join(first)}{joined}{last}" if first else last


def _value(value: Literal) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | Decimal):
        return _number(value)
    if isinstance(value, date):
        return _moment(value)
    return f"“{value}”"


def _number(value: int | Decimal) -> str:
    return format(value, ",f" if isinstance(value, Decimal) else ",d")


def _moment(value: date) -> str:
    day = f"{value.day} {_MONTHS[value.month - 1]} {value.year}"
    if not isinstance(value, datetime):
        return day
    clock = f"{value:%H:%M}" + (f":{value:%S}" if value.second or value.microsecond else "")
    fraction = f".{value:%f}".rstrip("0") if value.microsecond else ""
    return f"{day} at {clock}{fraction}{' UTC' if value.tzinfo else ''}"
