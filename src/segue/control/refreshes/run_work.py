"""What a worker does to a run: take it, tell its progress, end it. Each write needs the lease, so nothing runs twice."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import F, Q, QuerySet
from django.utils import translation

from segue.control.due import due
from segue.control.exports.queries import why_not_runnable
from segue.control.refreshes.leases import (
    Lease,
    Renewal,
    Verdict,
    claim,
    held,
    is_deadly,
    left_behind,
    renew,
    worker_died,
)
from segue.control.refreshes.models import Run, RunKind
from segue.control.refreshes.operations import reason_of
from segue.control.refreshes.papers import SamplePerson, keep_plan, keep_report, keep_seconds
from segue.control.refreshes.queries import runs
from segue.control.refreshes.silence import Watch
from segue.control.refreshes.states import RUN_MOVES, move
from segue.control.refreshes.telling import tell_export
from segue.control.statuses import Status
from segue.core.sentences import said
from segue.sync.plan import Plan
from segue.sync.report import RunReport

RETRY_AFTER = (timedelta(minutes=1), timedelta(minutes=5), timedelta(minutes=15))
"""Waits before the second, third and fourth attempt; then a failure is permanent."""

BUSY_AGAIN_AFTER = timedelta(seconds=5)
"""When a run is looked at again whose account another program is using."""

STOPPED_BY_CHANGE = frozenset({"export_removed", "export_detached"})
"""Reasons that stop a run in progress as canceled: somebody took the export or its connection away."""

_WORDS = {
    "export_removed": (
        said("The export was removed."),
        said(
            "Nothing to do: a removed export never runs again. What Mailchimp accepted stays there."
        ),
    ),
    "export_detached": (
        said("The export has no connection."),
        said("Attach a connection to the export: the next run does the rest."),
    ),
    "segment_removed": (
        said("One of the export's segments is no longer declared."),
        said("Take it out of the export, or declare it again."),
    ),
    "segment_inactive": (
        said("One of the export's segments is inactive."),
        said("Activate it, or take it out of the export."),
    ),
}
"""Why an export cannot run that its connection does not tell, and what to do about it, in English."""

_AT_ONCE = 50
"""Runs looked at in one search for work."""

NO_WAIT: Mapping[str, Any] = {"wait_attempt": 0, "wait_until": None, "wait_code": ""}
"""Columns of a run of which no call waits until it is made again."""

_AFRESH: dict[str, Any] = {
    **dict.fromkeys(
        (
            *("to_send", "sent", "accepted", "created", "updated", "untagged", "moved"),
            *("rejected", "skipped", "not_sent", "unknown", "retries", "connections_in_use"),
        ),
        0,
    ),
    "step": "",
    "step_at": None,
    "push_started_at": None,
    **NO_WAIT,
    "retry_at": None,
    "accepted_before": F("accepted_before") + F("accepted"),
    **dict.fromkeys(("code", "message", "action"), ""),
}
"""Columns that every attempt begins anew."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RunEnd:
    """How an attempt of a run ended. `numbers` are columns of counts."""

    status: Status
    code: str = ""
    message: str = ""
    action: str = ""
    numbers: dict[str, int] | None = None
    digest: str = ""
    engine_run_id: str = ""


def claim_run(
    *, owner: str, now: datetime, watch: Watch | None = None, mine: Collection[int] = ()
) -> tuple[Run, Lease] | None:
    """Take the next run whose data is ready and whose account is free, or one whose worker is gone.

    `watch` tells which workers are gone; None: nothing is taken over. `mine` are runs that the owner is at work on. A run
    that cannot run any more is ended here, with the reason.
    """
    left = left_behind(Run.objects.all(), Status.PROCESSING, watch, mine=mine)
    takeable = Run.objects.filter(_takeable(now) | left)
    for run in _with_export(runs()).filter(pk__in=takeable.values("pk")).order_by("id")[:_AT_ONCE]:
        if _ended_before_start(run, now) or _given_up(run, owner, now):
            continue
        connection = run.export.connection
        assert connection is not None  # it can run
        changes = _AFRESH | {
            "status": Status.PROCESSING,
            "account_id": connection.account_id,
            "started_at": now if run.started_at is None else run.started_at,
        }
        same = Run.objects.filter(status=run.status)
        lease = claim(same, run, owner=owner, now=now, **changes)
        if lease is not None:
            tell_export(run, Status.PROCESSING, now=now)
            return _with_export(runs()).get(pk=run.pk), lease
    return None


def renew_run(run: Run, lease: Lease, *, now: datetime, **progress: Any) -> Renewal:
    """Renew the lease, write progress, and look whether the run may go on."""
    if not renew(Run.objects.all(), run.pk, lease, now=now, **progress):
        return Renewal(verdict=Verdict.LOST)
    current = _with_export(runs()).get(pk=run.pk)
    if current.cancel_requested_at is not None:
        return Renewal(verdict=Verdict.CANCEL)
    reason = why_not_runnable(current.export)
    if reason is None:
        return Renewal(verdict=Verdict.GO_ON)
    verdict = Verdict.CANCEL if reason in STOPPED_BY_CHANGE else Verdict.FAIL
    return Renewal(verdict=verdict, code=reason)


def words_for(code: str) -> tuple[str, str]:
    """Return in English why an export cannot run, and what to do about it."""
    if code in _WORDS:
        return _WORDS[code]
    with translation.override("en"):
        return reason_of(code), "Open the connection of the export and repair what is named."


@transaction.atomic
def note_plan(run: Run, lease: Lease, plan: Plan, samples: Sequence[SamplePerson]) -> None:
    """Keep the plan that an attempt made, before it is carried out."""
    if held(Run.objects.all(), run.pk, lease).exists():
        keep_plan(run, plan, samples)


@transaction.atomic
def note_seconds(run: Run, lease: Lease, seconds: Mapping[str, float]) -> None:
    """Keep how long the steps that are over took."""
    if held(Run.objects.all(), run.pk, lease).exists():
        keep_seconds(run, seconds)


@transaction.atomic
def end_run(
    run: Run,
    lease: Lease,
    end: RunEnd,
    *,
    now: datetime,
    report: RunReport | None = None,
    seconds: Mapping[str, float] | None = None,
) -> bool:
    """Keep how an attempt ended. False: the lease was lost, and another worker's word counts.

    `seconds` are those of its steps; None: as the report says.

    A failure that may pass is tried again later, a few times, unless somebody canceled the run meanwhile.
    """
    rows = held(Run.objects.all(), run.pk, lease)
    current = rows.select_for_update().first()
    if current is None:
        return False
    status, changes = _after_attempts(current, end, now)
    changes |= {"owner": "", "heartbeat_at": None, "step": "", "connections_in_use": 0, **NO_WAIT}
    changes |= end.numbers or {}
    if end.digest:
        changes["digest"] = end.digest
    if end.engine_run_id:
        changes["engine_run_id"] = end.engine_run_id
    told = {"code": end.code, "message": end.message, "action": end.action}
    if not move(rows, RUN_MOVES, status, **changes, **told):
        return False
    if report is not None:
        keep_report(run, report)
    if seconds:
        keep_seconds(run, seconds)
    _supersede_held(run, now)
    tell_export(run, status, now=now)
    return True


@transaction.atomic
def give_back_run(
    run: Run, lease: Lease, *, now: datetime, after: timedelta = timedelta(0)
) -> bool:
    """Put a run back in the queue: its worker ends, or its account is used by another program (`after` says how long).

    Not counted as an attempt. What was acknowledged stays; whoever comes next does the rest.
    """
    rows = held(Run.objects.all(), run.pk, lease)
    free = {"owner": "", "heartbeat_at": None, "step": "", "connections_in_use": 0, **NO_WAIT}
    retry_at = now + after if after else None
    if not move(rows, RUN_MOVES, Status.QUEUED, retry_at=retry_at, **free):
        return False
    tell_export(run, Status.QUEUED, now=now)
    return True


def _takeable(now: datetime) -> Q:
    """Return the condition under which a run may be taken: it is its turn and no other run has its account.

    One that waits for what cannot come any more, because its export was removed or detached, has its turn at once. So
    has one that was to wait longer than anything waits: the clock was ahead when that was written.
    """
    at_work = Run.objects.filter(status=Status.PROCESSING).exclude(account_id="")
    busy = Q(export__connection__account_id__in=at_work.values("account_id"))
    is_due = due("retry_at", now, longest=RETRY_AFTER[-1])
    ready = Q(status=Status.QUEUED, refresh__data_ready_at__isnull=False) & (
        Q(retry_at=None) | is_due
    )
    again = Q(status=Status.FAILED_RETRYING) & is_due
    taken_away = Q(export__removed_at__isnull=False) | Q(export__connection=None)
    waits = Q(status__in=(Status.QUEUED, Status.FAILED_RETRYING))
    # What is taken away is ended whoever is at work on its account: it writes nothing, and must not wait behind those.
    return (ready | again) & ~busy | waits & taken_away


def _with_export(found: QuerySet[Run]) -> QuerySet[Run]:
    return found.prefetch_related("export__segments__segment")


def _after_attempts(run: Run, end: RunEnd, now: datetime) -> tuple[Status, dict[str, Any]]:
    over: dict[str, Any] = {"finished_at": now}
    waits = end.status in (Status.FAILED_RETRYING, Status.NEEDS_APPROVAL)
    if waits and run.cancel_requested_at is not None:
        return Status.CANCELED, over
    if end.status != Status.FAILED_RETRYING:
        return end.status, over
    if run.attempt > len(RETRY_AFTER) or run.kind == RunKind.PLAN:
        return Status.FAILED, over
    wait = RETRY_AFTER[run.attempt - 1]
    return Status.FAILED_RETRYING, {"retry_at": now + wait, "attempt": F("attempt") + 1}


def _supersede_held(run: Run, now: datetime) -> None:
    """End older plans of the export that wait for approval: this run took their place."""
    if run.kind != RunKind.EXPORT:
        return
    older = Run.objects.filter(
        export=run.export, status=Status.NEEDS_APPROVAL, pk__lt=run.pk, kind=RunKind.EXPORT
    )
    told = {"code": "plan_superseded", "message": "", "action": "", "finished_at": now}
    move(older, RUN_MOVES, Status.CANCELED, **told)


def _given_up(run: Run, owner: str, now: datetime) -> bool:
    """End a run whose workers died one after the other, for good."""
    if not is_deadly(run):
        return False
    lease = claim(Run.objects.filter(status=run.status), run, owner=owner, now=now)
    if lease is not None:
        why = worker_died()
        end = RunEnd(status=Status.FAILED, code=why.code, message=why.message, action=why.action)
        end_run(run, lease, end, now=now)
    return True


@transaction.atomic
def _ended_before_start(run: Run, now: datetime) -> bool:
    """End a run that was canceled while its worker was gone, or that cannot run any more."""
    rows = Run.objects.filter(pk=run.pk, fence=run.fence)
    reason = why_not_runnable(run.export)
    if run.cancel_requested_at is not None or reason in STOPPED_BY_CHANGE:
        status = Status.CANCELED
    elif reason is not None:
        status = Status.FAILED
    else:
        return False
    message, action = words_for(reason) if reason else ("", "")
    told = {"code": reason or "", "message": message, "action": action}
    over = {"finished_at": now, "owner": "", "heartbeat_at": None, "step": "", **NO_WAIT}
    if move(rows, RUN_MOVES, status, **told, **over):
        tell_export(run, status, now=now)
    return True
