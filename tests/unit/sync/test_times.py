"""The steps of a walk take all of its time, whatever happens between them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from segue.sync.times import StepTimes

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)


class Hand:
    """A clock that only the test moves."""

    def __init__(self) -> None:
        self.s = 100.0

    def now(self) -> datetime:
        return NOW + timedelta(seconds=self.s)

    def monotonic(self) -> float:
        return self.s

    async def sleep(self, seconds: float) -> None:
        self.s += seconds


def test_each_step_lasts_until_the_next_and_the_first_has_begun_with_the_walk() -> None:
    clock = Hand()
    times = StepTimes(clock)
    for name, before_s in (("observe", 0.5), ("plan", 2.0), ("push", 0.25)):
        clock.s += before_s
        times.begin(name)
    clock.s += 4

    times.over()

    assert times.seconds == {"observe": 2.5, "plan": 0.25, "push": 4.0}
    assert sum(times.seconds.values()) == (clock.now() - times.begun_at).total_seconds()
    assert times.is_over


def test_a_step_that_was_broken_off_is_not_told_as_over() -> None:
    clock = Hand()
    times = StepTimes(clock)
    times.begin("observe")
    clock.s += 1
    times.broken_off()

    times.over()

    assert times.seconds == {}
    assert not times.is_over
