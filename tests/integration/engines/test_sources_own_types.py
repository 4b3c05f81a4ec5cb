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
    path.write_text("\n".join(json.dumps(one) for one in people), encoding="utf-8")
    return JsonLinesSource(name="people", path=path)


def _array(folder: Path, people: list[dict[str, Any]]) -> Source:
    path = folder / "people.json"
    path.write_text(json.dumps(people), encoding="utf-8")
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


TEXTS = schema(table(attribute("card"), attribute("points", "integer", column="card")))


@pytest.mark.parametrize(
    ("write", "card"),
    [
        (_excel, 1234567890123450),
        (_excel, 1.23456789012345e18),
        (_sqlite, 1.2345678901234568e18),
        (_sqlite, float("inf")),
    ],
)
def test_a_number_that_lost_digits_is_told_and_left_empty(
    tmp_path: Path, write: Callable[[Path, list[dict[str, Any]]], Source], card: float
) -> None:
    source = write(tmp_path, [{"id": "1", "card": card}, {"id": "2", "card": 123}])

    snapshot = run(tmp_path, TEXTS, source).snapshot

    assert rows(snapshot) == [("1", None, None), ("2", "123", 123)]
    assert [found[1:3] for found in listed(snapshot)] == [("card", "digits_lost")]


@pytest.mark.parametrize(
    ("write", "card", "text"),
    [
        (_excel, 1234567890123456, "1234567890123456"),
        (_excel, 123456789012345, "123456789012345"),
        (_sqlite, 1234567890123456, "1234567890123456"),
        (_sqlite, 1234567890123456.0, "1234567890123456"),
        (_json, 12345678901234567890, "12345678901234567890"),
    ],
)
def test_a_long_number_that_is_whole_keeps_its_digits(
    tmp_path: Path,
    write: Callable[[Path, list[dict[str, Any]]], Source],
    card: float,
    text: str,
) -> None:
    declared = schema(table(attribute("card")))

    snapshot = run(tmp_path, declared, write(tmp_path, [{"id": "1", "card": card}])).snapshot

    assert (rows(snapshot), listed(snapshot)) == ([("1", text)], [])


@pytest.mark.parametrize("write", [_excel, _sqlite, _parquet])
def test_a_key_that_lost_digits_is_nobodys(
    tmp_path: Path, write: Callable[[Path, list[dict[str, Any]]], Source]
) -> None:
    people = [{"id": 1.2345678901234568e18, "name": "Ana"}, {"id": 7.0, "name": "Bo"}]

    snapshot = run(tmp_path, schema(table(attribute("name"))), write(tmp_path, people)).snapshot

    assert rows(snapshot) == [("7", "Bo")]
    assert "key_invalid" in [kind for _, _, kind, _ in listed(snapshot)]
    assert [loss.lost for loss in snapshot.reading.losses] == [1]


def test_a_text_of_a_parquet_number_that_lost_digits_is_told(tmp_path: Path) -> None:
    people = [{"id": "1", "card": 1.2345678901234568e18}]

    snapshot = run(tmp_path, schema(table(attribute("card"))), _parquet(tmp_path, people)).snapshot

    assert [found[1:3] for found in listed(snapshot)] == [("card", "digits_lost")]
    assert rows(snapshot) == [("1", None)]


TWICE = [
    '{"id": "1", "name": "Ana", "name": "Eva", "home": {"city": "Lyon", "city": "Nice"}}',
    '{"id": "2", "name": "Bo", "name": "Bo", "home": {"city": "Paris"}}',
    '{"id": "3", "id": "4", "name": "Cy: \\"x\\":", "home": {"city": "Metz"}, "home": null}',
    '{"id": "5", "name" : "Di", "other": 1, "other": 2, "home": {"city": "Nancy"}}',
]


@pytest.mark.parametrize("is_array", [False, True])
def test_a_key_with_two_values_in_one_object_has_neither_and_is_told(
    tmp_path: Path, *, is_array: bool
) -> None:
    path = tmp_path / "people.json"
    path.write_text(f"[{','.join(TWICE)}]" if is_array else "\n".join(TWICE), encoding="utf-8")
    declared = schema(table(attribute("name"), attribute("city", column="home.city")))

    snapshot = run(tmp_path, declared, JsonLinesSource(name="people", path=path)).snapshot

    assert rows(snapshot) == [("1", None, None), ("2", "Bo", "Paris"), ("5", "Di", "Nancy")]
    assert sorted(found[:3] for found in listed(snapshot)) == [
        (1, "home.city", "json_key_repeated"),
        (1, "name", "json_key_repeated"),
        (3, "home.city", "json_key_repeated"),
        (3, "id", "json_key_repeated"),
        (3, "id", "key_invalid"),
    ]
