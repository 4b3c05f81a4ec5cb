"""Every way in which a source cannot be read says what happened and what to do, and leaves the current snapshot alone."""

from __future__ import annotations

import bz2
import gzip
import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest

from segue.core.errors import ConfigurationProblem
from segue.engines.duckdb.profiles.snapshots import current_snapshot
from segue.profiles.schema import Join
from segue.profiles.sources import (
    CsvSource,
    JsonLinesSource,
    ParquetSource,
    PostgresSource,
    Source,
    SqliteSource,
)
from tests.integration.engines.small_refresh import attribute, csv_source, run, schema, table

PEOPLE = schema(table(attribute("name")))
NOWHERE = "postgresql://shop:s3cret-word@127.0.0.1:1/shop"


def sqlite_file(folder: Path) -> Path:
    path = folder / "shop.sqlite"
    with sqlite3.connect(path) as connection:
        connection.execute("CREATE TABLE Customer (id INTEGER PRIMARY KEY, FullName TEXT)")
        connection.execute("CREATE TABLE Invoice (id INTEGER PRIMARY KEY)")
    connection.close()
    return path


def written(folder: Path, name: str, content: bytes) -> Path:
    path = folder / name
    path.write_bytes(content)
    return path


def csv_of(content: bytes, **more: str) -> Callable[[Path], Source]:
    return lambda folder: csv_source(folder, content, **more)


def json_of(content: bytes) -> Callable[[Path], Source]:
    return lambda f: JsonLinesSource(name="people", path=written(f, "people.jsonl", content))


CASES: list[tuple[str, Callable[[Path], Source], str, str]] = [
    (
        "a packed CSV file",
        csv_of(gzip.compress(b"id,name\n1,Ana\n")),
        "source_not_text",
        "Source 'people' reads {f}/people.csv, which is a packed file, not text. Unpack it, and name the file that was in it.",
    ),
    (
        "a packed CSV file with a declared encoding",
        csv_of(bz2.compress(b"id,name\n1,Ana\n"), encoding="latin-1"),
        "source_not_text",
        "Source 'people' reads {f}/people.csv, which is a packed file, not text. Unpack it, and name the file that was in it.",
    ),
    (
        "a workbook as CSV",
        csv_of(b"PK\x03\x04\x14\x00\x00\x00\x08\x00,\nxl/workbook.xml,\n"),
        "source_not_text",
        "Source 'people' reads {f}/people.csv, which is a ZIP archive or a workbook, not text."
        " Unpack it, and name the file that was in it; of a workbook declare type: excel.",
    ),
    (
        "an SQLite database as CSV",
        lambda f: CsvSource(name="people", path=sqlite_file(f)),
        "source_not_text",
        "Source 'people' reads {f}/shop.sqlite, which is a file of another kind, not text. Correct the path, or the source's type.",
    ),
    (
        "a packed JSON file",
        json_of(gzip.compress(b'{"id": 1}')),
        "source_not_text",
        "Source 'people' reads {f}/people.jsonl, which is a packed file, not text. Unpack it, and name the file that was in it.",
    ),
    (
        "a missing CSV file",
        lambda f: CsvSource(name="people", path=Path("data/people.csv")),
        "source_file_missing",
        "Source 'people' reads data/people.csv, and there is no such file. Correct its path.",
    ),
    (
        "a missing Parquet file",
        lambda f: ParquetSource(name="people", path=Path("people.parquet")),
        "source_file_missing",
        "Source 'people' reads people.parquet, and there is no such file. Correct its path.",
    ),
    (
        "a missing SQLite file",
        lambda f: SqliteSource(name="people", path=Path("shop.sqlite"), table="Customer"),
        "source_file_missing",
        "Source 'people' reads shop.sqlite, and there is no such file. Correct its path.",
    ),
    (
        "a folder instead of a file",
        lambda f: JsonLinesSource(name="people", path=f),
        "source_not_a_file",
        "Source 'people' reads {f}, which is a folder, not a file. Name a file, or files by a pattern (folder/*.csv);"
        " what writes into a pipe can write a file.",
    ),
    (
        "a name that is too long",
        lambda f: CsvSource(name="people", path=f / ("p" * 300)),
        "source_file_unreadable",
        "Source 'people' cannot read {f}/" + "p" * 300 + ": File name too long."
        " Let the user that runs Segue read it.",
    ),
    (
        "a pattern that matches nothing",
        lambda f: CsvSource(name="people", path=Path("data/2026-*.csv")),
        "source_glob_empty",
        "Source 'people' reads data/2026-*.csv, and no file matches. Correct the pattern, or put the files there.",
    ),
    (
        "an empty CSV file",
        csv_of(b""),
        "source_file_empty",
        "Source 'people' reads {f}/people.csv, which is empty."
        " Write the file again; a table without rows still has a header.",
    ),
    (
        "an empty Parquet file",
        lambda f: ParquetSource(name="people", path=written(f, "p.parquet", b"")),
        "source_file_empty",
        "Source 'people' reads {f}/p.parquet, which is empty."
        " Write the file again; a table without rows still has a header.",
    ),
    (
        "JSON lines with blank lines only",
        json_of(b"\n\n"),
        "source_file_empty",
        "Source 'people' reads {f}/people.jsonl, which is empty."
        " Write the file again; a table without rows still has a header.",
    ),
    (
        "a CSV header without the column",
        csv_of(b"id,Name,email\n1,N,x\n"),
        "source_column_missing",
        "Source 'people' has no column 'name'. Did you mean 'Name'?",
    ),
    (
        "a CSV header without anything alike",
        csv_of(b"a,b\n1,2\n"),
        "source_column_missing",
        "Source 'people' has no columns 'id', 'name'. There are 'a', 'b'.",
    ),
    (
        "a CSV header with the column twice",
        csv_of(b"id,name,name\n1,N,M\n"),
        "source_column_repeated",
        "Source 'people' reads the column 'name', which stands more than once in the header of {f}/people.csv."
        " Give each column its own name.",
    ),
    (
        "a quote that never closes",
        csv_of(b'id,name\n1,N\n2,"O\n3,P\n4,Q\n'),
        "source_quote_unclosed",
        "Source 'people' cannot read {f}/people.csv: a quote that opens in row 3 or later is never closed."
        " Close the quote, double it when it is part of the value, or declare quote: ''.",
    ),
    (
        "a quote that never closes in a long file",
        csv_of(b"id,name\n" + b"1,N\n" * 1_100_000 + b'2,"O\n' + b"3,P\n" * 3_000_000),
        "source_quote_unclosed",
        "Source 'people' cannot read {f}/people.csv: a quote that opens in row 1100002 or later is never closed."
        " Close the quote, double it when it is part of the value, or declare quote: ''.",
    ),
    (
        "a quote in the header that never closes",
        csv_of(b'id,"name\n' + b"3,P\n" * 100_000),
        "source_quote_unclosed",
        "Source 'people' cannot read {f}/people.csv: a quote that opens in row 1 or later is never closed."
        " Close the quote, double it when it is part of the value, or declare quote: ''.",
    ),
    (
        "bytes that are not in the declared encoding",
        csv_of("id,name\n1,N\n2,Zoë\n".encode("latin-1"), encoding="utf-8"),
        "source_encoding_wrong",
        "Source 'people' cannot read {f}/people.csv as utf-8: line 3 holds other bytes."
        " Declare the encoding that the file was written in (encoding: …).",
    ),
    (
        "bytes that look like those of another code page",
        csv_of("id,name\n1,Jürgen\n2,Zoë\n".encode("cp850")),
        "source_encoding_unsure",
        "Source 'people' cannot tell the encoding of {f}/people.csv: from line 2 on it is not UTF-8, and the accents of"
        " Windows-1252 make no words of it. It looks like cp850. Declare the encoding that the file was written in"
        " (encoding: cp850), or write it as UTF-8.",
    ),
    (
        "bytes that fit no Western language",
        csv_of("id,name\n1,Иван\n".encode("cp1251")),
        "source_encoding_unsure",
        "Source 'people' cannot tell the encoding of {f}/people.csv: from line 2 on it is not UTF-8, and the accents of"
        " Windows-1252 make no words of it. Declare the encoding that the file was written in (encoding: …), or write"
        " it as UTF-8.",
    ),
    (
        "rows of which none has as many values as the header",
        csv_of(b"id,name,mail\n1,N\n2,O\n"),
        "source_rows_unfit",
        "Source 'people' reads {f}/people.csv, and none of its rows has as many values as its header, or sound quotes."
        " Compare the header with the rows; declare separator, quote or skip_rows when they are told wrong.",
    ),
    (
        "lines of which none is JSON",
        lambda f: JsonLinesSource(
            name="people", path=written(f, "p.jsonl", b"{'id': 1}\n\n{'id': 2}\n")
        ),
        "source_json_damaged",
        "Source 'people' reads {f}/p.jsonl, in which nothing is a JSON object in UTF-8."
        " Write the file again, one JSON object a line.",
    ),
    (
        "JSON of which nothing is an object",
        lambda f: JsonLinesSource(name="people", path=written(f, "p.json", b"[1, 2]")),
        "source_json_damaged",
        "Source 'people' reads {f}/p.json, in which nothing is a JSON object in UTF-8."
        " Write the file again, one JSON object a line.",
    ),
    (
        "an encoding that does not exist",
        csv_of(b"id,name\n", encoding="utf-9"),
        "source_encoding_unknown",
        "Source 'people' declares the encoding 'utf-9', which does not exist."
        " Use a name such as utf-8, latin-1, windows-1252 or utf-16.",
    ),
    (
        "a codec that is no text encoding",
        csv_of(b"id,name\n", encoding="base64"),
        "source_encoding_unknown",
        "Source 'people' declares the encoding 'base64', which does not exist."
        " Use a name such as utf-8, latin-1, windows-1252 or utf-16.",
    ),
    (
        "a CSV file declared as Parquet",
        lambda f: ParquetSource(name="people", path=written(f, "p.parquet", b"id,name\n1,N\n")),
        "source_not_parquet",
        "Source 'people' reads {f}/p.parquet, which is not a whole Parquet file."
        " Correct the path, or write the file again.",
    ),
    (
        "a CSV file declared as SQLite",
        lambda f: SqliteSource(
            name="people", path=written(f, "s.db", b"id,name\n" * 99), table="t"
        ),
        "source_not_sqlite",
        "Source 'people' reads {f}/s.db, which is not an SQLite database. Correct the path, or the source's type.",
    ),
    (
        "a CSV that begins with a person instead of a header",
        csv_of(b"7,Nadia,Haddad,nadia@shop.example\n8,Omar,Benali,omar@shop.example\n"),
        "source_column_missing",
        "Source 'people' has no columns 'id', 'name'. The names that there are look like the values of a row."
        " Write the names of the columns into the first row.",
    ),
    (
        "a CSV that begins with a person without an address",
        csv_of(b"7;Nadia;Haddad;1987-03-02\n8;Omar;Benali;1990-11-30\n"),
        "source_column_missing",
        "Source 'people' has no columns 'id', 'name'. The names that there are look like the values of a row."
        " Write the names of the columns into the first row.",
    ),
    (
        "an SQLite table that is not there",
        lambda f: SqliteSource(name="people", path=sqlite_file(f), table="Customers"),
        "source_table_missing",
        "Source 'people' reads the table 'Customers', which the database does not have. Did you mean 'Customer'?",
    ),
    (
        "an SQLite column that is not there",
        lambda f: SqliteSource(name="people", path=sqlite_file(f), table="customer"),
        "source_column_missing",
        "Source 'people' has no column 'name'. Did you mean 'FullName'?",
    ),
    (
        "JSON lines in UTF-16",
        json_of('{"id": 1}\n'.encode("utf-16")),
        "source_encoding_wrong",
        "Source 'people' cannot read {f}/people.jsonl as UTF-8: line 1 holds other bytes."
        " Declare the encoding that the file was written in (encoding: …).",
    ),
    (
        "JSON lines without the key",
        json_of(b'{"id": 1, "person": {"name": "N"}}\n{"id": 2}\n'),
        "source_column_missing",
        "Source 'people' has no column 'name'. There are 'id', 'person.name'.",
    ),
    (
        "a server that does not answer",
        lambda f: PostgresSource(name="people", dsn=NOWHERE, table="public.customer"),
        "source_server_unreachable",
        "Source 'people' names a database server that does not answer."
        " Check that the server runs, and host and port in the connection text.",
    ),
    (
        "a connection text that is none",
        lambda f: PostgresSource(name="people", dsn="s3cret-word", table="customer"),
        "source_server_unreachable",
        "Source 'people' names a database server that does not answer."
        " Check that the server runs, and host and port in the connection text.",
    ),
]


@pytest.mark.parametrize(
    ("source", "code", "message"), [case[1:] for case in CASES], ids=[case[0] for case in CASES]
)
def test_a_source_that_cannot_be_read_says_why(
    tmp_path: Path, source: Callable[[Path], Source], code: str, message: str
) -> None:
    declared = source(tmp_path)

    with pytest.raises(ConfigurationProblem) as raised:
        run(tmp_path / "home", PEOPLE, declared)

    assert (raised.value.code, str(raised.value)) == (code, message.format(f=tmp_path))
    assert "s3cret" not in repr(raised.value) + str(raised.value.__cause__)
    assert current_snapshot(tmp_path / "home") is None


def test_every_unreadable_source_is_told_at_once(tmp_path: Path) -> None:
    orders = Join(source="orders", on=(("id", "person"),), name="orders")
    declared = schema(
        table(attribute("name"), attribute("x", column="more.x"), joins=[orders], key="id")
    )
    people = csv_source(tmp_path, "id,nom\n1,N\n")
    gone = CsvSource(name="orders", path=Path("orders.csv"))

    with pytest.raises(ConfigurationProblem) as raised:
        run(tmp_path / "home", declared, people, gone)

    assert [str(mistake) for mistake in raised.value.mistakes] == [
        "sources.people: There is no column 'name'. There are 'id', 'nom'.",
        "sources.people: There is no column 'more.x'. There are 'id', 'nom'.",
        "sources.orders: Source 'orders' reads orders.csv, and there is no such file. Correct its path.",
    ]


def test_a_source_that_nobody_declared(tmp_path: Path) -> None:
    other = csv_source(tmp_path, "id,name\n", name="persons")

    with pytest.raises(ConfigurationProblem) as raised:
        run(tmp_path / "home", PEOPLE, other)

    assert str(raised.value) == "Source 'people' is used but not declared. There are 'persons'."


def test_a_column_missing_in_a_later_file_names_that_file(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("id,name\n1,N\n", encoding="utf-8")
    (tmp_path / "b.csv").write_text("id,Name\n2,O\n", encoding="utf-8")

    with pytest.raises(ConfigurationProblem) as raised:
        run(tmp_path / "home", PEOPLE, CsvSource(name="people", path=tmp_path / "?.csv"))

    assert str(raised.value) == (
        f"Source 'people' has no column 'name' in {tmp_path}/b.csv. Did you mean 'Name'?"
    )


def test_formats_and_zones_that_do_not_exist(tmp_path: Path) -> None:
    declared = schema(
        table(
            attribute("born", "date", formats=("%d/%Q",)),
            attribute("seen", "timestamp", time_zone="Europe/Pariss"),
        )
    )

    with pytest.raises(ConfigurationProblem) as raised:
        run(tmp_path / "home", declared, csv_source(tmp_path, "id,born,seen\n"))

    assert [mistake.path for mistake in raised.value.mistakes] == [
        "profiles.attributes.born.formats",
        "profiles.attributes.seen.time_zone",
    ]


def test_a_failed_refresh_keeps_the_current_snapshot(tmp_path: Path) -> None:
    good = run(tmp_path / "home", PEOPLE, csv_source(tmp_path, "id,name\n1,Nadia\n")).snapshot
    bad = csv_source(tmp_path, "id,nom\n1,Nadia\n")

    with pytest.raises(ConfigurationProblem):
        run(tmp_path / "home", PEOPLE, bad)

    assert current_snapshot(tmp_path / "home") == good
    assert sorted(path.name for path in (tmp_path / "home" / "snapshots").iterdir()) == sorted(
        [".lock", "current", good.id]
    )
