"""Say how an attempt of a run ended, in the words of the control database: reports and problems in, `RunEnd` out. Pure."""

from __future__ import annotations

from dataclasses import replace

from segue.control.refreshes.run_work import STOPPED_BY_CHANGE, RunEnd
from segue.control.statuses import Status
from segue.core.errors import (
    BrokenOff,
    ConnectionLost,
    Consequence,
    MachineTrouble,
    Problem,
    TryLater,
)
from segue.core.sentences import said
from segue.sync.plan import Plan
from segue.sync.ports import Audience
from segue.sync.report import RunReport, RunStatus
from segue.worker import breaking_off

_STATUSES = {
    RunStatus.SUCCESSFUL: Status.SUCCESSFUL,
    RunStatus.SUCCESSFUL_WITH_SKIPS: Status.SUCCESSFUL_WITH_SKIPS,
    RunStatus.NEEDS_APPROVAL: Status.NEEDS_APPROVAL,
    RunStatus.FAILED: Status.FAILED,
    RunStatus.FAILED_RETRYING: Status.FAILED_RETRYING,
    RunStatus.INCONSISTENT: Status.FAILED,
    RunStatus.CANCELED: Status.CANCELED,
}


def of_report(report: RunReport, stopped: BrokenOff | None) -> RunEnd:
    """Return the end of an attempt that made a report; `stopped` is why its permit was revoked, if it was."""
    end = RunEnd(
        status=_STATUSES[report.status],
        code=report.problem,
        message=report.message,
        action=report.action,
        numbers=_numbers(report),
        digest=report.plan.digest,
        engine_run_id=report.run_id,
    )
    if report.status is RunStatus.CANCELED and stopped is not None:
        return replace(end, status=status_when_broken_off(stopped))
    if (
        report.plan.refusals and not report.plan.undecided
    ):  # no approval lifts them, nor does a decision
        return replace(end, status=Status.FAILED)
    if report.status is RunStatus.INCONSISTENT:
        return replace(
            end,
            code="inconsistent",
            message=said(
                "The counts do not balance: Mailchimp's replies leave people out, or count them twice."
            ),
            action=said("Run the export again; if it comes back, report it with the run's report."),
        )
    if report.status is RunStatus.FAILED_RETRYING and not report.problem:
        left = report.outcomes.left
        return replace(
            end,
            code="people_left",
            message=said(
                "%(count)s {count:person is|people are} left: their calls failed again and again.",
                count=left,
            ),
            action=said("Nothing: the next attempt sends them."),
        )
    return end


def of_plan(plan: Plan) -> RunEnd:
    """Return the end of a run that only plans: a brake that would hold the plan is no failure of planning."""
    numbers = {"to_send": plan.changes, "skipped": plan.skipped}
    numbers["unread"] = plan.unread_count
    return RunEnd(status=Status.SUCCESSFUL, numbers=numbers, digest=plan.digest)


def of_problem(problem: Problem) -> RunEnd:
    """Return the end of an attempt that came to no report."""
    status = Status.FAILED
    if isinstance(problem, BrokenOff):
        status = status_when_broken_off(problem)
    elif isinstance(problem, TryLater | MachineTrouble):
        status = Status.FAILED_RETRYING
    return RunEnd(status=status, code=problem.code, message=problem.message, action=problem.action)


def status_when_broken_off(stopped: BrokenOff) -> Status:
    """Return what becomes of a run that was stopped: canceled by somebody, failed by a change, or waiting again."""
    if stopped.code == breaking_off.CANCELED or stopped.code in STOPPED_BY_CHANGE:
        return Status.CANCELED
    return Status.QUEUED if stopped.code == breaking_off.WORKER_ENDS else Status.FAILED


def lost_connection(end: Problem | RunReport) -> Problem | None:
    """Return the problem that says of the account that it refuses us, None when the attempt ended otherwise."""
    if isinstance(end, Problem):
        return end if isinstance(end, ConnectionLost) else None
    if end.consequence is not Consequence.CONNECTION:
        return None
    return ConnectionLost(end.message, action=end.action, code=end.problem)


def changed(audience: Audience, *, subscribed: int, archived: int) -> Audience:
    """Return the audience as a run leaves it: with those subscribed after it was read, without the contacts archived."""
    return replace(audience, contacts=max(audience.contacts + subscribed - archived, 0))


def _numbers(report: RunReport) -> dict[str, int]:
    outcomes = report.outcomes
    return {
        "to_send": report.plan.changes,
        "unread": report.plan.unread_count,
        "sent": outcomes.sent,
        "accepted": outcomes.accepted,
        "created": outcomes.counted.created,
        "updated": outcomes.counted.updated,
        "untagged": outcomes.untagged,
        "moved": outcomes.moved,
        "rejected": outcomes.rejected_total,
        "skipped": report.plan.skipped,
        "not_sent": outcomes.not_sent,
        "unknown": outcomes.unknown,
        "retries": report.retries,
    }
