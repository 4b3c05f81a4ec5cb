"""How many calls run at once, and when one is tried again: bounds of attempts, seconds and jitter, on a still clock."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from heapq import heappop, heappush
from random import Random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from segue.core.errors import BrokenOff, ConnectionLost, TryLater
from segue.core.permit import Permit
from segue.sync.pacing import RUN_CONNECTIONS, Attempts, Pace, Patience
from tests.fakes.laboratory import StillClock


class Service:
    """Answers after so many refusals; counts its calls and the most that were under way at once."""

    def __init__(self, *refusals: BaseException) -> None:
        self.refusals = list(refusals)
        self.calls = 0
        self.under_way = 0
        self.most = 0

    async def call(self) -> str:
        self.calls += 1
        self.under_way += 1
        self.most = max(self.most, self.under_way)
        await asyncio.sleep(0)
        self.under_way -= 1
        if self.refusals:
            raise self.refusals.pop(0)
        return "answer"


class Waits(StillClock):
    """A still clock that remembers every wait."""

    def __init__(self) -> None:
        super().__init__()
        self.waits_s: list[float] = []

    async def sleep(self, seconds: float) -> None:
        self.waits_s.append(seconds)
        await super().sleep(seconds)


class Least(Random):
    """The smallest jitter."""

    def random(self) -> float:
        return 0.0


class Most(Random):
    """The largest jitter."""

    def random(self) -> float:
        return 1.0


def busy(**more: Any) -> TryLater:
    return TryLater("busy", action="wait", code="busy", **more)


def attempts(
    clock: StillClock, chance: Random, patience: Patience | None = None, pace: Pace | None = None
) -> Attempts:
    return Attempts(clock=clock, chance=chance, pace=pace or Pace(), patience=patience)


def run(work: Callable[[], Awaitable[object]]) -> object:
    async def inside() -> object:
        return await work()

    return asyncio.run(inside())


def test_a_call_that_is_refused_is_made_again_until_it_is_answered() -> None:
    clock, service = Waits(), Service(busy(), busy(), busy())
    tried = attempts(clock, Most())

    answer = run(lambda: tried.run(service.call))

    assert (answer, service.calls, tried.pace.retries) == ("answer", 4, 3)
    assert clock.waits_s == [1.0, 2.0, 4.0]


@pytest.mark.parametrize(
    ("chance", "waits_s"),
    [(Least(), [0.5, 1, 2, 4, 8, 16, 30]), (Most(), [1, 2, 4, 8, 16, 32, 60])],
)
def test_waits_double_up_to_the_longest_and_jitter_takes_away_half_at_most(
    chance: Random, waits_s: list[float]
) -> None:
    clock = Waits()

    with pytest.raises(TryLater):
        run(lambda: attempts(clock, chance).run(Service(*[busy()] * 8).call))

    assert clock.waits_s == waits_s


def test_the_last_refusal_is_raised_when_attempts_end() -> None:
    service, last = Service(busy(), busy()), busy()
    service.refusals.append(last)

    with pytest.raises(TryLater) as raised:
        run(lambda: attempts(Waits(), Random(1), Patience(attempts=3)).run(service.call))

    assert raised.value is last
    assert service.calls == 3


def test_patience_also_ends_by_seconds() -> None:
    clock = Waits()
    patience = Patience(attempts=100, seconds=10, first_wait_s=4, longest_wait_s=4)

    with pytest.raises(TryLater):
        run(lambda: attempts(clock, Most(), patience).run(Service(*[busy()] * 100).call))

    assert clock.waits_s == [4, 4]


def test_a_call_that_may_still_run_is_not_repeated_before_it_has_ended() -> None:
    clock = Waits()

    run(lambda: attempts(clock, Least()).run(Service(busy(not_before_s=120)).call))

    assert clock.waits_s == [120.5]


def test_anything_else_is_raised_at_once() -> None:
    lost = ConnectionLost("revoked", action="reconnect", code="lost")
    clock, service = Waits(), Service(lost)

    with pytest.raises(ConnectionLost):
        run(lambda: attempts(clock, Random(1)).run(service.call))

    assert (service.calls, clock.waits_s) == (1, [])


def test_no_more_calls_run_at_once_than_the_pace_allows() -> None:
    service = Service()

    async def many() -> None:
        tried = attempts(Waits(), Random(1))
        await asyncio.gather(*(tried.run(service.call) for _ in range(100)))

    run(many)

    assert service.most == RUN_CONNECTIONS == 9
    assert service.calls == 100


def test_throttling_halves_what_is_allowed_and_successes_give_it_back_one_by_one() -> None:
    pace = Pace(9, grow_after=3)

    allowed = []
    for _ in range(5):
        pace.throttled()
        allowed.append(pace.allowed)
    for _ in range(3 * 10):
        pace.succeeded()

    assert allowed == [4, 2, 1, 1, 1]
    assert (pace.allowed, pace.throttlings) == (9, 5)


def test_a_throttling_in_between_starts_the_streak_again() -> None:
    pace = Pace(9, grow_after=3)
    pace.throttled()

    for _ in range(2):
        pace.succeeded()
        pace.succeeded()
        pace.throttled()

    assert pace.allowed == 1


def test_only_throttling_lowers_the_pace() -> None:
    tried = attempts(Waits(), Random(1))
    run(lambda: tried.run(Service(busy(), busy(throttled=True), busy()).call))

    assert (tried.pace.allowed, tried.pace.throttlings, tried.pace.retries) == (4, 1, 3)


def test_a_throttled_pace_holds_for_calls_that_wait_already() -> None:
    service = Service(*[busy(throttled=True)] * 9)

    async def many() -> int:
        tried = attempts(Waits(), Random(1))
        await asyncio.gather(*(tried.run(service.call) for _ in range(9)))
        service.most = 0
        await asyncio.gather(*(tried.run(service.call) for _ in range(10)))
        return service.most

    assert run(many) == 1


def test_a_call_that_is_given_up_leaves_its_place_to_others() -> None:
    async def both() -> str:
        tried = attempts(Waits(), Random(1), Patience(attempts=1), Pace(1))
        with pytest.raises(TryLater):
            await tried.run(Service(busy()).call)
        return await tried.run(Service().call)

    assert run(both) == "answer"


class Steps(StillClock):
    """A clock whose sleepers wake one by one in the order of their times, when nothing else goes on."""

    def __init__(self) -> None:
        super().__init__()
        self._sleepers: list[tuple[float, int, asyncio.Future[None]]] = []

    async def sleep(self, seconds: float) -> None:
        woken = asyncio.get_running_loop().create_future()
        heappush(self._sleepers, (self.slept_s + seconds, id(woken), woken))
        await woken

    async def pass_by(self, task: asyncio.Task[Any]) -> None:
        """Let time go on until the task is done."""
        while not task.done():
            for _ in range(50):
                await asyncio.sleep(0)
            if self._sleepers:
                at, _, woken = heappop(self._sleepers)
                self.slept_s = max(self.slept_s, at)
                woken.set_result(None)


def pass_by(clock: Steps, work: Callable[[], Awaitable[object]]) -> None:
    async def inside() -> None:
        task = asyncio.ensure_future(work())
        await clock.pass_by(task)  # type: ignore[arg-type]
        await task

    asyncio.run(inside())


def lost(**more: Any) -> TryLater:
    return busy(occupies_s=120.0, **more)


def test_a_call_whose_reply_was_lost_is_made_again_at_once() -> None:
    clock, service = Waits(), Service(lost(), lost(), lost())
    tried = attempts(clock, Most())

    run(lambda: tried.run(service.call))

    assert clock.waits_s == [1.0, 2.0, 4.0]
    assert tried.pace.occupied(clock.monotonic()) == 3


class Mailchimp:
    """Works on a lost call for 120 seconds after its connection broke; knows how many connections are busy at most."""

    def __init__(self, clock: Steps, losses: int) -> None:
        self.clock = clock
        self.losses = losses
        self.calls = 0
        self.busy = 0
        self.most = 0
        self._ends: list[float] = []

    async def call(self) -> str:
        self.calls += 1
        self.busy += 1
        now = self.clock.monotonic()
        self._ends = [end for end in self._ends if end > now]
        self.most = max(self.most, self.busy + len(self._ends))
        await self.clock.sleep(1.0)
        self.busy -= 1
        if self.losses:
            self.losses -= 1
            self._ends.append(self.clock.monotonic() + 120.0)
            raise lost()
        return "answer"


@given(losses=st.integers(0, 30), chunks=st.integers(1, 30), seed=st.integers(0, 1_000))
def test_lost_calls_never_make_more_connections_busy_than_a_run_may_have(
    losses: int, chunks: int, seed: int
) -> None:
    clock = Steps()
    far = Mailchimp(clock, losses)
    tried = attempts(clock, Random(seed), Patience(attempts=60, seconds=9_000))

    async def many() -> None:
        await asyncio.gather(*(tried.run(far.call) for _ in range(chunks)))

    pass_by(clock, many)

    assert far.calls == chunks + losses
    assert far.most <= RUN_CONNECTIONS


def test_three_lost_replies_among_twelve_calls_cost_seconds() -> None:
    clock = Steps()
    far = Mailchimp(clock, losses=3)
    tried = attempts(clock, Most())

    async def many() -> None:
        await asyncio.gather(*(tried.run(far.call) for _ in range(12)))

    pass_by(clock, many)

    assert clock.slept_s <= 5


def test_when_every_place_is_occupied_the_next_call_waits_for_the_first_to_be_free() -> None:
    clock, service = Waits(), Service()
    tried = attempts(clock, Least(), pace=Pace(2))
    tried.pace.occupy(100.0)
    tried.pace.occupy(70.0)

    run(lambda: tried.run(service.call))

    assert clock.waits_s == [70.0]


def test_an_occupied_place_does_not_hold_a_throttled_pace_back_while_another_is_free() -> None:
    clock, service = Waits(), Service()
    tried = attempts(clock, Least(), pace=Pace(3))
    for _ in range(3):
        tried.pace.throttled()
    tried.pace.occupy(100.0)
    tried.pace.occupy(100.0)

    run(lambda: tried.run(service.call))

    assert (tried.pace.allowed, clock.waits_s) == (1, [])


def test_waiting_for_an_occupied_place_ends_when_the_permit_is_revoked() -> None:
    permit, clock = Permit(), Waits()
    tried = Attempts(clock=clock, chance=Least(), pace=Pace(1), permit=permit)
    tried.pace.occupy(100.0)
    clock.before_sleep = lambda: permit.revoke(BrokenOff("over", action="none", code="over"))

    with pytest.raises(BrokenOff):
        run(lambda: tried.run(Service().call))


def test_waiting_for_a_moment_that_is_past_costs_nothing() -> None:
    clock = Waits()
    tried = attempts(clock, Least())
    clock.slept_s = 50.0

    run(lambda: tried.wait_until(40.0))
    run(lambda: tried.wait_until(53.0))

    assert clock.waits_s == [3.0]


@pytest.mark.parametrize(("asked", "made"), [(2, 2), (9, 3)])
def test_fewer_attempts_are_never_more_and_the_rest_stays_as_it_was(asked: int, made: int) -> None:
    service, clock = Service(*[busy()] * 9), Waits()
    patience = Patience(attempts=3, first_wait_s=4, longest_wait_s=4)

    with pytest.raises(TryLater):
        run(lambda: attempts(clock, Most(), patience).fewer(asked).run(service.call))

    assert (service.calls, clock.waits_s) == (made, [4] * (made - 1))
