"""A snapshot says how every file of its sources was written, so that a change overnight can be told."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from segue.engines.duckdb.profiles.snapshots import current_snapshot
from segue.profiles.file_facts import FileFacts
from segue.profiles.sources import CsvSource, JsonLinesSource, ParquetSource, Source, SqliteSource
from tests.integration.engines.small_refresh import attribute, csv_source, run, schema, table

PEOPLE = schema(table(attribute("name")))


def facts_of(folder: Path, source: Source) -> tuple[FileFacts, ...]:
    run(folder / "home", PEOPLE, source)
    current = current_snapshot(folder / "home")
    assert current is not None
    return current.source_files["people"]


@pytest.mark.parametrize(
    ("written", "declared", "told"),
    [
        ("utf-8", "", "utf-8"),
        ("utf-8-sig", "", "utf-8"),
        ("utf-16", "", "utf-16"),
        ("utf-16-le", "", "utf-16-le"),
        ("cp1252", "", "windows-1252"),
        ("cp850", "cp850", "cp850"),
        ("utf-8", "UTF8", "utf-8"),
    ],
)
def test_encoding_separator_and_columns_of_a_csv_file_are_kept(
    tmp_path: Path, written: str, declared: str, told: str
) -> None:
    text = "id;name;Größe\n1;Émile;3\n2;Zoë;4\n"
    source = csv_source(tmp_path, text.encode(written), encoding=declared)

    assert facts_of(tmp_path, source) == (
        FileFacts(
            file=str(source.path), encoding=told, separator=";", columns=("id", "name", "Größe")
        ),
    )


def test_a_file_without_accents_tells_no_encoding(tmp_path: Path) -> None:
    found = facts_of(tmp_path, csv_source(tmp_path, "id,name\n1,Nadia\n"))

    assert [one.encoding for one in found] == ["ascii"]


def test_every_file_of_a_pattern_is_told_apart(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_bytes("id,name\n1,Zoë\n".encode())
    (tmp_path / "b.csv").write_bytes("name\tid\nZoë\t2\n".encode("cp1252"))

    found = facts_of(tmp_path, CsvSource(name="people", path=tmp_path / "?.csv"))

    assert [(Path(one.file).name, one.encoding, one.separator, one.columns) for one in found] == [
        ("a.csv", "utf-8", ",", ("id", "name")),
        ("b.csv", "windows-1252", "\t", ("name", "id")),
    ]


def test_other_formats_tell_their_columns(tmp_path: Path) -> None:
    pq.write_table(pa.table({"id": [1], "name": ["N"]}), tmp_path / "p.parquet")
    (tmp_path / "j.jsonl").write_text('{"id": 1, "name": "N"}\n', encoding="utf-8")
    with sqlite3.connect(tmp_path / "s.sqlite") as database:
        database.execute("CREATE TABLE people (id INTEGER, name TEXT)")
    database.close()
    parquet = ParquetSource(name="people", path=tmp_path / "p.parquet")
    lines = JsonLinesSource(name="people", path=tmp_path / "j.jsonl")
    sqlite = SqliteSource(name="people", path=tmp_path / "s.sqlite", table="people")

    columns = ("id", "name")
    assert facts_of(tmp_path / "1", parquet) == (
        FileFacts(file=str(parquet.path), columns=columns),
    )
    assert facts_of(tmp_path / "2", lines) == (FileFacts(file=str(lines.path)),)
    assert facts_of(tmp_path / "3", sqlite) == (FileFacts(file=str(sqlite.path), columns=columns),)
