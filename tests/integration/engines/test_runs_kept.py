"""What runs leave on disk is bounded in number and in days, and what a killed preparation left goes with the next run."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from datetime import timedelta
from pathlib import Path

from segue.core.retention import RUNS_KEPT
from segue.engines.duckdb.audience.journal import Journal
from tests.integration.engines.small_audience import NOW, small_audience


def runs(home: Path) -> list[str]:
    """Return the folders of runs that are on disk."""
    return sorted(path.name for path in (home / "audience" / "runs").iterdir())


def test_what_a_killed_preparation_left_is_removed_by_the_next_run(tmp_path: Path) -> None:
    with small_audience(tmp_path) as audience:
        with audience.store() as store:
            store.prepare("kept", [])
        left = tmp_path / "audience" / "runs" / "killed"
        left.mkdir()
        (left / "add.parquet.new").write_bytes(b"people")

        with audience.store() as store:
            store.prepare("next", [])

    assert runs(tmp_path) == ["kept", "next"]


def test_runs_are_kept_for_a_month_whoever_runs_next(tmp_path: Path) -> None:
    ages = {"today": timedelta(0), "month": RUNS_KEPT, "older": RUNS_KEPT + timedelta(seconds=1)}
    with small_audience(tmp_path) as audience, audience.store() as store:
        for name, age in ages.items():
            store.prepare(name, [])
            store.fold(name, now=NOW - age)
        store.prepare("unfinished", [])

        store.prepare("last", [])
        store.fold("last", now=NOW)

    assert runs(tmp_path) == ["last", "month", "today", "unfinished"]


def test_a_run_of_an_earlier_version_counts_from_when_it_is_first_seen(tmp_path: Path) -> None:
    path = tmp_path / "journal.sqlite"
    with closing(sqlite3.connect(path)) as earlier:
        earlier.execute(
            "CREATE TABLE run (id TEXT PRIMARY KEY, export TEXT NOT NULL, state TEXT NOT NULL, groups BLOB NOT NULL)"
        )
        earlier.execute("INSERT INTO run VALUES ('old', 'newsletter', 'folded', '[]')")
        earlier.commit()

    with closing(Journal(path)) as journal:
        at_first = journal.folded_before(NOW - RUNS_KEPT, now=NOW)
        a_month_later = NOW + RUNS_KEPT + timedelta(seconds=1)
        later = journal.folded_before(a_month_later - RUNS_KEPT, now=a_month_later)

    assert (at_first, later) == ((), ("old",))
