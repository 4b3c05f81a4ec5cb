"""Workers of two hosts share an installation on PostgreSQL: one dies or stands still, the other goes on, and nobody is sent twice.

Each host has a folder of its own and, where the system allows it, a name of its own; no lock of the state folder is used.
"""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from django.db import connection

from mailchimp_sandbox.faults import Fault
from segue.control.exports.models import Export
from segue.control.refreshes.models import Run
from segue.control.statuses import Status
from segue.core.errors import TryLater
from segue.engines.duckdb.audience.intact import IN_DATABASE, JOURNAL
from segue.service import configured, repairing
from tests.acceptance.hosts import named
from tests.patience import HANGS_S
from tests.worker.processes import LEASE_S, LONG_LEASE_S, PROGRAM, WorkerProcess, worker_process
from tests.worker.shop import Shop, fresh, wait_for

PEOPLE = 6_000
FIRST_WAVE = 9
BATCHES = 12

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(
        connection.vendor != "postgresql",
        reason="several hosts need PostgreSQL: make test-postgres",
    ),
]


@contextmanager
def host(
    shop: Shop, name: str, *, slots: int = 2, lease_s: int = LEASE_S
) -> Iterator[WorkerProcess]:
    """Start a worker on a host of that name."""
    own = {"SEGUE_HOST": "the-shop", "SEGUE_SCRATCH": str(shop.home.parent / name)}
    program = (*named(name), *PROGRAM)
    with worker_process(shop.home, slots=slots, lease_s=lease_s, program=program, **own) as worker:
        yield worker


def hangs(shop: Shop) -> None:
    """Let every call after the first wave hang until the faults are cleared."""
    shop.sandbox.set_latency(0.05)
    order = {"seconds": HANGS_S, "after": FIRST_WAVE, "times": None}
    shop.sandbox.add_fault(
        Fault(kind="slow", method="POST", path_pattern="/lists/{list_id}", **order)
    )


def is_pushing(run: Run) -> bool:
    return bool(fresh(run).accepted == FIRST_WAVE * 500)


def batches(shop: Shop) -> int:
    return sum(1 for call in shop.sandbox.writes if call.template == "/lists/{list_id}")


def everybody_is_there_once(shop: Shop, run: Run) -> None:
    assert shop.statuses(run.export) == {"subscribed": PEOPLE}
    assert shop.tagged(run.export) == {"Newcomers": PEOPLE}


def test_a_host_that_dies_is_taken_over_by_another_from_the_shared_files(shop: Shop) -> None:
    shop.people(PEOPLE)
    hangs(shop)
    (run,) = shop.run(shop.export())

    with host(shop, "one") as one, host(shop, "two") as two:
        wait_for(lambda: is_pushing(run))
        victim, heir = (one, two) if one.says("run.began") else (two, one)
        victim.kill()
        shop.sandbox.clear_faults()
        heir.wait_for("run.ended", run=run.pk, status="successful")

    found = fresh(run)
    assert (found.status, found.attempt, found.fence) == (Status.SUCCESSFUL, 1, 2)
    assert found.accepted == found.to_send == PEOPLE - FIRST_WAVE * 500
    everybody_is_there_once(shop, run)


def test_a_host_that_stood_still_writes_nothing_over_the_one_that_took_over(shop: Shop) -> None:
    shop.people(PEOPLE)
    hangs(shop)
    (run,) = shop.run(shop.export())

    with host(shop, "one") as one, host(shop, "two") as two:
        wait_for(lambda: is_pushing(run))
        zombie, heir = (one, two) if one.says("run.began") else (two, one)
        zombie.suspend()
        shop.sandbox.clear_faults()
        heir.wait_for("run.ended", run=run.pk, status="successful")
        sent = batches(shop)
        zombie.send(signal.SIGCONT)
        zombie.wait_for("run.lease_lost", run=run.pk)
        sent_by_the_zombie = batches(shop) - sent

    assert sent_by_the_zombie == 0
    assert fresh(run).status == Status.SUCCESSFUL
    everybody_is_there_once(shop, run)
    shop.run(run.export)
    before = len(shop.sandbox.writes)
    shop.settle(shop.worker())
    assert len(shop.sandbox.writes) == before


def test_two_hosts_never_use_an_account_at_once_and_share_the_work(shop: Shop) -> None:
    shop.people(1_000)
    shop.account()
    for sandbox in shop.sandboxes:
        sandbox.set_latency(0.1)
    exports = [shop.export(n, account=n % 2) for n in range(8)]
    shop.run(*exports)
    shop.hold()

    with (
        host(shop, "one", slots=1, lease_s=LONG_LEASE_S) as one,
        host(shop, "two", slots=1, lease_s=LONG_LEASE_S) as two,
    ):
        wait_for(lambda: Run.objects.filter(status=Status.PROCESSING).count() == 2)  # one on each
        shop.release()
        wait_for(lambda: Run.objects.filter(status=Status.SUCCESSFUL).count() == len(exports))
        begun = [len(worker.says("run.began")) for worker in (one, two)]

    assert sum(begun) == len(exports)
    assert all(begun), begun
    assert set(Run.objects.values_list("fence", "accepted")) == {(1, 1_000)}
    for sandbox in shop.sandboxes:
        assert sandbox.most_simultaneous <= FIRST_WAVE


def test_what_is_lost_of_an_audience_is_repaired_but_not_while_a_run_is_at_work(
    shop: Shop,
) -> None:
    shop.people(20)
    export = shop.export()
    shop.run(export)
    shop.settle(shop.worker())
    (folder,) = (shop.home / "audiences").iterdir()
    (ledger,) = folder.glob("ledger/*/*.parquet")
    ledger.unlink()
    at_work = Run.objects.get()
    Run.objects.update(status=Status.PROCESSING, owner="another")

    refused = repaired(export, folder)
    Run.objects.filter(pk=at_work.pk).update(status=Status.SUCCESSFUL, owner="")
    lost_ledger = repaired(export, folder)
    with connection.cursor() as cursor:
        tables = [name for name in connection.introspection.table_names() if "journals_" in name]
        cursor.execute(f"TRUNCATE {', '.join(tables)} CASCADE")
    lost_journal = repaired(export, folder)
    (run,) = shop.run(export)
    shop.settle(shop.worker())

    assert refused == "already_running"
    assert lost_ledger == f"ledger/{export.key}"
    assert lost_journal == "journal"
    assert fresh(run).status == Status.SUCCESSFUL
    assert shop.statuses(export) == {"subscribed": 20}
    assert shop.tagged(export) == {"Newcomers": 20}


def repaired(export: Export, folder: Path) -> str:
    """Repair an audience as the command does; return what was lost, or why nothing was done."""
    workspace = configured.workspace(export)

    async def repair() -> str:
        async with repairing.proposed(folder, workspace, ours=True) as proposed:
            if proposed is None:
                return ""
            await asyncio.to_thread(proposed.carry_out)
            return "journal" if proposed.lost.journal else f"ledger/{proposed.lost.ledgers[0]}"

    try:
        return asyncio.run(repair())
    except TryLater as later:
        return later.code


def test_the_state_folder_holds_neither_locks_nor_a_journal(shop: Shop) -> None:
    shop.people(20)
    (run,) = shop.run(shop.export())

    with host(shop, "one", lease_s=LONG_LEASE_S):
        wait_for(lambda: fresh(run).status == Status.SUCCESSFUL)

    names = {path.name for path in shop.home.rglob("*")}
    assert IN_DATABASE in names
    assert names.isdisjoint({"locks", "spill", ".lock", JOURNAL})
    assert (shop.home.parent / "one" / "locks").is_dir()
