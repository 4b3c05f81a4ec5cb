"""Functions that are called by name mean the same on every engine."""

from __future__ import annotations

import hashlib
import re

import duckdb
import ibis
import pytest

from segue.segments.compile import to_sql
from segue.segments.functions import bit_length, bit_or, concat_ws, md5_hex

_DIALECTS = ("duckdb", "postgres", "spark")
_TEXTS = ["", "Émile", "a\x1fb", "日本", None]


def _functions_sql(dialect: str) -> str:
    table = ibis.table({"place": "int64", "text": "string"}, name="texts")
    filled = ibis.coalesce(table.text, "")
    expression = table.select(
        table.place,
        hashed=md5_hex(table.text),
        filled=concat_ws("\x1f", ibis.literal("1"), filled, filled),
        skipped=concat_ws("-", ibis.literal("1"), table.text, ibis.literal("2")),
        bits=bit_length(table.text),
    )
    return to_sql(expression.order_by("place"), dialect)  # type: ignore[arg-type]


def _expected_row(place: int, text: str | None) -> tuple[object, ...]:
    full = text or ""
    skipped = "1-2" if text is None else f"1-{text}-2"
    hashed = None if text is None else hashlib.md5(text.encode()).hexdigest()
    bits = None if text is None else 8 * len(text.encode())
    return (place, hashed, f"1\x1f{full}\x1f{full}", skipped, bits)


def test_functions_called_by_name_mean_the_same_on_duckdb() -> None:
    with duckdb.connect(":memory:") as connection:
        connection.execute("CREATE TABLE texts (place BIGINT, text VARCHAR)")
        connection.executemany("INSERT INTO texts VALUES (?, ?)", list(enumerate(_TEXTS)))
        rows = connection.execute(_functions_sql("duckdb")).fetchall()

    assert rows == [_expected_row(place, text) for place, text in enumerate(_TEXTS)]


@pytest.mark.postgres
def test_functions_called_by_name_mean_the_same_on_postgresql(postgres_connection) -> None:  # type: ignore[no-untyped-def]
    with (
        postgres_connection.transaction(force_rollback=True),
        postgres_connection.cursor() as cursor,
    ):
        cursor.execute("CREATE TEMPORARY TABLE texts (place bigint, text text)")
        cursor.executemany("INSERT INTO texts VALUES (%s, %s)", list(enumerate(_TEXTS)))
        rows = cursor.execute(_functions_sql("postgres")).fetchall()

    assert rows == [_expected_row(place, text) for place, text in enumerate(_TEXTS)]


@pytest.mark.parametrize("dialect", _DIALECTS)
def test_bits_are_joined_under_the_same_name_everywhere(dialect: str) -> None:
    table = ibis.table({"mask": "int64"}, name="masks")

    sql = to_sql(table.aggregate(all_bits=bit_or(table.mask)), dialect)  # type: ignore[arg-type]

    assert re.search(r"BIT_OR\(.t0.\..mask.\) AS .all_bits.", sql)
