"""The list of data sources: each with its rows over time, and what share of what is written there could not be read."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from segue.control.refreshes.models import Task
from segue.control.refreshes.standing import counts_of_sources
from segue.control.sources.models import DataSource
from segue.web.charts import Point, spark_line

if TYPE_CHECKING:
    from segue.profiles.ports import Snapshot


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceRow:
    """One data source as the list shows it.

    `line` is "" with fewer than two counts of its rows. `share` is the greatest share of one column's values that could
    not be read, None where nothing of the kind is known.
    """

    source: DataSource
    line: SafeString
    share: float | None


def source_rows(sources: Sequence[DataSource], snapshot: Snapshot | None) -> Sequence[SourceRow]:
    """Return the rows of the list: one query for all of their counts."""
    counts = counts_of_sources([source.name for source in sources])
    shares = _shares(snapshot)
    return [
        SourceRow(
            source=source,
            line=_line(source, counts.get(source.name, ())),
            share=shares.get(source.name) if source.problems else None,
        )
        for source in sources
    ]


def _line(source: DataSource, tasks: Sequence[Task]) -> SafeString:
    points = [
        Point(at=task.finished_at, value=task.count)
        for task in tasks
        if task.finished_at is not None and task.count is not None
    ]
    return spark_line(points, title=_("Rows of %(name)s over time") % {"name": source.label})


def _shares(snapshot: Snapshot | None) -> Mapping[str, float]:
    found: dict[str, float] = {}
    for loss in snapshot.reading.losses if snapshot else ():
        if loss.lost:
            found[loss.source] = max(found.get(loss.source, 0.0), loss.share)
    return found
