"""What is read of an audience before anything is decided: whole the first time, what changed after that, never less."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import Any

import duckdb
import pytest

from mailchimp_sandbox.contacts import STATUSES
from mailchimp_sandbox.faults import Fault
from mailchimp_sandbox.switches import Switches
from segue.core.emails import subscriber_hash
from segue.core.errors import TryLater
from segue.engines.duckdb.quoting import literal
from segue.mailchimp.errors import problem_from_reply
from segue.sync.kinds import Kind, Skip
from segue.sync.plan import DriftKind
from tests.acceptance.world import (
    LIST,
    PAGES_ROUTE,
    audience,
    changes,
    person,
    second_run_is_empty,
    status,
    tags,
)
from tests.fakes.laboratory import Laboratory, laboratory

UNREAD = Switches(stats_cache_s=0, honours_status_if_new_in_batch=False)


class Recording:
    """A hook around a destination: remembers every page that was asked for, and can do something after one."""

    def __init__(self, pages: list[tuple[str, str, int]], after: Any = None) -> None:
        self.pages = pages
        self.after = after
        self.destination: Any = None

    def __call__(self, destination: Any) -> Recording:
        self.destination = destination
        return self

    def __getattr__(self, name: str) -> Any:
        return getattr(self.destination, name)

    async def contacts(self, audience_id: str, *, status: Any, since: Any, **page: int) -> Any:
        found = await self.destination.contacts(audience_id, status=status, since=since, **page)
        self.pages.append(
            (status.value, "whole" if since is None else "since", len(found.contacts))
        )
        if self.after is not None:
            self.after(status.value, page["offset"], found)
        return found


def opt_outs(lab: Laboratory, count: int, *, state: str = "unsubscribed") -> list[str]:
    """Put so many contacts of a status into the audience and return their addresses."""
    addresses = [f"o{n:05}@shop.example" for n in range(count)]
    for address in addresses:
        lab.sandbox.add_contact(LIST, address, status=state)
    return addresses


def observed(lab: Laboratory, state: str = "unsubscribed") -> set[str]:
    """Return the hashes of the contacts that the store holds in a status."""
    [file] = (lab.home / "audience" / "contacts").glob("*.parquet")
    query = f"SELECT sub FROM read_parquet({literal(str(file))}) WHERE status = '{state}'"
    return {sub.hex for (sub,) in duckdb.sql(query).fetchall()}


def hashes(addresses: list[str]) -> set[str]:
    """Return the hashes of addresses."""
    return {subscriber_hash(address) for address in addresses}


def test_only_changes_are_read_after_the_first_time(tmp_path: Path) -> None:
    pages: list[tuple[str, str, int]] = []
    with laboratory(tmp_path, person(1, "Nadia"), person(2, "Omar")) as lab:
        _let_time_pass(lab)
        opt_outs(lab, 40)
        lab.run()
        _let_time_pass(lab)
        lab.sandbox.contact_unsubscribes(LIST, "omar@shop.example")
        lab.around = Recording(pages)

        report = lab.run()

        assert report.plan.skips == {Skip.UNSUBSCRIBED: 1}
        assert [page for page in pages if page[:2] == ("unsubscribed", "since")] == [
            ("unsubscribed", "since", 1)
        ]
        assert max(n for _, kind, n in pages if kind == "whole") <= 1


def _let_time_pass(lab: Laboratory) -> None:
    """Make everything that happened so far an hour older, in the sandbox."""
    for held in lab.sandbox._account.audiences.values():
        for contact in held.by_key.values():
            contact.last_changed -= 3_600


def test_the_1001st_opt_out_is_found(tmp_path: Path) -> None:
    with laboratory(tmp_path) as lab:
        addresses = opt_outs(lab, 1_001)
        lab.people = [person(n, address, email=address) for n, address in enumerate(addresses)]

        report = lab.run()

        assert report.plan.counts == {Kind.SKIP: 1_001}
        assert report.plan.skips == {Skip.UNSUBSCRIBED: 1_001}
        assert observed(lab) == hashes(addresses)
        second_run_is_empty(lab)


def test_a_contact_that_came_back_by_a_form_is_written_again(tmp_path: Path) -> None:
    with laboratory(tmp_path, person(1, "Omar"), person(2, "Nadia")) as lab:
        lab.sandbox.add_contact(LIST, "omar@shop.example", status="unsubscribed")
        before = lab.run()
        lab.sandbox.resubscribe_by_form(LIST, "omar@shop.example")

        after = lab.run()

        assert before.plan.skips == {Skip.UNSUBSCRIBED: 1}
        assert (after.plan.skips, changes(after.plan)) == ({}, {Kind.ADD: 1})
        assert audience(lab)["omar"] == ("subscribed", {"Vip"})
        second_run_is_empty(lab)


def test_a_bounced_contact_that_came_back_by_a_form_is_written_again(tmp_path: Path) -> None:
    with laboratory(tmp_path, person(1, "Quentin"), person(2, "Nadia")) as lab:
        lab.sandbox.add_contact(LIST, "quentin@shop.example", status="cleaned")
        before = lab.run()
        lab.sandbox.resubscribe_by_form(LIST, "quentin@shop.example")

        after = lab.run()

        assert (before.plan.skips, after.plan.skips) == ({Skip.CLEANED: 1}, {})
        assert audience(lab)["quentin"] == ("subscribed", {"Vip"})


def test_one_comes_back_while_another_leaves(tmp_path: Path) -> None:
    with laboratory(tmp_path, person(1, "Omar"), person(2, "Nadia")) as lab:
        lab.sandbox.add_contact(LIST, "omar@shop.example", status="unsubscribed")
        lab.run()
        lab.sandbox.resubscribe_by_form(LIST, "omar@shop.example")
        lab.sandbox.contact_unsubscribes(LIST, "nadia@shop.example")

        after = lab.run()

        assert after.plan.skips == {Skip.UNSUBSCRIBED: 1}
        assert observed(lab) == hashes(["nadia@shop.example"])
        assert audience(lab)["omar"] == ("subscribed", {"Vip"})


def test_a_contact_that_was_erased_is_no_opt_out_any_more(tmp_path: Path) -> None:
    with laboratory(tmp_path, person(1, "Nadia")) as lab:
        addresses = opt_outs(lab, 3)
        lab.run()
        lab.sandbox.erase(LIST, addresses[1])

        lab.run()

        assert observed(lab) == hashes([addresses[0], addresses[2]])


def test_an_archived_opt_out_is_left_out_as_archived(tmp_path: Path) -> None:
    with laboratory(tmp_path, person(1, "Omar")) as lab:
        lab.sandbox.add_contact(LIST, "omar@shop.example", status="unsubscribed")
        lab.run()
        lab.sandbox.archive(LIST, "omar@shop.example")

        after = second_run_is_empty(lab)

        assert after.plan.skips == {Skip.ARCHIVED: 1}
        assert status(lab, "omar") == "archived"


@pytest.mark.parametrize("as_many_enter", [False, True])
def test_no_row_is_lost_when_contacts_leave_a_status_between_two_pages(
    tmp_path: Path, as_many_enter: bool
) -> None:
    with laboratory(tmp_path, person(1, "Nadia")) as lab:
        addresses = opt_outs(lab, 2_500)
        lab.sandbox.add_contact(LIST, "late@shop.example")
        left = []

        def one_leaves(state: str, offset: int, page: Any) -> None:
            if state == "unsubscribed" and offset == 0 and not left:
                left.append(page.contacts[5].address)
                lab.sandbox.resubscribe_by_form(LIST, left[0])
                if as_many_enter:
                    lab.sandbox.contact_unsubscribes(LIST, "late@shop.example")

        lab.around = Recording([], one_leaves)
        lab.run()

        expected = hashes([a for a in addresses if a not in left])
        assert expected <= observed(lab)
        assert len(observed(lab) - expected) <= (1 if as_many_enter else 0)


def test_an_audience_that_never_rests_is_not_read_as_something_else(tmp_path: Path) -> None:
    with laboratory(tmp_path, person(1, "Nadia")) as lab:
        addresses = iter(opt_outs(lab, 1_500))

        def one_leaves(state: str, offset: int, page: Any) -> None:
            if state == "unsubscribed" and offset == 0:
                lab.sandbox.resubscribe_by_form(LIST, next(addresses))

        lab.around = Recording([], one_leaves)
        with pytest.raises(TryLater) as problem:
            lab.run()

        assert problem.value.code == "audience_unstable"
        assert lab.sandbox.writes == []


def test_pages_that_mailchimp_cannot_answer_are_read_in_halves(tmp_path: Path) -> None:
    pages: list[tuple[str, str, int]] = []
    with laboratory(tmp_path, person(1, "Nadia")) as lab:
        addresses = opt_outs(lab, 1_700)
        lab.around = lambda destination: Narrow(Recording(pages)(destination), widest=500)

        lab.run()

        assert observed(lab) == hashes(addresses)
        assert max(n for _, _, n in pages) <= 501
        assert lab.clock.slept_s <= 600


class Narrow:
    """A hook around a destination: pages of more contacts than `widest` run into the gateway's time-out."""

    def __init__(self, destination: Any, *, widest: int) -> None:
        self._destination = destination
        self._widest = widest

    def __getattr__(self, name: str) -> Any:
        return getattr(self._destination, name)

    async def contacts(self, audience_id: str, *, offset: int, count: int, **more: Any) -> Any:
        if count > self._widest + 1:
            raise problem_from_reply(504, {}, b"", method="GET", path_template=PAGES_ROUTE)
        return await self._destination.contacts(audience_id, offset=offset, count=count, **more)


@pytest.mark.parametrize("kind", ["504", "502", "truncated_json"])
def test_single_faults_on_pages_lose_nobody(tmp_path: Path, kind: str) -> None:
    with laboratory(tmp_path, person(1, "Nadia")) as lab:
        addresses = opt_outs(lab, 1_200)
        lab.sandbox.add_fault(Fault(kind=kind, path_pattern=PAGES_ROUTE, times=3))

        lab.run()

        assert observed(lab) == hashes(addresses)


def test_more_than_a_thousand_carriers_of_a_tag_stay_foreign(tmp_path: Path) -> None:
    with laboratory(tmp_path) as lab:
        addresses = [f"o{n:05}@shop.example" for n in range(1_001)]
        for address in addresses:
            lab.sandbox.add_contact(LIST, address, tags=["Vip"])
        lab.people = [
            person(n, address, email=address) for n, address in enumerate(addresses, start=1)
        ]
        lab.people.append(person(0, "Nadia"))
        lab.run()
        lab.people = [person(0, "Nadia", vip=False, local=True)]

        report = lab.approve()

        assert changes(report.plan) == {Kind.TAG: 1, Kind.RELEASE: 1_001}
        assert lab.sandbox.audience(LIST).tags["Vip"] == 1_001
        assert tags(lab, "nadia") == {"Local"}
        second_run_is_empty(lab)


def test_the_carriers_of_a_tag_are_read_only_until_we_write_it(tmp_path: Path) -> None:
    route = "GET /lists/{list_id}/segments/{segment_id}/members"
    with laboratory(tmp_path, person(1, "Nadia")) as lab:
        lab.sandbox.add_contact(LIST, "old@shop.example", tags=["Vip"])
        lab.plan()
        lab.run()
        reads = lab.sandbox.call_counts()[route]

        lab.run()

        assert reads == 2
        assert lab.sandbox.call_counts()[route] == 2


def test_every_status_is_read_where_a_batch_ignores_status_if_new(tmp_path: Path) -> None:
    pages: list[tuple[str, str, int]] = []
    with laboratory(
        tmp_path, person(1, "Nadia"), honours_status_if_new=False, switches=UNREAD
    ) as lab:
        lab.sandbox.add_contact(LIST, "nadia@shop.example")
        lab.sandbox.add_contact(LIST, "tom@shop.example", status="transactional")
        lab.around = Recording(pages)

        report = lab.run()

        assert sorted(status for status, _, _ in pages) == [
            "archived", "cleaned", "pending", "subscribed", "transactional", "unsubscribed"
        ]  # fmt: skip
        assert (report.outcomes.counted.created, report.outcomes.counted.updated) == (0, 1)
        second_run_is_empty(lab)


class Meddling:
    """A hook around a destination: somebody changes the audience right after the first batch that wrote a contact.

    Batches wait for each other. `email` None: after the very first.
    """

    def __init__(self, sandbox: Any, email: str | None, meddle: Callable[[Any], None]) -> None:
        self._sandbox = sandbox
        self._email = email
        self._alone = asyncio.Lock()
        self._meddle: Callable[[Any], None] | None = meddle
        self._destination: Any = None

    def __call__(self, destination: Any) -> Meddling:
        self._destination = destination
        return self

    def __getattr__(self, name: str) -> Any:
        return getattr(self._destination, name)

    async def upsert(self, *called: Any, **more: Any) -> Any:
        async with self._alone:
            reply = await self._destination.upsert(*called, **more)
            is_there = self._email is None or self._sandbox.member(LIST, self._email) is not None
            if self._meddle is not None and is_there:
                meddle, self._meddle = self._meddle, None
                meddle(self._sandbox)
            return reply


@pytest.mark.parametrize("is_made_again", [False, True])
def test_the_ids_of_new_tags_are_learned_from_the_replies(
    tmp_path: Path, is_made_again: bool
) -> None:
    """One that somebody deletes meanwhile, so that the next batch makes it again, is another one by the time we end."""

    def meddle(sandbox: Any) -> None:
        if is_made_again:
            sandbox.delete_tag(LIST, "Vip")

    with laboratory(tmp_path, person(1, "Nadia"), person(2, "Omar")) as lab:
        lab.batch_size = 1
        lab.around = Meddling(lab.sandbox, None, meddle)
        lab.run()
        lab.around = None
        asked = lab.sandbox.call_counts()["GET /lists/{list_id}/segments"]

        plan = lab.plan()

        kinds = [drift.kind for drift in plan.drift]
        assert asked == 1
        assert kinds == ([DriftKind.TAG_DELETED] if is_made_again else [])


def _unsubscribed(sandbox: Any) -> None:
    sandbox.contact_unsubscribes(LIST, "nadia@shop.example")


def _renamed(sandbox: Any) -> None:
    sandbox.change_address(LIST, "nadia@shop.example", "nadine@shop.example")


def _erased_while_another_came(sandbox: Any) -> None:
    sandbox.erase(LIST, "nadia@shop.example")
    sandbox.add_contact(LIST, "late@shop.example")


def _archived_while_another_came(sandbox: Any) -> None:
    sandbox.archive(LIST, "nadia@shop.example")
    sandbox.add_contact(LIST, "late@shop.example")


@pytest.mark.parametrize(
    "meddle", [_unsubscribed, _renamed, _erased_while_another_came, _archived_while_another_came]
)
def test_what_others_do_to_whom_we_have_just_written_is_seen(
    tmp_path: Path, meddle: Callable[[Any], None]
) -> None:
    """In the very second, and so that all counts of contacts stay as they were: no count tells it, only reading them."""
    with laboratory(tmp_path, person(1, "Nadia"), person(2, "Omar")) as lab:
        lab.batch_size = 1
        lab.around = Meddling(lab.sandbox, "nadia@shop.example", meddle)
        lab.run()
        lab.around = None

        lab.plan()

        for state in STATUSES:
            there = lab.sandbox.members(LIST, status=state)
            assert observed(lab, state) == hashes([contact.email for contact in there])
