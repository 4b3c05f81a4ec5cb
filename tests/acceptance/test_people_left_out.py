"""Who is a member of a segment and is not written all the same: address, duplicate, consent, what Mailchimp refused."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest

from mailchimp_sandbox.faults import Fault
from mailchimp_sandbox.switches import Switches
from segue.sync.export import Consent, NewStatus, Winner
from segue.sync.kinds import Kind, Skip
from segue.sync.ports import Reason
from segue.sync.report import RunStatus
from tests.acceptance.world import (
    BATCH,
    LIST,
    audience,
    changes,
    crowd,
    person,
    second_run_is_empty,
    status,
)
from tests.fakes.laboratory import Laboratory, export, laboratory

CONSENT = export(consent=Consent(attribute="agreed"))


def names(lab: Laboratory) -> dict[str, str]:
    """Return the first name that Mailchimp holds for each address."""
    return {
        m.email.partition("@")[0]: str(m.merge_fields.get("FNAME", ""))
        for m in lab.sandbox.members(LIST)
    }


def test_missing_and_invalid_addresses_are_counted_and_left_out(tmp_path: Path) -> None:
    people = [
        person(1, "Nadia"),
        person(2, "Nobody", email=None),
        person(3, "Blank", email="   "),
        person(4, "Wrong", email="wrong at shop.example"),
    ]
    with laboratory(tmp_path, *people) as lab:
        report = lab.run()

        assert report.plan.skips == {Skip.MISSING_ADDRESS: 2, Skip.INVALID_ADDRESS: 1}
        assert (report.plan.members, report.plan.wanted) == (4, 1)
        assert set(audience(lab)) == {"nadia"}
        second_run_is_empty(lab)


def test_of_two_profiles_with_one_address_the_first_key_wins(tmp_path: Path) -> None:
    people = [
        person(7, "Second", email="NADIA@shop.example"),
        person(3, "First", email="nadia@shop.example"),
    ]
    with laboratory(tmp_path, *people) as lab:
        report = lab.run()

        assert names(lab) == {"nadia": "First"}
        assert report.plan.skips == {Skip.DUPLICATE: 1}
        second_run_is_empty(lab)


def test_of_two_profiles_with_one_address_the_newest_wins_when_the_rule_says_so(
    tmp_path: Path,
) -> None:
    newest = export(winner=Winner(newest_by="joined"))
    people = [
        person(1, "Undated", email="nadia@shop.example"),
        person(2, "Old", email="nadia@shop.example", joined=date(2020, 5, 1)),
        person(3, "New", email="nadia@shop.example", joined=date(2024, 5, 1)),
        person(4, "Tied", email="nadia@shop.example", joined=date(2024, 5, 1)),
    ]
    with laboratory(tmp_path, *people) as lab:
        report = lab.run(newest)
        lab.people.append(
            person(5, "Newer", email="nadia@shop.example", joined=date(2025, 5, 1), vip=False)
        )
        second_run_is_empty(lab, newest)
        lab.people[-1] = replace(lab.people[-1], vip=True)
        lab.run(newest)

        assert report.plan.skips == {Skip.DUPLICATE: 3}
        assert names(lab) == {"nadia": "Newer"}


@pytest.mark.parametrize(
    ("agreed", "counts"), [(True, {Kind.ADD: 1}), (False, {Kind.SKIP: 1}), (None, {Kind.SKIP: 1})]
)
def test_only_a_recorded_yes_is_consent(
    tmp_path: Path, agreed: bool | None, counts: dict[Kind, int]
) -> None:
    with laboratory(tmp_path, person(1, "Nadia", agreed=agreed)) as lab:
        report = lab.run(CONSENT)

        assert report.plan.counts == counts
        assert (status(lab, "nadia") == "subscribed") is (agreed is True)


@pytest.mark.parametrize(("other", "wanted"), [(True, 1), (None, 1), (False, 0)])
def test_a_refusal_in_one_profile_outweighs_the_yes_of_another(
    tmp_path: Path, other: bool | None, wanted: int
) -> None:
    people = [
        person(1, "Nadia", agreed=True),
        person(2, "Other", email="nadia@shop.example", agreed=other, vip=False),
    ]
    with laboratory(tmp_path, *people) as lab:
        report = lab.run(CONSENT)

        assert report.plan.wanted == wanted
        assert len(audience(lab)) == wanted


def test_who_withdraws_consent_loses_the_tags_and_keeps_the_status(tmp_path: Path) -> None:
    with laboratory(tmp_path, person(1, "Nadia"), person(2, "Pia")) as lab:
        lab.run(CONSENT)
        lab.people[0] = replace(lab.people[0], agreed=False)

        report = lab.run(CONSENT)

        assert changes(report.plan) == {Kind.LEAVE: 1}
        assert report.plan.skips == {Skip.NO_CONSENT: 1}
        assert audience(lab) == {"nadia": ("subscribed", set()), "pia": ("subscribed", {"Vip"})}
        second_run_is_empty(lab, CONSENT)


def test_a_refused_contact_is_not_sent_again_until_its_fields_change(tmp_path: Path) -> None:
    with laboratory(tmp_path, *crowd(3)) as lab:
        lab.sandbox.refuse_addresses("p0002@*", number=3)
        first = lab.run()
        second_run_is_empty(lab)
        lab.sandbox.clear_faults()
        still = second_run_is_empty(lab)
        lab.people[1] = replace(lab.people[1], first_name="Corrected")

        report = lab.run()

        assert first.outcomes.rejected == {Reason.INVALID_FIELD: 1}
        assert still.plan.skips == {Skip.INVALID_FIELD: 1}
        assert report.outcomes.counted.created == 1
        assert names(lab)["p0002"] == "Corrected"
        second_run_is_empty(lab)


def test_an_address_that_mailchimp_calls_fake_is_left_out_whatever_changes(tmp_path: Path) -> None:
    with laboratory(tmp_path, person(1, "Nadia", email="nadia@example.com")) as lab:
        first = lab.run()
        lab.people[0] = replace(lab.people[0], first_name="Changed", local=True)

        report = second_run_is_empty(lab)

        assert first.outcomes.rejected == {Reason.FAKE_ADDRESS: 1}
        assert report.plan.skips == {Skip.FAKE_ADDRESS: 1}


def test_who_signed_up_to_many_lists_waits_five_minutes_then_one_two_and_seven_days(
    tmp_path: Path,
) -> None:
    waits = [timedelta(minutes=5), timedelta(days=1), timedelta(days=2), timedelta(days=7)]
    with laboratory(tmp_path, person(1, "Nadia")) as lab:
        lab.sandbox.refuse_addresses("nadia@*", number=5)
        lab.run()

        tries = []
        for wait in waits:
            lab.clock.slept_s += wait.total_seconds() - 1
            held = second_run_is_empty(lab)
            lab.clock.slept_s += 2
            tries.append((held.plan.skips, lab.run().outcomes.rejected))

        expected = ({Skip.TOO_MANY_SIGNUPS: 1}, {Reason.TOO_MANY_SIGNUPS: 1})
        assert tries == [expected] * 4


def test_who_signed_up_to_many_lists_is_written_once_mailchimp_takes_the_address(
    tmp_path: Path,
) -> None:
    with laboratory(tmp_path, person(1, "Nadia")) as lab:
        lab.sandbox.refuse_addresses("nadia@*", number=5, times=1)
        lab.run()
        lab.clock.slept_s += 301

        report = lab.run()

        assert report.status is RunStatus.SUCCESSFUL
        assert audience(lab) == {"nadia": ("subscribed", {"Vip"})}
        second_run_is_empty(lab)


@pytest.mark.parametrize(
    ("number", "reason", "skip"),
    [
        (8, Reason.UNSUBSCRIBED, Skip.UNSUBSCRIBED),
        (11, Reason.COMPLIANCE, Skip.COMPLIANCE),
        (12, Reason.FORGOTTEN, Skip.FORGOTTEN),
    ],
)
def test_who_may_not_be_written_says_mailchimp_is_never_tried_again(
    tmp_path: Path, number: int, reason: Reason, skip: Skip
) -> None:
    with laboratory(tmp_path, person(1, "Omar")) as lab:
        lab.sandbox.refuse_addresses("omar@*", number=number)
        first = lab.run()
        lab.sandbox.clear_faults()
        lab.clock.slept_s += 365 * 86_400
        lab.people[0] = replace(lab.people[0], first_name="Changed")

        report = second_run_is_empty(lab)

        assert first.outcomes.rejected == {reason: 1}
        assert report.plan.skips == {skip: 1}


def test_a_poison_contact_is_found_in_few_calls_and_rejected_once(tmp_path: Path) -> None:
    with laboratory(tmp_path, *crowd(500)) as lab:
        lab.sandbox.add_fault(_poison("p0123@*"))

        report = lab.run()

        assert report.outcomes.rejected == {Reason.UNREADABLE: 1}
        assert (report.outcomes.sent, report.outcomes.accepted) == (500, 499)
        assert lab.sandbox.call_counts()[BATCH] <= 1 + 2 * 9
        assert len(lab.sandbox.members(LIST)) == 499
        assert second_run_is_empty(lab).plan.skips == {Skip.UNREADABLE: 1}


def test_when_everybody_is_poison_the_run_stops_instead_of_asking_for_each(tmp_path: Path) -> None:
    with laboratory(tmp_path, *crowd(600)) as lab:
        lab.sandbox.add_fault(_poison("*"))

        report = lab.run()

        assert report.status is RunStatus.FAILED
        assert report.problem == "mailchimp_refused_payload"
        assert lab.sandbox.call_counts()[BATCH] <= 2 + 200
        assert audience(lab) == {}


def test_a_rejected_tag_removal_holds_nobody_for_ever(tmp_path: Path) -> None:
    double = export(new_status=NewStatus.PENDING)
    refusing = Switches(stats_cache_s=0, segment_call_on_non_subscribed="error")
    with laboratory(tmp_path, person(1, "Pia"), person(2, "Nadia"), switches=refusing) as lab:
        lab.run(double)
        lab.people = [person(2, "Nadia")]
        refused = lab.approve(double)
        lab.sandbox.confirm_pending(LIST, "pia@shop.example")
        lab.clock.slept_s += 2 * 86_400

        lab.approve(double)

        assert refused.outcomes.rejected == {Reason.NOT_SUBSCRIBED: 1}
        assert audience(lab)["pia"] == ("subscribed", set())
        lab.people = [person(1, "Pia", first_name="Pia is back"), person(2, "Nadia")]
        assert changes(lab.run(double).plan) == {Kind.UPDATE: 1}


def _poison(pattern: str) -> Fault:
    """Return a contact (or many) that makes every call fail as a whole."""
    return Fault(kind="poison_call", address_pattern=pattern, times=None)
