"""A listing that is behind, that moves while it is read, or that does not tell all: nobody keeps or loses a tag for it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from segue.core.errors import TryLater
from segue.sync.absences import ASKED
from segue.sync.kinds import Kind
from segue.sync.plan import DriftKind
from segue.sync.ports import ContactStatus
from segue.sync.spot_check import WITNESSES
from tests.acceptance.world import (
    LIST,
    audience,
    changes,
    crowd,
    person,
    second_run_is_empty,
    tags,
)
from tests.fakes.laboratory import Laboratory, laboratory


class Around:
    """A hook around a destination: what it does not name goes through."""

    def __init__(self, destination: Any) -> None:
        self._destination = destination

    def __getattr__(self, name: str) -> Any:
        return getattr(self._destination, name)


class Behind(Around):
    """One tag is not listed yet, or no more."""

    async def tags(self, audience_id: str) -> Any:
        return [one for one in await self._destination.tags(audience_id) if one.name != "Vip"]


class Moving(Around):
    """Two carriers of a tag lose it, once, before its second page is read."""

    page_size = 3

    def __init__(self, destination: Any, lab: Laboratory, left: list[str]) -> None:
        super().__init__(destination)
        self._lab = lab
        self._left = left

    async def tagged(self, audience_id: str, tag_id: int, *, offset: int, count: int) -> Any:
        while offset and self._left:
            self._lab.sandbox.remove_tag(LIST, self._left.pop(), "Vip")
        return await self._destination.tagged(audience_id, tag_id, offset=offset, count=count)


def test_who_leaves_while_the_tag_is_not_listed_yet_loses_it_all_the_same(tmp_path: Path) -> None:
    with laboratory(tmp_path, *crowd(3)) as lab:
        lab.run()
        lab.people = [replace(lab.people[0], vip=False, local=True), lab.people[2]]
        lab.around = Behind

        report = lab.run()

        lab.around = None
        assert list(report.plan.drift) == []
        assert changes(report.plan) == {Kind.TAG: 1, Kind.LEAVE: 1}
        assert [tags(lab, name) for name in ("p0001", "p0002", "p0003")] == [
            {"Local"},
            set(),
            {"Vip"},
        ]
        second_run_is_empty(lab)


def test_a_tag_that_is_neither_listed_nor_there_is_deleted(tmp_path: Path) -> None:
    with laboratory(tmp_path, *crowd(2)) as lab:
        lab.run()
        lab.sandbox.delete_tag(LIST, "Vip")

        report = lab.run()

        assert [(one.subject, one.people) for one in report.plan.drift] == [("Vip", 2)]
        assert audience(lab) == {name: ("subscribed", {"Vip"}) for name in ("p0001", "p0002")}


def test_a_deleted_tag_that_nobody_has_from_us_is_not_asked_for(tmp_path: Path) -> None:
    with laboratory(tmp_path, person(1, "Nadia"), person(2, "Pia", vip=False)) as lab:
        lab.run()
        lab.people = [replace(one, vip=False) for one in lab.people]
        lab.approve()
        lab.sandbox.delete_tag(LIST, "Vip")
        lab.sandbox.reset_calls()

        lab.run()

        asked = [one for one in lab.sandbox.calls if "segments/" in one.template]
        assert asked == []


def test_whoever_is_passed_over_while_carriers_are_read_keeps_the_tag_of_somebody_else(
    tmp_path: Path,
) -> None:
    """Of whoever was missed the tag would pass for ours, and go when they leave."""
    people = crowd(8)
    with laboratory(tmp_path, *people) as lab:
        for one in people:
            lab.sandbox.add_contact(LIST, str(one.email), tags=["Vip"])
        left = [str(one.email) for one in people[:2]]
        lab.around = lambda destination: Moving(destination, lab, left)
        lab.run()
        lab.around = None

        lab.people = [replace(one, vip=False) for one in people]
        lab.approve()

        carriers = {name for name, (_, carried) in audience(lab).items() if carried}
        assert carriers == {f"p{n:04}" for n in range(3, 9)}


def test_a_tag_beyond_those_that_are_told_of_a_contact_is_not_taken_for_ours(
    tmp_path: Path,
) -> None:
    """Mailchimp tells 50 tags of a contact, in an order of its own; with these 70 it leaves Vip out. Source: FACTS.md §2, §5."""
    others = [f"colleague {n:02}" for n in range(70)]
    with laboratory(tmp_path, person(1, "Nadia")) as lab:
        for status in ("pending", "archived"):
            address = f"{status}@shop.example"
            lab.people.append(person(len(lab.people) + 1, status.title()))
            lab.sandbox.add_contact(LIST, address, status=status, tags=[*others, "Vip"])
        lab.run()
        lab.sandbox.confirm_pending(LIST, "pending@shop.example")
        lab.sandbox.resubscribe_by_form(LIST, "archived@shop.example")
        lab.run()

        lab.people = [replace(one, vip=False) for one in lab.people]
        lab.approve()

        assert tags(lab, "nadia") == set()
        assert "Vip" in tags(lab, "pending")
        assert "Vip" in tags(lab, "archived")


class Remembering(Around):
    """Who carried a tag at the first reading is told as carrying it ever after."""

    def __init__(self, destination: Any, told: list[Any]) -> None:
        super().__init__(destination)
        self._told = told

    async def tagged(self, audience_id: str, tag_id: int, **asked: Any) -> Any:
        if not self._told:
            self._told.append(await self._destination.tagged(audience_id, tag_id, **asked))
        return self._told[0]


def test_whose_tag_was_just_taken_is_no_carrier_of_somebody_else_s(tmp_path: Path) -> None:
    """A comparison right after a run may be shown who carried the tag before it."""
    with laboratory(tmp_path, *crowd(3)) as lab:
        lab.run()
        told: list[Any] = []
        lab.whole, lab.around = True, lambda destination: Remembering(destination, told)
        lab.run()
        nadia = lab.people[0]
        for vip in (False, True, False):
            lab.people[0] = replace(nadia, vip=vip)
            lab.approve()
            lab.approve()

        assert tags(lab, "p0001") == set()


class Empty(Around):
    """No page of subscribed contacts names anybody."""

    async def contacts(self, audience_id: str, *, status: ContactStatus, **asked: Any) -> Any:
        page = await self._destination.contacts(audience_id, status=status, **asked)
        is_empty = status is ContactStatus.SUBSCRIBED
        return replace(page, contacts=(), total=0) if is_empty else page


@pytest.mark.parametrize("whole", [False, True])
def test_nobody_is_gone_whom_only_a_listing_leaves_out(tmp_path: Path, whole: bool) -> None:
    """Whoever leaves meanwhile would keep the tag: of somebody who is gone it is given up."""
    with laboratory(tmp_path, *crowd(30)) as lab:
        lab.run()
        lab.people = [*lab.people[3:], person(1, "Nadia")]
        lab.around, lab.whole = Empty, whole

        with pytest.raises(TryLater) as caught:
            lab.run()
        writes = list(lab.sandbox.writes)
        lab.around, lab.whole = None, False
        lab.run()

        assert caught.value.code == "listing_behind"
        assert len(writes) == 1
        assert [tags(lab, name) for name in ("p0001", "p0004", "nadia")] == [
            set(),
            {"Vip"},
            {"Vip"},
        ]


def test_many_who_are_gone_are_told_when_they_are(tmp_path: Path) -> None:
    with laboratory(tmp_path, *crowd(30)) as lab:
        lab.run()
        for one in lab.people[:20]:
            lab.sandbox.erase(LIST, str(one.email))
        lab.sandbox.reset_calls()

        report = lab.run()

        assert [(one.kind, one.people) for one in report.plan.drift] == [(DriftKind.GONE, 20)]
        asked = [call for call in lab.sandbox.calls if "/members/" in str(call)]
        assert ASKED <= len(asked) <= ASKED + WITNESSES
