"""The watch over tests that hang is wound up in time, and seldom."""

from __future__ import annotations

from tests.fixtures.hanging import FRESH_S, LIMIT_S, Watch


def test_the_watch_is_wound_up_when_a_test_begins_and_then_once_a_minute_at_most() -> None:
    told: list[str] = []
    times = iter([0.0, 1.0, FRESH_S - 1, FRESH_S, FRESH_S + 1, 3 * FRESH_S])
    watch = Watch(
        wind_up=lambda: told.append("wound up"),
        stop=lambda: told.append("stopped"),
        now=lambda: next(times),
    )

    for _ in range(6):
        watch.begin()
        told.append("test")

    assert told == [
        *("wound up", "test", "test", "test"),
        *("wound up", "test", "test"),
        *("wound up", "test"),
    ]
    assert FRESH_S * 10 < LIMIT_S


def test_a_stopped_watch_is_wound_up_by_the_next_test() -> None:
    told: list[str] = []
    watch = Watch(
        wind_up=lambda: told.append("wound up"),
        stop=lambda: told.append("stopped"),
        now=lambda: 0.0,
    )

    watch.begin()
    watch.end()
    watch.begin()

    assert told == ["wound up", "stopped", "wound up"]
