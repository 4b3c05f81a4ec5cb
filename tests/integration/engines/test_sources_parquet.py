"""Parquet files as old and foreign writers make them: bytes for text, names that meet our own, names alike but for case."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from segue.core.errors import ConfigurationProblem
from segue.profiles.schema import LIST_MARK
from segue.profiles.sources import ParquetSource, Source, SqliteSource
from tests.integration.engines.small_refresh import attribute, listed, rows, run, schema, table

PEOPLE = schema(table(attribute("name")))


def parquet(folder: Path, columns: dict[str, Any], file: str = "people") -> ParquetSource:
    """Write one file; `columns` maps names to values."""
    folder.mkdir(exist_ok=True)
    pq.write_table(
        pa.table(list(map(pa.array, columns.values())), list(columns)), folder / f"{file}.parquet"
    )
    return ParquetSource(name="people", path=folder / "*.parquet")


def binary(*values: bytes | None) -> pa.Array:
    return pa.array(values, pa.binary())


def test_bytes_that_are_utf8_are_text(tmp_path: Path) -> None:
    source = parquet(tmp_path, {"id": binary(b"a", b"b"), "name": binary("José".encode(), None)})

    snapshot = run(tmp_path / "home", PEOPLE, source).snapshot

    assert rows(snapshot) == [("a", "José"), ("b", None)]
    assert listed(snapshot) == []


def test_bytes_that_are_not_utf8_are_reported(tmp_path: Path) -> None:
    source = parquet(tmp_path, {"id": [1, 2, 3], "name": binary(b"Zo\xeb", b"Ana", b"Jos\xe9")})

    snapshot = run(tmp_path / "home", PEOPLE, source).snapshot

    assert rows(snapshot) == [("1", None), ("2", "Ana"), ("3", None)]
    assert listed(snapshot) == [
        (1, "name", "text_undecodable", "Zo\ufffd"),
        (3, "name", "text_undecodable", "Jos\ufffd"),
    ]


def test_bytes_of_several_files_are_told_apart(tmp_path: Path) -> None:
    parquet(tmp_path, {"id": [1], "name": binary("Zoë".encode())}, "a")
    source = parquet(tmp_path, {"name": ["Ana", "Bob"], "id": [2, 3]}, "b")
    parquet(tmp_path, {"id": [4], "name": binary(b"\xff")}, "c")

    snapshot = run(tmp_path / "home", PEOPLE, source).snapshot

    assert rows(snapshot) == [("1", "Zoë"), ("2", "Ana"), ("3", "Bob"), ("4", None)]
    assert listed(snapshot) == [(1, "name", "text_undecodable", "\ufffd")]


def test_bytes_as_addresses_dates_and_joins_are_read_as_text(tmp_path: Path) -> None:
    declared = schema(table(attribute("email", "email"), attribute("born", "date")))
    source = parquet(
        tmp_path, {"id": [1], "email": binary(b"Ana@Shop.example"), "born": binary(b"1990-05-01")}
    )

    snapshot = run(tmp_path / "home", declared, source).snapshot

    assert rows(snapshot, columns="email__address, born::VARCHAR") == [
        ("ana@shop.example", "1990-05-01")
    ]


@pytest.mark.parametrize(
    "clash",
    ["filename", "file_row_number", "FILE_ROW_NUMBER", "file_no", "row_no", "c0", "v0", "s", "number", "bytes",
     "kind", "key", "profile_key", "rowid", "file_index"],
)  # fmt: skip
def test_no_name_of_a_column_meets_one_of_ours(tmp_path: Path, clash: str) -> None:
    parquet(tmp_path, {"c1": ["x", "y"], clash: ["Ana", "Bob"], "id": [1, 2]}, "a")
    source = parquet(tmp_path, {"id": [1, 3], clash: ["Zoe", "Cyd"], "c1": ["x", "y"]}, "b")
    declared = schema(table(attribute("name", column=clash), attribute("other", column="c1")))

    snapshot = run(tmp_path / "home", declared, source).snapshot

    assert rows(snapshot, columns="profile_key, name") == [("1", "Ana"), ("2", "Bob"), ("3", "Cyd")]
    assert listed(snapshot) == [(1, "id", "key_repeated", "1")]


@pytest.mark.parametrize(
    ("key", "kept"), [("id", ["1", "2"]), ("Id", ["a", "b"]), ("ID", ["x", "y"])]
)
def test_names_that_differ_in_capitals_only_are_two_columns(
    tmp_path: Path, key: str, kept: list[str]
) -> None:
    source = parquet(
        tmp_path, {"Id": ["a", "b"], "id": [1, 2], "ID": ["x", "y"], "name": ["A", "B"]}
    )

    snapshot = run(tmp_path / "home", schema(table(attribute("name"), key=key)), source).snapshot

    assert [row[0] for row in rows(snapshot)] == kept
    assert snapshot.source_files["people"][0].columns == ("Id", "id", "ID", "name")


def test_a_byte_order_mark_in_a_name_is_passed_over(tmp_path: Path) -> None:
    source = parquet(tmp_path, {"\ufeffid": [1], "na\u200bme": ["A"]})

    assert rows(run(tmp_path / "home", PEOPLE, source).snapshot) == [("1", "A")]


def test_text_that_is_not_utf8_refuses_the_file_without_its_words(tmp_path: Path) -> None:
    bad = binary(b"secret\xff")
    text = pa.Array.from_buffers(pa.string(), 1, bad.buffers())
    source = parquet(tmp_path, {"id": [1], "name": text})

    with pytest.raises(ConfigurationProblem) as raised:
        run(tmp_path / "home", PEOPLE, source)

    assert raised.value.code == "source_text_invalid"
    assert "secret" not in str(raised.value)
    assert "people.parquet" in str(raised.value)


@pytest.mark.parametrize("clash", ["rowid", "oid", "_rowid_", "file_no", "c0"])
def test_a_table_of_sqlite_may_use_such_names_too(tmp_path: Path, clash: str) -> None:
    import sqlite3

    with sqlite3.connect(tmp_path / "s.sqlite") as database:
        database.execute(f'CREATE TABLE people (id TEXT, "{clash}" TEXT)')
        database.executemany("INSERT INTO people VALUES (?, ?)", [("1", "Zoe"), ("1", "Ana")])
    database.close()
    source: Source = SqliteSource(name="people", path=tmp_path / "s.sqlite", table="people")
    declared = schema(table(attribute("name", column=clash)))

    snapshot = run(tmp_path / "home", declared, source).snapshot

    assert rows(snapshot) == [("1", "Zoe")]


@pytest.mark.parametrize("kind", [pa.float64(), pa.decimal128(9, 3)])
def test_numbers_of_a_program_are_not_read_by_the_marks_of_texts(
    tmp_path: Path, kind: pa.DataType
) -> None:
    spent = pa.array([1.234, 12.5], pa.float64()).cast(kind)
    source = parquet(tmp_path, {"id": [1, 2], "spent": spent})
    marked = attribute("spent", "decimal", decimal_mark=",", thousands_mark=".", scale=2)

    snapshot = run(tmp_path / "home", schema(table(marked)), source).snapshot

    assert rows(snapshot) == [("1", Decimal("1.23")), ("2", Decimal("12.50"))]


NESTED = [
    (["tea, green", "Cups", None], '["tea, green","Cups",null]', ["tea, green", "Cups"]),
    ([1, 2], "[1,2]", ["1", "2"]),
    ([{"a": 1}, {"a": 2}], '[{"a":1},{"a":2}]', ['{"a":1}', '{"a":2}']),
    ({"a": 1, "b": "x, y"}, '{"a":1,"b":"x, y"}', ['{"a":1,"b":"x, y"}']),
    ([None], None, None),
    ([], "[]", None),
]


@pytest.mark.parametrize("value, text, parts", NESTED, ids=str)
def test_what_is_nested_is_json_as_a_text_and_its_elements_as_a_list(
    tmp_path: Path, value: object, text: str | None, parts: list[str] | None
) -> None:
    source = parquet(tmp_path, {"id": ["a", "b"], "nested": [value, None]})
    declared = schema(
        table(attribute("text", column="nested"), attribute("list", "list", column="nested"))
    )

    snapshot = run(tmp_path / "home", declared, source).snapshot

    listed_parts = parts and LIST_MARK + LIST_MARK.join(parts) + LIST_MARK
    assert rows(snapshot) == [("a", text, listed_parts), ("b", None, None)]


def test_lists_of_one_file_and_texts_of_another_are_the_same_lists(tmp_path: Path) -> None:
    parquet(tmp_path, {"id": ["a"], "tags": [["tea, green", "Cups"]]}, "a")
    source = parquet(tmp_path, {"id": ["b"], "tags": ["Tea,Cups"]}, "b")

    snapshot = run(tmp_path / "home", schema(table(attribute("tags", "list"))), source).snapshot

    first, second = (
        LIST_MARK + f"{one}{LIST_MARK}Cups{LIST_MARK}" for one in ("tea, green", "Tea")
    )
    assert rows(snapshot) == [("a", first), ("b", second)]
