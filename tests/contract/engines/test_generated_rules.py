"""Generated rules choose the people whom a plain evaluator chooses, and every question about them is answered alike.

Twelve rules an example: 300 in a usual run, 12,000 in `make thorough`.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime
from functools import cache

import pytest
from hypothesis import given
from hypothesis import strategies as st

from segue.profiles.ports import TopValue
from segue.profiles.schema import LIST_MARK, AttributeType
from segue.segments.rules import Not, Rule, Segment
from tests.contract.engines.conftest import Choose
from tests.contract.engines.given_engines import GivenEngine, exported_members, flagged_of
from tests.contract.engines.segment_evaluator import Evaluator, is_blank
from tests.unit.segments.segment_schema import SCHEMA
from tests.unit.segments.segment_strategies import rule_trees, stored_tables

Tables = dict[str, list[dict[str, object]]]

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
SEGMENTS = [f"s{number}" for number in range(12)]
NAMES = [attribute.name for attribute in SCHEMA.profiles.attributes]


@cache
def _trees(number: int) -> st.SearchStrategy[Rule]:
    """Return what draws the rule of a segment; making it anew for every rule took most of the time of these tests.

    The last one looks at measures too: with formulas in every rule, queries are made of nothing else.
    """
    schema = replace(SCHEMA, measures=SCHEMA.measures if number == len(SEGMENTS) - 1 else {})
    return rule_trees(schema, segments=SEGMENTS[:number])


@st.composite
def _segments(draw: st.DrawFn) -> list[Segment]:
    """Draw rules of which later ones may refer to earlier ones, and the opposite of the first."""
    found = [Segment(name=name, rule=draw(_trees(number))) for number, name in enumerate(SEGMENTS)]
    return [*found, Segment(name="others", rule=Not(rule=found[0].rule))]


@pytest.mark.slow
@given(
    tables=stored_tables(),
    segments=_segments(),
    as_of=_INSTANTS,
    time_zone=_ZONES,
    asked=st.sampled_from(NAMES),
)
def test_an_engine_chooses_the_people_that_the_rules_describe(
    engine: GivenEngine,
    tables: Tables,
    segments: list[Segment],
    as_of: datetime,
    time_zone: str,
    asked: str,
) -> None:
    described = _described(tables, segments, as_of, time_zone)
    flagged = flagged_of(segments, as_of=as_of, time_zone=time_zone)

    with engine.given(tables) as profiles:
        assert exported_members(profiles, flagged) == described
        assert profiles.counts(flagged) == {name: len(keys) for name, keys in described.items()}
        first = sorted(described["s0"], key=str)
        alone = flagged_of(segments[:1], as_of=as_of, time_zone=time_zone)
        assert list(profiles.members(alone, "s0")) == first
        rows = {row["profile_key"]: row for row in tables["profiles"]}
        found = profiles.sample(alone, "s0", limit=3, columns=NAMES)
        assert found == [(key, *(rows[key][name] for name in NAMES)) for key in first[:3]]
        assert profiles.top_values(asked, limit=100) == _top_values(tables, asked)

    assert described["s0"] | described["others"] == set(rows)
    assert not described["s0"] & described["others"]


@pytest.mark.slow
@pytest.mark.postgres
@pytest.mark.parametrize("choose", ["postgres"], indirect=True)
@given(tables=stored_tables(), segments=_segments(), as_of=_INSTANTS, time_zone=_ZONES)
def test_the_same_expressions_choose_the_same_people_on_postgresql(
    choose: Choose, tables: Tables, segments: list[Segment], as_of: datetime, time_zone: str
) -> None:
    """PostgreSQL alone: what engines export of such rules is compared above, at the same instants and in the same zones."""
    found = choose(tables, segments, as_of=as_of, time_zone=time_zone)

    assert found == _described(tables, segments, as_of, time_zone)


def _described(
    tables: Tables, segments: list[Segment], as_of: datetime, time_zone: str
) -> dict[str, set[object]]:
    known = {segment.name: segment for segment in segments}
    evaluator = Evaluator(tables, SCHEMA, known, as_of=as_of, time_zone=time_zone)
    return {name: evaluator.members(name) for name in known}


def _top_values(tables: Tables, name: str) -> list[TopValue]:
    attribute = SCHEMA.profiles.attribute(name)
    assert attribute is not None
    held = [row[name] for row in tables["profiles"] if not is_blank(row[name])]
    if attribute.type is AttributeType.LIST:
        held = [text for value in held for text in str(value).split(LIST_MARK) if text]
    counted = Counter(held).items()
    ordered = sorted(sorted(counted), key=lambda one: -one[1])  # type: ignore[type-var]
    return [TopValue(value=value, people=people) for value, people in ordered]
