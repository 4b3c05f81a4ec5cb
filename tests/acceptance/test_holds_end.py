"""A refusal holds a contact back no longer than its cause lasts, and reports say who is still out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from mailchimp_sandbox.faults import Fault
from segue.engines.duckdb.audience.rejected import rejected_contacts
from segue.engines.duckdb.session import session
from segue.sync.export import FieldMatch, MergeType
from segue.sync.kinds import Kind, Skip
from segue.sync.people import RejectedContact
from segue.sync.ports import Reason
from tests.acceptance.world import (
    LIST,
    audience,
    changes,
    just_before_writing,
    person,
    second_run_is_empty,
    status,
)
from tests.fakes.laboratory import Laboratory, export, laboratory

ZIPS = export(
    fields=(
        FieldMatch(tag="FNAME", attribute="first_name"),
        FieldMatch(tag="ZIP", attribute="zip", type=MergeType.ZIP),
    )
)
PEOPLE = [person(1, "Nadia", zip="12345"), person(2, "Pia"), person(3, "Omar")]


def require_zip(lab: Laboratory, *, required: bool) -> None:
    """Somebody makes the field required in Mailchimp, or lets it go."""
    held = lab.sandbox._audience(LIST)
    held.fields["ZIP"].required = required
    held.fields_changed()


def begun(lab: Laboratory) -> None:
    """Pia and Omar are refused: they have no ZIP, which the audience requires."""
    lab.sandbox.add_merge_field(LIST, "ZIP", "zip", required=True)
    report = lab.run(ZIPS)
    assert report.outcomes.rejected == {Reason.INVALID_FIELD: 2}


def rejected(lab: Laboratory, run_id: str) -> Sequence[RejectedContact]:
    """Return who the report of a run lists."""
    with session(lab.home / "spill") as engine:
        return list(rejected_contacts(engine, lab.home / "audience", run_id))


def test_people_refused_for_a_required_field_are_sent_when_it_is_optional_again(
    tmp_path: Path,
) -> None:
    with laboratory(tmp_path, *PEOPLE) as lab:
        begun(lab)
        idle = second_run_is_empty(lab, ZIPS)
        require_zip(lab, required=False)

        report = lab.run(ZIPS)

        assert idle.plan.skips == {Skip.INVALID_FIELD: 2}
        assert changes(report.plan) == {Kind.ADD: 2}
        assert set(audience(lab)) == {"nadia", "pia", "omar"}
        second_run_is_empty(lab, ZIPS)


def test_other_rules_that_refuse_the_same_people_hold_them_again(tmp_path: Path) -> None:
    with laboratory(tmp_path, *PEOPLE) as lab:
        begun(lab)
        lab.sandbox.add_merge_field(LIST, "SHOE")

        tried = lab.run(ZIPS)
        idle = second_run_is_empty(lab, ZIPS)

        assert tried.outcomes.rejected == {Reason.INVALID_FIELD: 2}
        assert idle.plan.skips == {Skip.INVALID_FIELD: 2}


def test_people_refused_for_a_field_are_sent_when_their_value_changes(tmp_path: Path) -> None:
    with laboratory(tmp_path, *PEOPLE) as lab:
        begun(lab)
        lab.people = [PEOPLE[0], replace(PEOPLE[1], zip="54321"), PEOPLE[2]]

        report = lab.run(ZIPS)

        assert changes(report.plan) == {Kind.ADD: 1}
        assert status(lab, "pia") == "subscribed"
        assert status(lab, "omar") == "absent"


@pytest.mark.parametrize("way", ["full", "retry"])
def test_held_people_are_tried_again_when_asked(tmp_path: Path, way: str) -> None:
    with laboratory(tmp_path, *PEOPLE) as lab:
        begun(lab)
        second_run_is_empty(
            lab, ZIPS
        )  # remembered: it must not answer for a run that asks for more
        lab.retry_held = way == "retry"

        report = lab.approve(ZIPS, full=way == "full")

        assert report.outcomes.rejected == {Reason.INVALID_FIELD: 2}
        lab.retry_held = False
        second_run_is_empty(lab, ZIPS)


@pytest.mark.parametrize("way", ["full", "retry"])
def test_who_is_taken_when_tried_again_is_held_no_more(tmp_path: Path, way: str) -> None:
    """The call with Pia failed whatever it held; that trouble is over, and so is her hold."""
    with laboratory(tmp_path, *PEOPLE[:2]) as lab:
        lab.sandbox.add_fault(Fault(kind="poison_call", address_pattern="pia@*", times=None))
        first = lab.run()
        lab.sandbox.clear_faults()
        lab.retry_held = way == "retry"

        report = lab.approve(full=way == "full")

        lab.retry_held = False
        idle = second_run_is_empty(lab)
        assert first.outcomes.rejected_total == 1
        assert report.outcomes.rejected_total == 0
        assert set(audience(lab)) == {"nadia", "pia"}
        assert idle.plan.skips == {}
        assert rejected(lab, idle.run_id) == []


@pytest.mark.parametrize("way", ["full", "retry"])
def test_nobody_who_said_no_is_tried_again(tmp_path: Path, way: str) -> None:
    with laboratory(tmp_path, person(1, "Nadia"), person(2, "Pia")) as lab:
        lab.sandbox.add_contact(LIST, "pia@shop.example")
        lab.sandbox.erase(LIST, "pia@shop.example")
        first = lab.run()
        lab.retry_held = way == "retry"

        report = lab.approve(full=way == "full")

        assert first.outcomes.rejected == {Reason.FORGOTTEN: 1}
        assert report.plan.skips == {Skip.FORGOTTEN: 1}
        assert report.outcomes.rejected_total == 0


def test_who_was_erased_and_signs_up_by_the_form_is_written_again(tmp_path: Path) -> None:
    with laboratory(
        tmp_path, person(1, "Nadia"), person(2, "Pia"), honours_status_if_new=False
    ) as lab:
        lab.sandbox._account.clock = lambda: lab.clock.now().timestamp()
        lab.sandbox.add_contact(LIST, "pia@shop.example")
        lab.sandbox.erase(LIST, "pia@shop.example")
        lab.run()
        second_run_is_empty(lab)
        lab.clock.slept_s += 3600
        lab.sandbox.resubscribe_by_form(LIST, "pia@shop.example")

        report = lab.run()

        assert changes(report.plan) == {Kind.ADD: 1}
        assert audience(lab)["pia"] == ("subscribed", {"Vip"})
        second_run_is_empty(lab)


def test_a_hold_ends_with_its_time(tmp_path: Path) -> None:
    with laboratory(tmp_path, person(1, "Nadia"), person(2, "Pia")) as lab:
        lab.sandbox.refuse_addresses("pia@shop.example", number=5)
        lab.run()
        held = second_run_is_empty(lab)
        lab.sandbox.clear_faults()
        lab.clock.slept_s += 301

        report = lab.run()

        assert held.plan.skips == {Skip.TOO_MANY_SIGNUPS: 1}
        assert changes(report.plan) == {Kind.ADD: 1}


def test_later_reports_list_who_is_still_out_since_when_and_why(tmp_path: Path) -> None:
    with laboratory(tmp_path, *PEOPLE) as lab:
        begun(lab)
        first = rejected(lab, "run0001")
        began_at = lab.clock.now()
        lab.clock.slept_s += 3600
        later = [lab.run(ZIPS), lab.run(ZIPS)]  # planned, then recalled

        for report in later:
            listed = rejected(lab, report.run_id)
            assert [(one.address, one.profile_key) for one in listed] == [
                ("pia@shop.example", "2"),
                ("omar@shop.example", "3"),
            ]
            assert {(one.reason, one.field, one.held_since, one.held_until) for one in listed} == {
                (Reason.INVALID_FIELD, "ZIP", began_at, None)
            }
            assert report.plan.held == 2
        assert {one.held_since for one in first} == {None}

        require_zip(lab, required=False)
        assert rejected(lab, lab.run(ZIPS).run_id) == []
        assert rejected(lab, lab.run(ZIPS).run_id) == []


def test_who_left_the_segment_is_listed_no_more(tmp_path: Path) -> None:
    with laboratory(tmp_path, *PEOPLE) as lab:
        begun(lab)
        lab.people = PEOPLE[:2]

        report = lab.run(ZIPS)

        assert [one.address for one in rejected(lab, report.run_id)] == ["pia@shop.example"]


def test_a_hold_of_one_export_is_not_another_s(tmp_path: Path) -> None:
    with laboratory(tmp_path, *PEOPLE) as lab:
        begun(lab)
        require_zip(lab, required=False)
        magazine = replace(ZIPS, name="magazine", segments=ZIPS.segments[:1])

        report = lab.run(magazine)

        assert report.outcomes.accepted == 3
        assert rejected(lab, report.run_id) == []


def test_who_unsubscribed_while_being_written_stays_out_and_is_listed(tmp_path: Path) -> None:
    with laboratory(tmp_path, person(1, "Nadia"), person(2, "Pia")) as lab:
        lab.sandbox.add_contact(LIST, "pia@shop.example")
        just_before_writing(lab, lambda: lab.sandbox.contact_unsubscribes(LIST, "pia@shop.example"))
        lab.run()
        lab.around = None

        report = lab.run()

        assert status(lab, "pia") == "unsubscribed"
        assert report.plan.skips == {Skip.UNSUBSCRIBED: 1}


def test_a_contact_that_was_subscribed_before_it_was_refused_is_not_back(tmp_path: Path) -> None:
    with laboratory(
        tmp_path, person(1, "Nadia"), person(2, "Pia"), honours_status_if_new=False
    ) as lab:
        lab.sandbox._account.clock = lambda: lab.clock.now().timestamp()
        lab.sandbox.add_contact(LIST, "pia@shop.example")
        lab.clock.slept_s += 3600
        lab.sandbox.refuse_addresses("pia@shop.example", number=2)
        first = lab.run()
        lab.sandbox.clear_faults()

        idle = second_run_is_empty(lab)

        assert sum(first.outcomes.rejected.values()) == 1
        assert sum(idle.plan.skips.values()) == 1
