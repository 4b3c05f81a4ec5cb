"""A worker process that may open no more files, and then has no more memory, in the midst of a run: told, and taken up."""

from __future__ import annotations

import resource
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from mailchimp_sandbox.faults import Fault
from segue.control.exports.models import Export
from segue.control.refreshes.models import Run
from segue.control.statuses import Status
from segue.core.trouble import SAYINGS
from tests.patience import HANGS_S
from tests.worker.processes import LEASE_S, WorkerProcess, worker_process
from tests.worker.shop import Shop, fresh, wait_for

pytestmark = pytest.mark.one_database

ENDED = (Status.FAILED_RETRYING, Status.SUCCESSFUL)


FILES_LEFT = 3
"""The limit of open files at which a process may open none: the first three are what it reads from and writes to."""


def memory_left(process_id: int) -> int:
    """Return the limit of memory that leaves a process six megabytes."""
    pages = int(Path(f"/proc/{process_id}/statm").read_text(encoding="ascii").split()[0])
    return pages * resource.getpagesize() + 6_000_000


@contextmanager
def starved(worker: WorkerProcess, kind: int, limit: int) -> Iterator[None]:
    """Let the process have no more of something, for a while."""
    before = resource.prlimit(worker.process.pid, kind)
    resource.prlimit(worker.process.pid, kind, (limit, before[1]))
    try:
        yield
    finally:
        if worker.process.poll() is None:
            resource.prlimit(worker.process.pid, kind, before)


def in_the_midst(shop: Shop, export: Export, _worker: WorkerProcess) -> Run:
    """Let the worker begin a run, and wait for a call that is not answered yet."""
    route = "/lists/{list_id}"
    shop.sandbox.add_fault(
        Fault(kind="slow", method="POST", path_pattern=route, seconds=HANGS_S, times=None)
    )
    before = len(shop.sandbox.faults_struck)
    (run,) = shop.run(export)
    wait_for(lambda: ("slow", "POST", route) in shop.sandbox.faults_struck[before:])
    return run


def says_no_bug(worker: WorkerProcess) -> None:
    """See that the log names troubles by their codes, and no bug."""
    text = worker.log.read_text(encoding="utf-8")
    codes = {saying.code for saying in SAYINGS}
    told = [line for event in ("run.bug", "worker.turn_failed") for line in worker.says(event)]
    assert "Traceback" not in text
    assert [line for line in told if not any(f"code={code}" in line for code in codes)] == []


def test_a_starved_worker_says_so_and_its_runs_are_taken_up(shop: Shop) -> None:
    shop.people(600)
    first, second = shop.export(1), shop.export(2)
    with worker_process(shop.home, slots=1) as worker:
        run = in_the_midst(shop, first, worker)
        with starved(worker, resource.RLIMIT_NOFILE, FILES_LEFT):
            shop.sandbox.clear_faults()
            worker.wait_for("worker.turn_failed")
        taken_up(shop, run)
        run = in_the_midst(shop, second, worker)
        with starved(worker, resource.RLIMIT_AS, memory_left(worker.process.pid)):
            shop.sandbox.clear_faults()
            wait_for(lambda: worker.process.poll() is not None or fresh(run).status in ENDED)
        says_no_bug(worker)
        if worker.process.poll() is None:
            taken_up(shop, run)
        else:
            with worker_process(shop.home, slots=1, lease_s=LEASE_S) as another:
                taken_up(shop, run)
                says_no_bug(another)
    for export in (first, second):
        assert shop.tagged(export) == {"Newcomers": 600}
        assert shop.statuses(export) == {"subscribed": 600}


def taken_up(shop: Shop, run: Run) -> None:
    """See that the run is carried to its end once there is enough of everything again."""

    def is_done() -> bool:
        Run.objects.filter(pk=run.pk, retry_at__isnull=False).update(retry_at=shop.now())
        return bool(fresh(run).status == Status.SUCCESSFUL)

    wait_for(is_done, every_s=0.2)
