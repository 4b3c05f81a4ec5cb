"""Another program holds the journal of an audience: told with its name and the wait, nothing lost, and taken up again."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from segue.core.waits import BOUNDS, JOURNAL_S
from segue.engines.duckdb.audience.journal import Journal
from tests.cli.program import Shop
from tests.cli.shop_with_a_past import past, shop, taken_up_again, told
from tests.cli.steps import STEPS
from tests.fixtures.moments import Waiting

__all__ = ["past", "shop"]

WORDS = {
    "en": f"Another program holds {{}} locked; Segue waited {JOURNAL_S} seconds.",
    "fr": f"Un autre programme tient {{}} verrouillé\u00a0; Segue a attendu {JOURNAL_S} secondes.",
}


@pytest.mark.parametrize(
    ("step", "language"), [("open the journal", "en"), ("push and acknowledge", "fr")]
)
def test_a_run_whose_journal_is_held_by_another_program_says_so_and_is_taken_up_again(
    shop: Shop, monkeypatch: pytest.MonkeyPatch, step: str, language: str
) -> None:
    connect: Any = sqlite3.connect
    (journal,) = (shop.folder / ".segue").glob("audiences/*/journal.sqlite")
    with closing(connect(journal, isolation_level=None)) as other:
        monkeypatch.setattr(sqlite3, "connect", partial(_impatient, connect))
        waiting = Waiting(STEPS[step], lambda: other.execute("BEGIN IMMEDIATE"))
        with waiting.listening():
            ended = shop.segue("run", "--language", language)

    assert waiting.has_come
    assert told(ended, language) == "database_busy"
    assert WORDS[language].format(journal) in ended.err
    taken_up_again(shop)


def _impatient(connect: Any, *given: Any, timeout: float = 0, **more: Any) -> Any:
    """Open a database as the library does, but wait for nobody."""
    return connect(*given, timeout=min(timeout, 0), **more)


def test_a_journal_is_waited_for_as_long_as_the_limits_say(tmp_path: Path) -> None:
    journal = Journal(tmp_path / "journal.sqlite")
    journal.close()
    with closing(sqlite3.connect(tmp_path / "journal.sqlite")):
        opened = Journal(tmp_path / "journal.sqlite")

    waits_ms = opened._rows._database.execute("PRAGMA busy_timeout").fetchone()

    opened.close()
    assert waits_ms == (JOURNAL_S * 1_000,)
    assert JOURNAL_S in {bound.value for bound in BOUNDS}
