"""Segments beside each other and beside exports: overlap, clean-up, all members as a file, and who exports them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from segue.control.audit.models import Action, Entry
from segue.control.exports.models import Export
from segue.control.people.models import Person
from segue.control.segments.models import Segment
from segue.control.segments.operations import duplicate, record_counts
from segue.control.segments.queries import MOST_POINTS, trend
from segue.service.configured import workspace
from segue.service.lists import add_list, change_list
from tests.control.stage import DEFINITION, connection, data_folder, declared, export, read
from tests.fakes.clocks import START
from tests.web.reading import text_of

Browse = Callable[[Person | None], Client]
MORE = (
    DEFINITION
    + """\
  everybody:
    label: Everybody
    rules: {attribute: email, is_blank: false}
  paris:
    label: Paris
    rules: {attribute: city, is: Paris}
"""
)


@pytest.fixture
def folder(db: None, tmp_path: Path, settings: Any) -> Path:
    """Return the data folder of an installation that has read six people in Lyon and three in Paris."""
    settings.SEGUE_HOME = tmp_path / "home"
    declared(data_folder(tmp_path, people=3), text=MORE)
    read(tmp_path)
    return tmp_path


def _named(name: str) -> Segment:
    return Segment.objects.get(name=name)


def test_two_segments_are_compared_in_numbers_and_people(
    folder: Path, browse: Browse, bob: Person
) -> None:
    page = browse(bob).get("/segments/overlap-of-two/?first=vip&second=everybody")

    parts = [(one.words, one.people) for one in page.context["parts"]]
    assert parts == [("Only in “VIP”", 0), ("In both", 6), ("Only in “Everybody”", 3)]
    assert "nadia" in text_of(page).lower()
    assert 'data-label="E-mail"' in page.text, "on a narrow screen each value says what it is"
    seen = Entry.objects.filter(action=Action.PERSONAL_DATA_SHOWN)
    assert sorted(seen.values_list("subject_name", flat=True)) == ["Everybody", "VIP"]


def test_who_may_not_see_members_sees_the_numbers_only(
    folder: Path, browse: Browse, vera: Person
) -> None:
    page = browse(vera).get("/segments/overlap-of-two/?first=vip&second=paris")

    assert [one.people for one in page.context["parts"]] == [6, 0, 3]
    assert "nadia" not in text_of(page).lower()
    assert not Entry.objects.filter(action=Action.PERSONAL_DATA_SHOWN).exists()


@pytest.mark.parametrize(
    ("query", "status", "told"),
    [
        ("", 200, "Choose a segment"),
        ("?first=vip", 200, "Choose a segment"),
        ("?first=vip&second=vip", 200, "These are the same segment."),
        ("?first=vip&second=nobody", 404, ""),
    ],
)
def test_what_cannot_be_compared_says_so(
    folder: Path, browse: Browse, bob: Person, query: str, status: int, told: str
) -> None:
    page = browse(bob).get(f"/segments/overlap-of-two/{query}")

    assert (page.status_code, told in text_of(page)) == (status, True)


def test_unused_empty_and_same_segments_are_suggested_for_clean_up(
    folder: Path, browse: Browse, alice: Person, vera: Person
) -> None:
    export(alice, connection(alice))
    copy = duplicate(segment=_named("paris"), actor=alice, now=START)
    counts = {"vip": 6, "newcomers": 3, "everybody": 9, "paris": 3, copy.name: 3}
    record_counts(counts, now=START - timedelta(days=45))
    Segment.objects.filter(name="everybody").update(unused_since=START - timedelta(days=44))

    page = browse(vera).get("/segments/clean-up/")

    found = {one.segment.name: list(one.reasons) for one in page.context["suggestions"]}
    unused = "No export and no other segment has used it for 45 days."
    same = "It has the very same members as “{}”."
    assert found == {
        "newcomers": [unused, same.format("Paris"), same.format("Paris (2)")],
        "paris": [unused, same.format("Newcomers"), same.format("Paris (2)")],
        copy.name: [unused, same.format("Newcomers"), same.format("Paris")],
    }
    assert "chosen-remove" not in page.text


def test_an_empty_segment_is_suggested_and_nothing_read_is_said(
    folder: Path, browse: Browse, bob: Person, settings: Any, tmp_path: Path
) -> None:
    record_counts({"vip": 0, "paris": 3, "newcomers": 3}, now=START)
    settings.SEGUE_HOME = tmp_path / "elsewhere"

    page = browse(bob).get("/segments/clean-up/")

    assert [list(one.reasons) for one in page.context["suggestions"]] == [["It has no members."]]
    assert "Members could not be compared" in text_of(page)


def test_a_list_that_holds_people_is_not_suggested_as_empty(
    folder: Path, browse: Browse, bob: Person
) -> None:
    """Removing a list removes the addresses: those without a profile and a consent are nobody's members, and still there."""
    add_list(label="Fair", addresses=["fay@shop.example"], actor=bob, now=START)
    held = add_list(
        label="Signed", addresses=["sam@shop.example"], actor=bob, now=START, statement="By form"
    )
    assert (_named("fair").members, _named("fair").left_out) == (0, 1)
    assert (held.refresh_from_db(), held.members, held.own) == (None, 1, 1)

    page = browse(bob).get("/segments/clean-up/")

    assert "It has no members." not in text_of(page)

    change_list(segment=_named("fair"), add=[], take=["fay@shop.example"], actor=bob, now=START)
    page = browse(bob).get("/segments/clean-up/")

    suggested = {one.segment.name: list(one.reasons) for one in page.context["suggestions"]}
    assert suggested["fair"] == ["It has no members."]


def test_all_members_are_a_file_that_runs_no_formula_and_is_written_down(
    db: None, tmp_path: Path, settings: Any, browse: Browse, bob: Person
) -> None:
    settings.SEGUE_HOME = tmp_path / "home"
    data_folder(tmp_path, people=150)
    with (tmp_path / "customers.csv").open("a", encoding="utf-8") as file:
        file.write("2000,eve@shop.example,=1+1,Moreau,Paris,2026-02-01,true\n")
    declared(tmp_path, text=MORE)
    workspace().refresh()
    sent = {"as": "all", "columns": ["first_name", "city"]}

    every = browse(bob).post("/segments/paris/members/", sent)
    some = browse(bob).post("/segments/paris/members/", {**sent, "search": "MOREAU"})

    lines = b"".join(every.streaming_content).decode("utf-8-sig").splitlines()  # type: ignore[attr-defined]
    assert (lines[0], len(lines)) == ("profile_key,first_name,city", 152)
    assert "2000,'=1+1,Paris" in lines
    assert set(lines[1:]) > {"1000,P0,Paris", "1149,P149,Paris"}
    found = b"".join(some.streaming_content).decode("utf-8-sig").splitlines()  # type: ignore[attr-defined]
    assert found[1:] == ["2000,'=1+1,Paris"]
    assert every.headers["Content-Disposition"] == 'attachment; filename="paris-all-members.csv"'
    assert Entry.objects.filter(action=Action.PERSONAL_DATA_SHOWN).count() == 2


def test_the_trend_looks_back_as_far_as_somebody_asks(
    folder: Path, browse: Browse, vera: Person
) -> None:
    for days in (400, 80, 5):
        record_counts({"vip": days}, now=START - timedelta(days=days))

    def shown(query: str) -> list[int]:
        page = browse(vera).get(f"/segments/vip/{query}")
        return [one.members for one in page.context["trend"].counts]

    assert {query: shown(query) for query in ("", "?days=30", "?days=90", "?days=no")} == {
        "": [5, 80, 400],
        "?days=30": [5],
        "?days=90": [5, 80],
        "?days=no": [5, 80, 400],
    }


def test_a_long_time_frame_is_thinned_and_keeps_the_newest(folder: Path) -> None:
    for number in range(2 * MOST_POINTS + 1):
        record_counts({"vip": number}, now=START + timedelta(hours=number))

    found = [one.members for one in trend(_named("vip"), since=START)]

    assert (len(found) <= MOST_POINTS, found[-1]) == (True, 2 * MOST_POINTS)
    assert found == sorted(found)


def _segments_of(made: Export) -> list[tuple[str, str]]:
    return list(made.segments.values_list("segment__name", "tag"))


def test_a_segment_is_added_to_exports_and_taken_out_of_others_and_nothing_runs(
    folder: Path, browse: Browse, alice: Person, bob: Person
) -> None:
    shared = connection(alice)
    first = export(alice, shared, name="First")
    second = export(alice, shared, name="Second", audience_id="b1b2c3d4e5")
    client = browse(bob)

    added = client.post("/segments/paris/exports/", {"in": [first.pk, second.pk]}, follow=True)
    both = [_segments_of(one) for one in (first, second)]
    seen = {"seen": [first.pk, second.pk], "in": [second.pk]}
    client.post("/segments/paris/exports/", seen)

    assert "Saving runs none of them." in text_of(added)
    assert both == [[("vip", "VIP"), ("paris", "Paris")]] * 2
    assert [_segments_of(one) for one in (first, second)] == [
        [("vip", "VIP")],
        [("vip", "VIP"), ("paris", "Paris")],
    ]
    assert Entry.objects.filter(action=Action.EXPORT_EDITED, actor_name=bob.name).count() == 3


def test_what_would_not_be_sound_is_refused_for_all_of_them(
    folder: Path, browse: Browse, alice: Person
) -> None:
    shared = connection(alice)
    only = export(alice, shared, name="Only")
    other = export(alice, shared, name="Other", audience_id="b1b2c3d4e5")

    answer = browse(alice).post("/segments/vip/exports/", {"seen": [only.pk, other.pk]})

    assert answer.status_code == 422
    assert [_segments_of(one) for one in (only, other)] == [[("vip", "VIP")]] * 2


def test_an_export_that_may_not_be_changed_here_says_why(
    folder: Path, browse: Browse, alice: Person, bob: Person
) -> None:
    hidden = connection(alice, is_shared=False)
    board = export(alice, hidden, name="Board")
    attested = export(
        alice,
        connection(alice, name="Second", account_id="acc2"),
        name="Attested",
        consent_attribute="",
        attestation="They asked for it.",
    )

    page = browse(bob).get("/segments/paris/exports/")
    forged = browse(bob).post("/segments/paris/exports/", {"in": [board.pk, attested.pk]})

    text = text_of(page)
    assert "You may not edit it." in text
    assert "Its consent is attested for the people that it has" in text
    assert forged.status_code == 302
    assert [_segments_of(one) for one in (board, attested)] == [[("vip", "VIP")]] * 2
