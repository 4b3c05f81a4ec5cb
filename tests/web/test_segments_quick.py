"""A quick segment: a field, what it holds and who has it, the size before it is made, and an ordinary segment that comes of it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from segue.control.audit.models import Action, Entry
from segue.control.origins import Origin
from segue.control.people.models import Person
from segue.control.segments.models import Segment
from segue.service.configured import configured, workspace
from tests.control.stage import DEFINITION, declared, read
from tests.web.reading import text_of

Browse = Callable[[Person | None], Client]
ADDRESS = "/segments/quick-segment/"
MORE = DEFINITION.replace(
    "    opted_in:",
    "    spent: {column: spent, type: decimal}\n    born: {column: born, type: birthday}\n"
    "    tags: {column: tags, type: list, separator: ;}\n    opted_in:",
)
HEAD = "id,email,first_name,last_name,city,joined,opted_in,spent,born,tags\n"


@pytest.fixture
def folder(db: None, tmp_path: Path, settings: Any) -> Path:
    """Return the folder of an installation that has read ten people."""
    settings.SEGUE_HOME = tmp_path / "home"
    rows = [
        f"{n},p{n}@shop.example,P{n},M,{'Lyon' if n < 8 else 'Reims'},2026-0{1 + n % 2}-15,"
        f"{'true' if n % 2 else 'false'},{n}.50,0{1 + n % 2}/20,{'vip;été' if n < 3 else ''}\n"
        for n in range(10)
    ]
    (tmp_path / "customers.csv").write_text(HEAD + "".join(rows), encoding="utf-8")
    declared(tmp_path, text=MORE)
    read(tmp_path)
    return tmp_path


def _offers(client: Client, **sent: Any) -> list[tuple[str, int]]:
    page = client.post(ADDRESS, {"look": "field", **sent})
    return [(one.words, one.people) for one in page.context["offers"]]


def test_each_type_offers_what_fits_it_with_its_people(
    folder: Path, browse: Browse, bob: Person
) -> None:
    client = browse(bob)

    assert _offers(client, attribute="city") == [("Lyon", 8), ("Reims", 2)]
    assert _offers(client, attribute="opted_in") == [("No", 5), ("Yes", 5)]
    assert _offers(client, attribute="tags") == [("vip", 3), ("été", 3)]
    assert _offers(client, attribute="joined") == [("February 2026", 5), ("January 2026", 5)]
    assert _offers(client, attribute="joined", by="calendar_months") == [
        ("January", 5),
        ("February", 5),
    ]
    assert _offers(client, attribute="born") == [("January", 5), ("February", 5)]
    assert _offers(client, attribute="spent") == [
        ("8.50 or more (about the highest 10%)", 2),
        ("7.50 or more (about the highest 25%)", 3),
        ("4.50 or more (about the highest 50%)", 6),
        ("less than 4.50 (about the lowest 50%)", 4),
        ("less than 2.50 (about the lowest 25%)", 2),
    ]


def test_the_size_is_told_before_anything_is_made(
    folder: Path, browse: Browse, bob: Person
) -> None:
    sent = {"attribute": "city", "shown": "city values", "tick": ["Lyon", "Reims"], "look": "size"}

    page = browse(bob).post(ADDRESS, sent)

    assert "The segment has 10 members." in text_of(page)
    assert "For example: City: Lyon, Reims" in text_of(page)
    assert Segment.objects.count() == 2


def test_a_choice_becomes_a_counted_segment_of_the_pages_with_an_ordinary_rule(
    folder: Path, browse: Browse, bob: Person
) -> None:
    sent = {
        "attribute": "city",
        "shown": "city values",
        "tick": ["Reims"],
        "label": "  De   Reims ",
        "save": "1",
    }

    page = browse(bob).post(ADDRESS, sent, follow=True)

    made = Segment.objects.get(name="de_reims")
    assert (made.label, made.rule, made.members, made.origin) == (
        "De Reims",
        {"attribute": "city", "is": "Reims"},
        2,
        Origin.PAGE,
    )
    assert "The segment “De Reims” is saved." in text_of(page)
    assert "de_reims" in configured().segments
    entry = Entry.objects.latest("id")
    assert (entry.action, entry.actor_name, entry.subject_name) == (
        Action.SEGMENT_ADDED,
        bob.name,
        "De Reims",
    )


def test_a_value_of_several_lines_is_chosen_as_any_other(
    folder: Path, browse: Browse, bob: Person
) -> None:
    source = folder / "customers.csv"
    lines = source.read_text(encoding="utf-8").replace("Reims", '"1 quay\r\nReims\tF"')
    source.write_text(lines, encoding="utf-8", newline="")
    workspace().refresh()
    sent = {"attribute": "city", "shown": "city values", "tick": ["1 quay\r\nReims\tF"]}

    page = browse(bob).post(ADDRESS, {**sent, "label": "On the quay", "save": "1"}, follow=True)

    assert "is saved" in text_of(page)
    made = Segment.objects.get(name="on_the_quay")
    assert (made.rule, made.members) == ({"attribute": "city", "is": "1 quay\nReims\tF"}, 2)


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"tick": []}, "Tick at least one of the offers."),
        ({"label": " "}, "This field is required."),
        ({"label": "vip"}, "Another segment has this name."),
        ({"shown": "email values"}, "Tick at least one of the offers."),
        ({"attribute": "spent", "shown": "spent percentiles", "tick": ["at_least much"]}, "number"),
    ],
)
def test_what_cannot_be_saved_says_why_and_keeps_what_was_ticked(
    folder: Path, browse: Browse, bob: Person, changes: dict[str, Any], told: str
) -> None:
    sent = {
        "attribute": "city",
        "shown": "city values",
        "tick": ["Lyon"],
        "label": "X",
        "save": "1",
    }

    page = browse(bob).post(ADDRESS, {**sent, **changes})

    assert (page.status_code, told in text_of(page)) == (422, True)
    assert Segment.objects.count() == 2


def test_a_second_one_of_the_same_form_is_asked_for(
    folder: Path, browse: Browse, bob: Person
) -> None:
    client = browse(bob)
    sent = {
        "attribute": "city",
        "shown": "city values",
        "tick": ["Lyon"],
        "save": "1",
        "once": "n1",
    }

    client.post(ADDRESS, {**sent, "label": "One"})
    again = client.post(ADDRESS, {**sent, "label": "Two"})

    assert again.status_code in (302, 409)
    assert not Segment.objects.filter(label="Two").exists()


def test_personal_values_are_shown_to_contributors_and_written_down(
    folder: Path, browse: Browse, bob: Person, vera: Person
) -> None:
    seen = browse(bob).post(ADDRESS, {"attribute": "email", "look": "field"})
    refused = browse(vera).get(ADDRESS)

    assert "p1@shop.example" in text_of(seen)
    assert refused.status_code == 403
    entry = Entry.objects.get(action=Action.PERSONAL_DATA_SHOWN)
    assert (entry.subject_kind, entry.subject_name) == ("attribute", "E-mail")


def test_before_anything_was_read_the_page_says_what_to_do(
    db: None, browse: Browse, bob: Person, settings: Any, tmp_path: Path
) -> None:
    settings.SEGUE_HOME = tmp_path / "home"
    bob.language = "fr"
    bob.save()

    page = browse(bob).get(ADDRESS)

    assert (page.status_code, "Segment rapide" in text_of(page)) == (200, True)
    assert "Actualisez d’abord les sources de données." in text_of(page)


def test_days_of_long_ago_are_not_said_to_be_nobodys(
    folder: Path, browse: Browse, bob: Person
) -> None:
    source = folder / "customers.csv"
    source.write_text(source.read_text(encoding="utf-8").replace("2026-0", "1990-0"), "utf-8")
    workspace().refresh()

    page = browse(bob).post(ADDRESS, {"attribute": "joined", "look": "field"})

    told = "Nobody has a day of the last two years in this field. Look at the months of the year"
    assert told in text_of(page)
    assert "Nobody has a value" not in text_of(page)
    assert len(_offers(browse(bob), attribute="joined", by="calendar_months")) == 2
