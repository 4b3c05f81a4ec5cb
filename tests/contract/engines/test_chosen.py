"""Rules that compare attributes with each other, or choose among all profiles."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import TypeAlias

import pytest

from segue.segments.parse import parse_segment
from segue.segments.rules import Segment
from tests.contract.engines import given_engines
from tests.contract.engines.conftest import Choose
from tests.unit.segments.segment_schema import SCHEMA

_AS_OF = datetime(2026, 3, 31, 12, 0, tzinfo=UTC)
Tables: TypeAlias = dict[str, list[dict[str, object]]]
Members: TypeAlias = Callable[[Tables, Mapping[str, object]], dict[str, set[object]]]


def _segment(name: str, data: object) -> Segment:
    segment, mistakes = parse_segment(name, {"rules": data}, SCHEMA)
    assert mistakes == ()
    assert segment is not None
    return segment


def _people(*rows: Mapping[str, object]) -> Tables:
    profiles = [{"profile_key": key, **row} for key, row in enumerate(rows, start=1)]
    return {name: [] for name in given_engines.declared()} | {"profiles": profiles}


@pytest.fixture
def members(choose: Choose) -> Members:
    """Return a function that gives the members of each rule by its name, on each engine in turn."""

    def run(tables: Tables, written: Mapping[str, object]) -> dict[str, set[object]]:
        segments = [_segment(name, data) for name, data in written.items()]
        return choose(tables, segments, as_of=_AS_OF, time_zone="Europe/Paris")

    return run


def _each(members: Members, tables: Tables, rules: Sequence[object]) -> list[set[object]]:
    return list(members(tables, {f"s{n}": rule for n, rule in enumerate(rules)}).values())


def test_numbers_are_compared_with_numbers_whatever_their_decimals(members: Members) -> None:
    tables = _people(
        {"spent": Decimal("3.00"), "visits": 3},
        {"spent": Decimal("3.01"), "visits": 3},
        {"spent": Decimal("2.99"), "visits": None},
        {"spent": None, "visits": None},
        {"spent": Decimal(0), "visits": 2**62},
    )
    visits = {"attribute": "visits"}

    found = _each(
        members,
        tables,
        [
            {"attribute": "spent", "is": visits},
            {"attribute": "spent", "is_not": visits},
            {"attribute": "spent", "more_than": visits},
            {"attribute": "spent", "less_than": visits},
            {"not": {"attribute": "spent", "at_least": visits}},
        ],
    )

    assert found == [{1}, {2, 3, 4, 5}, {2}, {5}, {3, 4, 5}]


def test_texts_are_compared_whole_and_blanks_are_never_alike(members: Members) -> None:
    tables = _people(
        {"country": "Lyon", "first_name": "Lyon"},
        {"country": "Lyon", "first_name": "LYON"},
        {"country": " ", "first_name": " "},
        {"country": None, "first_name": None},
    )
    same = {"attribute": "country", "is": {"attribute": "first_name"}}

    found = _each(members, tables, [same, {**same, "ignore_case": True}, {"not": same}])

    assert found == [{1}, {1, 2}, {2, 3, 4}]


def test_an_aggregate_is_compared_with_an_attribute_of_the_profile(members: Members) -> None:
    tables = _people({"spent": Decimal(10)}, {"spent": Decimal("3.33")}, {"spent": None}, {"spent": Decimal(4)})  # fmt: skip
    tables["related_orders"] = [
        {"profile_key": key, "total": Decimal(total), "quantity": 3, "due": date(2026, 1, total)}
        for key in (1, 2, 3)
        for total in (3, 3, 4)
    ]
    spent = {"attribute": "spent"}

    found = _each(
        members,
        tables,
        [
            {"related": "orders", "sum": "total", "is": spent},
            {"related": "orders", "average": "total", "more_than": spent},
            {"related": "orders", "count": True, "less_than": spent},
            {"related": "orders", "count": True, "is_not": spent, "where": {"attribute": "total", "more_than": {"attribute": "quantity"}}},
        ],
    )  # fmt: skip

    assert found == [{1}, {2}, {1, 2, 4}, {1, 2, 3, 4}]


def test_a_sample_holds_its_share_grows_with_it_and_ends_with_everybody(members: Members) -> None:
    tables = _people(*({} for _ in range(400)))
    shares = ["0.001", "10", "20", "50", "100"]
    written = {f"s{n}": {"sample": {"percent": share}} for n, share in enumerate(shares)}

    found = members(tables, {**written, "other": {"sample": {"percent": 50, "seed": "spring"}}})

    sizes = [len(found[name]) for name in written]
    assert sizes == [0, 43, 72, 205, 400]
    assert found["s1"] < found["s2"] < found["s3"] < found["s4"]
    assert len(found["s3"] & found["other"]) == 101


def test_a_sample_reads_nothing_but_the_profiles() -> None:
    sample = _segment("s", {"sample": {"percent": 10}})

    sql, _ = given_engines.compiled([sample], "duckdb", as_of=_AS_OF, time_zone="UTC")

    assert re.findall(r"(?:FROM|JOIN) \"(\w+)\"", sql) == ["profiles"]


def test_the_first_by_an_attribute_are_told_apart_by_their_key(members: Members) -> None:
    tables = _people(*({"spent": spent and Decimal(spent)} for spent in (5, 9, 9, None, 9, 1)))

    found = _each(
        members,
        tables,
        [
            {"top": {"number": 2, "attribute": "spent"}},
            {"top": {"number": 99, "attribute": "spent"}},
            {"top": {"percent": 20, "attribute": "spent"}},
            {"top": {"percent": "20.1", "attribute": "spent"}},
            {"top": {"percent": "0.01", "attribute": "spent"}},
            {"not": {"top": {"number": 3, "attribute": "spent"}}},
        ],
    )

    assert found == [{2, 3}, {1, 2, 3, 5, 6}, {2}, {2, 3}, {2}, {1, 4, 6}]


def test_the_first_by_related_rows_have_such_rows(members: Members) -> None:
    tables = _people({}, {}, {}, {})
    orders = [(1, 5, "Jazz"), (2, 3, "Jazz"), (2, 1, "Jazz"), (3, 9, "Rock"), (None, 99, "Jazz")]
    tables["related_orders"] = [
        {"profile_key": key, "total": Decimal(total), "genre": genre, "due": date(2026, 1, 9 - n)}
        for n, (key, total, genre) in enumerate(orders)
    ]
    jazz = {"attribute": "genre", "is": "Jazz"}

    found = _each(
        members,
        tables,
        [
            {"top": {"number": 3, "related": "orders", "count": True, "where": jazz}},
            {"top": {"number": 1, "related": "orders", "sum": "total", "where": jazz}},
            {"top": {"percent": 100, "related": "orders", "count_distinct": "genre"}},
            {"top": {"number": 1, "related": "orders", "max": "due"}},
            {"top": {"number": 1, "related": "orders", "first": "total", "by": "due"}},
        ],
    )

    assert found == [{1, 2}, {1}, {1, 2, 3}, {1}, {3}]


def test_ranking_reads_the_profiles_once_more_whatever_is_ranked() -> None:
    """Keys and measures are sorted alone, which takes half of the time; two measures are looked at in one reading."""
    rules = [
        {"top": {"number": 3, "attribute": "spent"}},
        {"top": {"percent": 3, "attribute": "spent"}},
        {"top": {"number": 5, "related": "orders", "sum": "total"}},
        {"related": "orders", "sum": "total", "more_than": 3},
    ]
    segments = [_segment(f"s{n}", rule) for n, rule in enumerate(rules)]

    sql, _ = given_engines.compiled(segments, "duckdb", as_of=_AS_OF, time_zone="UTC")

    tables = re.findall(r"(?:FROM|JOIN) \"(\w+)\"", sql)
    assert sorted(tables) == ["profiles"] * 2 + ["related_orders"] * 2 + ["t5"] * 2
    assert sql.count("ROW_NUMBER(") == 2
