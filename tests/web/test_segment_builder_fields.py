"""The form of a draft says all of it: whatever rule is shown, sending the form as it is changes nothing."""

from __future__ import annotations

import re
from typing import Any

from django.http import HttpResponse, QueryDict
from django.template.loader import render_to_string
from django.utils import translation
from hypothesis import example, given, settings
from hypothesis import strategies as st

from segue.profiles.ports import TopValue
from segue.profiles.schema import Table
from segue.segments.editing.checking import making
from segue.segments.editing.documents import document, draft_of
from segue.segments.editing.nodes import Draft
from segue.segments.printing import print_rule
from segue.web.segments.builder.fields import typed
from segue.web.segments.builder.rows import Showing, root_of
from tests.unit.segments.segment_schema import SCHEMA
from tests.unit.segments.segment_strategies import ANY_LITERALS, conditions, rule_trees
from tests.web.typed import form_in

KNOWN = {"vip": "VIP", "staff": "Staff"}
rules_written = rule_trees(SCHEMA, segments=list(KNOWN), literals=ANY_LITERALS).map(print_rule)
conditions_written = st.sampled_from(sorted(SCHEMA.related)).flatmap(
    lambda name: st.tuples(
        st.just(name), conditions(SCHEMA, SCHEMA.related[name], ANY_LITERALS).map(print_rule)
    )
)


def _offered(_table: str, attribute: str) -> list[TopValue]:
    return (
        [TopValue(value=one, people=3) for one in ("France", "Peru", "Two\nlines")]
        if attribute == "country"
        else []
    )


def _sent(draft: Draft, over: Table = SCHEMA.customers) -> QueryDict:
    """Return what a browser sends of the rules of a draft as they are shown."""
    build = making(draft, SCHEMA, over, KNOWN)
    root = root_of(Showing(build=build, offered=_offered))
    page = render_to_string("segue/segments/builder/tree.html", {"root": root})
    ids = re.findall(r'\sid="([^"]+)"', page)
    assert sorted(ids) == sorted(set(ids)), "a script finds a field again by its id"
    form = form_in(HttpResponse(f'<form id="builder-form">{page}</form>'), "builder-form")
    assert form is not None
    sent = QueryDict(mutable=True)
    for name, values in form.fields.items():
        sent.setlist(name, [re.sub(r"\r\n?|\n", "\r\n", one) for one in values])
    return sent


@settings(max_examples=60)
@given(rules_written, st.sampled_from(["en", "fr"]))
@example({"attribute": "spent", "is": 0.00001}, "en")
@example({"attribute": "country", "is": "1 quay\nLyon"}, "fr")
@example({"attribute": "country", "contains": "\ta\n\nb"}, "en")
@example({"attribute": "country", "any_of": ["France", "Two\nlines", "a\tb"]}, "en")
@example({"sample": {"percent": 5, "seed": "spring\n2026"}}, "en")
def test_a_form_that_is_sent_as_it_is_changes_nothing(rule: dict[str, Any], language: str) -> None:
    draft = draft_of(rule)

    with translation.override(language):
        sent = _sent(draft)

    after = typed(draft, making(draft, SCHEMA, SCHEMA.customers, KNOWN), sent)
    assert document(after).rule == rule
    assert after == draft


@settings(max_examples=60)
@given(conditions_written, st.sampled_from(["en", "fr"]))
def test_nor_does_a_form_of_conditions_on_rows(
    written: tuple[str, dict[str, Any]], language: str
) -> None:
    over, draft = SCHEMA.related[written[0]], draft_of(written[1])

    with translation.override(language):
        sent = _sent(draft, over)

    made = making(typed(draft, making(draft, SCHEMA, over), sent), SCHEMA, over)
    assert made.tree == draft
    assert made.checked.is_whole
    assert made.checked.rule is not None
    assert print_rule(made.checked.rule) == written[1]
    assert made.checked.document.rules == {}


def _typed(rule: dict[str, Any], **fields: Any) -> dict[str, Any]:
    """Return the rule after something else is typed in the fields of its first condition."""
    draft = draft_of(rule)
    sent = _sent(draft)
    for name, value in fields.items():
        sent.setlist(f"n1-{name}", value if isinstance(value, list) else [value])
    after = typed(draft, making(draft, SCHEMA, SCHEMA.customers, KNOWN), sent).root
    assert after is not None
    return dict(after.written)


def test_a_comparison_with_other_values_keeps_what_fits() -> None:
    rule = {"attribute": "country", "is": "France"}

    assert _typed(rule, compare="any_of") == {"attribute": "country", "any_of": ["France"]}
    assert _typed(rule, compare="is_not_blank") == {"attribute": "country", "is_blank": False}
    assert _typed(rule, compare="contains", value="an") == {
        "attribute": "country",
        "contains": "an",
    }
    assert _typed(rule, case="true") == {**rule, "ignore_case": True}


def test_another_attribute_takes_a_comparison_of_its_type() -> None:
    rule = {"attribute": "country", "contains": "an"}

    assert _typed(rule, attribute="spent", value="12.50") == {
        "attribute": "spent",
        "at_least": 12.5,
    }
    assert _typed(rule, attribute="opted_in", value="true") == {"attribute": "opted_in", "is": True}
    assert _typed(rule, attribute="birthday", value="") == {"attribute": "birthday", "on": ""}


def test_numbers_are_numbers_and_anything_else_stays_for_the_parser_to_refuse() -> None:
    rule = {"attribute": "visits", "at_least": 3}

    assert _typed(rule, value="4")["at_least"] == 4
    assert _typed(rule, value="many")["at_least"] == "many"
    assert _typed(rule, compare="between", value=["", "5"])["between"] == ["", 5]


def test_a_period_is_typed_as_a_number_and_a_unit() -> None:
    rule = {"attribute": "birthday", "after": "2026-01-01"}

    assert _typed(rule, compare="within_last") == {
        "attribute": "birthday",
        "within_last": {"days": ""},
    }
    assert _typed(rule, compare="within_last", amount="90", unit="weeks") == {
        "attribute": "birthday",
        "within_last": {"weeks": 90},
    }


def test_another_aggregate_asks_for_what_it_needs() -> None:
    rule = {"related": "orders", "exists": True}

    assert _typed(rule, function="count") == {"related": "orders", "count": True, "at_least": ""}
    assert _typed(rule, function="sum") == {"related": "orders", "sum": ""}
    assert _typed({"related": "orders", "sum": "total", "at_least": 4}, function="last") == {
        "related": "orders",
        "last": "total",
        "by": "",
        "at_least": 4,
    }
    assert _typed({"related": "orders", "count": True, "at_least": 4}, function="exists") == rule


def test_people_are_ranked_by_an_attribute_or_by_rows() -> None:
    rule = {"top": {"number": 100, "attribute": "spent"}}

    assert _typed(rule, share="percent", amount="2.5") == {"percent": 2.5, "attribute": "spent"}
    assert _typed(rule, measure="rows:orders") == {
        "number": 100,
        "related": "orders",
        "count": True,
    }


def test_values_on_offer_are_ticked_and_others_typed() -> None:
    rule = {"attribute": "country", "any_of": ["France", "Chile"]}

    assert _sent(draft_of(rule)).getlist("n1-value") == ["Chile", "", "France"]


def test_a_value_of_several_lines_is_not_offered_where_one_line_is_typed() -> None:
    draft = draft_of({"attribute": "country", "is": "Peru"})
    build = making(draft, SCHEMA, SCHEMA.customers)

    root = root_of(Showing(build=build, offered=_offered))
    page = render_to_string("segue/segments/builder/tree.html", {"root": root})

    assert re.findall(r'<option value="([^"]*)">3</option>', page) == ["France", "Peru"]
