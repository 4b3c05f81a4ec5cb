"""Hosts without a folder in common read one snapshot: the newest that a refresh of any of them made whole."""

from __future__ import annotations

from pathlib import Path

import pytest

from segue.core.errors import BrokenOff, ConfigurationProblem, TryLater
from segue.engines.duckdb.profiles.engine import DuckEngine
from segue.engines.duckdb.profiles.shared import UNSPOKEN_FOR
from segue.engines.duckdb.profiles.shared_snapshots import NEWEST, sending
from segue.engines.duckdb.profiles.snapshots import KEPT_BEFORE, snapshots_folder
from segue.profiles.ports import Snapshot
from segue.profiles.schema import AttributeType
from tests.contract.stores.given_shared import BUCKET, Hosts
from tests.integration.engines.small_refresh import NOW, attribute, csv_source, rows, schema, table

pytestmark = pytest.mark.postgres

PEOPLE = schema(table(attribute("email", "email")))


def engine(hosts: Hosts, name: str) -> DuckEngine:
    return DuckEngine(hosts.home(name), shared=hosts.shared(name))


def refreshed(hosts: Hosts, name: str, *emails: str) -> Snapshot:
    text = "id,email\n" + "".join(f"{at},{email}\n" for at, email in enumerate(emails))
    source = csv_source(hosts.folder, text)
    return engine(hosts, name).refresh(PEOPLE, {"people": source}, now=NOW).snapshot


def read_on(hosts: Hosts, name: str) -> list[str]:
    found = engine(hosts, name).current()
    assert found is not None
    assert hosts.home(name).as_uri() in found.profiles
    return [row[0] for row in rows(found, columns="email")]


def lying(hosts: Hosts) -> list[str]:
    return [
        key
        for key in hosts.store.keys(BUCKET)
        if not key.endswith(("/", "clock")) and "claimed" not in key
    ]


def swept(hosts: Hosts) -> int | None:
    return hosts.shared("one").sweep(claimed(hosts))


def claimed(hosts: Hosts) -> Path:
    small = hosts.folder / "small"
    small.write_text("what time is it?", encoding="ascii")
    hosts.shared("one").claim(small)
    return small


def test_what_one_host_refreshes_another_reads_and_fetches_once(hosts: Hosts) -> None:
    refreshed(hosts, "one", "nadia@shop.example")

    first = read_on(hosts, "two")
    hosts.store.requests()
    again = read_on(hosts, "two")

    assert first == again == ["nadia@shop.example"]
    assert hosts.store.requests() == []


def test_a_refresh_on_another_host_goes_on_from_the_newest_snapshot(hosts: Hosts) -> None:
    first = refreshed(hosts, "one", "nadia@shop.example")

    second = refreshed(hosts, "two", "omar@shop.example")

    assert (first.id[-2:], second.id[-2:]) == ("-1", "-2")
    assert read_on(hosts, "one") == ["omar@shop.example"]


@pytest.mark.parametrize("fault", ["ServiceUnavailable 503", "AccessDenied 403", "torn"])
def test_a_store_that_takes_nothing_leaves_the_snapshot_before_the_newest(
    hosts: Hosts, fault: str
) -> None:
    refreshed(hosts, "one", "nadia@shop.example")
    hosts.store.play(BUCKET, "shop/", fault)

    with pytest.raises((TryLater, ConfigurationProblem)) as told:
        refreshed(hosts, "one", "nadia@shop.example", "omar@shop.example")
    hosts.store.heal()

    is_refused = fault.startswith("Access")
    assert told.value.code == ("state_store_refuses" if is_refused else "state_store_away")
    assert "@" not in str(told.value)
    assert read_on(hosts, "one") == read_on(hosts, "two") == ["nadia@shop.example"]
    refreshed(hosts, "one", "nadia@shop.example", "omar@shop.example")
    assert len(read_on(hosts, "two")) == 2


def test_a_refresh_that_was_taken_over_from_is_the_newest_of_nobody(hosts: Hosts) -> None:
    refreshed(hosts, "zombie", "nadia@shop.example")
    folder = snapshots_folder(hosts.home("zombie"))
    (built,) = (one for one in folder.iterdir() if one.is_dir() and not one.name.startswith("."))
    publish = sending(hosts.shared("zombie"))

    refreshed(hosts, "heir", "omar@shop.example")
    with pytest.raises(BrokenOff) as told:
        publish(built)

    assert told.value.code == "lease_lost"
    assert read_on(hosts, "zombie") == read_on(hosts, "heir") == ["omar@shop.example"]


@pytest.mark.parametrize("damage", ["removed", "changed", "cut"])
def test_what_the_store_lost_of_a_snapshot_is_told_and_made_anew(hosts: Hosts, damage: str) -> None:
    made = refreshed(hosts, "one", "nadia@shop.example")
    key = f"shop/{made.digests['profiles.parquet']}"
    if damage == "removed":
        hosts.store.remove(BUCKET, key)
    else:
        hosts.store.lay(BUCKET, key, b"x" * 100)

    with pytest.raises(ConfigurationProblem) as told:
        read_on(hosts, "two")
    here = read_on(hosts, "one")
    refreshed(hosts, "two", "nadia@shop.example")

    assert told.value.code == "snapshot_unusable"
    assert made.id in told.value.message
    assert here == ["nadia@shop.example"]
    assert read_on(hosts, "three") == ["nadia@shop.example"]


def test_snapshots_that_nobody_reads_any_more_leave_hosts_and_store(hosts: Hosts) -> None:
    for number in range(KEPT_BEFORE + 3):
        refreshed(hosts, "one", f"p{number}@shop.example")
        read_on(hosts, "two")
    shared = hosts.shared("one")
    before = len(lying(hosts))

    too_early = swept(hosts)
    hosts.store.wait(UNSPOKEN_FOR.total_seconds())
    removed = swept(hosts) or 0

    known = {path.split("/")[1] for path in shared.known("snapshots/")}
    assert len(known) == KEPT_BEFORE + 1
    assert (too_early, len(lying(hosts))) == (0, before - removed)
    assert removed > 0
    for name in ("one", "two"):
        here = [one for one in snapshots_folder(hosts.home(name)).glob("2*") if one.is_dir()]
        assert {one.name for one in here} == known
    assert read_on(hosts, "three") == [f"p{KEPT_BEFORE + 2}@shop.example"]


def test_rows_that_are_lost_do_not_empty_the_store(hosts: Hosts) -> None:
    refreshed(hosts, "one", "nadia@shop.example")
    shared = hosts.shared("one")
    shared.say(NEWEST, "")
    for path in shared.known(""):
        shared.forget(path)

    hosts.store.wait(UNSPOKEN_FOR.total_seconds())

    assert swept(hosts) == 0
    assert lying(hosts)


def test_a_copy_of_the_database_removes_nothing_from_the_store(hosts: Hosts) -> None:
    refreshed(hosts, "one", "nadia@shop.example")
    small = claimed(hosts)
    hosts.contents.claim("the-database-that-this-was-copied-from", small)
    shared = hosts.shared("one")
    for path in [*shared.known("")][:1]:
        shared.forget(path)
    hosts.store.wait(UNSPOKEN_FOR.total_seconds())
    before = lying(hosts)

    of_the_copy = shared.sweep(small)
    shared.claim(small)
    of_the_owner = shared.sweep(small)

    assert (of_the_copy, of_the_owner) == (None, 1)
    assert len(lying(hosts)) == len(before) - 1


def test_members_that_no_rule_finds_are_kept_for_all_hosts(hosts: Hosts) -> None:
    one, two = engine(hosts, "one"), engine(hosts, "two")
    one.keep_members("vip__1", ["a", "b"], kind=AttributeType.TEXT)

    found = two.has_members("vip__1"), two.has_members("vip__2"), two.places_of_members()
    one.forget_members("vip__1")

    assert found == (True, False, ["vip__1"])
    assert engine(hosts, "three").places_of_members() == []
    assert not engine(hosts, "three").has_members("vip__1")
