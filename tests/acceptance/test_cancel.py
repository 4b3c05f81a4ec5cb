"""A run that is stopped at any moment stops within a moment, keeps what was acknowledged, and the next one does the rest."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from random import Random
from threading import Timer
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from segue.core.errors import BrokenOff
from segue.core.permit import Permit
from segue.service.adapters import SystemClock
from segue.sync.kinds import Kind
from segue.sync.report import RunStatus
from tests.acceptance.world import (
    BATCH,
    LIST,
    audience,
    batch_fault,
    changes,
    crowd,
    person,
    second_run_is_empty,
)
from tests.fakes.laboratory import Laboratory, Silence, laboratory
from tests.fixtures.forms import long_but
from tests.patience import AT_ONCE_S, HANGS_S

CANCELED = BrokenOff("The run was canceled.", action="Run it again.", code="run_canceled")


class StopsAt(Silence):
    """A listener that revokes the permit when a step begins, or when so many chunks were acknowledged."""

    def __init__(self, permit: Permit, step: str, after: int = 0) -> None:
        super().__init__()
        self._permit = permit
        self._step = step
        self._left = after

    def step(self, name: str) -> None:
        if name == self._step:
            self._permit.revoke(CANCELED)

    def accepted(self, people: int) -> None:
        super().accepted(people)
        self._left -= 1
        if self._step == "chunk" and self._left <= 0:
            self._permit.revoke(CANCELED)


def stop_at(lab: Laboratory, step: str, after: int = 0) -> Any:
    """Run until it is stopped there; return the report, or the reason when there is no plan yet."""
    lab.permit = Permit()
    lab.listener = StopsAt(lab.permit, step, after)
    try:
        return lab.approve()
    except BrokenOff as reason:
        return reason
    finally:
        lab.permit, lab.listener = Permit(), None


@pytest.mark.parametrize(
    ("step", "after"),
    long_but(
        [("observe", 0), ("plan", 0), ("prepare", 0), ("push", 0), ("chunk", 1), ("chunk", 4)],
        "plan",
        "chunk",
    ),
)
def test_a_stop_at_any_step_leaves_a_state_from_which_the_next_run_continues(
    tmp_path: Path, step: str, after: int
) -> None:
    with laboratory(tmp_path, *crowd(12, local=True), batch_size=3) as lab:
        lab.run()
        lab.people = [
            *(replace(one, first_name="Changed") for one in lab.people[:4]),
            *(replace(one, local=False) for one in lab.people[4:8]),
            *lab.people[9:],
            replace(lab.people[8], email="new@shop.example"),
            person(1, "Nadia"),
        ]

        end = stop_at(lab, step, after)
        lab.approve()

        assert end is CANCELED or end.status is RunStatus.CANCELED
        found = audience(lab)
        assert found.pop("nadia") == ("subscribed", {"Vip"})
        assert found.pop("new") == ("subscribed", {"Vip", "Local"})
        assert {name for name, (_, held) in found.items() if held == {"Vip"}} == {
            "p0005", "p0006", "p0007", "p0008"
        }  # fmt: skip
        assert len(found) == 11
        second_run_is_empty(lab)


@pytest.mark.parametrize("step", ["observe", "plan"])
def test_a_run_that_is_stopped_before_its_plan_writes_nothing_and_says_why(
    tmp_path: Path, step: str
) -> None:
    with laboratory(tmp_path, *crowd(3)) as lab:
        end = stop_at(lab, step)

        assert end is CANCELED
        assert lab.sandbox.writes == []


def test_a_stopped_push_sends_nothing_more_and_reports_what_was_acknowledged(
    tmp_path: Path,
) -> None:
    with laboratory(tmp_path, *crowd(400), batch_size=10) as lab:
        lab.sandbox.set_latency(0.005)

        report = stop_at(lab, "chunk", 3)
        sent = lab.sandbox.call_counts()[BATCH]

        assert (report.status, report.problem) == (RunStatus.CANCELED, "run_canceled")
        assert 30 <= report.outcomes.accepted <= 30 + 9 * 10
        assert report.outcomes.accepted + report.outcomes.left == 400
        assert report.outcomes.balances
        assert sent <= 3 + 9


def test_the_next_run_sends_the_rest_and_nobody_who_was_acknowledged(tmp_path: Path) -> None:
    with laboratory(tmp_path, *crowd(400), batch_size=10) as lab:
        lab.sandbox.set_latency(0.005)
        first = stop_at(lab, "chunk", 5)

        second = lab.run()

        assert second.recovered == ()
        assert changes(second.plan) == {Kind.ADD: 400 - first.outcomes.accepted}
        assert first.outcomes.accepted + second.outcomes.accepted == 400
        assert lab.sandbox.audience(LIST).statuses == {"subscribed": 400}
        second_run_is_empty(lab)


def test_going_on_with_a_large_first_export_needs_no_new_approval(tmp_path: Path) -> None:
    with laboratory(tmp_path, *crowd(2_500), batch_size=100) as lab:
        lab.sandbox.set_latency(0.005)
        first = stop_at(lab, "chunk", 1)

        second = lab.run()

        assert first.outcomes.accepted <= 10 * 100  # one, and nine that were under way
        assert not second.plan.needs_approval
        assert lab.sandbox.audience(LIST).statuses == {"subscribed": 2_500}


def test_a_push_with_slow_calls_under_way_is_stopped_at_once(tmp_path: Path) -> None:
    with laboratory(tmp_path, *crowd(200), batch_size=10, clock=SystemClock()) as lab:
        lab.sandbox.add_fault(batch_fault("slow", seconds=HANGS_S, times=None, after=9))
        lab.listener = StopsLater(lab.permit, accepted=90)

        report = lab.run()

        assert time.monotonic() - lab.listener.stopped_at < AT_ONCE_S
        assert report.status is RunStatus.CANCELED
        found = report.outcomes
        assert (found.accepted, found.unknown, found.not_sent) == (90, 90, 20)
        lab.permit, lab.listener = Permit(), None
        lab.sandbox.clear_faults()
        lab.run()
        assert lab.sandbox.audience(LIST).statuses == {"subscribed": 200}


def test_calls_under_way_are_waited_for_where_the_stop_gives_them_time(tmp_path: Path) -> None:
    patient = BrokenOff("Canceled.", action="Run.", code="run_canceled", grace_s=HANGS_S)
    with laboratory(tmp_path, *crowd(200), batch_size=10, clock=SystemClock()) as lab:
        lab.sandbox.add_fault(batch_fault("slow", seconds=HANGS_S, times=None, after=9))
        lab.listener = StopsLater(lab.permit, accepted=90, reason=patient)
        lab.listener.then = lab.sandbox.clear_faults  # Mailchimp answers what is under way

        report = lab.run()

        found = report.outcomes
        assert (report.status, found.accepted, found.unknown, found.not_sent) == (
            RunStatus.CANCELED, 180, 0, 20
        )  # fmt: skip
        assert lab.sandbox.audience(LIST).statuses == {"subscribed": 180}


class StopsLater(Silence):
    """A listener that revokes the permit from another thread a moment after so many people were accepted."""

    def __init__(self, permit: Permit, *, accepted: int, reason: BrokenOff = CANCELED) -> None:
        super().__init__()
        self.then: Callable[[], object] = lambda: None
        self._permit = permit
        self._wanted = accepted
        self._reason = reason
        self.stopped_at = 0.0

    def accepted(self, people: int) -> None:
        super().accepted(people)
        if self.people == self._wanted:
            Timer(0.2, self._stop).start()

    def _stop(self) -> None:
        self.stopped_at = time.monotonic()
        self._permit.revoke(self._reason)
        self.then()


def test_an_evaluation_is_broken_off(tmp_path: Path) -> None:
    with laboratory(tmp_path, *crowd(30)) as lab:
        lab.permit = Permit()
        lab.listener = InTheMiddleOf(lab)

        with pytest.raises(BrokenOff):
            lab.run()

        assert lab.listener.evaluated
        assert lab.sandbox.writes == []


class InTheMiddleOf(Silence):
    """Revokes the permit from another thread while the plan is being evaluated."""

    def __init__(self, lab: Laboratory) -> None:
        super().__init__()
        self._lab = lab
        self.evaluated = False

    def step(self, name: str) -> None:
        if name == "plan":
            self.evaluated = True
            Timer(0.005, lambda: self._lab.permit.revoke(CANCELED)).start()

    def planned(self, plan: object) -> None:
        raise AssertionError("the plan was made all the same")


def test_a_body_whose_call_may_not_begin_any_more_never_leaves(tmp_path: Path) -> None:
    with laboratory(tmp_path, *crowd(3)) as lab:
        lab.around = lambda destination: RevokesLast(destination, lab.permit)

        report = lab.run()

        assert report.status is RunStatus.CANCELED
        assert lab.sandbox.writes == []


class RevokesLast:
    """A hook around a destination: the permit is revoked after it was asked for the call, and before its body is written."""

    def __init__(self, destination: Any, permit: Permit) -> None:
        self._destination = destination
        self._permit = permit

    def __getattr__(self, name: str) -> Any:
        return getattr(self._destination, name)

    async def upsert(self, audience_id: str, members: bytes, **more: Any) -> Any:
        self._permit.revoke(CANCELED)
        return await self._destination.upsert(audience_id, members, **more)


@settings(max_examples=settings().max_examples // 6)
@given(seed=st.integers(min_value=0, max_value=10_000), stops=st.integers(min_value=1, max_value=4))
def test_stopped_again_and_again_the_audience_ends_exact(
    tmp_path_factory: pytest.TempPathFactory, seed: int, stops: int
) -> None:
    chance = Random(seed)
    people = crowd(60, local=True)
    with laboratory(tmp_path_factory.mktemp("stops"), *people, batch_size=7) as lab:
        for number in range(stops):
            step = chance.choice(["observe", "plan", "prepare", "push", "chunk", "chunk", "chunk"])
            stop_at(lab, step, chance.randint(1, 5))
            place = chance.randrange(len(lab.people))
            lab.people[place] = replace(lab.people[place], first_name=f"Name {number}")
            lab.people[-1 - number] = replace(lab.people[-1 - number], local=False)
        for member in lab.sandbox.members(LIST)[:2]:
            lab.sandbox.contact_unsubscribes(LIST, member.email)
        out = {m.email for m in lab.sandbox.members(LIST, status="unsubscribed")}

        lab.approve()

        members = {member.email: member for member in lab.sandbox.members(LIST)}
        assert sorted(members) == sorted(str(one.email) for one in lab.people)
        assert {m.email for m in members.values() if m.status == "unsubscribed"} == out
        for one in lab.people:
            if one.email not in out:
                wanted = {"Vip", "Local"} if one.local else {"Vip"}
                member = members[str(one.email)]
                assert (member.status, set(member.tags)) == ("subscribed", wanted)
        second_run_is_empty(lab)
