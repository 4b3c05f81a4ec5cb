"""What did not change is not read again, and a refresh tells of it what it would tell if it had been read."""

from __future__ import annotations

import os
import random
import sqlite3
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import orjson
import pytest

from segue.core.permit import Permit
from segue.engines.duckdb.profiles.snapshot_problems import list_problems
from segue.engines.duckdb.profiles.snapshots import file_at
from segue.engines.duckdb.reading.inputs import SETTLED_NS, Look, looks
from segue.engines.duckdb.reading.sources_bounds import Bounds
from segue.engines.duckdb.watch import Watch
from segue.profiles.file_facts import SourceState
from segue.profiles.ports import Snapshot
from segue.profiles.schema import Join
from segue.profiles.sources import CsvSource, ParquetSource, Source, SqliteSource
from tests.integration.engines.small_refresh import (
    NOW,
    attribute,
    csv_source,
    rows,
    run,
    schema,
    table,
)

LATER = NOW + timedelta(days=1)
PEOPLE = (
    "id,email,age,city\n1,nadia@shop.example,30,a\n2,omar@shop,x,b\n2,again@shop.example,4,b\n,nobody@shop.example,5,a\n3,,7,z\n"
)  # fmt: skip
CITIES = "city,name\na,Aix\nb,Brest\nb,Bis\n"
ORDERS = (
    "who,total\n" + "".join(f"{n % 4},{n}.125\n" for n in range(40)) + "9,1\n" * 30 + "1,much\n,1\n"
)
VISITS = "who,on\n1,2026-01-02\n2,never\n7,2026-01-03\n"


def declared(**more: Any) -> Any:
    """Declare people with their cities, orders and visits."""
    return schema(
        table(
            attribute("email", "email"),
            attribute("age", "integer"),
            attribute("town", column="cities.name"),
            joins=[Join(name="cities", source="cities", on=(("city", "city"),))],
            **more,
        ),
        orders=table(
            attribute("total", "decimal"), name="orders", source="orders", key="who"
        ),
        visits=table(attribute("on", "date"), name="visits", source="visits", key="who"),
    )  # fmt: skip


@pytest.fixture
def shop(tmp_path: Path) -> dict[str, CsvSource]:
    """Write the four files, each with rows that cannot be taken."""
    texts = {"people": PEOPLE, "cities": CITIES, "orders": ORDERS, "visits": VISITS}
    return {name: csv_source(tmp_path, text, name=name) for name, text in texts.items()}


def told(snapshot: Snapshot) -> tuple[object, ...]:
    """Return all that a snapshot tells of the sources: rows, problems and counts."""
    alike = replace(
        snapshot,
        id="",
        taken_at=NOW,
        profiles="",
        related={},
        problems="",
        source_states={},
        source_read_at={},
        digests={},
    )
    tables = [rows(snapshot), *(rows(snapshot, f"related_{name}") for name in snapshot.related)]
    return alike, tables, list_problems(snapshot, 1_000, personal_values=True)


def inode(snapshot: Snapshot, name: str) -> int:
    """Return which file on the disk holds a table."""
    place = snapshot.profiles if name == "profiles" else snapshot.related[name]
    return file_at(place).stat().st_ino


def write(source: Source, text: str) -> None:
    """Write a file anew."""
    assert isinstance(source, CsvSource) and isinstance(source.path, Path)
    source.path.write_text(text, encoding="utf-8")


@pytest.mark.parametrize("changed", [PEOPLE, ORDERS + "2,99\n"], ids=["nothing", "the orders"])
@pytest.mark.parametrize("name", ["profiles", "visits"])
def test_a_table_that_the_disk_damaged_is_read_again_and_not_taken_over(
    tmp_path: Path, shop: dict[str, CsvSource], name: str, changed: str
) -> None:
    first = run(tmp_path / "home", declared(), *shop.values()).snapshot
    told_first = told(first)
    damaged = file_at(first.profiles if name == "profiles" else first.related[name])
    content = bytearray(damaged.read_bytes())
    content[len(content) // 2] ^= 0xFF
    damaged.write_bytes(content)

    write(shop["people" if changed is PEOPLE else "orders"], changed)
    again = run(tmp_path / "home", declared(), *shop.values(), now=LATER)

    assert again.read_again
    if changed is PEOPLE:
        assert told(again.snapshot)[1:] == told_first[1:]
    assert again.snapshot.source_read_at == dict.fromkeys(shop, LATER)


def test_only_the_table_that_changed_is_read_again(
    tmp_path: Path, shop: dict[str, CsvSource]
) -> None:
    first = run(tmp_path / "home", declared(), *shop.values()).snapshot

    write(shop["orders"], ORDERS + "2,99\n8,1\n")
    began: list[str] = []
    heard: list[tuple[str, int]] = []
    again = run(
        tmp_path / "home",
        declared(),
        *shop.values(),
        now=LATER,
        began=began.append,
        told=lambda name, count: heard.append((name, count)),
    )
    full = run(tmp_path / "other", declared(), *shop.values(), now=LATER).snapshot

    assert again.read_again
    assert set(began) == {"orders"}
    assert sorted(heard) == [("cities", 3), ("orders", 74), ("people", 5), ("visits", 3)]
    assert told(again.snapshot) == told(full)
    assert inode(again.snapshot, "profiles") == inode(first, "profiles")
    assert inode(again.snapshot, "visits") == inode(first, "visits")
    assert inode(again.snapshot, "orders") != inode(first, "orders")
    assert again.snapshot.source_read_at == {
        "people": NOW,
        "cities": NOW,
        "visits": NOW,
        "orders": LATER,
    }


def test_whose_rows_are_kept_depends_on_who_there_is(
    tmp_path: Path, shop: dict[str, CsvSource]
) -> None:
    run(tmp_path / "home", declared(), *shop.values())

    write(shop["people"], PEOPLE + "9,rosa@shop.example,1,a\n")
    again = run(tmp_path / "home", declared(), *shop.values(), now=LATER).snapshot

    assert again.counts["orders"].without_profile == 10
    assert told(again) == told(run(tmp_path / "other", declared(), *shop.values()).snapshot)


def test_a_file_that_is_written_anew_with_the_same_content_is_not_read(
    tmp_path: Path, shop: dict[str, CsvSource]
) -> None:
    first = run(tmp_path / "home", declared(), *shop.values()).snapshot

    for name, text in (("people", PEOPLE), ("orders", ORDERS)):
        aside = tmp_path / "aside"
        aside.write_text(text, encoding="utf-8")
        aside.replace(tmp_path / f"{name}.csv")
        os.utime(tmp_path / f"{name}.csv", (1_700_000_000, 1_700_000_000))
    again = run(tmp_path / "home", declared(), *shop.values(), now=LATER)
    third = run(tmp_path / "home", declared(), *shop.values(), now=LATER)

    assert inode(again.snapshot, "profiles") == inode(first, "profiles")
    assert again.snapshot.source_changed_at["people"] == datetime.fromtimestamp(1.7e9, tz=UTC)
    assert again.snapshot.source_changed_at["visits"] == first.source_changed_at["visits"]
    assert told(again.snapshot) == told(
        run(tmp_path / "other", declared(), *shop.values()).snapshot
    )
    assert (again.read_again, third.read_again) == (True, False)


def test_everything_is_read_when_that_is_asked_for(
    tmp_path: Path, shop: dict[str, CsvSource]
) -> None:
    first = run(tmp_path / "home", declared(), *shop.values()).snapshot

    write(shop["orders"], ORDERS)
    full = run(tmp_path / "home", declared(), *shop.values(), now=LATER, force=True).snapshot

    assert inode(full, "profiles") != inode(first, "profiles")
    assert set(full.source_read_at.values()) == {LATER}


def test_another_definition_or_version_reads_everything(
    tmp_path: Path, shop: dict[str, CsvSource]
) -> None:
    first = run(tmp_path / "home", declared(), *shop.values()).snapshot
    write(shop["orders"], ORDERS + "2,99\n")

    otherwise = run(tmp_path / "home", declared(newest_by="age"), *shop.values()).snapshot
    manifest = file_at(otherwise.profiles).with_name("manifest.json")
    document = orjson.loads(manifest.read_bytes())
    manifest.write_bytes(orjson.dumps(document | {"inputs": "of an older version"}))
    write(shop["orders"], ORDERS)
    later = run(tmp_path / "home", declared(newest_by="age"), *shop.values()).snapshot

    inodes = {inode(one, "profiles") for one in (first, otherwise, later)}
    assert len(inodes) == 3


def test_another_separator_is_another_source(tmp_path: Path, shop: dict[str, CsvSource]) -> None:
    first = run(tmp_path / "home", declared(), *shop.values()).snapshot

    shop["orders"] = replace(shop["orders"], null_values=("much",))
    again = run(tmp_path / "home", declared(), *shop.values()).snapshot

    assert inode(again, "orders") != inode(first, "orders")
    assert inode(again, "profiles") == inode(first, "profiles")
    assert told(again) == told(run(tmp_path / "other", declared(), *shop.values()).snapshot)


def test_tables_that_share_a_source_are_read_together(tmp_path: Path) -> None:
    people = csv_source(tmp_path, "id,email,friend\n1,nadia@shop,2\n2,x,9\n")
    orders = csv_source(tmp_path, "who\n1\n", name="orders")
    both = schema(
        table(attribute("email", "email")),
        friends=table(name="friends", source="people", key="friend"),
        orders=table(
            attribute("friend", column="p.friend"),
            name="orders",
            source="orders",
            key="who",
            joins=[Join(name="p", source="people", on=(("who", "id"),))],
        ),
    )
    first = run(tmp_path / "home", both, people, orders).snapshot

    write(orders, "who\n1\n2\n5\n")
    again = run(tmp_path / "home", both, people, orders).snapshot

    assert inode(again, "profiles") != inode(first, "profiles")
    assert told(again) == told(run(tmp_path / "other", both, people, orders).snapshot)


def test_a_snapshot_outlives_those_whose_tables_it_took_over(
    tmp_path: Path, shop: dict[str, CsvSource]
) -> None:
    expected = rows(run(tmp_path / "home", declared(), *shop.values()).snapshot)

    for n in range(4):
        write(shop["orders"], ORDERS + f"2,{n}\n")
        last = run(tmp_path / "home", declared(), *shop.values()).snapshot

    assert rows(last) == expected
    assert sum(one.is_dir() for one in (tmp_path / "home" / "snapshots").iterdir()) == 3


def test_whatever_changes_a_refresh_tells_the_same_as_a_full_one(tmp_path: Path) -> None:
    chance = random.Random(7)
    texts = {"people": PEOPLE, "cities": CITIES, "orders": ORDERS, "visits": VISITS}
    more: dict[str, Callable[[int], str]] = {
        "people": lambda n: f"{n},p{n}@shop.example,{n},a\n",
        "cities": lambda n: f"{n},City {n}\n",
        "orders": lambda n: f"{n % 9},{n}.5\n",
        "visits": lambda n: f"{n % 9},2026-02-0{n % 9 + 1}\n",
    }
    named = {name: csv_source(tmp_path, text, name=name) for name, text in texts.items()}

    for step in range(6):
        for name in chance.sample(sorted(texts), chance.randrange(3)):
            texts[name] += more[name](chance.randrange(40))
            write(named[name], texts[name])
        now = run(tmp_path / "home", declared(), *named.values()).snapshot
        full = run(tmp_path / f"full-{step}", declared(), *named.values()).snapshot

        assert told(now) == told(full)


# one look


def looked(source: Source, tick_ns: int, before: SourceState | None = None) -> Look:
    """Look at a source at a time of its disk's clock."""
    known = {source.name: before} if before else {}
    bounds = Bounds(Watch(Permit()), {source.name: source})
    one = schema(table(source=source.name))
    return looks(one, {source.name: source}, known, bounds=bounds, tick_ns=tick_ns)[source.name]


def ticks(path: Path) -> int:
    """Return a time of the disk's clock when a file has been left alone for long."""
    return path.stat().st_ctime_ns + 2 * SETTLED_NS


def test_a_file_that_was_just_written_is_known_by_its_content_only(tmp_path: Path) -> None:
    source = csv_source(tmp_path, "id\n1\n")
    assert isinstance(source.path, Path)

    fresh = looked(source, source.path.stat().st_mtime_ns)
    settled = looked(source, ticks(source.path))
    same_tick = replace(fresh.state, content="of other bytes")  # type: ignore[type-var]

    assert fresh.state is not None and not fresh.state.is_settled
    assert settled.state is not None and settled.state.is_settled
    assert settled.is_same(fresh.state) and fresh.is_same(settled.state)
    assert not fresh.is_same(same_tick)


def test_a_time_that_is_put_back_hides_no_change(tmp_path: Path) -> None:
    source = csv_source(tmp_path, "id\n1\n")
    assert isinstance(source.path, Path)
    times = (source.path.stat().st_atime_ns, source.path.stat().st_mtime_ns)
    before = looked(source, ticks(source.path)).state

    write(source, "id\n2\n")
    os.utime(source.path, ns=times)

    assert not looked(source, ticks(source.path), before).is_same(before)


def test_a_clock_that_jumped_leaves_a_file_in_doubt(tmp_path: Path) -> None:
    source = csv_source(tmp_path, "id\n1\n")
    assert isinstance(source.path, Path)
    ahead = ticks(source.path) + 10 * SETTLED_NS
    os.utime(source.path, ns=(ahead, ahead))

    state = looked(source, ticks(source.path)).state

    assert state is not None and not state.is_settled


def test_another_file_of_a_pattern_is_a_change(tmp_path: Path) -> None:
    csv_source(tmp_path, "id\n1\n", name="a")
    source = CsvSource(name="people", path=tmp_path / "*.csv")
    before = looked(source, 0).state

    csv_source(tmp_path, "id\n2\n", name="b")
    more = looked(source, 0, before)
    (tmp_path / "b.csv").unlink()
    (tmp_path / "a.csv").rename(tmp_path / "c.csv")

    assert not more.is_same(before)
    assert not looked(source, 0, before).is_same(before)


def test_rows_beside_an_sqlite_file_are_a_change(tmp_path: Path) -> None:
    path = tmp_path / "shop.db"
    path.write_bytes(b"SQLite")
    source = SqliteSource(name="people", path=path, table="people")
    before = looked(source, 0).state

    path.with_name("shop.db-wal").write_bytes(b"newer rows")

    assert before is not None
    assert not looked(source, 0, before).is_same(before)


@pytest.mark.parametrize("mode", ["wal", "delete"])
def test_an_sqlite_file_is_unchanged_by_being_read(tmp_path: Path, mode: str) -> None:
    path = tmp_path / "shop.db"
    with closing(sqlite3.connect(path)) as connection:
        connection.execute(f"PRAGMA journal_mode = {mode}")
        connection.execute("CREATE TABLE people (id text)")
        connection.execute("INSERT INTO people VALUES ('1')")
        connection.commit()
    source = SqliteSource(name="people", path=path, table="people")

    first = run(tmp_path / "home", schema(table()), source)
    again = run(tmp_path / "home", schema(table()), source)
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("INSERT INTO people VALUES ('2')")
        connection.commit()
        changed = run(tmp_path / "home", schema(table()), source)

    assert (first.read_again, again.read_again, changed.read_again) == (True, False, True)
    assert rows(changed.snapshot) == [("1",), ("2",)]


def test_what_is_not_there_is_in_doubt(tmp_path: Path) -> None:
    gone = ParquetSource(name="people", path=tmp_path / "people.parquet")

    assert looked(gone, 0) == Look()
