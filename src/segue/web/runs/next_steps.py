"""What caused the end of a run that did not go well, by its name, and what the reader can do about it at once."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext as _

from segue.control.connections.policy import manage_connections
from segue.control.connections.queries import Unusable
from segue.control.exports import policy as exports
from segue.control.people.models import Person
from segue.control.refreshes.models import Run, Task, TaskKind
from segue.control.refreshes.queries import open_runs
from segue.control.sources.models import DataSource
from segue.control.statuses import Status
from segue.core.errors import Consequence
from segue.mailchimp.catalogue import CONSEQUENCES
from segue.web.problems import Worded, words_of

UPSTREAM = "upstream_failed"
"""The code of runs that were skipped because something before them failed."""

_AGAIN = frozenset({Status.FAILED, Status.SKIPPED, Status.CANCELED})
_OF_SEGMENTS = frozenset({"segment_removed", "segment_inactive", "segment_unusable"})
_OF_CONNECTIONS = frozenset(Unusable.values) | {
    code for code, what in CONSEQUENCES.items() if what is Consequence.CONNECTION
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Way:
    """A way to where something is settled."""

    label: str
    href: str


@dataclass(frozen=True, slots=True, kw_only=True)
class NextSteps:
    """Where to go, the nearest to the cause first; `may_run_again`: the export can be run again from here."""

    ways: Sequence[Way]
    may_run_again: bool


def cause_of(run: Run) -> Worded:
    """Return why a run ended as it did: of one that was skipped, what failed before it."""
    if run.code != UPSTREAM:
        return words_of(run.code, run.message, run.action)
    if run.refresh.code:
        return words_of(run.refresh.code, run.refresh.message, run.refresh.action)
    for task in _failed_tasks(run):
        told = words_of(task.code, task.message, task.action)
        return Worded(
            code=told.code,
            message=f"{_named(task)}: {told.message}",
            action=told.action,
            original=told.original,
            is_english=told.is_english,
        )
    return words_of(run.code, run.message, run.action)


def next_steps(run: Run, person: Person) -> NextSteps:
    """Return what this person can do about a run that ended badly."""
    return NextSteps(ways=list(_ways(run, person)), may_run_again=_may_run_again(run, person))


def _ways(run: Run, person: Person) -> Iterator[Way]:
    is_removed = run.export.removed_at is not None
    if run.code == UPSTREAM:
        yield from _of_data(run)
    elif run.code in _OF_CONNECTIONS:
        yield from _of_connection(run, person)
    elif run.code in _OF_SEGMENTS:
        yield from _of_segments(run)
    elif run.code == "export_detached" and not is_removed:
        yield _way(_("Choose a connection"), "export", pk=run.export_id)
    elif not is_removed and run.status == Status.FAILED:
        yield _way(_("Open the export"), "export", pk=run.export_id)


def _of_data(run: Run) -> Iterator[Way]:
    """Yield the ways to the sources and segments that failed; to the refresh, where none of them did by name."""
    found = list(_failed_tasks(run))
    for task in found:
        name = _named(task)
        if task.kind == TaskKind.SOURCE and DataSource.objects.filter(name=task.name).exists():
            yield _way(_("Correct the data source %(name)s") % {"name": name}, "source", task.name)
        elif task.kind == TaskKind.SEGMENT:
            yield _way(_("Correct the segment %(name)s") % {"name": name}, "segment", task.name)
    yield _way(_("Open the refresh"), "refresh", pk=run.refresh_id)


def _of_connection(run: Run, person: Person) -> Iterator[Way]:
    connection = run.export.connection
    if connection is not None and manage_connections.test(person):
        label = _("Open the connection %(name)s") % {"name": connection.display_name}
        yield _way(label, "connection", pk=connection.pk)


def _of_segments(run: Run) -> Iterator[Way]:
    """Yield the ways to the segments that cannot be exported; to the export, where they are gone."""
    for one in run.export.segments.select_related("segment"):
        segment = one.segment
        if segment.removed_at is None and not segment.is_active:
            label = _("Open the segment %(name)s") % {"name": segment.label}
            yield _way(label, "segment", segment.name)
    if run.export.removed_at is None:
        yield _way(_("Open the export"), "export", pk=run.export_id)


def _failed_tasks(run: Run) -> Sequence[Task]:
    failed = run.refresh.tasks.filter(status=Status.FAILED)
    if run.refresh.code:
        return list(failed)
    chosen = run.export.segments.values("segment__name")
    return list(failed.filter(kind=TaskKind.SEGMENT, name__in=chosen))


def _named(task: Task) -> str:
    return task.label or task.name


def _may_run_again(run: Run, person: Person) -> bool:
    """Tell whether the run is the export's last, is over, and the person may run it."""
    export = run.export
    if run.status not in _AGAIN or export.last_run_id != run.pk or export.removed_at is not None:
        return False
    if export.connection is None or not exports.run_export.test(person, export):
        return False
    return not open_runs().filter(export=export).exists()


def _way(label: str, name: str, *args: str, **kwargs: int) -> Way:
    return Way(label=label, href=reverse(name, args=args, kwargs=kwargs))
