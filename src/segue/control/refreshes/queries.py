"""Read refreshes, tasks and runs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import msgspec
from django.db.models import Case, QuerySet, Value, When

from segue.control.exports.models import Export
from segue.control.refreshes.models import Refresh, Run, RunKind, RunPaper, SystemSchedule
from segue.control.statuses import GOOD, OPEN, Status
from segue.sync.plan import Plan
from segue.sync.report import RunReport, from_document

LAST_RUNS = 30


@dataclass(frozen=True, slots=True, kw_only=True)
class Papers:
    """What a run wrote down; None: not yet. `seconds` maps steps to how long they took."""

    plan: Plan | None = None
    report: RunReport | None = None
    seconds: Mapping[str, float] = field(default_factory=dict)


def runs() -> QuerySet[Run]:
    """Return all runs, newest first, with what their lists and policies read."""
    return Run.objects.select_related(
        "refresh", "export", "export__connection", "export__connection__export_user"
    )


def runs_of(export: Export) -> QuerySet[Run]:
    """Return an export's own runs, newest first, plans left out."""
    return runs().filter(export=export, kind=RunKind.EXPORT)


def open_runs() -> QuerySet[Run]:
    """Return the runs that are queued, at work or waiting to be tried again."""
    return runs().filter(status__in=OPEN)


def ahead_of(run: Run) -> Run | None:
    """Return the run at work that uses the Mailchimp account of this one, which waits for it; None: it is free."""
    connection = run.export.connection
    if connection is None or not connection.account_id:
        return None
    at_work = Run.objects.filter(status=Status.PROCESSING, account_id=connection.account_id)
    return at_work.exclude(pk=run.pk).first()


def refreshes() -> QuerySet[Refresh]:
    """Return all refreshes, newest first."""
    return Refresh.objects.select_related("requested_by")


def troubled_first(refresh: Refresh) -> QuerySet[Run]:
    """Return the runs of a refresh: what failed before what is at work, that before what went well, else in their order."""
    rank = Case(
        When(status__in=GOOD, then=Value(2)), When(status__in=OPEN, then=Value(1)), default=Value(0)
    )
    return refresh.runs.order_by(rank, "pk")


def open_refreshes() -> QuerySet[Refresh]:
    """Return the refreshes that are not over."""
    return refreshes().filter(status__in=OPEN)


def system_schedule() -> SystemSchedule:
    """Return the system refresh, off before anybody switched it on."""
    return SystemSchedule.objects.filter(pk=1).first() or SystemSchedule(pk=1)


def plan_of(run: Run) -> Plan | None:
    """Return the plan that a run made, None before it made one."""
    paper = RunPaper.objects.filter(run=run).first()
    return msgspec.json.decode(paper.plan, type=Plan) if paper and paper.plan else None


def has_plan(run: Run) -> bool:
    """Tell whether a run has made a plan."""
    return RunPaper.objects.filter(run=run).exclude(plan="").exists()


def report_of(run: Run) -> RunReport | None:
    """Return what a run reported, None before its end."""
    paper = RunPaper.objects.filter(run=run).first()
    return from_document(paper.report) if paper and paper.report else None


def papers_of(run: Run) -> Papers:
    """Return what a run wrote down but for its samples, in one question."""
    paper = RunPaper.objects.filter(run=run).defer("samples").first()
    if paper is None:
        return Papers()
    return Papers(
        plan=msgspec.json.decode(paper.plan, type=Plan) if paper.plan else None,
        report=from_document(paper.report) if paper.report else None,
        seconds=paper.step_seconds,
    )


def seconds_of(runs: Sequence[Run]) -> Mapping[int, Mapping[str, float]]:
    """Return the seconds of the steps of several runs, by their keys."""
    rows = RunPaper.objects.filter(run__in=runs).values_list("run_id", "step_seconds")
    return dict(rows)


def last_runs(export: Export) -> Sequence[Run]:
    """Return an export's last runs that ended, oldest first, for a chart."""
    ended = runs_of(export).filter(finished_at__isnull=False)[:LAST_RUNS]
    return list(reversed(ended))
