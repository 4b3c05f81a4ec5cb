"""A permit is revoked once, from any thread, and ends what waits, what is under way and what is yet to begin."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from random import Random
from threading import Thread

import pytest

from segue.core.errors import BrokenOff, TryLater
from segue.core.permit import Permit
from segue.sync.pacing import Attempts, Pace
from tests.fakes.laboratory import StillClock
from tests.patience import PATIENCE_S


def stopped(code: str = "run_canceled") -> BrokenOff:
    return BrokenOff("Somebody stopped it.", action="Run again.", code=code)


class Wakeable(StillClock):
    """A clock whose sleeps end only when the test wakes them."""

    def __init__(self) -> None:
        super().__init__()
        self.sleeps: list[float] = []
        self.woken: asyncio.Event | None = None

    async def sleep(self, seconds: float) -> None:
        self.sleeps.append(seconds)
        self.woken = asyncio.Event()
        await self.woken.wait()


def attempts(permit: Permit, clock: StillClock | None = None) -> Attempts:
    return Attempts(clock=clock or StillClock(), chance=Random(1), pace=Pace(), permit=permit)


async def turns(count: int = 5) -> None:
    for _ in range(count):
        await asyncio.sleep(0)


def test_the_first_reason_counts_and_whoever_comes_late_hears_it_too() -> None:
    permit, heard = Permit(), []

    with permit.hearing(lambda: heard.append("early")):
        permit.revoke(stopped("run_canceled"))
        permit.revoke(stopped("lease_lost"))
    with permit.hearing(lambda: heard.append("late")):
        pass

    assert heard == ["early", "late"]
    assert permit.reason is not None
    assert permit.reason.code == "run_canceled"


def test_who_no_longer_listens_hears_nothing() -> None:
    permit, heard = Permit(), []
    with permit.hearing(lambda: heard.append("never")):
        pass

    permit.revoke(stopped())

    assert heard == []


def test_what_is_asked_may_revoke_it() -> None:
    answers = [None, stopped("lease_lost"), None]
    permit = Permit(lambda: answers.pop(0))

    permit.check()
    with pytest.raises(BrokenOff):
        permit.check()
    with pytest.raises(BrokenOff):
        permit.check()

    assert answers == [None]


def test_no_call_begins_once_it_is_revoked() -> None:
    permit, calls = Permit(), []
    permit.revoke(stopped())

    async def call() -> None:
        calls.append(1)

    with pytest.raises(BrokenOff):
        asyncio.run(attempts(permit).run(call))

    assert calls == []


def test_calls_that_wait_for_a_place_do_not_begin_either() -> None:
    permit, begun = Permit(), []

    async def call() -> None:
        begun.append(1)
        await turns(20)

    async def many() -> list[object]:
        tried = attempts(permit, Wakeable())
        work = [asyncio.ensure_future(tried.run(call)) for _ in range(30)]
        await turns(10)
        permit.revoke(stopped())
        return await asyncio.gather(*work, return_exceptions=True)

    ends = asyncio.run(many())

    assert len(begun) == 9
    assert sorted(type(end).__name__ for end in ends) == ["BrokenOff"] * 21 + ["NoneType"] * 9


def test_a_call_under_way_may_end_within_its_grace() -> None:
    permit, clock = Permit(), Wakeable()
    answered = None

    async def one() -> str:
        nonlocal answered
        answered = asyncio.Event()
        work = asyncio.ensure_future(attempts(permit, clock).run(lambda: _answer(answered)))
        await turns()
        permit.revoke(stopped())
        await turns()
        answered.set()
        return await work

    assert asyncio.run(one()) == "answer"
    assert clock.sleeps == [stopped().grace_s]


async def _answer(answered: asyncio.Event) -> str:
    await answered.wait()
    return "answer"


def test_a_call_that_does_not_end_is_abandoned_after_its_grace() -> None:
    permit, clock, ends = Permit(), Wakeable(), []

    async def call() -> None:
        try:
            await asyncio.Event().wait()
        finally:
            ends.append("let go")

    async def one() -> None:
        work = asyncio.ensure_future(attempts(permit, clock).run(call))
        await turns()
        permit.revoke(stopped())
        await turns()
        assert not work.done()
        assert clock.woken is not None
        clock.woken.set()
        await work

    with pytest.raises(BrokenOff):
        asyncio.run(one())
    assert ends == ["let go"]


def test_a_wait_before_the_next_attempt_ends_at_once() -> None:
    permit, clock = Permit(), Wakeable()

    async def call() -> None:
        raise TryLater("busy", action="wait", code="busy", not_before_s=120)

    async def one() -> None:
        work = asyncio.ensure_future(attempts(permit, clock).run(call))
        await turns()
        assert clock.sleeps[0] >= 120
        permit.revoke(stopped())
        await work

    with pytest.raises(BrokenOff):
        asyncio.run(one())


def test_another_thread_may_revoke_it() -> None:
    permit = Permit()

    async def one() -> None:
        thread = Thread(target=lambda: permit.revoke(stopped()))
        asyncio.get_running_loop().call_later(0.01, thread.start)
        await permit.bound(asyncio.Event().wait())

    with pytest.raises(BrokenOff):
        asyncio.run(asyncio.wait_for(one(), timeout=PATIENCE_S))


def test_work_that_is_canceled_by_somebody_else_says_so() -> None:
    permit = Permit()

    async def one() -> None:
        work = asyncio.ensure_future(permit.bound(asyncio.Event().wait()))
        await turns()
        work.cancel()
        await work

    with pytest.raises(asyncio.CancelledError):
        asyncio.run(one())


@pytest.mark.parametrize("call", [lambda: 1, lambda: None])
def test_results_pass_unchanged(call: Callable[[], object]) -> None:
    async def answer() -> object:
        return call()

    work: Callable[[], Awaitable[object]] = answer

    assert asyncio.run(attempts(Permit()).run(work)) == call()


def test_work_that_ends_itself_says_so_though_nobody_stopped_it() -> None:
    async def ends_itself() -> None:
        raise asyncio.CancelledError

    async def bound() -> None:
        await Permit().bound(ends_itself())

    with pytest.raises(asyncio.CancelledError):
        asyncio.run(bound())
