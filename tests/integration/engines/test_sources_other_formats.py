"""JSON lines, SQLite and Parquet: values keep what was written, rows keep their numbers."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
from contextlib import closing
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from segue.core.errors import ConfigurationProblem, SourceAway
from segue.profiles.sources import JsonLinesSource, ParquetSource, SqliteSource
from tests.integration.engines.small_refresh import attribute, listed, rows, run, schema, table


def test_json_lines_keep_digits_and_reach_nested_values(tmp_path: Path) -> None:
    path = tmp_path / "people.jsonl"
    path.write_text(
        '\ufeff{"id": 1, "home": {"city": "Lyon"}, "spent": 12345678901234.10, "vip": true, "tags": ["a"]}\n'
        '{"id": "2", "home.city": "Oslo", "home": {"city": "no"}, "spent": "7", "vip": null}\r\n'
        '{"id": 3, "home": null, "spent": 1e2, "vip": "no", "tags": {"a": 1}}',
        encoding="utf-8",
    )
    declared = schema(
        table(
            attribute("city", column="home.city"),
            attribute("spent", "decimal"),
            attribute("vip", "boolean"),
            attribute("tags"),
        )
    )

    snapshot = run(tmp_path / "home", declared, JsonLinesSource(name="people", path=path)).snapshot

    assert rows(snapshot) == [
        ("1", "Lyon", Decimal("12345678901234.10"), True, '["a"]'),
        ("2", "Oslo", Decimal("7.00"), None, None),
        ("3", None, Decimal("100.00"), False, '{"a":1}'),
    ]


def test_bad_json_lines_are_reported_by_line(tmp_path: Path) -> None:
    path = tmp_path / "people.jsonl"
    path.write_bytes(
        b'{"id": 1, "name": "N"}\n{"id": 2,\n\n[1, 2]\n"x"\n{"id": NaN}\n{"id": "\xff"}\n{"id": 8, "name": "O"}\n'
    )

    snapshot = run(
        tmp_path / "home",
        schema(table(attribute("name"))),
        JsonLinesSource(name="people", path=path),
    ).snapshot

    assert rows(snapshot) == [("1", "N"), ("8", "O")]
    assert listed(snapshot) == [
        (2, None, "json_invalid", '{"id": 2,'),
        (3, None, "row_blank", None),
        (4, None, "json_not_an_object", "[1, 2]"),
        (5, None, "json_not_an_object", '"x"'),
        (6, None, "json_invalid", '{"id": NaN}'),
        (7, None, "json_invalid", '{"id": "\ufffd"}'),
    ]


def test_sqlite_values_of_any_type_become_the_declared_one(tmp_path: Path) -> None:
    path = tmp_path / "shop.sqlite"
    with sqlite3.connect(path) as connection:
        connection.execute('CREATE TABLE "Odd ""table""" (id, spent NUMERIC, born, note)')
        connection.executemany(
            'INSERT INTO "Odd ""table""" VALUES (?, ?, ?, ?)',
            [
                (1, 40.99, "2024-02-03 00:00:00", "ok"),
                (2.0, 3, "2024-02-03", b"blob"),
                ("3", "1e2", None, 12.5),
                (4, 0.1 + 0.2, 20240203, b"\xff\xfe"),
                (None, 5, "2024-02-03", "x"),
            ],
        )
    connection.close()
    declared = schema(
        table(
            attribute("spent", "decimal"),
            attribute("born", "date"),
            attribute("note"),
            key_type="integer",
        )
    )

    snapshot = run(
        tmp_path / "home",
        declared,
        SqliteSource(name="people", path=path, table='odd "TABLE"'),
    ).snapshot

    assert rows(snapshot) == [
        (1, Decimal("40.99"), date(2024, 2, 3), "ok"),
        (2, Decimal("3.00"), date(2024, 2, 3), "blob"),
        (3, Decimal("100.00"), None, "12.5"),
        (4, Decimal("0.30"), None, None),
    ]
    assert listed(snapshot) == [
        (4, "born", "not_a_date", "20240203"),
        (4, "note", "text_undecodable", "\ufffd\ufffd"),
        (5, "id", "key_missing", None),
    ]
    assert [(c.kind, c.count) for c in snapshot.problem_counts if c.kind == "rounded"] == [
        ("rounded", 1)
    ]


def test_an_sqlite_file_is_read_while_another_writes(tmp_path: Path) -> None:
    path = tmp_path / "shop.sqlite"
    writer = sqlite3.connect(path)
    writer.execute("PRAGMA journal_mode = WAL")
    writer.execute("CREATE TABLE people (id INTEGER PRIMARY KEY, name TEXT)")
    writer.execute("INSERT INTO people VALUES (1, 'Nadia')")
    writer.commit()
    writer.execute("INSERT INTO people VALUES (2, 'uncommitted')")
    source = SqliteSource(name="people", path=path, table="people")

    first = run(tmp_path / "home", schema(table(attribute("name"))), source)
    writer.commit()
    second = run(tmp_path / "home", schema(table(attribute("name"))), source)
    writer.close()

    assert rows(first.snapshot) == [("1", "Nadia")]
    assert rows(second.snapshot) == [("1", "Nadia"), ("2", "uncommitted")]


HALF = (
    "PRAGMA cache_size = 10",  # so that the change is written to the file before it is committed
    "BEGIN EXCLUSIVE",
    "UPDATE people SET name = NULL",
    "DELETE FROM people WHERE id % 2",
)


def _shop_of_many(path: Path) -> SqliteSource:
    with closing(sqlite3.connect(path)) as made:
        made.execute("CREATE TABLE people (id INTEGER PRIMARY KEY, name TEXT)")
        made.executemany(
            "INSERT INTO people VALUES (?, ?)", [(n, f"person {n}") for n in range(1, 5001)]
        )
        made.commit()
    return SqliteSource(name="people", path=path, table="people")


def test_an_sqlite_file_that_its_writer_keeps_to_itself_is_not_read_half_written(
    tmp_path: Path,
) -> None:
    source = _shop_of_many(tmp_path / "shop.sqlite")
    with closing(sqlite3.connect(source.path, isolation_level=None)) as writer:
        for statement in HALF:
            writer.execute(statement)

        with pytest.raises(SourceAway) as told:
            run(tmp_path / "home", schema(table(attribute("name"))), source)

        writer.execute("ROLLBACK")
    assert (told.value.code, told.value.exit_code) == ("source_locked", 5)
    assert "'people' reads" in told.value.message
    assert (
        len(rows(run(tmp_path / "home", schema(table(attribute("name"))), source).snapshot)) == 5000
    )


def test_an_sqlite_file_whose_last_change_was_broken_off_is_not_read(tmp_path: Path) -> None:
    source = _shop_of_many(tmp_path / "shop.sqlite")
    dying = f"import os, sqlite3; c = sqlite3.connect({str(source.path)!r}, isolation_level=None)\n"
    steps = "".join(f"c.execute({statement!r})\n" for statement in HALF)
    subprocess.run([sys.executable, "-c", f"{dying}{steps}os.kill(os.getpid(), 9)"], check=False)
    assert (tmp_path / "shop.sqlite-journal").stat().st_size > 0

    with pytest.raises(ConfigurationProblem) as told:
        run(tmp_path / "home", schema(table(attribute("name"))), source)

    assert told.value.code == "source_change_unfinished"
    with closing(sqlite3.connect(source.path)) as opened:  # takes the change back
        opened.execute("SELECT count(*) FROM people").fetchone()
    found = rows(run(tmp_path / "home", schema(table(attribute("name"))), source).snapshot)
    assert found[0] == ("1", "person 1") and len(found) == 5000


def test_parquet_types_are_taken_as_they_are(tmp_path: Path) -> None:
    path = tmp_path / "people.parquet"
    pq.write_table(
        pa.table(
            {
                "id": pa.array([1.0, 2.0, None], pa.float64()),
                "name": pa.array(["e\u0301", "a\x1fb", ""], pa.string()),
                "spent": pa.array([1.005, float("nan"), 7.0], pa.float64()),
                "price": pa.array([Decimal("1.2345"), None, None], pa.decimal128(20, 4)),
                "seen": pa.array([1_700_000_000_123_456_000, None, None], pa.timestamp("ns")),
                "zoned": pa.array([0, None, None], pa.timestamp("us", tz="Europe/Paris")),
                "born": pa.array([date(2024, 2, 3), None, None], pa.date32()),
                "vip": pa.array([True, None, None], pa.bool_()),
                "size": pa.array([2**63, 1, None], pa.uint64()),
            }
        ),
        path,
    )
    declared = schema(
        table(
            attribute("name"),
            attribute("spent", "decimal"),
            attribute("price", "decimal"),
            attribute("seen", "timestamp"),
            attribute("zoned", "timestamp"),
            attribute("born", "timestamp", time_zone="Europe/Paris"),
            attribute("vip", "boolean"),
            attribute("size", "integer"),
        )
    )

    snapshot = run(tmp_path / "home", declared, ParquetSource(name="people", path=path)).snapshot

    seen = datetime(2023, 11, 14, 22, 13, 20, 123456)
    assert rows(snapshot) == [
        (
            "1",
            "é",
            Decimal("1.01"),
            Decimal("1.23"),
            seen,
            datetime(1970, 1, 1),
            datetime(2024, 2, 2, 23),
            True,
            None,
        ),
        ("2", "ab", None, None, None, None, None, None, 1),
    ]
    assert listed(snapshot) == [
        (1, "size", "out_of_range", "9223372036854775808"),
        (2, "name", "control_characters", "a\x1fb"),
        (2, "spent", "not_a_number", "nan"),
        (3, "id", "key_missing", None),
    ]


def test_parquet_files_with_different_types_are_read_as_text(tmp_path: Path) -> None:
    pq.write_table(pa.table({"id": [1, 2], "name": ["N", "O"]}), tmp_path / "a.parquet")
    pq.write_table(pa.table({"name": ["P"], "id": ["x3"]}), tmp_path / "b.parquet")

    snapshot = run(
        tmp_path / "home",
        schema(table(attribute("name"), key_type="integer")),
        ParquetSource(name="people", path=tmp_path / "*.parquet"),
    ).snapshot

    assert rows(snapshot) == [(1, "N"), (2, "O")]
    assert listed(snapshot) == [(1, "id", "key_invalid", "x3")]
