"""What Segue is measured beside finds the same people as a reckoning row by row."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from datetime import date, datetime
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import duckdb
import pytest

from bench.alternatives import by_hand, by_polars
from bench.beside import is_missing
from bench.figures import Figure
from bench.population import make_population

TODAY = date(2026, 11, 29)
PEOPLE = 2_000


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("made")
    make_population(folder, PEOPLE, today=TODAY)
    return folder


def rows(file: Path) -> Iterator[dict[str, Any]]:
    with duckdb.connect() as engine:
        found = engine.execute("SELECT * FROM read_parquet(?)", [str(file)])
        names = [column[0] for column in found.description]
        yield from (dict(zip(names, row, strict=True)) for row in found.fetchall())


def is_in_a_segment(person: dict[str, Any], orders: list[dict[str, Any]]) -> bool:
    """Judge by the first eight segments of `configuration_text`, their numbers written out."""
    lately = sum(one["placed_at"] >= datetime(2025, 11, 30) for one in orders)
    has_gone = bool(orders) and max(one["placed_at"] for one in orders) < datetime(2026, 4, 30)
    spends = sum(one["total"] for one in orders) >= 225
    return (
        person["country"] in ("France", "Spain", "Italy", "Greece")
        or person["signed_up"] >= date(2026, 9, 1)
        or lately >= 3
        or spends
        or any(one["category"] == "books" for one in orders)
        or has_gone
        or (person["visits"] > 310 and not has_gone)
    )


def test_sql_written_by_hand_finds_whom_the_rows_tell(made: Path) -> None:
    bought = defaultdict(list)
    for order in rows(made / "orders.parquet"):
        bought[order["customer_id"]].append(order)
    by_address = defaultdict(list)
    for person in rows(made / "profiles.parquet"):
        if "@" in (person["email"] or ""):
            by_address[person["email"].lower()].append(person)

    wanted = 0
    for people in by_address.values():
        members = [one for one in people if is_in_a_segment(one, bought[one["id"]])]
        wanted += bool(members) and all(one["opted_in"] for one in people)

    assert by_hand(str(made), TODAY.isoformat())["people"] == wanted
    assert 0 < wanted < PEOPLE


@pytest.mark.skipif(find_spec("polars") is None, reason="Polars is not installed")
def test_polars_finds_the_same_people(made: Path) -> None:
    by_sql = by_hand(str(made), TODAY.isoformat())["people"]

    assert by_polars(str(made), TODAY.isoformat())["people"] == by_sql


def test_the_page_names_what_was_not_installed() -> None:
    keys = ("plan_by_hand", "client_0")
    found = [Figure(key=key, what="", unit="s", measured=1.0, limited_by="") for key in keys]

    assert is_missing(found) == ["Polars"]
    assert is_missing([]) == ["DuckDB SQL written by hand", "Polars", "the official client"]
