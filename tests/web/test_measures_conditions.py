"""The conditions of a measure are made with the builder's tree, inside of the measure's form, with scripts and without."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.http import HttpResponse, QueryDict
from django.template.loader import render_to_string
from django.test import Client, override_settings
from django.utils import translation
from hypothesis import example, given, settings
from hypothesis import strategies as st

from segue.configuration.document import parse
from segue.configuration.written import written as yaml_of
from segue.control.people.models import Person
from segue.control.segments.models import Measure
from segue.segments.editing.bounds import UNDONE_IN_A_FORM
from segue.segments.editing.nodes import Draft, as_plain
from segue.segments.parse_measures import parse_measures
from segue.segments.printing import print_rule
from segue.web.measures.conditions import Conditions, conditions_of
from tests.control.stage import data_folder, declared, read
from tests.control.test_measures import BASE
from tests.unit.segments.segment_schema import SCHEMA
from tests.unit.segments.segment_strategies import ANY_LITERALS, conditions
from tests.web.reading import text_of
from tests.web.typed import choice_in, form_in

Browse = Callable[[Person | None], Client]
NEW = "/measures/new-measure/"
LINES = """\
  lines:
    source: lines
    profile_key: customer
    part_of: {table: orders, on: {of: number}}
    attributes:
      of: {column: of, type: integer}
      product: product
"""
TEXT = (
    BASE.replace("orders.csv}\n", "orders.csv}\n  lines: {type: csv, path: lines.csv}\n", 1)
    .replace("      placed:", "      number: {column: number, type: integer}\n      placed:", 1)
    .replace("segments:\n", f"{LINES}segments:\n", 1)
)
PARTS = {"related": "lines", "exists": True, "where": {"attribute": "product", "is": "Tea"}}
CONDITIONS = {
    "any": [
        {"attribute": "total", "at_least": 5},
        PARTS,
    ]
}


@pytest.fixture
def folder(db: None, tmp_path: Path, settings: Any) -> Path:
    """Return the folder of an installation that has read six people, three orders, and what was ordered."""
    settings.SEGUE_HOME = tmp_path / "home"
    data_folder(tmp_path)
    rows = ["customer,total,number,placed", "1,10.50,1,2026-01-05", "1,4.00,2,2026-02-05"]
    lines = ["customer,of,product", "1,1,Tea", "1,2,Tea", "2,3,Cups"]
    (tmp_path / "orders.csv").write_text("\n".join([*rows, "2,3,3,2025-12-24"]), encoding="utf-8")
    (tmp_path / "lines.csv").write_text("\n".join(lines), encoding="utf-8")
    declared(tmp_path, text=TEXT)
    read(tmp_path)
    return tmp_path


class Form:
    """Somebody at the form of a measure: what they press and type, without any script."""

    def __init__(self, browser: Client, place: str = NEW) -> None:
        self.browser, self.place = browser, place
        self.page: Any = browser.get(place)

    def send(self, do: str = "", **typed: Any) -> Any:
        """Send the form as it is shown, with what is typed in it and the button that is pressed."""
        form = form_in(self.page, "measure-form")
        assert form is not None
        pressed = {"do": do} if do else {}
        fields = {name.replace("_", "-"): value for name, value in typed.items()}
        self.page = self.browser.post(self.place, form.sent(**pressed, **fields))
        return self.page

    def begin(self) -> None:
        """Say of which rows the measure is, and what it is called."""
        self.send(label="Teas", function="sum", of="orders.total", kind="rows")

    @property
    def shown(self) -> Conditions:
        """Return the conditions as the page shows them."""
        found: Conditions = self.page.context["form"].conditions
        return found

    @property
    def rule(self) -> Any:
        """Return what the tree says."""
        return self.shown.made.checked.document.rule

    def wrong(self) -> list[str]:
        """Return what the page says against the conditions."""
        return [*self.page.context["form"].errors.get("where", [])]


@pytest.fixture
def at(folder: Path, browse: Browse, bob: Person) -> Form:
    """Return Bob at the form of a new measure over orders."""
    form = Form(browse(bob))
    form.begin()
    return form


def test_conditions_are_made_of_what_the_rows_and_their_parts_have(at: Form) -> None:
    at.send("add:attribute:total")
    at.send(n1_value="5")
    at.send("add:rows:lines:product")
    at.send("or:n4", n3_value="Tea")

    looked = at.send(look="1")
    at.send(save="1")

    made = Measure.objects.get(name="teas")
    assert made.definition == {"related": "orders", "sum": "total", "where": CONDITIONS}
    assert [*looked.context["shown"].samples] == [("1", "14.50")]
    assert "either total in orders is at least 5" not in text_of(looked)


def test_the_page_offers_the_table_and_its_parts_and_nothing_of_the_profiles(at: Form) -> None:
    offered = [one.what for one in at.shown.offers]

    assert offered == [
        *("attribute:total", "attribute:number", "attribute:placed"),
        *("rows:lines", "rows:lines:of", "rows:lines:product"),
    ]
    for what in ("segment:vip", "sample", "top", "attribute:", "rows:nothing", "nonsense"):
        at.send(f"add:{what}")
        assert at.page.status_code == 200
        assert at.rule is None


def test_what_is_stored_is_shown_as_a_tree_and_stays_when_nothing_is_done(
    at: Form, browse: Browse, bob: Person
) -> None:
    at.send(where=yaml_of(CONDITIONS), save="1")
    again = Form(browse(bob), "/measures/teas/edit/")
    before = again.rule

    saved = again.send(label="Teas or more", save="1")

    made = Measure.objects.get(name="teas")
    assert (before, saved.status_code) == (CONDITIONS, 302)
    assert (made.label, made.definition["where"]) == ("Teas or more", CONDITIONS)


def test_every_step_can_be_undone_and_done_again_within_the_form(at: Form) -> None:
    at.send("add:attribute:total")
    at.send(n1_value="5")
    at.send("duplicate:n1")
    two = at.rule

    at.send("undo")
    one = at.rule
    at.send("redo")
    assert (at.rule, one) == (two, {"attribute": "total", "at_least": 5})
    for _step in range(3):
        at.send("undo")
    assert at.shown.is_empty
    at.send("add:attribute:placed")
    assert at.shown.after == ()


def test_undoing_takes_back_what_is_being_typed_first(at: Form) -> None:
    at.send("add:attribute:total")
    at.send(n1_value="5")

    at.send("undo", n1_value="500")

    assert at.rule == {"attribute": "total", "at_least": 5}


def test_a_form_carries_no_more_steps_than_it_says(at: Form) -> None:
    at.send("add:attribute:total")
    for number in range(UNDONE_IN_A_FORM + 5):
        at.send(n1_value=str(number))

    carried = len(at.shown.kept)
    at.send()

    assert len(at.shown.before) == UNDONE_IN_A_FORM
    assert carried < 4_000


def test_long_conditions_leave_room_for_fewer_steps_and_the_tree_stays(at: Form) -> None:
    many = [f"{number} {'x' * 70}" for number in range(900)]
    at.send("paste", where=yaml_of({"attribute": "placed", "is_blank": True}))
    for last in ("one", "two", "three", "four"):
        long = {**PARTS, "where": {"attribute": "product", "any_of": [*many, last]}}
        at.send("paste", where=yaml_of(long))
        assert at.shown.refused == ()

    at.send()

    assert at.rule["where"]["any_of"][-1] == "four"
    assert len(at.shown.before) == 1


def test_a_condition_is_moved_negated_and_grouped_and_no_muting_is_offered(at: Form) -> None:
    at.send("add:attribute:total")
    at.send("add:attribute:placed", n1_value="5")
    at.send("negate:n2", n2_value="2026-01-01", n2_compare="after")
    at.send("up:n2")
    rule = at.rule
    at.send("mute:n1")

    assert rule == {
        "all": [
            {"not": {"attribute": "placed", "after": "2026-01-01"}},
            {"attribute": "total", "at_least": 5},
        ]
    }
    assert at.rule == rule
    assert "Mute" not in text_of(at.page)


def test_values_of_the_rows_are_on_offer_with_their_counts(at: Form) -> None:
    at.send("add:rows:lines:product")

    root = at.shown.root
    assert root is not None
    offered = [(one.value, one.count) for one in root.parts[0].controls[2].choices]
    assert offered == [("Tea", "2"), ("Cups", "1")]


def test_an_unfinished_condition_is_left_out_of_the_preview_and_holds_up_saving(at: Form) -> None:
    at.send("add:attribute:total")

    looked = at.send(look="1")
    refused = at.send(save="1")

    assert "Without 1 unfinished condition." in text_of(looked)
    assert looked.context["shown"].people == 2
    assert refused.status_code == 422
    assert at.wrong() == ["The conditions are not finished: finish or delete what is marked."]
    assert not Measure.objects.exists()


def test_another_table_keeps_the_conditions_and_says_what_does_not_fit(at: Form) -> None:
    at.send("add:attribute:total")
    at.send(n1_value="5")

    at.send(of="lines")
    told = text_of(at.page)
    at.send(of="orders.total")

    assert "Related table `lines` has no attribute `total`." in told
    assert parse(at.shown.yaml).value == {"attribute": "total", "at_least": 5}
    assert at.shown.is_whole


def test_yaml_is_taken_shown_and_refused_with_its_lines(at: Form) -> None:
    at.send("paste", where=yaml_of({"where": CONDITIONS}))
    taken, yaml = at.rule, at.shown.yaml
    at.send("paste", where="attribute: colour\nis: red\n")

    assert (taken, at.rule) == (CONDITIONS, CONDITIONS)
    assert parse(yaml).value == CONDITIONS
    assert at.shown.text == "attribute: colour\nis: red\n"
    assert at.shown.refused[0].startswith("This YAML says no conditions on these rows")
    assert at.shown.refused[1].startswith("Line 1: ")


def test_yaml_that_is_not_taken_is_never_lost_in_silence(at: Form) -> None:
    at.send("add:attribute:total")
    at.send(n1_value="5")

    refused = at.send(where="attribute: total\nat_least: 50\n", save="1")
    stays = at.shown.text
    at.send("paste")
    at.send(save="1")

    assert refused.status_code == 422
    assert stays == "attribute: total\nat_least: 50\n"
    assert Measure.objects.get().definition["where"] == {"attribute": "total", "at_least": 50}


def test_of_two_people_the_second_sees_both_conditions_and_chooses(
    at: Form, browse: Browse, bob: Person, alice: Person
) -> None:
    at.send(where="attribute: total\nat_least: 5\n", save="1")
    first, second = (Form(browse(who), "/measures/teas/edit/") for who in (bob, alice))
    first.send(n1_value="6", save="1")

    refused = second.send(n1_value="7", save="1")
    told = text_of(refused)
    kept = Measure.objects.get().definition["where"]
    second.browser.post(second.place, choice_in(refused).sent(save="1"))

    assert refused.status_code == 409
    assert "Total is at least 6" in told
    assert "Total is at least 7" in told
    assert kept == {"attribute": "total", "at_least": 6}
    assert Measure.objects.get().definition["where"] == {"attribute": "total", "at_least": 7}


def test_a_step_asks_for_nothing_that_is_not_filled_in_yet(
    folder: Path, browse: Browse, bob: Person
) -> None:
    form = Form(browse(bob))

    page = form.send("add:attribute:total")

    assert page.status_code == 200
    assert "This field is required." not in text_of(page)


def test_a_script_gets_what_a_step_changes_and_nothing_else(at: Form) -> None:
    form = form_in(at.page, "measure-form")
    assert form is not None

    part = at.browser.post(
        NEW, form.sent(do="add:attribute:total"), headers={"HX-Request": "true", "HX-Target": "builder"}
    )  # fmt: skip

    assert part.content.decode().lstrip().startswith('<div id="builder"')
    assert "n1-value" in part.content.decode()


def test_what_is_finished_outlives_a_change_of_the_keys(at: Form) -> None:
    at.send("add:attribute:total")
    at.send(n1_value="5")
    with override_settings(SECRET_KEY="a new one " * 6):
        at.browser.force_login(Person.objects.get(name="Bob"))

        refused = at.send(label="Teas", save="1")
        told = at.wrong()
        at.send("duplicate:n1")
        at.send(save="1")

    assert (refused.status_code, told[0][:40]) == (422, "The keys of the installation were change")
    total = {"attribute": "total", "at_least": 5}
    assert Measure.objects.get().definition["where"] == {"all": [total, total]}


@pytest.mark.parametrize("text", ["nonsense", "e30:1:abc", '{"tree": {"root": 1}}'])
def test_a_tree_that_is_not_ours_is_not_taken(at: Form, text: str) -> None:
    page = at.send("delete:n1", shown=text, where="attribute: total\nat_least: 5\n")

    assert page.status_code == 200
    assert at.rule is None or at.rule == {"attribute": "total", "at_least": 5}


def _sent(found: Conditions, **typed: str) -> QueryDict:
    """Return what a browser sends of conditions as they are shown, with what is typed or pressed."""

    class _Form:
        conditions = found

    page = render_to_string("segue/measures/conditions.html", {"form": _Form})
    form = form_in(HttpResponse(f'<form id="it">{page}</form>'), "it")
    assert form is not None
    sent = QueryDict(mutable=True)
    for name, value in form.sent(**typed).items():
        sent.setlist(name, value if isinstance(value, list) else [value])
    return sent


written = st.sampled_from(sorted(SCHEMA.related)).flatmap(
    lambda name: st.tuples(
        st.just(name), conditions(SCHEMA, SCHEMA.related[name], ANY_LITERALS).map(print_rule)
    )
)


@pytest.mark.django_db
@settings(max_examples=40)
@given(written, st.sampled_from(["en", "fr"]))
@example(("orders", PARTS), "en")
def test_whatever_the_language_allows_goes_through_the_page_and_through_yaml(
    given_: tuple[str, dict[str, Any]], language: str
) -> None:
    over, where = SCHEMA.related[given_[0]], given_[1]
    with translation.override(language):
        opened = conditions_of(where, SCHEMA, over, None)
        sent_as_it_is = conditions_of(None, SCHEMA, over, _sent(opened))
        nothing = Conditions(made=conditions_of(None, SCHEMA, over, None).made)
        pasted = conditions_of(None, SCHEMA, over, _sent(nothing, where=opened.yaml, do="paste"))

    for found in (sent_as_it_is, pasted):
        assert found.is_whole
        assert found.made.checked.rule is not None
        assert print_rule(found.made.checked.rule) == where
        assert parse(found.yaml).value == parse(yaml_of(where)).value
    assert as_plain(sent_as_it_is.made.tree) == as_plain(opened.made.tree)
    measure = {"related": over.name, "count": True, "where": parse(opened.yaml).value}
    assert parse_measures({"m": measure}, SCHEMA).mistakes == ()


@pytest.mark.django_db
def test_what_is_part_of_parts_comes_under_a_rule_over_these() -> None:
    nothing = conditions_of(None, SCHEMA, SCHEMA.related["orders"], None)

    found = conditions_of(
        None, SCHEMA, SCHEMA.related["orders"], _sent(nothing, do="add:rows:notes:stars")
    )

    root = found.made.tree.root
    assert isinstance(found.made.tree, Draft)
    assert root is not None
    assert (root.written["related"], root.parts[0].written["related"]) == ("lines", "notes")
    assert root.parts[0].parts[0].written["attribute"] == "stars"
