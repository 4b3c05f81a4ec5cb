"""Written values become the declared type or are reported, one by one."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

import duckdb
import pytest
from hypothesis import given
from hypothesis import strategies as st

from segue.engines.duckdb.reading.typed import Column, typed
from tests.integration.engines.small_refresh import attribute

FRENCH = {"decimal_mark": ",", "thousands_mark": "."}
PARIS = {"time_zone": "Europe/Paris"}

CASES: list[tuple[str, dict[str, Any], str | None, Any, str | None]] = [
    ("text", {}, "  Émile ", "Émile", None),
    ("text", {}, "e\u0301", "é", None),
    ("text", {}, "a\tb\nc", "a\tb\nc", None),
    ("text", {}, "a\r\nb\rc\n\nd", "a\nb\nc\n\nd", None),
    ("text", {}, "a\x1fb\x00", "ab", "control_characters"),
    ("text", {}, " \u00a0\u200b", None, None),
    ("text", {}, "中文", "中文", None),
    ("integer", {}, "12", 12, None),
    ("integer", {}, " +12 ", 12, None),
    ("integer", {}, "-12.00", -12, None),
    ("integer", {}, "9223372036854775807", 9223372036854775807, None),
    ("integer", {}, "9223372036854775808", None, "out_of_range"),
    ("integer", {}, "12.5", None, "not_an_integer"),
    ("integer", {}, "1e3", None, "not_an_integer"),
    ("integer", {}, "1_000", None, "not_an_integer"),
    ("integer", {}, "0x10", None, "not_an_integer"),
    ("integer", {}, "٣", None, "not_an_integer"),
    ("integer", {}, "", None, None),
    ("integer", {}, None, None, None),
    ("integer", {"thousands_mark": " "}, "1\u202f234 567", 1_234_567, None),
    ("integer", {"thousands_mark": ","}, "12,34", None, "not_an_integer"),
    ("integer", FRENCH, "1.234,0", 1234, None),
    ("decimal", {}, "12.345", Decimal("12.35"), None),
    ("decimal", {}, "-12.345", Decimal("-12.35"), None),
    ("decimal", {}, ".5", Decimal("0.50"), None),
    ("decimal", {}, "1.5E+3", Decimal("1500.00"), None),
    ("decimal", {}, "1,5", None, "not_a_number"),
    ("decimal", {}, "NaN", None, "not_a_number"),
    ("decimal", {}, "12345678901234567", None, "out_of_range"),
    ("decimal", FRENCH, "1.234,5", Decimal("1234.50"), None),
    ("decimal", FRENCH, "1234,5", Decimal("1234.50"), None),
    ("decimal", FRENCH, "1.5", None, "not_a_number"),
    ("decimal", FRENCH, "1,234.5", None, "not_a_number"),
    ("decimal", {"scale": 0}, "2.5", Decimal(3), None),
    ("decimal", {"scale": 18}, "0.123456789012345678", Decimal("0.123456789012345678"), None),
    ("list", {}, " a, b ,a,", "\x1fa\x1fb\x1f", None),
    ("list", {}, '{vip,"a, b","say \\"hi\\"",NULL}', '\x1fvip\x1fa, b\x1fsay "hi"\x1f', None),
    ("list", {}, '["a", null, 1]', "\x1fa\x1f1\x1f", None),
    ("list", {}, "[a, b", "\x1f[a\x1fb\x1f", None),
    ("list", {}, "a\x1fb", "\x1fab\x1f", "control_characters"),
    ("list", {}, "{}", None, None),
    ("list", {}, "[]", None, None),
    ("list", {}, " , ", None, None),
    ("boolean", {}, "TRUE", True, None),
    ("boolean", {}, " Oui", True, None),
    ("boolean", {}, "vrai", True, None),
    ("boolean", {}, "1", True, None),
    ("boolean", {}, "non", False, None),
    ("boolean", {}, "F", False, None),
    ("boolean", {}, "2", None, "not_a_boolean"),
    ("date", {}, "2024-02-29", date(2024, 2, 29), None),
    ("date", {}, "2023-02-29", None, "not_a_date"),
    ("date", {}, "2024-02-03 23:30", date(2024, 2, 3), None),
    ("date", PARIS, "2024-02-03T23:30:00Z", date(2024, 2, 4), None),
    ("date", {}, "03/02/2024", None, "not_a_date"),
    ("date", {}, "infinity", None, "not_a_date"),
    ("date", {}, "0000-01-01", None, "out_of_range"),
    ("date", {"formats": ("%d/%m/%Y", "%Y")}, "03/02/2024", date(2024, 2, 3), None),
    ("date", {"formats": ("%d/%m/%Y", "%Y")}, "2024", date(2024, 1, 1), None),
    ("date", {"formats": ("%d/%m/%Y",)}, "31/02/2024", None, "not_a_date"),
    ("timestamp", {}, "2024-07-01T12:00:00.1234567", datetime(2024, 7, 1, 12, 0, 0, 123456), None),
    ("timestamp", {}, "2024-07-01T12:00:00+02:00", datetime(2024, 7, 1, 10), None),
    ("timestamp", PARIS, "2024-07-01 12:00", datetime(2024, 7, 1, 10), None),
    ("timestamp", PARIS, "2024-01-01", datetime(2023, 12, 31, 23), None),
    ("timestamp", PARIS, "2024-01-01 12:00 UTC", datetime(2024, 1, 1, 12), None),
    ("timestamp", {}, "12:00", None, "not_a_timestamp"),
    ("timestamp", {}, "2024-07-01 12:00 Europe/Paris", None, "not_a_timestamp"),
    (
        "timestamp",
        {"formats": ("%d/%m/%Y %H:%M",), **PARIS},
        "01/07/2024 12:00",
        datetime(2024, 7, 1, 10),
        None,
    ),
    (
        "timestamp",
        {"formats": ("%d/%m/%Y %H:%M %z",)},
        "01/07/2024 12:00 +0200",
        datetime(2024, 7, 1, 10),
        None,
    ),
]


@pytest.fixture(scope="module")
def connection() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect() as opened:
        opened.execute("SET TimeZone = 'UTC'")
        yield opened


def read(
    connection: duckdb.DuckDBPyConnection, kind: str, more: dict[str, Any], text: str | None
) -> tuple[Any, ...]:
    found = typed(attribute("a", kind, **more), Column(sql="x"))
    return connection.execute(
        f"SELECT {found.value}, {found.problem}, {found.rounded or 'NULL'} FROM (SELECT ?::VARCHAR AS x)",
        [text],
    ).fetchall()[0]


@pytest.mark.parametrize(("kind", "more", "text", "value", "problem"), CASES)
def test_a_written_value_is_read_or_reported(
    connection: duckdb.DuckDBPyConnection,
    kind: str,
    more: dict[str, Any],
    text: str | None,
    value: Any,
    problem: str | None,
) -> None:
    found = read(connection, kind, more, text)

    assert found[:2] == (value, problem)


@given(st.decimals(min_value=-(10**12), max_value=10**12, places=4))
def test_decimals_are_rounded_half_away_from_zero(
    connection: duckdb.DuckDBPyConnection, number: Decimal
) -> None:
    value, problem, rounded = read(connection, "decimal", {}, format(number, "f"))

    exact = number.quantize(Decimal("0.01"), rounding=ROUND_HALF_UP)
    assert (value, problem, rounded) == (exact, None, exact != number)


@given(
    st.datetimes(min_value=datetime(1000, 1, 3), max_value=datetime(9999, 12, 29)),
    st.integers(-12, 14),
)
def test_instants_with_an_offset_are_stored_in_utc(
    connection: duckdb.DuckDBPyConnection, local: datetime, hours: int
) -> None:
    written = f"{local.isoformat(sep=' ')}{hours:+03d}:00"

    value, problem, _ = read(connection, "timestamp", {}, written)

    assert (value, problem) == (local - timedelta(hours=hours), None)
    assert value.replace(tzinfo=UTC).tzinfo is UTC


@given(
    st.text(max_size=20), st.sampled_from(["integer", "decimal", "boolean", "date", "timestamp"])
)
def test_any_text_is_read_reported_or_blank(
    connection: duckdb.DuckDBPyConnection, text: str, kind: str
) -> None:
    value, problem, _ = read(connection, kind, {}, text)

    if value is None:
        blank, _, _ = read(connection, "text", {}, text)
        assert problem is not None or blank is None or text.strip() == ""
    else:
        assert problem is None
