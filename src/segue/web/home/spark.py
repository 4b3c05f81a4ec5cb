"""A line without axes, to show at a glance where a number goes; its figures stand beside it in words and in a table."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.html import format_html
from django.utils.safestring import SafeString

from segue.web.charts import Point

WIDTH, HEIGHT, EDGE = 320, 64, 4


def spark_line(points: Sequence[Point], *, title: str) -> SafeString:
    """Draw values over time between their least and their greatest; "" with fewer than two."""
    if len(points) < 2:
        return SafeString("")
    first, last = points[0].at.timestamp(), points[-1].at.timestamp()
    low, high = (bound(point.value for point in points) for bound in (min, max))
    spots = [
        (
            _across((point.at.timestamp() - first) / ((last - first) or 1)),
            _up((point.value - low) / (high - low) if high > low else 0.5),
        )
        for point in points
    ]
    line = " ".join(f"{x:.1f},{y:.1f}" for x, y in spots)
    return format_html(
        '<svg class="plot spark" viewBox="0 0 {} {}" preserveAspectRatio="none" role="img"><title>{}</title>'
        '<polygon class="area" points="{},{} {} {},{}"/><polyline class="line" points="{}"/></svg>',
        WIDTH,
        HEIGHT,
        title,
        f"{spots[0][0]:.1f}",
        HEIGHT,
        line,
        f"{spots[-1][0]:.1f}",
        HEIGHT,
        line,
    )


def _across(share: float) -> float:
    return share * WIDTH


def _up(share: float) -> float:
    return HEIGHT - EDGE - share * (HEIGHT - 2 * EDGE)
