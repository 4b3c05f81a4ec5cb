"""CSV files as people write them: encodings, separators, quotes, ragged and blank rows."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from segue.engines.duckdb.reading.sources_csv import CsvReader
from segue.engines.duckdb.reading.sources_reports import Reports
from segue.profiles.sources import CsvSource
from tests.integration.engines.small_refresh import (
    attribute,
    csv_source,
    listed,
    rows,
    run,
    schema,
    table,
)

pytestmark = pytest.mark.any_day

PEOPLE = schema(table(attribute("name")))


@pytest.mark.parametrize(
    ("written", "declared"),
    [
        ("utf-8", ""),
        ("utf-8-sig", ""),
        ("utf-16", ""),
        ("utf-16-le", ""),
        ("utf-16-be", ""),
        ("cp1252", ""),
        ("latin-1", "latin-1"),
        ("cp1252", "windows-1252"),
        ("utf-8-sig", "utf-8"),
        ("mac-roman", "mac-roman"),
    ],
)
def test_every_encoding_gives_the_same_profiles(
    tmp_path: Path, written: str, declared: str
) -> None:
    text = "id;name\r\n1;Émile Château-Renard\r\n2;Zoë Ångström\r\n"
    source = csv_source(tmp_path, text.encode(written), encoding=declared)

    snapshot = run(tmp_path / "home", PEOPLE, source).snapshot

    assert rows(snapshot) == [("1", "Émile Château-Renard"), ("2", "Zoë Ångström")]


@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
def test_the_separator_is_detected(tmp_path: Path, separator: str) -> None:
    text = "id,name,note\n1,Nadia,'x'\n2,Omar,y\n".replace(",", separator)

    snapshot = run(tmp_path / "home", PEOPLE, csv_source(tmp_path, text)).snapshot

    assert rows(snapshot) == [("1", "Nadia"), ("2", "Omar")]


def test_a_comma_inside_values_does_not_win_over_the_semicolon(tmp_path: Path) -> None:
    source = csv_source(tmp_path, "id;name;spent\n1;Haddad, Nadia;1,50\n2;Benali, Omar;2,50\n")

    snapshot = run(tmp_path / "home", PEOPLE, source).snapshot

    assert rows(snapshot) == [("1", "Haddad, Nadia"), ("2", "Benali, Omar")]


def test_quotes_hold_separators_quotes_and_line_breaks(tmp_path: Path) -> None:
    source = csv_source(
        tmp_path, '"id","name"\r\n1,"Haddad, ""N""\r\nNadia"\r\n2,\'x\'\r\n3,a"b\r\n'
    )

    snapshot = run(tmp_path / "home", PEOPLE, source).snapshot

    assert rows(snapshot) == [("1", 'Haddad, "N"\nNadia'), ("2", "'x'"), ("3", 'a"b')]


def test_another_quote_and_none_at_all(tmp_path: Path) -> None:
    text = "id;name\n1;'a;b'\n"

    single = run(tmp_path / "1", PEOPLE, csv_source(tmp_path, text, quote="'")).snapshot
    none = run(tmp_path / "2", PEOPLE, csv_source(tmp_path, 'id;name\n1;"a\n', quote="")).snapshot

    assert rows(single) == [("1", "a;b")]
    assert rows(none) == [("1", '"a')]


def test_ragged_and_blank_rows_are_reported_by_row(tmp_path: Path) -> None:
    source = csv_source(
        tmp_path, 'id,name\n1,"two\nlines"\n\n2,Omar,extra\n3\n4,Pia\n,\n5,Rosa,\n6,Nadia\n'
    )

    snapshot = run(tmp_path / "home", PEOPLE, source).snapshot

    assert rows(snapshot) == [
        ("1", "two\nlines"),
        ("4", "Pia"),
        ("5", "Rosa"),
        ("6", "Nadia"),
    ]
    assert listed(snapshot) == [
        (3, None, "row_blank", None),
        (4, None, "row_ragged", "2,Omar,extra"),
        (5, None, "row_ragged", "3"),
        (7, None, "row_blank", None),
    ]


def test_declared_null_values_are_no_values(tmp_path: Path) -> None:
    source = csv_source(
        tmp_path, 'id,name\n1,NULL\n2,n/a\n3,"NULL"\n4,Null\n', null_values=("NULL", "n/a")
    )

    snapshot = run(tmp_path / "home", PEOPLE, source).snapshot

    assert rows(snapshot) == [("1", None), ("2", None), ("3", None), ("4", "Null")]


def test_several_files_are_one_source_whatever_their_column_order(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("id,name\n1,Nadia\n2,Omar\n", encoding="utf-8")
    (tmp_path / "b.csv").write_text("name;id;more\nPia;3;x\nOther;1;y\n", encoding="utf-8")

    source = CsvSource(name="people", path=tmp_path / "*.csv")
    snapshot = run(tmp_path / "home", PEOPLE, source).snapshot

    assert rows(snapshot) == [("1", "Nadia"), ("2", "Omar"), ("3", "Pia")]
    assert listed(snapshot) == [(3, "id", "key_repeated", "1")]


def test_a_pattern_in_a_folder_whose_name_looks_like_one_finds_its_files(tmp_path: Path) -> None:
    folder = tmp_path / "plan [1] (copie)"
    folder.mkdir()
    (folder / "a.csv").write_text("id,name\n1,Nadia\n", encoding="utf-8")

    source = CsvSource(name="people", path=folder / "*.csv")
    snapshot = run(folder / "home", PEOPLE, source).snapshot

    assert rows(snapshot) == [("1", "Nadia")]


def test_a_header_without_rows_gives_no_profiles(tmp_path: Path) -> None:
    snapshot = run(tmp_path / "home", PEOPLE, csv_source(tmp_path, "id,name\n")).snapshot

    assert rows(snapshot) == []


def test_row_numbers_stay_true_over_many_blocks(tmp_path: Path) -> None:
    lines = ["id,name"] + [f"{n},{'x' * 90}" if n % 1_000 else f"{n}" for n in range(2, 120_002)]
    source = csv_source(tmp_path, "\n".join(lines))
    reports = Reports(source="people")

    numbered: list[tuple[int, str]] = []
    for batch in CsvReader(source).batches(["id"], reports):
        numbered += zip(batch.column(1).to_pylist(), batch.column(2).to_pylist(), strict=True)

    left_out = reports.table()["row"].to_pylist()
    assert left_out == [n for n in range(2, 120_002) if n % 1_000 == 0]
    assert len(numbered) + len(left_out) == 120_000
    assert all(row == int(key) for row, key in numbered)


CELL = st.text(alphabet=st.sampled_from('ab ,;"\n\ré'), max_size=6)


@given(st.lists(st.tuples(CELL, CELL), min_size=1, max_size=8))
def test_what_python_writes_is_read_back(
    tmp_path_factory: pytest.TempPathFactory, written: list[tuple[str, str]]
) -> None:
    folder = tmp_path_factory.mktemp("csv")
    text = io.StringIO(newline="")
    csv.writer(text).writerows([("first", "second"), *written])
    source = csv_source(folder, text.getvalue(), separator=",")

    found: list[tuple[str | None, ...]] = []
    for batch in CsvReader(source).batches(["first", "second"], Reports(source="people")):
        found += zip(*(batch.column(at).to_pylist() for at in (2, 3)), strict=True)

    assert found == [(a or None, b or None) for a, b in written if a or b]
