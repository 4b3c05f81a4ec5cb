"""Who changes the address at Mailchimp is the same person: leaving the segment, they lose the tag under the new address."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from mailchimp_sandbox.faults import Fault
from segue.core.emails import subscriber_hash
from segue.sync.export import SegmentTag
from segue.sync.kinds import Kind
from segue.sync.ports import Page, Upserted
from tests.acceptance.by_hand import by_hand
from tests.acceptance.world import (
    LIST,
    TAG_ROUTE,
    audience,
    changes,
    other_export,
    person,
    second_run_is_empty,
    tags,
)
from tests.fakes.laboratory import Laboratory, export, laboratory

HOME = "n@home.example"
NADIA, PIA = person(1, "Nadia"), person(2, "Pia")


def renamed(lab: Laboratory, old: str = "nadia@shop.example", new: str = HOME) -> None:
    """Change an address as the person does it by Mailchimp's form: the id of the contact stays."""
    by_hand(lab, "PATCH", f"/members/{subscriber_hash(old)}", {"email_address": new})


@pytest.mark.parametrize("runs_between", [0, 1, 2])
def test_whoever_leaves_loses_the_tag_under_the_new_address(
    tmp_path: Path, runs_between: int
) -> None:
    with laboratory(tmp_path, NADIA, PIA) as lab:
        lab.run()
        renamed(lab)
        for _ in range(runs_between):
            second_run_is_empty(lab)
        lab.people = [PIA]

        report = lab.run()

        assert changes(report.plan) == {Kind.LEAVE: 1}
        assert (report.outcomes.accepted, report.plan.tags_removed) == (1, 1)
        assert audience(lab) == {"n": ("subscribed", set()), "pia": ("subscribed", {"Vip"})}
        second_run_is_empty(lab)


@pytest.mark.parametrize("runs_between", [0, 1])
def test_whoever_changes_it_in_the_source_too_and_leaves_loses_the_tag(
    tmp_path: Path, runs_between: int
) -> None:
    with laboratory(tmp_path, NADIA, PIA) as lab:
        lab.run()
        renamed(lab)
        for _ in range(runs_between):
            lab.run()
        lab.people = [person(1, "Nadia", email=HOME), PIA]
        lab.run()
        kept = tags(lab, "pia")
        lab.people = [PIA]

        report = lab.run()

        assert kept == {"Vip"}
        assert changes(report.plan) == {Kind.LEAVE: 1}
        assert audience(lab)["n"] == ("subscribed", set())
        second_run_is_empty(lab)


def test_whose_address_changed_twice_is_still_the_same(tmp_path: Path) -> None:
    with laboratory(tmp_path, NADIA, PIA) as lab:
        lab.run()
        renamed(lab)
        lab.run()
        renamed(lab, HOME, "nadia@work.example")
        lab.people = [PIA]

        lab.run()

        assert audience(lab)["nadia"] == ("subscribed", set())
        second_run_is_empty(lab)


def test_whose_new_address_is_somebody_else_s_in_the_source_keeps_the_tag_of_that_one(
    tmp_path: Path,
) -> None:
    with laboratory(tmp_path, NADIA, PIA) as lab:
        lab.run()
        renamed(lab)
        lab.people = [PIA, person(3, "Noor", email=HOME)]

        report = lab.run()

        assert changes(report.plan) == {Kind.ADD: 1, Kind.RELEASE: 1}
        assert audience(lab)["n"] == ("subscribed", {"Vip"})
        second_run_is_empty(lab)


def test_a_tag_that_was_there_before_us_stays_under_the_new_address(tmp_path: Path) -> None:
    with laboratory(tmp_path, NADIA, PIA) as lab:
        lab.sandbox.add_contact(LIST, "nadia@shop.example", tags=["Vip"])
        lab.run()
        renamed(lab)
        lab.people = [PIA]

        report = lab.run()

        assert changes(report.plan) == {Kind.RELEASE: 1}
        assert audience(lab)["n"] == ("subscribed", {"Vip"})
        second_run_is_empty(lab)


def test_a_tag_that_another_export_claims_stays_until_that_one_gives_it_up(tmp_path: Path) -> None:
    letter, magazine = export(segments=(SegmentTag(segment="vip", tag="Vip"),)), other_export()
    with laboratory(tmp_path, person(1, "Nadia", local=True), PIA) as lab:
        lab.run(letter)
        lab.run(magazine)
        renamed(lab)
        lab.people = [person(1, "Nadia", vip=False, local=True), PIA]
        first = lab.run(letter)
        kept = audience(lab)["n"][1]
        lab.people = [PIA, person(3, "Omar", vip=False, local=True)]

        last = lab.run(magazine)

        assert (changes(first.plan), kept) == ({Kind.RELEASE: 1}, {"Vip"})
        assert changes(last.plan) == {Kind.ADD: 1, Kind.LEAVE: 1}
        assert audience(lab)["n"] == ("subscribed", set())
        second_run_is_empty(lab, letter)
        second_run_is_empty(lab, magazine)


def test_who_unsubscribed_under_the_new_address_loses_the_tag_on_coming_back(
    tmp_path: Path,
) -> None:
    with laboratory(tmp_path, NADIA, PIA) as lab:
        lab.run()
        renamed(lab)
        lab.sandbox.contact_unsubscribes(LIST, HOME)
        lab.people = [PIA]
        second_run_is_empty(lab)
        lab.sandbox.resubscribe_by_form(LIST, HOME)

        lab.run()

        assert audience(lab)["n"] == ("subscribed", set())
        second_run_is_empty(lab)


def test_who_is_erased_under_the_new_address_costs_no_call(tmp_path: Path) -> None:
    with laboratory(tmp_path, NADIA, PIA) as lab:
        lab.run()
        renamed(lab)
        lab.run()
        lab.sandbox.erase(LIST, HOME)
        lab.people = [PIA]
        lab.sandbox.reset_calls()

        report = lab.run()

        assert changes(report.plan) == {Kind.RELEASE: 1}
        assert lab.sandbox.writes == []


@pytest.mark.parametrize("kind", ["drop_after", "drop_before"])
def test_a_removal_whose_reply_is_lost_is_finished(tmp_path: Path, kind: str) -> None:
    with laboratory(tmp_path, NADIA, PIA) as lab:
        lab.run()
        renamed(lab)
        lab.people = [PIA]
        lab.sandbox.add_fault(Fault(kind=kind, method="POST", path_pattern=TAG_ROUTE, times=100))
        lab.run()
        lab.sandbox.clear_faults()
        lab.clock.slept_s += 2 * 86_400

        lab.run()

        assert audience(lab)["n"] == ("subscribed", set())
        second_run_is_empty(lab)


def test_a_removed_export_s_tags_go_under_the_new_address_too(tmp_path: Path) -> None:
    with laboratory(tmp_path, NADIA, PIA) as lab:
        lab.run()
        renamed(lab)

        lab.approve(export(segments=()))

        assert audience(lab) == {"n": ("subscribed", set()), "pia": ("subscribed", set())}


def test_whoever_gets_a_tag_by_hand_is_not_taken_for_somebody_who_changed_the_address(
    tmp_path: Path,
) -> None:
    with laboratory(tmp_path, NADIA, PIA) as lab:
        lab.run()
        lab.sandbox.erase(LIST, "nadia@shop.example")
        lab.sandbox.add_contact(LIST, HOME, tags=["Vip"])
        lab.people = [PIA]

        report = lab.run()

        assert changes(report.plan) == {Kind.RELEASE: 1}
        assert audience(lab)["n"] == ("subscribed", {"Vip"})
        second_run_is_empty(lab)


def test_an_id_that_several_contacts_have_says_of_nobody_who_they_are(tmp_path: Path) -> None:
    """A server that tells one and the same id of everybody must not lose anybody else's tag."""
    with laboratory(tmp_path, NADIA, PIA, person(3, "Omar")) as lab:
        lab.around = Alike
        lab.run()
        lab.sandbox.add_contact(LIST, HOME, tags=["Vip"])
        lab.sandbox.add_contact(LIST, "zoe@shop.example", tags=["Vip"])
        lab.run()
        lab.sandbox.erase(LIST, "nadia@shop.example")
        lab.people = [PIA, person(3, "Omar")]

        report = lab.run()

        assert changes(report.plan) == {Kind.RELEASE: 1}
        assert set(audience(lab)) == {"n", "zoe", "pia", "omar"}
        assert all(carried == {"Vip"} for _, carried in audience(lab).values())


class Alike:
    """A destination that tells one id of everybody."""

    def __init__(self, destination: Any) -> None:
        self._destination = destination

    def __getattr__(self, name: str) -> Any:
        return getattr(self._destination, name)

    async def contacts(self, audience_id: str, **asked: Any) -> Page:
        page: Page = await self._destination.contacts(audience_id, **asked)
        return replace(page, contacts=[replace(c, contact_id="0" * 32) for c in page.contacts])

    async def upsert(self, audience_id: str, members: bytes, **asked: Any) -> Upserted:
        done: Upserted = await self._destination.upsert(audience_id, members, **asked)
        return replace(done, contact_ids=dict.fromkeys(done.contact_ids, "0" * 32))
