"""Hosts without a folder in common write one audience in turn: what is pointed to lies in the store before, and is fetched by name."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from segue.core.errors import ConfigurationProblem, TryLater
from segue.engines.duckdb.audience.copying import copy_audience
from segue.engines.duckdb.audience.journals import BESIDE
from segue.engines.duckdb.audience.journals_database import InDatabase
from segue.sync.kinds import Kind
from tests.acceptance.world import changes
from tests.contract.stores.given_shared import BUCKET, Hosts
from tests.contract.stores.test_store import PEOPLE, holds
from tests.integration.engines.small_audience import NOW, SmallAudience, small_audience

pytestmark = pytest.mark.postgres


@contextmanager
def audience(hosts: Hosts) -> Iterator[SmallAudience]:
    """Open an audience that no host knows yet; `on` names the host that is at work."""
    with small_audience(hosts.folder) as opened:
        yield opened


def on(hosts: Hosts, opened: SmallAudience, name: str) -> Path:
    """Let a host go on with an audience; return its folder there."""
    opened.place = hosts.home(name) / "audiences" / f"account-{hosts.folder.name}"
    opened.journals = InDatabase(hosts.reached_by, shared=hosts.shared(name))
    return opened.place


def test_a_host_goes_on_where_another_died_with_its_folder(hosts: Hosts) -> None:
    with audience(hosts) as opened:
        folder = on(hosts, opened, "one")
        opened.run(PEOPLE, sent=lambda chunk: chunk.number == 0, fold=False)
        shutil.rmtree(folder)

        on(hosts, opened, "two")
        with opened.store() as store:
            folded = [store.fold(run_id, now=NOW) for run_id in store.unfinished()]
        plan = opened.run(PEOPLE)

        assert [one.acknowledged for one in folded] == [3]
        assert changes(plan) == {Kind.ADD: len(PEOPLE) - 3}
        on(hosts, opened, "one")
        assert changes(opened.run(PEOPLE)) == {}
        holds(opened, PEOPLE)


@pytest.mark.parametrize("fault", ["ServiceUnavailable 503", "torn"])
def test_nothing_is_pointed_to_that_the_store_did_not_take(hosts: Hosts, fault: str) -> None:
    with audience(hosts) as opened:
        on(hosts, opened, "one")
        opened.run(PEOPLE[:4])
        hosts.store.play(BUCKET, "shop/", fault)

        with pytest.raises(TryLater) as told:
            opened.run(PEOPLE)
        hosts.store.heal()

        assert told.value.code == "state_store_away"
        on(hosts, opened, "two")
        holds(opened, PEOPLE[:4])
        assert changes(opened.run(PEOPLE)) == {Kind.ADD: len(PEOPLE) - 4}


@pytest.mark.parametrize("damage", ["removed", "changed"])
def test_a_file_that_the_store_lost_is_named_and_never_read_as_nobody(
    hosts: Hosts, damage: str
) -> None:
    with audience(hosts) as opened:
        folder = on(hosts, opened, "one")
        opened.run(PEOPLE)
        (ledger,) = folder.glob("ledger/*/*.parquet")
        for key in hosts.store.keys(BUCKET):
            if damage == "removed":
                hosts.store.remove(BUCKET, key)
            else:
                hosts.store.lay(BUCKET, key, b"x")

        there = on(hosts, opened, "two")
        with pytest.raises(ConfigurationProblem) as told:
            opened.run(PEOPLE)
        on(hosts, opened, "one")

        assert told.value.code == "state_file_missing"
        assert told.value.context["file"].startswith(f"audiences/{there.name}/")
        assert ledger.name
        assert changes(opened.run(PEOPLE)) == {}


def test_a_copy_here_that_the_disk_damaged_is_fetched_anew(hosts: Hosts) -> None:
    with audience(hosts) as opened:
        folder = on(hosts, opened, "one")
        opened.run(PEOPLE)
        (ledger,) = folder.glob("ledger/*/*.parquet")
        ledger.write_bytes(ledger.read_bytes()[:-10])

        assert changes(opened.run(PEOPLE)) == {}
        holds(opened, PEOPLE)


def test_a_state_folder_that_was_one_host_s_goes_up_when_it_is_written_next(hosts: Hosts) -> None:
    with audience(hosts) as opened:
        on(hosts, opened, "one")
        opened.journals = BESIDE
        opened.run(PEOPLE)

        on(hosts, opened, "one")
        opened.run(PEOPLE)
        on(hosts, opened, "two")

        assert changes(opened.run(PEOPLE)) == {}
        holds(opened, PEOPLE)


def test_a_copy_for_a_backup_holds_what_lies_in_the_store_only(
    hosts: Hosts, tmp_path: Path
) -> None:
    with audience(hosts) as opened:
        on(hosts, opened, "one")
        opened.run(PEOPLE)
        opened.run(PEOPLE, sent=lambda chunk: False, fold=False)
        folder = on(hosts, opened, "two")

        lost = copy_audience(folder, tmp_path / "copy" / "audience", journals=opened.journals)

        with small_audience(tmp_path / "copy") as copy:
            copy.contacts, copy.tags, copy.runs = opened.contacts, opened.tags, opened.runs
            assert lost == ()
            assert copy.ledger() == opened.ledger()
            assert changes(copy.run(PEOPLE)) == {}
