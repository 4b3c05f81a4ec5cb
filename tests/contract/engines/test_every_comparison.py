"""Every comparison of every type, over dense data, means the same on each engine and to the plain evaluator."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from decimal import Decimal
from itertools import combinations_with_replacement

import pytest

from segue.profiles.schema import Attribute, AttributeType, Table
from segue.segments.operators import (
    AGGREGATED_TYPES,
    ALLOWED_COMPARISONS,
    ORDERED,
    ORDERED_BY,
    PERIODS,
    SEVERAL_VALUES,
    TEXT_ONLY,
    WEEKDAYS,
    periods_of,
)
from segue.segments.rules import (
    AggregateFunction,
    Compare,
    Comparison,
    Literal,
    Reach,
    RelatedTo,
    Rule,
    Segment,
    Unit,
    Within,
)
from tests.contract.engines import given_engines
from tests.contract.engines.conftest import Choose
from tests.contract.engines.segment_evaluator import Evaluator
from tests.unit.segments.segment_schema import ORDERS, SCHEMA
from tests.unit.segments.segment_strategies import (
    ADDRESSES,
    BIRTHDAYS,
    BLANKS,
    DAYS,
    MOMENTS,
    NUMBERS,
    TAGS,
    TEXTS,
    listed,
)

_AS_OF = datetime(2026, 3, 31, 22, 30, tzinfo=UTC)
_INTEGERS = [-3, -1, 0, 1, 2, 3, 7, 2**40, -(2**62)]
_STORED: dict[AttributeType, Sequence[object]] = {
    AttributeType.TEXT: [None, *TEXTS, *BLANKS],
    AttributeType.EMAIL: [None, *ADDRESSES],
    AttributeType.INTEGER: [None, *_INTEGERS],
    AttributeType.DECIMAL: [None, *NUMBERS],
    AttributeType.BOOLEAN: [None, True, False],
    AttributeType.DATE: [None, *DAYS],
    AttributeType.TIMESTAMP: [None, *MOMENTS],
    AttributeType.BIRTHDAY: [None, *BIRTHDAYS],
    AttributeType.LIST: [None, *(listed(TAGS[n : n + 3]) for n in range(len(TAGS)))],
}
_WRITTEN: dict[AttributeType, Sequence[object]] = {
    AttributeType.TEXT: ["France", "é", "a", "_", "%", "\\", "o'brien", "日本", "PÉROU", "e", "f"],
    AttributeType.EMAIL: ADDRESSES[:2],
    AttributeType.INTEGER: [-1, 0, 3, 2**40],
    AttributeType.DECIMAL: [NUMBERS[1], NUMBERS[4], NUMBERS[4] + NUMBERS[3] / 2],
    AttributeType.BOOLEAN: [True, False],
    AttributeType.DATE: [DAYS[1], DAYS[4], DAYS[9]],
    AttributeType.TIMESTAMP: [DAYS[1], DAYS[10], MOMENTS[20], MOMENTS[40].replace(tzinfo=UTC), MOMENTS[-3]],
    AttributeType.BIRTHDAY: BIRTHDAYS,
    AttributeType.LIST: ["vip", "été", "a", "b", "%", "x"],
}  # fmt: skip


_ANNIVERSARIES = {Unit.DAYS: (1, 40, 365), Unit.WEEKS: (1, 52), Unit.MONTHS: (1, 12), Unit.YEARS: (1,)}  # fmt: skip
_FOLDED = (AttributeType.TEXT, AttributeType.LIST)


def _tests(name: str, kind: AttributeType) -> Iterator[Compare | Within]:
    """Yield every comparison of a type, each with several values."""
    for comparison in ALLOWED_COMPARISONS[kind]:
        for values in _values(comparison, kind):
            for ignore_case in (False, True) if kind in _FOLDED else (False,):
                if comparison is Comparison.IS_BLANK and ignore_case:
                    continue
                yield Compare(
                    attribute=name,
                    comparison=comparison,
                    values=tuple(values),  # type: ignore[arg-type]
                    ignore_case=ignore_case,
                )
    for key in periods_of(kind):
        reach, ahead = PERIODS[key]
        for unit in Unit:
            for amount in _ANNIVERSARIES[unit] if reach is Reach.ANNIVERSARY else (1, 2, 25):
                yield Within(attribute=name, amount=amount, unit=unit, ahead=ahead, reach=reach)


def _values(comparison: Comparison, kind: AttributeType) -> Iterator[Sequence[object]]:
    written = _WRITTEN[kind]
    if comparison is Comparison.IS_BLANK:
        yield from ([True], [False])
    elif comparison is Comparison.MONTH_OF:
        yield from ([month] for month in range(1, 13))
        yield [2, 12]
    elif comparison is Comparison.WEEKDAY_OF:
        yield from ([day] for day in WEEKDAYS)
        yield ["saturday", "sunday"]
    elif comparison is Comparison.BETWEEN:
        pairs = combinations_with_replacement(written, 2)
        yield from (sorted(pair) for pair in pairs if _comparable(*pair))  # type: ignore[type-var]
    elif comparison in SEVERAL_VALUES:
        yield from (written[:1], written[:3])
    elif comparison is Comparison.ON and kind is not AttributeType.BIRTHDAY:
        yield from ([one] for one in _WRITTEN[AttributeType.DATE])
    elif comparison in TEXT_ONLY and kind is AttributeType.EMAIL:
        yield from (["nadia"], ["@SHOP.example"], ["_"])
    else:
        yield from ([one] for one in written)


def _comparable(low: object, high: object) -> bool:
    return type(low) is type(high) and getattr(low, "tzinfo", 0) == getattr(high, "tzinfo", 0)


def _dense_profiles() -> list[dict[str, object]]:
    longest = max(len(values) for values in _STORED.values())
    return [
        {"profile_key": place}
        | {
            attribute.name: _STORED[attribute.type][place % len(_STORED[attribute.type])]
            for attribute in SCHEMA.profiles.attributes
        }
        for place in range(longest)
    ]


def _orders(seed: int) -> list[dict[str, object]]:
    chance = random.Random(seed)
    few = {kind: [None, *list(values)[1:4]] for kind, values in _STORED.items()}
    return [
        {"profile_key": chance.choice([None, *range(60)])}
        | {attribute.name: chance.choice(few[attribute.type]) for attribute in ORDERS.attributes}
        for _ in range(220)
    ]


def _aggregates() -> Iterator[Rule]:
    wheres: list[Rule | None] = [
        None,
        Compare(attribute="paid", comparison=Comparison.IS, values=(True,)),
        Compare(attribute="quantity", comparison=Comparison.IS_NOT, values=(-1,)),
    ]
    for where in wheres:
        yield RelatedTo(table="orders", function=AggregateFunction.EXISTS, where=where)
        for comparison, count in (
            (Comparison.IS, 0),
            (Comparison.AT_LEAST, 2),
            (Comparison.LESS_THAN, 1),
        ):
            test = Compare(attribute="", comparison=comparison, values=(count,))
            yield RelatedTo(
                table="orders", function=AggregateFunction.COUNT, where=where, test=test
            )
        for function, kinds in AGGREGATED_TYPES.items():
            for attribute in _fitting(ORDERS, kinds):
                yield from _of_attribute(function, attribute, where)


def _of_attribute(
    function: AggregateFunction, attribute: Attribute, where: Rule | None
) -> Iterator[Rule]:
    orders = [one.name for one in _fitting(ORDERS, ORDERED)]
    for by in orders if function in ORDERED_BY else [None]:
        for test in _tests_of_a_result(function, attribute.type):
            yield RelatedTo(
                table="orders",
                function=function,
                attribute=attribute.name,
                by=by,
                where=where,
                test=test,
            )


def _tests_of_a_result(function: AggregateFunction, kind: AttributeType) -> list[Compare]:
    if function is AggregateFunction.COUNT_DISTINCT:
        return [_number(Comparison.IS, 0), _number(Comparison.AT_LEAST, 2)]
    if function is AggregateFunction.AVERAGE:
        return [_number(Comparison.IS, -1), _number(Comparison.AT_LEAST, Decimal("-0.333"))]
    return [_equals(kind, stored) for stored in list(_STORED[kind])[1:4]]


def _number(comparison: Comparison, value: Literal) -> Compare:
    return Compare(attribute="", comparison=comparison, values=(value,))


def _equals(kind: AttributeType, stored: object) -> Compare:
    value = stored.replace(tzinfo=UTC) if isinstance(stored, datetime) else stored
    assert kind is not AttributeType.TIMESTAMP or isinstance(value, datetime)
    if kind is AttributeType.LIST:
        value = str(value).split("\x1f")[1]
        return Compare(attribute="", comparison=Comparison.HAS_ANY_OF, values=(value,))
    return Compare(attribute="", comparison=Comparison.IS, values=(value,))  # type: ignore[arg-type]


def _fitting(table: Table, kinds: frozenset[AttributeType]) -> list[Attribute]:
    return [attribute for attribute in table.attributes if attribute.type in kinds]


def _numbered(rules: Iterator[Rule] | Sequence[Rule]) -> list[Segment]:
    return [Segment(name=f"s{number}", rule=rule) for number, rule in enumerate(rules)]


@pytest.mark.crossing
@pytest.mark.parametrize("attribute", SCHEMA.profiles.attributes, ids=lambda one: one.name)
def test_every_comparison_holds_for_exactly_the_right_values(
    choose: Choose, attribute: Attribute
) -> None:
    zone = "America/New_York" if attribute.type is AttributeType.DATE else "Europe/Paris"
    segments = _numbered(list(_tests(attribute.name, attribute.type)))
    tables = {"profiles": _dense_profiles(), "related_orders": [], "related_tickets": []}

    found = choose(tables, segments, as_of=_AS_OF, time_zone=zone)

    assert _differences(found, tables, segments, zone) == []


def test_every_aggregate_is_computed_over_exactly_the_right_rows(choose: Choose) -> None:
    segments = _numbered(list(_aggregates()))
    profiles: list[dict[str, object]] = [{"profile_key": key} for key in range(60)]
    tables = {"profiles": profiles, "related_orders": _orders(7), "related_tickets": []}

    found = choose(tables, segments, as_of=_AS_OF, time_zone="UTC")

    assert _differences(found, tables, segments, "UTC") == []


def _differences(
    found: dict[str, set[object]],
    tables: dict[str, list[dict[str, object]]],
    segments: Sequence[Segment],
    time_zone: str,
) -> list[tuple[Rule, set[object]]]:
    known = {segment.name: segment for segment in segments}
    full = {
        name: [
            dict.fromkeys(a.name for a in table.attributes) | row for row in tables.get(name, ())
        ]
        for name, table in given_engines.declared().items()
    }
    evaluator = Evaluator(full, SCHEMA, known, as_of=_AS_OF, time_zone=time_zone)
    members = {name: evaluator.members(name) for name in known}
    return [
        (known[name].rule, found[name] ^ members[name])
        for name in known
        if found[name] != members[name]
    ]
