"""Measures are read with all their mistakes, printed as they were read, and said in two languages."""

from __future__ import annotations

import json
from dataclasses import replace
from decimal import Decimal

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from segue.profiles.personal import personal_attributes
from segue.profiles.schema import AttributeType, ProfileSchema
from segue.segments.blanks import leaving_out
from segue.segments.describe import describe_measure
from segue.segments.formulas import NotAFormulaError, print_formula, read_formula
from segue.segments.measures import (
    Calculation,
    Formula,
    Named,
    Number,
    Sign,
    measures_of,
    reached,
    value_without_rows,
)
from segue.segments.parse import parse_rule
from segue.segments.parse_measures import parse_measures
from segue.segments.printing import print_measure
from segue.segments.rules import Segment
from tests.unit.segments.segment_schema import ORDERS, PROFILES, SCHEMA, measured

_PLAIN = replace(SCHEMA, measures={})
_NUMBERS = st.decimals(0, 999_999_999_999, places=3).filter(lambda one: one.is_finite())
_FORMULAS: st.SearchStrategy[Formula] = st.recursive(
    st.one_of(
        st.builds(Number, value=_NUMBERS),
        st.builds(Named, name=st.sampled_from(["visits", "spent", "rows"])),
    ),
    lambda inner: st.builds(Calculation, sign=st.sampled_from(Sign), left=inner, right=inner),
    max_leaves=8,
)


def _codes(written: dict[str, object], schema: ProfileSchema = _PLAIN) -> dict[str, str]:
    return {one.path: one.code for one in parse_measures(written, schema).mistakes}


@given(formula=_FORMULAS)
def test_a_printed_formula_is_read_as_it_was(formula: Formula) -> None:
    assert read_formula(print_formula(formula)) == formula


@pytest.mark.parametrize(
    ("text", "printed"),
    [
        ("spent/rows*100", "spent / rows * 100"),
        ("spent / (rows * 100)", "spent / (rows * 100)"),
        ("a − (b − c) × 2 ÷ 3", "a - (b - c) * 2 / 3"),
        ("-a * 2", "(0 - a) * 2"),
        ("((1.50))", "1.50"),
    ],
)
def test_a_formula_is_printed_with_the_parentheses_it_needs(text: str, printed: str) -> None:
    assert print_formula(read_formula(text)) == printed


@pytest.mark.parametrize(
    "text",
    [
        *("", "a +", "(a", "a)", "a b", "2a", "a ** 2", "a; b", "a.b", "__x", "1" * 13),
        *("0.1234567", "(" * 30 + "a" + ")" * 30, "+".join(["a"] * 21), "a" * 501, "é"),
    ],
)
def test_what_is_no_formula_is_refused(text: str) -> None:
    with pytest.raises(NotAFormulaError):
        read_formula(text)


def test_parsing_what_was_printed_gives_the_same_measures() -> None:
    written = {name: print_measure(one) for name, one in measures_of(SCHEMA).items()}

    through_json = json.loads(json.dumps(written))
    through_yaml = yaml.safe_load(yaml.safe_dump(written, allow_unicode=True))

    for one in (written, through_json, through_yaml):
        assert parse_measures(one, _PLAIN).measures == SCHEMA.measures


def test_types_and_decimals_follow_from_what_is_computed() -> None:
    kinds = {
        name: (one.attribute.type, one.attribute.scale if one.attribute.type == "decimal" else None)
        for name, one in SCHEMA.measures.items()
    }

    assert kinds == {
        "orders_made": (AttributeType.INTEGER, None),
        "genres": (AttributeType.INTEGER, None),
        "total_lately": (AttributeType.DECIMAL, 2),
        "mean_total": (AttributeType.DECIMAL, 2),
        "mean_quantity": (AttributeType.INTEGER, None),
        "all_quantity": (AttributeType.INTEGER, None),
        "first_due": (AttributeType.DATE, None),
        "last_total": (AttributeType.DECIMAL, 2),
        "latest": (AttributeType.TIMESTAMP, None),
        "per_order": (AttributeType.DECIMAL, 4),
        "odd": (AttributeType.DECIMAL, 2),
        "doubled": (AttributeType.INTEGER, None),
    }


def test_every_mistake_is_told_at_its_place() -> None:
    written: dict[str, object] = {
        "spent": {"related": "orders", "count": True},
        "Bad": {"related": "orders", "count": True},
        "profile_key": {"related": "orders", "count": True},
        "list": ["orders"],
        "neither": {"label": "x"},
        "both": {"related": "orders", "count": True, "formula": "1"},
        "unknown_table": {"related": "order", "count": True},
        "unknown_attribute": {"related": "orders", "sum": "totl"},
        "text_value": {"related": "orders", "last": "genre", "by": "placed"},
        "truth": {"related": "orders", "exists": True},
        "without_by": {"related": "orders", "first": "total"},
        "bad_where": {"related": "orders", "count": True, "where": {"attribute": "nothing", "is": 1}},
        "customers_where": {"related": "orders", "count": True, "where": {"segment": "vip"}},
        "compared": {"related": "orders", "count": True, "more_than": 3},
        "no_decimals": {"related": "orders", "sum": "total", "decimals": 1},
        "many_decimals": {"related": "orders", "average": "total", "decimals": 7},
        "fine_default": {"related": "orders", "sum": "total", "or": "0.001"},
        "date_default": {"related": "orders", "max": "due", "or": "2026-01-01"},
        "text_default": {"related": "orders", "sum": "total", "or": "none"},
        "no_formula": {"formula": "1 +"},
        "no_name": {"formula": "nothing + 1"},
        "no_number": {"formula": "country + 1"},
        "of_a_date": {"formula": "latest + 1"},
        "latest": {"related": "orders", "max": "placed"},
    }  # fmt: skip

    assert _codes(written) == {
        "measures.spent": "measure_named_as_attribute",
        "measures.Bad": "measure_bad_name",
        "measures.profile_key": "measure_bad_name",
        "measures.list": "measure_wrong_shape",
        "measures.neither": "measure_wrong_shape",
        "measures.both": "measure_wrong_shape",
        "measures.unknown_table.related": "rule_unknown_related_table",
        "measures.unknown_attribute.sum": "rule_unknown_attribute",
        "measures.text_value.last": "rule_type_mismatch",
        "measures.truth.exists": "rule_type_mismatch",
        "measures.without_by": "rule_last_without_by",
        "measures.bad_where.where.attribute": "rule_unknown_attribute",
        "measures.customers_where.where.segment": "rule_not_over_rows",
        "measures.compared.more_than": "rule_unknown_key",
        "measures.no_decimals.decimals": "rule_unknown_key",
        "measures.many_decimals.decimals": "rule_bad_value",
        "measures.fine_default.or": "rule_bad_value",
        "measures.date_default.or": "rule_type_mismatch",
        "measures.text_default.or": "rule_type_mismatch",
        "measures.no_formula.formula": "measure_formula",
        "measures.no_name.formula": "measure_unknown_name",
        "measures.no_number.formula": "rule_type_mismatch",
        "measures.of_a_date.formula": "rule_type_mismatch",
    }


def test_every_circle_is_named_and_what_builds_on_it_is_not_blamed() -> None:
    written: dict[str, object] = {
        "a": {"formula": "b + 1"},
        "b": {"formula": "c"},
        "c": {"formula": "a * 2"},
        "itself": {"formula": "itself + 1"},
        "above": {"formula": "a + rows"},
        "rows": {"related": "orders", "count": True},
    }

    found = parse_measures(written, _PLAIN)

    assert [one.message for one in found.mistakes] == [
        "The measure is computed from itself: a → b → c → a.",
        "The measure is computed from itself: itself → itself.",
    ]
    assert [*found.measures] == ["rows"]


def test_a_chain_has_a_bound() -> None:
    chain = {f"m{n}": {"formula": f"m{n + 1} + 1"} for n in range(25)}

    found = parse_measures({**chain, "m25": {"formula": "1"}}, _PLAIN)

    assert {one.code for one in found.mistakes} == {"measure_chain_too_long"}


def test_measures_may_be_written_in_any_order() -> None:
    written: dict[str, object] = {
        "last": {"formula": "first / 2"},
        "first": {"formula": "rows + 1"},
        "rows": {"related": "orders", "count": True},
    }

    found = parse_measures(written, _PLAIN)

    assert found.mistakes == ()
    assert [*found.measures] == [*written]
    assert [*reached(["last"], found.measures)] == ["rows", "first", "last"]


def test_a_measure_of_personal_values_is_personal_and_a_count_is_not() -> None:
    secret = replace(
        ORDERS,
        attributes=tuple(replace(one, personal=one.name == "total") for one in ORDERS.attributes),
    )
    schema = measured(
        ProfileSchema(profiles=PROFILES, related={"orders": secret}),
        {
            "paid": {"related": "orders", "sum": "total"},
            "prices": {"related": "orders", "count_distinct": "total"},
            "half": {"formula": "paid / 2"},
        },
    )

    assert personal_attributes(schema, schema.customers) >= {"paid", "half"}
    assert "prices" not in personal_attributes(schema, schema.customers)


@pytest.mark.parametrize(
    ("name", "english", "french"),
    [
        ("orders_made", "The number of rows in orders", "Le nombre de lignes dans orders"),
        (
            "total_lately",
            "The sum of total in orders (where placed is within the last year)",
            "La somme de total dans orders (où placed tombe dans la dernière année)",
        ),
        (
            "mean_total",
            "The average of total in orders; 0.01 where it would be blank",
            "La moyenne de total dans orders\u00a0; 0,01 si elle est vide",
        ),
        ("per_order", "Total lately ÷ orders made − visits × 0.5", "Total lately ÷ orders made − visits × 0.5"),
        ("doubled", "2 × (orders made − Genres bought) + all quantity", "2 × (orders made − Genres bought) + all quantity"),
    ],
)  # fmt: skip
def test_a_measure_is_said_in_both_languages(name: str, english: str, french: str) -> None:
    measure = measures_of(SCHEMA)[name]

    assert describe_measure(measure, SCHEMA, "en") == english
    assert describe_measure(measure, SCHEMA, "fr") == french


def test_what_a_measure_is_without_rows_is_known_beforehand() -> None:
    measures = measures_of(SCHEMA)
    known = {
        name: value_without_rows(one, measures)
        for name, one in measures.items()
        if name not in ("per_order", "odd")
    }

    assert known == {
        "orders_made": 0,
        "genres": 0,
        "total_lately": None,
        "mean_total": Decimal("0.01"),
        "mean_quantity": None,
        "all_quantity": 0,
        "first_due": None,
        "last_total": None,
        "latest": None,
        "doubled": 0,
    }


def test_measures_that_build_on_each_other_many_times_are_looked_at_once_each() -> None:
    written: dict[str, object] = {"m0": {"related": "orders", "count": True}} | {
        f"m{n}": {"formula": " + ".join([f"m{n - 1}"] * 19 + ["2"])} for n in range(1, 10)
    }
    found = parse_measures(written, _PLAIN)
    assert found.mistakes == ()

    assert value_without_rows(found.measures["m3"], found.measures) == 2 * (1 + 19 + 19 * 19)
    assert value_without_rows(found.measures["m9"], found.measures) == 2 * sum(
        19**n for n in range(9)
    )


def test_what_would_have_too_many_digits_without_rows_is_blank() -> None:
    found = parse_measures({"big": {"formula": "1000000 * 1000000"}}, _PLAIN)

    assert value_without_rows(found.measures["big"], found.measures) is None


@pytest.mark.parametrize(
    ("rule", "tables"),
    [
        ({"attribute": "orders_made", "at_most": 2}, ["orders"]),
        ({"attribute": "orders_made", "more_than": 2}, []),
        ({"not": {"attribute": "orders_made", "more_than": 2}}, ["orders"]),
        ({"attribute": "orders_made", "is_blank": True}, []),
        ({"attribute": "total_lately", "is_blank": True}, ["orders"]),
        ({"attribute": "total_lately", "more_than": 2}, []),
        ({"attribute": "total_lately", "is_not": 2}, ["orders"]),
        ({"attribute": "mean_total", "less_than": 2}, ["orders"]),
        ({"attribute": "doubled", "is": 0}, ["orders"]),
        ({"attribute": "per_order", "more_than": 0}, ["orders", "visits"]),
        ({"attribute": "orders_made", "less_than": {"attribute": "visits"}}, ["orders"]),
        ({"not": {"top": {"number": 10, "attribute": "orders_made"}}}, ["orders"]),
    ],
)
def test_a_segment_by_a_measure_is_guarded_by_the_tables_it_is_computed_from(
    rule: object, tables: list[str]
) -> None:
    parsed, mistakes = parse_rule(rule, SCHEMA, "rules")
    assert mistakes == ()
    assert parsed is not None

    found = leaving_out(Segment(name="x", rule=parsed), {}, measures_of(SCHEMA))

    assert {one.table or one.attribute for one in found} == set(tables)


def test_a_measure_that_looks_back_from_today_moves() -> None:
    rule, _ = parse_rule({"attribute": "total_lately", "is_blank": True}, SCHEMA, "rules")
    other, _ = parse_rule({"attribute": "last_total", "is_blank": True}, SCHEMA, "rules")
    assert rule is not None
    assert other is not None

    found = [leaving_out(Segment(name="x", rule=one), {}, measures_of(SCHEMA)) for one in (rule, other)]  # fmt: skip

    assert [one.moves for [one] in found] == [True, False]
