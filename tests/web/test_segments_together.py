"""Several segments at once, from the command bar of their list; and what one is called, in both languages."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from segue.control.people.models import Person
from segue.control.segments.models import Segment
from segue.control.segments.operations import adopt
from segue.service.configured import workspace
from tests.control.stage import DEFINITION, connection, data_folder, declared, export
from tests.fakes.clocks import START
from tests.web.reading import text_of

Browse = Callable[[Person | None], Client]
TAGGED = DEFINITION.replace("label: VIP\n", "label: VIP\n    tags: [Events, “A&B”]\n")
PICKS = {"pick": ["vip", "newcomers"]}


@pytest.fixture
def folder(db: None, tmp_path: Path, settings: Any) -> Path:
    """Return the data folder of an installation whose definition counts."""
    settings.SEGUE_HOME = tmp_path / "home"
    declared(data_folder(tmp_path), text=TAGGED)
    return tmp_path


def _active() -> dict[str, bool]:
    return dict(Segment.objects.values_list("name", "is_active"))


def test_the_list_shows_tags_and_is_filtered_by_one(
    folder: Path, browse: Browse, vera: Person
) -> None:
    client = browse(vera)
    every, one = client.get("/segments/"), client.get("/segments/?tag=“a%26B”")

    assert "VIP Events “A&B”" in text_of(every)
    assert 'href="?tag=%E2%80%9CA%26B%E2%80%9D"' in every.text
    assert [row.name for row in one.context["page"]] == ["vip"]
    assert "Tag: “a&B” Show all segments" in text_of(one)


def test_exports_that_stop_are_seen_before_several_are_deactivated(
    folder: Path, browse: Browse, alice: Person, bob: Person
) -> None:
    made = export(alice, connection(alice), name="Weekly letter")
    client = browse(bob)

    asked = client.post("/segments/chosen-deactivate/", PICKS)
    late = client.post("/segments/chosen-deactivate/", {**PICKS, "confirmed": "1"})
    before = _active()
    done = client.post(
        "/segments/chosen-deactivate/", {**PICKS, "confirmed": "1", "seen": [made.pk]}
    )

    assert "Newcomers VIP Events, “A&B”" in text_of(asked)
    assert "do not run while they are inactive: Weekly letter" in text_of(asked)
    assert (late.status_code, "Nothing was done" in text_of(late)) == (409, True)
    assert before == {"vip": True, "newcomers": True}
    assert (done.status_code, _active()) == (302, {"vip": False, "newcomers": False})
    client.post("/segments/chosen-activate/", PICKS)
    assert _active() == {"vip": True, "newcomers": True}


def test_several_are_counted_anew_and_the_reason_is_told_where_they_cannot_be(
    folder: Path, browse: Browse, bob: Person
) -> None:
    client = browse(bob)
    unread = client.post("/segments/chosen-refresh/", PICKS, follow=True)
    workspace().refresh()

    read = client.post("/segments/chosen-refresh/", PICKS, follow=True)

    assert "No data has been read yet." in text_of(unread)
    assert "Counted anew: “Newcomers”, “VIP”." in text_of(read)
    assert dict(Segment.objects.values_list("name", "members")) == {"vip": 6, "newcomers": 0}


def test_too_many_mistakes_of_tags_are_told_beside_the_field(
    folder: Path, browse: Browse, alice: Person
) -> None:
    adopt(segment=Segment.objects.get(name="vip"), actor=alice, now=START)
    many = ",".join(f"t{number}" for number in range(21))
    sent = {"pick": ["vip"], "confirmed": "1", "add": many}

    answer = browse(alice).post("/segments/chosen-tag/", sent)
    nothing = browse(alice).post("/segments/chosen-tag/", {**sent, "add": ""})

    assert (answer.status_code, nothing.status_code) == (422, 422)
    assert answer.context["form"].errors["add"] == [
        "A segment has at most 20 tags. Leave some out, or shorten them."
    ]
    assert "Write at least one tag" in text_of(nothing)


def test_what_is_used_is_not_removed_with_others(
    folder: Path, browse: Browse, alice: Person
) -> None:
    for name in PICKS["pick"]:
        adopt(segment=Segment.objects.get(name=name), actor=alice, now=START)
    export(alice, connection(alice), name="Weekly letter")

    asked = browse(alice).post("/segments/chosen-remove/", PICKS)
    sent = browse(alice).post("/segments/chosen-remove/", {**PICKS, "confirmed": "1"}, follow=True)

    assert "nothing can be removed: Weekly letter" in text_of(asked)
    assert "“VIP” is used by: Weekly letter." in text_of(sent)
    assert Segment.objects.filter(removed_at=None).count() == 2


def test_nothing_ticked_and_what_is_not_there(folder: Path, browse: Browse, bob: Person) -> None:
    client = browse(bob)

    none = client.post("/segments/chosen-tag/", {}, follow=True)
    gone = client.post("/segments/chosen-tag/", {"pick": ["gone"]})
    many = client.post("/segments/chosen-tag/", {"pick": [f"s{n}" for n in range(501)]})

    assert "No segment is chosen." in text_of(none)
    assert (gone.status_code, many.status_code) == (404, 422)


def test_a_segment_is_renamed_in_french_and_says_what_stays(
    folder: Path, browse: Browse, alice: Person
) -> None:
    adopt(segment=Segment.objects.get(name="vip"), actor=alice, now=START)
    export(alice, connection(alice), name="Weekly letter")
    alice.language = "fr"
    alice.save()
    client = browse(alice)

    page = client.get("/segments/vip/about/")
    taken = client.post("/segments/vip/about/", {"label": "newcomers"})
    done = client.post(
        "/segments/vip/about/",
        {"label": "Fidèles", "description": "Deux\nlignes", "tags": "été"},
        follow=True,
    )

    assert "quel que soit le nom du segment : Weekly letter (VIP)" in text_of(page)
    assert "Un autre segment porte ce nom. Choisissez un autre nom." in text_of(taken)
    assert "Le segment « Fidèles » est enregistré." in text_of(done)
    assert "Deux<br>lignes" in done.text


def test_what_a_file_owns_says_where_it_is_described(
    folder: Path, browse: Browse, bob: Person
) -> None:
    page = browse(bob).get("/segments/vip/about/")

    assert "these are changed there, or here once it is adopted" in text_of(page)
    assert 'href="/segments/vip/about/"' not in browse(bob).get("/segments/vip/").text
