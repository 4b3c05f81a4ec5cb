"""Compile one comparison of one value to a boolean expression that is never NULL. Knows no tables.

Every positive comparison is false of a blank value, and every negative one is exactly its complement, so that NOT,
AND and OR above need only two truth values. It imports Ibis: import it lazily where `--help` could reach it.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal

import ibis
import ibis.expr.types as ir

from segue.profiles.schema import LIST_MARK, Attribute, AttributeType
from segue.segments.literals import MOST_DIGITS
from segue.segments.local_days import Calendar, days_of_the_year
from segue.segments.local_times import instant_literal, local, local_month, on_days_of_the_year
from segue.segments.operators import COMPLEMENTS, NUMBERS, WEEKDAYS
from segue.segments.rules import Compare, CompareAttributes, Comparison, Literal, Reach, Within

_NOT_BLANK = "[^ \\t\\n\\r\\f\\v\x85\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]"
"""Finds a character that is not white space; read alike by RE2, PostgreSQL and Java."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """The value that a comparison looks at, and its type: an attribute's column, or an aggregate.

    `time_zone` is the zone whose days and months an instant is compared by, "" for the calendar's own. Where there is a
    `divisor`, what is compared is `value` divided by it; it is never 0 where there is a value. `local` is an instant's
    local time, `month` its local month, where that is computed already.
    """

    value: ir.Value
    type: AttributeType
    time_zone: str = ""
    divisor: ir.IntegerValue | None = None
    local: ir.TimestampValue | None = None
    month: ir.IntegerValue | None = None


def subject_of(value: ir.Value, attribute: Attribute) -> Subject:
    """Return an attribute's value, or an aggregate of it, as what a comparison looks at."""
    zone = attribute.time_zone if attribute.type is AttributeType.TIMESTAMP else ""
    return Subject(value=value, type=attribute.type, time_zone=zone)


def condition(subject: Subject, rule: Compare | Within, calendar: Calendar) -> ir.BooleanValue:
    """Return whether the subject satisfies the rule, whatever attribute the rule names."""
    calendar = calendar.within(subject.time_zone)
    if isinstance(rule, Within):
        return _known(_period(subject, rule, calendar))
    if rule.comparison is Comparison.IS_BLANK:
        return ~has_value(subject) if rule.values[0] else has_value(subject)
    positive = _known(_positive(subject, rule, calendar))
    return ~positive if rule.comparison in COMPLEMENTS else positive


def comparison_with(subject: Subject, other: Subject, rule: CompareAttributes) -> ir.BooleanValue:
    """Return whether two subjects compare so; of a blank one only a complement holds."""
    positive = COMPLEMENTS.get(rule.comparison, rule.comparison)
    if subject.type is AttributeType.TEXT:
        left, right = (_folded(one, rule) for one in (subject, other))
        found = _known(left == right) & has_value(subject)
    else:
        found = _known(_ORDERED[positive](*_numbers_alike(subject, other)))
    return ~found if rule.comparison in COMPLEMENTS else found


def has_value(subject: Subject) -> ir.BooleanValue:
    """Return whether the subject is not blank; a text of nothing but white space is."""
    if subject.type is AttributeType.TEXT:
        return _known(subject.value.re_search(_NOT_BLANK))
    return subject.value.notnull()


def either(conditions: Sequence[ir.BooleanValue]) -> ir.BooleanValue:
    """Return whether at least one condition holds."""
    return _balanced(operator.or_, conditions)


def every(conditions: Sequence[ir.BooleanValue]) -> ir.BooleanValue:
    """Return whether all conditions hold."""
    return _balanced(operator.and_, conditions)


def _balanced(
    join: Callable[[ir.BooleanValue, ir.BooleanValue], ir.BooleanValue],
    conditions: Sequence[ir.BooleanValue],
) -> ir.BooleanValue:
    """Join conditions as a low tree: a thousand of them in a row would be nested too deep for SQL generators."""
    if len(conditions) == 1:
        return conditions[0]
    middle = (len(conditions) + 1) // 2
    return join(_balanced(join, conditions[:middle]), _balanced(join, conditions[middle:]))


def _known(truth: ir.BooleanValue) -> ir.BooleanValue:
    return ibis.coalesce(truth, False)


def _positive(subject: Subject, rule: Compare, calendar: Calendar) -> ir.BooleanValue:
    comparison = COMPLEMENTS.get(rule.comparison, rule.comparison)
    if subject.type is AttributeType.BIRTHDAY:
        return _birthday(subject.value, rule.values, comparison)
    if comparison is Comparison.MONTH_OF:
        return _local_month(subject, calendar).isin([int(str(value)) for value in rule.values])
    if comparison is Comparison.WEEKDAY_OF:
        wanted = [WEEKDAYS.index(str(value)) for value in rule.values]
        return _local_day(subject, calendar).day_of_week.index().isin(wanted)
    if subject.type in (AttributeType.TEXT, AttributeType.EMAIL):
        return _text(subject, rule, comparison)
    if subject.type is AttributeType.LIST:
        return _list(subject, rule, comparison)
    if subject.type is AttributeType.TIMESTAMP:
        return _instant(subject.value, rule.values, comparison, calendar)
    return _ordered(subject, rule.values, comparison)


# --- texts ---------------------------------------------------------------------------------------------------------


def _text(subject: Subject, rule: Compare, comparison: Comparison) -> ir.BooleanValue:
    """Compare texts; both sides are lower-cased by the same engine, so that they agree whatever it does with İ or ς."""
    value = subject.value.lower() if _folds(subject, rule) else subject.value
    wanted = [_text_literal(subject, rule, str(text)) for text in rule.values]
    if comparison is Comparison.CONTAINS:
        return value.contains(wanted[0])
    if comparison is Comparison.STARTS_WITH:
        return value.startswith(wanted[0])
    if comparison is Comparison.ENDS_WITH:
        return value.endswith(wanted[0])
    return value == wanted[0] if len(wanted) == 1 else value.isin(wanted)


def _folded(subject: Subject, rule: CompareAttributes) -> ir.StringValue:
    return subject.value.lower() if rule.ignore_case else subject.value


def _folds(subject: Subject, rule: Compare) -> bool:
    return rule.ignore_case and subject.type in (AttributeType.TEXT, AttributeType.LIST)


def _text_literal(subject: Subject, rule: Compare, text: str) -> ir.StringValue | str:
    if subject.type is AttributeType.EMAIL:
        return text.lower()
    return ibis.literal(text).lower() if _folds(subject, rule) else text


# --- lists and days of the year ------------------------------------------------------------------------------------


def _list(subject: Subject, rule: Compare, comparison: Comparison) -> ir.BooleanValue:
    """Find whole texts of a list: each stands between two marks."""
    value = subject.value.lower() if _folds(subject, rule) else subject.value
    marked = [f"{LIST_MARK}{text}{LIST_MARK}" for text in rule.values]
    found = [value.contains(_text_literal(subject, rule, text)) for text in marked]
    return every(found) if comparison is Comparison.HAS_ALL_OF else either(found)


def _birthday(
    value: ir.StringValue, wanted: Sequence[Literal], comparison: Comparison
) -> ir.BooleanValue:
    if comparison is Comparison.MONTH_OF:
        return either([value.startswith(f"{int(str(month)):02}/") for month in wanted])
    return value.isin([str(day) for day in wanted])


# --- numbers, truth values and days ----------------------------------------------------------------------------------


def _ordered(
    subject: Subject, values: Sequence[Literal], comparison: Comparison
) -> ir.BooleanValue:
    wanted = [_literal(value, subject) for value in values]
    if comparison is Comparison.BETWEEN:
        return (subject.value >= wanted[0]) & (subject.value <= wanted[1])
    if comparison is Comparison.ANY_OF and len(wanted) > 1:
        return subject.value.isin(wanted)
    return _ORDERED[comparison](subject.value, wanted[0])


_ORDERED: dict[Comparison, Callable[[ir.Value, ir.Value], ir.BooleanValue]] = {
    Comparison.IS: lambda value, wanted: value == wanted,
    Comparison.ON: lambda value, wanted: value == wanted,
    Comparison.ANY_OF: lambda value, wanted: value == wanted,
    Comparison.AT_LEAST: lambda value, wanted: value >= wanted,
    Comparison.AT_MOST: lambda value, wanted: value <= wanted,
    Comparison.MORE_THAN: lambda value, wanted: value > wanted,
    Comparison.LESS_THAN: lambda value, wanted: value < wanted,
    Comparison.AFTER: lambda value, wanted: value > wanted,
    Comparison.BEFORE: lambda value, wanted: value < wanted,
}


def _literal(value: Literal, subject: Subject) -> ir.Value:
    if subject.divisor is not None:
        return _multiplied(Decimal(str(value)), subject.divisor, compared=subject.value)
    if subject.type is AttributeType.DECIMAL:
        return _decimal_literal(Decimal(str(value)), subject.value)
    if subject.type is AttributeType.INTEGER:
        return ibis.literal(value, type="int64")
    return ibis.literal(value)


def _decimal_literal(wanted: Decimal, compared: ir.DecimalValue) -> ir.DecimalValue:
    """Return an exact number: never a float, whose text differs between engines (ENGINE-FACTS.md §6).

    It has the type of what it is compared with when that holds it: engines then compare whole numbers of 8 bytes.
    """
    kind = compared.type()
    _, digits, exponent = wanted.as_tuple()
    decimals = max(0, -int(exponent))
    whole_digits = max(0, len(digits) + int(exponent))
    if decimals > kind.scale or whole_digits > kind.precision - kind.scale:
        return ibis.literal(wanted, type=f"decimal(38, {max(decimals, kind.scale)})")
    return ibis.literal(wanted, type=kind)


def _numbers_alike(subject: Subject, other: Subject) -> tuple[ir.Value, ir.Value]:
    """Return both values as numbers of one type, where they are numbers of two."""
    left, right = subject.value, other.value
    if subject.divisor is not None:
        number = right.cast(f"decimal({MOST_DIGITS + 1}, {_scale(right)})")
        right = number * subject.divisor.cast(f"decimal({MOST_DIGITS}, 0)")
    elif left.type() == right.type() or subject.type not in NUMBERS:
        return left, right
    kind = f"decimal(38, {max(_scale(left), _scale(other.value))})"
    return left.cast(kind), right.cast(kind)


def _scale(number: ir.NumericValue) -> int:
    kind = number.type()
    return kind.scale if kind.is_decimal() else 0


def _multiplied(
    wanted: Decimal, divisor: ir.IntegerValue, *, compared: ir.NumericValue
) -> ir.DecimalValue:
    """Return an exact product: engines divide in different ways, and multiply in one."""
    decimals = max(0, -int(wanted.as_tuple().exponent))
    number = ibis.literal(wanted, type=f"decimal({MOST_DIGITS}, {decimals})")
    product = number * divisor.cast(f"decimal({MOST_DIGITS}, 0)")
    return product.cast(f"decimal(38, {max(decimals, _scale(compared))})")


# --- instants ------------------------------------------------------------------------------------------------------


def _instant(
    value: ir.TimestampValue, values: Sequence[Literal], comparison: Comparison, calendar: Calendar
) -> ir.BooleanValue:
    """Compare instants with local days or with instants; a day stands for all of its instants."""
    if comparison is Comparison.BETWEEN:
        first, last = values
        return _from(value, first, calendar) & _until(value, last, calendar)
    if comparison in (Comparison.IS, Comparison.ON, Comparison.ANY_OF):
        return either(
            [_from(value, one, calendar) & _until(value, one, calendar) for one in values]
        )
    if comparison is Comparison.AT_LEAST:
        return _from(value, values[0], calendar)
    if comparison is Comparison.AT_MOST:
        return _until(value, values[0], calendar)
    if comparison is Comparison.BEFORE:
        return ~_from(value, values[0], calendar)
    return ~_until(value, values[0], calendar)


def _from(value: ir.TimestampValue, wanted: Literal, calendar: Calendar) -> ir.BooleanValue:
    """Return whether the instant is not before the day or instant; NULL of NULL."""
    if isinstance(wanted, datetime):
        return value >= instant_literal(calendar.instant(wanted))
    return value >= instant_literal(calendar.day_start(_day(wanted)))


def _until(value: ir.TimestampValue, wanted: Literal, calendar: Calendar) -> ir.BooleanValue:
    """Return whether the instant is not after the day or instant; NULL of NULL."""
    if isinstance(wanted, datetime):
        return value <= instant_literal(calendar.instant(wanted))
    return value < instant_literal(calendar.day_start(_day(wanted) + timedelta(days=1)))


def _day(value: Literal) -> date:
    if not isinstance(value, date):
        raise TypeError(f"a {type(value).__name__} stands where a day is needed")
    return value


# --- periods -------------------------------------------------------------------------------------------------------


def _period(subject: Subject, rule: Within, calendar: Calendar) -> ir.BooleanValue:
    first, last = calendar.period(rule)
    if rule.reach is Reach.BEYOND and rule.ahead:
        return ~_is_before(subject, last + timedelta(days=1), calendar)
    if rule.reach is Reach.BEYOND:
        return _is_before(subject, first, calendar)
    if rule.reach is Reach.ANNIVERSARY and subject.type is not AttributeType.BIRTHDAY:
        days = days_of_the_year(first, last)
        recurs = on_days_of_the_year(_local_day(subject, calendar), days)
        return _is_before(subject, first, calendar) & recurs  # the day itself is no anniversary
    return _between_days(subject, first, last, calendar)


def _is_before(subject: Subject, day: date, calendar: Calendar) -> ir.BooleanValue:
    """Return whether the subject lies before a local day; NULL of NULL."""
    if subject.type is AttributeType.TIMESTAMP:
        return ~_from(subject.value, day, calendar)
    return subject.value < ibis.literal(day)


def _between_days(subject: Subject, first: date, last: date, calendar: Calendar) -> ir.BooleanValue:
    if subject.type is AttributeType.TIMESTAMP:
        return _from(subject.value, first, calendar) & _until(subject.value, last, calendar)
    if subject.type is AttributeType.BIRTHDAY:
        return subject.value.isin(days_of_the_year(first, last))
    return (subject.value >= ibis.literal(first)) & (subject.value <= ibis.literal(last))


def _local_month(subject: Subject, calendar: Calendar) -> ir.IntegerValue:
    if subject.type is AttributeType.DATE:
        return subject.value.month()
    if subject.month is not None:
        return subject.month
    return local_month(subject.value, calendar.time_zone)


def _local_day(subject: Subject, calendar: Calendar) -> ir.Value:
    if subject.type is AttributeType.DATE:
        return subject.value
    if subject.local is not None:
        return subject.local
    return local(subject.value, calendar.time_zone)
