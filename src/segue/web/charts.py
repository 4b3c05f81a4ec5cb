"""Small charts as inline SVG, without scripts or inline styles; templates put a table with the numbers beside each.

The drawing stretches over whatever room there is; what is written beside it is text of the page, so that it stays legible.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise

from babel.dates import format_time
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from segue.web import formats

WIDTH, HEIGHT = 1000, 160
SPARK_WIDTH, SPARK_HEIGHT, _SPARK_EDGE = 320, 64, 4
FEW = 6
"""So many bars have room for their days."""

_LAST_SHARE = 0.03
"""How much of the width belongs to the last value of a line."""

_BAR_SHARE = 0.6
"""How much of its place a bar takes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Point:
    """One value at one instant."""

    at: datetime
    value: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Bar:
    """One stacked bar; `parts` are drawn from the bottom in the colours 1, 2, 3, …; `label` says them on hover."""

    at: datetime
    label: str
    parts: Sequence[float]


def line_chart(points: Sequence[Point], *, title: str) -> SafeString:
    """Draw values over time as steps; with fewer than two points a line cannot be drawn and "" is returned.

    A value holds until the next one was counted: nobody knows of anything in between.
    """
    if len(points) < 2:
        return SafeString("")
    top = _nice(max(point.value for point in points))
    line = stepped(
        [(share * WIDTH, _y(point.value / top)) for share, point in placed(points)], WIDTH
    )
    drawing = format_html(
        '<polygon class="area" points="0,{} {} {},{}"/><polyline class="line" points="{}"/>',
        HEIGHT,
        line,
        WIDTH,
        HEIGHT,
        line,
    )
    days = _days([points[0].at, points[-1].at], "chart-days")
    return _drawn(drawing, top=top, title=title, days=days, kind="chart")


def spark_line(points: Sequence[Point], *, title: str) -> SafeString:
    """Draw values over time without axes, as steps between their least and their greatest; "" with fewer than two.

    It shows at a glance where a number goes; its figures stand beside it in words and in a table.
    """
    if len(points) < 2:
        return SafeString("")
    low, high = (bound(point.value for point in points) for bound in (min, max))
    spots = [
        (share * SPARK_WIDTH, _up((point.value - low) / (high - low) if high > low else 0.5))
        for share, point in placed(points)
    ]
    line = stepped(spots, SPARK_WIDTH)
    return format_html(
        '<svg class="plot spark" viewBox="0 0 {} {}" preserveAspectRatio="none" role="img"><title>{}</title>'
        '<polygon class="area" points="0,{} {} {},{}"/><polyline class="line" points="{}"/></svg>',
        SPARK_WIDTH,
        SPARK_HEIGHT,
        title,
        SPARK_HEIGHT,
        line,
        SPARK_WIDTH,
        SPARK_HEIGHT,
        line,
    )


def _up(share: float) -> float:
    return SPARK_HEIGHT - _SPARK_EDGE - share * (SPARK_HEIGHT - 2 * _SPARK_EDGE)


def bar_chart(bars: Sequence[Bar], *, title: str) -> SafeString:
    """Draw stacked bars from left to right; "" with fewer than two, which would tell nothing more than their numbers."""
    if len(bars) < 2:
        return SafeString("")
    top = _nice(max(sum(bar.parts) for bar in bars))
    step = WIDTH / len(bars)
    edge = (1 - _BAR_SHARE) / 2
    drawing = format_html_join(
        "",
        "{}",
        (
            (_stack(bar, (number + edge) * step, step * _BAR_SHARE, top),)
            for number, bar in enumerate(bars)
        ),
    )
    few = len(bars) <= FEW
    shown = [bar.at for bar in bars] if few else [bars[0].at, bars[-1].at]
    days = _days(shown, "chart-days per-bar" if few else "chart-days")
    return _drawn(drawing, top=top, title=title, days=days, kind="chart chart-few")


def histogram(counts: Sequence[tuple[str, int]], *, ends: Sequence[str], title: str) -> SafeString:
    """Draw how many there are in each part of a range, from the least on; `ends` are what stands below its two ends.

    Each count comes with the words that it shows on hover. "" with fewer than two.
    """
    if len(counts) < 2:
        return SafeString("")
    top = _nice(max(count for _words, count in counts))
    step = WIDTH / len(counts)
    drawing = format_html_join(
        "",
        '<g><title>{}</title><rect class="bar-1" x="{}" y="{}" width="{}" height="{}"/></g>',
        (
            (
                words,
                f"{at * step + 2:.1f}",
                f"{_y(count / top):.1f}",
                f"{step - 4:.1f}",
                f"{HEIGHT - _y(count / top):.1f}",
            )
            for at, (words, count) in enumerate(counts)
        ),
    )
    inside = format_html_join("", "<span>{}</span>", ((one,) for one in ends))
    below = format_html('<div class="chart-days" aria-hidden="true">{}</div>', inside)
    return _drawn(drawing, top=top, title=title, days=below, kind="chart")


def placed(points: Sequence[Point]) -> Iterator[tuple[float, Point]]:
    """Yield points with their places in time, 0 for the first; the last leaves its value a little room before 1."""
    first, last = points[0].at.timestamp(), points[-1].at.timestamp()
    for point in points:
        yield (point.at.timestamp() - first) / ((last - first) or 1) * (1 - _LAST_SHARE), point


def stepped(spots: Sequence[tuple[float, float]], end: float) -> str:
    """Return the points of a line that goes level from each spot to the next and there up or down; `end` is its last x."""
    found = [spots[0]]
    for (_x, before), (x, y) in pairwise(spots):
        found += [(x, before), (x, y)] if y != before else []
    return " ".join(f"{x:.1f},{y:.1f}" for x, y in [*found, (end, found[-1][1])])


def _stack(bar: Bar, x: float, width: float, top: float) -> SafeString:
    rects, floor = [], 0.0
    for number, part in enumerate(bar.parts, start=1):
        if part:
            y = _y((floor + part) / top)
            height = _y(floor / top) - y
            rects.append((number, f"{x:.1f}", f"{y:.1f}", f"{width:.1f}", f"{height:.1f}"))
            floor += part
    inside = format_html_join(
        "", '<rect class="bar-{}" x="{}" y="{}" width="{}" height="{}"/>', rects
    )
    return format_html("<g><title>{}</title>{}</g>", bar.label, inside)


def _days(instants: Sequence[datetime], kind: str) -> SafeString:
    words = format_html_join("", "<span>{}</span>", ((one,) for one in told_apart(instants)))
    return format_html('<div class="{}" aria-hidden="true">{}</div>', kind, words)


def _drawn(
    drawing: SafeString, *, top: float, title: str, days: SafeString, kind: str
) -> SafeString:
    levels = (1, 0.5, 0)
    scale = format_html_join(
        "", "<span>{}</span>", ((formats.number(_level(top * one)),) for one in levels)
    )
    axes = format_html_join(
        "",
        '<line class="axis" x1="0" x2="{}" y1="{}" y2="{}"/>',
        ((WIDTH, f"{_y(one):.0f}", f"{_y(one):.0f}") for one in levels),
    )
    return format_html(
        '<div class="{}"><div class="chart-scale" aria-hidden="true">{}</div>'
        '<svg class="plot" viewBox="0 0 {} {}" preserveAspectRatio="none" role="img"><title>{}</title>{}{}</svg>{}</div>',
        kind,
        scale,
        WIDTH,
        HEIGHT,
        title,
        axes,
        drawing,
        days,
    )


def _y(share: float) -> float:
    return HEIGHT * (1 - share)


def _level(value: float) -> float:
    """Return a value of the scale: half a contact only where there is no whole one."""
    return value if value < 1 else round(value, 1) if value < 5 else round(value)


def _nice(value: float) -> float:
    """Return the least of 1, 2 or 5 times a power of ten that is not below the value."""
    size = 1.0
    while size < value:
        for factor in (1, 2, 5):
            if size * factor >= value:
                return size * factor
        size *= 10
    return max(size, 1.0)


def told_apart(instants: Sequence[datetime]) -> Sequence[str]:
    """Return instants in words as short as they can be and yet differ: day, with the year, or the time.

    Those that no words tell apart are said once; "" stands for the others.
    """
    local = [timezone.localtime(one) for one in instants]
    words: list[str] = []
    for day, time in (("d MMM", ""), ("d MMM y", ""), ("d MMM", " HH:mm"), ("d MMM", " HH:mm:ss")):
        words = [f"{formats.day(one, day)}{format_time(one, time)}" for one in local]
        if len(set(words)) == len(set(local)):
            break
    return [one if one not in words[:place] else "" for place, one in enumerate(words)]
