"""Jobs are held by leases: one worker at a time, taken over when it is not heard of, and no word of the old one counts."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from threading import Barrier, Thread
from typing import Any

import pytest
from django.db import connection

from segue.control.connections import operations as connections
from segue.control.connections.models import Health
from segue.control.exports import operations as export_operations
from segue.control.people import operations as people
from segue.control.people.models import Person, Role
from segue.control.refreshes import data_work, operations, run_work
from segue.control.refreshes.data_work import TaskEnd
from segue.control.refreshes.leases import (
    Renewal,
    Verdict,
    claim,
    heartbeat_s,
    lease_time,
)
from segue.control.refreshes.models import Refresh, Run, RunPaper, TaskKind
from segue.control.refreshes.run_work import RunEnd
from segue.control.refreshes.silence import Watch
from segue.control.statuses import Status
from tests.control import stage_jobs
from tests.control.stage_jobs import NOW, OTHER, SOON, WORKER, status_of, taken_over
from tests.fixtures.people import PASSWORD
from tests.patience import PATIENCE_S

GONE = NOW + timedelta(seconds=16)
"""Later than a lease."""

DONE = RunEnd(status=Status.SUCCESSFUL)


@pytest.mark.parametrize(("lease_s", "every_s"), [(15, 0.5), (2, 1 / 3)])
def test_a_lease_outlasts_several_heartbeats(settings: Any, lease_s: int, every_s: float) -> None:
    settings.SEGUE_LEASE_S = lease_s

    assert lease_time() == timedelta(seconds=lease_s)
    assert heartbeat_s() == pytest.approx(every_s)


def test_a_claimed_run_is_nobody_else_s(alice: Person, tmp_path: Path) -> None:
    run, lease = stage_jobs.claimed_run(alice, *stage_jobs.exports(alice, tmp_path))

    second = run_work.claim_run(owner=OTHER, now=GONE, watch=Watch(lambda: 0.0))

    assert second is None
    assert (run.status, run.owner, run.fence, run.account_id) == (
        Status.PROCESSING, WORKER, 1, "acc1"
    )  # fmt: skip
    assert (lease.owner, lease.fence, run.started_at) == (WORKER, 1, NOW)


def test_a_renewed_lease_is_not_taken_over(alice: Person, tmp_path: Path) -> None:
    run, lease = stage_jobs.claimed_run(alice, *stage_jobs.exports(alice, tmp_path))

    seconds = 0.0
    watch = Watch(lambda: seconds)

    for beat in range(8):
        seconds = 5.0 * beat
        renewed = run_work.renew_run(run, lease, now=NOW + beat * SOON, accepted=500, step="push")
        assert renewed == Renewal(verdict=Verdict.GO_ON)
        assert run_work.claim_run(owner=OTHER, now=GONE, watch=watch) is None

    run.refresh_from_db()
    assert (run.accepted, run.step) == (500, "push")


def test_a_worker_that_is_not_heard_of_loses_its_run_and_its_word(
    alice: Person, tmp_path: Path
) -> None:
    run, old = stage_jobs.claimed_run(alice, *stage_jobs.exports(alice, tmp_path))
    run_work.renew_run(run, old, now=NOW, accepted=500, to_send=900)

    taken = taken_over(run_work.claim_run, now=GONE)

    assert taken is not None
    assert (taken[0].pk, taken[1].fence, taken[0].accepted, taken[0].started_at) == (
        run.pk, 2, 0, NOW
    )  # fmt: skip
    assert run_work.renew_run(run, old, now=GONE) == Renewal(verdict=Verdict.LOST)
    assert not run_work.end_run(run, old, DONE, now=GONE)
    assert not run_work.give_back_run(run, old, now=GONE)
    run_work.note_seconds(run, old, {"observe": 1.0})
    assert not RunPaper.objects.exists()
    assert status_of(run) == Status.PROCESSING
    assert run_work.end_run(*taken, DONE, now=GONE)
    assert status_of(run) == status_of(run.export) == Status.SUCCESSFUL


def test_a_run_whose_worker_is_gone_is_canceled_when_somebody_asked_for_it(
    alice: Person, tmp_path: Path
) -> None:
    run, _ = stage_jobs.claimed_run(alice, *stage_jobs.exports(alice, tmp_path))
    operations.cancel_run(run=run, actor=alice, now=NOW)

    taken = taken_over(run_work.claim_run, now=GONE)

    assert taken is None
    assert status_of(run) == status_of(run.export) == Status.CANCELED


def test_one_run_an_account_whatever_its_export(alice: Person, tmp_path: Path) -> None:
    first, *_ = stage_jobs.exports(alice, tmp_path)
    second = stage_jobs.export(alice, 2, first.connection)
    other = stage_jobs.export(alice, 3)
    for one in (first, second, other):
        stage_jobs.queued_run(alice, one)

    claims = [run_work.claim_run(owner=WORKER, now=NOW) for _ in range(3)]

    taken = [claimed[0].export_id for claimed in claims if claimed]
    assert taken == [first.pk, other.pk]
    assert claims[0] is not None
    assert run_work.end_run(*claims[0], DONE, now=NOW)
    again = run_work.claim_run(owner=WORKER, now=NOW)
    assert again is not None
    assert again[0].export_id == second.pk


def test_many_runs_of_a_busy_account_do_not_hide_the_run_of_a_free_one(
    alice: Person, tmp_path: Path
) -> None:
    first, *_ = stage_jobs.exports(alice, tmp_path)
    waiting = [stage_jobs.export(alice, n, first.connection) for n in range(100, 155)]
    stage_jobs.ready(operations.run_exports(exports=[first, *waiting], actor=alice, now=NOW))
    free = stage_jobs.queued_run(alice, stage_jobs.export(alice, 9))
    run_work.claim_run(owner=WORKER, now=NOW)

    claimed = run_work.claim_run(owner=WORKER, now=NOW)

    assert claimed is not None
    assert claimed[0].pk == free.pk


def test_the_database_itself_refuses_a_second_run_of_an_account(
    alice: Person, tmp_path: Path
) -> None:
    first, *_ = stage_jobs.exports(alice, tmp_path)
    second = stage_jobs.export(alice, 2, first.connection)
    late = stage_jobs.queued_run(alice, second)
    claimed = run_work.claim_run(owner=WORKER, now=NOW)
    other = stage_jobs.queued_run(alice, first)

    lease = claim(
        Run.objects.all(),
        other,
        owner=OTHER,
        now=NOW,
        status=Status.PROCESSING,
        account_id="acc1",
    )

    assert claimed is not None
    assert claimed[0].pk == late.pk
    assert lease is None
    assert status_of(other) == Status.QUEUED


def test_a_job_that_changed_since_it_was_read_is_not_claimed(alice: Person, tmp_path: Path) -> None:
    run, lease = stage_jobs.claimed_run(alice, *stage_jobs.exports(alice, tmp_path))
    seen = Run.objects.get(pk=run.pk)
    run_work.renew_run(run, lease, now=NOW + SOON)

    taken = claim(Run.objects.all(), seen, owner=OTHER, now=GONE, status=Status.PROCESSING)

    assert taken is None


def test_a_run_waits_for_its_data(alice: Person, tmp_path: Path) -> None:
    exports = stage_jobs.exports(alice, tmp_path)
    refresh = operations.run_exports(exports=exports, actor=alice, now=NOW)

    too_early = run_work.claim_run(owner=WORKER, now=NOW)
    stage_jobs.ready(refresh)

    assert too_early is None
    assert run_work.claim_run(owner=WORKER, now=NOW) is not None


def _removed(run: Run, alice: Person) -> None:
    export_operations.remove(exports=[run.export], actor=alice, now=NOW)


def _detached(run: Run, alice: Person) -> None:
    export_operations.detach(exports=[run.export], actor=alice, now=NOW)


def _connection_removed(run: Run, alice: Person) -> None:
    assert run.export.connection is not None
    fates = {run.export_id: export_operations.Fate.DETACH}
    export_operations.remove_connection(
        connection=run.export.connection, fates=fates, actor=alice, now=NOW
    )


def _export_user_left(run: Run, alice: Person) -> None:
    Person.objects.filter(pk=alice.pk).update(is_active=False)


def _export_user_demoted(run: Run, alice: Person) -> None:
    other = Person(name="Zoe", email="zoe@office.example", role=Role.ADMINISTRATOR, created_at=NOW)
    other.set_password(PASSWORD)
    other.save()
    people.change_role(password=PASSWORD, person=alice, role=Role.CONTRIBUTOR, actor=other, now=NOW)


def _revoked(run: Run, alice: Person) -> None:
    assert run.export.connection is not None
    connections.record_health(
        connection=run.export.connection, health=Health.REVOKED, code="x", now=NOW
    )


CHANGES: list[tuple[Any, str, Verdict, str]] = [
    (_removed, "export_removed", Verdict.CANCEL, Status.CANCELED),
    (_detached, "export_detached", Verdict.CANCEL, Status.CANCELED),
    (_connection_removed, "export_detached", Verdict.CANCEL, Status.CANCELED),
    (_export_user_left, "export_user_gone", Verdict.FAIL, Status.FAILED),
    (_export_user_demoted, "export_user_role", Verdict.FAIL, Status.FAILED),
    (_revoked, "connection_revoked", Verdict.FAIL, Status.FAILED),
]


@pytest.mark.parametrize(("change", "code", "verdict", "status"), CHANGES)
def test_a_run_in_progress_hears_at_its_next_heartbeat_that_it_may_not_go_on(
    alice: Person, tmp_path: Path, change: Any, code: str, verdict: Verdict, status: str
) -> None:
    run, lease = stage_jobs.claimed_run(alice, *stage_jobs.exports(alice, tmp_path))

    change(run, alice)

    assert run_work.renew_run(run, lease, now=NOW) == Renewal(verdict=verdict, code=code)


@pytest.mark.parametrize(("change", "code", "verdict", "status"), CHANGES)
def test_a_waiting_run_that_may_not_begin_any_more_ends_with_the_reason(
    alice: Person, tmp_path: Path, change: Any, code: str, verdict: Verdict, status: str
) -> None:
    run = stage_jobs.queued_run(alice, *stage_jobs.exports(alice, tmp_path))

    change(run, alice)
    claimed = run_work.claim_run(owner=WORKER, now=NOW)

    run.refresh_from_db()
    assert claimed is None
    assert (run.status, run.code, run.finished_at) == (status, code, NOW)
    assert run.message
    assert status_of(run.export) == status


def test_a_cancel_is_heard_at_the_next_heartbeat(alice: Person, tmp_path: Path) -> None:
    run, lease = stage_jobs.claimed_run(alice, *stage_jobs.exports(alice, tmp_path))

    operations.cancel_run(run=run, actor=alice, now=NOW)

    assert run_work.renew_run(run, lease, now=NOW) == Renewal(verdict=Verdict.CANCEL)


def test_one_data_part_at_a_time_in_the_order_of_asking(alice: Person, tmp_path: Path) -> None:
    stage_jobs.exports(alice, tmp_path)
    first = operations.refresh_data(actor=alice, now=NOW)
    second = operations.refresh_data(actor=alice, now=NOW)

    claimed = data_work.claim_data(owner=WORKER, now=NOW)
    none = data_work.claim_data(owner=OTHER, now=NOW)

    assert claimed is not None
    assert (claimed[0], none) == (first, None)
    data_work.finish_data(*claimed, snapshot_id="s", now=NOW)
    following = data_work.claim_data(owner=OTHER, now=NOW)
    assert following is not None
    assert following[0] == second


def test_a_data_part_whose_worker_is_gone_is_taken_over_before_any_other(
    alice: Person, tmp_path: Path
) -> None:
    stage_jobs.exports(alice, tmp_path)
    operations.refresh_data(actor=alice, now=NOW)
    claimed = data_work.claim_data(owner=WORKER, now=NOW)
    assert claimed is not None
    refresh, old = claimed
    data_work.start_tasks(refresh, old, TaskKind.SOURCE, now=NOW)
    read = {"customers": TaskEnd(status=Status.SUCCESSFUL, count=6)}

    taken = taken_over(data_work.claim_data, now=GONE)

    assert taken is not None
    assert (taken[0], taken[1].fence) == (refresh, 2)
    assert {task.status for task in refresh.tasks.all()} == {Status.QUEUED}
    data_work.end_tasks(refresh, old, TaskKind.SOURCE, read, now=GONE)
    data_work.start_tasks(refresh, old, TaskKind.SOURCE, now=GONE)
    assert {task.status for task in refresh.tasks.all()} == {Status.QUEUED}
    assert data_work.renew_data(refresh, old, now=GONE) == Renewal(verdict=Verdict.LOST)
    assert not data_work.finish_data(refresh, old, snapshot_id="s", now=GONE)
    assert not data_work.postpone_data(refresh, old)
    assert not data_work.cancel_data(refresh, old, now=GONE)
    assert status_of(refresh) == Status.REFRESHING


def test_a_data_part_hears_of_its_cancel(alice: Person, tmp_path: Path) -> None:
    stage_jobs.exports(alice, tmp_path)
    operations.refresh_data(actor=alice, now=NOW)
    claimed = data_work.claim_data(owner=WORKER, now=NOW)
    assert claimed is not None
    refresh, lease = claimed

    before = data_work.renew_data(refresh, lease, now=NOW)
    operations.cancel_refresh(refresh=refresh, actor=alice, now=NOW)

    assert before == Renewal(verdict=Verdict.GO_ON)
    assert data_work.renew_data(refresh, lease, now=NOW) == Renewal(verdict=Verdict.CANCEL)


@pytest.mark.django_db(transaction=True)
def test_workers_that_look_at_the_same_instant_never_take_the_same_job(
    alice: Person, tmp_path: Path
) -> None:
    rounds, workers = 5, 4
    exports = stage_jobs.exports(alice, tmp_path, rounds)
    for one in exports:
        stage_jobs.queued_run(alice, one)
    barrier, taken = Barrier(workers), []

    def work(owner: str) -> None:
        try:
            for _ in range(rounds):
                barrier.wait(timeout=PATIENCE_S)
                claimed = run_work.claim_run(owner=owner, now=NOW)
                if claimed is not None:
                    taken.append(claimed[0].pk)
        finally:
            connection.close()

    threads = [Thread(target=work, args=(f"worker {n}",)) for n in range(workers)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=PATIENCE_S)

    assert len(taken) == len(set(taken))
    assert sorted(taken) == sorted(Run.objects.values_list("pk", flat=True))
    assert set(Run.objects.values_list("fence", flat=True)) == {1}


def test_a_refresh_s_row_says_when_it_began(alice: Person, tmp_path: Path) -> None:
    stage_jobs.exports(alice, tmp_path)
    refresh = operations.refresh_data(actor=alice, now=NOW)

    data_work.claim_data(owner=WORKER, now=NOW + SOON)

    found = Refresh.objects.get(pk=refresh.pk)
    assert (found.status, found.started_at, found.owner) == (
        Status.REFRESHING, NOW + SOON, WORKER
    )  # fmt: skip


@pytest.mark.parametrize("change", [_removed, _detached, _connection_removed])
def test_a_run_that_waits_for_its_data_ends_at_once_when_its_export_is_taken_away(
    alice: Person, tmp_path: Path, change: Any
) -> None:
    (one,) = stage_jobs.exports(alice, tmp_path)
    run = operations.run_exports(exports=[one], actor=alice, now=NOW).runs.get()
    assert run.refresh.data_ready_at is None

    change(run, alice)
    assert run_work.claim_run(owner=WORKER, now=NOW) is None

    assert status_of(run) == status_of(run.export) == Status.CANCELED


def test_a_run_that_waits_for_its_next_attempt_ends_at_once_when_its_export_is_removed(
    alice: Person, tmp_path: Path
) -> None:
    run, lease = stage_jobs.claimed_run(alice, *stage_jobs.exports(alice, tmp_path))
    failed = run_work.RunEnd(status=Status.FAILED_RETRYING, code="throttled")
    assert run_work.end_run(run, lease, failed, now=NOW)

    _removed(run, alice)
    assert run_work.claim_run(owner=WORKER, now=NOW) is None

    assert status_of(run) == status_of(run.export) == Status.CANCELED
