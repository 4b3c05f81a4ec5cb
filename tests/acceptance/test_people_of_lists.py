"""People on lists of whom there is no profile: exported with an attested consent, and treated as anybody from then on."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from segue.sync.export import Blanks, Consent, FieldMatch, FirstRun, NewStatus, SegmentTag
from segue.sync.kinds import Kind, Skip
from segue.sync.ports import Reason
from segue.sync.report import RunStatus
from tests.acceptance.world import (
    LIST,
    audience,
    changes,
    person,
    second_run_is_empty,
    status,
    tags,
)
from tests.fakes.laboratory import Laboratory, export, laboratory

FAIR = export(
    segments=(SegmentTag(segment="fair", tag="Fair"),), consent=Consent(attribute="agreed")
)
CLEARING = replace(
    FAIR, fields=(FieldMatch(tag="FNAME", attribute="first_name", blanks=Blanks.CLEAR),)
)
OLGA, PETER = "olga@shop.example", "peter@shop.example"


def first_name(lab: Laboratory, name: str) -> str:
    """Return the first name that Mailchimp holds."""
    member = lab.sandbox.member(LIST, f"{name}@shop.example")
    assert member is not None
    return str(member.merge_fields.get("FNAME", ""))


def test_only_whose_consent_is_attested_is_added(tmp_path: Path) -> None:
    with laboratory(tmp_path, person(1, "Nadia"), on_list={OLGA: True, PETER: False}) as lab:
        report = lab.run(FAIR)

        assert audience(lab) == {"olga": ("subscribed", {"Fair"})}
        assert (report.plan.members, report.plan.wanted, report.plan.counts) == (
            1,
            1,
            {Kind.ADD: 1},
        )
        second_run_is_empty(lab, FAIR)


def test_new_people_get_the_status_that_the_export_says(tmp_path: Path) -> None:
    with laboratory(tmp_path, on_list={OLGA: True}) as lab:
        lab.run(replace(FAIR, new_status=NewStatus.PENDING))

        assert status(lab, "olga") == "pending"


def test_a_withdrawn_attestation_untags_and_deletes_nobody(tmp_path: Path) -> None:
    with laboratory(tmp_path, on_list={OLGA: True, PETER: True}) as lab:
        lab.run(FAIR)
        lab.on_list[OLGA] = False
        report = lab.run(FAIR)

        assert changes(report.plan) == {Kind.LEAVE: 1}
        assert audience(lab) == {"olga": ("subscribed", set()), "peter": ("subscribed", {"Fair"})}
        second_run_is_empty(lab, FAIR)


@pytest.mark.parametrize("held", ["unsubscribed", "cleaned", "archived"])
def test_whom_mailchimp_must_not_write_is_never_brought_back(tmp_path: Path, held: str) -> None:
    with laboratory(tmp_path, on_list={OLGA: True}) as lab:
        lab.sandbox.add_contact(LIST, OLGA, status=held)
        report = lab.run(FAIR)

        assert report.plan.counts == {Kind.SKIP: 1}
        assert status(lab, "olga") == held
        assert lab.sandbox.writes == []


def test_a_profile_that_said_no_is_not_let_in_by_a_list(tmp_path: Path) -> None:
    people = [person(1, "Olga", agreed=False), person(2, "Peter", agreed=None)]
    with laboratory(tmp_path, *people, on_list={OLGA: True, PETER: True}) as lab:
        report = lab.run(FAIR)

        assert (report.plan.members, report.plan.skips) == (2, {Skip.NO_CONSENT: 2})
        assert audience(lab) == {}


def test_a_contact_goes_on_under_a_profile_that_appears_and_back(tmp_path: Path) -> None:
    with laboratory(tmp_path, on_list={OLGA: True}) as lab:
        lab.run(FAIR)
        lab.people = [person(1, "Olga")]
        appeared = lab.run(FAIR)
        calls = dict(changes(appeared.plan))
        named = first_name(lab, "olga")
        second_run_is_empty(lab, FAIR)
        lab.people = []
        lab.sandbox.reset_calls()
        back = lab.run(FAIR)

        assert (calls, named) == ({Kind.UPDATE: 1}, "Olga")
        assert (changes(back.plan), lab.sandbox.writes, first_name(lab, "olga")) == ({}, [], "Olga")
        assert tags(lab, "olga") == {"Fair"}
        second_run_is_empty(lab, FAIR)


def test_nobody_s_values_are_cleared_by_a_list_though_the_export_clears_blanks(
    tmp_path: Path,
) -> None:
    people = [person(1, "Olga"), person(2, "Quinn", first_name="")]
    on_list = {OLGA: True, "quinn@shop.example": True, PETER: True}
    with laboratory(tmp_path, *people, on_list=on_list) as lab:
        for address in (PETER, "quinn@shop.example"):
            lab.sandbox.add_contact(LIST, address)
            lab.sandbox.set_merge_field(LIST, address, tag="FNAME", value="Old")
        report = lab.run(CLEARING)
        lab.people = [people[1]]
        second_run_is_empty(lab, CLEARING)

        assert [one.cleared for one in report.plan.fields] == [1]
        assert [first_name(lab, one) for one in ("olga", "peter", "quinn")] == ["Olga", "Old", ""]
        assert tags(lab, "peter") == {"Fair"}


def test_the_first_run_and_the_brakes_hold_them_as_anybody(tmp_path: Path) -> None:
    many = {f"p{n}@shop.example": True for n in range(30)}
    asking = replace(FAIR, first_run=FirstRun.APPROVE)
    with laboratory(tmp_path, on_list=dict(many)) as lab:
        first = lab.run(asking)
        lab.run(asking, approve=first.plan.digest)
        lab.on_list = dict(list(many.items())[:10])
        second = lab.run(asking)

        assert (first.status, second.status) == (RunStatus.NEEDS_APPROVAL, RunStatus.NEEDS_APPROVAL)
        assert len(audience(lab)) == 30
        assert all("Fair" in carried for _, carried in audience(lab).values())


def test_a_required_merge_field_refuses_them_with_the_reason(tmp_path: Path) -> None:
    with laboratory(
        tmp_path, person(1, "Nadia"), on_list={OLGA: True, "nadia@shop.example": True}
    ) as lab:
        lab.sandbox.add_merge_field(LIST, "FNAME", required=True)
        report = lab.run(FAIR)

        assert audience(lab).keys() == {"nadia"}
        assert report.outcomes.rejected == {Reason.INVALID_FIELD: 1}


def test_who_has_a_profile_counts_once(tmp_path: Path) -> None:
    both = (*FAIR.segments, SegmentTag(segment="vip", tag="Vip"))
    with laboratory(tmp_path, person(1, "Olga"), on_list={OLGA: True, PETER: True}) as lab:
        report = lab.run(replace(FAIR, segments=both))

        assert (report.plan.members, report.plan.wanted) == (2, 2)
        assert audience(lab) == {
            "olga": ("subscribed", {"Fair", "Vip"}),
            "peter": ("subscribed", {"Fair"}),
        }


def test_an_address_left_behind_by_a_profile_goes_on_as_a_person_of_its_own(tmp_path: Path) -> None:
    both = replace(FAIR, segments=(*FAIR.segments, SegmentTag(segment="vip", tag="Vip")))
    with laboratory(tmp_path, person(1, "Olga"), on_list={OLGA: True}) as lab:
        lab.run(both)
        lab.people = [person(1, "Olga", email="new@shop.example")]
        lab.run(both)

        assert audience(lab) == {"olga": ("subscribed", {"Fair"}), "new": ("subscribed", {"Vip"})}
        second_run_is_empty(lab, both)


def test_who_said_no_on_a_list_is_not_added_under_the_new_address_of_a_profile(
    tmp_path: Path,
) -> None:
    both = replace(FAIR, segments=(*FAIR.segments, SegmentTag(segment="vip", tag="Vip")))
    with laboratory(tmp_path, on_list={OLGA: True}) as lab:
        lab.run(both)
        lab.sandbox.contact_unsubscribes(LIST, OLGA)
        lab.people = [person(1, "Olga")]
        appeared = lab.run(both)
        second_run_is_empty(lab, both)
        lab.people = [person(1, "Olga", email="new@shop.example")]
        moved = lab.run(both)

        assert (appeared.plan.skips, moved.plan.skips) == (
            {Skip.UNSUBSCRIBED: 1},
            {Skip.UNSUBSCRIBED: 1, Skip.UNSUBSCRIBED_BEFORE_MOVE: 1},
        )
        assert audience(lab).keys() == {"olga"}
