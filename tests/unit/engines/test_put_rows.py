"""Rows that come from another engine are read in the types of their columns."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal

import duckdb
import ibis

from segue.engines.duckdb.audience.samples import put_rows

COLUMNS = ibis.schema(
    {
        "profile_key": "int64",
        "first name": "string",
        "spent": "decimal(18, 2)",
        "born": "date",
        "seen": "timestamp",
        "agreed": "boolean",
    }
)


def test_each_value_has_the_type_of_its_column_and_nothing_is_left_of_before() -> None:
    rows = [
        (1, "Zoë", Decimal("1.50"), date(2024, 2, 29), datetime(2026, 3, 1, 12), True),
        (2, None, None, None, None, None),
    ]
    with duckdb.connect() as connection:
        put_rows(connection, "given", COLUMNS, [(9, "gone", None, None, None, None)])
        put_rows(connection, "given", COLUMNS, rows)

        assert connection.table("given").order("profile_key").fetchall() == rows
        kinds = [str(kind) for kind in connection.table("given").types]

    assert kinds == ["BIGINT", "VARCHAR", "DECIMAL(18,2)", "DATE", "TIMESTAMP", "BOOLEAN"]


def test_columns_without_a_row_are_there() -> None:
    with duckdb.connect() as connection:
        put_rows(connection, "given", COLUMNS, [])

        assert connection.table("given").columns == list(COLUMNS)
        assert connection.table("given").fetchall() == []
