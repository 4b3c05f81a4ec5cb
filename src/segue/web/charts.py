"""Small charts as inline SVG, without scripts or inline styles; templates put a table with the numbers beside each.

The drawing stretches over whatever room there is; what is written beside it is text of the page, so that it stays legible.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from babel.dates import format_date
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from segue.web import formats

WIDTH, HEIGHT = 1000, 160
FEW = 6
"""So many bars have room for their days."""

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
    """Draw values over time; with fewer than two points a line cannot be drawn and "" is returned."""
    if len(points) < 2:
        return SafeString("")
    first, last = points[0].at.timestamp(), points[-1].at.timestamp()
    top = _nice(max(point.value for point in points))
    line = " ".join(
        f"{(point.at.timestamp() - first) / ((last - first) or 1) * WIDTH:.1f},{_y(point.value / top):.1f}"
        for point in points
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
    words = format_html_join("", "<span>{}</span>", ((_day(one),) for one in instants))
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


def _day(instant: datetime) -> str:
    return str(format_date(timezone.localtime(instant), "d MMM", locale=formats.locale()))
