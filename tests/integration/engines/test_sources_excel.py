"""Excel workbooks: what a cell becomes, which sheet is read, what is reported."""

from __future__ import annotations

import zipfile
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE

from segue.core.errors import ConfigurationProblem
from segue.profiles.sources import ExcelSource
from tests.integration.engines.small_refresh import attribute, listed, rows, run, schema, table

PEOPLE = schema(table(attribute("name")))


def workbook(folder: Path, *lines: list[Any], file: str = "people", **more: Any) -> ExcelSource:
    """Write one sheet and declare it."""
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    for line in lines:
        sheet.append(line)
    book.save(folder / f"{file}.xlsx")
    return ExcelSource(name="people", path=folder / f"{file}.xlsx", **more)


def value_of(folder: Path, cell: Any, kind: str = "text", **more: Any) -> Any:
    declared = schema(table(attribute("x", kind, **more)))
    source = workbook(folder, ["id", "x"], [1, cell], [2, "y"])
    return rows(run(folder / "home", declared, source).snapshot, columns="x")[0][0]


@pytest.mark.parametrize(
    ("cell", "kind", "read"),
    [
        ("Zoë", "text", "Zoë"),
        ("01000", "text", "01000"),
        (1000, "text", "1000"),
        (33612345678, "text", "33612345678"),
        (12.5, "text", "12.5"),
        (0.1 + 0.2, "text", "0.3"),
        (1e-7, "text", "0.0000001"),
        (1e14, "text", "100000000000000"),
        (True, "text", "true"),
        (True, "boolean", True),
        (False, "boolean", False),
        (7, "integer", 7),
        (7.0, "integer", 7),
        (date(2026, 1, 31), "text", "2026-01-31"),
        (date(2026, 1, 31), "date", date(2026, 1, 31)),
        (datetime(2026, 1, 31, 23, 30), "timestamp", datetime(2026, 1, 31, 23, 30)),
        (datetime(2026, 1, 31, 23, 30, 15), "text", "2026-01-31 23:30:15"),
        (datetime(2026, 1, 31), "timestamp", datetime(2026, 1, 31)),
        (time(9, 5), "text", "09:05:00"),
        (timedelta(hours=30, minutes=5), "text", "30:05:00"),
        ("two\nlines", "text", "two\nlines"),
    ],
)
def test_a_cell_becomes_what_its_attribute_reads(
    tmp_path: Path, cell: Any, kind: str, read: Any
) -> None:
    assert value_of(tmp_path, cell, kind) == read


def test_decimals_are_exact(tmp_path: Path) -> None:
    assert str(value_of(tmp_path, 1234.56, "decimal")) == "1234.56"


def test_errors_and_formulas_that_were_not_computed_are_reported(tmp_path: Path) -> None:
    source = workbook(
        tmp_path, ["id", "name"], [1, "Ana"], [2, "#N/A"], [3, '="B"&"ob"'], [4, "#REF!"], [5, None]
    )

    snapshot = run(tmp_path / "home", PEOPLE, source).snapshot

    assert rows(snapshot) == [("1", "Ana"), ("2", None), ("3", None), ("4", None), ("5", None)]
    assert listed(snapshot) == [
        (3, "name", "cell_error", "#N/A"),
        (4, "name", "formula_not_computed", '="B"&"ob"'),
        (5, "name", "cell_error", "#REF!"),
    ]


def test_the_stored_value_of_a_formula_is_read(tmp_path: Path) -> None:
    source = workbook(tmp_path, ["id", "name"], [1, '="B"&"ob"'], [2, "Ana"])
    _stored(source.path, b"<v></v>", b"<v>7</v>")
    _stored(source.path, b"<v />", b"<v>7</v>")

    snapshot = run(tmp_path / "home", PEOPLE, source).snapshot

    assert rows(snapshot) == [("1", "7"), ("2", "Ana")]
    assert listed(snapshot) == []


def _stored(path: Path, old: bytes, new: bytes) -> None:
    """Change the first sheet's XML, as a spreadsheet program does that computes formulas."""
    with zipfile.ZipFile(path) as package:
        parts = {name: package.read(name) for name in package.namelist()}
    sheet = "xl/worksheets/sheet1.xml"
    parts[sheet] = parts[sheet].replace(old, new)
    with zipfile.ZipFile(path, "w") as package:
        for name, content in parts.items():
            package.writestr(name, content)


def test_what_a_file_says_of_its_own_size_is_not_believed(tmp_path: Path) -> None:
    source = workbook(tmp_path, ["id", "name"], [1, "Ana"], [2, "Bob"])
    _stored(source.path, b'ref="A1:B3"', b'ref="A1"')

    assert rows(run(tmp_path / "home", PEOPLE, source).snapshot) == [("1", "Ana"), ("2", "Bob")]


def test_titles_blank_rows_and_blank_columns(tmp_path: Path) -> None:
    source = workbook(
        tmp_path,
        ["Customers"],
        [],
        ["id", None, " \u200bname ", None],
        [1, None, "Ana", None],
        [None, None, None],
        [2, "x", "Bob", None, "a note beside the table"],
        [None],
        skip_rows=2,
    )

    snapshot = run(tmp_path / "home", PEOPLE, source).snapshot

    assert rows(snapshot) == [("1", "Ana"), ("2", "Bob")]
    assert listed(snapshot) == [(5, None, "row_blank", None)]
    assert snapshot.source_files["people"][0].columns == ("id", "", "name")


def _two_sheets(folder: Path) -> Path:
    book = openpyxl.Workbook()
    book.active.title = "Info"  # type: ignore[union-attr]
    book.active.append(["Read me"])  # type: ignore[union-attr]
    people = book.create_sheet("Kunden 2026")
    people.append(["id", "name"])
    people.append([1, "Ana"])
    book.create_sheet("blank")
    book.save(folder / "two.xlsx")
    return folder / "two.xlsx"


@pytest.mark.parametrize("sheet", ["Kunden 2026", "kunden 2026", " Kunden 2026"])
def test_one_of_several_sheets_is_named(tmp_path: Path, sheet: str) -> None:
    source = ExcelSource(name="people", path=_two_sheets(tmp_path), sheet=sheet)

    assert rows(run(tmp_path / "home", PEOPLE, source).snapshot) == [("1", "Ana")]


def test_a_hidden_sheet_is_read_by_its_name_only(tmp_path: Path) -> None:
    path = _two_sheets(tmp_path)
    book = openpyxl.load_workbook(path)
    book["Info"].sheet_state = "hidden"
    book.save(path)
    declared = schema(table(attribute("name")))

    seen = run(tmp_path / "1", declared, ExcelSource(name="people", path=path)).snapshot
    hidden = ExcelSource(name="people", path=path, sheet="Info")
    with pytest.raises(ConfigurationProblem) as raised:
        run(tmp_path / "2", declared, hidden)

    assert rows(seen) == [("1", "Ana")]
    assert raised.value.code == "source_column_missing"


@pytest.mark.parametrize(
    ("sheet", "code", "words"),
    [
        ("", "source_sheet_unsaid", "has several sheets: 'Info', 'Kunden 2026'."),
        ("Kunden", "source_sheet_missing", "Did you mean 'Kunden 2026'?"),
    ],
)
def test_a_sheet_is_never_guessed(tmp_path: Path, sheet: str, code: str, words: str) -> None:
    source = ExcelSource(name="people", path=_two_sheets(tmp_path), sheet=sheet)

    with pytest.raises(ConfigurationProblem) as raised:
        run(tmp_path / "home", PEOPLE, source)

    assert raised.value.code == code
    assert words in str(raised.value)


@pytest.mark.parametrize(
    "content",
    [b"id,name\n1,Ana\n", b"PK\x03\x04 damaged", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600],
)
def test_what_is_no_workbook_is_said(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "people.xlsx").write_bytes(content)

    with pytest.raises(ConfigurationProblem) as raised:
        run(tmp_path / "home", PEOPLE, ExcelSource(name="people", path=tmp_path / "people.xlsx"))

    assert raised.value.code == "source_not_excel"


def test_a_sheet_cut_off_in_its_midst_is_said(tmp_path: Path) -> None:
    source = workbook(tmp_path, ["id", "name"], [1, "Ana"], [2, "Bob"])
    _stored(source.path, b"</row></sheetData>", b"")

    with pytest.raises(ConfigurationProblem) as raised:
        run(tmp_path / "home", PEOPLE, source)

    assert raised.value.code == "source_not_excel"


def test_names_that_are_missing_or_stand_twice_are_said(tmp_path: Path) -> None:
    missing = workbook(tmp_path, ["id", "Name"], [1, "Ana"], file="a")
    twice = workbook(tmp_path, ["id", "name", "name"], [1, "Ana", "Bob"], file="b")

    for source, code in ((missing, "source_column_missing"), (twice, "source_column_repeated")):
        with pytest.raises(ConfigurationProblem) as raised:
            run(tmp_path / "home", PEOPLE, source)
        assert raised.value.code == code


def test_several_workbooks_are_one_source(tmp_path: Path) -> None:
    workbook(tmp_path, ["id", "name"], [1, "Ana"], file="a")
    workbook(tmp_path, ["name", "id"], ["Bob", 2], file="b")

    source = ExcelSource(name="people", path=tmp_path / "?.xlsx")

    assert rows(run(tmp_path / "home", PEOPLE, source).snapshot) == [("1", "Ana"), ("2", "Bob")]


def test_signs_that_xml_does_not_hold_are_read(tmp_path: Path) -> None:
    assert ILLEGAL_CHARACTERS_RE.search("\x07")  # openpyxl writes none, Excel writes them so:
    assert value_of(tmp_path, "one_x000D_\ntwo") == "one\ntwo"
