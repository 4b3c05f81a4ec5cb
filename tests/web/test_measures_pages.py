"""Measures are made, looked at, changed and removed in the pages; every mistake stands beside the field that it is made in."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import translation

from segue.control.audit.models import Action, Entry
from segue.control.exports.models import Export
from segue.control.people.models import Person
from segue.control.segments.adding import add
from segue.control.segments.models import Measure, Segment
from segue.service.configured import configured
from segue.web.measures.forms import MeasureForm
from tests.control.stage import declared
from tests.control.test_measures import BASE, folder
from tests.fakes.clocks import START
from tests.web.reading import text_of
from tests.web.test_segment_builder import Builder

__all__ = ["folder"]

Browse = Callable[[Person | None], Client]
NEW = "/measures/new-measure/"
SPENT_LATELY = {
    "label": "Spent  lately",
    "description": "Since the new year.",
    "kind": "rows",
    "function": "sum",
    "of": "orders.total",
    "where": "attribute: placed\nafter: 2025-12-31\n",
    "default": "0",
}


def _errors(page: Any) -> dict[str, list[str]]:
    return {field: list(told) for field, told in page.context["form"].errors.items()}


def test_the_list_says_what_each_measure_is_and_what_uses_it(
    folder: Path, browse: Browse, bob: Person, vera: Person
) -> None:
    add(label="Spenders", rule={"attribute": "spent", "more_than": 8}, actor=bob, now=START)

    page = browse(vera).get("/measures/")

    told = [
        (row.measure.label, row.sentence, [*row.users], row.measure.get_origin_display())
        for row in page.context["rows"]
    ]
    assert sorted(told) == [
        ("Spent", "The sum of total in orders", ["Spenders"], "from a definition file"),
        ("orders made", "The number of rows in orders", [], "from a definition file"),
    ]
    assert "New measure" not in text_of(page)
    assert "The sum of total in orders" in text_of(browse(vera).get("/measures/spent/"))


def test_in_french_a_measure_and_an_export_are_made_as_their_words_want_it() -> None:
    rows = [Measure(origin="page"), Export(origin="page"), Segment(origin="page")]

    with translation.override("fr"):
        told = [str(row.get_origin_display()) for row in rows]

    assert told == ["créée dans les pages", "créée dans les pages", "créé dans les pages"]


def test_a_list_of_many_measures_asks_the_database_no_oftener(
    folder: Path, browse: Browse, bob: Person, django_assert_max_num_queries: Any
) -> None:
    client = browse(bob)
    client.get("/measures/")
    with CaptureQueriesContext(connection) as few:
        client.get("/measures/")
    Measure.objects.bulk_create(
        Measure(name=f"m{n}", label=f"M {n}", definition={"formula": str(n)}) for n in range(40)
    )

    with django_assert_max_num_queries(len(few)):
        page = client.get("/measures/")

    assert len(page.context["rows"]) == 42


def test_an_aggregate_is_made_with_its_conditions_and_is_used_by_its_name(
    folder: Path, browse: Browse, bob: Person
) -> None:
    page = browse(bob).post(NEW, {**SPENT_LATELY, "save": "1"}, follow=True)

    row = Measure.objects.get(name="spent_lately")
    assert (row.label, row.description, row.type, row.is_from_file) == (
        "Spent lately",
        "Since the new year.",
        "decimal",
        False,
    )
    assert row.definition == {
        "related": "orders",
        "sum": "total",
        "where": {"attribute": "placed", "after": "2025-12-31"},
        "or": 0,
    }
    assert "is saved." in text_of(page)
    assert "spent_lately" in configured().schema.measures
    assert Entry.objects.latest("id").action == Action.MEASURE_ADDED


def test_a_formula_over_measures_is_made_under_a_name_of_ones_own(
    folder: Path, browse: Browse, bob: Person
) -> None:
    sent = {
        "label": "Средний чек",
        "name": "per_order",
        "kind": "formula",
        "function": "count",
        "formula": "spent / orders_made",
        "decimals": "1",
        "save": "1",
    }

    browse(bob).post(NEW, sent)
    browse(bob).post(NEW, {**sent, "name": "", "formula": "spent * 2"})

    rows = {row.name: row.definition for row in Measure.objects.filter(origin="page")}
    assert rows == {
        "per_order": {"formula": "spent / orders_made", "decimals": 1},
        "measure": {"formula": "spent * 2", "decimals": 1},
    }


def test_a_preview_is_shown_before_anything_is_kept(
    folder: Path, browse: Browse, bob: Person
) -> None:
    page = browse(bob).post(NEW, {**SPENT_LATELY, "default": "", "look": "1"})

    found = page.context["shown"]
    assert (found.people, found.profiles) == (1, 6)
    assert [*found.figures] == [("Least", "14.50"), ("Median", "14.50"), ("Most", "14.50")]
    assert found.sentence.startswith("The sum of total in orders")
    assert "1 of 6 customers has a value." in text_of(page)
    assert page.context["form"]["where"].value() == SPENT_LATELY["where"]
    assert not Measure.objects.filter(origin="page").exists()


def test_a_measure_is_previewed_with_a_drawing_and_the_table_beside_it(
    folder: Path, browse: Browse, bob: Person, vera: Person
) -> None:
    page = browse(bob).get("/measures/spent/preview/")

    found = page.context["shown"]
    assert [(one.first, one.people) for one in found.parts][:2] == [("7.00", 1), ("7.75", 0)]
    assert (len(found.parts), found.parts[-1].end, found.parts[-1].people) == (10, "14.50", 1)
    assert found.chart.count("<rect") == 10
    assert [*found.samples] == [("1", "14.50"), ("2", "7.00")]
    assert browse(vera).get("/measures/spent/preview/").status_code == 403


def test_values_that_are_personal_are_masked(folder: Path, browse: Browse, bob: Person) -> None:
    text = BASE.replace("total: {column: total, type: decimal}", "total: {column: total, type: decimal, personal: true}")  # fmt: skip
    declared(folder, text=text)

    page = browse(bob).post(NEW, {**SPENT_LATELY, "look": "1"})

    found = page.context["shown"]
    assert [value for _label, value in found.figures] == ["•••"] * 3
    assert {value for _key, value in found.samples} == {"•••"}
    assert "14.50" not in text_of(page)


@pytest.mark.parametrize(
    ("changes", "field", "told"),
    [
        ({"label": ""}, "label", "This field is required."),
        ({"name": "Spent!"}, "name", "`Spent!` cannot be the name of a measure."),
        ({"name": "city"}, "name", "The profiles have an attribute `city` already."),
        ({"name": "spent"}, "name", "There is a measure `spent` already."),
        ({"of": "orders"}, "of", "all rows can only be counted"),
        ({"of": ""}, "of", "Choose a related table"),
        ({"of": "orders.placed"}, "of", "`sum` does not work with `placed`"),
        ({"function": "last"}, "by", "does not say in which order"),
        ({"by": "orders.placed"}, "by", "`by` has no meaning with `sum`."),
        ({"where": "attribute: colour\nis: red"}, "where", "Line 1: "),
        ({"where": "where:\n  all:\n    - {attribute: total, is: red}"}, "where", "Line 3: "),
        ({"where": "all: ["}, "where", "Line 1: "),
        ({"default": "none"}, "default", ""),
        ({"decimals": "3"}, "decimals", "`decimals` has no meaning with `sum`."),
        ({"kind": "formula"}, "formula", "Write a formula."),
        ({"kind": "formula", "formula": "spent /"}, "formula", "missing at the end"),
        ({"kind": "formula", "formula": "speny"}, "formula", "There is no measure `speny`."),
    ],
)
def test_a_mistake_stands_beside_its_field_and_nothing_is_kept(
    folder: Path,
    browse: Browse,
    bob: Person,
    changes: dict[str, str],
    field: str,
    told: str,
) -> None:
    page = browse(bob).post(NEW, {**SPENT_LATELY, **changes, "save": "1"})

    assert page.status_code == 422
    assert [*_errors(page)] == [field]
    assert told in _errors(page)[field][0]
    assert not Measure.objects.filter(origin="page").exists()


def test_a_measure_is_not_proposed_to_itself(folder: Path, browse: Browse, bob: Person) -> None:
    sent = {
        "label": "Twice",
        "kind": "formula",
        "function": "count",
        "formula": "twic",
        "save": "1",
    }

    page = browse(bob).post(NEW, sent)

    assert _errors(page)["formula"] == [
        "There is no measure `twic`. Choose from: `orders_made`, `spent`."
    ]


def test_all_mistakes_are_told_at_once(folder: Path, browse: Browse, bob: Person) -> None:
    changes = {"by": "orders.placed", "decimals": "9", "where": "attribute: colour\nis: red"}

    page = browse(bob).post(NEW, {**SPENT_LATELY, **changes, "save": "1"})

    assert {*_errors(page)} == {"by", "decimals", "where"}


def test_what_is_kept_comes_back_into_the_form_and_is_changed_there(
    folder: Path, browse: Browse, bob: Person
) -> None:
    last = {"function": "last", "of": "orders.total", "by": "orders.placed", "default": ""}
    browse(bob).post(NEW, {**SPENT_LATELY, **last, "save": "1"})
    address = "/measures/spent_lately/edit/"

    form = browse(bob).get(address).context["form"]
    again = {name: form[name].value() for name in form.fields if form[name].value() is not None}
    browse(bob).post(address, {**again, "label": "Last one", "save": "1"})

    row = Measure.objects.get(name="spent_lately")
    assert isinstance(form, MeasureForm)
    assert row.label == "Last one"
    assert row.definition == {
        "related": "orders",
        "last": "total",
        "by": "placed",
        "where": {"attribute": "placed", "after": "2025-12-31"},
    }


def test_a_measure_that_others_build_on_is_not_made_unfit_for_them(
    folder: Path, browse: Browse, bob: Person
) -> None:
    browse(bob).post(NEW, {**SPENT_LATELY, "save": "1"})
    twice = {"kind": "formula", "formula": "spent_lately * 2", "label": "Twice", "function": "sum"}
    browse(bob).post(NEW, {**twice, "save": "1"})
    wrong = {**SPENT_LATELY, "function": "max", "of": "orders.placed", "default": "", "save": "1"}

    page = browse(bob).post("/measures/spent_lately/edit/", wrong)

    assert page.status_code == 422
    assert "In “twice”: `spent_lately` is of type date" in _errors(page)["__all__"][0]


def test_a_measure_is_removed_only_when_nothing_uses_it(
    folder: Path, browse: Browse, bob: Person
) -> None:
    browse(bob).post(NEW, {**SPENT_LATELY, "save": "1"})
    segment = add(
        label="Busy", rule={"attribute": "spent_lately", "more_than": 1}, actor=bob, now=START
    )
    address = "/measures/spent_lately/remove/"

    asked = browse(bob).get(address)
    refused = browse(bob).post(address)
    segment.delete()
    done = browse(bob).post(address)

    assert "It is used by: Busy" in text_of(asked)
    assert (refused.status_code, "is used by: Busy" in text_of(refused)) == (422, True)
    assert (done.status_code, Measure.objects.filter(origin="page").count()) == (302, 0)


def test_a_measure_of_a_file_is_changed_in_the_pages_once_it_is_adopted(
    folder: Path, browse: Browse, alice: Person, bob: Person
) -> None:
    sent = {**SPENT_LATELY, "default": "", "where": "", "function": "average", "save": "1"}

    refused = browse(bob).post("/measures/spent/edit/", sent)
    browse(alice).post("/measures/spent/adopt/")
    done = browse(bob).post("/measures/spent/edit/", sent)

    assert refused.status_code == 422
    assert "comes from a definition file" in _errors(refused)["__all__"][0]
    assert done.status_code == 302
    assert Measure.objects.get(name="spent").definition == {"related": "orders", "average": "total"}


def test_before_anything_is_declared_the_pages_say_so(
    db: None, browse: Browse, bob: Person
) -> None:
    assert "There is no measure yet" in text_of(browse(bob).get("/measures/"))
    assert "No data source is declared yet." in text_of(browse(bob).get(NEW))


def test_numbers_and_dates_are_written_as_the_reader_writes_them(
    folder: Path, browse: Browse, bob: Person
) -> None:
    Person.objects.filter(pk=bob.pk).update(language="fr")
    client = browse(bob)

    spent = client.get("/measures/spent/preview/").context["shown"]
    last = {"kind": "rows", "function": "max", "of": "orders.placed", "label": "Last"}
    page = client.post(NEW, {**last, "look": "1"})

    assert [*spent.samples] == [("1", "14,50"), ("2", "7,00")]
    assert [value for _key, value in page.context["shown"].samples] == [
        "5 févr. 2026",
        "24 déc. 2025",
    ]
    assert "Aperçu" in text_of(page)


def test_the_builder_offers_measures_to_compare_and_to_rank_by(
    folder: Path, browse: Browse, bob: Person
) -> None:
    at = Builder(browse(bob), "/segments/new-segment/")
    at.send("add:attribute:spent", label="Best")
    at.send(n1_compare="more_than", n1_value="8")
    at.send("add:top")
    at.send(n2_measure="attribute:orders_made", n2_amount="1")
    offered = at.text()

    at.send(to=f"{at.place}save/")

    made = Segment.objects.get(label="Best")
    assert "Spent measure" in offered
    assert made.rule == {
        "all": [
            {"attribute": "spent", "more_than": 8},
            {"top": {"attribute": "orders_made", "number": 1}},
        ]
    }
    assert (made.members, made.status) == (1, "successful")


def test_members_of_a_segment_are_shown_and_sent_with_the_measures_that_are_chosen(
    folder: Path, browse: Browse, bob: Person
) -> None:
    segment = add(
        label="Buyers", rule={"attribute": "orders_made", "at_least": 1}, actor=bob, now=START
    )
    place, client = f"/segments/{segment.name}/members/", browse(bob)

    offered = client.get(place)
    shown = client.post(place, {"columns": ["city", "spent", "orders_made"]})
    found = client.post(place, {"columns": ["spent"], "search": "14.5"})
    sent = client.post(place, {"columns": ["spent"], "as": "csv"})
    every = client.post(place, {"columns": ["city", "spent"], "as": "all"})

    assert [(one.name, one.is_shown) for one in offered.context["columns"]][-2:] == [
        ("spent", False),
        ("orders_made", False),
    ]
    assert "Profile key City Spent Orders made 1 Lyon 14.50 2 2 Lyon 7.00 1" in text_of(shown)
    assert found.context["found"] == 0
    assert _lines(sent) == ["profile_key,spent", "1,14.50", "2,7.00"]
    assert sorted(_lines(every)) == ["1,Lyon,14.50", "2,Lyon,7.00", "profile_key,city,spent"]


def _lines(answer: Any) -> list[str]:
    return b"".join(answer).decode("utf-8-sig").splitlines()


def test_a_quick_segment_is_made_of_a_measure(folder: Path, browse: Browse, bob: Person) -> None:
    client, address = browse(bob), "/segments/quick-segment/"
    offered = client.post(address, {"attribute": "spent", "look": "field"})
    counts = client.post(address, {"attribute": "orders_made", "look": "field"})
    sent = {
        "attribute": "spent",
        "by": "percentiles",
        "shown": "spent percentiles",
        "tick": ["at_least 14.50"],
    }

    client.post(address, {**sent, "label": "Best", "save": "1"})

    assert ("spent", "Spent") in offered.context["fields"]
    assert next((one.words, one.people) for one in offered.context["offers"]) == (
        "14.50 or more (about the highest 10%)",
        1,
    )
    assert [(one.words, one.people) for one in counts.context["offers"]] == [
        ("0", 4),
        ("1", 1),
        ("2", 1),
    ]
    made = Segment.objects.get(label="Best")
    assert (made.rule, made.members) == ({"attribute": "spent", "at_least": 14.5}, 1)
