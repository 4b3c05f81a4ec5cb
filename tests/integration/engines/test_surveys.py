"""What a survey finds to stand as it is read is read so by every other way, and one odd value anywhere ends it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pytest

from segue.core.texts import DOUBTFUL, PLACEHOLDERS
from segue.engines.duckdb.profiles.surveys import WORTH_ROWS, surveyed
from segue.engines.duckdb.reading.sources import Relation
from segue.engines.duckdb.reading.sources_batches import repeats_few
from segue.engines.duckdb.reading.sources_reports import Reports
from segue.engines.duckdb.reading.typed import Column, typed
from segue.engines.duckdb.reading.typed_own import Own
from segue.engines.duckdb.reading.typed_standing import standing
from segue.profiles.schema import ProfileSchema
from tests.integration.engines.small_refresh import (
    attribute,
    csv_source,
    listed,
    rows,
    run,
    schema,
    table,
)
from tests.integration.engines.test_sources_typed import CASES

DECLARED: list[tuple[str, dict[str, Any]]] = [
    ("text", {}),
    ("integer", {}),
    ("decimal", {}),
    ("decimal", {"scale": 0}),
    ("decimal", {"scale": 18}),
    ("decimal", {"decimal_mark": ",", "thousands_mark": "."}),
    ("boolean", {}),
    ("boolean", {"true_values": ("0",), "false_values": ("1",)}),
    ("date", {}),
    ("date", {"time_zone": "Asia/Tokyo"}),
    ("timestamp", {}),
    ("timestamp", {"written_in": "Europe/Paris"}),
    ("birthday", {}),
    ("list", {}),
]
TEXTS = [
    *dict.fromkeys(text for _, _, text, *_ in CASES if text is not None),
    *PLACEHOLDERS,
    *DOUBTFUL,
    *(f" {word} " for word in PLACEHOLDERS),
    *("12", "-12", "-0", "012", "9" * 18, "9" * 19, "12.5", "12.50", "12.500", "12.505", "12.", ".5", "12,5"),
    *("2026-02-29", "2024-02-29", "0999-12-31", "2999-12-31", "3000-01-01", "2026-11-23 24:00", "2026-11-23 23:59"),
    *("2026-03-29 02:30:00", "2026-11-23T10:00:00.5", "02/29", "2/29", "13/01", "true", "T", "Oui", "1", "0", "on"),
    *("René", "RenÃ©", "Ã", "'12", "'a", "a b", "a\u00a0b", "e\u0301", "a\x07", "O'Neill", "中文", "x\ny", "İ", ""),
]  # fmt: skip


@pytest.fixture
def connection() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect() as opened:
        opened.execute("SET TimeZone = 'UTC'")
        yield opened


@pytest.mark.parametrize(("kind", "more"), DECLARED)
def test_what_stands_is_read_as_by_the_long_way(
    connection: duckdb.DuckDBPyConnection, kind: str, more: dict[str, Any]
) -> None:
    declared = attribute("a", kind, **more)
    connection.register("texts", pa.table({"v": pa.array(TEXTS, pa.string())}))
    found, long = standing(declared, "v"), typed(declared, Column(sql="v"))
    is_left_out = kind == "list" or "true_values" in more or more.get("scale") == 18
    assert (found is None) == is_left_out
    if found is None:
        return

    standing_texts = connection.execute(
        f"SELECT v, ({found.value}) IS DISTINCT FROM ({long.value}) OR ({found.value}) IS NULL"
        f" OR ({long.problem}) IS NOT NULL OR ({long.rounded or 'false'})"
        f" FROM texts WHERE {found.condition}"
    ).fetchall()

    assert [text for text, differs in standing_texts if differs] == []
    assert 0 < len(standing_texts) < len(TEXTS)


MANY, FEW = 5_000, 5


@pytest.mark.parametrize("different", [MANY, FEW])
@pytest.mark.parametrize(("odd", "stands"), [(None, True), ("12 €", False)])
def test_one_odd_value_at_the_end_is_enough(
    connection: duckdb.DuckDBPyConnection, different: int, odd: str | None, stands: bool
) -> None:
    declared, relation = declared_numbers(), staged(connection, [*numbers(different), odd])

    found = surveyed(connection, declared, {"people": relation}, worth_rows=1)["people"]

    assert bool(found.columns["n"].stands) is stands
    assert found.columns["id"].stands


def test_few_rows_are_not_surveyed(connection: duckdb.DuckDBPyConnection) -> None:
    relation = staged(connection, numbers(FEW))

    found = surveyed(connection, declared_numbers(), {"people": relation})["people"]

    assert found == relation


@pytest.mark.parametrize(("own", "stands"), [(Own.TEXT, True), (Own.INSTANT, False)])
def test_an_instant_is_no_text_that_stands(
    connection: duckdb.DuckDBPyConnection, own: Own, stands: bool
) -> None:
    declared = schema(table(attribute("n"), key_type="integer"))
    relation = staged(connection, numbers(FEW), sorts=[Own.TEXT] * (MANY - 1) + [own])

    found = surveyed(connection, declared, {"people": relation}, worth_rows=1)["people"]

    assert bool(found.columns["n"].stands) is stands


@pytest.mark.parametrize(
    ("different", "rows", "few"),
    [
        (10, 1_000_000, True),  # a few countries
        (1_680, 1_000_000, True),  # chance brings so many different ones of 5,000 names
        (1_680, 20_000, False),  # of which a small table repeats none ten times
        (2_048, 1_000_000, False),  # keys
    ],
)
def test_few_values_are_told_by_the_first_rows(different: int, rows: int, few: bool) -> None:
    assert repeats_few(filled=2_048, different=different, rows=rows) is few


def declared_numbers() -> ProfileSchema:
    return schema(table(attribute("n", "integer"), key_type="integer"))


def numbers(different: int) -> list[str | None]:
    return [str(number % different) for number in range(MANY)]


def staged(
    connection: duckdb.DuckDBPyConnection,
    values: Sequence[str | None],
    *,
    sorts: Sequence[Own] = (),
) -> Relation:
    """Make a relation of an id and a number, with what the source says of the number where it does."""
    ids, texts = [str(at) for at in range(len(values))], pa.array(values, pa.string())
    said = {"sort1": pa.array(sorts, pa.int8())} if sorts else {}
    connection.register("people", pa.table({"c0": ids, "c1": texts, **said}))
    return Relation(
        source="people",
        relation="people",
        columns={"id": Column(sql="c0"), "n": Column(sql="c1", own="sort1" if sorts else "")},
        files=(),
        ordered=True,
        changed_at=None,
        reports=Reports(source="people"),
        rows=len(values),
        facts=(),
    )


def test_a_large_file_with_one_odd_value_of_each_kind_is_read_to_the_end(tmp_path: Path) -> None:
    usual = "".join(f"{n},Rosa {n % 7},2026-11-23,{n % 9}.50,yes\n" for n in range(WORTH_ROWS))
    odd = "a1,None,2026-02-30,$1.505,perhaps\n"
    declared = schema(
        table(
            attribute("name"),
            attribute("born", "date"),
            attribute("paid", "decimal"),
            attribute("ok", "boolean"),
            key_type="integer",
        )
    )

    snapshot = run(
        tmp_path, declared, csv_source(tmp_path, f"id,name,born,paid,ok\n{usual}{odd}")
    ).snapshot

    assert listed(snapshot) == [
        (WORTH_ROWS + 2, "born", "not_a_date", "2026-02-30"),
        (WORTH_ROWS + 2, "id", "key_invalid", "a1"),
        (WORTH_ROWS + 2, "name", "text_doubtful", "None"),
        (WORTH_ROWS + 2, "ok", "not_a_boolean", "perhaps"),
    ]
    assert [one.count for one in snapshot.reading.problems if one.kind == "rounded"] == [1]
    first = rows(snapshot, "profiles WHERE profile_key = 8")
    assert first == [(8, "Rosa 1", date(2026, 11, 23), Decimal("8.50"), True)]
    assert snapshot.counts["profiles"].kept == WORTH_ROWS
