"""Conditions on rows ask for the parts of each row: order lines of orders, notes about lines."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from segue.segments.parse import parse_segment
from segue.segments.rules import Segment
from tests.contract.engines import given_engines
from tests.contract.engines.conftest import Choose
from tests.unit.segments.segment_schema import SCHEMA

_AS_OF = datetime(2026, 3, 31, 12, 0, tzinfo=UTC)
_TABLES: dict[str, list[dict[str, object]]] = {
    "profiles": [{"profile_key": key} for key in (1, 2, 3, 4)],
    "related_orders": [
        {"profile_key": 1, "number": 11, "total": Decimal(100), "due": date(2026, 1, 1)},
        {"profile_key": 2, "number": 21, "total": Decimal(60), "due": date(2026, 1, 1)},
        {"profile_key": 2, "number": 22, "total": Decimal(60), "due": date(2026, 1, 2)},
        {"profile_key": 3, "number": None, "total": Decimal(100), "due": date(2026, 1, 1)},
    ],
    "related_lines": [
        {"profile_key": 1, "order": 11, "product": "Tea", "amount": Decimal(40)},
        {"profile_key": 1, "order": 11, "product": "Tea", "amount": Decimal(60)},
        {"profile_key": 2, "order": 21, "product": "Tea", "amount": Decimal(60)},
        {"profile_key": 2, "order": 22, "product": "Cup", "amount": Decimal(60)},
        {"profile_key": 3, "order": None, "product": " ", "amount": Decimal(100)},
    ],
    "related_notes": [
        {"profile_key": 4, "about": "Cup", "stars": 5},
        {"profile_key": 3, "about": " ", "stars": 5},
    ],
}


def _segment(data: object) -> Segment:
    segment, mistakes = parse_segment("these", {"rules": data}, SCHEMA)
    assert mistakes == ()
    assert segment is not None
    return segment


@pytest.fixture
def members(choose: Choose) -> Callable[[object], set[object]]:
    """Return a function that gives the members of a rule, on each engine in turn."""

    def run(data: object) -> set[object]:
        return choose(_TABLES, [_segment(data)], as_of=_AS_OF, time_zone="UTC")["these"]

    return run


def _orders(where: object, **asked: object) -> dict[str, object]:
    return {"related": "orders", "where": where, **(asked or {"exists": True})}


def test_each_row_is_looked_at_with_its_own_parts(members: Callable[[object], set[object]]) -> None:
    tea = {"attribute": "product", "is": "Tea"}
    lines = {"related": "lines"}

    assert members(_orders({**lines, "sum": "amount", "at_least": 100})) == {1}
    assert members(_orders({**lines, "sum": "amount", "is": {"attribute": "total"}})) == {1, 2}
    assert members(_orders({**lines, "exists": False})) == {3}
    assert members(_orders({"not": {**lines, "exists": True, "where": tea}})) == {2, 3}
    assert members(_orders({**lines, "average": "amount", "is": 50, "where": tea})) == {1}
    assert members(_orders({**lines, "exists": True, "where": tea}, last="total", by="due", is_blank=False)) == {1, 2}  # fmt: skip
    assert members(_orders({**lines, "exists": True}, count=True, at_least=2)) == {2}


def test_parts_of_parts_are_found_and_blanks_belong_to_nobody(
    members: Callable[[object], set[object]],
) -> None:
    starred = {"related": "notes", "max": "stars", "is": 5}

    assert members(_orders({"related": "lines", "exists": True, "where": starred})) == {2}
    assert members({"related": "lines", "exists": True, "where": starred}) == {2}


def test_the_first_by_a_measure_may_ask_for_parts(
    members: Callable[[object], set[object]],
) -> None:
    tea = {"related": "lines", "exists": True, "where": {"attribute": "product", "is": "Tea"}}

    assert members({"top": {"number": 1, "related": "orders", "sum": "total", "where": tea}}) == {1}


def test_parts_are_read_once_and_their_rows_are_too() -> None:
    data = {"any": [
        _orders({"related": "lines", "sum": "amount", "at_least": 100}),
        _orders({"related": "lines", "exists": True, "where": {"attribute": "product", "is": "Tea"}}),
        {"related": "orders", "count": True, "more_than": 3},
    ]}  # fmt: skip

    sql, _ = given_engines.compiled([_segment(data)], "duckdb", as_of=_AS_OF, time_zone="UTC")

    tables = re.findall(r"(?:FROM|JOIN) \"(\w+)\"", sql)
    assert sorted(tables) == ["profiles", "related_lines", "related_orders"]
