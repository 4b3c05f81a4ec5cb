"""A person whose address changed is moved, not doubled; and who left under the old address is not written under the new one."""

from __future__ import annotations

from pathlib import Path

import pytest

from mailchimp_sandbox.switches import Switches
from segue.sync.export import NewStatus
from segue.sync.kinds import Kind, Skip
from tests.acceptance.world import (
    LIST,
    MEMBER_ROUTE,
    audience,
    batch_fault,
    changes,
    just_before_writing,
    other_export,
    person,
    second_run_is_empty,
    status,
    tags,
)
from tests.fakes.laboratory import Laboratory, export, laboratory
from tests.fixtures.forms import long_but

NEW = "new@shop.example"
BOTH_SETTINGS = pytest.mark.parametrize("honours", [True, False])


def settings(honours: bool) -> dict[str, object]:
    """Return the laboratory's settings for a service that honours status_if_new or takes it for a status."""
    switches = Switches(
        stats_cache_s=0,
        honours_status_if_new_in_batch=honours,
        unhonoured_status_if_new="acts_as_status",
    )
    return {"honours_status_if_new": honours, "switches": switches}


def moved(lab: Laboratory, name: str = "Nadia", **more: object) -> None:
    """Change the address of person 1."""
    lab.people[0] = person(1, name, email=NEW, **more)


@BOTH_SETTINGS
def test_a_changed_address_moves_the_contact(tmp_path: Path, honours: bool) -> None:
    with laboratory(tmp_path, person(1, "Nadia"), **settings(honours)) as lab:
        lab.run()
        lab.sandbox.add_tag(LIST, "nadia@shop.example", "Colleague")
        before = lab.sandbox.members(LIST)[0].contact_id
        moved(lab, "Nadja", local=True, vip=False)

        report = lab.approve()

        member = lab.sandbox.members(LIST)[0]
        assert changes(report.plan) == {Kind.MOVE: 1}
        assert (report.outcomes.moved, report.outcomes.rejected) == (1, {})
        assert audience(lab) == {"new": ("subscribed", {"Local", "Colleague"})}
        assert member.merge_fields == {"FNAME": "Nadja"}
        assert member.contact_id == before
        second_run_is_empty(lab)


def test_a_target_that_exists_goes_on_and_the_old_contact_is_archived(tmp_path: Path) -> None:
    with laboratory(tmp_path, person(1, "Nadia")) as lab:
        lab.run()
        lab.sandbox.add_contact(LIST, NEW, tags=["Friend"])
        moved(lab)

        report = lab.run()

        assert report.outcomes.moved == 1
        assert status(lab, "nadia") == "archived"
        assert audience(lab)["new"] == ("subscribed", {"Friend", "Vip"})
        second_run_is_empty(lab)


def test_a_target_that_unsubscribed_stays_so(tmp_path: Path) -> None:
    with laboratory(tmp_path, person(1, "Nadia")) as lab:
        lab.run()
        lab.sandbox.add_contact(LIST, NEW, status="unsubscribed")
        moved(lab)

        report = lab.approve()

        assert report.plan.skips == {Skip.UNSUBSCRIBED: 1}
        assert audience(lab) == {"nadia": ("subscribed", set()), "new": ("unsubscribed", set())}
        second_run_is_empty(lab)


@pytest.mark.crossing
@BOTH_SETTINGS
@pytest.mark.parametrize("leave", ["contact_unsubscribes", "admin_unsubscribes"])
def test_who_unsubscribed_under_the_old_address_is_left_out_under_the_new_one(
    tmp_path: Path, honours: bool, leave: str
) -> None:
    with laboratory(tmp_path, person(1, "Nadia"), **settings(honours)) as lab:
        lab.run()
        getattr(lab.sandbox, leave)(LIST, "nadia@shop.example")
        moved(lab)

        report = second_run_is_empty(lab)
        lab.people[0] = person(1, "Nadia", email="third@shop.example", local=True)
        again = second_run_is_empty(lab)

        assert report.plan.skips == {Skip.UNSUBSCRIBED_BEFORE_MOVE: 1}
        assert again.plan.skips == {Skip.UNSUBSCRIBED_BEFORE_MOVE: 1}
        assert set(audience(lab)) == {"nadia"}


def test_who_had_unsubscribed_before_the_first_run_is_left_out_under_a_new_address_too(
    tmp_path: Path,
) -> None:
    with laboratory(tmp_path, person(1, "Omar")) as lab:
        lab.sandbox.add_contact(LIST, "omar@shop.example", status="unsubscribed")
        lab.run()
        moved(lab, "Omar")

        report = second_run_is_empty(lab)

        assert report.plan.skips == {Skip.UNSUBSCRIBED_BEFORE_MOVE: 1}


def test_who_unsubscribes_just_before_the_move_is_not_written(tmp_path: Path) -> None:
    with laboratory(tmp_path, person(1, "Nadia")) as lab:
        lab.run()
        moved(lab)
        just_before_writing(
            lab, lambda: lab.sandbox.contact_unsubscribes(LIST, "nadia@shop.example")
        )

        report = lab.run()
        lab.around = None

        assert report.outcomes.accepted == 0
        assert set(audience(lab)) == {"nadia"}
        assert second_run_is_empty(lab).plan.skips == {Skip.NOT_SUBSCRIBED: 1}
        lab.clock.slept_s += 2 * 86_400
        assert second_run_is_empty(lab).plan.skips == {Skip.UNSUBSCRIBED_BEFORE_MOVE: 1}


def test_a_bounced_old_address_bars_nobody(tmp_path: Path) -> None:
    with laboratory(tmp_path, person(1, "Nadia")) as lab:
        lab.run()
        lab.sandbox.clean(LIST, "nadia@shop.example")
        moved(lab)

        report = lab.run()

        assert changes(report.plan) == {Kind.ADD: 1}
        assert audience(lab) == {"nadia": ("cleaned", {"Vip"}), "new": ("subscribed", {"Vip"})}
        second_run_is_empty(lab)


def test_who_was_erased_under_the_old_address_is_left_out(tmp_path: Path) -> None:
    with laboratory(tmp_path, person(1, "Nadia")) as lab:
        lab.run()
        lab.sandbox.erase(LIST, "nadia@shop.example")
        moved(lab)

        lab.run()

        assert audience(lab) == {}
        assert second_run_is_empty(lab).plan.skips == {Skip.GONE: 1}
        lab.people[0] = person(1, "Nadia", email="third@shop.example")
        assert second_run_is_empty(lab).plan.skips == {Skip.GONE: 1}


def test_two_people_who_swap_addresses_swap_fields_only(tmp_path: Path) -> None:
    with laboratory(tmp_path, person(1, "Nadia"), person(2, "Pia", vip=False, local=True)) as lab:
        lab.run()
        nadia, pia = lab.people
        lab.people = [
            person(1, "Nadia", email=pia.email),
            person(2, "Pia", email=nadia.email, vip=False, local=True),
        ]

        report = lab.run()

        found = {m.email: (m.merge_fields["FNAME"], set(m.tags)) for m in lab.sandbox.members(LIST)}
        assert changes(report.plan) == {Kind.UPDATE: 2}
        assert found == {nadia.email: ("Pia", {"Local"}), pia.email: ("Nadia", {"Vip"})}
        second_run_is_empty(lab)


def test_who_unsubscribed_is_left_out_after_a_swap_of_addresses(tmp_path: Path) -> None:
    with laboratory(tmp_path, person(1, "Nadia"), person(2, "Omar", vip=False, local=True)) as lab:
        lab.run()
        lab.sandbox.contact_unsubscribes(LIST, "omar@shop.example")
        nadia, omar = lab.people
        lab.people = [
            person(1, "Nadia", email=omar.email),
            person(2, "Omar", email=nadia.email, vip=False, local=True),
        ]

        report = lab.approve()

        found = lab.sandbox.member(LIST, "nadia@shop.example")
        assert report.plan.skips == {Skip.UNSUBSCRIBED: 1, Skip.UNSUBSCRIBED_BEFORE_MOVE: 1}
        assert found is not None
        assert found.merge_fields == {"FNAME": "Nadia"}
        assert "Local" not in found.tags
        assert status(lab, "omar") == "unsubscribed"


def test_who_unsubscribed_is_left_out_when_another_takes_the_address(tmp_path: Path) -> None:
    with laboratory(tmp_path, person(1, "Nadia"), person(2, "Omar")) as lab:
        lab.run()
        lab.sandbox.contact_unsubscribes(LIST, "omar@shop.example")
        lab.people = [person(1, "Nadia", email="omar@shop.example"), person(2, "Omar", email=NEW)]

        report = lab.approve()

        assert status(lab, "new") == "absent"
        assert status(lab, "omar") == "unsubscribed"
        assert report.plan.skips == {Skip.UNSUBSCRIBED: 1, Skip.UNSUBSCRIBED_BEFORE_MOVE: 1}
        second_run_is_empty(lab)


def test_a_chain_of_addresses_loses_nobody(tmp_path: Path) -> None:
    with laboratory(tmp_path, person(1, "Nadia"), person(2, "Pia")) as lab:
        lab.run()
        lab.people = [person(1, "Nadia", email="pia@shop.example"), person(2, "Pia", email=NEW)]

        lab.approve()

        found = {m.email: m.merge_fields["FNAME"] for m in lab.sandbox.members(LIST) if m.tags}
        assert found == {"pia@shop.example": "Nadia", NEW: "Pia"}
        second_run_is_empty(lab)


def test_a_foreign_tag_moves_along_and_stays_foreign(tmp_path: Path) -> None:
    with laboratory(tmp_path, person(1, "Nadia"), person(2, "Pia")) as lab:
        lab.sandbox.add_contact(LIST, "nadia@shop.example", tags=["Vip"])
        lab.run()
        moved(lab)
        lab.run()
        assert audience(lab) == {"new": ("subscribed", {"Vip"}), "pia": ("subscribed", {"Vip"})}

        moved(lab, vip=False)
        lab.run()

        assert tags(lab, "new") == {"Vip"}
        second_run_is_empty(lab)


def test_a_contact_of_two_exports_ends_as_one_contact(tmp_path: Path) -> None:
    magazine = other_export()
    with laboratory(tmp_path, person(1, "Nadia", local=True)) as lab:
        lab.run()
        lab.run(magazine)
        moved(lab, local=True)

        lab.approve()
        lab.approve(magazine)

        assert status(lab, "nadia") == "archived"
        assert audience(lab)["new"] == ("subscribed", {"Vip", "Local"})
        second_run_is_empty(lab)
        second_run_is_empty(lab, magazine)


def test_an_address_taken_over_by_a_twin_belongs_to_the_twin_from_then_on(tmp_path: Path) -> None:
    twin = {"first_name": "Dominique"}
    with laboratory(tmp_path, person(1, "Nadia", **twin), person(9, "Pia")) as lab:
        lab.run()
        lab.people = [person(2, "Nadia", **twin), person(9, "Pia")]
        lab.run()
        lab.sandbox.contact_unsubscribes(LIST, "nadia@shop.example")
        lab.people = [person(2, "Twin", email=NEW, **twin), person(9, "Pia")]

        report = second_run_is_empty(lab)

        assert report.plan.skips == {Skip.UNSUBSCRIBED_BEFORE_MOVE: 1}
        assert status(lab, "new") == "absent"


def test_of_two_profiles_only_the_winner_is_moved(tmp_path: Path) -> None:
    with laboratory(tmp_path, person(1, "Nadia")) as lab:
        lab.run()
        lab.people = [person(1, "Nadia", email=NEW), person(2, "Other", email=NEW, local=True)]

        report = lab.run()

        assert report.plan.counts == {Kind.MOVE: 1, Kind.SKIP: 1}
        assert report.plan.skips == {Skip.DUPLICATE: 1}
        assert audience(lab) == {"new": ("subscribed", {"Vip"})}
        assert lab.sandbox.members(LIST)[0].merge_fields == {"FNAME": "Nadia"}
        second_run_is_empty(lab)


def test_a_contact_with_a_refused_field_is_moved_all_the_same(tmp_path: Path) -> None:
    with laboratory(tmp_path, person(1, "Nadia")) as lab:
        lab.run()
        lab.sandbox.refuse_addresses("nadia@*", number=3, times=1)
        lab.people[0] = person(1, "Nadia", first_name="Nadja")
        lab.run()
        lab.people[0] = person(1, "Nadia", email=NEW)

        lab.run()

        assert audience(lab) == {"new": ("subscribed", {"Vip"})}
        second_run_is_empty(lab)


def test_a_pending_contact_with_a_new_address_is_not_tried_for_ever(tmp_path: Path) -> None:
    double = export(new_status=NewStatus.PENDING)
    with laboratory(tmp_path, person(1, "Pia"), person(2, "Nadia")) as lab:
        lab.run(double)
        moved(lab, "Pia")

        lab.approve(double)
        lab.approve(double)

        assert second_run_is_empty(lab, double).outcomes.rejected == {}
        assert status(lab, "pia") == "pending"


def test_who_was_pending_and_confirmed_is_moved(tmp_path: Path) -> None:
    double = export(new_status=NewStatus.PENDING)
    with laboratory(tmp_path, person(1, "Pia"), person(2, "Nadia")) as lab:
        lab.run(double)
        lab.run(double)
        lab.sandbox.confirm_pending(LIST, "pia@shop.example")
        moved(lab, "Pia")

        report = lab.run(double)

        assert changes(report.plan) == {Kind.MOVE: 1}
        assert audience(lab) == {"nadia": ("pending", {"Vip"}), "new": ("subscribed", {"Vip"})}


@pytest.mark.parametrize(
    "kind", long_but(["drop_after", "drop_before", "500", "429"], "drop_after", "drop_before")
)
def test_a_move_that_is_interrupted_is_finished_by_the_repeat(tmp_path: Path, kind: str) -> None:
    with laboratory(tmp_path, person(1, "Nadia")) as lab:
        lab.run()
        moved(lab, "Nadja")
        fault = batch_fault(kind)
        fault.method, fault.path_pattern, fault.times = "PATCH", MEMBER_ROUTE, 2
        lab.sandbox.add_fault(fault)
        lab.sandbox.add_fault(batch_fault(kind))

        report = lab.run()

        assert report.outcomes.rejected == {}
        assert audience(lab) == {"new": ("subscribed", {"Vip"})}
        second_run_is_empty(lab)
