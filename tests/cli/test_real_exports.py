"""Exports of shops, offices and services load as they are: `init` writes how, `check` takes it, people are right or told."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import duckdb
import pytest

from mailchimp_sandbox.server import Sandbox
from segue.engines.duckdb.profiles.snapshots import current_snapshot, file_at
from tests.cli.program import Shop
from tests.cli.real_exports import EXPORTS


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    with Sandbox.in_thread() as started:
        yield started


@pytest.mark.parametrize("name", EXPORTS)
def test_an_export_is_right_or_loud(tmp_path: Path, sandbox: Sandbox, name: str) -> None:
    export = EXPORTS[name]
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / export.file).write_bytes(export.content)
    shop = Shop(folder=tmp_path, sandbox=sandbox)

    started = shop.segue("init", "data", "--config", "made.yaml")
    checked = shop.segue("check", "--config", "made.yaml")
    read = shop.segue("profiles", "--config", "made.yaml", "--json")

    assert (started.code, checked.code, read.code) == (0, 0, 0), (
        started.err + checked.err + read.err
    )
    assert _people(tmp_path) == export.people
    assert {one["kind"] for one in read.json["problem_counts"]} == set(export.reported)
    assert export.settings in (tmp_path / "made.yaml").read_text(encoding="utf-8")
    for words in export.told:
        assert words in started.out


def _people(folder: Path) -> dict[str, Any]:
    """Return the first names of the profiles by address; None where no column seems to hold first names."""
    snapshot = current_snapshot(folder / ".segue")
    assert snapshot is not None
    with duckdb.connect() as connection:
        profiles = connection.read_parquet(str(file_at(snapshot.profiles)))
        address = next(name for name in profiles.columns if name.endswith("__address"))
        first = "first_name" if "first_name" in profiles.columns else "NULL"
        return dict(profiles.project(f"{address}, {first}").fetchall())
