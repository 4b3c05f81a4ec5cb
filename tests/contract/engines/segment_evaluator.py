"""A slow, plain evaluator of rules, written from the meaning of the rules and from nothing of the compiler."""

from __future__ import annotations

import calendar
import hashlib
import math
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from zoneinfo import ZoneInfo

from segue.profiles.schema import AttributeType, ProfileSchema, Table
from segue.segments import rules
from segue.segments.measures import Calculation, Formula, Named, Number, Sign, measures_of
from segue.segments.rules import (
    AggregateFunction,
    Compare,
    CompareAttributes,
    Comparison,
    Reach,
    Unit,
    Within,
)

Row = Mapping[str, object]
_NEGATIVE = {
    Comparison.IS_NOT: Comparison.IS,
    Comparison.NONE_OF: Comparison.ANY_OF,
    Comparison.DOES_NOT_CONTAIN: Comparison.CONTAINS,
    Comparison.HAS_NONE_OF: Comparison.HAS_ANY_OF,
}


_COUNTS = (AggregateFunction.COUNT, AggregateFunction.COUNT_DISTINCT)


class Evaluator:
    """Evaluate segments over rows in memory."""

    def __init__(
        self,
        tables: Mapping[str, Sequence[Row]],
        schema: ProfileSchema,
        segments: Mapping[str, rules.Segment],
        *,
        as_of: datetime,
        time_zone: str,
    ) -> None:
        self._tables, self._schema, self._segments = tables, schema, segments
        self._zone = ZoneInfo(time_zone)
        self._today = as_of.astimezone(self._zone).date()
        self._people = [self._measured(row) for row in tables["profiles"]]

    def measures(self) -> dict[object, Row]:
        """Return what each measure is for each customer, by key and name."""
        names = self._schema.measures
        return {row["profile_key"]: {name: row[name] for name in names} for row in self._people}

    def _measured(self, row: Row) -> Row:
        """Return a row of the profiles with the measures; each is written before those that build on it."""
        found = dict(row)
        for name, measure in measures_of(self._schema).items():
            if isinstance(measure.what, rules.RelatedTo):
                value, _ = self._result(measure.what, found)
                if measure.what.function is rules.AggregateFunction.AVERAGE:
                    value = _as_step(value)
            else:
                value = _calculated(measure.what, found)
            if isinstance(value, int | Decimal | Fraction):
                is_whole = measure.attribute.type is AttributeType.INTEGER
                value = _rounded(value, 0 if is_whole else measure.attribute.scale)
                value = int(value) if is_whole and value is not None else value
            found[name] = measure.default if value is None else value
        return found

    def members(self, segment: str) -> set[object]:
        """Return the keys of the segment's members."""
        rule = self._segments[segment].rule
        return {row["profile_key"] for row in self._people if self._holds(rule, row)}

    def _holds(self, rule: rules.Rule, row: Row) -> bool:
        match rule:
            case Compare() | CompareAttributes() | Within():
                return self._row_holds(rule, row, self._schema.customers)
            case rules.Sample():
                return _is_drawn(row["profile_key"], rule)
            case rules.Top():
                return row["profile_key"] in self._ranking(rule)
            case rules.All(rules=inner) | rules.Intersect(operands=inner):
                return all(self._holds(one, row) for one in inner)
            case rules.Any(rules=inner) | rules.Union(operands=inner):
                return any(self._holds(one, row) for one in inner)
            case rules.Not(rule=one):
                return not self._holds(one, row)
            case rules.Except(operands=(first, *others)):
                return self._holds(first, row) and not any(self._holds(one, row) for one in others)
            case rules.InSegment(segment=name):
                return self._holds(self._segments[name].rule, row)
            case rules.RelatedTo():
                return self._related_holds(rule, row)
        raise AssertionError(rule)

    def _row_holds(self, rule: rules.Rule, row: Row, table: Table) -> bool:
        match rule:
            case Compare() | CompareAttributes() | Within():
                attribute = table.attribute(rule.attribute)
                assert attribute is not None
                return self._test_holds(row[attribute.name], attribute.type, rule, row)
            case rules.All(rules=inner):
                return all(self._row_holds(one, row, table) for one in inner)
            case rules.Any(rules=inner):
                return any(self._row_holds(one, row, table) for one in inner)
            case rules.Not(rule=one):
                return not self._row_holds(one, row, table)
            case rules.RelatedTo():
                return self._related_holds(rule, row, over=table)
        raise AssertionError(rule)

    def _ranking(self, rule: rules.Top) -> list[object]:
        """Return the keys of those who are among the first."""
        measures = {row["profile_key"]: self._measure(rule, row) for row in self._people}
        keys = sorted(key for key, measure in measures.items() if measure is not None)  # type: ignore[type-var]
        keys.sort(key=lambda key: measures[key], reverse=True)  # type: ignore[arg-type,return-value]
        share = Fraction(rule.amount) / 100 * len(keys) if rule.is_percent else rule.amount
        return keys[: math.ceil(share)]

    def _measure(self, rule: rules.Top, row: Row) -> object:
        if rule.aggregate is None:
            value = row[rule.attribute or ""]
            measure = measures_of(self._schema).get(rule.attribute or "")
            aggregate = measure.what if measure is not None else None
            is_count = isinstance(aggregate, rules.RelatedTo) and aggregate.function in _COUNTS
            return None if is_count and not value else value
        result, _ = self._result(rule.aggregate, row)
        return None if rule.aggregate.function in _COUNTS and not result else result

    def _related_holds(self, rule: rules.RelatedTo, row: Row, *, over: Table | None = None) -> bool:
        result, kind = self._result(rule, row, over=over)
        if rule.function is AggregateFunction.EXISTS:
            return bool(result)
        assert rule.test is not None
        return self._test_holds(result, kind, rule.test, row)

    def _result(
        self, rule: rules.RelatedTo, row: Row, *, over: Table | None = None
    ) -> tuple[object, AttributeType]:
        """Return what an aggregate of a profile's (or a row's) rows is, and its type; of EXISTS the number of rows."""
        key, outer = "profile_key", "profile_key"
        if over is not None:
            part_of = self._schema.related[rule.table].part_of
            assert part_of is not None
            assert part_of.table == over.name
            key, outer = part_of.attribute, part_of.other
        table = self._schema.related[rule.table]
        found = [
            other
            for other in self._tables[f"related_{rule.table}"]
            if not is_blank(row[outer])
            and other[key] == row[outer]
            and (rule.where is None or self._row_holds(rule.where, other, table))
        ]
        if rule.function in (AggregateFunction.EXISTS, AggregateFunction.COUNT):
            return len(found), AttributeType.INTEGER
        attribute = table.attribute(rule.attribute or "")
        assert attribute is not None
        found = _at_the_edge(rule, found)
        values = [other[attribute.name] for other in found if not is_blank(other[attribute.name])]
        if rule.function is AggregateFunction.COUNT_DISTINCT:
            return len(set(values)), AttributeType.INTEGER
        return _aggregate(rule.function, values), attribute.type

    def _test_holds(self, value: object, kind: AttributeType, rule: rules.Test, row: Row) -> bool:
        if isinstance(rule, CompareAttributes):
            return _attributes_hold(value, row[rule.other], rule)
        return self._value_holds(value, kind, rule)

    def _value_holds(self, value: object, kind: AttributeType, rule: Compare | Within) -> bool:
        if isinstance(rule, Compare) and rule.comparison is Comparison.IS_BLANK:
            return is_blank(value) is rule.values[0]
        if isinstance(rule, Compare) and rule.comparison in _NEGATIVE:
            return not self._positive(value, kind, rule, _NEGATIVE[rule.comparison])
        if isinstance(rule, Compare):
            return self._positive(value, kind, rule, rule.comparison)
        if is_blank(value):
            return False
        if kind is AttributeType.BIRTHDAY:
            return any(_is_birthday(str(value), day) for day in _days_within(self._today, rule))
        day = self._local(value).date() if isinstance(value, datetime) else value
        assert isinstance(day, date)
        return _stands_so(day, self._today, rule)

    def _positive(
        self, value: object, kind: AttributeType, rule: Compare, comparison: Comparison
    ) -> bool:
        if is_blank(value):
            return False
        if kind in (AttributeType.TEXT, AttributeType.EMAIL):
            folds = rule.ignore_case or kind is AttributeType.EMAIL
            fold: Callable[[object], str] = lambda text: str(text).lower() if folds else str(text)  # noqa: E731
            return _text_holds(fold(value), comparison, [fold(one) for one in rule.values])
        if kind is AttributeType.LIST:
            return _list_holds(str(value), comparison, rule)
        if kind is AttributeType.BIRTHDAY:
            month = int(str(value)[:2])
            return (month if comparison is Comparison.MONTH_OF else value) in rule.values
        if comparison is Comparison.MONTH_OF:
            day = self._local(value) if isinstance(value, datetime) else value
            assert isinstance(day, date)
            return day.month in rule.values
        if comparison is Comparison.WEEKDAY_OF:
            day = self._local(value) if isinstance(value, datetime) else value
            assert isinstance(day, date)
            return calendar.day_name[day.weekday()].lower() in rule.values
        return _order_holds(value, comparison, rule.values, self._comparable)

    def _comparable(self, value: object, wanted: object) -> tuple[object, object]:
        if isinstance(value, datetime) and isinstance(wanted, datetime):
            aware = wanted if wanted.tzinfo else wanted.replace(tzinfo=self._zone)
            return value.replace(tzinfo=UTC), aware.astimezone(UTC)
        if isinstance(value, datetime):
            return self._local(value).date(), wanted
        if isinstance(value, Fraction):
            return value, Fraction(str(wanted))
        return value, wanted

    def _local(self, value: datetime) -> datetime:
        return value.replace(tzinfo=UTC).astimezone(self._zone)


def _rounded(value: object, decimals: int) -> Decimal | None:
    """Return a number with so many decimals, half away from 0; None where it has more than 18 digits."""
    shifted = Fraction(value) * 10**decimals  # type: ignore[arg-type]
    units = math.floor(abs(shifted) + Fraction(1, 2)) * (1 if shifted >= 0 else -1)
    return Decimal(units).scaleb(-decimals) if abs(units) < 10**18 else None


def _as_step(value: object) -> Fraction | None:
    """Return a quotient as a step has it: with six decimals, half upwards; None where it has more than 12 digits in front."""
    if value is None:
        return None
    found = Fraction(math.floor(Fraction(value) * 10**6 + Fraction(1, 2)), 10**6)  # type: ignore[arg-type]
    return found if abs(found) < 10**12 else None


def _calculated(formula: Formula, row: Row) -> Fraction | None:
    """Return what a formula comes to, each step rounded to six decimals."""
    match formula:
        case Number(value=value):
            found: Fraction | None = Fraction(value)
        case Named(name=name):
            found = None if row[name] is None else Fraction(row[name])  # type: ignore[arg-type]
        case Calculation(sign=sign, left=left, right=right):
            one, other = _calculated(left, row), _calculated(right, row)
            if one is None or other is None or (sign is Sign.BY and not other):
                return None
            found = {
                Sign.PLUS: lambda: one + other,
                Sign.MINUS: lambda: one - other,
                Sign.TIMES: lambda: one * other,
                Sign.BY: lambda: Fraction(math.floor(one / other * 10**6 + Fraction(1, 2)), 10**6),
            }[sign]()
    rounded = None if found is None else _rounded(found, 6)
    return None if rounded is None else Fraction(rounded)


def _is_drawn(key: object, rule: rules.Sample) -> bool:
    """Tell whether the key's hash, as a part of all hashes, is below the share."""
    drawn = hashlib.md5(f"{rule.seed}:{key}".encode(), usedforsecurity=False).digest()
    return Fraction(int.from_bytes(drawn), 2**128) < Fraction(rule.percent) / 100


def _attributes_hold(value: object, other: object, rule: CompareAttributes) -> bool:
    comparison = _NEGATIVE.get(rule.comparison, rule.comparison)
    if is_blank(value) or is_blank(other):
        holds = False
    elif isinstance(value, str):
        left, right = str(value), str(other)
        holds = (left.lower() == right.lower()) if rule.ignore_case else left == right
    else:
        exact = lambda one: Fraction(one) if isinstance(one, Decimal) else one  # noqa: E731
        pair = lambda left, right: (exact(left), exact(right))  # noqa: E731
        holds = _order_holds(value, comparison, [other], pair)
    return holds is not (rule.comparison in _NEGATIVE)


def is_blank(value: object) -> bool:
    """Tell whether a value is missing or only white space."""
    return value is None or (isinstance(value, str) and not value.strip())


def _is_birthday(born: str, day: date) -> bool:
    """Tell whether somebody celebrates on a day: those of 29 February on the 28th where there is no other."""
    if born == "02/29" and not calendar.isleap(day.year):
        born = "02/28"
    return f"{day:%m/%d}" == born


def _list_holds(value: str, comparison: Comparison, rule: Compare) -> bool:
    held = set((value.lower() if rule.ignore_case else value).split("\x1f"))
    wanted = {str(one).lower() if rule.ignore_case else str(one) for one in rule.values}
    return wanted <= held if comparison is Comparison.HAS_ALL_OF else bool(wanted & held)


def _at_the_edge(rule: rules.RelatedTo, found: list[Row]) -> list[Row]:
    """Return the rows that `first` or `last` looks at; for any other aggregate all."""
    if rule.function not in (AggregateFunction.FIRST, AggregateFunction.LAST):
        return found
    orders = [row[rule.by or ""] for row in found if row[rule.by or ""] is not None]
    if not orders:
        return []
    edge = min(orders) if rule.function is AggregateFunction.FIRST else max(orders)  # type: ignore[type-var]
    return [row for row in found if row[rule.by or ""] == edge]


def _aggregate(function: AggregateFunction, values: list[object]) -> object:
    if not values:
        return None
    if function is AggregateFunction.SUM:
        return sum(values, Decimal(0))  # type: ignore[call-overload]
    if function is AggregateFunction.AVERAGE:
        return Fraction(sum(map(Fraction, values))) / len(values)  # type: ignore[arg-type]
    if function in (AggregateFunction.MIN, AggregateFunction.FIRST):
        return min(values)  # type: ignore[type-var]
    return max(values)  # type: ignore[type-var]


def _text_holds(value: str, comparison: Comparison, wanted: list[str]) -> bool:
    if comparison is Comparison.CONTAINS:
        return wanted[0] in value
    if comparison is Comparison.STARTS_WITH:
        return value.startswith(wanted[0])
    if comparison is Comparison.ENDS_WITH:
        return value.endswith(wanted[0])
    return value in wanted


def _order_holds(
    value: object,
    comparison: Comparison,
    wanted: Sequence[object],
    comparable: Callable[[object, object], tuple[object, object]],
) -> bool:
    signs = []
    for one in wanted:
        left, right = comparable(value, one)
        signs.append((left > right) - (left < right))  # type: ignore[operator]
    match comparison:
        case Comparison.BETWEEN:
            return signs[0] >= 0 and signs[1] <= 0
        case Comparison.AT_LEAST:
            return signs[0] >= 0
        case Comparison.AT_MOST:
            return signs[0] <= 0
        case Comparison.MORE_THAN | Comparison.AFTER:
            return signs[0] > 0
        case Comparison.LESS_THAN | Comparison.BEFORE:
            return signs[0] < 0
    return 0 in signs


def _stands_so(day: date, today: date, rule: Within) -> bool:
    if rule.reach is Reach.WITHIN:
        return day in _days_within(today, rule)
    if rule.reach is Reach.BEYOND:
        end = _far_end(today, rule)
        return day >= end if rule.ahead else day <= end
    return any(
        one.year > day.year and _is_birthday(f"{day:%m/%d}", one)
        for one in _days_within(today, rule)
    )


def _days_within(today: date, rule: Within) -> set[date]:
    """Return each day that lies within the period, counted one by one from today."""
    days, day = {today}, today
    step = timedelta(days=1 if rule.ahead else -1)
    end = _far_end(today, rule)
    while day + step != end:
        day += step
        days.add(day)
    return days if end != today else set()


def _far_end(today: date, rule: Within) -> date:
    """Return the first day that no longer belongs: today, N units away; the 31st becomes a shorter month's last."""
    sign = 1 if rule.ahead else -1
    if rule.unit in (Unit.DAYS, Unit.WEEKS):
        return today + sign * timedelta(days=rule.amount * (7 if rule.unit is Unit.WEEKS else 1))
    months = rule.amount * (12 if rule.unit is Unit.YEARS else 1)
    year, month, day = today.year, today.month, today.day
    for _ in range(months):
        month += sign
        if month in (0, 13):
            year, month = year + sign, 12 if month == 0 else 1
    while True:
        try:
            return date(year, month, day)
        except ValueError:
            day -= 1
