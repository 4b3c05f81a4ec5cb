"""A line without axes, to show at a glance where a number goes; its figures stand beside it in words and in a table."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.html import format_html
from django.utils.safestring import SafeString

from segue.web.charts import Point, placed, stepped

WIDTH, HEIGHT, EDGE = 320, 64, 4


def spark_line(points: Sequence[Point], *, title: str) -> SafeString:
    """Draw values over time as steps between their least and their greatest; "" with fewer than two."""
    if len(points) < 2:
        return SafeString("")
    low, high = (bound(point.value for point in points) for bound in (min, max))
    spots = [
        (share * WIDTH, _up((point.value - low) / (high - low) if high > low else 0.5))
        for share, point in placed(points)
    ]
    line = stepped(spots, WIDTH)
    return format_html(
        '<svg class="plot spark" viewBox="0 0 {} {}" preserveAspectRatio="none" role="img"><title>{}</title>'
        '<polygon class="area" points="0,{} {} {},{}"/><polyline class="line" points="{}"/></svg>',
        WIDTH,
        HEIGHT,
        title,
        HEIGHT,
        line,
        WIDTH,
        HEIGHT,
        line,
    )


def _up(share: float) -> float:
    return HEIGHT - EDGE - share * (HEIGHT - 2 * EDGE)
