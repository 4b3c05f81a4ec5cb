"""The places where journals are kept, for the suite: a file beside the audience, and PostgreSQL. No expectations."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from segue.control.encryption import new_key
from segue.engines.duckdb.audience.journal import Journal
from segue.engines.duckdb.audience.journals import BESIDE, Journals
from segue.engines.duckdb.audience.journals_database import InDatabase
from tests.patience import PATIENCE_S

ROOT = Path(__file__).resolve().parents[3]


@dataclass
class Given:
    """Journals somewhere; whatever is opened is closed at the end."""

    journals: Journals
    folder: Path
    stack: ExitStack = field(default_factory=ExitStack)

    def open(self) -> Journal:
        """Open the audience's journal for writing, as the next who begins to."""
        journal = self.journals.open(self.folder)
        self.stack.callback(journal.close)
        return journal

    def glance(self) -> Journal:
        """Return a copy of what plans read."""
        journal = self.journals.glance(self.folder)
        self.stack.callback(journal.close)
        return journal

    def look(self) -> Journal:
        """Open the journal to read it."""
        journal = self.journals.look(self.folder)
        self.stack.callback(journal.close)
        return journal


def beside(folder: Path) -> Given:
    """Return journals in files."""
    return Given(journals=BESIDE, folder=folder)


def in_database(folder: Path, reached_by: Mapping[str, Any], **more: Any) -> Given:
    """Return journals in a database."""
    return Given(journals=InDatabase(reached_by, **more), folder=folder)


def make_tables(dsn: str, home: Path) -> None:
    """Make the journals' tables by the migration that an installation makes them by."""
    told = {
        **os.environ,
        "DATABASE_URL": dsn,
        "DJANGO_SETTINGS_MODULE": "segue.settings",
        "PYTHONPATH": str(ROOT / "src"),
        "SEGUE_HOME": str(home),
        "SEGUE_KEYS": new_key(),
    }
    command = [sys.executable, "-m", "django", "migrate", "journals", "--verbosity", "0"]
    subprocess.run(command, env=told, check=True, timeout=PATIENCE_S)
