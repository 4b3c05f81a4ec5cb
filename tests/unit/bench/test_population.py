"""The people that are measured: as many as asked, some of them unfit, and an exact number that may be written."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pyarrow.csv as csv
import pyarrow.parquet as pq

from bench.configuration_text import exact_segment, segments, write_configuration
from bench.population import make_population, write_csv
from segue.configuration import load
from segue.core.emails import canonical

TODAY = date(2026, 3, 2)
PEOPLE = 3_000


def test_contactable_people_are_those_with_consent_and_an_address_once_each(tmp_path: Path) -> None:
    made = make_population(tmp_path, PEOPLE, today=TODAY)

    rows = pq.read_table(tmp_path / "profiles.parquet").to_pylist()

    agreed: dict[str, bool] = {}
    for row in rows:
        address = canonical(row["email"]).address
        if address:
            agreed[address] = agreed.get(address, True) and row["opted_in"]
    assert made == {
        "profiles": PEOPLE,
        "orders": 3 * PEOPLE,
        "contactable": sum(agreed.values()),
    }
    ranks = sorted(row["rank"] for row in rows if row["rank"] is not None)
    assert ranks == list(range(1, made["contactable"] + 1))


def test_one_profile_in_a_hundred_changes(tmp_path: Path) -> None:
    make_population(tmp_path, PEOPLE, today=TODAY)
    before = {r["id"]: r for r in pq.read_table(tmp_path / "profiles.parquet").to_pylist()}
    make_population(tmp_path, PEOPLE, today=TODAY, is_churned=True)
    after = {r["id"]: r for r in pq.read_table(tmp_path / "profiles.parquet").to_pylist()}

    ours = ("last_name", "country", "visits", "opted_in")
    changed = [i for i in before if any(before[i][name] != after[i][name] for name in ours)]

    assert 0.007 <= len(changed) / PEOPLE <= 0.01
    assert (
        len([i for i in changed if before[i]["last_name"] != after[i]["last_name"]])
        == PEOPLE // 200
    )


def test_the_same_people_are_measured_from_csv(tmp_path: Path) -> None:
    make_population(tmp_path, 100, today=TODAY)
    write_csv(tmp_path)

    sources = load(
        write_configuration(
            tmp_path / "csv.yaml",
            base_url="http://127.0.0.1:8765/3.0",
            audience="be9c400001",
            chosen=segments(1),
            kind="csv",
        ),
        environment={},
    ).sources

    for source, table in (("people", "profiles"), ("sales", "orders")):
        read = pq.read_table(tmp_path / f"{table}.parquet")
        assert sources[source].path == tmp_path / f"{table}.csv"
        assert csv.read_csv(tmp_path / f"{table}.csv").column("id").equals(read.column("id"))


def test_the_configurations_are_valid(tmp_path: Path) -> None:
    for name, chosen, count in (
        ("eight", segments(1), 8),
        ("sixty-four", segments(8), 64),
        ("exact", exact_segment(4_500), 1),
    ):
        path = write_configuration(
            tmp_path / f"{name}.yaml",
            base_url="http://127.0.0.1:8765/3.0",
            audience="be9c400001",
            chosen=chosen,
        )

        export = load(path, environment={}).exports["newsletter"]

        assert len(export.segments) == count
