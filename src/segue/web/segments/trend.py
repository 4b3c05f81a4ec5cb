"""The number of a segment's members over time, as a line and as the table beside it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from segue.control.segments import queries
from segue.control.segments.models import Segment, SegmentCount
from segue.web.charts import Point, line_chart


@dataclass(frozen=True, slots=True, kw_only=True)
class Trend:
    """`chart` is "" with fewer than two counts; `counts` are the newest first. `days` is the time frame, "" for the last refreshes."""

    chart: SafeString
    counts: Sequence[SegmentCount]
    days: str = ""


FRAMES = ("30", "90", "365")
"""Days that somebody may look back."""


def trend_of(segment: Segment, *, days: str = "", now: datetime) -> Trend:
    """Return how many members the last refreshes counted, or those of the last `days`, one of `FRAMES`."""
    frame = days if days in FRAMES else ""
    since = now - timedelta(days=int(frame)) if frame else None
    counts = queries.trend(segment, since=since)
    points = [Point(at=one.at, value=one.members) for one in counts]
    chart = line_chart(points, title=_("Members over time"))
    return Trend(chart=chart, counts=list(reversed(counts)), days=frame)
