"""Every cell of workbooks, Parquet files and databases that docs/reference/forms.md promises, through a real refresh."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from pathlib import Path

import openpyxl
import psycopg
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from docs.build.cell_forms import EXCEL, PARQUET, POSTGRESQL, SQLITE, CellForm, CellForms
from segue.core.errors import ConfigurationProblem
from segue.profiles.sources import ExcelSource, ParquetSource, PostgresSource, Source, SqliteSource
from tests.integration.engines.small_refresh import attribute, listed, rows, run, schema, table


def _workbook(folder: Path) -> Source:
    book = openpyxl.Workbook()
    sheet = book.worksheets[0]
    for line in (["id", *_names(EXCEL)], [1, *(form.value for form in EXCEL.forms)]):
        sheet.append(line)
    book.save(folder / "people.xlsx")
    return ExcelSource(name="people", path=folder / "people.xlsx")


def _parquet(folder: Path) -> Source:
    columns = [pa.array([1]), *(form.value for form in PARQUET.forms)]
    pq.write_table(pa.table(columns, ["id", *_names(PARQUET)]), folder / "people.parquet")
    return ParquetSource(name="people", path=folder / "people.parquet")


def _sqlite(folder: Path) -> Source:
    values = [form.value for form in SQLITE.forms]
    connection = sqlite3.connect(folder / "people.sqlite")
    connection.execute(f"CREATE TABLE people (id, {', '.join(_names(SQLITE))})")
    connection.execute(f"INSERT INTO people VALUES (1{', ?' * len(values)})", values)
    connection.commit()
    connection.close()
    return SqliteSource(name="people", path=folder / "people.sqlite", table="people")


def _names(forms: CellForms) -> list[str]:
    return [f"c{number}" for number in range(len(forms.forms))]


def _read(folder: Path, forms: CellForms, source: Source) -> list[CellForm]:
    """Return the forms with what became of them."""
    declared = schema(table(*(attribute(name) for name in _names(forms))))
    snapshot = run(folder / "home", declared, source).snapshot
    (row,) = rows(snapshot, columns=", ".join(_names(forms)))
    kinds = {column: kind for _, column, kind, _ in listed(snapshot)}
    return [
        CellForm(
            words=form.words, value=form.value, becomes=value or "", reported=kinds.get(name, "")
        )
        for form, name, value in zip(forms.forms, _names(forms), row, strict=True)
    ]


@pytest.mark.any_day
@pytest.mark.parametrize(
    ("forms", "written"),
    [(EXCEL, _workbook), (PARQUET, _parquet), (SQLITE, _sqlite)],
    ids=lambda given: getattr(given, "type", ""),
)
def test_every_cell_becomes_what_the_page_says(
    tmp_path: Path, forms: CellForms, written: Callable[[Path], Source]
) -> None:
    assert _read(tmp_path, forms, written(tmp_path)) == list(forms.forms)


@pytest.mark.postgres
def test_every_type_of_a_server_becomes_what_the_page_says(
    tmp_path: Path, postgres_dsn: str
) -> None:
    listed_forms = zip(POSTGRESQL.forms, _names(POSTGRESQL), strict=True)
    columns = ", ".join(f"{form.value} AS {name}" for form, name in listed_forms)
    with psycopg.connect(postgres_dsn, autocommit=True) as connection:
        connection.execute(f"CREATE VIEW cell_forms AS SELECT 1 AS id, {columns}".encode())
        try:
            source = PostgresSource(name="people", dsn=postgres_dsn, table="cell_forms")
            found = _read(tmp_path, POSTGRESQL, source)
        finally:
            connection.execute("DROP VIEW cell_forms")

    assert found == list(POSTGRESQL.forms)


@pytest.mark.any_day
def test_what_is_refused_as_a_whole_is_what_the_page_says(tmp_path: Path) -> None:
    (tmp_path / "old.xlsx").write_text("id,c0\n1,Zoé\n", encoding="utf-8")
    (tmp_path / "cut.parquet").write_bytes(b"PAR1 and no more")
    (tmp_path / "other.sqlite").write_bytes(b"id,c0\n1,x\n" * 100)
    book = openpyxl.Workbook()
    for sheet in (book.worksheets[0], book.create_sheet("Other")):
        sheet.append(["id", "c0"])
    book.save(tmp_path / "two.xlsx")
    two = tmp_path / "two.xlsx"

    found = {
        EXCEL.type: [
            _refused(ExcelSource(name="people", path=tmp_path / "old.xlsx"), tmp_path),
            _refused(ExcelSource(name="people", path=two), tmp_path),
            _refused(ExcelSource(name="people", path=two, sheet="People"), tmp_path),
        ],
        PARQUET.type: [
            _refused(ParquetSource(name="people", path=tmp_path / "cut.parquet"), tmp_path)
        ],
        SQLITE.type: [
            _refused(
                SqliteSource(name="people", path=tmp_path / "other.sqlite", table="people"),
                tmp_path,
            )
        ],
    }

    assert found == {
        forms.type: [code for _, code in forms.refused] for forms in (EXCEL, PARQUET, SQLITE)
    }


def _refused(source: Source, folder: Path) -> str:
    with pytest.raises(ConfigurationProblem) as raised:
        run(folder / "home", schema(table(attribute("c0"))), source)
    return raised.value.code
