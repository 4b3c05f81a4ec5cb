"""A full comparison finds every kind of change at once, the repair mends them, and the next comparison finds nothing."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from segue.core.emails import subscriber_hash
from segue.sync.export import Blanks, FieldMatch, MergeType
from segue.sync.kinds import Kind, Skip
from segue.sync.plan import Drift, DriftKind
from tests.acceptance import by_hand
from tests.acceptance.by_hand import take_off_long_ago, value_long_ago
from tests.acceptance.world import (
    LIST,
    audience,
    changes,
    crowd,
    other_export,
    person,
    second_run_is_empty,
    status,
    tags,
)
from tests.fakes.laboratory import Laboratory, Someone, export, laboratory

FIELDS = (
    FieldMatch(tag="FNAME", attribute="first_name"),
    FieldMatch(tag="CITY", attribute="town", type=MergeType.TEXT, create=True),
    FieldMatch(tag="TOWN", attribute="town", type=MergeType.TEXT, create=True),
)


def cast() -> list[Someone]:
    names = ("Nadia", "Omar", "Pia", "Quentin", "Rosa", "Emile", "Zoe", "Yves")
    return [person(n, name, town="Lyon", local=n % 2 == 0) for n, name in enumerate(names, start=1)]


def everything_changes(lab: Laboratory) -> None:
    """Change by hand what can be changed: fields, tags, contacts."""
    by_hand.delete_merge_field(lab, "CITY")
    by_hand.delete_merge_field(lab, "TOWN")
    by_hand.make_merge_field(lab, "TOWN")
    by_hand.delete_tag(lab, "Local")
    take_off_long_ago(lab, "nadia@shop.example", "Vip")
    value_long_ago(lab, "pia@shop.example", "FNAME", "Wrong")
    lab.sandbox.erase(LIST, "omar@shop.example")
    lab.sandbox.archive(LIST, "quentin@shop.example")
    path = f"/members/{subscriber_hash('rosa@shop.example')}"
    by_hand.by_hand(lab, "PATCH", path, {"email_address": "rosa@home.example"})
    lab.sandbox.erase(LIST, "emile@shop.example")
    lab.sandbox.resubscribe_by_form(LIST, "emile@shop.example")
    lab.sandbox.contact_unsubscribes(LIST, "zoe@shop.example")
    lab.sandbox.add_tag(LIST, "yves@shop.example", "Theirs")


def test_every_kind_of_change_is_found_repaired_and_gone(tmp_path: Path) -> None:
    exported = export(fields=FIELDS)
    with laboratory(tmp_path, *cast()) as lab:
        lab.run(exported)
        second_run_is_empty(lab, exported)
        everything_changes(lab)
        lab.whole = True

        found = lab.plan(exported).drift
        lab.approve(exported)
        again = lab.plan(exported)

        assert {(one.kind, one.subject, one.people) for one in found} == {
            (DriftKind.TAG_DELETED, "Local", 2),
            (DriftKind.TAG_LOST, "Vip", 2),
            (DriftKind.FIELD_NEW, "CITY", 4),
            (DriftKind.FIELD_NEW, "TOWN", 4),
            (DriftKind.FIELDS_DIFFER, "", 2),
            (DriftKind.GONE, "", 2),
        }
        assert (changes(again), again.drift) == ({}, [Drift(kind=DriftKind.GONE, people=2)])
        lab.whole = False
        second_run_is_empty(lab, exported)
        assert audience(lab) == {
            "nadia": ("subscribed", {"Vip"}),
            "pia": ("subscribed", {"Vip"}),
            "quentin": ("archived", {"Vip"}),
            "rosa": ("subscribed", {"Vip"}),
            "emile": ("subscribed", {"Vip", "Local"}),
            "zoe": ("unsubscribed", {"Vip"}),
            "yves": ("subscribed", {"Vip", "Local", "Theirs"}),
        }
        for name in ("nadia", "pia", "emile", "yves"):
            member = lab.sandbox.member(LIST, f"{name}@shop.example")
            assert member is not None
            held = (
                member.merge_fields["FNAME"],
                member.merge_fields["CITY"],
                member.merge_fields["TOWN"],
            )
            assert held == (name.title(), "Lyon", "Lyon")


def test_a_plain_run_does_not_see_what_was_changed_long_ago(tmp_path: Path) -> None:
    with laboratory(tmp_path, person(1, "Nadia"), person(2, "Pia")) as lab:
        lab.run()
        # Runs look at one contact, the first by hash: this one is the other.
        other = max(("nadia@shop.example", "pia@shop.example"), key=subscriber_hash)
        value_long_ago(lab, other, "FNAME", "Wrong")

        assert second_run_is_empty(lab).plan.drift == []
        lab.whole = True
        report = lab.run()

        assert report.plan.drift == [Drift(kind=DriftKind.FIELDS_DIFFER, people=1)]
        assert changes(report.plan) == {Kind.UPDATE: 1}
        assert second_run_is_empty(lab).plan.drift == []


ADDRESS = (("addr1", "street"), ("city", "town"), ("state", "region"), ("zip", "zip"))
TYPED: dict[str, tuple[FieldMatch, Someone, object]] = {
    "number": (
        FieldMatch(tag="SPENT", attribute="spent", type=MergeType.NUMBER),
        person(1, "Nadia", spent=Decimal("15.50")),
        7,
    ),
    "whole number": (
        FieldMatch(tag="SPENT", attribute="spent", type=MergeType.NUMBER),
        person(1, "Nadia", spent=Decimal("1200.00")),
        7.5,
    ),
    "date": (
        FieldMatch(tag="JOINED", attribute="joined", type=MergeType.DATE),
        person(1, "Nadia", joined=date(2024, 2, 29)),
        "2024-03-01",
    ),
    "birthday": (
        FieldMatch(tag="BDAY", attribute="joined", type=MergeType.BIRTHDAY),
        person(1, "Nadia", joined=date(2024, 2, 29)),
        "03/01",
    ),
    "phone": (
        FieldMatch(tag="TEL", attribute="phone", type=MergeType.PHONE),
        person(1, "Nadia", phone="+33 1 23 45 67 89"),
        "+33 9 99 99 99 99",
    ),
    "address": (
        FieldMatch(tag="HOME", attribute="", type=MergeType.ADDRESS, parts=ADDRESS),
        person(1, "Nadia", street="1 rue A", town="Lyon", region="Rhône", zip="69001"),
        {"addr1": "2 rue B", "city": "Lyon", "state": "Rhône", "zip": "69001"},
    ),
    "accents": (
        FieldMatch(tag="FNAME", attribute="first_name"),
        person(1, "Nadia", first_name='Émile "Œil" \\ 🌼 ' + "é" * 200),
        "Emile",
    ),
}


@pytest.mark.crossing
@pytest.mark.parametrize("blanks", Blanks)
@pytest.mark.parametrize("kind", TYPED)
def test_values_of_every_type_are_told_from_others(
    tmp_path: Path, kind: str, blanks: Blanks
) -> None:
    match, someone, other = TYPED[kind]
    exported = export(fields=(replace(match, blanks=blanks, create=True),))
    blank = person(2, "Pia", first_name="")
    with laboratory(tmp_path, someone, blank, whole=True) as lab:
        lab.run(exported)
        assert second_run_is_empty(lab, exported).plan.drift == []
        value_long_ago(lab, "nadia@shop.example", match.tag, other)
        value_long_ago(lab, "pia@shop.example", match.tag, other)

        report = lab.run(exported)

        # A blank of ours differs from their value only where blanks clear.
        people = 2 if blanks is Blanks.CLEAR else 1
        assert report.plan.drift == [Drift(kind=DriftKind.FIELDS_DIFFER, people=people)]
        assert changes(report.plan) == {Kind.UPDATE: people}
        assert second_run_is_empty(lab, exported).plan.drift == []


@pytest.mark.parametrize("kind", [kind for kind in TYPED if kind != "accents"])
def test_a_field_of_every_type_that_the_run_makes_anew_is_filled(tmp_path: Path, kind: str) -> None:
    match, someone, _ = TYPED[kind]
    exported = export(fields=(replace(match, create=True),))
    with laboratory(tmp_path, someone, person(2, "Pia", first_name="")) as lab:
        lab.run(exported)
        before = lab.sandbox.member(LIST, "nadia@shop.example")
        by_hand.delete_merge_field(lab, match.tag)

        report = lab.run(exported)

        after = lab.sandbox.member(LIST, "nadia@shop.example")
        assert before is not None
        assert after is not None
        assert report.plan.drift == [Drift(kind=DriftKind.FIELD_NEW, subject=match.tag, people=1)]
        assert after.merge_fields[match.tag] == before.merge_fields[match.tag] != ""
        assert second_run_is_empty(lab, exported).plan.drift == []


def many_tags(lab: Laboratory) -> None:
    for number in range(60):
        lab.sandbox.add_tag(LIST, "pia@shop.example", f"A{number:02}")


def test_a_contact_with_more_tags_than_are_told_loses_and_gets_ours(tmp_path: Path) -> None:
    with laboratory(tmp_path, person(1, "Nadia"), person(2, "Pia"), whole=True) as lab:
        lab.run()
        many_tags(lab)
        assert second_run_is_empty(lab).plan.drift == []
        take_off_long_ago(lab, "pia@shop.example", "Vip")

        report = lab.run()

        assert report.plan.drift == [Drift(kind=DriftKind.TAG_LOST, subject="Vip", people=1)]
        assert len(tags(lab, "pia")) == 61
        assert second_run_is_empty(lab).plan.drift == []


def test_an_export_without_fields_compares_tags_alone(tmp_path: Path) -> None:
    plain = export(fields=())
    with laboratory(tmp_path, person(1, "Nadia"), person(2, "Pia"), whole=True) as lab:
        lab.run(plain)
        take_off_long_ago(lab, "pia@shop.example", "Vip")
        value_long_ago(lab, "pia@shop.example", "FNAME", "Theirs")

        report = lab.run(plain)

        assert report.plan.drift == [Drift(kind=DriftKind.TAG_LOST, subject="Vip", people=1)]
        assert second_run_is_empty(lab, plain).plan.drift == []


def test_two_exports_of_one_audience_compare_each_its_own(tmp_path: Path) -> None:
    people = [person(1, "Nadia"), person(2, "Omar", vip=False, local=True)]
    other = other_export(fields=())
    with laboratory(tmp_path, *people, whole=True) as lab:
        lab.run()
        lab.run(other)
        assert (lab.plan().drift, lab.plan(other).drift) == ([], [])
        by_hand.delete_merge_field(lab, "FNAME")
        by_hand.make_merge_field(lab, "FNAME")
        take_off_long_ago(lab, "omar@shop.example", "Vip")

        assert lab.plan().drift == [Drift(kind=DriftKind.FIELD_NEW, subject="FNAME", people=2)]
        assert lab.run(other).plan.drift == [
            Drift(kind=DriftKind.TAG_LOST, subject="Vip", people=1)
        ]
        lab.run()

        assert second_run_is_empty(lab).plan.drift == []
        assert second_run_is_empty(lab, other).plan.drift == []
        assert tags(lab, "omar") == {"Local", "Vip"}


LEAVING: dict[str, Callable[[Laboratory], None]] = {
    "archived": lambda lab: lab.sandbox.archive(LIST, "pia@shop.example"),
    "unsubscribed": lambda lab: lab.sandbox.contact_unsubscribes(LIST, "pia@shop.example"),
    "cleaned": lambda lab: lab.sandbox.clean(LIST, "pia@shop.example"),
}


@pytest.mark.parametrize("end", LEAVING)
def test_what_opted_out_people_hold_is_nobodys_to_repair(tmp_path: Path, end: str) -> None:
    with laboratory(tmp_path, person(1, "Nadia"), person(2, "Pia"), whole=True) as lab:
        lab.run()
        value_long_ago(lab, "pia@shop.example", "FNAME", "Wrong")
        LEAVING[end](lab)

        report = second_run_is_empty(lab)

        assert report.plan.drift == []
        assert list(report.plan.skips) == [Skip[end.upper()]]
        assert status(lab, "pia") == end


def test_pages_of_many_contacts_are_all_looked_at(tmp_path: Path) -> None:
    with laboratory(tmp_path, *crowd(30), whole=True) as lab:
        lab.run()
        lab.around = small_pages
        value_long_ago(lab, "p0030@shop.example", "FNAME", "Wrong")
        take_off_long_ago(lab, "p0001@shop.example", "Vip")

        report = lab.run()

        assert changes(report.plan) == {Kind.UPDATE: 1, Kind.TAG: 1}
        assert second_run_is_empty(lab).plan.drift == []


def small_pages(destination: object) -> object:
    destination.page_size = 7  # type: ignore[attr-defined]
    return destination
