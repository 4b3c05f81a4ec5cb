"""The embedded database of an installation: copied at one moment while it is in use, and made ready again.

Nothing here needs the keys: an installation whose keys are lost can be backed up and restored all the same.
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterable
from contextlib import closing
from datetime import datetime
from importlib.resources import files
from pathlib import Path

from segue.backups.manifest import Head
from segue.backups.passing import AUDIT, AUDITED, audited, interrupted, left_out
from segue.core.waits import COPY_S

_LATER = "strftime('%Y-%m-%d %H:%M:%f', coalesce(last_login, created_at), '+1 second')"


def copy_embedded(database: Path, target: Path) -> tuple[str, ...]:
    """Copy a SQLite database that is in use, without what passes; return the migrations that it has seen.

    Raises: sqlite3.Error, OSError.
    """
    os.close(os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
    address = f"{database.absolute().as_uri()}?mode=ro"
    with (
        closing(sqlite3.connect(address, uri=True, timeout=COPY_S)) as source,
        closing(sqlite3.connect(target)) as made,
    ):
        source.backup(made)
        made.execute("PRAGMA journal_mode=DELETE")
        for statement in left_out(_tables(made)):
            made.execute(statement)
        made.commit()
        made.execute("VACUUM")  # what was deleted stays in the file until it is written anew
        return _steps(made)


def ready_embedded(database: Path, *, now: datetime, head: Head) -> None:
    """Make a restored SQLite database one that nothing is under way in, and whose audit log tells of the restore.

    Raises: sqlite3.Error when it is damaged.
    """
    with closing(sqlite3.connect(database)) as opened:
        if opened.execute("PRAGMA quick_check(1)").fetchone()[0] != "ok":
            raise sqlite3.DatabaseError("the pages do not fit together")
        tables = _tables(opened)
        for statement in (*left_out(tables), *interrupted(tables, now=now, later=_LATER)):
            opened.execute(statement)
        if AUDIT in tables:
            opened.execute(AUDITED, audited(head, now=now))
        opened.commit()
        opened.execute("VACUUM")


def _tables(database: sqlite3.Connection) -> list[str]:
    found = database.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
    return [name for (name,) in found]


def _steps(database: sqlite3.Connection) -> tuple[str, ...]:
    if "django_migrations" not in _tables(database):
        return ()
    rows = database.execute("SELECT app, name FROM django_migrations ORDER BY id").fetchall()
    return tuple(f"{app} {name}" for app, name in rows)


def are_newer(steps: Iterable[str]) -> bool:
    """Tell whether a database has seen migrations of ours that this version does not have."""
    ours = files("segue.control")
    for step in steps:
        app, _, name = step.partition(" ")
        migrations = ours / app / "migrations"
        if migrations.is_dir() and not (migrations / f"{name}.py").is_file():
            return True
    return False
