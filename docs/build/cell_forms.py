"""What the cells of workbooks, Parquet files and databases become: the table behind docs/reference/forms.md and its test.

Every line is a cell of a file or table that a real refresh reads as a text (tests/integration/engines/test_cell_forms.py). What
becomes of the text in an attribute of another type stands above it on the page.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

import pyarrow as pa


@dataclass(frozen=True, slots=True, kw_only=True)
class CellForm:
    """A cell: what is in it in words, its value, the text that it becomes or the kind of problem it is reported with."""

    words: str
    value: Any
    becomes: str = ""
    reported: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class CellForms:
    """The cells of one type of source, and codes of what is refused as a whole."""

    type: str
    title: str
    words: str
    forms: Sequence[CellForm]
    refused: Sequence[tuple[str, str]] = ()


def _becomes(words: str, value: Any, becomes: str) -> CellForm:
    return CellForm(words=words, value=value, becomes=becomes)


def _reported(words: str, value: Any, kind: str) -> CellForm:
    return CellForm(words=words, value=value, reported=kind)


EXCEL = CellForms(
    type="excel",
    title="Excel cells",
    words="Workbooks are `.xlsx` or `.xlsm`. Dates, numbers, true and false come as they are kept, whatever their format shows.",
    forms=[
        _becomes("text", "Zoé", "Zoé"),
        _becomes("text of digits", "01000", "01000"),
        _becomes("whole number", 1000, "1000"),
        _becomes("long number", 33639980001, "33639980001"),
        _becomes("number", 12.5, "12.5"),
        _becomes("number that binary fractions miss", 0.1 + 0.2, "0.3"),
        _becomes("very small number", 1e-7, "0.0000001"),
        _becomes("number of fifteen digits", 123456789012345, "123456789012345"),
        _reported("number whose digits are not all kept", 1e20, "digits_lost"),
        _becomes("true", True, "true"),
        _becomes("false", False, "false"),
        _becomes("date", date(2026, 1, 31), "2026-01-31"),
        _becomes("date and time", datetime(2026, 1, 31, 23, 30), "2026-01-31 23:30:00"),
        _becomes("time", time(9, 5), "09:05:00"),
        _becomes("duration", timedelta(hours=30, minutes=5), "30:05:00"),
        _becomes("text over two lines", "one\ntwo", "one\ntwo"),
        _becomes("blank", None, ""),
        _reported("error", "#N/A", "cell_error"),
        _reported("broken reference", "#REF!", "cell_error"),
        _reported("formula that no program has computed", '="B"&"ob"', "formula_not_computed"),
    ],
    refused=(
        ("a CSV file, or an old `.xls`, named `.xlsx`", "source_not_excel"),
        ("several sheets with cells, none declared", "source_sheet_unsaid"),
        ("a sheet that is not there", "source_sheet_missing"),
    ),
)

PARQUET = CellForms(
    type="parquet",
    title="Parquet types",
    words="Every type is read; what is no text becomes one. Of several files with several types, each is read as text.",
    forms=[
        _becomes("text", pa.array(["Zoé"]), "Zoé"),
        _becomes("dictionary of texts", pa.array(["Zoé"]).dictionary_encode(), "Zoé"),
        _becomes("bytes in UTF-8", pa.array(["Zoé".encode()], pa.binary()), "Zoé"),
        _becomes("whole number", pa.array([1000], pa.int32()), "1000"),
        _becomes("decimal", pa.array([Decimal("1234.50")], pa.decimal128(18, 2)), "1234.50"),
        _becomes("binary fraction", pa.array([12.5]), "12.5"),
        _becomes("true", pa.array([True]), "true"),
        _becomes("date", pa.array([date(2026, 1, 31)]), "2026-01-31"),
        _becomes("time without a zone", pa.array([datetime(2026, 1, 31, 23, 30)]), "2026-01-31 23:30:00"),
        _becomes(
            "instant", pa.array([datetime(2026, 1, 31, 23, 30, tzinfo=UTC)]), "2026-01-31 23:30:00"
        ),
        _becomes("no value", pa.array([None], pa.string()), ""),
        _reported("bytes that are not UTF-8", pa.array([b"Zo\xe9"], pa.binary()), "text_undecodable"),
    ],
    refused=(("a file that is not whole", "source_not_parquet"),),
)  # fmt: skip

SQLITE = CellForms(
    type="sqlite",
    title="SQLite cells",
    words="A cell of a table or view holds what was put there, whatever its column says.",
    forms=[
        _becomes("text", "Zoé", "Zoé"),
        _becomes("text of digits", "01000", "01000"),
        _becomes("whole number", 1000, "1000"),
        _becomes("number without a fraction", 2.0, "2"),
        _becomes("number", 12.5, "12.5"),
        _becomes("bytes in UTF-8", "Zoé".encode(), "Zoé"),
        _becomes("NULL", None, ""),
        _becomes("empty text", "", ""),
        _reported("bytes that are not UTF-8", b"Zo\xe9", "text_undecodable"),
    ],
    refused=(("a file of another kind", "source_not_sqlite"),),
)

POSTGRESQL = CellForms(
    type="postgresql",
    title="PostgreSQL types",
    words="The server writes every type as text, so that decimals stay exact. What a cell holds is written here as the server reads it.",
    forms=[
        _becomes("text", "'Zoé'::text", "Zoé"),
        _becomes("char(5), padded", "'ok'::char(5)", "ok"),
        _becomes("integer", "1000::integer", "1000"),
        _becomes("numeric", "12345678901234.5050::numeric(18, 4)", "12345678901234.5050"),
        _becomes("boolean", "true", "true"),
        _becomes("date", "'2026-01-31'::date", "2026-01-31"),
        _becomes("timestamp", "'2026-01-31 23:30'::timestamp", "2026-01-31 23:30:00"),
        _becomes("array", "'{vip,gold}'::text[]", "{vip,gold}"),
        _becomes("jsonb", """'{"a": 1}'::jsonb""", '{"a": 1}'),
        _becomes("uuid", "'00000000-0000-0000-0000-000000000001'::uuid", "00000000-0000-0000-0000-000000000001"),
        _becomes("NULL", "NULL::text", ""),
    ],
)  # fmt: skip

ALL_CELLS = (EXCEL, PARQUET, SQLITE, POSTGRESQL)
