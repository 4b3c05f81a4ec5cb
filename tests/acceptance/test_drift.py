"""What others change at Mailchimp is found by the next run, told by its plan, and repaired; the run after finds nothing."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from segue.core.emails import subscriber_hash
from segue.service.adapters import SystemClock
from segue.sync.export import FieldMatch, MergeType, SegmentTag
from segue.sync.kinds import Kind, Skip
from segue.sync.plan import Drift, DriftKind
from tests.acceptance import by_hand
from tests.acceptance.world import (
    LIST,
    audience,
    changes,
    other_export,
    person,
    second_run_is_empty,
    tags,
)
from tests.fakes.laboratory import Laboratory, export, laboratory

CITY = FieldMatch(tag="CITY", attribute="town", type=MergeType.TEXT, create=True)
BOTH = (FieldMatch(tag="FNAME", attribute="first_name"), CITY)


def values(lab: Laboratory, tag: str) -> dict[str, object]:
    """Return what a merge field holds by the part of the address before the sign @."""
    found = lab.sandbox.members(LIST)
    return {m.email.partition("@")[0]: m.merge_fields.get(tag, "") for m in found}


def test_a_tag_taken_off_a_person_is_given_back(tmp_path: Path) -> None:
    with laboratory(tmp_path, person(1, "Nadia"), person(2, "Pia")) as lab:
        lab.run()
        lab.sandbox.remove_tag(LIST, "pia@shop.example", "Vip")

        report = lab.run()

        assert report.plan.drift == [Drift(kind=DriftKind.TAG_LOST, subject="Vip", people=1)]
        assert changes(report.plan) == {Kind.TAG: 1}
        assert tags(lab, "pia") == {"Vip"}
        second_run_is_empty(lab)


def test_a_tag_taken_off_before_the_last_reading_shows_in_its_count(tmp_path: Path) -> None:
    with laboratory(tmp_path, person(1, "Nadia"), person(2, "Pia")) as lab:
        lab.run()
        second_run_is_empty(lab)
        by_hand.take_off_long_ago(lab, "pia@shop.example", "Vip")

        report = lab.run()

        assert report.plan.drift == [Drift(kind=DriftKind.TAG_LOST, subject="Vip", people=1)]
        assert tags(lab, "pia") == {"Vip"}
        second_run_is_empty(lab)


@pytest.mark.parametrize("name", ["nadia", "pia"])  # one of them is asked by every spot check
def test_what_only_a_count_tells_is_found_by_plans_and_by_the_run_after_them(
    tmp_path: Path, name: str
) -> None:
    lost = [Drift(kind=DriftKind.TAG_LOST, subject="Vip", people=1)]
    with laboratory(tmp_path, person(1, "Nadia"), person(2, "Pia")) as lab:
        lab.run()
        second_run_is_empty(lab)
        by_hand.take_off_long_ago(lab, f"{name}@shop.example", "Vip")

        planned = [lab.plan().drift, lab.plan().drift]
        report = lab.run()

        assert [*planned, report.plan.drift] == [lost, lost, lost]
        assert tags(lab, name) == {"Vip"}
        second_run_is_empty(lab)


@pytest.mark.parametrize("again", [False, True], ids=["deleted", "made again"])
def test_a_deleted_tag_is_given_back_to_everybody(tmp_path: Path, again: bool) -> None:
    with laboratory(tmp_path, person(1, "Nadia"), person(2, "Pia", local=True)) as lab:
        lab.run()
        by_hand.delete_tag(lab, "Vip")
        if again:
            by_hand.make_tag(lab, "Vip")

        report = lab.run()

        assert report.plan.drift == [Drift(kind=DriftKind.TAG_DELETED, subject="Vip", people=2)]
        assert changes(report.plan) == {Kind.TAG: 2}
        assert (tags(lab, "nadia"), tags(lab, "pia")) == ({"Vip"}, {"Vip", "Local"})
        second_run_is_empty(lab)


def test_whoever_carries_a_tag_that_was_made_again_has_it_from_somebody_else(
    tmp_path: Path,
) -> None:
    with laboratory(tmp_path, person(1, "Nadia"), person(2, "Pia")) as lab:
        lab.run()
        by_hand.delete_tag(lab, "Vip")
        by_hand.make_tag(lab, "Vip", "nadia@shop.example")
        lab.run()
        lab.people = [person(1, "Nadia", vip=False), person(2, "Pia", vip=False)]

        lab.approve()

        assert tags(lab, "nadia") == {"Vip"}
        assert tags(lab, "pia") == set()
        second_run_is_empty(lab)


def test_a_renamed_tag_is_made_anew_and_the_renamed_one_stays(tmp_path: Path) -> None:
    with laboratory(tmp_path, person(1, "Nadia"), person(2, "Pia")) as lab:
        lab.run()
        by_hand.rename_tag(lab, "Vip", "Gold")

        report = lab.run()

        assert report.plan.drift == [Drift(kind=DriftKind.TAG_RENAMED, subject="Vip", people=2)]
        assert tags(lab, "nadia") == {"Vip", "Gold"}
        second_run_is_empty(lab)


@pytest.mark.parametrize("create", [True, False], ids=["by the run", "by hand"])
def test_a_merge_field_that_was_deleted_and_made_again_gets_its_values(
    tmp_path: Path, create: bool
) -> None:
    fields = export(fields=BOTH)
    people = [person(1, "Nadia", town="Lyon"), person(2, "Pia", town="Nice"), person(3, "Omar")]
    with laboratory(tmp_path, *people) as lab:
        lab.run(fields)
        second_run_is_empty(lab, fields)
        by_hand.delete_merge_field(lab, "CITY")
        if not create:
            by_hand.make_merge_field(lab, "CITY")

        report = lab.run(fields)

        assert changes(report.plan) == {Kind.UPDATE: 2}
        assert report.plan.drift == [Drift(kind=DriftKind.FIELD_NEW, subject="CITY", people=2)]
        assert values(lab, "CITY") == {"nadia": "Lyon", "pia": "Nice", "omar": ""}
        assert not report.plan.needs_approval
        second_run_is_empty(lab, fields)
        second_run_is_empty(lab, fields)


def test_a_value_that_was_changed_by_hand_is_sent_again(tmp_path: Path) -> None:
    with laboratory(tmp_path, person(1, "Nadia"), person(2, "Pia")) as lab:
        lab.run()
        lab.sandbox.set_merge_field(LIST, "pia@shop.example", tag="FNAME", value="Wrong")

        report = lab.run()

        assert report.plan.drift == [Drift(kind=DriftKind.FIELDS_DIFFER, people=1)]
        assert changes(report.plan) == {Kind.UPDATE: 1}
        assert values(lab, "FNAME") == {"nadia": "Nadia", "pia": "Pia"}
        second_run_is_empty(lab)


def test_who_was_erased_and_signed_up_again_gets_fields_and_tags(tmp_path: Path) -> None:
    with laboratory(tmp_path, person(1, "Nadia"), person(2, "Pia")) as lab:
        lab.run()
        lab.sandbox.erase(LIST, "pia@shop.example")
        lab.sandbox.resubscribe_by_form(LIST, "pia@shop.example")

        lab.run()

        assert tags(lab, "pia") == {"Vip"}
        assert values(lab, "FNAME")["pia"] == "Pia"
        second_run_is_empty(lab)


def test_who_is_gone_is_told_and_comes_back_by_the_form(tmp_path: Path) -> None:
    with laboratory(tmp_path, person(1, "Nadia"), person(2, "Pia")) as lab:
        lab.run()
        lab.sandbox.erase(LIST, "pia@shop.example")
        report = second_run_is_empty(lab)
        assert report.plan.skips == {Skip.GONE: 1}
        assert report.plan.drift == [Drift(kind=DriftKind.GONE, people=1)]
        assert second_run_is_empty(lab).plan.drift == report.plan.drift

        lab.sandbox.resubscribe_by_form(LIST, "pia@shop.example")
        lab.run()

        assert tags(lab, "pia") == {"Vip"}
        second_run_is_empty(lab)


def test_who_changed_the_address_at_mailchimp_is_not_doubled(tmp_path: Path) -> None:
    with laboratory(tmp_path, person(1, "Nadia")) as lab:
        lab.run()
        path = f"/members/{subscriber_hash('nadia@shop.example')}"
        by_hand.by_hand(lab, "PATCH", path, {"email_address": "n@home.example"})
        lab.people = [person(1, "Nadia", first_name="Nadja")]

        report = lab.run()

        assert report.plan.skips == {Skip.GONE: 1}
        assert set(audience(lab)) == {"n"}
        second_run_is_empty(lab)


def test_a_leaver_who_is_gone_costs_no_call(tmp_path: Path) -> None:
    with laboratory(tmp_path, person(1, "Nadia"), person(2, "Pia")) as lab:
        lab.run()
        lab.sandbox.erase(LIST, "pia@shop.example")
        lab.people = [person(1, "Nadia")]

        report = lab.run()

        assert changes(report.plan) == {Kind.RELEASE: 1}
        second_run_is_empty(lab)


def test_a_tag_given_to_somebody_by_hand_is_theirs(tmp_path: Path) -> None:
    with laboratory(tmp_path, person(1, "Nadia"), person(2, "Pia", vip=False)) as lab:
        lab.sandbox.add_contact(LIST, "pia@shop.example")
        lab.run()
        lab.sandbox.add_tag(LIST, "pia@shop.example", "Vip")
        second_run_is_empty(lab)
        lab.people[1] = person(2, "Pia")
        lab.run()
        lab.people[1] = person(2, "Pia", vip=False)

        lab.approve()

        assert tags(lab, "pia") == {"Vip"}
        second_run_is_empty(lab)


def test_two_exports_of_one_audience_repair_a_shared_tag_each_for_its_own(tmp_path: Path) -> None:
    people = [person(1, "Nadia"), person(2, "Omar", vip=False, local=True)]
    with laboratory(tmp_path, *people) as lab:
        lab.run()
        lab.run(other_export())
        by_hand.delete_tag(lab, "Vip")

        lab.run()
        lab.run(other_export())

        assert tags(lab, "nadia") == {"Vip"}
        assert tags(lab, "omar") == {"Local", "Vip"}
        second_run_is_empty(lab)
        second_run_is_empty(lab, other_export())


def test_a_held_plan_forgets_nothing_that_was_found(tmp_path: Path) -> None:
    people = [person(n, f"P{n}") for n in range(1, 31)]
    with laboratory(tmp_path, *people) as lab:
        lab.run()
        lab.sandbox.remove_tag(LIST, "p1@shop.example", "Vip")
        lab.people = people[:10]
        held = lab.run()
        assert held.plan.needs_approval
        assert [drift.kind for drift in held.plan.drift] == [DriftKind.TAG_LOST]

        lab.approve()

        assert tags(lab, "p1") == {"Vip"}
        second_run_is_empty(lab)


def test_a_form_in_which_mailchimp_keeps_a_value_is_no_change(tmp_path: Path) -> None:
    with laboratory(
        tmp_path, person(1, "Nadia", first_name="Nadia  B"), clock=SystemClock()
    ) as lab:
        lab.run()
        lab.sandbox.set_merge_field(LIST, "nadia@shop.example", tag="FNAME", value="Nadia B")
        lab.around = lambda destination: Folding(destination, lab)

        lab.run()

        second_run_is_empty(lab)
        second_run_is_empty(lab)


class Folding:
    """A service that keeps two blanks as one, as soon as it was written to."""

    def __init__(self, destination: object, lab: Laboratory) -> None:
        self._destination = destination
        self._lab = lab

    def __getattr__(self, name: str) -> object:
        return getattr(self._destination, name)

    async def upsert(self, *arguments: object, **named: object) -> object:
        reply = await self._destination.upsert(*arguments, **named)  # type: ignore[attr-defined]
        self._lab.sandbox.set_merge_field(LIST, "nadia@shop.example", tag="FNAME", value="Nadia B")
        return reply


def test_two_exports_take_up_again_who_signed_up_again_and_each_may_still_leave(
    tmp_path: Path,
) -> None:
    people = [person(1, "Nadia"), person(2, "Pia", local=True)]
    here = (SegmentTag(segment="local", tag="Here"),)
    other = export(name="magazine", fields=(CITY,), segments=here)
    with laboratory(tmp_path, *people) as lab:
        lab.people = [replace(one, town="Lyon") for one in lab.people]
        lab.run()
        lab.run(other)
        lab.sandbox.erase(LIST, "pia@shop.example")
        lab.sandbox.resubscribe_by_form(LIST, "pia@shop.example")

        lab.run()
        lab.run(other)

        assert tags(lab, "pia") == {"Vip", "Local", "Here"}
        assert (values(lab, "FNAME")["pia"], values(lab, "CITY")["pia"]) == ("Pia", "Lyon")
        lab.people = [replace(one, local=False) for one in lab.people]
        lab.approve()
        lab.approve(other)
        assert tags(lab, "pia") == {"Vip"}
        second_run_is_empty(lab)
        second_run_is_empty(lab, other)


def test_who_changed_the_address_at_mailchimp_and_in_the_source_is_taken_up(tmp_path: Path) -> None:
    with laboratory(tmp_path, person(1, "Nadia")) as lab:
        lab.run()
        path = f"/members/{subscriber_hash('nadia@shop.example')}"
        by_hand.by_hand(lab, "PATCH", path, {"email_address": "n@home.example"})
        second_run_is_empty(lab)
        lab.people = [person(1, "Nadia", first_name="Nadja", email="n@home.example")]

        lab.run()

        assert audience(lab) == {"n": ("subscribed", {"Vip"})}
        assert values(lab, "FNAME") == {"n": "Nadja"}
        second_run_is_empty(lab)
