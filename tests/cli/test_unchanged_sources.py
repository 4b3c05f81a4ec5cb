"""`segue profiles` says of which sources it read nothing, or only what is new."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from tests.cli.program import Shop, open_shop

DECLARED = """\
version: 1
sources:
  people: {type: csv, path: people.csv}
  visits: {type: csv, path: visits.csv}
profiles: {source: people, key: id, attributes: {name: name}}
related:
  visits: {source: visits, profile_key: who, attributes: {on: {column: day, type: date}}}
"""
RISING = "{type: postgresql, dsn: {env: VISITS_DSN}, table: rising_visits, rising: no}"


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[Shop]:
    with open_shop(tmp_path) as opened:
        opened.folder.joinpath("segue.yaml").write_text(DECLARED, encoding="utf-8")
        opened.folder.joinpath("people.csv").write_text("id,name\n1,Nadia\n", encoding="utf-8")
        opened.folder.joinpath("visits.csv").write_text("who,day\n1,2026-01-02\n", encoding="utf-8")
        yield opened


def test_what_is_unchanged_is_said_and_force_reads_it(shop: Shop) -> None:
    shop.segue("profiles")
    with shop.folder.joinpath("visits.csv").open("a", encoding="utf-8") as file:
        file.write("1,2026-01-03\n")

    again, told = shop.segue("profiles"), shop.segue("profiles", "--json").json
    forced = shop.segue("profiles", "--force", "--json").json

    assert "people: unchanged since it was read at " in again.out
    assert "visits: unchanged" not in again.out
    assert told["tables"]["visits"]["kept"] == 2
    assert told["sources"]["people"]["read_at"] < told["taken_at"]
    assert told["sources"]["visits"] == {"read_at": told["taken_at"], "full_at": None}
    assert {one["read_at"] for one in forced["sources"].values()} == {forced["taken_at"]}


@pytest.mark.postgres
def test_a_rising_column_is_said_with_what_it_cannot_see(shop: Shop, postgres_dsn: str) -> None:
    text = DECLARED.replace("{type: csv, path: visits.csv}", RISING)
    shop.folder.joinpath("segue.yaml").write_text(text, encoding="utf-8")
    settings = {"VISITS_DSN": postgres_dsn}
    with psycopg.connect(postgres_dsn, autocommit=True) as connection:
        connection.execute("DROP TABLE IF EXISTS rising_visits")
        connection.execute("CREATE TABLE rising_visits (no int PRIMARY KEY, who text, day date)")
        connection.execute("INSERT INTO rising_visits VALUES (1, '1', '2026-01-02')")

        first = shop.segue("profiles", settings=settings)
        connection.execute("INSERT INTO rising_visits VALUES (2, '1', '2026-01-03')")
        again = shop.segue("profiles", settings=settings)
        connection.execute("DROP TABLE rising_visits")

    assert "all rows were read" not in first.out
    assert "visits: all rows were read at " in again.out
    assert "Rows that were deleted meanwhile are noticed" in " ".join(again.out.split())
    assert "people: unchanged since it was read at " in again.out
