"""Exports of many shops, services and offices load as they are: every value that is read is right, the rest is told."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import duckdb
import pytest

from mailchimp_sandbox.server import Sandbox
from segue.configuration.load import load
from segue.engines.duckdb.profiles.snapshots import current_snapshot, file_at
from segue.profiles.shown_values import shown_row
from tests.cli.exports_of_contacts import CONTACTS
from tests.cli.exports_of_offices import OFFICES
from tests.cli.exports_of_senders import SENDERS
from tests.cli.exports_of_shops import SHOPS
from tests.cli.program import Shop

EXPORTS = {**SHOPS, **CONTACTS, **SENDERS, **OFFICES}


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    with Sandbox.in_thread() as started:
        yield started


@pytest.mark.parametrize("name", EXPORTS)
def test_every_value_of_an_export_is_right_or_told(
    tmp_path: Path, sandbox: Sandbox, name: str
) -> None:
    export = EXPORTS[name]
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / export.file).write_bytes(export.content)
    shop = Shop(folder=tmp_path, sandbox=sandbox)

    started = shop.segue("init", "data", "--config", "made.yaml", "--time-zone", "Europe/Paris")
    checked = shop.segue("check", "--config", "made.yaml")
    read = shop.segue("profiles", "--config", "made.yaml", "--json")

    assert (started.code, checked.code, read.code) == (0, 0, 0), (
        started.err + checked.err + read.err
    )
    assert _people(tmp_path) == (export.attributes, list(export.people))
    assert _reported(read.json) == export.reported
    made = (tmp_path / "made.yaml").read_text(encoding="utf-8")
    assert [said for said in export.settings if said not in made] == []
    assert [said for said in export.told if said not in started.out] == []


def _reported(read: Any) -> dict[str, int]:
    counts: dict[str, int] = {}
    for one in read["problem_counts"]:
        counts[one["kind"]] = counts.get(one["kind"], 0) + one["count"]
    return counts


def _people(folder: Path) -> tuple[str, list[tuple[str | None, ...]]]:
    """Return the attributes that hold anything, and the profiles with these values as they are shown."""
    snapshot = current_snapshot(folder / ".segue")
    assert snapshot is not None
    declared = load(folder / "made.yaml", environment={}).schema.profiles.attributes
    by_name = {attribute.name: attribute for attribute in declared}
    with duckdb.connect() as connection:
        profiles = connection.read_parquet(str(file_at(snapshot.profiles)))
        names = [name for name in profiles.columns if name in by_name]
        address = next(name for name in profiles.columns if name.endswith("__address"))
        written = ", ".join(f'"{name}"' for name in names)
        rows = profiles.order(f'"{address}" NULLS LAST').project(written).fetchall()
    shown = [shown_row(row, [by_name[name] for name in names]) for row in rows]
    filled = [at for at in range(len(names)) if any(row[at] is not None for row in shown)]
    return " ".join(names[at] for at in filled), [
        tuple(_text(row[at]) for at in filled) for row in shown
    ]


def _text(value: object) -> str | None:
    if isinstance(value, bool):
        return str(value).lower()
    return None if value is None else str(value)
