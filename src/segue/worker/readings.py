"""Turn what the engine read into how tasks and data sources ended. Values in, values out."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import TYPE_CHECKING

from segue.control.refreshes.data_work import TaskEnd
from segue.control.sources.operations import SourceReading
from segue.control.statuses import Status
from segue.core.errors import ConfigurationProblem, Problem
from segue.core.sentences import together
from segue.profiles.reading import ProblemCount

if TYPE_CHECKING:
    from segue.profiles.ports import Snapshot

_SOURCES = "sources."


def of_snapshot(snapshot: Snapshot) -> dict[str, SourceReading]:
    """Return what was read of each source."""
    problems = _counted(snapshot.problem_counts)
    lost = lost_of(snapshot)
    return {
        name: SourceReading(
            rows=rows,
            problems=problems.get(name, 0),
            lost=lost.get(name, 0),
            changed_at=snapshot.source_changed_at.get(name),
        )
        for name, rows in snapshot.source_rows.items()
    }


def lost_of(snapshot: Snapshot) -> Mapping[str, int]:
    """Count by source the values and rows that could not be taken as they were written."""
    return _counted([one for one in snapshot.problem_counts if one.is_loss])


def _counted(problems: Sequence[ProblemCount]) -> Mapping[str, int]:
    counts: dict[str, int] = {}
    for one in problems:
        counts[one.source] = counts.get(one.source, 0) + one.count
    return counts


def ends_of_sources(names: Sequence[str], snapshot: Snapshot) -> dict[str, TaskEnd]:
    """Return how the tasks of sources ended; one that no table uses was not read."""
    lost = lost_of(snapshot)
    return {
        name: TaskEnd(
            status=Status.READ_WITH_PROBLEMS if lost.get(name) else Status.SUCCESSFUL,
            count=snapshot.source_rows[name],
        )
        if name in snapshot.source_rows
        else TaskEnd(
            status=Status.SKIPPED,
            code="source_unused",
            message="Nothing in the definition uses this data source, so it was not read.",
            action="Use it in the profiles or in a related table, or take it out of the definition.",
        )
        for name in names
    }


def ends_of_segments(
    names: Sequence[str], counts: Mapping[str, int], unusable: Collection[str]
) -> dict[str, TaskEnd]:
    """Return how the tasks of segments ended: counted, failed, or skipped because they were switched off meanwhile."""
    return {name: _end_of_segment(name, counts, unusable) for name in names}


def failures_of(problem: Problem) -> dict[str, TaskEnd]:
    """Return the sources that a problem names, each with its own words."""
    if not isinstance(problem, ConfigurationProblem):
        return {}
    found: dict[str, TaskEnd] = {}
    for mistake in problem.mistakes:
        if mistake.path.startswith(_SOURCES):
            name = mistake.path.removeprefix(_SOURCES).partition(".")[0]
            before = found.get(name)
            message = together(before.message if before else "", mistake.message)
            found[name] = TaskEnd(
                status=Status.FAILED, code=mistake.code, message=message, action=mistake.action
            )
    return found


def unread(failed: Mapping[str, TaskEnd]) -> dict[str, SourceReading]:
    """Return the readings of sources that could not be read."""
    return {
        name: SourceReading(rows=None, message=together(end.message, end.action))
        for name, end in failed.items()
    }


def failed_by(problem: Problem) -> TaskEnd:
    """Return the end of a task that a problem ended."""
    return TaskEnd(
        status=Status.FAILED, code=problem.code, message=problem.message, action=problem.action
    )


def _end_of_segment(name: str, counts: Mapping[str, int], unusable: Collection[str]) -> TaskEnd:
    if name in counts:
        return TaskEnd(status=Status.SUCCESSFUL, count=counts[name])
    if name in unusable:
        return TaskEnd(
            status=Status.FAILED,
            code="segment_unusable",
            message="The rules of the segment no longer fit the profiles.",
            action="Correct the definition.",
        )
    return TaskEnd(
        status=Status.SKIPPED,
        code="segment_inactive",
        message="The segment was switched off.",
        action="Switch it on to have it counted.",
    )
