"""Written segments become rule trees, or a complete list of what is wrong with them."""

from __future__ import annotations

import json
import subprocess
import sys
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from segue.core.errors import Mistake
from segue.profiles.schema import ProfileSchema
from segue.segments import rules
from segue.segments.parse import DEEPEST, check_cycles, parse_rule, parse_segment
from segue.segments.printing import print_rule
from segue.segments.rules import (
    AggregateFunction,
    Compare,
    Comparison,
    RelatedTo,
    Segment,
    Unit,
    Within,
)
from tests.unit.segments.segment_schema import SCHEMA
from tests.unit.segments.segment_strategies import ANY_LITERALS, rule_trees, schemas

_VALID = """
label: Big spenders
rules:
  all:
    - {attribute: country, any_of: [France, Germany], ignore_case: true}
    - not: {attribute: first_name, starts_with: Z}
    - {attribute: birthday, within_last: {days: 90}}
    - {attribute: birthday, month_of: [3, 4]}
    - {attribute: spent, between: [10, 20.50]}
    - {attribute: country, is_blank: false}
    - {related: orders, sum: total, at_least: 40, where: {attribute: placed, after: 2010-01-01}}
    - {related: orders, exists: false, where: {attribute: genre, is: Jazz}}
    - {related: orders, last: total, by: placed, at_least: 5}
    - except: [{segment: vip}, {attribute: country, is: France}]
"""


def _parsed(data: object, *known: str) -> rules.Rule:
    rule, mistakes = parse_rule(data, SCHEMA, "rules", known)
    assert mistakes == ()
    assert rule is not None
    return rule


def _mistakes(data: object) -> list[tuple[str, str]]:
    rule, mistakes = parse_rule(data, SCHEMA, "rules", ["vip"])
    assert rule is None
    assert all(mistake.action and mistake.line is None for mistake in mistakes)
    return [(mistake.path, mistake.code) for mistake in mistakes]


def test_the_documented_shape_becomes_the_tree() -> None:
    data = yaml.safe_load(_VALID)

    segment, mistakes = parse_segment("big", data, SCHEMA, known_segments=["vip"])

    after_2010 = Compare(
        attribute="placed", comparison=Comparison.AFTER, values=(date(2010, 1, 1),)
    )
    jazz = Compare(attribute="genre", comparison=Comparison.IS, values=("Jazz",))
    assert mistakes == ()
    assert segment == Segment(
        name="big",
        label="Big spenders",
        rule=rules.All(
            rules=(
                Compare(attribute="country", comparison=Comparison.ANY_OF, values=("France", "Germany"), ignore_case=True),
                rules.Not(rule=Compare(attribute="first_name", comparison=Comparison.STARTS_WITH, values=("Z",))),
                Within(attribute="birthday", amount=90, unit=Unit.DAYS),
                Compare(attribute="birthday", comparison=Comparison.MONTH_OF, values=(3, 4)),
                Compare(attribute="spent", comparison=Comparison.BETWEEN, values=(Decimal(10), Decimal("20.5"))),
                Compare(attribute="country", comparison=Comparison.IS_BLANK, values=(False,)),
                RelatedTo(
                    table="orders",
                    function=AggregateFunction.SUM,
                    attribute="total",
                    where=after_2010,
                    test=Compare(attribute="", comparison=Comparison.AT_LEAST, values=(Decimal(40),)),
                ),
                rules.Not(rule=RelatedTo(table="orders", function=AggregateFunction.EXISTS, where=jazz)),
                RelatedTo(
                    table="orders",
                    function=AggregateFunction.LAST,
                    attribute="total",
                    by="placed",
                    test=Compare(attribute="", comparison=Comparison.AT_LEAST, values=(Decimal(5),)),
                ),
                rules.Except(
                    operands=(
                        rules.InSegment(segment="vip"),
                        Compare(attribute="country", comparison=Comparison.IS, values=("France",)),
                    )
                ),
            )
        ),
    )  # fmt: skip


@st.composite
def _schemas_and_rules(draw: st.DrawFn) -> tuple[ProfileSchema, rules.Rule]:
    schema = draw(schemas())
    return schema, draw(rule_trees(schema, segments=["vip", "lost"], literals=ANY_LITERALS))


@given(_schemas_and_rules())
def test_parsing_what_was_printed_gives_the_same_rule(
    drawn: tuple[ProfileSchema, rules.Rule],
) -> None:
    schema, rule = drawn
    printed = print_rule(rule)

    through_json = json.loads(json.dumps(printed))
    through_yaml = yaml.safe_load(yaml.safe_dump(printed, allow_unicode=True))

    assert parse_rule(printed, schema, "rules", ["vip", "lost"]) == (rule, ())
    assert parse_rule(through_json, schema, "rules", ["vip", "lost"]) == (rule, ())
    assert parse_rule(through_yaml, schema, "rules", ["vip", "lost"]) == (rule, ())


@pytest.mark.parametrize(
    "asked",
    [
        {"is_not": "yes", "ignore_case": True},
        {"is_not": "yes", "ignore_case": False},
        {"is": "NO"},
        {"any_of": ["no", "da", "sv"]},
        {"contains": "yes"},
    ],
)
def test_a_word_for_yes_or_no_is_a_text_where_that_is_said_or_plain(
    asked: dict[str, object],
) -> None:
    written = {"attribute": "country", **asked}

    rule, mistakes = parse_rule(written, SCHEMA, "rules", [])

    assert mistakes == ()
    assert rule is not None
    assert parse_rule(print_rule(rule), SCHEMA, "rules", []) == (rule, ())


@pytest.mark.parametrize(
    ("attribute", "written", "value"),
    [
        ("spent", 10, Decimal(10)),
        ("spent", 20.1, Decimal("20.1")),
        ("spent", "-0.05", Decimal("-0.05")),
        ("spent", Decimal("1E+3"), Decimal(1000)),
        ("visits", "-7", -7),
        ("birthday", "2024-02-29", date(2024, 2, 29)),
        ("birthday", date(2024, 2, 29), date(2024, 2, 29)),
        ("seen", date(2024, 2, 29), date(2024, 2, 29)),
        ("seen", "2024-02-29 10:30", datetime(2024, 2, 29, 10, 30)),
        ("seen", "2024-02-29T10:30:00+02:00", datetime(2024, 2, 29, 8, 30, tzinfo=UTC)),
        ("seen", "2024-02-29 10:30:00 +0200", datetime(2024, 2, 29, 8, 30, tzinfo=UTC)),
        ("born", "05-12", "05/12"),
        ("opted_in", False, False),
        ("country", "Pe\u0301rou", "Pérou"),
        ("email", " Nadia@Shop.example ", "nadia@shop.example"),
        ("email", "nadia@bücher.example", "nadia@xn--bcher-kva.example"),
    ],
)
def test_a_written_value_becomes_the_attributes_type(
    attribute: str, written: object, value: object
) -> None:
    rule = _parsed({"attribute": attribute, "is": written})

    assert rule == Compare(attribute=attribute, comparison=Comparison.IS, values=(value,))  # type: ignore[arg-type]
    assert type(rule.values[0]) is type(value)


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        # the shape
        (None, [("rules", "rule_empty")]),
        ({}, [("rules", "rule_empty")]),
        ([], [("rules", "rule_empty")]),
        ("country", [("rules", "rule_wrong_shape")]),
        ([{"segment": "vip"}], [("rules", "rule_wrong_shape")]),
        ({"is": "France"}, [("rules", "rule_wrong_shape")]),
        ({"any": [{"segment": "vip"}], "segment": "vip"}, [("rules", "rule_wrong_shape")]),
        ({"all": []}, [("rules.all", "rule_empty_list")]),
        ({"all": {"segment": "vip"}}, [("rules.all", "rule_wrong_shape")]),
        ({"not": []}, [("rules.not", "rule_empty")]),
        ({"union": [{"segment": "vip"}]}, [("rules.union", "rule_empty_list")]),
        ({"except": [{"segment": "vip"}, {}]}, [("rules.except[1]", "rule_empty")]),
        # names
        ({"attribute": "contry", "is": "x"}, [("rules.attribute", "rule_unknown_attribute")]),
        ({"attribute": 3, "is": "x"}, [("rules.attribute", "rule_unknown_attribute")]),
        ({"segment": "vipp"}, [("rules.segment", "rule_unknown_segment")]),
        ({"related": "order", "exists": True}, [("rules.related", "rule_unknown_related_table")]),
        ({"related": "orders", "sum": "totl", "is": 3}, [("rules.sum", "rule_unknown_attribute")]),
        ({"atribute": "country", "is": "x"}, [("rules.atribute", "rule_unknown_key")]),
        ({"segment": "vip", "label": "x"}, [("rules.label", "rule_unknown_key")]),
        # comparisons
        ({"attribute": "country"}, [("rules", "rule_without_comparison")]),
        ({"attribute": "visits", "at_least": 1, "at_most": 2}, [("rules", "rule_several_comparisons")]),
        ({"attribute": "visits", "contains": "1"}, [("rules.contains", "rule_type_mismatch")]),
        ({"attribute": "country", "at_least": "F"}, [("rules.at_least", "rule_type_mismatch")]),
        ({"attribute": "country", "month_of": [1]}, [("rules.month_of", "rule_type_mismatch")]),
        ({"attribute": "tags", "is": "vip"}, [("rules.is", "rule_type_mismatch")]),
        ({"attribute": "tags", "has_any_of": "vip"}, [("rules.has_any_of", "rule_type_mismatch")]),
        ({"attribute": "tags", "has_all_of": []}, [("rules.has_all_of", "rule_empty_list")]),
        ({"attribute": "country", "has_none_of": ["a"]}, [("rules.has_none_of", "rule_type_mismatch")]),
        ({"attribute": "born", "is": "31/12"}, [("rules.is", "rule_bad_value")]),
        ({"attribute": "born", "is": "2026-12-31"}, [("rules.is", "rule_type_mismatch")]),
        ({"attribute": "born", "before": "12/31"}, [("rules.before", "rule_type_mismatch")]),
        ({"attribute": "country", "within_last": {"days": 1}}, [("rules.within_last", "rule_type_mismatch")]),
        ({"attribute": "spent", "at_least": "much"}, [("rules.at_least", "rule_type_mismatch")]),
        ({"attribute": "spent", "at_least": True}, [("rules.at_least", "rule_type_mismatch")]),
        ({"attribute": "spent", "at_least": float("nan")}, [("rules.at_least", "rule_type_mismatch")]),
        ({"attribute": "spent", "at_least": float("inf")}, [("rules.at_least", "rule_type_mismatch")]),
        ({"attribute": "spent", "at_least": 10**18}, [("rules.at_least", "rule_bad_value")]),
        ({"attribute": "spent", "at_least": Decimal("1E+999999")}, [("rules.at_least", "rule_bad_value")]),
        ({"attribute": "visits", "is": 2.5}, [("rules.is", "rule_type_mismatch")]),
        ({"attribute": "visits", "is": 2**63}, [("rules.is", "rule_bad_value")]),
        ({"attribute": "country", "is": False}, [("rules.is", "rule_type_mismatch")]),
        ({"attribute": "country", "is": " "}, [("rules.is", "rule_empty_text")]),
        ({"attribute": "country", "is": "a\x00b"}, [("rules.is", "rule_bad_value")]),
        ({"attribute": "country", "is": "\ud800"}, [("rules.is", "rule_bad_value")]),
        ({"attribute": "email", "is": "nadia"}, [("rules.is", "rule_bad_value")]),
        ({"attribute": "email", "contains": "bücher"}, [("rules.contains", "rule_bad_value")]),
        ({"attribute": "opted_in", "is": "yes"}, [("rules.is", "rule_type_mismatch")]),
        ({"attribute": "birthday", "on": "2026-02-30"}, [("rules.on", "rule_bad_value")]),
        ({"attribute": "birthday", "on": "20260228"}, [("rules.on", "rule_type_mismatch")]),
        ({"attribute": "birthday", "on": datetime(2026, 1, 1, 2)}, [("rules.on", "rule_type_mismatch")]),
        ({"attribute": "seen", "on": "2026-01-01 10:00"}, [("rules.on", "rule_type_mismatch")]),
        ({"attribute": "seen", "after": date(9999, 12, 31)}, [("rules.after", "rule_bad_value")]),
        ({"attribute": "birthday", "month_of": [3, 13]}, [("rules.month_of[1]", "rule_bad_value")]),
        ({"attribute": "birthday", "month_of": []}, [("rules.month_of", "rule_empty_list")]),
        ({"attribute": "country", "any_of": []}, [("rules.any_of", "rule_empty_list")]),
        ({"attribute": "country", "any_of": "France"}, [("rules.any_of", "rule_type_mismatch")]),
        ({"attribute": "spent", "between": [1]}, [("rules.between", "rule_type_mismatch")]),
        ({"attribute": "spent", "between": [20, 10]}, [("rules.between", "rule_reversed_limits")]),
        ({"attribute": "birthday", "between": ["2026-02-01", "2026-01-01"]}, [("rules.between", "rule_reversed_limits")]),
        ({"attribute": "seen", "between": ["2026-02-01 10:00", "2026-01-01"]}, [("rules.between", "rule_reversed_limits")]),
        ({"attribute": "birthday", "within_last": {"days": -3}}, [("rules.within_last.days", "rule_bad_period")]),
        ({"attribute": "birthday", "anniversary_within_next": {"days": 366}}, [("rules.anniversary_within_next.days", "rule_bad_period")]),
        ({"attribute": "born", "before_last": {"days": 3}}, [("rules.before_last", "rule_type_mismatch")]),
        ({"attribute": "born", "weekday_of": "monday"}, [("rules.weekday_of", "rule_type_mismatch")]),
        ({"attribute": "seen", "weekday_of": [1, "lundi", "monday"]}, [("rules.weekday_of[0]", "rule_bad_value"), ("rules.weekday_of[1]", "rule_bad_value")]),
        ({"attribute": "spent", "is": {"attribute": "country"}}, [("rules.is", "rule_type_mismatch")]),
        ({"attribute": "birthday", "is": {"attribute": "seen"}}, [("rules.is", "rule_type_mismatch")]),
        ({"attribute": "country", "contains": {"attribute": "first_name"}}, [("rules.contains", "rule_type_mismatch")]),
        ({"attribute": "tags", "has_any_of": {"attribute": "tags"}}, [("rules.has_any_of", "rule_type_mismatch")]),
        ({"attribute": "spent", "is": {"attribute": "spend", "of": "x"}}, [("rules.is.of", "rule_unknown_key"), ("rules.is.attribute", "rule_unknown_attribute")]),
        ({"attribute": "spent", "is": {"attribute": 3}}, [("rules.is.attribute", "rule_unknown_attribute")]),
        ({"related": "orders", "sum": "total", "is": {"attribute": "total"}}, [("rules.is.attribute", "rule_unknown_attribute")]),
        ({"attribute": "spent", "is": {"attribute": "visits"}, "ignore_case": True}, [("rules.ignore_case", "rule_type_mismatch")]),
        ({"sample": 10}, [("rules.sample", "rule_wrong_shape")]),
        ({"sample": {"percent": 0}}, [("rules.sample.percent", "rule_bad_value")]),
        ({"sample": {"percent": "100.01", "sead": "x"}}, [("rules.sample.sead", "rule_unknown_key"), ("rules.sample.percent", "rule_bad_value")]),
        ({"sample": {"percent": True, "seed": 3}}, [("rules.sample.percent", "rule_type_mismatch"), ("rules.sample.seed", "rule_type_mismatch")]),
        ({"related": "orders", "exists": True, "where": {"sample": {"percent": 3}}}, [("rules.where.sample", "rule_not_over_rows")]),
        ({"top": 10}, [("rules.top", "rule_wrong_shape")]),
        ({"top": {"number": 10}}, [("rules.top", "rule_wrong_shape")]),
        ({"top": {"number": 10, "percent": 3, "attribute": "spent"}}, [("rules.top", "rule_wrong_shape")]),
        ({"top": {"number": 10, "attribute": "spent", "related": "orders"}}, [("rules.top", "rule_wrong_shape")]),
        ({"top": {"number": 0, "attribute": "spend"}}, [("rules.top.number", "rule_bad_value"), ("rules.top.attribute", "rule_unknown_attribute")]),
        ({"top": {"percent": 101, "attribute": "country"}}, [("rules.top.percent", "rule_bad_value"), ("rules.top.attribute", "rule_type_mismatch")]),
        ({"top": {"number": 3, "attribute": "spent", "where": {"attribute": "x"}}}, [("rules.top.where", "rule_unknown_key")]),
        ({"top": {"number": 3, "related": "orders", "exists": True}}, [("rules.top.exists", "rule_type_mismatch")]),
        ({"top": {"number": 3, "related": "orders", "average": "total"}}, [("rules.top.average", "rule_type_mismatch")]),
        ({"top": {"number": 3, "related": "orders", "last": "genre", "by": "placed"}}, [("rules.top.last", "rule_type_mismatch")]),
        ({"top": {"number": 3, "related": "orders", "sum": "total", "at_least": 3}}, [("rules.top.at_least", "rule_unknown_key")]),
        ({"top": {"number": 3, "related": "orders", "count": True, "where": {"attribute": "gone", "is": 1}}}, [("rules.top.where.attribute", "rule_unknown_attribute")]),
        ({"related": "orders", "exists": True, "where": {"top": {"number": 3, "attribute": "total"}}}, [("rules.where.top", "rule_not_over_rows")]),
        ({"related": "orders", "exists": True, "where": {"related": "tickets", "exists": True}}, [("rules.where.related", "rule_no_part")]),
        ({"related": "lines", "exists": True, "where": {"related": "orders", "exists": True}}, [("rules.where.related", "rule_no_part")]),
        ({"related": "tickets", "exists": True, "where": {"related": "lines", "exists": True}}, [("rules.where.related", "rule_not_over_rows")]),
        ({"related": "orders", "exists": True, "where": {"related": "lions", "exists": True}}, [("rules.where.related", "rule_unknown_related_table")]),
        ({"related": "orders", "exists": True, "where": {"related": "lines", "sum": "amount", "is": {"attribute": "spent"}}}, [("rules.where.is.attribute", "rule_unknown_attribute")]),
        ({"related": "orders", "exists": True, "where": {"related": "lines", "exists": True, "where": {"attribute": "gone", "is": 1}}}, [("rules.where.where.attribute", "rule_unknown_attribute")]),
        ({"attribute": ["spent"], "is": 3}, [("rules.attribute", "rule_unknown_attribute")]),
        ({"attribute": "spent", "is": {"attribute": ["spent"]}}, [("rules.is.attribute", "rule_unknown_attribute")]),
        ({"top": {"number": 3, "attribute": ["spent"]}}, [("rules.top.attribute", "rule_unknown_attribute")]),
        ({"related": "orders", "sum": ["total"], "is": 3}, [("rules.sum", "rule_unknown_attribute")]),
        ({"attribute": "birthday", "within_last": {"days": 0}}, [("rules.within_last.days", "rule_bad_period")]),
        ({"attribute": "birthday", "within_last": {"years": 101}}, [("rules.within_last.years", "rule_bad_period")]),
        ({"attribute": "birthday", "within_next": {"day": 3}}, [("rules.within_next", "rule_bad_period")]),
        ({"attribute": "birthday", "within_next": 3}, [("rules.within_next", "rule_bad_period")]),
        ({"attribute": "country", "is_blank": "no"}, [("rules.is_blank", "rule_type_mismatch")]),
        ({"attribute": "visits", "is": 3, "ignore_case": True}, [("rules.ignore_case", "rule_type_mismatch")]),
        ({"attribute": "country", "is_not": "N/A"}, [("rules.is_not", "rule_empty_text")]),
        ({"attribute": "country", "any_of": ["NULL", "Null"]}, [("rules.any_of[0]", "rule_empty_text")]),
        ({"attribute": "country", "is_not": "yes"}, [("rules.is_not", "rule_yes_or_no_as_text")]),
        ({"attribute": "country", "is": "Oui"}, [("rules.is", "rule_yes_or_no_as_text")]),
        ({"attribute": "country", "none_of": ["Y", "true"]}, [("rules.none_of", "rule_yes_or_no_as_text")]),
        ({"attribute": "country", "is": "x", "ignore_case": 1}, [("rules.ignore_case", "rule_type_mismatch")]),
        # related tables
        ({"related": "orders"}, [("rules", "rule_aggregate_count")]),
        ({"related": "orders", "count": True, "sum": "total", "is": 1}, [("rules", "rule_aggregate_count")]),
        ({"related": "orders", "exists": "yes"}, [("rules.exists", "rule_type_mismatch")]),
        ({"related": "orders", "exists": True, "more_than": 3}, [("rules.more_than", "rule_unknown_key")]),
        ({"related": "orders", "count": False, "is": 3}, [("rules.count", "rule_type_mismatch")]),
        ({"related": "orders", "count": True}, [("rules", "rule_without_comparison")]),
        ({"related": "orders", "count": True, "is_blank": True}, [("rules.is_blank", "rule_type_mismatch")]),
        ({"related": "orders", "sum": "genre", "is": 3}, [("rules.sum", "rule_type_mismatch")]),
        ({"related": "orders", "max": "genre", "is": "x"}, [("rules.max", "rule_type_mismatch")]),
        ({"related": "orders", "last": "total", "is": 3}, [("rules", "rule_last_without_by")]),
        ({"related": "orders", "first": "total", "is": 3}, [("rules", "rule_last_without_by")]),
        ({"related": "orders", "average": "genre", "is": 3}, [("rules.average", "rule_type_mismatch")]),
        ({"related": "orders", "average": "total", "by": "placed", "is": 3}, [("rules.by", "rule_unknown_key")]),
        ({"related": "orders", "average": "total", "contains": "x"}, [("rules.contains", "rule_type_mismatch")]),
        ({"related": "orders", "count_distinct": "labels", "is": 3}, [("rules.count_distinct", "rule_type_mismatch")]),
        ({"related": "orders", "count_distinct": "genre", "is_blank": True}, [("rules.is_blank", "rule_type_mismatch")]),
        ({"related": "orders", "count_distinct": True, "is": 1}, [("rules.count_distinct", "rule_unknown_attribute")]),
        ({"related": "orders", "last": "total", "by": "genre", "is": 3}, [("rules.by", "rule_type_mismatch")]),
        ({"related": "orders", "last": "total", "by": "dew", "is": 3}, [("rules.by", "rule_unknown_attribute")]),
        ({"related": "orders", "min": "total", "by": "due", "is": 3}, [("rules.by", "rule_unknown_key")]),
        ({"related": "orders", "exists": True, "where": {"segment": "vip"}}, [("rules.where.segment", "rule_not_over_rows")]),
        (
            {"related": "orders", "exists": True, "where": {"all": [{"attribute": "gendre", "is": "x"}]}},
            [("rules.where.all[0].attribute", "rule_unknown_attribute")],
        ),
        ({"related": "orders", "exists": True, "where": None}, [("rules.where", "rule_empty")]),
    ],
)  # fmt: skip
def test_a_mistake_is_reported_where_it_stands(
    data: object, expected: list[tuple[str, str]]
) -> None:
    assert _mistakes(data) == expected


def test_all_mistakes_are_reported_at_once() -> None:
    data = {
        "lable": "x",
        "active": "yes",
        "rules": {
            "all": [
                {"attribute": "contry", "any_of": []},
                {"attribute": "spent", "any_of": ["a", 1, "b"]},
                {"related": "orders", "sum": "genre", "where": {"attribute": "totl", "is": 1}},
            ]
        },
    }

    segment, mistakes = parse_segment("Big", data, SCHEMA)

    assert segment is None
    assert [(mistake.path, mistake.code) for mistake in mistakes] == [
        ("segments.Big", "segment_bad_name"),
        ("segments.Big.lable", "rule_unknown_key"),
        ("segments.Big.active", "segment_wrong_shape"),
        ("segments.Big.rules.all[0].attribute", "rule_unknown_attribute"),
        ("segments.Big.rules.all[0].any_of", "rule_empty_list"),
        ("segments.Big.rules.all[1].any_of[0]", "rule_type_mismatch"),
        ("segments.Big.rules.all[1].any_of[2]", "rule_type_mismatch"),
        ("segments.Big.rules.all[2].where.attribute", "rule_unknown_attribute"),
        ("segments.Big.rules.all[2].sum", "rule_type_mismatch"),
        ("segments.Big.rules.all[2]", "rule_without_comparison"),
    ]


@pytest.mark.parametrize(
    ("data", "proposed"),
    [
        ({"attribute": "Contry", "is": "x"}, "country"),
        ({"segment": "vpi"}, "vip"),
        ({"related": "order", "exists": True}, "orders"),
        ({"attribute": "country", "start_with": "x"}, "starts_with"),
        ({"atribute": "country", "is": "x"}, "attribute"),
        ({"related": "orders", "sum": "totals", "is": 1}, "total"),
    ],
)
def test_a_misspelt_name_is_answered_with_the_likely_one(data: object, proposed: str) -> None:
    _, mistakes = parse_rule(data, SCHEMA, "rules", ["vip"])

    assert f"Did you mean `{proposed}`?" in [mistake.action for mistake in mistakes]


def test_a_mistake_never_repeats_a_value_that_may_be_personal() -> None:
    _, mistakes = parse_rule({"attribute": "email", "is": "nadia at shop.example"}, SCHEMA, "rules")

    assert mistakes == (
        Mistake(
            path="rules.is",
            message="This is not an e-mail address (contains spaces).",
            action="Write a whole address, or compare a part with `contains`, `starts_with` or `ends_with`.",
            code="rule_bad_value",
        ),
    )


def test_rules_can_be_nested_forty_deep_and_no_deeper() -> None:
    data: dict[str, object] = {"segment": "vip"}
    for _ in range(DEEPEST - 1):
        data = {"not": data}

    _parsed(data, "vip")
    found = _mistakes({"not": data})

    assert found == [("rules" + ".not" * DEEPEST, "rule_too_deep")]


def test_the_word_on_is_a_key_even_where_yaml_reads_a_truth_value() -> None:
    data = yaml.safe_load("{attribute: birthday, on: 2024-02-29}")

    rule = _parsed(data)

    assert True in data
    assert rule == Compare(
        attribute="birthday", comparison=Comparison.ON, values=(date(2024, 2, 29),)
    )


def _refers(name: str, *others: str) -> Segment:
    operands = tuple(rules.InSegment(segment=other) for other in others)
    blank = Compare(attribute="country", comparison=Comparison.IS_BLANK, values=(True,))
    return Segment(name=name, rule=rules.Any(rules=(*operands, blank)))


def test_segments_that_refer_to_each_other_in_a_circle_are_found() -> None:
    segments = [
        _refers("alone"),
        _refers("a", "b"),
        _refers("b", "alone", "c"),
        _refers("c", "a"),
        _refers("self", "self"),
        _refers("outside", "a"),
    ]

    found = check_cycles(segments)

    assert [(mistake.path, mistake.message) for mistake in found] == [
        ("segments.a.rules", "The segment refers to itself: a → b → c → a."),
        ("segments.self.rules", "The segment refers to itself: self → self."),
    ]


def test_segments_that_build_on_the_same_one_are_no_circle() -> None:
    segments = [
        _refers("top", "left", "right"),
        _refers("left", "base"),
        _refers("right", "base"),
        _refers("base"),
    ]

    assert check_cycles(segments) == ()


def test_reading_and_describing_segments_loads_no_query_compiler() -> None:
    program = (
        "import sys, segue.segments.parse, segue.segments.printing, segue.segments.describe;"
        "print(sorted({'ibis', 'duckdb', 'sqlglot', 'pyarrow'} & set(sys.modules)))"
    )

    output = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, encoding="utf-8", check=True
    ).stdout

    assert output.strip() == "[]"
