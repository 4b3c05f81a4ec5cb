"""Pages of lists and static segments: paste or upload, each mistake with its line, who is known, and who may do so."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from segue.control.audit.models import Action, Entry
from segue.control.people.models import Person
from segue.control.segments.list_contents import addresses_of
from segue.control.segments.models import Segment, SegmentKind
from segue.control.segments.operations import adopt
from segue.service.lists import add_list
from tests.cast import CONTACTS
from tests.control.stage import data_folder, declared, read
from tests.fakes.clocks import START
from tests.web.reading import text_of

Browse = Callable[[Person | None], Client]
NADIA, OMAR = CONTACTS[0].email, CONTACTS[1].email


@pytest.fixture
def folder(db: None, tmp_path: Path, settings: Any) -> Path:
    """Return the folder of an installation that has read six people."""
    settings.SEGUE_HOME = tmp_path / "home"
    declared(data_folder(tmp_path))
    read(tmp_path)
    return tmp_path


def test_pasted_addresses_become_a_counted_list(folder: Path, browse: Browse, bob: Person) -> None:
    sent = {"label": "Fair", "addresses": f"{NADIA.upper()}\r\n{OMAR}\r\n{NADIA}\r\nx@shop.example"}

    page = browse(bob).post("/segments/new-list/", sent, follow=True)

    made = Segment.objects.get(name="fair")
    assert (made.kind, made.members, made.contents.count) == (SegmentKind.LIST, 2, 3)
    text = text_of(page)
    assert "The list “Fair” is saved. 3 addresses read. 1 was there twice." in text
    assert "Type list · 3 addresses" in text
    assert "They are on the list" in text


def test_a_file_is_taken_and_each_mistake_keeps_its_line(
    folder: Path, browse: Browse, bob: Person
) -> None:
    content = f"email;name\n{NADIA};N\nnobody;X\n".encode()

    def sent(**more: str) -> dict[str, Any]:
        return {"label": "Fair", "file": SimpleUploadedFile("a.csv", content), **more}

    refused = browse(bob).post("/segments/new-list/", sent())
    before = Segment.objects.filter(name="fair").exists()
    taken = browse(bob).post("/segments/new-list/", sent(leave_out="on"), follow=True)

    assert (refused.status_code, before) == (422, False)
    assert "1 line holds no address. Correct it, or leave it out." in text_of(refused)
    assert "3 The address has no sign @." in text_of(refused)
    assert "1 address read. 1 line was left out." in text_of(taken)
    assert addresses_of(Segment.objects.get(name="fair")) == [NADIA]


@pytest.mark.parametrize(
    ("sent", "told"),
    [
        ({"label": "", "addresses": NADIA}, "This field is required."),
        ({"label": "VIP", "addresses": NADIA}, "Another segment has this name."),
        ({"label": "Fair", "addresses": " \n"}, "Write at least one address."),
        (
            {"label": "Fair", "file": SimpleUploadedFile("a.csv", b"\xff\xfe\x00")},
            "The file is no text in UTF-8.",
        ),
        (
            {
                "label": "Fair",
                "addresses": NADIA,
                "file": SimpleUploadedFile("a.csv", b"a@b.example"),
            },
            "Addresses stand in the field above, too.",
        ),
    ],
)
def test_what_is_no_list_says_why(
    folder: Path, browse: Browse, bob: Person, sent: dict[str, Any], told: str
) -> None:
    page = browse(bob).post("/segments/new-list/", sent)

    assert (page.status_code, told in text_of(page)) == (422, True)
    assert Segment.objects.count() == 2


def test_one_is_put_on_and_taken_off_and_who_has_no_profile_is_shown(
    folder: Path, browse: Browse, bob: Person
) -> None:
    made = add_list(label="Fair", addresses=[NADIA, "x@shop.example"], actor=bob, now=START)
    bob.language = "fr"
    bob.save()
    client, address = browse(bob), f"/segments/{made.name}/addresses/"

    seen = text_of(client.get(address))
    client.post(address, {"do": "add", "addresses": OMAR})
    client.post(address, {"do": "take", "addresses": f" {NADIA.upper()} "})

    assert f"Avec un profil 1 adresse {NADIA}" in seen
    assert "Sans profil ni consentement attesté : non exportées 1 adresse x@shop.example" in seen
    assert addresses_of(made) == ["x@shop.example", OMAR]
    assert Entry.objects.filter(action=Action.PERSONAL_DATA_SHOWN, subject_name="Fair").exists()


def test_a_static_segment_says_so_and_is_counted_by_hand(
    folder: Path, browse: Browse, alice: Person, vera: Person
) -> None:
    adopt(segment=Segment.objects.get(name="vip"), actor=alice, now=START)
    client = browse(alice)

    kept = client.post("/segments/vip/kind/", {"kind": "static"}, follow=True)
    seen = text_of(browse(vera).get("/segments/vip/"))
    freed = client.post("/segments/vip/kind/", {"kind": "dynamic"}, follow=True)

    assert "“VIP” keeps its members until it is counted anew by hand." in text_of(kept)
    assert "Type static · members kept since" in seen
    assert "City is “Lyon”" in seen
    assert "is dynamic again" in text_of(freed)
    assert Segment.objects.get(name="vip").kind == SegmentKind.DYNAMIC


def test_why_members_cannot_be_kept_is_told(
    db: None, tmp_path: Path, settings: Any, browse: Browse, alice: Person
) -> None:
    settings.SEGUE_HOME = tmp_path / "home"
    declared(data_folder(tmp_path))
    adopt(segment=Segment.objects.get(name="vip"), actor=alice, now=START)

    page = browse(alice).post("/segments/vip/kind/", {"kind": "static"}, follow=True)

    assert "No data has been read yet." in text_of(page)
    assert Segment.objects.get(name="vip").kind == SegmentKind.DYNAMIC


def test_how_people_consented_is_asked_and_told_wherever_the_list_is_counted(
    folder: Path, browse: Browse, bob: Person
) -> None:
    client = browse(bob)
    sent = {"label": "Fair", "addresses": f"{NADIA}\na@fair.example", "consented": "attested"}

    refused = client.post("/segments/new-list/", sent)
    page = client.post(
        "/segments/new-list/", {**sent, "statement": "ticked the box at the stand"}, follow=True
    )
    client.post("/segments/fair/addresses/", {"do": "add", "addresses": "b@fair.example"})

    sizes = "1 with a profile · 1 of their own · 1 without consent: not exported"
    assert (refused.status_code, "Say how these people consented." in text_of(refused)) == (
        422,
        True,
    )
    assert "1 with a profile · 1 of their own · 0 without consent: not exported" in text_of(page)
    for address in ("/segments/", "/segments/fair/"):
        assert sizes in text_of(client.get(address))
    seen = text_of(client.get("/segments/fair/addresses/"))
    assert "Without a profile, consent attested: exported 1 address a@fair.example" in seen
    assert "not exported 1 address b@fair.example" in seen
    assert "ticked the box at the stand Bob" in seen


def test_the_file_of_all_members_has_those_without_a_profile(
    folder: Path, browse: Browse, bob: Person
) -> None:
    some = [NADIA, "a@fair.example"]
    add_list(label="Fair", addresses=some, statement="asked", actor=bob, now=START)

    table = text_of(browse(bob).get("/segments/fair/members/"))
    file = browse(bob).post("/segments/fair/members/", {"as": "all", "columns": ["city", "email"]})

    lines = b"".join(file).decode("utf-8-sig").splitlines()
    assert "1 member has no profile and is not in this table." in table
    assert lines[1:] == [f"1,{NADIA},Lyon", ",a@fair.example,"]


def test_nobody_is_attested_for_who_is_taken_off(folder: Path, browse: Browse, bob: Person) -> None:
    made = add_list(label="Fair", addresses=[NADIA], actor=bob, now=START)

    browse(bob).post(
        f"/segments/{made.name}/addresses/",
        {"do": "take", "addresses": NADIA, "consented": "attested", "statement": "asked"},
    )

    assert not Entry.objects.filter(action=Action.LIST_ATTESTED).exists()


def test_a_comparison_says_whom_it_leaves_out(folder: Path, browse: Browse, bob: Person) -> None:
    some = [NADIA, "a@fair.example"]
    add_list(label="Fair", addresses=some, statement="asked", actor=bob, now=START)

    seen = text_of(browse(bob).get("/segments/overlap-of-two/?first=fair&second=vip"))

    assert "Compared are profiles: 1 person on a list who has none is not among them." in seen
