"""A journal in a file: what earlier versions wrote is read, and what is written is on disk also when the process ends."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import msgspec
import pytest

from segue.engines.duckdb.audience.journal import Journal
from segue.sync.kinds import Skip
from segue.sync.ports import WriteMode
from segue.sync.store import Acknowledgement, Group, Step
from segue.sync.suppression import Hold
from tests.patience import PATIENCE_S

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
NADIA = "a" * 32
GROUPS = (Group(name="write", step=Step.WRITE, count=1_200, mode=WriteMode.UPSERT),)


def hold(sub: str) -> Hold:
    return Hold(
        subscriber_hash=sub, skip=Skip.INVALID_FIELD, while_fields=True, until=None, tries=1
    )


@pytest.fixture
def journal(tmp_path: Path) -> Journal:
    return Journal(tmp_path / "audience" / "journal.sqlite")


def test_sizes_of_chunks_that_an_earlier_version_kept_are_read(
    journal: Journal, tmp_path: Path
) -> None:
    journal.store_run("run1", "newsletter", GROUPS)
    with closing(sqlite3.connect(tmp_path / "audience" / "journal.sqlite")) as earlier:
        earlier.execute("INSERT INTO chunk_size VALUES ('run1', 'write', 500)")
        earlier.commit()

    run = journal.stored_run("run1")

    assert run is not None
    assert dict(run.chunk_sizes) == {"write": 500}


def test_an_acknowledgement_of_an_earlier_version_is_read() -> None:
    kept = b'{"group":"write","number":3,"sent":5,"created":4,"updated":0,"rejections":[],"also_held":[],"unsent":["a"],"request_id":"r"}'

    found = msgspec.json.decode(kept, type=Acknowledgement)

    assert (found.number, found.sent, tuple(found.unsent)) == (3, 5, ("a",))


def test_the_file_is_written_through_before_a_call_returns(journal: Journal) -> None:
    [(synchronous,)] = journal._rows._database.execute("PRAGMA synchronous").fetchall()
    [(mode,)] = journal._rows._database.execute("PRAGMA journal_mode").fetchall()

    assert (synchronous, mode) == (2, "wal")


def test_holds_of_an_earlier_version_are_read_and_their_rules_are_not_known(tmp_path: Path) -> None:
    path = tmp_path / "journal.sqlite"
    with closing(sqlite3.connect(path, isolation_level=None)) as old:
        old.execute(
            "CREATE TABLE hold (export TEXT NOT NULL, sub TEXT NOT NULL, skip INTEGER NOT NULL, ph TEXT, until TEXT, "
            "tries INTEGER NOT NULL, PRIMARY KEY (export, sub)) STRICT"
        )
        old.execute("INSERT INTO hold VALUES ('newsletter', ?, 22, ?, NULL, 1)", (NADIA, "c" * 32))

    with closing(Journal.glance(path)) as glanced, closing(Journal(path)) as opened:
        for found in (glanced, opened):
            (kept,) = found.holds(export="newsletter", now=NOW)
            assert (kept.hold, kept.since, kept.rules) == (hold(NADIA), None, None)


DYING = """
import os, sys
from pathlib import Path
from segue.engines.duckdb.audience.journal import Journal
from segue.sync.store import Acknowledgement, Group, Step

journal = Journal(Path(sys.argv[1]))
journal.store_run("run1", "newsletter", (Group(name="write", step=Step.WRITE, count=2),))
for number in range(50):
    journal.acknowledge("run1", Acknowledgement(group="write", number=number, sent=1))
journal._rows._database.execute("BEGIN IMMEDIATE")
journal.point("ledger/newsletter", "half/done.parquet")
journal.finish("run1")
os.kill(os.getpid(), 9)
"""


def test_a_killed_process_loses_no_acknowledgement_and_leaves_no_half_step(tmp_path: Path) -> None:
    path = tmp_path / "audience" / "journal.sqlite"

    died = subprocess.run([sys.executable, "-c", DYING, str(path)], check=False, timeout=PATIENCE_S)
    found = Journal(path)

    assert died.returncode == -9
    assert [a.number for a in found.acknowledgements("run1")] == list(range(50))
    assert found.unfinished() == ("run1",)
    assert found.pointer("ledger/newsletter") is None
