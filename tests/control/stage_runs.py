"""Runs in every state, as a worker would have left them: rows, papers and the engine's files. No expectations."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import duckdb
from django.conf import settings

from segue.control.exports.models import Export
from segue.control.people.models import Person
from segue.control.refreshes import data_work, operations, papers, run_work
from segue.control.refreshes.leases import Lease
from segue.control.refreshes.models import Refresh, Run, RunKind, TaskKind
from segue.control.refreshes.queries import runs
from segue.control.statuses import Status
from segue.core.emails import subscriber_hash
from segue.engines.duckdb.audience.journal import Journal
from segue.engines.duckdb.quoting import literal
from segue.service.reports import Reports
from segue.sync.brakes import SegmentChange, Stop, StopKind
from segue.sync.kinds import Kind, Skip
from segue.sync.outcomes import NOTHING_SENT, Outcomes
from segue.sync.plan import Misfit, Plan
from segue.sync.ports import Counted, Reason, Rejection
from segue.sync.report import RunReport, RunStatus
from segue.sync.store import Acknowledgement
from tests.control import stage
from tests.fakes.clocks import START

WORKER = "worker-1"
LARGE_REMOVAL = Stop(
    kind=StopKind.LARGE_REMOVAL, subject="removals", count=6000, total=20000, threshold=0.2
)
SAMPLES = (
    papers.SamplePerson(
        address="nadia@shop.example", kind=int(Kind.ADD), skip=0, tags_added=("VIP",)
    ),
    papers.SamplePerson(
        address="omar@shop.example", kind=int(Kind.SKIP), skip=int(Skip.UNSUBSCRIBED)
    ),
)


def plan(**changes: Any) -> Plan:
    """Return a plan of 18,204 changes: 12,000 added, 204 updated, 6,000 who leave."""
    values: dict[str, Any] = {
        "export": "vip_newsletter",
        "audience_id": stage.AUDIENCE_ID,
        "audience_name": "Newsletter",
        "made_at": START,
        "digest": "d1g35t",
        "members": 26500,
        "wanted": 26204,
        "acknowledged": 20000,
        "counts": {
            Kind.SAME: 14000,
            Kind.ADD: 12000,
            Kind.UPDATE: 204,
            Kind.LEAVE: 6000,
            Kind.SKIP: 296,
        },
        "skips": {Skip.UNSUBSCRIBED: 200, Skip.NO_CONSENT: 96},
        "segments": (
            SegmentChange(
                segment="vip", tag="VIP", before=20000, after=26204, adds=12000, removes=6000
            ),
        ),
        "tags_removed": 6000,
        "misfits": (Misfit(tag="BIRTHDAY", people=3),),
        "fields": [],
        "drift": [],
        "leftovers": [],
        "found_tags": [],
        "fields_to_create": (),
        "stops": (),
        "calls": 37,
        "contacts_before": 20000,
        "contacts_limit": 50000,
    }
    return Plan(**{**values, **changes})


def held_plan(**changes: Any) -> Plan:
    """Return the same plan, held by a brake."""
    return plan(**{"stops": (LARGE_REMOVAL,), **changes})


def outcomes(**changes: Any) -> Outcomes:
    """Return the outcome of that plan: all but three were accepted."""
    values: dict[str, Any] = {
        "accepted": 18201,
        "counted": Counted(created=11998, updated=203),
        "untagged": 6000,
        "rejected": {Reason.FAKE_ADDRESS: 2, Reason.INVALID_FIELD: 1},
    }
    return Outcomes(**{**values, **changes})


def report(of: Plan | None = None, **changes: Any) -> RunReport:
    """Return what a run says at its end."""
    values: dict[str, Any] = {
        "run_id": "20260302T090000000-vip_newsletter",
        "export": "vip_newsletter",
        "status": RunStatus.SUCCESSFUL_WITH_SKIPS,
        "started_at": START,
        "finished_at": START + timedelta(seconds=95),
        "plan": of or plan(),
        "outcomes": outcomes(),
        "seconds": {"observe": 4.2, "plan": 1.1, "prepare": 0.8, "push": 88.0, "ledger": 0.9},
        "retries": 2,
        "throttlings": 1,
        "calls": {"POST /lists/{id}": 25, "GET /lists/{id}/members": 12},
    }
    return RunReport(**{**values, **changes})


def small_export(actor: Person, folder: Path, **changes: Any) -> Export:
    """Return an export of the VIPs, with everything that it needs."""
    stage.declared(stage.data_folder(folder))
    return stage.export(actor, stage.connection(actor), **changes)


def queued(
    actor: Person, export: Export, *, now: datetime = START, kind: RunKind = RunKind.EXPORT
) -> Run:
    """Return a run that waits for its data."""
    refresh = operations.run_exports(exports=[export], actor=actor, now=now, kind=kind)
    return runs().get(refresh=refresh)


def next_data_ready(*, now: datetime = START) -> None:
    """Let a worker read the data of the next refresh in 12 seconds."""
    claimed = data_work.claim_data(owner=WORKER, now=now)
    assert claimed is not None
    refresh, lease = claimed
    later = now + timedelta(seconds=12)
    for kind in TaskKind:
        data_work.start_tasks(refresh, lease, kind, now=now)
        ends = {
            task.name: data_work.TaskEnd(status=Status.SUCCESSFUL, count=26500)
            for task in refresh.tasks.filter(kind=kind)
        }
        data_work.end_tasks(refresh, lease, kind, ends, now=later)
    assert data_work.finish_data(refresh, lease, snapshot_id="snapshot", now=later)


@dataclass(frozen=True, slots=True, kw_only=True)
class AtWork:
    """A run and the worker's hold on it."""

    run: Run
    lease: Lease


def started(
    actor: Person, export: Export, *, now: datetime = START, kind: RunKind = RunKind.EXPORT
) -> AtWork:
    """Return a run that a worker has begun, 15 seconds after it was asked for."""
    queued(actor, export, now=now, kind=kind)
    next_data_ready(now=now)
    return begun(now=now + timedelta(seconds=15))


def begun(*, now: datetime) -> AtWork:
    """Let a worker take the next run."""
    claimed = run_work.claim_run(owner=WORKER, now=now)
    assert claimed is not None
    return AtWork(run=claimed[0], lease=claimed[1])


def pushing(
    actor: Person, export: Export, *, now: datetime = START, accepted: int = 9102
) -> AtWork:
    """Return a run that is sending: its sending began 20 seconds after it was asked for."""
    work = started(actor, export, now=now)
    papers.keep_plan(work.run, plan(), SAMPLES)
    papers.keep_seconds(work.run, {"observe": 4.2, "plan": 1.1, "prepare": 0.8})
    run_work.renew_run(
        work.run,
        work.lease,
        now=now + timedelta(seconds=20),
        step="push",
        step_at=now + timedelta(seconds=20),
        push_started_at=now + timedelta(seconds=20),
        to_send=18204,
        accepted=accepted,
        connections_in_use=9,
        retries=2,
    )
    return AtWork(run=runs().get(pk=work.run.pk), lease=work.lease)


def held(actor: Person, export: Export, *, now: datetime = START, of: Plan | None = None) -> Run:
    """Return a run whose plan waits for approval."""
    work = started(actor, export, now=now)
    made = of or held_plan()
    papers.keep_plan(work.run, made, SAMPLES)
    papers.keep_report(
        work.run,
        report(
            made,
            status=RunStatus.NEEDS_APPROVAL,
            outcomes=NOTHING_SENT,
            seconds={"observe": 4.2, "plan": 1.1},
            problem="plan_needs_approval",
        ),
    )
    end = run_work.RunEnd(
        status=Status.NEEDS_APPROVAL,
        code="plan_needs_approval",
        message="The plan of 'vip_newsletter' waits for approval (large_removal); nothing was written.",
        action="Look at the plan; to run exactly this one, run again with --approve d1g35t.",
        digest=made.digest,
    )
    return ended(work, end, now=now + timedelta(seconds=30))


def successful(
    actor: Person, export: Export, *, now: datetime = START, of: RunReport | None = None
) -> Run:
    """Return a run that reached everybody but three."""
    work = started(actor, export, now=now)
    said = of or report()
    papers.keep_plan(work.run, said.plan, SAMPLES)
    papers.keep_report(work.run, said)
    numbers = {
        "to_send": 18204,
        "sent": said.outcomes.sent,
        "accepted": said.outcomes.accepted,
        "created": said.outcomes.counted.created,
        "updated": said.outcomes.counted.updated,
        "untagged": said.outcomes.untagged,
        "moved": said.outcomes.moved,
        "rejected": said.outcomes.rejected_total,
        "skipped": sum(said.plan.skips.values()),
        "not_sent": said.outcomes.not_sent,
        "unknown": said.outcomes.unknown,
    }
    end = run_work.RunEnd(
        status=Status.SUCCESSFUL_WITH_SKIPS, numbers=numbers, engine_run_id=said.run_id
    )
    return ended(work, end, now=now + timedelta(seconds=110))


def planned(actor: Person, export: Export, *, now: datetime = START) -> Run:
    """Return a run that only planned."""
    work = started(actor, export, now=now, kind=RunKind.PLAN)
    papers.keep_plan(work.run, plan(), SAMPLES)
    papers.keep_seconds(work.run, {"observe": 4.2, "plan": 1.1})
    end = run_work.RunEnd(status=Status.SUCCESSFUL, digest=plan().digest)
    return ended(work, end, now=now + timedelta(seconds=25))


def failed(
    actor: Person,
    export: Export,
    *,
    status: Status = Status.FAILED,
    code: str = "audience_not_found",
    message: str = "There is no audience a1b2c3d4e5 in the account Shop.",
    action: str = "Choose another.",
    now: datetime = START,
) -> Run:
    """Return a run that failed."""
    work = started(actor, export, now=now)
    end = run_work.RunEnd(status=status, code=code, message=message, action=action)
    return ended(work, end, now=now + timedelta(seconds=30))


def ended(work: AtWork, end: run_work.RunEnd, *, now: datetime) -> Run:
    """End a run as its worker."""
    assert run_work.end_run(work.run, work.lease, end, now=now)
    data_work.close_finished(now=now)
    return runs().get(pk=work.run.pk)


def failed_data(refresh: Refresh, problem: Any, *, now: datetime = START) -> None:
    """Let the data part of a refresh fail."""
    claimed = data_work.claim_data(owner=WORKER, now=now)
    assert claimed is not None and claimed[0].pk == refresh.pk
    data_work.start_tasks(*claimed, TaskKind.SOURCE, now=now)
    end = data_work.TaskEnd(
        status=Status.FAILED, code=problem.code, message=problem.message, action=problem.action
    )
    data_work.end_tasks(*claimed, TaskKind.SOURCE, {"customers": end}, now=now)
    assert data_work.fail_data(claimed[0], claimed[1], problem, now=now)


def kept_rejections(
    of: RunReport, people: Sequence[Mapping[str, Any]], *, account: str = "acc1"
) -> None:
    """Write the engine's files of a run: report, journal, and the people that were sent.

    Each of `people` has address, key, reason, and perhaps field and words.
    """
    home = Path(settings.SEGUE_HOME)
    Reports(home / "reports").keep(of)
    folder = home / "audiences" / f"{account}-{of.plan.audience_id}"
    sent = folder / "runs" / of.run_id
    sent.mkdir(parents=True, exist_ok=True)
    hashes = [subscriber_hash(person["address"]) for person in people]
    rows = [
        (one, person["address"], person["key"]) for one, person in zip(hashes, people, strict=True)
    ]
    with duckdb.connect() as connection:
        connection.execute("CREATE TABLE sent (sub UUID, address VARCHAR, l_key VARCHAR)")
        for row in rows:
            connection.execute("INSERT INTO sent VALUES (?, ?, ?)", row)
        connection.execute(f"COPY sent TO {literal(str(sent / 'write.parquet'))} (FORMAT parquet)")
    journal = Journal(folder / "journal.sqlite")
    rejections = [
        Rejection(
            subscriber_hash=one,
            reason=person["reason"],
            field=person.get("field", ""),
            words=person.get("words", ""),
        )
        for one, person in zip(hashes, people, strict=True)
    ]
    journal.acknowledge(
        of.run_id,
        Acknowledgement(group="write", number=0, sent=len(people), rejections=rejections),
    )
    journal.close()


def one_of_each(alice: Person, folder: Path) -> dict[str, int]:
    """Return runs and refreshes in the states that pages differ by: their keys by name."""
    export = small_export(alice, folder)
    done = successful(alice, export)
    waiting = held(alice, export, now=START + timedelta(minutes=5))
    plan_only = planned(alice, export, now=START + timedelta(minutes=10))
    at_work = pushing(alice, export, now=START + timedelta(minutes=15)).run
    return {
        "ended_run": done.pk,
        "held_run": waiting.pk,
        "planned_run": plan_only.pk,
        "open_run": at_work.pk,
        "ended_refresh": done.refresh_id,
        "open_refresh": at_work.refresh_id,
    }
