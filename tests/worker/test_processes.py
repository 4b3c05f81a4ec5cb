"""Workers that are killed, suspended or ended in the middle of their work leave nothing that another does not bring to its end."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Any

import pytest
from django.db.migrations.recorder import MigrationRecorder

from mailchimp_sandbox.faults import Fault
from segue.control.refreshes import operations
from segue.control.refreshes.leases import lease_time
from segue.control.refreshes.models import Refresh, Run
from segue.control.refreshes.run_work import claim_run, give_back_run
from segue.control.statuses import Status
from tests.control.stage_jobs import taken_over
from tests.patience import AT_ONCE_S, HANGS_S, PATIENCE_S
from tests.worker.processes import LEASE_S, PROGRAM, WorkerProcess, environment, worker_process
from tests.worker.shop import Shop, facts_of, fresh, wait_for

PEOPLE = 6_000
FIRST_WAVE = 9
BATCHES = 12

pytestmark = pytest.mark.slow


def hangs(shop: Shop) -> None:
    """Let every call after the first wave hang until the faults are cleared."""
    shop.sandbox.set_latency(0.05)
    route = "/lists/{list_id}"
    shop.sandbox.add_fault(
        Fault(
            kind="slow",
            method="POST",
            path_pattern=route,
            seconds=HANGS_S,
            after=FIRST_WAVE,
            times=None,
        )
    )


def leased(shop: Shop) -> AbstractContextManager[WorkerProcess]:
    """Start a worker with a short lease."""
    return worker_process(shop.home, lease_s=LEASE_S)


def batches(shop: Shop) -> int:
    return sum(1 for call in shop.sandbox.writes if call.template == "/lists/{list_id}")


def is_pushing(run: Run) -> bool:
    return bool(fresh(run).accepted == FIRST_WAVE * 500)


def everybody_is_there_once(shop: Shop, run: Run) -> None:
    export = run.export
    assert shop.statuses(export) == {"subscribed": PEOPLE}
    assert shop.tagged(export) == {"Newcomers": PEOPLE}
    assert Run.objects.filter(export=export).count() == 1


def test_a_worker_killed_in_the_middle_of_a_push_is_taken_over_and_nobody_is_sent_twice(
    shop: Shop,
) -> None:
    shop.people(PEOPLE)
    hangs(shop)
    (run,) = shop.run(shop.export())

    with leased(shop) as first, leased(shop) as second:
        wait_for(lambda: is_pushing(run))
        victim, heir = (first, second) if first.says("run.began") else (second, first)
        victim.kill()
        killed_at = time.monotonic()
        shop.sandbox.clear_faults()
        heir.wait_for("run.began", run=run.pk, fence=2)
        taken_after_s = time.monotonic() - killed_at
        wait_for(lambda: fresh(run).status not in (Status.PROCESSING, Status.QUEUED))

    found = fresh(run)
    assert (found.status, found.attempt, found.fence) == (Status.SUCCESSFUL, 1, 2)
    assert taken_after_s >= LEASE_S / 2
    assert found.accepted == found.to_send == PEOPLE - FIRST_WAVE * 500
    everybody_is_there_once(shop, run)


def test_a_suspended_worker_sends_nothing_more_when_it_wakes_up(shop: Shop, settings: Any) -> None:
    settings.SEGUE_LEASE_S = LEASE_S
    shop.people(PEOPLE)
    hangs(shop)
    (run,) = shop.run(shop.export())

    with leased(shop) as zombie:
        wait_for(lambda: is_pushing(run))
        zombie.suspend()
        shop.sandbox.clear_faults()
        wait_for(lambda: batches(shop) == BATCHES)
        wait_for(lambda: fresh(run).heartbeat_at < shop.now() - lease_time())
        taken = taken_over(claim_run, now=shop.now(), owner="another")
        zombie.send(signal.SIGCONT)
        zombie.wait_for("run.lease_lost", run=run.pk)
        time.sleep(0.5)
        sent_by_the_zombie = batches(shop) - BATCHES
        row = fresh(run)
        assert taken is not None
        give_back_run(*taken, now=shop.now())
        zombie.wait_for("run.ended", run=run.pk, status="successful")

    assert sent_by_the_zombie == 0
    assert (row.status, row.owner, row.fence) == (Status.PROCESSING, "another", 2)
    assert facts_of([run]) == [(Status.SUCCESSFUL, "")]
    everybody_is_there_once(shop, run)


@pytest.mark.one_database
def test_a_worker_that_is_asked_to_end_does_so_at_once_and_gives_its_run_back(
    shop: Shop,
) -> None:
    shop.people(PEOPLE)
    hangs(shop)
    (run,) = shop.run(shop.export())

    with worker_process(shop.home) as worker:
        wait_for(lambda: is_pushing(run))
        worker.send(signal.SIGTERM)
        exit_code = worker.process.wait(timeout=AT_ONCE_S)  # its calls would hang for longer
        said = worker.says("worker.ended", gave_all_back=True)

    found = fresh(run)
    assert (exit_code, len(said)) == (0, 1)
    assert (found.status, found.owner, found.attempt) == (Status.QUEUED, "", 1)
    shop.sandbox.clear_faults()
    shop.settle(shop.worker())
    assert fresh(run).accepted == PEOPLE - FIRST_WAVE * 500
    everybody_is_there_once(shop, run)


def test_a_worker_that_may_drain_hands_its_run_over_at_the_border_of_a_chunk(shop: Shop) -> None:
    shop.people(PEOPLE)
    slow = {"method": "POST", "path_pattern": "/lists/{list_id}", "seconds": 4.0, "times": None}
    shop.sandbox.add_fault(Fault(kind="slow", **slow))
    (run,) = shop.run(shop.export())

    with worker_process(shop.home, SEGUE_DRAIN_S="60") as worker:
        wait_for(lambda: fresh(run).step == "push")
        worker.send(signal.SIGTERM)
        exit_code = worker.process.wait(timeout=PATIENCE_S)
        said = worker.says("worker.ended", gave_all_back=True)
    given_back, sent = fresh(run), batches(shop)

    assert (exit_code, len(said)) == (0, 1)
    assert (given_back.status, given_back.owner) == (Status.QUEUED, "")
    assert 0 < sent < BATCHES
    shop.sandbox.clear_faults()
    shop.settle(shop.worker())
    assert fresh(run).accepted == PEOPLE - 500 * sent
    assert batches(shop) == BATCHES
    everybody_is_there_once(shop, run)


@pytest.mark.one_database
def test_a_worker_killed_while_it_reads_the_data_is_taken_over(shop: Shop) -> None:
    shop.people(150_000)
    refresh = operations.refresh_data(actor=shop.alice, now=shop.now(), read_again=True)

    with leased(shop) as first:
        wait_for(lambda: refresh.tasks.filter(status=Status.REFRESHING).exists(), every_s=0.01)
        first.kill()
    left = fresh(refresh)
    with leased(shop):
        wait_for(lambda: fresh(refresh).status == Status.SUCCESSFUL)

    found = fresh(refresh)
    assert (left.status, left.fence) == (Status.REFRESHING, 1)
    assert found.fence == 2
    assert {task.status for task in refresh.tasks.all()} == {Status.SUCCESSFUL}
    assert refresh.tasks.get(name="profiles").count == 150_006


PARENT = """
import subprocess, sys, time
child = subprocess.Popen([sys.executable, "-m", "segue.worker"])
time.sleep(60)
"""


@pytest.mark.one_database
def test_a_worker_whose_parent_is_gone_ends(shop: Shop) -> None:
    with worker_process(shop.home, program=(sys.executable, "-c", PARENT)) as parent:
        parent.kill()
        parent.wait_for("worker.ended")


@pytest.mark.one_database
def test_a_worker_without_an_installation_s_settings_says_so_and_ends(
    shop: Shop, tmp_path: Path
) -> None:
    told = {**environment(tmp_path / "elsewhere", slots=1), "SEGUE_KEYS": "no key"}

    ended = subprocess.run(
        PROGRAM, env=told, capture_output=True, encoding="utf-8", timeout=PATIENCE_S, check=False
    )

    assert ended.returncode == 2
    assert "malformed" in ended.stderr
    assert "Traceback" not in ended.stderr


def test_two_workers_share_twenty_exports_on_three_accounts(shop: Shop) -> None:
    shop.people(40)
    for _ in range(2):
        shop.account()
    for sandbox in shop.sandboxes:
        sandbox.set_latency(0.01)
    exports = [shop.export(n, account=n % 3) for n in range(20)]
    shop.run(*exports)
    shop.hold()
    at_once: set[tuple[str, ...]] = set()

    def look() -> bool:
        at_work = Run.objects.filter(status=Status.PROCESSING).values_list("account_id", flat=True)
        at_once.add(tuple(sorted(at_work)))
        return not Refresh.objects.exclude(status=Status.SUCCESSFUL).exists()

    with worker_process(shop.home) as first, worker_process(shop.home) as second:
        # Each has two slots: three runs at work are on both.
        wait_for(lambda: Run.objects.filter(status=Status.PROCESSING).count() == 3)
        shop.release()
        wait_for(look, every_s=0.02)
        begun = [len(worker.says("run.began")) for worker in (first, second)]
        trouble = [len(worker.says("error")) for worker in (first, second)]

    assert set(Run.objects.values_list("status", "fence", "accepted")) == {("successful", 1, 40)}
    assert sum(begun) == 20
    assert all(begun), begun
    assert trouble == [0, 0]
    assert all(len(accounts) == len(set(accounts)) for accounts in at_once)
    assert max(len(accounts) for accounts in at_once) > 1
    for number, export in enumerate(exports):
        assert shop.statuses(export, account=number % 3) == {"subscribed": 40}
    for sandbox in shop.sandboxes:
        assert sandbox.most_simultaneous <= FIRST_WAVE


@contextmanager
def _a_step_of_a_newer_segue() -> Iterator[None]:
    """Note a step of the database that this Segue does not know. What empties tables after a test leaves these be."""
    step = MigrationRecorder.Migration.objects.create(app="exports", name="0999_of_a_newer_segue")
    try:
        yield
    finally:
        step.delete()


def test_a_worker_of_an_older_segue_gives_its_run_back_and_ends_and_none_is_started_again(
    shop: Shop,
) -> None:
    shop.people(PEOPLE)
    hangs(shop)
    (run,) = shop.run(shop.export())

    with worker_process(shop.home, SEGUE_DRAIN_S="0") as older:
        wait_for(lambda: is_pushing(run))
        with _a_step_of_a_newer_segue():
            older.wait_for("worker.ended")
            code = older.process.wait(AT_ONCE_S)
            again = subprocess.run(
                PROGRAM, env=environment(shop.home, slots=1), capture_output=True, check=False
            )

    assert code == 0
    assert older.says("worker.outdated", code="database_newer")
    assert (fresh(run).status, fresh(run).owner) == (Status.QUEUED, "")
    assert again.returncode == 2
    assert b"newer Segue" in again.stderr
