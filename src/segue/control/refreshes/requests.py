"""Write down a wanted refresh: its row, its tasks in the order of the walk, and its queued runs. Asks no policy."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from django.db import IntegrityError, transaction

from segue.control.exports import queries as exports_queries
from segue.control.exports.models import Export
from segue.control.exports.schedules import next_run, recurrence_from_json
from segue.control.people.models import Person
from segue.control.recurrence import Recurrence
from segue.control.refreshes.models import (
    Refresh,
    Run,
    RunKind,
    Scope,
    SystemSchedule,
    Task,
    TaskKind,
    Trigger,
)
from segue.control.refreshes.telling import tell_export
from segue.control.segments import queries as segments_queries
from segue.control.segments.models import Segment
from segue.control.sources import queries as sources_queries
from segue.control.statuses import OPEN, Status


def whole(
    trigger: Trigger, *, actor: Person | None, now: datetime, read_again: bool = False
) -> Refresh:
    """Want everything: sources, profiles, active segments, and the exports that run with every refresh."""
    refresh = _new(Scope.WHOLE, trigger, actor, now, read_again=read_again)
    _add_tasks(refresh, segments_queries.exportable_segments())
    exports = list(exports_queries.with_every_refresh())
    _add_runs(refresh, without_open_run(exports, RunKind.EXPORT), RunKind.EXPORT, now)
    return refresh


def data(*, actor: Person | None, now: datetime, read_again: bool = False) -> Refresh:
    """Want sources, profiles and active segments, and no export."""
    refresh = _new(Scope.DATA, Trigger.PERSON, actor, now, read_again=read_again)
    _add_tasks(refresh, segments_queries.exportable_segments())
    return refresh


def some(
    exports: Sequence[Export],
    trigger: Trigger,
    *,
    actor: Person | None,
    now: datetime,
    kind: RunKind = RunKind.EXPORT,
    approved_digest: str = "",
) -> Refresh:
    """Want some exports, after everything that they depend on; with `approved_digest` exactly the plan that it names."""
    refresh = _new(Scope.EXPORTS, trigger, actor, now)
    used = segments_queries.exportable_segments().filter(exports__export__in=exports).distinct()
    _add_tasks(refresh, used)
    _add_runs(refresh, exports, kind, now)
    if approved_digest and actor is not None:
        refresh.runs.update(
            approved_digest=approved_digest,
            approved_by=actor,
            approved_by_name=actor.name,
            approved_at=now,
        )
    return refresh


def without_open_run(exports: Iterable[Export], kind: RunKind) -> list[Export]:
    """Return those that are neither queued nor at work nor waiting for another try."""
    exports = list(exports)
    busy = set(
        Run.objects.filter(export__in=exports, kind=kind, status__in=OPEN).values_list(
            "export_id", flat=True
        )
    )
    return [export for export in exports if export.pk not in busy]


def whole_is_waiting() -> bool:
    """Tell whether an entire workflow has not read its data yet: a second one would do the same."""
    waiting = (Status.QUEUED, Status.REFRESHING)
    return Refresh.objects.filter(scope=Scope.WHOLE, status__in=waiting).exists()


def recurrence_of(schedule: SystemSchedule) -> Recurrence:
    """Return when the system refresh runs."""
    assert schedule.recurrence is not None
    return recurrence_from_json(schedule.recurrence)


def next_run_of(export: Export, now: datetime) -> datetime | None:
    """Return the export's next own run."""
    return next_run(export, now=now)


def _new(
    scope: Scope,
    trigger: Trigger,
    actor: Person | None,
    now: datetime,
    *,
    read_again: bool = False,
) -> Refresh:
    return Refresh.objects.create(
        scope=scope,
        trigger=trigger,
        requested_by=actor,
        requested_by_name=actor.name if actor else "",
        read_again=read_again,
        created_at=now,
    )


def _add_tasks(refresh: Refresh, segments: Iterable[Segment]) -> None:
    wanted = [(TaskKind.SOURCE, s.name, s.name) for s in sources_queries.sources()]
    wanted.append((TaskKind.PROFILES, "profiles", ""))
    wanted += [(TaskKind.SEGMENT, segment.name, segment.label) for segment in segments]
    Task.objects.bulk_create(
        Task(refresh=refresh, kind=kind, name=name, label=label, position=position)
        for position, (kind, name, label) in enumerate(wanted)
    )


def _add_runs(refresh: Refresh, exports: Sequence[Export], kind: RunKind, now: datetime) -> None:
    """Queue a run for each export but those for which somebody else just did: one open run an export."""
    for export in exports:
        try:
            with transaction.atomic():
                run = _queued(refresh, export, kind, now)
        except IntegrityError:
            continue
        tell_export(run, Status.QUEUED, now=now)


def _queued(refresh: Refresh, export: Export, kind: RunKind, now: datetime) -> Run:
    return Run.objects.create(
        refresh=refresh,
        export=export,
        kind=kind,
        export_name=export.name,
        connection_name=export.connection.display_name if export.connection else "",
        audience_id=export.audience_id,
        created_at=now,
    )
