"""Workers of hosts that have no folder in common: each has a state folder of its own, and a store of objects holds what lies in all."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.db import connection

from mailchimp_sandbox.faults import Fault
from segue.control.refreshes.models import Run
from segue.control.statuses import OPEN, Status
from segue.core.errors import ConfigurationProblem
from segue.engines.duckdb.profiles.shared import UNSPOKEN_FOR
from segue.profiles.allowed_objects import allowed_objects
from segue.service import mirroring, this_installation
from segue.service.deciding import Decision
from segue.service.installed_journals import journals_here
from segue.service.shared_state import let_go
from tests.acceptance.hosts import named
from tests.fakes.object_stores.laid import FakeStore
from tests.fakes.object_stores.signatures import ACCESS_KEY, SECRET_KEY
from tests.patience import HANGS_S, PATIENCE_S
from tests.worker.processes import LEASE_S, LONG_LEASE_S, PROGRAM, WorkerProcess, worker_process
from tests.worker.shop import Shop, fresh, wait_for

PEOPLE = 6_000
FIRST_WAVE = 9
BUCKET = "segue-state"

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(
        connection.vendor != "postgresql",
        reason="several hosts need PostgreSQL: make test-postgres",
    ),
]


@pytest.fixture
def apart(
    shop: Shop, store: FakeStore, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Shop]:
    """Return a shop whose state lies in a store; this process is a host, too."""
    into_store(store, settings, monkeypatch)
    yield shop
    let_go()


def into_store(store: FakeStore, settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    store.make_bucket(BUCKET)
    state = f"s3://{BUCKET}/shop {store.endpoint}"
    settings.SEGUE_STATE = allowed_objects(state).place
    told = {"AWS_ACCESS_KEY_ID": ACCESS_KEY, "AWS_SECRET_ACCESS_KEY": SECRET_KEY}
    for name, value in (told | {"SEGUE_STATE": state, "SEGUE_HOST": "the-shop"}).items():
        monkeypatch.setenv(name, value)


@contextmanager
def host(shop: Shop, name: str, *, lease_s: int = LEASE_S) -> Iterator[WorkerProcess]:
    """Start a worker on a host of that name, with a state folder of its own."""
    own = {name: os.environ[name] for name in ("SEGUE_STATE", "SEGUE_HOST")}
    program = (*named(name), *PROGRAM)
    with worker_process(shop.home.parent / name, lease_s=lease_s, program=program, **own) as worker:
        yield worker


def is_pushing(run: Run) -> bool:
    return bool(fresh(run).accepted == FIRST_WAVE * 500)


def test_a_host_that_dies_with_its_folder_is_taken_over_from_the_store(apart: Shop) -> None:
    shop = apart
    shop.people(PEOPLE)
    shop.sandbox.set_latency(0.05)
    order = {"seconds": HANGS_S, "after": FIRST_WAVE, "times": None}
    shop.sandbox.add_fault(
        Fault(kind="slow", method="POST", path_pattern="/lists/{list_id}", **order)
    )
    (run,) = shop.run(shop.export())

    with host(shop, "one") as one, host(shop, "two") as two:
        wait_for(lambda: is_pushing(run))
        victim, heir = (one, two) if one.says("run.began") else (two, one)
        victim.kill()
        shutil.rmtree(shop.home.parent / ("one" if victim is one else "two"))
        shop.sandbox.clear_faults()
        heir.wait_for("run.ended", run=run.pk, status="successful")

    found = fresh(run)
    assert (found.status, found.attempt, found.fence) == (Status.SUCCESSFUL, 1, 2)
    assert found.accepted == found.to_send == PEOPLE - FIRST_WAVE * 500
    assert shop.statuses(run.export) == {"subscribed": PEOPLE}
    assert shop.tagged(run.export) == {"Newcomers": PEOPLE}
    again = shop.run(run.export)
    before = len(shop.sandbox.writes)
    with host(shop, "three", lease_s=LONG_LEASE_S):
        wait_for(lambda: fresh(again[0]).status == Status.SUCCESSFUL)
    assert len(shop.sandbox.writes) == before


def test_a_store_that_is_away_makes_a_run_wait_and_nothing_is_sent(
    apart: Shop, store: FakeStore
) -> None:
    shop = apart
    shop.people(20)
    (first,) = shop.run(shop.export())
    worker = shop.worker()
    shop.settle(worker)
    before = len(shop.sandbox.writes)
    shop.people(30)
    store.play(BUCKET, "shop/", "ServiceUnavailable 503")

    store.requests()

    (run,) = shop.run(first.export)
    wait_for(lambda: (worker.turn(), any(one.startswith("P") for one in store.requests()))[1])
    worker.wait(PATIENCE_S)
    refused, sent = fresh(run), len(shop.sandbox.writes) - before
    store.heal()
    wait_for(lambda: (worker.turn(), fresh(run).status == Status.SUCCESSFUL)[1])

    assert refused.status in OPEN
    assert sent == 0
    assert shop.statuses(run.export) == {"subscribed": 30}


def test_what_lay_in_one_host_s_folder_goes_up_once_and_is_everybody_s(
    shop: Shop, store: FakeStore, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    shop.people(20)
    (first,) = shop.run(shop.export())
    shop.settle(shop.worker())
    before = len(shop.sandbox.writes)

    into_store(store, settings, monkeypatch)
    settings.SEGUE_HOME = shop.home.parent / "elsewhere"
    with pytest.raises(ConfigurationProblem) as told:
        journals_here()
    settings.SEGUE_HOME = shop.home
    this_installation.decided(Decision.THIS_ONE, actor=None, now=shop.now())
    shutil.rmtree(shop.home)
    (run,) = shop.run(first.export)
    with host(shop, "two", lease_s=LONG_LEASE_S):
        wait_for(lambda: fresh(run).status == Status.SUCCESSFUL)

    let_go()
    settings.SEGUE_HOME = shop.home.parent / "third"
    (settings.SEGUE_HOME / "audiences" / "account0-a0b0001").mkdir(parents=True)
    with pytest.raises(ConfigurationProblem) as of_its_own:
        journals_here()
    let_go()
    assert of_its_own.value.code == "state_folder_of_its_own"
    assert told.value.code == "state_elsewhere"
    assert len(shop.sandbox.writes) == before + 1  # the stamp of the one that was decided for
    assert shop.tagged(run.export) == {"Newcomers": 20}


def test_what_is_forgotten_leaves_every_host_and_the_store(apart: Shop, store: FakeStore) -> None:
    shop = apart
    shop.people(20)
    (run,) = shop.run(shop.export())
    shop.settle(shop.worker())
    (folder,) = (shop.home / "audiences").iterdir()
    left = folder / "ledger" / "left-0.parquet"
    left.write_bytes(b"left by a host that was taken over from")
    gone = folder.with_name("account0-a0gone")
    shutil.copytree(folder, gone)

    kept = {file for file in folder.rglob("*.parquet") if file != left}
    lying = len(store.keys(BUCKET))
    store.wait(UNSPOKEN_FOR.total_seconds())
    for file in (left, gone / "ledger" / "left-0.parquet"):
        os.utime(file, (0, 0))
    removed = mirroring.tidy_mirror(shop.now())

    assert set(folder.rglob("*.parquet")) == kept
    assert not gone.exists()
    assert len([*store.keys(BUCKET)]) <= lying + 2 - removed
    (again,) = shop.run(run.export)
    with host(shop, "two", lease_s=LONG_LEASE_S):
        wait_for(lambda: fresh(again).status == Status.SUCCESSFUL)
