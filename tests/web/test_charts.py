"""What is drawn and written of numbers over time: steps, ends that differ, durations that add up."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from django.utils import translation

from segue.web import formats
from segue.web.charts import (
    Bar,
    Point,
    bar_chart,
    histogram,
    line_chart,
    spark_line,
    told_apart,
)
from segue.words import amounts

NOON = datetime(2026, 11, 28, 12, tzinfo=UTC)


def drawn(html: str) -> list[tuple[float, float]]:
    """Return the corners of the line."""
    found = re.search(r'<polyline class="line" points="([^"]*)"', html)
    assert found is not None
    corners = [corner.split(",") for corner in found[1].split()]
    return [(float(x), float(y)) for x, y in corners]


@pytest.mark.parametrize("draw", [line_chart, spark_line])
def test_a_sudden_change_is_a_step_and_no_slope(draw: object) -> None:
    values = (10, 10, 90, 20)
    points = [Point(at=NOON + timedelta(days=n), value=value) for n, value in enumerate(values)]

    corners = drawn(draw(points, title="Members"))  # type: ignore[operator]

    moves = list(pairwise(corners))
    assert all(x == other_x or y == other_y for (x, y), (other_x, other_y) in moves)
    assert sum(y != other_y for (_x, y), (_other, other_y) in moves) == 2
    assert corners[-1][0] > corners[-2][0]  # the last value is seen, too


@pytest.mark.parametrize(
    ("later", "told"),
    [
        (timedelta(days=3), ["28 Nov", "1 Dec"]),
        (timedelta(hours=7), ["28 Nov 12:00", "28 Nov 19:00"]),
        (timedelta(seconds=20), ["28 Nov 12:00:00", "28 Nov 12:00:20"]),
        (timedelta(days=365), ["28 Nov 2026", "28 Nov 2027"]),
    ],
)
def test_the_ends_of_an_axis_differ(later: timedelta, told: list[str]) -> None:
    assert list(told_apart([NOON, NOON + later])) == told


def test_what_no_words_tell_apart_is_said_once() -> None:
    instants = [NOON, NOON, NOON + timedelta(milliseconds=5), NOON + timedelta(hours=1)]

    assert list(told_apart(instants[:2])) == ["28 Nov", ""]
    assert list(told_apart(instants)) == ["28 Nov 12:00:00", "", "", "28 Nov 13:00:00"]


def test_bars_of_one_day_show_their_times_in_french() -> None:
    bars = [Bar(at=NOON + timedelta(hours=n), label="", parts=(1, 0, 0)) for n in range(2)]

    with translation.override("fr"):
        chart = bar_chart(bars, title="Exécutions")

    assert "<span>28 nov. 12:00</span><span>28 nov. 13:00</span>" in chart


def test_durations_below_each_other_add_up_and_none_is_nothing() -> None:
    seconds = (0.04, 0.04, 0.04, 3.26, 0.0)

    shown = formats.in_tenths(seconds)

    assert sum(round(one, 1) for one in shown) == pytest.approx(round(sum(seconds), 1))
    assert [formats.duration(one) for one in shown] == [
        "<\u202f0.1 s", "0.1 s", "<\u202f0.1 s", "3.3 s", "0 s"
    ]  # fmt: skip


def test_a_duration_below_a_minute_has_its_tenths_as_its_parts_have() -> None:
    shown = [formats.duration(one) for one in (12.44, 59.94, 59.97, 65, 3_720)]

    assert shown == ["12.4 s", "59.9 s", "1 min 00 s", "1 min 05 s", "1 h 02 min"]


def test_a_range_is_drawn_as_bars_with_its_ends_below() -> None:
    counts = [("7 to 8: 1", 1), ("8 to 9: 0", 0), ("9 to 10: 4", 4)]

    drawing = histogram(counts, ends=("7", "10"), title="Values")

    heights = [float(one) for one in re.findall(r'<rect [^>]* height="([^"]*)"', drawing)]
    assert [round(one / heights[2], 2) for one in heights] == [0.25, 0, 1]
    assert "<title>7 to 8: 1</title>" in drawing
    assert "<span>7</span><span>10</span></div>" in drawing
    assert histogram(counts[:1], ends=("7", "8"), title="Values") == ""


@pytest.mark.parametrize("language", ["en", "fr"])
def test_pages_write_numbers_as_the_terminal_does(language: str) -> None:
    with translation.override(language):
        assert formats.number(7606) == amounts.number(7606, language)
        assert formats.share(0.0024) == amounts.share(0.0024, language)
        assert formats.duration(0.4) == amounts.duration(0.4, language)
