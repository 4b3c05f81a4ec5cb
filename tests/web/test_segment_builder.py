"""The builder of segments without scripts: a form whose every button is a step, until the draft counts or is forgotten."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from django.test import Client

from segue.control.audit.models import Action, Entry
from segue.control.exports.models import Export
from segue.control.exports.segment_uses import consents_of
from segue.control.people.models import Person
from segue.control.segments import drafts
from segue.control.segments.models import DraftStep, Segment, SegmentDraft
from segue.control.segments.operations import adopt
from segue.segments.editing.bounds import LARGEST_PASTED
from segue.segments.editing.documents import document
from segue.segments.editing.nodes import Draft, nodes
from segue.service.configured import workspace
from segue.sync.export import SegmentTag
from tests.control import stage
from tests.control.stage import DEFINITION, data_folder, declared, read
from tests.fakes.clocks import START
from tests.web.reading import text_of
from tests.web.typed import choice_in, form_in

Browse = Callable[[Person | None], Client]
LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)
WITH_ORDERS = DEFINITION.replace(
    "sources:", "sources:\n  orders: {type: csv, path: orders.csv}"
).replace(
    "segments:",
    "related:\n  orders:\n    source: orders\n    profile_key: customer\n    label: Orders\n"
    "    attributes: {total: {column: total, type: decimal}, shop: shop}\nsegments:",
)
ORDERS = "customer,total,shop\n1,10,Lyon\n1,30,Lyon\n2,5,Paris\n1001,50,Paris\n"


@pytest.fixture
def folder(db: None, tmp_path: Path, settings: Any) -> Path:
    """Return the data folder of an installation whose data were read: six people in Lyon, four in Paris, four orders."""
    settings.SEGUE_HOME = tmp_path / "home"
    (tmp_path / "orders.csv").write_text(ORDERS, encoding="utf-8")
    declared(data_folder(tmp_path, people=4), text=WITH_ORDERS, now=LONG_AGO)
    read(tmp_path)
    return tmp_path


@pytest.fixture
def vip(folder: Path, alice: Person) -> Segment:
    """Return a segment of the pages."""
    segment = Segment.objects.get(name="vip")
    adopt(segment=segment, actor=alice, now=START)
    return segment


def _tree() -> Draft:
    return drafts.shown(SegmentDraft.objects.get()).tree


class Builder:
    """Somebody at the page of a draft: what they press and type, without any script."""

    def __init__(self, browser: Client, begin: str) -> None:
        self.browser = browser
        self.place = browser.post(begin).headers["Location"]
        self.page: Any = browser.get(self.place)

    def send(self, do: str = "", *, to: str = "", **typed: Any) -> Any:
        """Send the form as it is shown, with what is typed in it and the button that is pressed."""
        form = form_in(self.page, "builder-form")
        assert form is not None
        fields = {name.replace("_", "-"): value for name, value in typed.items()}
        answer = self.browser.post(to or self.place, form.sent(do=do, **fields))
        if answer.status_code == 302:
            self.page = self.browser.get(answer.headers["Location"])
        return answer

    def rule(self) -> Any:
        """Return what the draft says so far."""
        return document(drafts.shown(SegmentDraft.objects.get()).tree).rule

    def text(self) -> str:
        """Return what the page says."""
        return text_of(self.page)

    def count(self) -> str:
        """Return what the page of the count says."""
        return text_of(self.browser.get(f"{self.place}count/"))


def test_a_segment_is_made_of_nothing_saved_and_counted(
    folder: Path, browse: Browse, bob: Person
) -> None:
    at = Builder(browse(bob), "/segments/new-segment/")
    at.send("add:attribute:city", label="Lyon and spending")
    at.send(n1_value="Lyon")
    at.send("add:rows:orders:total")
    at.send(n2_function="sum", n2_of="total", n2_compare="at_least", n2_value="20")
    at.send("delete:n3")
    at.send(n2_of="total", n2_value="20")

    saved = at.send(to=f"{at.place}save/")

    made = Segment.objects.get(label="Lyon and spending")
    assert saved.headers["Location"] == "/segments/lyon_and_spending/"
    assert made.rule == {
        "all": [
            {"attribute": "city", "is": "Lyon"},
            {"related": "orders", "sum": "total", "at_least": 20},
        ]
    }
    assert (made.members, made.status, SegmentDraft.objects.count()) == (1, "successful", 0)
    assert "was saved and counted: 1 member." in at.text()
    assert Entry.objects.latest("id").action == Action.SEGMENT_ADDED


def test_an_unfinished_condition_leaves_the_count_standing_and_is_not_saved(
    vip: Segment, browse: Browse, bob: Person
) -> None:
    at = Builder(browse(bob), "/segments/vip/edit/")
    at.send("add:attribute:joined")

    refused = at.send(to=f"{at.place}save/")

    assert "Not finished: this condition is not counted." in at.text()
    assert "Without 1 unfinished condition." in at.text()
    assert "Profiles 6" in at.count()
    assert refused.headers["Location"] == at.place
    assert "it was not saved, and the draft is kept" in at.text()
    vip.refresh_from_db()
    assert vip.rule == {"attribute": "city", "is": "Lyon"}


def test_a_wrong_value_is_told_beside_it(vip: Segment, browse: Browse, bob: Person) -> None:
    at = Builder(browse(bob), "/segments/vip/edit/")
    at.send("add:attribute:joined")
    at.send(n2_value="2026-02-30")

    page = at.page.content.decode()
    assert "There is no such day or time in the calendar." in at.text()
    assert 'aria-describedby="n2-wrong" aria-invalid="true"' in page
    assert "Without 1 unfinished condition." in at.text()


def test_undo_and_redo_go_back_and_forth(vip: Segment, browse: Browse, bob: Person) -> None:
    at = Builder(browse(bob), "/segments/vip/edit/")
    at.send("add:attribute:opted_in")
    at.send("undo")
    undone = at.rule()
    at.send("redo")

    assert undone == {"attribute": "city", "is": "Lyon"}
    assert len(drafts.shown(SegmentDraft.objects.get()).tree.root.parts) == 2  # type: ignore[union-attr]


def test_and_becomes_or_at_a_press(vip: Segment, browse: Browse, bob: Person) -> None:
    at = Builder(browse(bob), "/segments/vip/edit/")
    at.send("duplicate:n1")
    at.send(n2_value="Paris")
    at.send("or:n3")

    assert at.rule() == {
        "any": [{"attribute": "city", "is": "Lyon"}, {"attribute": "city", "is": "Paris"}]
    }
    assert "Profiles 10" in at.count()


def test_a_rule_is_dropped_elsewhere_and_that_is_undone(
    vip: Segment, browse: Browse, bob: Person
) -> None:
    builder = Builder(browse(bob), "/segments/vip/edit/")
    builder.send("add:attribute:city", n2_value="Lyon")
    before = builder.rule()
    first, second = (node.id for node in nodes(_tree()) if node.kind == "attribute")

    builder.send(f"put:{second}:before:{first}")

    assert builder.rule() == {"all": list(reversed(before["all"]))}
    assert f"at={second}" in builder.send(f"put:{second}:before:{first}").headers["Location"]
    builder.send("undo")
    assert builder.rule() == before


@pytest.mark.parametrize(
    "put",
    ["n4:before:n2", "n4:into:n1", "n2:into:n3", "n2:over:n3", "n2:before:n99", "n2", "", "::"],
)
def test_what_may_not_stand_there_stays_where_it_was(
    vip: Segment, browse: Browse, bob: Person, put: str
) -> None:
    """A condition on rows stays with its rows, and none on profiles comes among them."""
    builder = Builder(browse(bob), "/segments/vip/edit/")
    rows = "{related: orders, exists: true, where: {attribute: shop, is: Lyon}}"
    builder.send("paste", yaml=f"{{all: [{{attribute: city, is: Lyon}}, {rows}]}}")
    ids = dict(zip(("n1", "n2", "n3", "n4"), (node.id for node in nodes(_tree())), strict=True))
    before = builder.rule()

    builder.send("put:" + ":".join(ids.get(part, part) for part in put.split(":")))

    assert builder.rule() == before


def test_what_stood_beside_a_deleted_rule_has_the_focus_next(
    vip: Segment, browse: Browse, bob: Person
) -> None:
    builder = Builder(browse(bob), "/segments/vip/edit/")
    builder.send("paste", yaml="{all: [{attribute: city, is: Lyon}, {attribute: city, is: Paris}]}")
    group, first, second = (node.id for node in nodes(_tree()))

    assert f"at={second}" in builder.send(f"delete:{first}").headers["Location"]
    assert f"at={group}" in builder.send(f"delete:{second}").headers["Location"]
    assert "at=" not in builder.send(f"delete:{group}").headers["Location"]


def test_a_script_gets_the_part_that_changes_and_nothing_of_a_draft_that_is_gone(
    vip: Segment, browse: Browse, bob: Person
) -> None:
    builder = Builder(browse(bob), "/segments/vip/edit/")
    asked = {"HTTP_HX_REQUEST": "true", "HTTP_HX_TARGET": "builder"}

    part = builder.browser.get(builder.place, **asked).content.decode()
    drafts.discard(draft=SegmentDraft.objects.get(), actor=bob)

    assert "<html" not in part and 'id="builder"' in part
    assert builder.browser.get(f"{builder.place}count/", **asked).status_code == 204
    assert builder.browser.get(f"{builder.place}count/").status_code == 404


def test_what_is_typed_is_taken_whatever_is_pressed(
    vip: Segment, browse: Browse, bob: Person
) -> None:
    at = Builder(browse(bob), "/segments/vip/edit/")
    at.send("mute:n1", n1_value="Paris", label="Parisians")

    seen = drafts.shown(SegmentDraft.objects.get())
    assert (seen.label, seen.tree.root and seen.tree.root.written["is"]) == ("Parisians", "Paris")
    assert seen.tree.root and seen.tree.root.muted


def test_a_form_that_is_sent_twice_is_one_step(vip: Segment, browse: Browse, bob: Person) -> None:
    at = Builder(browse(bob), "/segments/vip/edit/")
    form = form_in(at.page, "builder-form")
    assert form is not None
    sent = form.sent(do="duplicate:n1")

    for _again in range(2):
        at.browser.post(at.place, sent)

    assert DraftStep.objects.count() == 2


def test_two_windows_on_one_draft_lose_nothing(vip: Segment, browse: Browse, bob: Person) -> None:
    first = Builder(browse(bob), "/segments/vip/edit/")
    first.send("duplicate:n1")
    second = Builder(browse(bob), "/segments/vip/edit/")
    first.send(n1_value="Nice")
    second.send(n2_value="Paris")

    assert first.rule() == {
        "all": [{"attribute": "city", "is": "Nice"}, {"attribute": "city", "is": "Paris"}]
    }
    assert "changed in another window" in second.text()


def test_whoever_saves_second_sees_both_versions_and_chooses(
    vip: Segment, browse: Browse, alice: Person, bob: Person
) -> None:
    hers = Builder(browse(alice), "/segments/vip/edit/")
    his = Builder(browse(bob), "/segments/vip/edit/")
    assert "Bob" not in hers.text()
    assert "Other people have drafts of this segment: Alice." in his.text()
    his.send(n1_value="Paris", to=f"{his.place}save/")

    refused = hers.send(n1_value="Nice", to=f"{hers.place}save/")

    text = text_of(refused)
    assert refused.status_code == 409
    assert "Bob" in text
    assert "city is “Paris”" in text
    assert "city is “Nice”" in text
    vip.refresh_from_db()
    assert vip.rule == {"attribute": "city", "is": "Paris"}
    hers.browser.post(f"{hers.place}save/", choice_in(refused).fields)
    vip.refresh_from_db()
    assert vip.rule == {"attribute": "city", "is": "Nice"}


def test_going_on_with_ones_own_keeps_the_draft_and_has_seen_the_other(
    vip: Segment, browse: Browse, alice: Person, bob: Person
) -> None:
    hers = Builder(browse(alice), "/segments/vip/edit/")
    Builder(browse(bob), "/segments/vip/edit/").send(
        n1_value="Paris", to=f"/segments/builder/{SegmentDraft.objects.get(owner=bob).pk}/save/"
    )
    refused = hers.send(n1_value="Nice", to=f"{hers.place}save/")

    again = hers.browser.post(
        f"{hers.place}save/", {**choice_in(refused).fields, "look_again": "1"}
    )

    assert again.headers["Location"] == hers.place
    assert hers.rule() == {"attribute": "city", "is": "Nice"}
    hers.page = hers.browser.get(hers.place)
    assert hers.send(to=f"{hers.place}save/").headers["Location"] == "/segments/vip/"


def test_yaml_is_shown_and_taken(vip: Segment, browse: Browse, bob: Person) -> None:
    at = Builder(browse(bob), "/segments/vip/edit/")

    assert "rules:\n  attribute: city\n  is: Lyon" in at.page.content.decode()
    at.send("paste", yaml="any:\n  - {attribute: city, is: Paris}\n  - {segment: newcomers}\n")

    assert at.rule() == {"any": [{"attribute": "city", "is": "Paris"}, {"segment": "newcomers"}]}


def test_yaml_that_is_no_rule_is_told_at_its_line_and_changes_nothing(
    vip: Segment, browse: Browse, bob: Person
) -> None:
    at = Builder(browse(bob), "/segments/vip/edit/")
    at.send(
        "paste", yaml="all:\n  - {attribute: city, is: Paris}\n  - {attribute: nothing, is: x}\n"
    )

    assert "Line 3: Profiles have no attribute `nothing`." in at.text()
    assert at.rule() == {"attribute": "city", "is": "Lyon"}


@pytest.mark.parametrize("way", ["save", "leave"])
def test_yaml_that_is_not_taken_holds_up_saving(
    vip: Segment, browse: Browse, bob: Person, way: str
) -> None:
    at, typed = Builder(browse(bob), "/segments/vip/edit/"), "{attribute: city, is: Paris}"
    to = {"to": f"{at.place}save/"} if way == "save" else {"do": "leave"}

    at.send(yaml=typed, label="Very important", **to)

    assert "Nothing was saved: the YAML was changed and is not taken as the rule yet." in at.text()
    form = form_in(at.page, "builder-form")
    assert form is not None
    assert (form.fields["yaml"], form.fields["label"]) == ([typed], ["Very important"])
    assert Segment.objects.get(pk=vip.pk).label == "VIP"

    at.send("paste")
    assert at.rule() == {"attribute": "city", "is": "Paris"}
    saved = at.send(**to)
    assert saved.headers["Location"] == "/segments/vip/"


def test_yaml_as_it_is_shown_does_not_hold_up_saving_whatever_was_typed_beside(
    vip: Segment, browse: Browse, bob: Person
) -> None:
    at = Builder(browse(bob), "/segments/vip/edit/")

    saved = at.send(n1_value="Nice", to=f"{at.place}save/")
    emptied = Builder(browse(bob), "/segments/vip/edit/").send(yaml="", do="leave")

    assert saved.headers["Location"] == emptied.headers["Location"] == "/segments/vip/"
    assert Segment.objects.get(pk=vip.pk).rule == {"attribute": "city", "is": "Nice"}


def test_yaml_that_is_typed_when_the_session_ends_comes_back(
    vip: Segment, browse: Browse, bob: Person
) -> None:
    at = Builder(browse(bob), "/segments/vip/edit/")
    session = at.browser.cookies.pop("segue_session")

    away = at.send("paste", yaml="{attribute: city, is: Paris}").headers["Location"]
    at.browser.cookies["segue_session"] = session.value
    at.page = at.browser.get(parse_qs(urlsplit(away).query)["next"][0])

    assert at.page.context["yaml"] == "{attribute: city, is: Paris}"
    assert at.rule() == {"attribute": "city", "is": "Lyon"}


def test_yaml_that_is_far_too_long_is_not_even_read(
    vip: Segment, browse: Browse, bob: Person
) -> None:
    at = Builder(browse(bob), "/segments/vip/edit/")
    at.send("paste", yaml="attribute: city\nis: Paris\n" + "#" * LARGEST_PASTED)

    assert "This YAML is no rule of a segment" in at.text()
    assert at.rule() == {"attribute": "city", "is": "Lyon"}


def test_a_segment_is_never_offered_to_itself(vip: Segment, browse: Browse, bob: Person) -> None:
    Segment.objects.create(name="above", label="Above", rule={"segment": "vip"})
    page = Builder(browse(bob), "/segments/vip/edit/").page.content.decode()

    assert "add:segment:newcomers" in page
    assert "add:segment:vip" not in page
    assert "add:segment:above" not in page


def test_values_on_offer_have_counts_but_personal_ones_are_not_offered(
    vip: Segment, browse: Browse, bob: Person
) -> None:
    at = Builder(browse(bob), "/segments/vip/edit/")
    at.send("add:attribute:first_name")
    at.send("add:rows:orders:shop")
    page = at.page.content.decode()

    assert '<option value="Lyon">6</option>' in page
    assert '<option value="Paris">2</option>' in page
    assert "Nadia" not in page


def test_members_are_shown_masked_and_no_address_is_in_the_page(
    vip: Segment, browse: Browse, bob: Person
) -> None:
    at = Builder(browse(bob), "/segments/vip/edit/")
    page = at.browser.get(f"{at.place}count/").content.decode()

    assert "n•••@s•••.example" in page
    assert "nadia@" not in page.lower()
    assert "Nadia" not in page


def test_who_consented_is_counted_by_what_the_exports_ask(
    vip: Segment, browse: Browse, bob: Person, alice: Person, folder: Path
) -> None:
    customers = folder / "customers.csv"
    given = customers.read_text(encoding="utf-8")
    customers.write_text(given.replace(",true", ",false", 2), encoding="utf-8")
    workspace().refresh()
    builder = Builder(browse(bob), "/segments/vip/edit/")
    builder.send("paste", yaml="{attribute: city, any_of: [Lyon, Paris]}")
    assert "consented" not in builder.count()

    others = (SegmentTag(segment="newcomers", tag="New"),)
    stage.export(alice, stage.connection(alice), segments=others)

    assert "with an e-mail address 10 and consented: Opted in 8" in builder.count()


def test_an_export_of_the_segment_knows_better_who_consented_than_others(
    vip: Segment, alice: Person
) -> None:
    connected = stage.connection(alice)
    others = (SegmentTag(segment="newcomers", tag="New"),)
    own = stage.export(alice, connected)
    stage.export(alice, connected, name="Another", audience_id="b1", segments=others)
    Export.objects.exclude(pk=own.pk).update(consent_attribute="may_mail")

    assert consents_of(vip) == ["opted_in"]
    assert consents_of(None) == ["may_mail", "opted_in"]
    Export.objects.filter(pk=own.pk).update(consent_attribute="")
    assert consents_of(vip) == ["may_mail"]


def test_members_can_be_asked_for_alone(vip: Segment, browse: Browse, bob: Person) -> None:
    at = Builder(browse(bob), "/segments/vip/edit/")

    page = text_of(at.browser.get(f"{at.place}count/?examples=1", headers={"HX-Request": "true"}))

    assert page.startswith(
        "Some members Profile key E-mail First name Last name City 1 n•••@s•••.example"
    )


def test_a_draft_is_left_and_found_again(vip: Segment, browse: Browse, bob: Person) -> None:
    at = Builder(browse(bob), "/segments/vip/edit/")
    left = at.send("leave", n1_value="Paris")

    assert left.headers["Location"] == "/segments/vip/"
    assert "The draft is kept." in at.text()
    again = Builder(at.browser, "/segments/vip/edit/")
    assert (again.place, again.rule()) == (at.place, {"attribute": "city", "is": "Paris"})


def test_ones_own_drafts_are_found_from_the_list(
    folder: Path, browse: Browse, alice: Person, bob: Person
) -> None:
    untouched = Builder(browse(bob), "/segments/new-segment/")
    assert "Your drafts" not in text_of(untouched.browser.get("/segments/"))
    untouched.send("add:attribute:city")
    named = Builder(browse(bob), "/segments/new-segment/")
    named.send("leave", label="Spring")

    page = named.browser.get("/segments/")

    assert "Your drafts: Spring · without a name" in text_of(page)
    assert f'href="{untouched.place}"' in page.content.decode()
    assert "Your drafts" not in text_of(browse(alice).get("/segments/"))


def test_a_discarded_draft_leaves_the_segment_as_it_is(
    vip: Segment, browse: Browse, bob: Person
) -> None:
    at = Builder(browse(bob), "/segments/vip/edit/")
    at.send(n1_value="Paris")
    gone = at.browser.post(f"{at.place}discard/")

    vip.refresh_from_db()
    assert (gone.headers["Location"], SegmentDraft.objects.count(), vip.rule) == (
        "/segments/vip/",
        0,
        {"attribute": "city", "is": "Lyon"},
    )


def test_before_data_were_read_nothing_is_counted_and_saving_says_when(
    db: None, tmp_path: Path, settings: Any, browse: Browse, bob: Person
) -> None:
    settings.SEGUE_HOME = tmp_path / "home"
    declared(data_folder(tmp_path), now=LONG_AGO)
    at = Builder(browse(bob), "/segments/new-segment/")
    at.send("add:attribute:city", label="Lyon")
    at.send(n1_value="Lyon")
    assert "No data has been read yet." in at.count()

    at.send(to=f"{at.place}save/")

    assert "Its members are counted with the next refresh." in at.text()


def test_the_builder_speaks_french(vip: Segment, browse: Browse, bob: Person) -> None:
    bob.language = "fr"
    bob.save()
    at = Builder(browse(bob), "/segments/vip/edit/")
    at.send("add:attribute:joined")

    text = at.text()
    assert "Modifier VIP" in text
    assert "Toutes ces conditions sont remplies" in text
    assert "Inachevée : cette condition n’est pas comptée." in text
    assert "Sans 1 condition inachevée." in text
    assert "Enregistrer et exécuter" in text


def test_a_viewer_sees_no_way_in(vip: Segment, browse: Browse, vera: Person) -> None:
    page = browse(vera).get("/segments/vip/").content.decode()

    assert "/segments/vip/edit/" not in page
    assert browse(vera).post("/segments/vip/edit/").status_code == 403
