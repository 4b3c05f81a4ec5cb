"""What has happened in the world of `tests/web/world.py`: runs that ended, wait for approval or only planned. No expectations.

Everything ended before START, so that what is asked for at START comes last.
"""

from __future__ import annotations

from datetime import timedelta

from segue.control.connections.queries import Unusable
from segue.control.exports.models import Export
from segue.control.notices.models import Channel, ChannelKind, Notice, NoticeKind
from segue.control.refreshes import papers
from segue.control.refreshes.models import Refresh, Run, RunKind, Task, TaskKind
from segue.control.statuses import Status
from segue.service.plan_files import plan_file
from segue.sync.brakes import SegmentChange, Stop, StopKind
from segue.sync.kinds import Kind, Skip
from segue.sync.outcomes import NOTHING_SENT, Outcomes
from segue.sync.plan import Plan
from segue.sync.ports import Counted, Reason
from segue.sync.report import RunReport, RunStatus
from tests.control import happenings, stage_runs
from tests.fakes.clocks import START

YESTERDAY = START - timedelta(days=1)
DIGEST = "d1g35t"
CHANGES = 5
"""What the plan of a held run changes: one is added, two are updated, two leave."""

CHAT = "slack://T1JJ3T3L2/A1BRTD4JD/TIiajkdnlazkcOXrIdevi7FQ"
"""Where the chat's messages go: a secret."""

SAMPLES = (
    papers.SamplePerson(
        address="nadia@shop.example", kind=int(Kind.ADD), skip=int(Skip.NONE), tags_added=("VIP",)
    ),
    papers.SamplePerson(
        address="omar@shop.example", kind=int(Kind.SKIP), skip=int(Skip.UNSUBSCRIBED)
    ),
)


def ended_refresh() -> Refresh:
    """Return yesterday's refresh of everything, with a task of each kind."""
    refresh = happenings.refresh(Status.SUCCESSFUL, now=YESTERDAY)
    tasks = (
        (TaskKind.SOURCE, "customers", "customers"),
        (TaskKind.PROFILES, "profiles", ""),
        (TaskKind.SEGMENT, "vip", "VIP"),
    )
    Task.objects.bulk_create(
        Task(
            refresh=refresh,
            kind=kind,
            name=name,
            label=label,
            position=position,
            status=Status.SUCCESSFUL,
            count=6,
            started_at=YESTERDAY,
            finished_at=YESTERDAY,
        )
        for position, (kind, name, label) in enumerate(tasks)
    )
    return refresh


def ended_run(export: Export, of: Refresh) -> Run:
    """Return a run that reached three of four people; its files are kept."""
    numbers = {"to_send": 4, "sent": 4, "accepted": 3, "created": 1, "updated": 2, "rejected": 1}
    outcomes = _outcomes(numbers)
    plan = _plan(export)
    run = happenings.run(
        export, Status.SUCCESSFUL_WITH_SKIPS, now=YESTERDAY, of=of, skipped=1, **numbers
    )
    report = _report(export, plan, RunStatus.SUCCESSFUL_WITH_SKIPS, outcomes)
    _keep_files(run, report)
    return _written(run, plan, report)


def held_run(export: Export) -> Run:
    """Return a run whose plan waits for approval: it would take the tags of a third."""
    stop = Stop(
        kind=StopKind.LARGE_REMOVAL, subject="removals", count=2, total=6, threshold=0.2
    )  # fmt: skip
    plan = _plan(export, stops=(stop,))
    run = happenings.run(
        export,
        Status.NEEDS_APPROVAL,
        now=YESTERDAY + timedelta(hours=1),
        digest=plan.digest,
        code="plan_needs_approval",
    )
    return _written(run, plan, _report(export, plan, RunStatus.NEEDS_APPROVAL, NOTHING_SENT))


def planned_run(export: Export) -> Run:
    """Return a run that only planned."""
    plan = _plan(export)
    run = happenings.run(
        export,
        Status.SUCCESSFUL,
        now=YESTERDAY + timedelta(hours=2),
        kind=RunKind.PLAN,
        digest=plan.digest,
    )
    papers.keep_plan(run, plan, SAMPLES)
    return run


def notice(held: Run) -> Notice:
    """Return the open notice that a plan waits; there is one of a broken connection too, for administrators only."""
    Notice.objects.create(
        kind=NoticeKind.CONNECTION_BROKEN,
        subject_key="connection:1",
        subject_name="Closed account",
        path="/connections/1/",
        values={"code": Unusable.REVOKED.value},
        since=YESTERDAY,
        created_at=YESTERDAY,
    )
    return Notice.objects.create(
        kind=NoticeKind.NEEDS_APPROVAL,
        subject_key=f"export:{held.export_id}",
        subject_name=held.export_name,
        path=f"/runs/{held.pk}/",
        values={"changes": 3},
        since=YESTERDAY,
        created_at=YESTERDAY,
    )


def chat() -> Channel:
    """Return a channel to a chat, whose address is a secret."""
    return Channel.objects.create(
        kind=ChannelKind.APPRISE, name="Team chat", target=CHAT, created_at=YESTERDAY
    )


def _keep_files(run: Run, report: RunReport) -> None:
    rejected = {"address": "paul@shop.example", "key": "7", "reason": Reason.FAKE_ADDRESS}
    stage_runs.kept_rejections(report, [rejected])
    file = plan_file(run.pk)
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text("Address,Change\r\nnadia@shop.example,Added\r\n", encoding="utf-8")


def _plan(export: Export, **changes: object) -> Plan:
    """Return a plan: one is added, two are updated, two leave, one is skipped."""
    segment = SegmentChange(segment="vip", tag="VIP", before=5, after=4, adds=1, removes=2)
    return happenings.plan(
        now=YESTERDAY,
        members=6,
        wanted=4,
        acknowledged=6,
        export=export.key,
        audience_id=export.audience_id,
        digest=DIGEST,
        counts={Kind.SAME: 1, Kind.ADD: 1, Kind.UPDATE: 2, Kind.LEAVE: 2, Kind.SKIP: 1},
        skips={Skip.UNSUBSCRIBED: 1},
        segments=(segment,),
        **changes,
    )


def _outcomes(numbers: dict[str, int]) -> Outcomes:
    counted = Counted(created=numbers["created"], updated=numbers["updated"])
    rejected = {Reason.FAKE_ADDRESS: 1}
    return Outcomes(accepted=numbers["accepted"], counted=counted, rejected=rejected)


def _report(export: Export, plan: Plan, status: RunStatus, outcomes: Outcomes) -> RunReport:
    return RunReport(
        run_id=f"20260301T090000000-{export.key}",
        export=export.key,
        status=status,
        started_at=YESTERDAY,
        finished_at=YESTERDAY + timedelta(seconds=95),
        plan=plan,
        outcomes=outcomes,
        seconds={"observe": 4.2, "plan": 1.1, "push": 88.0},
        retries=0,
        throttlings=0,
    )


def _written(run: Run, plan: Plan, report: RunReport) -> Run:
    Run.objects.filter(pk=run.pk).update(engine_run_id=report.run_id)
    papers.keep_plan(run, plan, SAMPLES)
    papers.keep_report(run, report)
    return Run.objects.get(pk=run.pk)
