"""What a source holds as a number, a truth value, a time or a list is that, whatever attributes declare for texts."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import openpyxl
import psycopg
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from segue.profiles.schema import ProfileSchema
from segue.profiles.sources import (
    ExcelSource,
    JsonLinesSource,
    ParquetSource,
    PostgresSource,
    Source,
    SqliteSource,
)
from tests.integration.engines.small_refresh import attribute, listed, rows, run, schema, table

GERMAN = {"decimal_mark": ",", "thousands_mark": "."}
NUMBERS = schema(
    table(
        attribute("spent", "decimal", scale=3, **GERMAN),
        attribute("visits", "integer", **GERMAN),
        attribute("codes", "list", column="spent", separator="."),
    )
)
"""Numbers of one column, read by the marks of German texts and as a list parted by points."""

TYPED = {"id": "1", "spent": 1.234, "visits": 12}
WRITTEN = {"id": "2", "spent": "1.234,5", "visits": "1.234"}
READ = [
    ("1", Decimal("1.234"), 12, "\x1f1.234\x1f"),
    ("2", Decimal("1234.500"), 1234, "\x1f1\x1f234,5\x1f"),
]


def _json(folder: Path, people: list[dict[str, Any]]) -> Source:
    path = folder / "people.json"
    path.write_text("\n".join(json.dumps(one) for one in people))
    return JsonLinesSource(name="people", path=path)


def _array(folder: Path, people: list[dict[str, Any]]) -> Source:
    path = folder / "people.json"
    path.write_text(json.dumps(people))
    return JsonLinesSource(name="people", path=path)


def _excel(folder: Path, people: list[dict[str, Any]]) -> Source:
    book = openpyxl.Workbook()
    book.active.append(list(people[0]))
    for one in people:
        book.active.append(list(one.values()))
    book.save(folder / "people.xlsx")
    return ExcelSource(name="people", path=folder / "people.xlsx")


def _sqlite(folder: Path, people: list[dict[str, Any]]) -> Source:
    with sqlite3.connect(folder / "people.db") as connection:
        connection.execute(f"CREATE TABLE people ({', '.join(people[0])})")
        for one in people:
            marks = ", ".join("?" for _ in one)
            connection.execute(f"INSERT INTO people VALUES ({marks})", list(one.values()))
    connection.close()
    return SqliteSource(name="people", path=folder / "people.db", table="people")


def _parquet(folder: Path, people: list[dict[str, Any]]) -> Source:
    """Write each person into a file of one's own, so that the files differ in their types."""
    for at, one in enumerate(people):
        pq.write_table(pa.Table.from_pylist([one]), folder / f"people-{at}.parquet")
    return ParquetSource(name="people", path=folder / "people-*.parquet")


@pytest.mark.parametrize("write", [_json, _array, _excel, _sqlite, _parquet])
def test_a_number_is_that_number_whatever_marks_texts_have(
    tmp_path: Path, write: Callable[[Path, list[dict[str, Any]]], Source]
) -> None:
    source = write(tmp_path, [TYPED, WRITTEN])

    snapshot = run(tmp_path, NUMBERS, source).snapshot

    assert (rows(snapshot), listed(snapshot)) == (READ, [])


@pytest.mark.parametrize("write", [_json, _array, _excel])
def test_a_truth_value_is_that_whatever_words_texts_have(
    tmp_path: Path, write: Callable[[Path, list[dict[str, Any]]], Source]
) -> None:
    declared = schema(table(attribute("vip", "boolean", true_values=("false", "2"))))
    source = write(tmp_path, [{"id": "1", "vip": False}, {"id": "2", "vip": 2}])

    snapshot = run(tmp_path, declared, source).snapshot

    assert rows(snapshot) == [("1", False), ("2", True)]


def _dates() -> ProfileSchema:
    formats = {"formats": ("%d/%m/%Y", "%Y-%d-%m", "%Y%m%d")}
    return schema(
        table(
            attribute("born", "date", **formats),
            attribute("seen", "timestamp", column="born", **formats),
            attribute("day", "birthday", column="born", **formats),
        )
    )


def test_a_cell_that_is_a_date_is_that_date_whatever_formats_texts_have(tmp_path: Path) -> None:
    people = [
        {"id": "1", "born": datetime(2001, 2, 3)},
        {"id": "2", "born": "04/03/2001"},
        {"id": "3", "born": 20010405},
    ]

    snapshot = run(tmp_path, _dates(), _excel(tmp_path, people)).snapshot

    assert rows(snapshot) == [
        ("1", date(2001, 2, 3), datetime(2001, 2, 3), "02/03"),
        ("2", date(2001, 3, 4), datetime(2001, 3, 4), "03/04"),
        ("3", date(2001, 4, 5), datetime(2001, 4, 5), "04/05"),
    ]


def test_dates_of_parquet_files_that_differ_in_types_need_no_format(tmp_path: Path) -> None:
    people = [{"id": "1", "born": date(2001, 2, 3)}, {"id": "2", "born": "04/03/2001"}]

    snapshot = run(tmp_path, _dates(), _parquet(tmp_path, people)).snapshot

    assert [row[1] for row in rows(snapshot)] == [date(2001, 2, 3), date(2001, 3, 4)]


def test_an_object_is_one_value_of_a_list_and_an_array_its_values(tmp_path: Path) -> None:
    tags = [{"a": 1, "b": 2}, ["x, y", 1.50, None, True], "x, y", 1.5]
    people = [{"id": str(at), "tags": one} for at, one in enumerate(tags)]

    snapshot = run(
        tmp_path, schema(table(attribute("tags", "list"))), _json(tmp_path, people)
    ).snapshot

    assert [row[1] for row in rows(snapshot)] == [
        '\x1f{"a":1,"b":2}\x1f',
        "\x1fx, y\x1f1.5\x1ftrue\x1f",
        "\x1fx\x1fy\x1f",
        "\x1f1.5\x1f",
    ]


@pytest.mark.postgres
def test_columns_of_a_server_are_read_by_their_types(postgres_dsn: str, tmp_path: Path) -> None:
    with psycopg.connect(postgres_dsn, autocommit=True) as connection:
        connection.execute("DROP SCHEMA IF EXISTS own CASCADE")
        connection.execute("CREATE SCHEMA own")
        connection.execute("CREATE DOMAIN own.amount AS money")
        connection.execute(
            "CREATE TABLE own.people (id text, spent numeric, paid own.amount, born date, seen timestamptz, visits text)"
        )
        connection.execute(
            "INSERT INTO own.people VALUES"
            " ('1', 1.234, '1234.56', '2001-02-03', '2024-07-01 23:30+00', '1.234')"
        )
        declared = schema(
            table(
                attribute("spent", "decimal", scale=3, **GERMAN),
                attribute("paid", "decimal", **GERMAN),
                attribute("visits", "integer", **GERMAN),
                attribute("born", "date", formats=("%Y-%d-%m",)),
                attribute("last", "text", column="seen", time_zone="Europe/Paris"),
            )
        )
        source = PostgresSource(name="people", dsn=postgres_dsn, table="own.people")

        snapshot = run(tmp_path, declared, source).snapshot

        connection.execute("DROP SCHEMA own CASCADE")
    assert rows(snapshot) == [
        ("1", Decimal("1.234"), Decimal("1234.56"), 1234, date(2001, 2, 3), "2024-07-02 01:30:00")
    ]
