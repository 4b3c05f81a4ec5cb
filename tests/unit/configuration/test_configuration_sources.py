"""What a data source may say about its files, and which of it is a mistake."""

from __future__ import annotations

from pathlib import Path

import pytest

from segue.profiles.sources import (
    CsvSource,
    ExcelSource,
    JsonLinesSource,
    PostgresSource,
    Rising,
    Source,
)
from tests.unit.configuration.configuration_files import changed, mistakes_in, read

CUSTOMERS = '{type: csv, path: customers.csv, separator: ";", encoding: latin-1}'


def _declared(folder: Path, settings: str) -> Source:
    return read(changed(CUSTOMERS, settings), folder).sources["customers"]


@pytest.mark.parametrize(
    ("settings", "more"),
    [
        ('{type: csv, path: c.csv, quote: ""}', {"quote": ""}),
        ("{type: csv, path: c.csv, skip_rows: 3}", {"skip_rows": 3}),
        ("{type: csv, path: c.csv, skip_rows: 0}", {}),
        ('{type: csv, path: c.csv, quote: "\'"}', {"quote": "'"}),
    ],
)
def test_a_csv_source_may_say(tmp_path: Path, settings: str, more: dict[str, object]) -> None:
    found = _declared(tmp_path, settings)

    assert found == CsvSource(name="customers", path=tmp_path / "c.csv", **more)  # type: ignore[arg-type]


def test_a_workbook_may_name_its_sheet_and_its_titles(tmp_path: Path) -> None:
    named = _declared(tmp_path, '{type: excel, path: "c*.xlsx", sheet: Kunden 2026, skip_rows: 2}')
    plain = _declared(tmp_path, "{type: excel, path: c.xlsx}")

    assert named == ExcelSource(
        name="customers", path=tmp_path / "c*.xlsx", sheet="Kunden 2026", skip_rows=2
    )
    assert plain == ExcelSource(name="customers", path=tmp_path / "c.xlsx")


@pytest.mark.any_day
@pytest.mark.parametrize(
    ("settings", "rising"),
    [
        ("", None),
        (", rising: at", Rising(column="at", overlap=None, full_every_days=7)),
        (", rising: at, overlap: 0", Rising(column="at", overlap=0)),
        (", rising: no, full_every_days: 30", Rising(column="no", full_every_days=30)),
    ],
)
def test_a_database_may_name_a_rising_column(
    tmp_path: Path, settings: str, rising: Rising | None
) -> None:
    dsn = tmp_path / "dsn"
    dsn.write_text("postgresql://shop.example/shop", encoding="utf-8")
    dsn.chmod(0o600)

    found = _declared(tmp_path, f'{{type: postgresql, dsn: {{file: "{dsn}"}}, table: a{settings}}}')

    assert isinstance(found, PostgresSource)
    assert found.rising == rising


@pytest.mark.parametrize(
    ("settings", "code"),
    [
        ("overlap: 5", "rising_missing"),
        ("full_every_days: 5", "rising_missing"),
        ("rising: b, full_every_days: 0", "out_of_range"),
        ("rising: b, overlap: -1", "out_of_range"),
        ('rising: ""', "empty"),
    ],
)
def test_what_a_rising_column_may_not_say(tmp_path: Path, settings: str, code: str) -> None:
    source = f"{{type: postgresql, dsn: {{env: SHOP}}, table: a, {settings}}}"

    found = mistakes_in(changed(CUSTOMERS, source), tmp_path, {"SHOP": "postgresql:///shop"})

    assert [mistake.code for mistake in found] == [code]


def test_json_may_name_the_list_of_its_objects(tmp_path: Path) -> None:
    found = _declared(tmp_path, "{type: json, path: c.json, records: data.items}")

    assert found == JsonLinesSource(
        name="customers", path=tmp_path / "c.json", records="data.items"
    )


@pytest.mark.parametrize(
    ("settings", "code"),
    [
        ("{type: csv, path: c.csv, skip_rows: -1}", "out_of_range"),
        ("{type: csv, path: c.csv, rising: at}", "unknown_key"),
        ("{type: csv, path: c.csv, skip_rows: two}", "wrong_kind"),
        ("{type: csv, path: c.csv, sheet: A}", "unknown_key"),
        ("{type: excel, path: c.xlsx, encoding: utf-8}", "unknown_key"),
        ("{type: excel, path: c.xlsx, sheet: 2026}", "wrong_kind"),
        ('{type: excel, path: c.xlsx, sheet: ""}', "empty"),
        ("{type: excel}", "missing_key"),
        ("{type: json, path: c.json, skip_rows: 1}", "unknown_key"),
        ("{type: xlsx, path: c.xlsx}", "not_allowed_value"),
        ('{type: csv, path: c.csv, separator: "\'", quote: "\'"}', "separator_is_quote"),
    ],
)
def test_what_does_not_fit_is_a_mistake(tmp_path: Path, settings: str, code: str) -> None:
    found = mistakes_in(changed(CUSTOMERS, settings), tmp_path)

    assert [mistake.code for mistake in found] == [code]
