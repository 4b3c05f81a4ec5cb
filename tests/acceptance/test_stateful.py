"""Whatever happens to profiles, to Mailchimp and on the way between: the promises hold after every run.

Random sequences of profile changes, opt-outs, foreign tags, erasures, faults and crashes run against the sandbox; the
expectations are worked out here from the people and the audience alone, not from the engine.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from mailchimp_sandbox.server import Sandbox
from mailchimp_sandbox.switches import Switches
from segue.core.emails import canonical
from segue.sync.kinds import Kind, Skip
from tests.fakes.laboratory import Laboratory, Silence, Someone, StillClock, mailchimp_clock

LIST = "a1b2c3d4e5"
OURS = {"Vip", "Local"}
ADDRESSES = [
    f"{name}@shop.example" for name in ("nadia", "omar", "pia", "quentin", "rosa", "emile")
]
TYPED = [*ADDRESSES, "NADIA@shop.example", " Omar@Shop.EXAMPLE", "not an address", None]
GONE = {"unsubscribed", "cleaned", "archived"}
FAULTS = ["drop_before", "drop_after", "429", "403", "500", "502", "503", "truncated_json"]


class Crash(BaseException):
    """The process dies: nothing after it runs."""


class Dying(Silence):
    """Dies after so many acknowledged chunks."""

    def __init__(self, after: int) -> None:
        super().__init__()
        self.left = after

    def accepted(self, people: int) -> None:
        super().accepted(people)
        self.left -= 1
        if self.left < 0:
            raise Crash


class World(RuleBasedStateMachine):
    """People, an audience, an exporter."""

    honours = True

    @initialize(colleague=st.sampled_from(["", *ADDRESSES[:3]]))
    def begin(self, colleague: str) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="segue-world-"))
        switches = Switches(stats_cache_s=0, honours_status_if_new_in_batch=self.honours)
        clock = StillClock()
        self.opened = Sandbox.in_thread(switches=switches, clock=mailchimp_clock(clock))
        self.sandbox = self.opened.__enter__()
        self.sandbox.add_audience(LIST)
        self.lab = Laboratory(
            home=self.folder,
            sandbox=self.sandbox,
            clock=clock,
            honours_status_if_new=self.honours,
            batch_size=2,
        )
        self.foreign: set[tuple[str, str]] = set()
        self.settled = False
        self.next_id = 1
        if colleague:
            self.sandbox.add_contact(LIST, colleague, tags=["Vip"])
            self._tagged(colleague, "Vip")

    def teardown(self) -> None:
        if hasattr(self, "opened"):
            self.opened.__exit__(None, None, None)
            shutil.rmtree(self.folder, ignore_errors=True)

    # what happens to profiles

    @rule(
        email=st.sampled_from(TYPED),
        name=st.sampled_from(["", "Ana", "Émile"]),
        vip=st.booleans(),
        local=st.booleans(),
    )
    def someone_joins(self, email: str | None, name: str, vip: bool, local: bool) -> None:
        self.lab.people.append(
            Someone(id=self.next_id, email=email, first_name=name, vip=vip, local=local)
        )
        self.next_id += 1
        self.settled = False

    @precondition(lambda self: self.lab.people)
    @rule(
        which=st.integers(0, 50),
        change=st.sampled_from(["email", "first_name", "vip", "local", "gone"]),
        email=st.sampled_from(TYPED),
    )
    def someone_changes(self, which: int, change: str, email: str | None) -> None:
        place = which % len(self.lab.people)
        person = self.lab.people[place]
        self.settled = False
        match change:
            case "gone":
                del self.lab.people[place]
            case "email":
                self.lab.people[place] = replace(person, email=email)
            case "first_name":
                self.lab.people[place] = replace(person, first_name=person.first_name + "x")
            case "vip":
                self.lab.people[place] = replace(person, vip=not person.vip)
            case _:
                self.lab.people[place] = replace(person, local=not person.local)

    # what happens at Mailchimp

    @rule(
        address=st.sampled_from(ADDRESSES),
        event=st.sampled_from(
            [
                "contact_unsubscribes",
                "admin_unsubscribes",
                "clean",
                "archive",
                "erase",
                "resubscribe_by_form",
                "foreign",
            ]
        ),
    )
    def mailchimp_side(self, address: str, event: str) -> None:
        member = self.sandbox.member(LIST, address)
        if member is None:
            return
        self.settled = False
        if event == "foreign":
            self.sandbox.add_tag(LIST, address, "Colleague")
            self._tagged(address, "Colleague")
        elif event == "resubscribe_by_form":
            if member.status == "unsubscribed":
                self.sandbox.resubscribe_by_form(LIST, address)
        elif member.status == "subscribed" or (event == "archive" and member.status != "archived"):
            getattr(self.sandbox, event)(LIST, address)

    # what the exporter does

    @precondition(lambda self: self.lab.people)
    @rule(after=st.integers(0, 2))
    def a_run_dies(self, after: int) -> None:
        self.lab.listener = Dying(after)
        try:
            self._checked_run(self.lab.approve)
        except BaseExceptionGroup as group:
            if group.split(Crash)[1] is not None:
                raise
        finally:
            self.lab.listener = None
        self.settled = False

    @rule(seed=st.integers(0, 10_000))
    def a_run_meets_faults(self, seed: int) -> None:
        self.sandbox.random_faults(0.3, seed=seed, kinds=FAULTS)
        try:
            self._checked_run(self.lab.approve)
        except Exception as problem:
            assert type(problem).__name__ == "TryLater"
        finally:
            self.sandbox.random_faults(0, seed=seed, kinds=FAULTS)
        self.settled = False

    @rule()
    def runs_settle(self) -> None:
        for _ in range(3):
            report = self._checked_run(self.lab.approve)
            assert report.outcomes.balances
            assert report.outcomes.not_sent == 0
            if not report.outcomes.rejected_total:
                break
        self.settled = True
        self.sandbox.reset_calls()
        again = self._checked_run(self.lab.run)
        assert {k: n for k, n in again.plan.counts.items() if k is not Kind.SKIP} == {}
        assert self.sandbox.writes == []
        self._audience_is_what_the_people_want(again)

    @rule()
    def a_full_run_changes_nothing_else(self) -> None:
        self._checked_run(lambda: self.lab.approve(full=True))
        self.settled = False

    # what must hold

    def _checked_run(self, run):  # type: ignore[no-untyped-def]
        before = {m.contact_id: m for m in self.sandbox.members(LIST)}
        foreign = set(self.foreign)
        try:
            return run()
        finally:
            after = {m.contact_id: m for m in self.sandbox.members(LIST)}
            for contact_id, member in before.items():
                now = after[contact_id]
                if member.status in GONE:
                    assert now.status == member.status, "somebody who left was brought back"
                elif now.status != member.status:
                    assert (member.status, now.status) == ("subscribed", "archived"), (
                        "a status was changed"
                    )
                kept = {tag for owner, tag in foreign if owner == contact_id}
                assert kept <= now.tags, "a foreign tag was taken away"
            for contact_id, member in after.items():
                if contact_id not in before:
                    assert member.status == "subscribed"

    def _tagged(self, address: str, tag: str) -> None:
        member = self.sandbox.member(LIST, address)
        assert member is not None
        self.foreign.add((member.contact_id, tag))

    def _wanted(self) -> dict[str, Someone]:
        """Return the winner of each address: the first key among members of a segment."""
        found: dict[str, Someone] = {}
        for person in sorted(self.lab.people, key=lambda p: p.id):
            address = canonical(person.email).address
            if address is not None and (person.vip or person.local):
                found.setdefault(address, person)
        return found

    def _audience_is_what_the_people_want(self, report) -> None:  # type: ignore[no-untyped-def]
        wanted = self._wanted()
        barred = sum(
            report.plan.skips.get(skip, 0)
            for skip in (Skip.UNSUBSCRIBED_BEFORE_MOVE, Skip.FORGOTTEN_BEFORE_MOVE)
        )
        for address, person in wanted.items():
            member = self.sandbox.member(LIST, address)
            if member is None:
                barred -= 0 if self.sandbox.is_erased(LIST, address) else 1
                continue
            if member.status in GONE:
                continue
            tags = {tag for tag, has in (("Vip", person.vip), ("Local", person.local)) if has}
            foreign = {tag for owner, tag in self.foreign if owner == member.contact_id}
            if barred > 0 and not tags <= member.tags:
                barred -= 1
                continue
            assert member.tags == tags | foreign
            assert member.merge_fields.get("FNAME", "") == person.first_name
        assert barred >= 0, "somebody wanted is missing"
        for member in self.sandbox.members(LIST):
            if member.email.lower() not in wanted and member.status not in GONE:
                foreign = {tag for owner, tag in self.foreign if owner == member.contact_id}
                assert member.tags & OURS <= foreign, "somebody who left the segments kept our tags"

    @invariant()
    def every_address_is_there_once(self) -> None:
        if hasattr(self, "sandbox"):
            addresses = [m.email.lower() for m in self.sandbox.members(LIST)]
            assert len(addresses) == len(set(addresses))


class WorldThatIgnoresStatusIfNew(World):
    """The same where a batch ignores `status_if_new`. Source: FACTS.md §11.1 (unverified, hence a switch)."""

    honours = False


THOROUGH = int(os.environ.get("SEGUE_WORLDS", "0"))
SHAPE = settings(
    max_examples=THOROUGH or 6,
    stateful_step_count=14,
    deadline=None,
    suppress_health_check=list(HealthCheck),
)
TestWorld = World.TestCase
TestWorld.settings = SHAPE
TestWorldThatIgnoresStatusIfNew = WorldThatIgnoresStatusIfNew.TestCase
TestWorldThatIgnoresStatusIfNew.settings = SHAPE
pytestmark = pytest.mark.slow
