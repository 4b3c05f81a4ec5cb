"""Ask for refreshes and runs, stop them, approve or discard plans, set the system refresh. Workers do the rest."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from segue.control.audit.models import Action
from segue.control.audit.operations import Subject, record
from segue.control.exports import policy as export_policy
from segue.control.exports import queries as exports_queries
from segue.control.exports.models import Export
from segue.control.exports.schedules import recurrence_as_json
from segue.control.people.models import Person
from segue.control.people.policy import require
from segue.control.people.proof import require_password
from segue.control.recurrence import Every, Recurrence, checked, next_after
from segue.control.refreshes import policy, requests
from segue.control.refreshes.models import Refresh, Run, RunKind, SystemSchedule, Trigger
from segue.control.refreshes.queries import plan_of
from segue.control.refreshes.states import REFRESH_MOVES, RUN_MOVES, TASK_MOVES, move
from segue.control.refreshes.telling import tell_export
from segue.control.statuses import OPEN, WORKING, Status
from segue.core.errors import ConfigurationProblem, UnsafePlan

_BEING_CANCELED = Q(status__in=OPEN, cancel_requested_at__isnull=False)


def subject_of(thing: Refresh | Run) -> Subject:
    """Return how the audit log names a refresh or a run."""
    if isinstance(thing, Run):
        return Subject(kind="run", id=str(thing.pk), name=thing.export_name)
    return Subject(kind="refresh", id=str(thing.pk), name=str(thing.pk))


@transaction.atomic
def refresh_everything(*, actor: Person, now: datetime, read_again: bool = False) -> Refresh:
    """Start the entire workflow on demand: what the system refresh would do."""
    require(actor, policy.refresh_everything, see=policy.see_refreshes)
    return _requested(
        requests.whole(Trigger.PERSON, actor=actor, now=now, read_again=read_again), actor, now
    )


@transaction.atomic
def refresh_data(*, actor: Person, now: datetime, read_again: bool = False) -> Refresh:
    """Read data sources, profiles and segments again; no export runs."""
    require(actor, policy.refresh_data, see=policy.see_refreshes)
    return _requested(requests.data(actor=actor, now=now, read_again=read_again), actor, now)


@transaction.atomic
def run_exports(
    *,
    exports: Sequence[Export],
    actor: Person,
    now: datetime,
    kind: RunKind = RunKind.EXPORT,
) -> Refresh:
    """Run exports on demand, after what they depend on; with kind PLAN nothing is written at Mailchimp.

    Raises: ConfigurationProblem when one cannot run, or all of them are queued or at work already.
    """
    for export in exports:
        require(
            actor,
            export_policy.run_export,
            export,
            see=export_policy.see_exports,
            refusal=export_policy.refusal,
        )
        _refuse_unrunnable(export)
    waiting = requests.without_open_run(exports, kind)
    if not waiting:
        raise _already_open()
    return _requested(
        requests.some(waiting, Trigger.PERSON, kind=kind, actor=actor, now=now), actor, now
    )


def run_all(*, actor: Person, now: datetime) -> Refresh:
    """Run every export with an active schedule that the actor may run.

    Raises: ConfigurationProblem when there is none.
    """
    runnable = exports_queries.run_by_all(actor)
    if not runnable:
        raise ConfigurationProblem(
            _("No export with an active schedule can run."),
            action=_("Switch a schedule on, or run an export by itself."),
            code="nothing_to_run",
        )
    return run_exports(exports=runnable, actor=actor, now=now)


def enqueue_due(*, now: datetime) -> list[Refresh]:
    """Start what has come round: the system refresh and exports with a schedule of their own.

    What was missed several times while no worker ran is started once.
    """
    found = [_enqueue_system(now), _enqueue_own(now)]
    return [refresh for refresh in found if refresh is not None]


@transaction.atomic
def set_system_schedule(
    *, is_on: bool, recurrence: Recurrence | None, actor: Person, now: datetime
) -> SystemSchedule:
    """Switch the system refresh on or off and say when it runs.

    Raises: ConfigurationProblem when it is on and the recurrence is missing or not daily or weekly.
    """
    require(actor, policy.schedule_refresh, see=policy.see_refreshes)
    if is_on and (recurrence is None or recurrence.every not in (Every.DAY, Every.WEEK)):
        raise ConfigurationProblem(
            _("The system refresh runs daily or weekly."),
            action=_("Choose one of the two, and at least one time."),
            code="schedule_kind",
        )
    kept = checked(recurrence) if recurrence is not None else None
    schedule, _created = SystemSchedule.objects.update_or_create(
        pk=1,
        defaults={
            "is_on": is_on,
            "recurrence": recurrence_as_json(kept) if kept else None,
            "next_at": next_after(kept, now) if is_on and kept else None,
            "changed_at": now,
            "changed_by": actor,
        },
    )
    record(
        Action.REFRESH_SCHEDULED,
        actor=actor,
        now=now,
        subject=Subject(kind="refresh", id="system", name=""),
        details={"on": is_on, "every": kept.every.value if kept else None},
    )
    return schedule


@transaction.atomic
def cancel_run(*, run: Run, actor: Person, now: datetime) -> bool:
    """Cancel a run: at once when it waits, within seconds when a worker is at it. The next run continues.

    False: it was over already. Whoever asks once more while it is being canceled changes nothing.
    """
    require(actor, policy.cancel_run, run, see=policy.see_runs, refusal=policy.refusal)
    canceled = _cancel_run(run, actor.name, now)
    if canceled:
        record(Action.RUN_CANCELED, actor=actor, now=now, subject=subject_of(run))
    return canceled or Run.objects.filter(_BEING_CANCELED, pk=run.pk).exists()


@transaction.atomic
def cancel_refresh(*, refresh: Refresh, actor: Person, now: datetime) -> bool:
    """Cancel a refresh with everything of it that is not over. False: it was over already.

    Whoever asks once more while it is being canceled changes nothing.
    """
    require(actor, policy.cancel_refresh, refresh, see=policy.see_refreshes)
    rows = Refresh.objects.filter(pk=refresh.pk)
    goes_on = rows.filter(status__in=OPEN, cancel_requested_at=None)
    if not goes_on.update(cancel_requested_at=now, canceled_by_name=actor.name):
        return rows.filter(_BEING_CANCELED).exists()
    for run in refresh.runs.filter(status__in=OPEN):
        _cancel_run(run, actor.name, now)
    if move(rows.filter(status=Status.QUEUED), REFRESH_MOVES, Status.CANCELED, finished_at=now):
        move(refresh.tasks.all(), TASK_MOVES, Status.CANCELED, finished_at=now)
    record(Action.REFRESH_CANCELED, actor=actor, now=now, subject=subject_of(refresh))
    return True


def approve_plan(*, run: Run, digest: str, password: str, actor: Person, now: datetime) -> Run:
    """Let a held run do exactly the plan that `digest` names; it is planned again and must be the same.

    Returns the run.

    `password` is the actor's own.

    Raises: NotAllowed for another password; UnsafePlan when the run no longer waits, or for another plan.
    """
    require(actor, policy.approve_plan, run, see=policy.see_runs, refusal=policy.refusal)
    require_password(actor, password)
    with transaction.atomic():
        _approve_plan(run, digest, actor, now)
    return run


def _approve_plan(run: Run, digest: str, actor: Person, now: datetime) -> None:
    held = Run.objects.filter(pk=run.pk, digest=digest)
    if requests.without_open_run([run.export], RunKind.EXPORT):
        changed = move(
            held,
            RUN_MOVES,
            Status.QUEUED,
            approved_digest=digest,
            approved_by=actor,
            approved_by_name=actor.name,
            approved_at=now,
            started_at=None,  # the wait for approval is no part of how long the run takes
            finished_at=None,
            attempt=1,
            retry_at=None,
            cancel_requested_at=None,
            canceled_by_name="",
        )
    else:
        changed = 0
    if not changed:
        raise _not_held()
    tell_export(run, Status.QUEUED, now=now)
    record(
        Action.PLAN_APPROVED,
        actor=actor,
        now=now,
        subject=subject_of(run),
        details={"digest": digest},
    )


def run_plan(*, run: Run, digest: str, password: str, actor: Person, now: datetime) -> Run:
    """Run exactly the plan that a run made which only planned; it is planned again, and waits where it is another.

    `password` is the actor's own, asked for where a brake would hold the plan: running it approves it.
    Raises: NotAllowed for another password; UnsafePlan for another plan; ConfigurationProblem as `run_exports`.
    """
    require(actor, policy.approve_plan, run, see=policy.see_runs, refusal=policy.refusal)
    plan = plan_of(run)
    if run.kind != RunKind.PLAN or plan is None or plan.digest != digest or plan.refusals:
        raise _not_held()
    if plan.needs_approval:
        require_password(actor, password)
    with transaction.atomic():
        _refuse_unrunnable(run.export)
        if not requests.without_open_run([run.export], RunKind.EXPORT):
            raise _already_open()
        refresh = requests.some(
            [run.export], Trigger.PERSON, actor=actor, now=now, approved_digest=digest
        )
        started = refresh.runs.first()
        if started is None:  # somebody else was first at this moment
            raise _already_open()
        record(
            Action.PLAN_APPROVED,
            actor=actor,
            now=now,
            subject=subject_of(started),
            details={"digest": digest},
        )
    return started


@transaction.atomic
def discard_plan(*, run: Run, actor: Person, now: datetime) -> bool:
    """Give up a held plan: nothing is written, the next run plans anew. False: it no longer waits."""
    require(actor, policy.approve_plan, run, see=policy.see_runs, refusal=policy.refusal)
    held = Run.objects.filter(pk=run.pk, status=Status.NEEDS_APPROVAL)
    told = {"code": "plan_discarded", "message": "", "action": ""}
    if not move(held, RUN_MOVES, Status.CANCELED, canceled_by_name=actor.name, **told):
        return False
    tell_export(run, Status.CANCELED, now=now)
    record(Action.PLAN_DISCARDED, actor=actor, now=now, subject=subject_of(run))
    return True


def _already_open() -> ConfigurationProblem:
    return ConfigurationProblem(
        _("This is queued or running already."),
        action=_("Wait until it is over, or cancel it first."),
        code="run_already_open",
    )


def _not_held() -> UnsafePlan:
    return UnsafePlan(
        _("This plan no longer waits for approval, or it is another one by now."),
        action=_("Look at the run again and approve what it shows."),
        code="plan_not_held",
    )


def _requested(refresh: Refresh, actor: Person, now: datetime) -> Refresh:
    record(
        Action.REFRESH_REQUESTED,
        actor=actor,
        now=now,
        subject=subject_of(refresh),
        details={"runs": refresh.runs.count()},
    )
    return refresh


def _cancel_run(run: Run, by: str, now: datetime) -> bool:
    rows = Run.objects.filter(pk=run.pk)
    waiting = rows.exclude(status__in=WORKING)
    if move(waiting, RUN_MOVES, Status.CANCELED, finished_at=now, canceled_by_name=by):
        tell_export(run, Status.CANCELED, now=now)
        return True
    working = rows.filter(status__in=WORKING, cancel_requested_at=None)
    return bool(working.update(cancel_requested_at=now, canceled_by_name=by))


def _refuse_unrunnable(export: Export) -> None:
    code = exports_queries.why_not_runnable(export)
    if code is None:
        return
    raise ConfigurationProblem(
        _("The export %(name)s cannot run.") % {"name": export.name}
        + f" {reason_of(code)}".rstrip(),
        action=_("Open the export or its connection and repair what is named."),
        code=code,
        context={"export": export.pk},
    )


def reason_of(code: str) -> str:
    """Return why an export cannot run, or does not by itself, in the reader's language."""
    from segue.control.connections.queries import Unusable

    reasons = {
        "export_removed": _("It was removed."),
        "export_detached": _("It has no connection."),
        "segment_removed": _("One of its segments is no longer declared."),
        "segment_inactive": _("One of its segments is inactive."),
        "audience_not_found": _("Its audience is no longer in the Mailchimp account."),
        "installation_undecided": _("It is not sure that this installation is the real one."),
        "system_refresh_off": _("The system refresh is off: it runs on demand only."),
        "schedule_off": _("Its schedule is off: it runs on demand only."),
    }
    return reasons.get(code) or (str(Unusable(code).label) if code in Unusable.values else "")


@transaction.atomic
def _enqueue_system(now: datetime) -> Refresh | None:
    schedule = SystemSchedule.objects.filter(is_on=True, next_at__lte=now).first()
    if schedule is None or schedule.recurrence is None:
        return None
    following = next_after(requests.recurrence_of(schedule), now)
    mine = SystemSchedule.objects.filter(pk=schedule.pk, next_at=schedule.next_at)
    if not mine.update(next_at=following) or requests.whole_is_waiting():
        return None
    return requests.whole(Trigger.SCHEDULE, actor=None, now=now)


@transaction.atomic
def _enqueue_own(now: datetime) -> Refresh | None:
    due = []
    for export in exports_queries.due(now):
        following = requests.next_run_of(export, now)
        mine = Export.objects.filter(pk=export.pk, next_run_at=export.next_run_at)
        if mine.update(next_run_at=following):
            due.append(export)
    waiting = requests.without_open_run(due, RunKind.EXPORT)
    return requests.some(waiting, Trigger.EXPORT_SCHEDULE, actor=None, now=now) if waiting else None
