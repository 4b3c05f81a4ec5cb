"""Compiled segments and a plain evaluator choose the same people, on every engine at hand."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from segue.segments.rules import Not, Rule, Segment
from tests.integration.segments import segment_engines
from tests.integration.segments.segment_evaluator import Evaluator
from tests.unit.segments.segment_schema import SCHEMA
from tests.unit.segments.segment_strategies import rule_trees, stored_tables

_ZONES = st.sampled_from(
    ["UTC", "Europe/Paris", "America/New_York", "Asia/Kolkata", "Pacific/Auckland", "Pacific/Apia"]
)
_INSTANTS = st.sampled_from(
    [
        datetime(2026, 3, 29, 0, 30, tzinfo=UTC),
        datetime(2026, 3, 31, 22, 30, tzinfo=UTC),
        datetime(2024, 2, 29, 12, 0, tzinfo=UTC),
        datetime(2025, 12, 31, 23, 30, tzinfo=UTC),
    ]
)


@st.composite
def _segments(draw: st.DrawFn) -> list[Segment]:
    found: list[Segment] = []
    for number in range(draw(st.integers(1, 4))):
        names = [segment.name for segment in found]
        found.append(Segment(name=f"s{number}", rule=draw(rule_trees(SCHEMA, segments=names))))
    return found


@pytest.mark.slow
@given(tables=stored_tables(), segments=_segments(), as_of=_INSTANTS, time_zone=_ZONES)
def test_duckdb_chooses_the_people_that_the_rules_describe(
    tables: dict[str, list[dict[str, object]]],
    segments: list[Segment],
    as_of: datetime,
    time_zone: str,
) -> None:
    evaluator = _evaluator(tables, segments, as_of, time_zone)

    found = segment_engines.on_duckdb(tables, segments, as_of=as_of, time_zone=time_zone)

    assert found == {segment.name: evaluator.members(segment.name) for segment in segments}


@pytest.mark.slow
@pytest.mark.postgres
@given(tables=stored_tables(), segments=_segments(), as_of=_INSTANTS, time_zone=_ZONES)
def test_postgresql_chooses_the_people_that_the_rules_describe(
    postgres_connection: object,
    tables: dict[str, list[dict[str, object]]],
    segments: list[Segment],
    as_of: datetime,
    time_zone: str,
) -> None:
    evaluator = _evaluator(tables, segments, as_of, time_zone)

    found = segment_engines.on_postgres(
        postgres_connection, tables, segments, as_of=as_of, time_zone=time_zone
    )

    assert found == {segment.name: evaluator.members(segment.name) for segment in segments}


def _evaluator(
    tables: dict[str, list[dict[str, object]]],
    segments: list[Segment],
    as_of: datetime,
    time_zone: str,
) -> Evaluator:
    known = {segment.name: segment for segment in segments}
    return Evaluator(tables, SCHEMA, known, as_of=as_of, time_zone=time_zone)


@pytest.mark.slow
@given(tables=stored_tables(), rule=rule_trees(SCHEMA))
def test_a_rule_and_its_negation_share_nobody_and_leave_nobody_out(
    tables: dict[str, list[dict[str, object]]], rule: Rule
) -> None:
    segments = [Segment(name="these", rule=rule), Segment(name="others", rule=Not(rule=rule))]

    found = segment_engines.on_duckdb(
        tables, segments, as_of=datetime(2026, 3, 31, tzinfo=UTC), time_zone="Europe/Paris"
    )

    everybody = {row["profile_key"] for row in tables["profiles"]}
    assert (found["these"] | found["others"], found["these"] & found["others"]) == (
        everybody,
        set(),
    )
