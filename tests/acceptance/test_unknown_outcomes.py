"""What a reply leaves open is never final: looked up where it can be, not sent otherwise, and written by the next run."""

from __future__ import annotations

from dataclasses import replace as changed
from pathlib import Path
from typing import Any

import pytest

from mailchimp_sandbox.faults import Fault
from segue.sync.carriers import LOOK_UPS
from segue.sync.kinds import Kind, Skip
from segue.sync.ports import Reason, Rejection, Untagged, Upserted, WriteMode
from segue.sync.report import RunStatus
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

READING_ONE = "GET /lists/{list_id}/members/{subscriber_hash}"


class Odd:
    """A hook around a destination: batches answer "0 created, 0 updated" without an error, or put everybody off."""

    def __init__(self, destination: Any, *, writes: bool, later: bool = False) -> None:
        self._destination = destination
        self._writes = writes
        self._later = later

    def __getattr__(self, name: str) -> Any:
        return getattr(self._destination, name)

    async def upsert(
        self, audience_id: str, members: bytes, *, count: int, mode: WriteMode, **more: Any
    ) -> Upserted:
        from segue.mailchimp.batches import outcome_of

        if self._writes:
            await self._destination.upsert(audience_id, members, count=count, mode=mode)
        nothing = b'{"new_members":[],"updated_members":[],"errors":[],"total_created":0,"total_updated":0,"error_count":0}'
        found = outcome_of(nothing, members=members, count=count, request_id="odd")
        everybody = found.unaccounted
        if self._later:
            return changed(found, unaccounted=(), postponed=everybody)
        return found

    async def untag(self, audience_id: str, tag_id: int, addresses: Any) -> Untagged:
        from segue.core.emails import subscriber_hash

        put_off = tuple(subscriber_hash(a) for a in addresses)
        return Untagged(removed=0, rejected=(), request_id="odd", postponed=put_off)


def oddly(lab: Laboratory, **how: bool) -> None:
    lab.around = lambda destination: Odd(destination, **how)


def names(lab: Laboratory) -> set[Any]:
    return {member.merge_fields.get("FNAME") for member in lab.sandbox.members(LIST)}


@pytest.mark.crossing
@pytest.mark.parametrize("honours", [True, False])
@pytest.mark.parametrize("later", [True, False])
def test_new_people_whom_a_reply_passes_over_are_not_sent_and_come_with_the_next_run(
    tmp_path: Path, later: bool, honours: bool
) -> None:
    with laboratory(tmp_path, *crowd(500), honours_status_if_new=honours) as lab:
        oddly(lab, writes=False, later=later)
        first = lab.run()
        reads = lab.sandbox.call_counts().get(READING_ONE, 0)
        lab.around = None
        second = lab.run()

        assert first.status is RunStatus.FAILED_RETRYING
        assert (first.outcomes.sent, first.outcomes.left) == (0, 500)
        assert first.outcomes.unknown == 0
        assert reads == (0 if later else 500)
        assert changes(second.plan) == {Kind.ADD: 500}
        assert second.outcomes.accepted == 500
        second_run_is_empty(lab)


def test_known_contacts_that_were_not_written_are_not_taken_as_written(tmp_path: Path) -> None:
    with laboratory(tmp_path, *crowd(30)) as lab:
        lab.run()
        lab.people = [changed(one, first_name="Anew") for one in lab.people]
        oddly(lab, writes=False)
        first = lab.approve()
        lab.around = None
        second = lab.approve()

        assert (first.outcomes.accepted, first.outcomes.not_sent) == (0, 30)
        assert second.outcomes.accepted == 30
        assert names(lab) == {"Anew"}
        second_run_is_empty(lab)


def test_known_contacts_that_got_no_tag_are_not_taken_as_tagged(tmp_path: Path) -> None:
    with laboratory(tmp_path, *crowd(5)) as lab:
        lab.run()
        lab.people = [changed(one, local=True) for one in lab.people]
        oddly(lab, writes=False)
        first = lab.approve()
        lab.around = None
        lab.approve()

        assert (first.outcomes.accepted, first.outcomes.not_sent) == (0, 5)
        assert {frozenset(tags) for _, tags in audience(lab).values()} == {
            frozenset({"Vip", "Local"})
        }
        second_run_is_empty(lab)


def test_who_holds_what_was_sent_is_accepted_though_the_reply_passed_over_them(
    tmp_path: Path,
) -> None:
    with laboratory(tmp_path, *crowd(20)) as lab:
        oddly(lab, writes=True)

        report = lab.run()
        lab.around = None

        assert report.status is RunStatus.SUCCESSFUL
        assert (report.outcomes.accepted, report.outcomes.not_sent) == (20, 0)
        second_run_is_empty(lab)


def test_a_removal_that_is_put_off_is_made_by_the_next_run(tmp_path: Path) -> None:
    with laboratory(tmp_path, *crowd(20)) as lab:
        lab.run()
        lab.people[0] = changed(lab.people[0], vip=False)
        oddly(lab, writes=False)
        first = lab.run()
        lab.around = None
        second = lab.run()

        assert (first.outcomes.accepted, first.outcomes.not_sent) == (0, 1)
        assert second.outcomes.untagged == 1
        assert tags(lab, "p0001") == set()
        second_run_is_empty(lab)


class Idle:
    """A hook around a destination: removals answer "0 removed" without an error, and remove nothing."""

    def __init__(self, destination: Any) -> None:
        self._destination = destination

    def __getattr__(self, name: str) -> Any:
        return getattr(self._destination, name)

    async def untag(self, audience_id: str, tag_id: int, addresses: Any) -> Untagged:
        from segue.mailchimp.batches import untagged_of

        nothing = (
            b'{"members_removed":[],"errors":[],"total_added":0,"total_removed":0,"error_count":0}'
        )
        return untagged_of(nothing, addresses=addresses, request_id="odd")


@pytest.mark.parametrize("people", [1, 60])
def test_a_removal_that_removed_nobody_is_not_taken_as_done(tmp_path: Path, people: int) -> None:
    with laboratory(tmp_path, *crowd(400)) as lab:
        lab.run()
        lab.people[:people] = [changed(one, vip=False) for one in lab.people[:people]]
        lab.around = Idle
        first = lab.approve()
        lab.around = None
        second = lab.approve()

        found = first.outcomes
        looked_up = min(people, LOOK_UPS)
        assert (found.accepted, found.not_sent, found.unknown) == (0, looked_up, people - looked_up)
        assert second.outcomes.untagged == people
        assert tags(lab, "p0001") == set()
        second_run_is_empty(lab)


class Shortened(Idle):
    """The same, and somebody loses the tag whenever a further page of those who carry it is asked for."""

    page_size = 50

    def __init__(self, destination: Any, lab: Laboratory) -> None:
        super().__init__(destination)
        self._lab = lab

    async def tagged(self, audience_id: str, tag_id: int, *, offset: int, count: int) -> Any:
        if offset:
            first = min(m.email for m in self._lab.sandbox.members(LIST) if "Vip" in m.tags)
            self._lab.sandbox.remove_tag(LIST, first, "Vip")
        return await self._destination.tagged(audience_id, tag_id, offset=offset, count=count)


def test_whoever_is_passed_over_between_two_pages_of_carriers_is_not_taken_as_untagged(
    tmp_path: Path,
) -> None:
    with laboratory(tmp_path, *crowd(400)) as lab:
        lab.run()
        leaving = slice(40, 100)
        lab.people[leaving] = [changed(one, vip=False) for one in lab.people[leaving]]
        lab.around = lambda destination: Shortened(destination, lab)
        lab.approve()
        lab.around = None
        lab.approve()

        kept = {m.email for m in lab.sandbox.members(LIST) if "Vip" in m.tags}
        assert kept.isdisjoint(one.email for one in lab.people[leaving])


def test_a_tag_that_was_taken_off_by_hand_is_no_removal_left_open(tmp_path: Path) -> None:
    with laboratory(tmp_path, *crowd(100)) as lab:
        lab.run()
        lab.people[:2] = [changed(one, vip=False) for one in lab.people[:2]]
        lab.around = ByHand

        report = lab.run()
        lab.around = None

        assert (report.outcomes.accepted, report.outcomes.not_sent) == (2, 0)
        assert report.status is RunStatus.SUCCESSFUL
        second_run_is_empty(lab)


class ByHand:
    """A hook around a destination: somebody takes the tag off everybody concerned just before we do."""

    def __init__(self, destination: Any) -> None:
        self._destination = destination

    def __getattr__(self, name: str) -> Any:
        return getattr(self._destination, name)

    async def untag(self, audience_id: str, tag_id: int, addresses: Any) -> Untagged:
        await self._destination.untag(audience_id, tag_id, addresses)
        again: Untagged = await self._destination.untag(audience_id, tag_id, addresses)
        return again


def test_words_that_nobody_knows_are_tried_again_after_a_day(tmp_path: Path) -> None:
    with laboratory(tmp_path, person(1, "Nadia"), person(2, "Omar")) as lab:
        lab.around = Strange
        first = lab.run()
        lab.around = None
        same_day = second_run_is_empty(lab)
        lab.clock.slept_s += 86_400
        next_day = lab.run()

        assert first.outcomes.rejected == {Reason.OTHER: 1}
        assert same_day.plan.skips == {Skip.OTHER: 1}
        assert changes(next_day.plan) == {Kind.ADD: 1}
        assert tags(lab, "omar") == {"Vip"}


class Strange:
    """A hook around a destination: Omar is refused with words that nobody knows."""

    def __init__(self, destination: Any) -> None:
        self._destination = destination

    def __getattr__(self, name: str) -> Any:
        return getattr(self._destination, name)

    async def upsert(self, audience_id: str, members: bytes, **more: Any) -> Upserted:
        from segue.core.emails import subscriber_hash

        parts = [part for part in members.split(b",{") if b"omar@" not in part]
        rest = b",{".join(parts) if parts[0].startswith(b"{") else b"{" + b",{".join(parts)
        found = await self._destination.upsert(
            audience_id, rest, count=len(parts), mode=more["mode"]
        )
        refused = Rejection(
            subscriber_hash=subscriber_hash("omar@shop.example"),
            reason=Reason.OTHER,
            words="Something else.",
        )
        return changed(found, rejected=(*found.rejected, refused))


def test_a_reply_that_forgets_one_and_the_read_back_that_fails_leave_that_one_for_the_next_run(
    tmp_path: Path,
) -> None:
    with laboratory(tmp_path, *crowd(5)) as lab:
        lab.sandbox.add_fault(Fault(kind="unaccounted", address_pattern="p0003@*"))
        lab.sandbox.add_fault(
            Fault(
                kind="500",
                method="GET",
                path_pattern="/lists/{list_id}/members/{subscriber_hash}",
                times=None,
            )
        )

        first = lab.run()
        lab.sandbox.clear_faults()
        second = lab.run()

        found = first.outcomes
        assert (found.accepted, found.not_sent, found.unknown) == (4, 0, 1)
        assert second.outcomes.accepted == 1
        second_run_is_empty(lab)
