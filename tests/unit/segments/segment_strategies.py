"""Hypothesis strategies for schemas, rules and rows. Rules are such as the parser gives."""

from __future__ import annotations

import operator
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from functools import cache
from string import ascii_lowercase, digits

from hypothesis import strategies as st

from segue.core.texts import plain
from segue.profiles.schema import LIST_MARK, Attribute, AttributeType, ProfileSchema, Table
from segue.segments import rules
from segue.segments.operators import (
    AGGREGATED_TYPES,
    ALLOWED_COMPARISONS,
    ORDERED,
    ORDERED_BY,
    PERIODS,
    SEVERAL_VALUES,
    TEXT_ONLY,
    WEEKDAYS,
    are_alike,
    comparisons_with_attributes,
    periods_of,
    result_type,
)
from segue.segments.operators import DAYS as DAY_TYPES
from segue.segments.rules import (
    AggregateFunction,
    Compare,
    CompareAttributes,
    Comparison,
    Reach,
    RelatedTo,
    Unit,
    Within,
)
from tests.unit.segments.segment_schema import SCHEMA

Values = Mapping[AttributeType, st.SearchStrategy[object]]

DAYS = [
    *(date(2024, 2, 28), date(2024, 2, 29), date(2024, 3, 1), date(2023, 2, 28), date(2025, 2, 28)),
    *(date(2025, 12, 31), date(2026, 1, 1), date(2026, 1, 31), date(2026, 2, 28), date(2026, 3, 1)),
    *(date(2026, 3, 29), date(2026, 3, 30), date(2026, 3, 31), date(2026, 4, 30), date(1974, 7, 1)),
]
_OFFSETS_S = [-36_000, -7_201, -7_200, -3_600, -1, 0, 1, 3_599, 3_600, 18_000, 19_800, 43_200]
MOMENTS = [
    datetime(day.year, day.month, day.day) + timedelta(seconds=offset)
    for day in DAYS
    for offset in _OFFSETS_S
] + [
    datetime(2026, 3, 29, 0, 59, 59, 999_999),
    datetime(2025, 10, 26, 0, 30),
    datetime(2025, 10, 26, 1, 30),
]
TEXTS = [
    *(
        "France",
        "france",
        "FRANCE",
        "France ",
        " France",
        "Pérou",
        "PÉROU",
        "pérou",
        "Émile",
        "émile",
    ),
    *("a%b", "a_b", "axb", "a\\b", "%", "_", "\\", "o'brien", 'say "no"', "van den Berg", "f", "v"),
    *("100%", "日本", "-- x", ";", "{name}", "$1", "[a-z]", "😀", "ﬁ", "\u2019"),
]
BLANKS = ["", " ", "\t\n", "\u00a0", "\u3000 ", "\x0b\x0c", "\x85", "\u2028"]
ADDRESSES = [
    "nadia@shop.example",
    "omar@shop.example",
    "o'neil@post.example",
    "a_b@xn--bcher-kva.example",
]
NUMBERS = [
    Decimal(text)
    for text in ("-20.50", "-0.01", "0", "0.01", "9.99", "10", "10.5", "20.50", "99999999")
]

BIRTHDAYS = ["01/01", "02/28", "02/29", "03/01", "03/31", "04/07", "12/31"]
TAGS = ["vip", "VIP", "vipers", "Été", "été", "a, b", "a", "b", "%", "'"]


def listed(texts: Sequence[str]) -> str:
    """Return a list as a snapshot holds it."""
    return LIST_MARK + "".join(f"{text}{LIST_MARK}" for text in dict.fromkeys(texts))


LITERALS: Values = {
    AttributeType.TEXT: st.sampled_from(TEXTS),
    AttributeType.EMAIL: st.sampled_from(ADDRESSES),
    AttributeType.INTEGER: st.sampled_from([-3, -1, 0, 1, 2, 3, 7, 2**40, -(2**62)]),
    AttributeType.DECIMAL: st.sampled_from([*NUMBERS, Decimal("10.495"), Decimal("-0.005")]),
    AttributeType.BOOLEAN: st.booleans(),
    AttributeType.DATE: st.sampled_from(DAYS),
    AttributeType.TIMESTAMP: st.one_of(
        st.sampled_from(DAYS),
        st.sampled_from(MOMENTS),
        st.sampled_from(MOMENTS).map(lambda moment: moment.replace(tzinfo=UTC)),
    ),
    AttributeType.BIRTHDAY: st.sampled_from(BIRTHDAYS),
    AttributeType.LIST: st.sampled_from(TAGS),
}
"""Literals that often meet the rows below."""

STORED: Values = {
    **LITERALS,
    AttributeType.TEXT: st.sampled_from([*TEXTS, *BLANKS]),
    AttributeType.DECIMAL: st.sampled_from(NUMBERS),
    AttributeType.TIMESTAMP: st.sampled_from(MOMENTS),
    AttributeType.LIST: st.lists(st.sampled_from(TAGS), min_size=1, max_size=3).map(listed),
}
"""Values that rows hold: timestamps are naive UTC."""

_ANY_TEXT = (
    st.text(st.characters(exclude_categories=["Cc", "Cs"]), min_size=1, max_size=12)
    .map(plain)
    .filter(str.strip)
)
_ANY_DAY = st.dates(date(1000, 1, 2), date(9998, 12, 30))
_ANY_MOMENT = st.datetimes(datetime(1000, 1, 3), datetime(9998, 12, 29))

ANY_LITERALS: Values = {
    AttributeType.TEXT: _ANY_TEXT,
    AttributeType.EMAIL: st.sampled_from(ADDRESSES),
    AttributeType.INTEGER: st.integers(-(2**63) + 1, 2**63 - 1),
    AttributeType.DECIMAL: st.decimals(-(10**12), 10**12, places=5).filter(lambda d: d.is_finite()),
    AttributeType.BOOLEAN: st.booleans(),
    AttributeType.DATE: _ANY_DAY,
    AttributeType.TIMESTAMP: st.one_of(
        _ANY_DAY, _ANY_MOMENT, _ANY_MOMENT.map(lambda moment: moment.replace(tzinfo=UTC))
    ),
    AttributeType.BIRTHDAY: st.dates(date(2000, 1, 1), date(2000, 12, 31)).map("{:%m/%d}".format),
    AttributeType.LIST: _ANY_TEXT,
}
"""Literals of every kind that can be written."""

_LONGEST = {Unit.DAYS: 800, Unit.WEEKS: 110, Unit.MONTHS: 27, Unit.YEARS: 3}
_ONE_YEAR = {Unit.DAYS: 365, Unit.WEEKS: 52, Unit.MONTHS: 12, Unit.YEARS: 1}


@st.composite
def schemas(draw: st.DrawFn) -> ProfileSchema:
    """Draw profiles with up to six attributes of any type, and up to two related tables."""
    key_type = draw(st.sampled_from([AttributeType.INTEGER, AttributeType.TEXT]))
    names = draw(st.lists(_names(), max_size=2, unique=True))
    return ProfileSchema(
        profiles=draw(_tables("profiles", key_type)),
        related={name: draw(_tables(name, key_type)) for name in names},
    )


@cache
def _names() -> st.SearchStrategy[str]:
    """Return what draws names; it is made once, as making it takes longer than drawing."""
    later = [f"{between}{one}" for between in ("", "_") for one in ascii_lowercase + digits]
    rest = st.lists(st.sampled_from(later), max_size=8).map("".join)
    return st.builds(operator.add, st.sampled_from(ascii_lowercase), rest)


@st.composite
def _tables(draw: st.DrawFn, name: str, key_type: AttributeType) -> Table:
    names = draw(st.lists(_names(), min_size=1, max_size=6, unique=True))
    kinds = st.sampled_from(sorted(AttributeType))
    attributes = tuple(Attribute(name=one, type=draw(kinds), column=one) for one in names)
    return Table(name=name, source=name, key="id", key_type=key_type, attributes=attributes)


def rule_trees(
    schema: ProfileSchema, *, segments: Sequence[str] = (), literals: Values = LITERALS
) -> st.SearchStrategy[rules.Rule]:
    """Draw rules over profiles, which may refer to these segments."""
    ours = schema is SCHEMA and literals is LITERALS
    leaves = [*(_own_leaves() if ours else _leaves(schema, literals))]
    if segments:
        leaves.append(st.builds(rules.InSegment, segment=st.sampled_from(sorted(segments))))
    return st.recursive(
        st.one_of(leaves), lambda inner: st.one_of(_groups(inner), _sets(inner)), max_leaves=6
    )


@cache
def _own_leaves() -> Sequence[st.SearchStrategy[rules.Rule]]:
    """Return what most tests draw from: it is made once, as making it takes longer than drawing."""
    return _leaves(SCHEMA, LITERALS)


def _leaves(schema: ProfileSchema, literals: Values) -> Sequence[st.SearchStrategy[rules.Rule]]:
    over = schema.customers
    related = [_related(table, literals, over, schema) for table in schema.related.values()]
    return [_over_rows(over, literals), *related, _samples(), *_tops(schema, literals)]


@st.composite
def _samples(draw: st.DrawFn) -> rules.Sample:
    percent = draw(st.sampled_from(["0.001", "10", "33.3", "50", "99.99", "100"]))
    return rules.Sample(
        percent=Decimal(percent), seed=draw(st.sampled_from(["", "spring", "é: 'x'"]))
    )


def _tops(schema: ProfileSchema, literals: Values) -> list[st.SearchStrategy[rules.Top]]:
    """Return what draws rules by an attribute of profiles, and by aggregates, where there is something to rank by."""
    found = [_top(attribute=st.just(one.name)) for one in _fitting(schema.customers, ORDERED)]
    for table in schema.related.values():
        aggregates = _related(table, literals, schema.customers, schema).filter(
            lambda rule, table=table: _is_ranked(rule, table)
        )
        found.append(_top(aggregate=aggregates.map(lambda rule: replace(rule, test=None))))
    return [st.one_of(found)] if found else []


def _is_ranked(rule: RelatedTo, table: Table) -> bool:
    if rule.function in (AggregateFunction.EXISTS, AggregateFunction.AVERAGE):
        return False
    attribute = table.attribute(rule.attribute or "")
    return result_type(rule.function, attribute.type if attribute else None) in ORDERED


def _top(**measure: st.SearchStrategy[object]) -> st.SearchStrategy[rules.Top]:
    shares = st.sampled_from(["0.1", "33.3", "50", "100"]).map(Decimal)
    return st.one_of(
        st.builds(rules.Top, amount=st.integers(1, 4).map(Decimal), **measure),
        st.builds(rules.Top, amount=shares, is_percent=st.just(True), **measure),
    )


def _groups(inner: st.SearchStrategy[rules.Rule]) -> st.SearchStrategy[rules.Rule]:
    several = st.lists(inner, min_size=1, max_size=3).map(tuple)
    return st.one_of(
        st.builds(rules.All, rules=several),
        st.builds(rules.Any, rules=several),
        st.builds(rules.Not, rule=inner),
    )


def _sets(inner: st.SearchStrategy[rules.Rule]) -> st.SearchStrategy[rules.Rule]:
    several = st.lists(inner, min_size=2, max_size=3).map(tuple)
    kinds = [rules.Union, rules.Intersect, rules.Except]
    return st.one_of([st.builds(kind, operands=several) for kind in kinds])


def _over_rows(table: Table, literals: Values) -> st.SearchStrategy[rules.Rule]:
    @cache
    def over(attribute: Attribute) -> st.SearchStrategy[rules.Rule]:
        return st.one_of(
            _tests(attribute.name, attribute.type, literals),
            *_others(attribute.name, attribute.type, table),
        )

    return st.sampled_from(table.attributes).flatmap(over)


def _others(
    name: str, kind: AttributeType, table: Table
) -> list[st.SearchStrategy[CompareAttributes]]:
    """Return what compares something of a type with the table's attributes; nothing where none can be."""
    fitting = [one.name for one in table.attributes if are_alike(one.type, kind)]
    comparisons = comparisons_with_attributes(kind)
    if not fitting or not comparisons:
        return []
    texts = kind in (AttributeType.TEXT, AttributeType.EMAIL)
    return [
        st.builds(
            CompareAttributes,
            attribute=st.just(name),
            comparison=st.sampled_from(comparisons),
            other=st.sampled_from(fitting),
            ignore_case=st.booleans() if texts else st.just(False),
        )
    ]


@st.composite
def _tests(
    draw: st.DrawFn, name: str, kind: AttributeType, literals: Values, *, never_blank: bool = False
) -> Compare | Within:
    if kind in DAY_TYPES and draw(st.integers(0, 3)) == 0:
        return draw(_periods(name, kind))
    choices = [
        one for one in ALLOWED_COMPARISONS[kind] if not (never_blank and one is Comparison.IS_BLANK)
    ]
    comparison = draw(st.sampled_from(choices))
    values = draw(_values(comparison, kind, literals))
    texts = (
        kind in (AttributeType.TEXT, AttributeType.EMAIL, AttributeType.LIST)
        and comparison is not Comparison.IS_BLANK
    )
    return Compare(
        attribute=name,
        comparison=comparison,
        values=values,
        ignore_case=texts and draw(st.booleans()),
    )


@st.composite
def _periods(draw: st.DrawFn, name: str, kind: AttributeType) -> Within:
    reach, ahead = PERIODS[draw(st.sampled_from(periods_of(kind)))]
    unit = draw(st.sampled_from(sorted(Unit)))
    longest = _ONE_YEAR if reach is Reach.ANNIVERSARY else _LONGEST
    amount = draw(st.integers(1, longest[unit]))
    return Within(attribute=name, amount=amount, unit=unit, ahead=ahead, reach=reach)


@st.composite
def _values(
    draw: st.DrawFn, comparison: Comparison, kind: AttributeType, literals: Values
) -> tuple[object, ...]:
    if comparison is Comparison.IS_BLANK:
        return (draw(st.booleans()),)
    if comparison is Comparison.MONTH_OF:
        return tuple(draw(st.lists(st.integers(1, 12), min_size=1, max_size=3)))
    if comparison is Comparison.WEEKDAY_OF:
        return tuple(draw(st.lists(st.sampled_from(WEEKDAYS), min_size=1, max_size=3)))
    one = literals[kind]
    if comparison is Comparison.ON and kind is not AttributeType.BIRTHDAY:
        one = literals[AttributeType.DATE]
    if comparison in TEXT_ONLY and kind is AttributeType.EMAIL:
        one = st.sampled_from(["nadia", "@shop", ".example", "O'NEIL", "_"])
    if comparison in SEVERAL_VALUES:
        return tuple(draw(st.lists(one, min_size=1, max_size=3)))
    if comparison is Comparison.BETWEEN:
        kinds = (draw(one), draw(one))
        return tuple(sorted(kinds)) if _alike(*kinds) else (kinds[0], kinds[0])
    return (draw(one),)


def _alike(left: object, right: object) -> bool:
    return type(left) is type(right) and getattr(left, "tzinfo", 0) == getattr(right, "tzinfo", 0)


def conditions(
    schema: ProfileSchema, table: Table, literals: Values = LITERALS
) -> st.SearchStrategy[rules.Rule]:
    """Draw conditions on the rows of a related table."""
    rows = _over_rows(table, literals)
    parts = [_related(one, literals, table, schema) for one in schema.parts_of(table.name).values()]
    return st.recursive(st.one_of(rows, rows, *parts), _groups, max_leaves=3)


def _related(
    table: Table, literals: Values, over: Table, schema: ProfileSchema
) -> st.SearchStrategy[RelatedTo]:
    """Draw rules over a related table; what they are made of is made once, not for every rule."""
    where = st.none() | conditions(schema, table, literals)
    counts = {**literals, AttributeType.INTEGER: st.integers(0, 3)}
    counted = st.one_of(
        _tests("", AttributeType.INTEGER, counts, never_blank=True),
        *_others("", AttributeType.INTEGER, over),
    )
    return _over_related(_Parts(table, over, where=where, counted=counted, literals=literals))


class _Parts:
    """What rules over a related table are drawn from; no dataclass, as Hypothesis would write down all that it holds."""

    def __init__(
        self,
        table: Table,
        over: Table,
        *,
        where: st.SearchStrategy[rules.Rule | None],
        counted: st.SearchStrategy[object],
        literals: Values,
    ) -> None:
        self.table, self.over, self.where = table, over, where
        self.counted, self.literals = counted, literals
        self._tests: dict[AttributeType, st.SearchStrategy[object]] = {}

    def tests(self, kind: AttributeType) -> st.SearchStrategy[object]:
        """Return what draws tests of an aggregate that is of a type; it is made once."""
        if kind not in self._tests:
            self._tests[kind] = st.one_of(
                _tests("", kind, self.literals), *_others("", kind, self.over)
            )
        return self._tests[kind]


@st.composite
def _over_related(draw: st.DrawFn, parts: _Parts) -> RelatedTo:
    table = parts.table
    function = draw(st.sampled_from(_possible(table)))
    asked = RelatedTo(table=table.name, function=function, where=draw(parts.where))
    if function is AggregateFunction.EXISTS:
        return asked
    if function is AggregateFunction.COUNT:
        return replace(asked, test=draw(parts.counted))
    attribute = draw(st.sampled_from(_fitting(table, AGGREGATED_TYPES[function])))
    kind = result_type(function, attribute.type)
    is_count = function is AggregateFunction.COUNT_DISTINCT
    ordered = [one.name for one in _fitting(table, ORDERED)]
    return replace(
        asked,
        attribute=attribute.name,
        by=draw(st.sampled_from(ordered)) if function in ORDERED_BY else None,
        test=draw(parts.counted if is_count else parts.tests(kind)),
    )


def _possible(table: Table) -> list[AggregateFunction]:
    possible = [AggregateFunction.EXISTS, AggregateFunction.COUNT]
    for function, kinds in AGGREGATED_TYPES.items():
        ordered = function not in ORDERED_BY or _fitting(table, ORDERED)
        if _fitting(table, kinds) and ordered:
            possible.append(function)
    return possible


def _fitting(table: Table, kinds: frozenset[AttributeType]) -> list[Attribute]:
    return [attribute for attribute in table.attributes if attribute.type in kinds]


def stored_rows(
    table: Table, *, keys: st.SearchStrategy[object]
) -> st.SearchStrategy[dict[str, object]]:
    """Draw a row of a table; every value may be missing."""
    columns = {attribute.name: st.none() | STORED[attribute.type] for attribute in table.attributes}
    return st.fixed_dictionaries({"profile_key": keys, **columns})


@st.composite
def stored_tables(draw: st.DrawFn) -> dict[str, list[dict[str, object]]]:
    """Draw rows of every table of SCHEMA; related rows may belong to nobody, or to somebody unknown."""
    amount = draw(st.integers(1, 5))
    profiles = [
        draw(stored_rows(SCHEMA.profiles, keys=st.just(key))) for key in range(1, amount + 1)
    ]
    owners = st.none() | st.integers(1, amount + 1)
    related = {
        f"related_{name}": draw(st.lists(stored_rows(table, keys=owners), max_size=8))
        for name, table in SCHEMA.related.items()
    }
    return {"profiles": profiles, **related}
