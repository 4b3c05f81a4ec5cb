"""Find what is wrong now, in the control database alone: one or two queries for each kind, however many rows there are.

What each kind means is written here, but for exports that reach nobody (`reach`) and people who are held back (`held_back`);
`watching` opens and ends the notices. An export that was removed or detached is nobody's worry any more.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db.models import Count, Q, QuerySet
from django.db.models.functions import Coalesce

from segue.control.connections.models import Connection
from segue.control.connections.queries import is_broken, why_unusable
from segue.control.exports.models import Export, ScheduleMode
from segue.control.exports.schedules import recurrence_from_json
from segue.control.notices import places
from segue.control.notices.models import NoticeKind
from segue.control.recurrence import next_after
from segue.control.refreshes.models import Refresh, Run, RunKind, Scope, SystemSchedule
from segue.control.refreshes.queries import system_schedule
from segue.control.refreshes.workers import last_heard_at
from segue.control.statuses import Status
from segue.core.sentences import kept

Values = dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class State:
    """Something that people are told while it lasts. `values` as in `Notice`.

    `since` is when it began; None: nobody wrote that down, so it counts from when it is seen.
    """

    kind: NoticeKind
    subject_key: str
    subject_name: str
    path: str
    since: datetime | None
    values: Values = field(default_factory=dict)


def attached_exports() -> QuerySet[Export]:
    """Return the living exports that have a connection, without reading any of its secrets."""
    return Export.objects.filter(removed_at=None, connection__isnull=False)


def ended_badly() -> Iterator[State]:
    """Find exports whose own last run failed for good, or was skipped because something before it failed."""
    kinds = {Status.FAILED: NoticeKind.RUN_FAILED, Status.SKIPPED: NoticeKind.RUN_SKIPPED}
    exports = attached_exports().filter(last_status__in=kinds)
    for run in _last_runs(exports).filter(status__in=kinds).only(*_TOLD):
        kind = kinds[Status(run.status)]
        skipped = kind is NoticeKind.RUN_SKIPPED
        yield State(
            kind=kind,
            subject_key=places.export_key(run.export_id),
            subject_name=run.export.name,
            path=places.refresh_path(run.refresh_id) if skipped else places.run_path(run.pk),
            since=run.finished_at or run.created_at,
            values=_told(run),
        )


def at_work_too_long(now: datetime) -> Iterator[State]:
    """Find runs at work for longer than SEGUE_RUN_TOO_LONG_HOURS. The wait for an approval does not count."""
    hours = settings.SEGUE_RUN_TOO_LONG_HOURS
    latest = now - timedelta(hours=hours)
    at_work = Run.objects.filter(
        Q(approved_at=None) | Q(approved_at__lte=latest),
        status=Status.PROCESSING,
        kind=RunKind.EXPORT,
        started_at__lte=latest,
        export__removed_at=None,
    )
    for run in at_work.select_related("export").only(*_TOLD, "started_at", "approved_at"):
        yield State(
            kind=NoticeKind.TIMED_OUT,
            subject_key=places.export_key(run.export_id),
            subject_name=run.export.name,
            path=places.run_path(run.pk),
            since=max(filter(None, (run.started_at, run.approved_at))),
            values={"hours": hours},
        )


def held_plans() -> Iterator[State]:
    """Find exports with a plan that waits for approval; of several the newest."""
    held = Run.objects.filter(
        status=Status.NEEDS_APPROVAL, kind=RunKind.EXPORT, export__removed_at=None
    )
    for run in held.select_related("export").order_by("id").only(*_TOLD, "to_send"):
        undecided = {"code": run.code} if run.code == "installation_undecided" else {}
        yield State(
            kind=NoticeKind.NEEDS_APPROVAL,
            subject_key=places.export_key(run.export_id),
            subject_name=run.export.name,
            path=places.run_path(run.pk),
            since=run.finished_at or run.created_at,
            values={"changes": run.to_send, **undecided},
        )


def silent_exports(now: datetime) -> Iterator[State]:
    """Find attached exports with an active schedule that have not run for SEGUE_NOT_RUN_DAYS.

    Counted from the last change of the status of their last run, or of the export itself. Not told of an export whose
    schedule meant it to rest so long. One that follows the system refresh is told of when that is off: it never runs.
    """
    latest = now - timedelta(days=settings.SEGUE_NOT_RUN_DAYS)
    silent = attached_exports().filter(schedule_is_on=True, updated_at__lte=latest)
    silent = silent.annotate(told_at=Coalesce("last_status_at", "created_at"))
    schedule = system_schedule()
    for export in silent.filter(told_at__lte=latest).only(*_SCHEDULED):
        since = max(export.told_at, export.updated_at)
        reason = _why_silent(export, schedule, since, now=now, latest=latest)
        if reason:
            yield State(
                kind=NoticeKind.NOT_RUN,
                subject_key=places.export_key(export.pk),
                subject_name=export.name,
                path=places.export_path(export.pk),
                since=export.told_at,
                values={"code": reason},
            )


def failed_refresh() -> Iterator[State]:
    """Find the last data part that ended (of all, and of those that read everything) when it failed."""
    ended = Refresh.objects.filter(
        Q(data_ready_at__isnull=False) | Q(status=Status.FAILED, data_ready_at=None)
    ).order_by("-id")
    latest = [ended.exclude(scope=Scope.EXPORTS).first(), ended.first()]
    for refresh in latest:
        if refresh is not None and refresh.data_ready_at is None:
            yield State(
                kind=NoticeKind.REFRESH_FAILED,
                subject_key=places.REFRESH,
                subject_name="",
                path=places.refresh_path(refresh.pk),
                since=refresh.finished_at or refresh.created_at,
                values=_told(refresh),
            )


def broken_connections() -> Iterator[State]:
    """Find complete connections on which no export can run: refused by Mailchimp, or without their export user.

    One that Mailchimp merely does not answer is not broken: its runs are tried again.
    """
    complete = Connection.objects.filter(saved_at__isnull=False).select_related("export_user")
    counted = complete.annotate(used_by=Count("exports", filter=Q(exports__removed_at=None)))
    for connection in counted.defer("secret"):
        reason = why_unusable(connection)
        if reason is not None:
            yield State(
                kind=NoticeKind.CONNECTION_BROKEN,
                subject_key=places.connection_key(connection.pk),
                subject_name=connection.display_name,
                path=places.connection_path(connection.pk),
                since=connection.health_since if is_broken(connection) else None,
                values={"code": reason.value, "exports": connection.used_by},
            )


def no_worker() -> State:
    """Return that no worker is at work, which whoever listens for them knows: rows cannot tell."""
    return State(
        kind=NoticeKind.NO_WORKER,
        subject_key=places.WORKERS,
        subject_name="",
        path=places.SYSTEM_PATH,
        since=last_heard_at(),
    )


_TOLD = (
    "export_id", "refresh_id", "export__name", "status", "code", "message", "action", "created_at", "finished_at",
)  # fmt: skip
_SCHEDULED = (
    "name", "schedule_mode", "recurrence", "schedule_is_on", "updated_at", "last_status_at", "created_at",
)  # fmt: skip


def _last_runs(exports: QuerySet[Export]) -> QuerySet[Run]:
    """Return the own last runs of exports, found from the exports: there are few of them and many runs."""
    return Run.objects.filter(pk__in=exports.values("last_run_id")).select_related("export")


def _why_silent(
    export: Export, schedule: SystemSchedule, since: datetime, *, now: datetime, latest: datetime
) -> str:
    """Return "missed" when the schedule would have run the export since, "system_off" when there is none, else ""."""
    if export.schedule_mode == ScheduleMode.OWN:
        own = export.recurrence
        return _missed(own, since, now) if own else ""
    if schedule.changed_at is not None and schedule.changed_at > latest:
        return ""
    if not schedule.is_on or schedule.recurrence is None:
        return "system_off"
    return _missed(schedule.recurrence, max(filter(None, (since, schedule.changed_at))), now)


def _missed(recurrence: dict[str, Any], since: datetime, now: datetime) -> str:
    following = next_after(recurrence_from_json(recurrence), since)
    return "missed" if following is not None and following <= now else ""


def _told(by: Run | Refresh) -> dict[str, str]:
    """Return what was said of a failure, with its values."""
    return {"code": by.code, "message": kept(by.message), "action": kept(by.action)}
