"""Wide tables are read within the memory that a refresh takes."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.integration.engines.small_refresh import (
    attribute,
    csv_source,
    rows,
    run,
    schema,
    table,
)


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        ("boolean", "yes"),
        ("boolean", "wahr"),
        ("integer", "7"),
        ("decimal", "7.5"),
        ("date", "2026-01-31"),
        ("decimal", "7.50 $"),
        ("decimal", "(7.50 kr)"),
        ("integer", "7 000"),
        ("timestamp", "2026-01-31 10:00"),
        ("timestamp", "2026-01-31 10:00:00 -0500"),
        ("timestamp", "20 Nov 2026 23:30:00 GMT"),
        ("birthday", "5/12"),
        ("list", "vip; gold"),
        ("text", "x"),
        ("email", "ana@shop.example"),
    ],
)
def test_a_dozen_attributes_of_one_type_are_read(tmp_path: Path, kind: str, value: str) -> None:
    names = [f"a{number}" for number in range(12)]
    declared = schema(table(*(attribute(name, kind) for name in names)))
    text = ",".join(["id", *names]) + "\n" + ",".join(["1", *[value] * 12]) + "\n"

    snapshot = run(tmp_path / "home", declared, csv_source(tmp_path, text)).snapshot

    filled = " AND ".join(f"{name} IS NOT NULL" for name in names)
    assert rows(snapshot, columns=filled) == [(True,)]
