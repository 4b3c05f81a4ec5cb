"""Which attributes let somebody in by being blank: negative comparisons, and everything that takes people away."""

from __future__ import annotations

from decimal import Decimal

import pytest

from segue.segments.blanks import leaving_out, let_in_when_blank
from segue.segments.rules import (
    AggregateFunction,
    All,
    Any,
    Compare,
    CompareAttributes,
    Comparison,
    Except,
    InSegment,
    Intersect,
    Literal,
    Not,
    RelatedTo,
    Rule,
    Sample,
    Segment,
    Top,
    Union,
    Unit,
    Within,
)


def compare(comparison: Comparison, value: Literal = True, attribute: str = "out") -> Compare:
    return Compare(attribute=attribute, comparison=comparison, values=(value,))


IS, IS_NOT = compare(Comparison.IS), compare(Comparison.IS_NOT)
OTHER = compare(Comparison.IS, attribute="city")
BLANK, WRITTEN = compare(Comparison.IS_BLANK), compare(Comparison.IS_BLANK, False)
LATELY = Within(attribute="out", amount=3, unit=Unit.DAYS)
ALIKE = CompareAttributes(attribute="city", comparison=Comparison.IS, other="out")
UNLIKE = CompareAttributes(attribute="out", comparison=Comparison.IS_NOT, other="city")
FIRST = Top(amount=Decimal(3), attribute="out")
BUDGETED = RelatedTo(
    table="orders",
    function=AggregateFunction.SUM,
    attribute="total",
    test=CompareAttributes(attribute="", comparison=Comparison.IS_NOT, other="out"),
)
OUT = Segment(name="out", rule=IS)
NOT_OUT = Segment(name="not_out", rule=Not(rule=InSegment(segment="out")))
SEGMENTS = {"out": OUT, "not_out": NOT_OUT}


@pytest.mark.parametrize(
    "rule",
    [
        IS_NOT,
        compare(Comparison.NONE_OF, "yes"),
        compare(Comparison.DOES_NOT_CONTAIN, "yes"),
        compare(Comparison.HAS_NONE_OF, "yes"),
        BLANK,
        UNLIKE,
        Not(rule=ALIKE),
        Not(rule=FIRST),
        BUDGETED,
        Not(rule=IS),
        Not(rule=WRITTEN),
        Not(rule=LATELY),
        Not(rule=Not(rule=IS_NOT)),
        All(rules=(OTHER, IS_NOT)),
        Any(rules=(OTHER, IS_NOT)),
        Union(operands=(OTHER, BLANK)),
        Intersect(operands=(OTHER, Not(rule=IS))),
        Except(operands=(OTHER, IS)),
        Except(operands=(IS_NOT, OTHER)),
        Not(rule=InSegment(segment="out")),
        Except(operands=(OTHER, InSegment(segment="out"))),
        InSegment(segment="not_out"),
    ],
    ids=str,
)
def test_a_blank_lets_in(rule: Rule) -> None:
    assert "out" in let_in_when_blank(Segment(name="x", rule=rule), SEGMENTS, {})


@pytest.mark.parametrize(
    "rule",
    [
        IS,
        WRITTEN,
        LATELY,
        ALIKE,
        FIRST,
        Sample(percent=Decimal(10)),
        compare(Comparison.AT_LEAST, 3),
        compare(Comparison.ANY_OF, "yes"),
        compare(Comparison.HAS_ANY_OF, "yes"),
        Not(rule=IS_NOT),
        Not(rule=BLANK),
        Not(rule=Not(rule=IS)),
        Except(operands=(OTHER, IS_NOT)),
        InSegment(segment="out"),
        Not(rule=InSegment(segment="not_out")),
        RelatedTo(table="orders", function=AggregateFunction.EXISTS, where=IS_NOT),
    ],
    ids=str,
)
def test_a_blank_does_not_let_in(rule: Rule) -> None:
    assert "out" not in let_in_when_blank(Segment(name="x", rule=rule), SEGMENTS, {})


def test_each_attribute_is_named_once_in_writing_order() -> None:
    rule = All(rules=(compare(Comparison.IS_NOT, attribute="b"), IS_NOT, BLANK))

    assert let_in_when_blank(Segment(name="x", rule=rule), SEGMENTS, {}) == ("b", "out")


@pytest.mark.parametrize(
    ("function", "test", "lets_in"),
    [
        (AggregateFunction.EXISTS, None, False),
        (AggregateFunction.COUNT, compare(Comparison.AT_MOST, 2, ""), True),
        (AggregateFunction.COUNT, compare(Comparison.AT_LEAST, 1, ""), False),
        (AggregateFunction.SUM, compare(Comparison.AT_MOST, 2, ""), False),
        (AggregateFunction.SUM, compare(Comparison.IS_NOT, 2, ""), True),
        (AggregateFunction.SUM, compare(Comparison.IS_BLANK, True, ""), True),
        (AggregateFunction.SUM, compare(Comparison.IS_BLANK, False, ""), False),
    ],
    ids=str,
)
def test_without_rows_a_count_is_none_and_everything_else_is_blank(
    function: AggregateFunction, test: Compare | None, lets_in: bool
) -> None:
    rule = RelatedTo(
        table="orders",
        function=function,
        attribute="total" if function is AggregateFunction.SUM else None,
        test=test,
    )

    for asked, expected in ((rule, lets_in), (Not(rule=rule), not lets_in)):
        found = leaving_out(Segment(name="x", rule=asked), SEGMENTS, {})
        assert [(one.table, one.attribute) for one in found] == [("orders", None)] * expected
