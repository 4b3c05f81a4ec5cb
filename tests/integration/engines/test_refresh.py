"""A refresh: one row per key, every other row accounted for, snapshots swapped in whole and skipped when unchanged."""

from __future__ import annotations

import os
import random
import threading
from collections import Counter
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from segue.core.errors import ConfigurationProblem
from segue.engines.duckdb.profiles.snapshot_problems import MASK, list_problems
from segue.engines.duckdb.profiles.snapshots import current_snapshot, file_at
from segue.profiles.ports import AddressCounts, TableCounts
from segue.profiles.problems import explanation
from segue.profiles.schema import Join
from tests.integration.engines.small_refresh import (
    NOW,
    attribute,
    csv_source,
    listed,
    rows,
    run,
    schema,
    table,
)

MAIL = schema(table(attribute("email", "email"), attribute("name", personal=True)))


def test_each_profile_has_its_canonical_address_or_the_reason(tmp_path: Path) -> None:
    source = csv_source(
        tmp_path,
        "id,email,name\n"
        "1, Nadia@SHOP.example ,Nadia\n2,,Omar\n3,pia@shop,Pia\n"
        "4,nadia@shop.example,Other\n5,émile@shop.example,Émile\n6,rosa@CAFÉ.example,Rosa\n",
    )

    snapshot = run(tmp_path / "home", MAIL, source).snapshot

    assert rows(snapshot) == [
        ("1", "Nadia@SHOP.example", "nadia@shop.example", None, "Nadia"),
        ("2", None, None, "missing", "Omar"),
        ("3", "pia@shop", None, "bad_domain", "Pia"),
        ("4", "nadia@shop.example", "nadia@shop.example", None, "Other"),
        ("5", "émile@shop.example", None, "non_ascii_local_part", "Émile"),
        ("6", "rosa@CAFÉ.example", "rosa@xn--caf-dma.example", None, "Rosa"),
    ]
    assert snapshot.addresses == {
        "email": AddressCounts(
            valid=3,
            missing=1,
            problems={"bad_domain": 1, "non_ascii_local_part": 1},
            duplicates=1,
        )
    }
    assert listed(snapshot) == [
        (3, "email", "missing", None),
        (4, "email", "bad_domain", "pia@shop"),
        (6, "email", "non_ascii_local_part", "émile@shop.example"),
    ]


def test_personal_values_are_masked_unless_asked_for(tmp_path: Path) -> None:
    declared = schema(table(attribute("email", "email"), attribute("age", "integer")))
    source = csv_source(tmp_path, "id,email,age\n7,pia@shop,old\n8,x,1,2\n")

    snapshot = run(tmp_path / "home", declared, source).snapshot
    masked = list_problems(snapshot, 10)

    assert [(one.row, one.key, one.attribute, one.value) for one in masked] == [
        (2, "7", "age", "old"),
        (2, "7", "email", MASK),
        (3, None, None, MASK),
    ]
    assert "pia@shop" not in (file_at(snapshot.profiles).with_name("manifest.json")).read_text(
        encoding="utf-8"
    )
    assert all(explanation(one.kind).action for one in masked)


def test_repeated_and_missing_keys_are_reported_and_the_first_row_wins(tmp_path: Path) -> None:
    source = csv_source(tmp_path, "id,name\n2,second\n1,first\n 1 ,again\n,none\n1,last\n")

    snapshot = run(tmp_path / "home", schema(table(attribute("name"))), source).snapshot

    assert rows(snapshot) == [("1", "first"), ("2", "second")]
    assert listed(snapshot) == [
        (4, "id", "key_repeated", " 1 "),
        (5, "id", "key_missing", None),
        (6, "id", "key_repeated", "1"),
    ]
    assert snapshot.counts == {
        "profiles": TableCounts(read=5, kept=2, without_key=1, repeated=2, without_profile=0)
    }


def test_related_rows_without_key_or_profile_are_accounted_for(tmp_path: Path) -> None:
    people = csv_source(tmp_path, "id\n1\n2\n")
    orders = csv_source(tmp_path, "who,total\n1,5\n1,7.50\n2,x\n,9\nx,1\n3,4\n4,4\n", name="orders")
    declared = schema(
        table(key_type="integer"),
        orders=table(
            attribute("total", "decimal"),
            name="orders",
            source="orders",
            key="who",
            key_type="integer",
        ),
    )

    snapshot = run(tmp_path / "home", declared, people, orders).snapshot

    assert rows(snapshot, "related_orders") == [
        (1, Decimal("5.00")),
        (1, Decimal("7.50")),
        (2, None),
    ]
    assert snapshot.counts["orders"] == TableCounts(
        read=7, kept=3, without_key=2, repeated=0, without_profile=2
    )
    assert listed(snapshot) == [
        (4, "total", "not_a_number", "x"),
        (5, "who", "key_missing", None),
        (6, "who", "key_invalid", "x"),
        (7, "who", "key_without_profile", "3"),
        (8, "who", "key_without_profile", "4"),
    ]
    strangers = [c for c in snapshot.problem_counts if c.kind == "key_without_profile"]
    assert [(c.source, c.column, c.count) for c in strangers] == [("orders", "who", 2)]


def test_joins_take_the_first_match_and_leave_the_rest_empty(tmp_path: Path) -> None:
    people = csv_source(tmp_path, "id,name,rep\n1,Nadia,7\n2,Omar,8\n3,Pia,\n4,Rosa,9\n")
    reps = csv_source(
        tmp_path, "no,name,office\n7,Alice,1\n9,Bob,x\n7,Second,1\n,Nobody,1\n,No,1\n", name="reps"
    )
    offices = csv_source(tmp_path, "code,city\n1,Lyon\n", name="offices")
    declared = schema(
        table(
            attribute("name"),
            attribute("rep_name", column="rep.name"),
            attribute("city", column="offices.city"),
            joins=[
                Join(source="reps", name="rep", on=(("rep", "no"),)),
                Join(source="offices", name="offices", on=(("rep.office", "code"),)),
            ],
        )
    )

    snapshot = run(tmp_path / "home", declared, people, reps, offices).snapshot

    assert rows(snapshot) == [
        ("1", "Nadia", "Alice", "Lyon"),
        ("2", "Omar", None, None),
        ("3", "Pia", None, None),
        ("4", "Rosa", "Bob", None),
    ]
    assert listed(snapshot) == [
        (3, "rep", "join_without_match", "8"),
        (5, "rep.office", "join_without_match", "x"),
        (4, "no", "join_repeated", "7"),
    ]


def test_a_key_at_the_end_of_a_relationship_path(tmp_path: Path) -> None:
    people = csv_source(tmp_path, "id\n1\n2\n")
    invoices = csv_source(tmp_path, "no,who\n10,1\n11,2\n12,\n", name="invoices")
    lines = csv_source(tmp_path, "no,qty\n10,1\n10,2\n11,3\n12,4\n13,5\n", name="lines")
    declared = schema(
        table(),
        lines=table(
            attribute("qty", "integer"),
            name="lines",
            source="lines",
            key="invoices.who",
            joins=[Join(source="invoices", name="invoices", on=(("no", "no"),))],
        ),
    )

    snapshot = run(tmp_path / "home", declared, people, invoices, lines).snapshot

    assert rows(snapshot, "related_lines") == [("1", 1), ("1", 2), ("2", 3)]
    assert listed(snapshot) == [
        (5, "invoices.who", "key_missing", None),
        (6, "invoices.who", "key_missing", None),
        (6, "no", "join_without_match", "13"),
    ]


def test_two_attributes_may_differ_only_in_what_they_read(tmp_path: Path) -> None:
    source = csv_source(tmp_path, 'id,Name,NAME,a b.c"\n1,x,y,z\n')
    declared = schema(
        table(
            attribute("upper", column="NAME"),
            attribute("lower", column="Name"),
            attribute("odd", column='a b.c"'),
        )
    )

    snapshot = run(tmp_path / "home", declared, source).snapshot

    assert rows(snapshot) == [("1", "y", "x", "z")]


def test_every_row_is_accounted_for_whatever_the_input(tmp_path: Path) -> None:
    chance = random.Random(7)
    keys = ["", "1", " 1", "2", "3", "x", "4.0", "5.5"]
    for attempt in range(8):
        written = [chance.choice(keys) for _ in range(40)]
        source = csv_source(tmp_path, "id,name\n" + "".join(f"{k},n\n" for k in written))
        declared = schema(table(attribute("name"), key_type="integer"))

        snapshot = run(tmp_path / f"home{attempt}", declared, source).snapshot

        good = Counter(key.strip().removesuffix(".0") for key in written)
        without = good[""] + good["x"] + good["5.5"]
        kept = len(set(good) - {"", "x", "5.5"})
        assert snapshot.counts["profiles"] == TableCounts(
            read=40,
            kept=kept,
            without_key=without,
            repeated=40 - kept - without,
            without_profile=0,
        )


def test_an_unchanged_refresh_reads_nothing(tmp_path: Path) -> None:
    source = csv_source(tmp_path, "id,email,name\n1,nadia@shop.example,Nadia\n")
    first = run(tmp_path / "home", MAIL, source)

    again = run(tmp_path / "home", MAIL, source, now=NOW + timedelta(days=1))
    forced = run(tmp_path / "home", MAIL, source, now=NOW + timedelta(days=2), force=True)

    assert (first.read_again, again.read_again, forced.read_again) == (True, False, True)
    assert again.snapshot == first.snapshot
    assert forced.snapshot.id != first.snapshot.id
    assert forced.snapshot.taken_at == NOW + timedelta(days=2)


def test_a_changed_file_or_declaration_is_read_again(tmp_path: Path) -> None:
    source = csv_source(tmp_path, "id,email,name\n1,nadia@shop.example,Nadia\n")
    run(tmp_path / "home", MAIL, source)

    os.utime(source.path, (1_700_000_000, 1_700_000_000))
    touched = run(tmp_path / "home", MAIL, source)
    renamed = run(tmp_path / "home", schema(table(attribute("called", column="name"))), source)

    assert (touched.read_again, renamed.read_again) == (True, True)
    assert touched.snapshot.source_changed_at == {
        "people": datetime.fromtimestamp(1_700_000_000, tz=UTC)
    }
    assert rows(renamed.snapshot) == [("1", "Nadia")]


def test_old_snapshots_are_pruned_but_two(tmp_path: Path) -> None:
    source = csv_source(tmp_path, "id,email,name\n1,nadia@shop.example,Nadia\n")

    made = [run(tmp_path / "home", MAIL, source, now=NOW, force=True).snapshot.id for _ in range(5)]

    folder = tmp_path / "home" / "snapshots"
    kept = sorted(path.name for path in folder.iterdir() if path.is_dir())
    assert kept == sorted(made[-3:])
    assert len(set(made)) == 5
    current = current_snapshot(tmp_path / "home")
    assert current is not None and current.id == made[-1]


def test_what_a_killed_refresh_left_behind_is_removed(tmp_path: Path) -> None:
    source = csv_source(tmp_path, "id,email,name\n1,nadia@shop.example,Nadia\n")
    left = tmp_path / "home" / "snapshots" / ".working" / "built"
    left.mkdir(parents=True)
    (left / "profiles.parquet").write_bytes(b"half")

    snapshot = run(tmp_path / "home", MAIL, source).snapshot

    assert rows(snapshot, columns="name") == [("Nadia",)]
    assert not left.parent.exists()


def test_two_refreshes_at_once_do_not_disturb_each_other(tmp_path: Path) -> None:
    source = csv_source(tmp_path, "id,email,name\n1,nadia@shop.example,Nadia\n")
    made: list[str] = []

    def refresh_once() -> None:
        made.append(run(tmp_path / "home", MAIL, source, force=True).snapshot.id)

    threads = [threading.Thread(target=refresh_once) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    current = current_snapshot(tmp_path / "home")
    assert len(set(made)) == 3
    assert current is not None and current.id in made


@pytest.mark.parametrize("damage", ["{", '{"format": 1}', '{"format": 2}'])
def test_a_damaged_snapshot_is_not_read_as_none(tmp_path: Path, damage: str) -> None:
    source = csv_source(tmp_path, "id,email,name\n1,nadia@shop.example,Nadia\n")
    snapshot = run(tmp_path / "home", MAIL, source).snapshot
    (file_at(snapshot.profiles).with_name("manifest.json")).write_text(damage, encoding="utf-8")

    with pytest.raises(ConfigurationProblem) as raised:
        current_snapshot(tmp_path / "home")
    repaired = run(tmp_path / "home", MAIL, source)

    assert raised.value.code == "snapshot_unusable"
    assert repaired.read_again and current_snapshot(tmp_path / "home") == repaired.snapshot


def test_there_is_no_snapshot_before_the_first_refresh(tmp_path: Path) -> None:
    assert current_snapshot(tmp_path / "home") is None


@pytest.mark.parametrize(
    ("text", "key_type", "words"),
    [
        ("id,name\n,Ana\n ,Bo\n", "text", "has 2 rows, and none of them has anything in the column 'id'"),
        ("id,name\na1,Ana\n", "integer", "has 1 row, and none of them has a key of the declared type"),
    ],
)  # fmt: skip
def test_a_table_in_which_nobody_has_a_key_is_refused(
    tmp_path: Path, text: str, key_type: str, words: str
) -> None:
    declared = schema(table(attribute("name"), key_type=key_type))

    with pytest.raises(ConfigurationProblem) as raised:
        run(tmp_path, declared, csv_source(tmp_path, text))

    assert raised.value.code == "source_keys_missing"
    assert words in raised.value.message
    assert "`key` under `profiles`" in raised.value.action


def test_a_table_without_rows_or_with_one_key_is_taken(tmp_path: Path) -> None:
    declared = schema(table(attribute("name")))

    run(tmp_path, declared, csv_source(tmp_path, "id,name\n"))
    snapshot = run(tmp_path, declared, csv_source(tmp_path, "id,name\n,Ana\n1,Bo\n")).snapshot

    assert rows(snapshot) == [("1", "Bo")]
