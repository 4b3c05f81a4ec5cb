"""A worker carries out runs: what they write down, how each end is told, and what stops them."""

from __future__ import annotations

import csv
import stat
from datetime import timedelta

import pytest

from mailchimp_sandbox.faults import Fault
from segue.control.connections.models import Audience, Connection, Health
from segue.control.exports.models import Export
from segue.control.refreshes import operations, queries
from segue.control.refreshes.models import Refresh, Run, RunKind, RunPaper
from segue.control.refreshes.papers import samples_of
from segue.control.segments.models import Segment
from segue.control.sources.models import DataSource
from segue.control.statuses import Status
from segue.service.adapters import WorkerClock
from segue.service.exports import PlanView
from segue.service.locks import only_one
from segue.sync.export import SegmentTag
from segue.sync.kinds import Kind
from segue.worker.export_run import ExportRun
from tests.control import stage_runs
from tests.fixtures.people import PASSWORD
from tests.worker.shop import Shop, facts_of, fresh, wait_for

BATCH = "POST /lists/{list_id}"


def test_a_run_goes_from_the_data_to_the_audience_and_writes_everything_down(shop: Shop) -> None:
    export = shop.export()
    (run,) = shop.run(export)

    shop.settle(shop.worker())

    found = fresh(run)
    assert (found.status, found.code, found.digest != "") == (Status.SUCCESSFUL, "", True)
    assert (found.to_send, found.sent, found.accepted, found.created, found.not_sent) == (
        10, 10, 10, 10, 0
    )  # fmt: skip
    assert (found.owner, found.fence, found.attempt, found.account_id) == ("", 1, 1, "account0")
    assert shop.tagged(export) == {"Newcomers": 10}
    report = queries.report_of(run)
    assert report is not None
    assert (report.run_id, report.outcomes.accepted) == (found.engine_run_id, 10)
    samples = samples_of(run)
    assert {(one.kind, one.tags_added) for one in samples} == {(int(Kind.ADD), ("Newcomers",))}
    assert len(samples) == 5
    assert set(RunPaper.objects.get(run=run).step_seconds) == {
        "observe", "plan", "prepare", "push", "ledger", "report"
    }  # fmt: skip


@pytest.mark.one_database
def test_the_refresh_of_a_run_ends_and_the_export_and_its_audience_are_told(shop: Shop) -> None:
    export = shop.export()
    (run,) = shop.run(export)

    shop.settle(shop.worker())

    refresh = Refresh.objects.get()
    assert (refresh.status, refresh.runs.get()) == (Status.SUCCESSFUL, run)
    told = fresh(export)
    assert (told.last_status, told.last_run_id) == (Status.SUCCESSFUL, run.pk)
    audience = Audience.objects.get(audience_id=export.audience_id)
    assert (audience.contacts, audience.name) == (10, "Customers")
    assert DataSource.objects.get().rows == 16


@pytest.mark.one_database
def test_an_unchanged_second_run_writes_nothing(shop: Shop) -> None:
    export = shop.export()
    shop.run(export)
    shop.settle(shop.worker())
    shop.sandbox.reset_calls()

    (run,) = shop.run(export)
    shop.settle(shop.worker())

    assert facts_of([run]) == [(Status.SUCCESSFUL, "")]
    assert shop.sandbox.writes == []
    assert fresh(run).sent == 0


@pytest.mark.one_database
def test_a_plan_writes_nothing_at_mailchimp_and_everybody_into_a_file(shop: Shop) -> None:
    export = shop.export()
    (run,) = shop.run(export, kind=RunKind.PLAN)

    shop.settle(shop.worker())

    found = fresh(run)
    path = shop.home / "plans" / f"{run.pk}.csv"
    with path.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.reader(file))
    assert (found.status, found.to_send, found.accepted) == (Status.SUCCESSFUL, 10, 0)
    assert shop.sandbox.writes == []
    assert rows[0] == [
        "profile_key", "address", "change", "reason", "tags_added", "tags_removed"
    ]  # fmt: skip
    assert ["1000", "p000000@shop.example", "add", "", "Newcomers", ""] in rows
    assert len(rows) == 11
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    plan = queries.plan_of(run)
    assert plan is not None
    assert plan.digest == found.digest
    assert fresh(export).last_status == Status.NOT_STARTED


@pytest.mark.one_database
def test_no_cell_of_the_file_of_a_plan_is_taken_for_a_formula(shop: Shop) -> None:
    shop.export(1)
    shop.run(
        shop.export(2, segments=(SegmentTag(segment="newcomers", tag="=1+1"),)), kind=RunKind.PLAN
    )

    shop.settle(shop.worker())

    text = (shop.home / "plans" / f"{Run.objects.get().pk}.csv").read_text(encoding="utf-8-sig")
    assert "'=1+1" in text
    assert ",=1+1" not in text


def test_a_plan_that_a_brake_holds_waits_and_runs_once_it_is_approved(shop: Shop) -> None:
    shop.people(40)
    export = shop.export()
    shop.run(export)
    shop.settle(shop.worker())
    shop.people(5)
    (run,) = shop.run(export)
    shop.settle(shop.worker())
    held = fresh(run)
    writes = len(shop.sandbox.writes)

    operations.approve_plan(
        run=held, digest=held.digest, password=PASSWORD, actor=shop.alice, now=shop.now()
    )
    reads = Refresh.objects.count()
    shop.settle(shop.worker())

    assert (held.status, held.code, held.to_send) == (
        Status.NEEDS_APPROVAL, "plan_needs_approval", 35
    )  # fmt: skip
    assert writes == 2  # the stamp of the installation, and a batch
    found = fresh(run)
    assert (found.status, found.untagged) == (Status.SUCCESSFUL, 35)
    assert shop.tagged(export) == {"Newcomers": 5}
    assert Refresh.objects.count() == reads


@pytest.mark.one_database
def test_an_approved_plan_that_changed_waits_again(shop: Shop) -> None:
    shop.people(40)
    export = shop.export()
    shop.run(export)
    shop.settle(shop.worker())
    shop.people(5)
    (run,) = shop.run(export)
    shop.settle(shop.worker())
    held = fresh(run)
    shop.people(4)
    operations.refresh_data(actor=shop.alice, now=shop.now())
    shop.settle(shop.worker())

    operations.approve_plan(
        run=held, digest=held.digest, password=PASSWORD, actor=shop.alice, now=shop.now()
    )
    shop.settle(shop.worker())

    found = fresh(run)
    assert (found.status, found.code, found.digest != held.digest) == (
        Status.NEEDS_APPROVAL, "plan_changed", True
    )  # fmt: skip
    assert shop.tagged(export) == {"Newcomers": 40}


def test_an_approved_plan_runs_when_nothing_holds_it_any_more(shop: Shop) -> None:
    shop.people(40)
    export = shop.export()
    shop.run(export)
    shop.settle(shop.worker())
    shop.people(5)
    (run,) = shop.run(export)
    shop.settle(shop.worker())
    held = fresh(run)
    shop.people(42)
    operations.refresh_data(actor=shop.alice, now=shop.now())
    shop.settle(shop.worker())

    operations.approve_plan(
        run=held, digest=held.digest, password=PASSWORD, actor=shop.alice, now=shop.now()
    )
    shop.settle(shop.worker())

    assert facts_of([run]) == [(Status.SUCCESSFUL, "")]
    assert shop.tagged(export) == {"Newcomers": 42}


@pytest.mark.one_database
def test_more_people_than_the_limit_are_refused_and_no_approval_is_asked_for(shop: Shop) -> None:
    (run,) = shop.run(shop.export(profile_limit=9))

    shop.settle(shop.worker())

    assert facts_of([run]) == [(Status.FAILED, "profile_limit_exceeded")]
    assert "1 more than its limit of 9" in fresh(run).message
    assert shop.sandbox.writes == []


@pytest.mark.one_database
def test_an_account_that_refuses_us_stops_the_connection_s_exports(shop: Shop) -> None:
    first, second = shop.export(1), shop.export(2)
    shop.sandbox.add_fault(Fault(kind="401", path_pattern="*", times=None))
    runs = shop.run(first, second)

    shop.settle(shop.worker(slots=1))

    connection = Connection.objects.get()
    assert (connection.health, connection.health_code) == (
        Health.REVOKED, "mailchimp_key_refused"
    )  # fmt: skip
    assert facts_of(runs) == [
        (Status.FAILED, "mailchimp_key_refused"), (Status.FAILED, "connection_revoked")
    ]  # fmt: skip
    assert Refresh.objects.get().status == Status.FAILED


@pytest.mark.one_database
def test_a_key_that_is_refused_in_the_middle_of_a_push_is_told_too(shop: Shop) -> None:
    export = shop.export()
    shop.sandbox.add_fault(
        Fault(kind="401", method="POST", path_pattern="/lists/{list_id}", times=None)
    )
    (run,) = shop.run(export)

    shop.settle(shop.worker())

    assert facts_of([run]) == [(Status.FAILED, "mailchimp_key_refused")]
    assert Connection.objects.get().health == Health.REVOKED
    assert queries.report_of(run) is not None


@pytest.mark.one_database
def test_a_wrong_audience_fails_for_good_with_the_words_for_it(shop: Shop) -> None:
    export = shop.export()
    Export.objects.filter(pk=export.pk).update(audience_id="nothere")
    (run,) = shop.run(fresh(export))

    shop.settle(shop.worker())

    found = fresh(run)
    assert (found.status, found.code, found.retry_at) == (Status.FAILED, "audience_not_found", None)
    assert "a0b0001" in found.message
    assert found.action


@pytest.mark.one_database
def test_a_run_whose_account_another_program_uses_is_put_back(shop: Shop) -> None:
    export = shop.export()
    (run,) = shop.run(export)
    worker = shop.worker()

    with only_one(shop.home / "locks" / "account-account0.lock", what="the account"):
        wait_for(lambda: worker.turn() and fresh(run).retry_at)

    found = fresh(run)
    assert (found.status, found.attempt, found.code) == (Status.QUEUED, 1, "")
    assert timedelta(0) < found.retry_at - shop.now() <= timedelta(seconds=5)
    Run.objects.update(retry_at=None)
    shop.settle(worker)
    assert facts_of([run]) == [(Status.SUCCESSFUL, "")]


@pytest.mark.one_database
def test_a_segment_whose_rule_no_longer_fits_fails_its_run_before_anything_is_written(
    shop: Shop,
) -> None:
    export = shop.export()
    Segment.objects.filter(name="newcomers").update(
        rule={"attribute": "no_longer_there", "after": "2026-01-01"}
    )
    (run,) = shop.run(export)

    shop.settle(shop.worker())

    refresh = Refresh.objects.get()
    assert facts_of([run]) == [(Status.SKIPPED, "upstream_failed")]
    task = refresh.tasks.get(name="newcomers")
    assert (task.status, task.code) == (Status.FAILED, "segment_unusable")
    assert (refresh.status, shop.sandbox.writes) == (Status.FAILED, [])


@pytest.mark.one_database
def test_a_fault_of_ours_fails_one_run_tells_no_data_and_leaves_the_worker_at_work(
    shop: Shop, caplog: pytest.LogCaptureFixture
) -> None:
    broken, sound = shop.export(1), shop.export(2)
    Export.objects.filter(pk=broken.pk).update(brakes={"no_such_brake": 1})
    runs = shop.run(fresh(broken), sound)

    shop.settle(shop.worker(slots=1))

    assert facts_of(runs) == [(Status.FAILED, "bug"), (Status.SUCCESSFUL, "")]
    told = [record for record in caplog.records if record.getMessage() == "run.bug"]
    assert [(record.kind, record.run) for record in told] == [("TypeError", runs[0].pk)]  # type: ignore[attr-defined]
    assert "worker/export_run.py" in told[0].where  # type: ignore[attr-defined]


def test_runs_of_different_accounts_go_side_by_side_and_of_one_account_one_after_the_other(
    shop: Shop,
) -> None:
    shop.account()
    exports = [shop.export(n, account=n % 2) for n in range(4)]
    for sandbox in shop.sandboxes:
        sandbox.set_latency(0.03)
    shop.run(*exports)
    worker, seen = shop.worker(slots=3), set()

    def look() -> bool:
        worker.turn()
        at_work = Run.objects.filter(status=Status.PROCESSING)
        seen.add(tuple(sorted(at_work.values_list("account_id", flat=True))))
        return worker.is_idle and not Run.objects.filter(status=Status.QUEUED).exists()

    wait_for(look, every_s=0.01)

    assert ("account0", "account1") in seen
    assert all(len(accounts) == len(set(accounts)) for accounts in seen)
    assert set(Run.objects.values_list("status", "fence")) == {(Status.SUCCESSFUL, 1)}


def test_a_run_keeps_its_plan_before_it_goes_on_whatever_the_heartbeat_does(shop: Shop) -> None:
    work = stage_runs.started(shop.alice, shop.export())
    job = ExportRun(work.run, work.lease, clock=WorkerClock(), since=0.0)  # its heart does not beat
    made = stage_runs.plan()

    job._see(PlanView(plan=made, samples=(), audience=None))

    kept = queries.plan_of(work.run)
    assert kept is not None and kept.digest == made.digest


@pytest.mark.one_database
def test_a_run_whose_calls_are_put_off_says_which_attempt_comes_and_when(shop: Shop) -> None:
    shop.sandbox.add_fault(
        Fault(kind="503", method="POST", path_pattern="/lists/{list_id}", times=None)
    )
    (run,) = shop.run(shop.export())
    worker = shop.worker()

    wait_for(lambda: worker.turn() and fresh(run).wait_attempt >= 3)
    found = fresh(run)
    shop.sandbox.clear_faults()
    shop.settle(worker)
    over = fresh(run)

    assert (found.wait_code, found.wait_until is not None) == ("mailchimp_unavailable", True)
    assert (over.status, over.wait_attempt, over.wait_code, over.wait_until) == (
        Status.SUCCESSFUL, 0, "", None
    )  # fmt: skip
