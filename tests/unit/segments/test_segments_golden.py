"""The SQL of representative segments in every dialect, kept as files that a person can review.

After a wanted change: `SEGUE_REFRESH_GOLDEN=1 python -m pytest tests/unit/segments/test_segments_golden.py`, then read
the difference before committing it.
"""

from __future__ import annotations

import os
import re
from datetime import UTC, date, datetime
from functools import cache
from pathlib import Path
from typing import get_args

import ibis.expr.operations as ops
import pytest
import sqlglot
from hypothesis import given
from hypothesis import strategies as st
from sqlglot import exp

from segue.profiles.ports import FlaggedProfiles
from segue.segments.compile import ALLOWED_OPERATIONS, Dialect, to_sql, with_flags
from segue.segments.functions import PORTABLE_FUNCTIONS
from segue.segments.parse import parse_segment
from segue.segments.rules import Segment
from tests.unit.segments.segment_schema import SCHEMA, in_zone
from tests.unit.segments.segment_strategies import rule_trees

_FOLDER = Path(__file__).parent / "golden"
_AS_OF = datetime(2026, 3, 31, 12, 0, tzinfo=UTC)
_ALSO_KNOWN = {"french": {"attribute": "country", "is": "France"}}

WRITTEN: dict[str, object] = {
    "texts": {
        "all": [
            {"attribute": "country", "any_of": ["France", "Pérou"], "ignore_case": True},
            {"attribute": "country", "none_of": ["o'brien", "a\\b"]},
            {"not": {"attribute": "first_name", "starts_with": "100%"}},
            {"attribute": "first_name", "ends_with": "_x"},
            {"attribute": "first_name", "does_not_contain": "É", "ignore_case": True},
            {"attribute": "first_name", "is_blank": False},
            {"attribute": "email", "ends_with": "@Shop.example"},
            {"attribute": "email", "is_blank": True},
        ]
    },
    "numbers": {
        "any": [
            {"attribute": "spent", "between": [10, 20.5]},
            {"attribute": "spent", "more_than": "10.495"},
            {"attribute": "spent", "any_of": [-0.01, 3]},
            {"attribute": "visits", "at_least": 1_099_511_627_776},
            {"attribute": "visits", "is_not": 0},
            {"attribute": "opted_in", "is": True},
            {"attribute": "opted_in", "is_blank": True},
        ]
    },
    "days": {
        "any": [
            {"attribute": "birthday", "within_last": {"months": 1}},
            {"attribute": "birthday", "within_next": {"weeks": 2}},
            {"attribute": "birthday", "month_of": [2, 3]},
            {"attribute": "birthday", "on": date(2024, 2, 29)},
            {"attribute": "birthday", "is_not": "2024-02-29"},
        ]
    },
    "calendar": {
        "any": [
            {"attribute": "birthday", "before_last": {"months": 3}},
            {"attribute": "birthday", "after_next": {"days": 2}},
            {"attribute": "birthday", "anniversary_within_next": {"days": 40}},
            {"attribute": "birthday", "weekday_of": ["saturday", "sunday"]},
            {"attribute": "seen", "before_last": {"days": 90}},
            {"attribute": "born", "anniversary_within_last": {"weeks": 1}},
        ]
    },
    "lists": {
        "any": [
            {"attribute": "tags", "has_any_of": ["vip", "a\\b"]},
            {"attribute": "tags", "has_all_of": ["vip", "été"], "ignore_case": True},
            {"attribute": "tags", "has_none_of": ["lost"]},
            {"attribute": "tags", "is_blank": True},
            {"attribute": "born", "month_of": [2, 12]},
            {"attribute": "born", "within_next": {"days": 7}},
            {"attribute": "born", "is_not": "02/29"},
        ]
    },
    "instants": {
        "any": [
            {"attribute": "seen", "within_last": {"days": 7}},
            {"attribute": "seen", "on": "2026-03-29"},
            {"attribute": "seen", "after": "2026-03-29"},
            {"attribute": "seen", "at_most": "2026-03-29 02:30"},
            {"attribute": "seen", "before": "2026-03-29T02:30:00.25Z"},
            {"attribute": "seen", "month_of": 3},
            {"related": "orders", "max": "placed", "month_of": 3},
        ]
    },
    "aggregates": {
        "all": [
            {"related": "orders", "exists": True, "where": {"attribute": "genre", "is": "Jazz"}},
            {"related": "orders", "count": True, "at_least": 2, "where": {"attribute": "genre", "is": "Jazz"}},
            {"related": "orders", "count": True, "at_most": 9},
            {"related": "orders", "sum": "total", "at_least": 40, "where": {"attribute": "placed", "after": "2010-01-01"}},
            {"related": "orders", "min": "due", "before": "2026-01-01"},
            {"related": "orders", "max": "placed", "within_last": {"months": 6}},
            {"related": "tickets", "exists": False, "where": {"attribute": "opened", "within_last": {"days": 30}}},
        ]
    },
    "last": {
        "any": [
            {"related": "orders", "last": "genre", "by": "placed", "is": "Jazz"},
            {"related": "orders", "last": "paid", "by": "due", "is": False, "where": {"attribute": "quantity", "more_than": 1}},
        ]
    },
    "averages": {
        "any": [
            {"related": "orders", "average": "total", "more_than": "12.345", "where": {"attribute": "genre", "is": "Jazz"}},
            {"related": "orders", "average": "quantity", "any_of": [1, "2.5"]},
            {"related": "orders", "count_distinct": "genre", "at_least": 3},
            {"related": "orders", "first": "genre", "by": "placed", "is": "Jazz"},
            {"related": "orders", "first": "paid", "by": "due", "is": False},
        ]
    },
    "attributes": {
        "any": [
            {"attribute": "spent", "more_than": {"attribute": "visits"}},
            {"attribute": "country", "is_not": {"attribute": "first_name"}, "ignore_case": True},
            {"attribute": "birthday", "before": {"attribute": "birthday"}},
            {"related": "orders", "sum": "total", "at_most": {"attribute": "spent"}, "where": {"attribute": "quantity", "less_than": {"attribute": "total"}}},
            {"related": "orders", "average": "total", "less_than": {"attribute": "spent"}},
        ]
    },
    "chosen": {
        "any": [{"sample": {"percent": "12.5", "seed": "spring"}}, {"not": {"sample": {"percent": 100}}}]
    },
    "top": {
        "any": [
            {"top": {"number": 100, "attribute": "spent"}},
            {"top": {"percent": "2.5", "attribute": "spent"}},
            {"top": {"percent": 5, "related": "orders", "count": True, "where": {"attribute": "genre", "is": "Jazz"}}},
        ]
    },
    "parts": {
        "any": [
            {"related": "orders", "exists": True, "where": {"all": [
                {"attribute": "genre", "is": "Jazz"},
                {"related": "lines", "sum": "amount", "at_least": {"attribute": "total"}},
                {"not": {"related": "lines", "exists": True, "where": {"related": "notes", "average": "stars", "less_than": 2}}},
            ]}},
            {"related": "orders", "last": "genre", "by": "placed", "is": "Jazz", "where": {"related": "lines", "count": True, "more_than": 1}},
        ]
    },
    "measures": {
        "any": [
            {"attribute": "per_order", "more_than": "0.5"},
            {"related": "tickets", "count": True, "less_than": {"attribute": "orders_made"}},
            {"related": "orders", "count": True, "more_than": 3},
        ]
    },
    "sets": {
        "except": [
            {"union": [{"segment": "french"}, {"attribute": "visits", "more_than": 3}]},
            {"intersect": [{"segment": "french"}, {"related": "orders", "exists": False}]},
        ]
    },
}  # fmt: skip


def _segment(name: str, data: object) -> Segment:
    segment, mistakes = parse_segment(name, {"rules": data}, SCHEMA, known_segments=_ALSO_KNOWN)
    assert mistakes == ()
    assert segment is not None
    return segment


@cache
def _flagged(name: str, zone: str = "Europe/Paris") -> FlaggedProfiles:
    known = {other: _segment(other, data) for other, data in _ALSO_KNOWN.items()}
    asked = [_segment(name, WRITTEN[name])]
    return with_flags(asked, in_zone(zone), as_of=_AS_OF, time_zone=zone, all_segments=known)


@cache
def _sql(name: str, dialect: Dialect) -> str:
    return to_sql(_flagged(name).table, dialect) + "\n"


@cache
def _windows(name: str, dialect: Dialect) -> list[exp.Window]:
    """Return all windows of a query; without the word there is none, and nothing to parse."""
    sql = _sql(name, dialect)
    if "OVER" not in sql:
        return []
    return list(sqlglot.parse_one(sql, dialect=dialect).find_all(exp.Window))


@pytest.mark.parametrize("dialect", get_args(Dialect))
@pytest.mark.parametrize("name", WRITTEN)
def test_the_sql_of_a_segment_is_the_reviewed_one(name: str, dialect: Dialect) -> None:
    golden = _FOLDER / f"{name}.{dialect}.sql"

    sql = _sql(name, dialect)

    if os.environ.get("SEGUE_REFRESH_GOLDEN"):
        golden.write_text(sql, encoding="utf-8")
    assert sql == golden.read_text(encoding="utf-8")


def test_every_golden_file_belongs_to_a_segment() -> None:
    expected = {f"{name}.{dialect}.sql" for name in WRITTEN for dialect in get_args(Dialect)}

    assert {path.name for path in _FOLDER.iterdir()} == expected


@pytest.mark.parametrize("dialect", get_args(Dialect))
@pytest.mark.parametrize("name", WRITTEN)
def test_no_dialect_uses_what_engines_read_differently(name: str, dialect: Dialect) -> None:
    found = re.findall(
        r"\b(?:I?LIKE|TRIM|FLOAT|DOUBLE|HASH|DATE_TRUNC|STRFTIME|TRY_CAST|AT TIME ZONE|NOW|CURRENT_\w+|FIRST|"
        r"ARRAY_AGG|MAX_BY|TIMESTAMPTZ)\b",
        _sql(name, dialect),
    )

    # Quotients are made of doubles of whole numbers, which IEEE 754 makes the same, and of exact remainders.
    assert set(found) == ({"DOUBLE"} if name == "measures" else set())


@pytest.mark.parametrize("dialect", get_args(Dialect))
@pytest.mark.parametrize("name", WRITTEN)
def test_windows_only_number_by_an_order_without_ties(name: str, dialect: Dialect) -> None:
    windows = _windows(name, dialect)

    numbering = [window for window in windows if isinstance(window.this, exp.RowNumber)]
    last = [window.args["order"].expressions[-1] for window in numbering]
    assert all(isinstance(window.this, exp.RowNumber | exp.Count) for window in windows)
    assert [(key.this.name, bool(key.args.get("desc"))) for key in last] == [
        (f"key__rank__{number}", False) for number in range(2 if name == "top" else 0)
    ]
    keys = re.findall(r'([`"]?profile_key[`"]?) AS [`"]?key__rank__', _sql(name, dialect))
    assert len(keys) == len(last)


@pytest.mark.parametrize("name", WRITTEN)
def test_spark_regular_expressions_keep_their_backslashes(name: str) -> None:
    patterns = re.findall(r"REGEXP_LIKE\([^']*'([^']*)'", _sql(name, "spark"))

    assert all("\\\\f\\\\v" in pattern for pattern in patterns)
    assert bool(patterns) is (name in ("texts", "last", "averages", "attributes", "parts"))


@given(rule=rule_trees(SCHEMA), time_zone=st.sampled_from(["UTC", "America/New_York"]))
def test_only_allowed_operations_are_compiled_to(rule: object, time_zone: str) -> None:
    segment = Segment(name="any", rule=rule)  # type: ignore[arg-type]

    flagged = with_flags(
        [segment], in_zone(time_zone), as_of=_AS_OF, time_zone=time_zone, all_segments={}
    )

    assert _operations(flagged.table) <= ALLOWED_OPERATIONS


def test_the_golden_segments_use_every_allowed_operation() -> None:
    used: set[str] = set()
    for name in WRITTEN:
        used |= _operations(_flagged(name, "America/New_York").table)

    assert used == ALLOWED_OPERATIONS


def test_the_functions_called_by_name_are_the_portable_ones() -> None:
    import ibis

    from segue.segments.functions import bit_length, bit_or, concat_ws, md5_hex

    table = ibis.table({"text": "string", "number": "int64"}, name="t")
    texts = [md5_hex(table.text), concat_ws("-", table.text), bit_length(table.text)]

    found = {expression.op().__func_name__ for expression in [*texts, bit_or(table.number)]}

    assert found == PORTABLE_FUNCTIONS


def _operations(table: object) -> set[str]:
    """Return the operations of an expression; a function that is called by name by its own, without Ibis' number."""
    found = {type(node) for node in table.op().find(ops.Node)}  # type: ignore[attr-defined]
    return {getattr(kind, "__func_name__", kind.__name__) for kind in found}
