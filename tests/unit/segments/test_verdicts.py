"""A rule as lines, each with how deep it stands, and what is asked of a person to judge them."""

from __future__ import annotations

from segue.segments import rules
from segue.segments.parse import parse_segment
from segue.segments.rules import Compare, Comparison, Not, Rule
from segue.segments.verdicts import Line, asked, lines_of
from tests.unit.segments.segment_schema import SCHEMA

ONE, TWO, THREE = (
    Compare(attribute="visits", comparison=Comparison.IS, values=(number,)) for number in (1, 2, 3)
)


def lines(rule: Rule) -> list[tuple[int, Rule]]:
    return [(one.depth, one.rule) for one in lines_of(rule)]


def test_a_condition_alone_is_one_line() -> None:
    assert lines(ONE) == [(0, ONE)]


def test_a_group_of_one_is_its_part() -> None:
    assert lines(rules.All(rules=(rules.Any(rules=(ONE,)),))) == [(0, ONE)]


def test_groups_stand_before_what_is_in_them() -> None:
    inner = rules.Any(rules=(TWO, THREE))
    outer = rules.Except(operands=(ONE, inner))

    assert lines(outer) == [(0, outer), (1, ONE), (1, inner), (2, TWO), (2, THREE)]


def test_a_denied_condition_is_one_line_and_a_denied_group_has_its_own() -> None:
    condition, group = Not(rule=ONE), Not(rule=rules.All(rules=(ONE, TWO)))

    assert lines(condition) == [(0, condition)]
    assert lines(group) == [(0, group), (1, ONE), (1, TWO)]
    assert [Line(rule=one).is_group for one in (ONE, condition, group)] == [False, False, True]


def test_two_denials_are_none() -> None:
    denied = [Line(rule=one).is_negated for one in (ONE, Not(rule=ONE), Not(rule=Not(rule=ONE)))]

    assert denied == [False, True, False]


def test_equal_conditions_are_asked_once() -> None:
    segment, _ = parse_segment(
        "these",
        {
            "rules": {
                "any": [
                    {"related": "orders", "sum": "total", "at_least": number} for number in (1, 2)
                ]
            }
        },
        SCHEMA,
    )
    assert segment is not None
    question = asked([*lines_of(segment.rule), *lines_of(segment.rule)], SCHEMA)

    assert len(question.flags) == 3
    assert len(question.measures) == 2  # what is computed, and over how many rows
