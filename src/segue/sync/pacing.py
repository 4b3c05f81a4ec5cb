"""How many calls run at once and when one is tried again. Knows nothing of what the calls do.

At most nine calls of a run are under way at once (Mailchimp allows ten connections per user, one is kept for people;
Source: FACTS.md §2). After throttling the number is halved, after successes it grows again by one. A call whose reply
was lost may go on at Mailchimp for a while: its place counts as taken until then, and is never waited for while another
one is free.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, replace
from random import Random
from typing import TypeVar

from segue.core.clock import Clock
from segue.core.errors import TryLater
from segue.core.permit import Permit, Sleep

log = logging.getLogger("segue.sync")
Result = TypeVar("Result")

RUN_CONNECTIONS = 9
"""Calls of one run under way at once."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Patience:
    """How long the same call is tried again: both bounds hold. Back-off doubles from `first_wait_s` to `longest_wait_s`."""

    attempts: int = 8
    seconds: float = 900.0
    first_wait_s: float = 1.0
    longest_wait_s: float = 60.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Wait:
    """A call that waits until it is made again. `attempt` is the one that comes, of `attempts`; `until` is monotonic seconds.

    `code` says why the attempt before failed.
    """

    attempt: int
    attempts: int
    until: float
    code: str


class Pace:
    """Adapts how many calls are under way at once. Counts retries and throttlings for the report."""

    def __init__(self, most: int = RUN_CONNECTIONS, *, grow_after: int = 20) -> None:
        self.most = most
        self.allowed = most
        self.busy = 0
        self.throttlings = 0
        self.retries = 0
        self._grow_after = grow_after
        self._streak = 0
        self._occupied: list[float] = []
        self._waits: dict[object, Wait] = {}
        self._freed = asyncio.Event()
        self._is_timed = False

    @asynccontextmanager
    async def slot(self, clock: Clock, sleep: Sleep) -> AsyncIterator[None]:
        """Wait until one more call may start, and hold its place. `sleep` waits until occupied places are free."""
        while not self._is_free(clock.monotonic()):
            await self._change(clock, sleep)
        self.busy += 1
        try:
            yield
        finally:
            self.busy -= 1
            self._freed.set()

    def occupy(self, until: float) -> None:
        """Count a place as taken until then, in the clock's monotonic seconds, though no call of ours is under way."""
        self._occupied.append(until)

    def occupied(self, now: float) -> int:
        """Return how many places are taken by calls that we lost sight of."""
        self._occupied = [until for until in self._occupied if until > now]
        return len(self._occupied)

    @contextmanager
    def waiting(self, wait: Wait) -> Iterator[None]:
        """Let others see that a call waits."""
        key = object()
        self._waits[key] = wait
        try:
            yield
        finally:
            del self._waits[key]

    @property
    def longest_tried(self) -> Wait | None:
        """Return of the calls that wait the one that was tried most often, the next to begin first; None: none waits.

        Any thread may ask.
        """
        waits = list(self._waits.copy().values())
        return max(waits, key=lambda one: (one.attempt, -one.until), default=None)

    def _is_free(self, now: float) -> bool:
        return self.busy < self.allowed and self.busy + self.occupied(now) < self.most

    async def _change(self, clock: Clock, sleep: Sleep) -> None:
        """Wait for a call to end; where none is under way that could end, until the first occupied place is free.

        One waiter looks at the clock for all: the others hear of it as of an ended call.
        """
        if self.busy or self._is_timed or not self._occupied:
            self._freed.clear()
            await self._freed.wait()
            return
        self._is_timed = True
        try:
            await sleep(min(self._occupied) - clock.monotonic())
        finally:
            self._is_timed = False
            self._freed.set()

    def throttled(self) -> None:
        """Halve the number of calls under way."""
        self.throttlings += 1
        self._streak = 0
        self.allowed = max(1, self.allowed // 2)

    def succeeded(self) -> None:
        """Allow one more call after a streak of successes."""
        self._streak += 1
        if self._streak >= self._grow_after and self.allowed < self.most:
            self.allowed += 1
            self._streak = 0


class Attempts:
    """Makes calls within the pace, and again while they raise TryLater and patience lasts.

    The permit is asked before each of them; once it is revoked no call begins, whatever was planned.
    """

    def __init__(
        self,
        *,
        clock: Clock,
        chance: Random,
        pace: Pace,
        patience: Patience | None = None,
        permit: Permit | None = None,
    ) -> None:
        self.pace = pace
        self._clock = clock
        self._chance = chance
        self._patience = patience or Patience()
        self._permit = permit or Permit()

    def fewer(self, attempts: int) -> Attempts:
        """Return the same with fewer attempts per call."""
        return Attempts(
            clock=self._clock,
            chance=self._chance,
            pace=self.pace,
            patience=replace(self._patience, attempts=min(attempts, self._patience.attempts)),
            permit=self._permit,
        )

    async def run(
        self,
        call: Callable[[], Awaitable[Result]],
        *,
        gives_up: Callable[[TryLater], bool] | None = None,
    ) -> Result:
        """Return the call's result. `gives_up` is asked after each failure: it may end patience earlier.

        Raises its last TryLater when patience ends, BrokenOff when the permit is revoked, anything else at once.
        """
        started = self._clock.monotonic()
        for attempt in range(1, self._patience.attempts + 1):
            try:
                async with self.pace.slot(self._clock, self._sleep):
                    self._permit.check()
                    result = await self._under_way(call)
            except TryLater as problem:
                self._keep_occupied(problem)
                self._permit.check()
                if gives_up is not None and gives_up(problem):
                    raise
                wait_s = self._wait_s(problem, attempt)
                spent_s = self._clock.monotonic() - started
                if attempt == self._patience.attempts or spent_s + wait_s > self._patience.seconds:
                    raise
                await self._wait(problem, attempt, wait_s)
            else:
                self.pace.succeeded()
                return result
        raise AssertionError("patience allows at least one attempt")

    @property
    def most_attempts(self) -> int:
        """Return how often a call is made at most."""
        return self._patience.attempts

    def now(self) -> float:
        """Return the clock's monotonic seconds."""
        return self._clock.monotonic()

    async def wait_until(self, moment: float) -> None:
        """Wait until a moment of `now`; one that is past costs nothing."""
        if (left_s := moment - self.now()) > 0:
            await self._sleep(left_s)

    def _wait_s(self, problem: TryLater, attempt: int) -> float:
        """Return seconds to wait: the back-off with jitter, but never before the problem allows."""
        longest = min(
            self._patience.longest_wait_s, self._patience.first_wait_s * 2.0 ** (attempt - 1)
        )
        return problem.not_before_s + longest * (0.5 + self._chance.random() / 2)

    async def _wait(self, problem: TryLater, attempt: int, wait_s: float) -> None:
        self.pace.retries += 1
        if problem.throttled:
            self.pace.throttled()
        log.info(
            "run.retry_scheduled",
            extra={
                "code": problem.code,
                "attempt": attempt,
                "wait_s": round(wait_s, 1),
                "allowed": self.pace.allowed,
            },
        )
        wait = Wait(
            attempt=attempt + 1,
            attempts=self._patience.attempts,
            until=self.now() + wait_s,
            code=problem.code,
        )
        with self.pace.waiting(wait):
            await self._sleep(wait_s)

    def _keep_occupied(self, problem: TryLater) -> None:
        """Count the call's place as taken for as long as Mailchimp may still work on it."""
        busy_s = max(problem.occupies_s, problem.not_before_s)
        if busy_s > 0:
            self.pace.occupy(self._clock.monotonic() + busy_s)

    async def _sleep(self, seconds: float) -> None:
        await self._permit.bound(self._clock.sleep(seconds))

    async def _under_way(self, call: Callable[[], Awaitable[Result]]) -> Result:
        """Make a call that is given up when the permit is revoked and the call does not end soon."""
        return await self._permit.bound(call(), sleep=self._clock.sleep)
