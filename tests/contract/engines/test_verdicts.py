"""Why one person is in a segment: the verdicts of its lines are the same on every engine, and come to its membership."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from segue.profiles.schema import ProfileSchema
from segue.segments import rules
from segue.segments.one_person import answered
from segue.segments.parse import parse_segment
from segue.segments.rules import InSegment, Rule, Segment
from segue.segments.verdicts import Line, asked, lines_of
from segue.segments.walk import parts
from tests.contract.engines.given_engines import GivenEngine, Tables
from tests.contract.engines.segment_evaluator import Evaluator
from tests.unit.segments.segment_schema import SCHEMA, in_zone
from tests.unit.segments.segment_strategies import rule_trees, stored_tables

AS_OF = datetime(2026, 3, 31, 12, 0, tzinfo=UTC)
_NAMES = ("first", "second", "third")
_SCHEMA = replace(in_zone("Europe/Paris"), measures={})
_TREES = {name: rule_trees(_SCHEMA, segments=_NAMES[:at]) for at, name in enumerate(_NAMES)}
_SEGMENTS = st.fixed_dictionaries(_TREES).map(
    lambda drawn: {name: Segment(name=name, rule=rule) for name, rule in drawn.items()}
)


def _combined(rule: Rule, held: Mapping[Rule, bool]) -> bool:
    """Return what the verdicts of the conditions come to, by the words between them alone."""
    if isinstance(rule, rules.Not):
        return not _combined(rule.rule, held)
    found = [_combined(part, held) for part in parts(rule)]
    if isinstance(rule, rules.All | rules.Intersect):
        return all(found)
    if isinstance(rule, rules.Any | rules.Union):
        return any(found)
    if isinstance(rule, rules.Except):
        return found[0] and not any(found[1:])
    return held[rule]


def _conditions(rule: Rule) -> list[Line]:
    inside = [Line(rule=part) for part in parts(rule)]
    return [line for one in inside for line in _conditions(one.rule)] or [Line(rule=rule)]


@pytest.mark.slow
@given(tables=stored_tables(), segments=_SEGMENTS)
def test_verdicts_of_conditions_come_to_what_each_line_and_the_segment_say(
    engine: GivenEngine, tables: Tables, segments: dict[str, Segment]
) -> None:
    told = Evaluator(tables, _SCHEMA, segments, as_of=AS_OF, time_zone="Europe/Paris")
    lines = [line for one in segments.values() for line in lines_of(one.rule)]
    conditions = [line for one in segments.values() for line in _conditions(one.rule)]
    whole = [Line(rule=InSegment(segment=name)) for name in segments]
    question = asked([*lines, *conditions, *whole], _SCHEMA)
    keys = [row["profile_key"] for row in tables["profiles"]][:1]

    with engine.given(tables, _SCHEMA) as profiles:
        for key in keys:
            found = answered(
                question, profiles, key, as_of=AS_OF, time_zone="Europe/Paris", all_segments=segments
            )  # fmt: skip
            assert found is not None
            _values, held = found
            for line in lines:
                assert held[line.rule] == _combined(line.rule, held)
            for name, one in segments.items():
                is_member = held[InSegment(segment=name)]
                assert is_member == held[next(lines_of(one.rule)).rule]
                assert is_member == (key in told.members(name))


def _asked_of(
    engine: GivenEngine, tables: Tables, written: object, schema: ProfileSchema = SCHEMA
) -> list[tuple[int, bool, list[object]]]:
    """Return of each line of a rule how deep it stands, whether it holds of person 1, and the values that it looks at."""
    segment, mistakes = parse_segment("these", {"rules": written}, schema)
    assert (segment is not None, mistakes) == (True, ())
    lines = list(lines_of(segment.rule))  # type: ignore[union-attr]
    question = asked(lines, schema)
    with engine.given(tables, schema) as profiles:
        found = answered(question, profiles, 1, as_of=AS_OF, time_zone="UTC", all_segments={})
    assert found is not None
    values, held = found
    return [
        (
            line.depth,
            held[line.rule],
            [
                values[name]
                for name in (
                    *question.attributes_of(line),
                    question.computed_of(line),
                    question.rows_of(line),
                )
                if name is not None
            ],
        )
        for line in lines
    ]


TABLES: Tables = {
    "profiles": [
        {"profile_key": 1, "first_name": "Nadia", "visits": 3, "spent": Decimal("10.50")},
        {"profile_key": 2, "first_name": "Omar", "visits": 9},
    ],
    "related_orders": [
        {"profile_key": 1, "number": 1, "total": Decimal("5.00"), "genre": "Rock", "placed": datetime(2026, 1, 1)},
        {"profile_key": 1, "number": 2, "total": Decimal("2.50"), "genre": "Jazz", "placed": datetime(2026, 2, 1)},
        {"profile_key": 2, "number": 3, "total": Decimal("99.00"), "genre": "Rock", "placed": datetime(2026, 2, 1)},
    ],
}  # fmt: skip


def test_a_condition_shows_the_value_that_it_looks_at(engine: GivenEngine) -> None:
    written = {
        "all": [
            {"attribute": "visits", "at_least": 3},
            {
                "any": [
                    {"attribute": "first_name", "is": "Omar"},
                    {"not": {"attribute": "spent", "at_least": 20}},
                ]
            },
        ]
    }

    assert _asked_of(engine, TABLES, written) == [
        (0, True, []),
        (1, True, [3]),
        (1, True, []),
        (2, False, ["Nadia"]),
        (2, True, [Decimal("10.50")]),
    ]


def test_a_condition_on_related_rows_shows_what_it_computes_and_over_how_many(
    engine: GivenEngine,
) -> None:
    rock = {"attribute": "genre", "is": "Rock"}
    written = {
        "all": [
            {"related": "orders", "sum": "total", "at_least": 7.5},
            {"related": "orders", "average": "total", "less_than": 3, "where": rock},
            {"related": "orders", "last": "genre", "by": "placed", "is": "Jazz"},
            {"related": "orders", "exists": True, "where": {"attribute": "genre", "is": "Pop"}},
            {"related": "orders", "count": True, "where": rock, "at_least": 1},
            {"top": {"number": 1, "related": "orders", "sum": "total"}},
        ]
    }

    assert _asked_of(engine, TABLES, written) == [
        (0, False, []),
        (1, True, [Decimal("7.50"), 2]),
        (1, False, [Decimal("5.00"), 1]),
        (1, True, ["Jazz", 2]),
        (1, False, [0]),
        (1, True, [1]),
        (1, False, [Decimal("7.50"), 2]),
    ]


def test_nobody_is_asked_for_a_key_that_nobody_has(engine: GivenEngine) -> None:
    with engine.given(TABLES) as profiles:
        found = answered(
            asked([], SCHEMA), profiles, 77, as_of=AS_OF, time_zone="UTC", all_segments={}
        )
    assert found is None
