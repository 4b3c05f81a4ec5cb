"""Work whose workers die again and again is given up: one job that kills its worker must not kill every worker for ever."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path

from segue.control.exports.models import Export
from segue.control.people.models import Person
from segue.control.refreshes import data_work, operations, run_work
from segue.control.refreshes.leases import MOST_TAKEOVERS, Lease
from segue.control.refreshes.models import Refresh, Run, TaskKind
from segue.control.sources.models import DataSource, ReadStatus
from segue.control.statuses import Status
from tests.control import stage_jobs
from tests.control.stage_jobs import NOW, WORKER, status_of, taken_over

Claim = Callable[[datetime], tuple[Run | Refresh, Lease] | None]
AN_EXPIRED_LEASE = timedelta(minutes=1)


def claimed_run_at(now: datetime) -> tuple[Run, Lease] | None:
    return taken_over(run_work.claim_run, now=now, owner=WORKER)


def claimed_data_at(now: datetime) -> tuple[Refresh, Lease] | None:
    return taken_over(data_work.claim_data, now=now, owner=WORKER)


def _takings(claim: Claim) -> int:
    """Let one worker after the other take a job and die; return how many did."""
    for number in range(1, 20):
        if claim(NOW + number * AN_EXPIRED_LEASE) is None:
            return number
    return 20


def test_a_run_that_kills_its_workers_fails_after_a_few(alice: Person, tmp_path: Path) -> None:
    run, _lease = stage_jobs.claimed_run(alice, *stage_jobs.exports(alice, tmp_path))

    taken = _takings(claimed_run_at)

    run.refresh_from_db()
    assert taken == 1 + MOST_TAKEOVERS
    assert (run.status, run.code, run.owner) == (Status.FAILED, "worker_died", "")
    assert run.finished_at is not None
    assert Export.objects.get(pk=run.export_id).last_status == Status.FAILED


def test_the_data_part_that_kills_its_workers_fails_after_a_few(
    alice: Person, tmp_path: Path
) -> None:
    stage_jobs.exports(alice, tmp_path)
    refresh = operations.refresh_data(actor=alice, now=NOW)
    assert claimed_data_at(NOW) is not None

    taken = _takings(claimed_data_at)

    refresh.refresh_from_db()
    assert taken == 1 + MOST_TAKEOVERS
    assert (refresh.status, refresh.code) == (Status.FAILED, "worker_died")
    assert set(refresh.tasks.values_list("status", flat=True)) == {Status.SKIPPED}


def test_what_waits_behind_a_data_part_that_is_given_up_begins(
    alice: Person, tmp_path: Path
) -> None:
    stage_jobs.exports(alice, tmp_path)
    deadly = operations.refresh_data(actor=alice, now=NOW)
    behind = operations.refresh_data(actor=alice, now=NOW)
    Refresh.objects.filter(pk=deadly.pk).update(takeovers=MOST_TAKEOVERS)
    assert claimed_data_at(NOW) is not None
    Refresh.objects.filter(pk=deadly.pk).update(takeovers=MOST_TAKEOVERS)

    claimed = claimed_data_at(NOW + AN_EXPIRED_LEASE)

    assert claimed is not None
    assert claimed[0] == behind
    assert status_of(deadly) == Status.FAILED


def test_a_run_that_its_worker_put_back_begins_to_count_anew(alice: Person, tmp_path: Path) -> None:
    stage_jobs.claimed_run(alice, *stage_jobs.exports(alice, tmp_path))
    taken = claimed_run_at(NOW + AN_EXPIRED_LEASE)
    assert taken is not None
    later = NOW + 2 * AN_EXPIRED_LEASE

    run_work.give_back_run(*taken, now=later)
    again = claimed_run_at(later)

    assert (taken[0].takeovers, again and again[0].takeovers) == (1, 0)


def test_what_was_accepted_before_a_worker_died_is_still_told(
    alice: Person, tmp_path: Path
) -> None:
    run, lease = stage_jobs.claimed_run(alice, *stage_jobs.exports(alice, tmp_path))
    run_work.renew_run(run, lease, now=NOW, accepted=1_500)

    first = claimed_run_at(NOW + AN_EXPIRED_LEASE)
    assert first is not None
    run_work.renew_run(*first, now=NOW + AN_EXPIRED_LEASE, accepted=500)
    second = claimed_run_at(NOW + 3 * AN_EXPIRED_LEASE)

    assert second is not None
    assert (first[0].accepted, first[0].accepted_before) == (0, 1_500)
    assert (second[0].accepted, second[0].accepted_before) == (0, 2_000)


def _reading(now: datetime, *turns: str) -> Refresh | None:
    """Let a worker take the data part and come to the turn of these sources before it dies; None: there is none to take."""
    claimed = claimed_data_at(now)
    if claimed is None:
        return None
    data_work.start_tasks(*claimed, TaskKind.SOURCE, now=now)
    for number, name in enumerate(turns, 1):
        data_work.turn_of_source(*claimed, name, now=now + timedelta(seconds=number))
    return claimed[0]


def _sources(refresh: Refresh) -> dict[str, tuple[str, str]]:
    tasks = refresh.tasks.filter(kind=TaskKind.SOURCE)
    return {task.name: (task.status, task.code) for task in tasks}


def _two_sources(alice: Person, folder: Path) -> Refresh:
    stage_jobs.exports(alice, folder)
    refresh = operations.refresh_data(actor=alice, now=NOW)
    only = refresh.tasks.get(kind=TaskKind.SOURCE)
    refresh.tasks.create(kind=TaskKind.SOURCE, name="orders", label="orders", position=99)
    assert only.name == "customers"
    return refresh


def test_a_source_that_a_worker_died_at_is_read_once_more_and_told(
    alice: Person, tmp_path: Path
) -> None:
    refresh = _two_sources(alice, tmp_path)
    _reading(NOW, "customers", "orders")

    _reading(NOW + AN_EXPIRED_LEASE)

    assert _sources(refresh) == {
        "customers": (Status.REFRESHING, ""),
        "orders": (Status.REFRESHING, "source_read_once_more"),
    }
    task = refresh.tasks.get(name="orders")
    assert "'orders' was being read when the worker died" in task.message


def test_a_source_that_two_workers_in_a_row_died_at_ends_the_refresh_and_is_named(
    alice: Person, tmp_path: Path
) -> None:
    refresh = _two_sources(alice, tmp_path)
    _reading(NOW, "customers", "orders")
    _reading(NOW + AN_EXPIRED_LEASE, "customers", "orders")

    third = _reading(NOW + 2 * AN_EXPIRED_LEASE)

    refresh.refresh_from_db()
    assert third is None
    assert (refresh.status, refresh.code) == (Status.FAILED, "source_read_died")
    assert "'orders' was being read each time" in refresh.message
    assert _sources(refresh) == {
        "customers": (Status.SKIPPED, "upstream_failed"),
        "orders": (Status.FAILED, "source_read_died"),
    }


def test_workers_that_died_at_different_sources_are_taken_over_from(
    alice: Person, tmp_path: Path
) -> None:
    _two_sources(alice, tmp_path)
    _reading(NOW, "customers", "orders")
    _reading(NOW + AN_EXPIRED_LEASE, "orders", "customers")

    assert _reading(NOW + 2 * AN_EXPIRED_LEASE) is not None


def test_the_data_source_itself_says_that_workers_died_at_it(alice: Person, tmp_path: Path) -> None:
    stage_jobs.exports(alice, tmp_path)
    operations.refresh_data(actor=alice, now=NOW)
    for number in range(3):
        _reading(NOW + number * AN_EXPIRED_LEASE, "customers")

    source = DataSource.objects.get(name="customers")
    assert source.status == ReadStatus.FAILED
    assert "two workers in a row died" in source.message


def test_a_worker_takes_no_run_from_itself_however_late_its_heartbeats_are(
    alice: Person, tmp_path: Path
) -> None:
    run, _lease = stage_jobs.claimed_run(alice, *stage_jobs.exports(alice, tmp_path))

    its_own = taken_over(partial(run_work.claim_run, mine={run.pk}), owner=WORKER)
    another_s = taken_over(run_work.claim_run)

    assert its_own is None
    assert another_s is not None and another_s[0].pk == run.pk
