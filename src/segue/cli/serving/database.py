"""The installation's database: made with safe rights, brought up to date by one process at a time, never downgraded."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from segue.core.errors import ConfigurationProblem
from segue.core.sentences import said
from segue.core.trouble import raise_trouble
from segue.core.trouble_signs import DATABASE_LOST
from segue.service.django import refuse_newer
from segue.service.places import scratch_of

_LOCK = 0x5E60_E000
"""The number of our lock on a database server. Any number does that nobody else uses."""


def make_file(database: dict[str, object]) -> None:
    """Make an embedded database that is not there yet, empty and for its owner alone."""
    name = str(database["NAME"])
    if not str(database["ENGINE"]).endswith("sqlite3") or name.startswith((":memory:", "file:")):
        return
    try:
        os.close(os.open(name, os.O_RDWR | os.O_CREAT, 0o600))
    except OSError as error:
        raise ConfigurationProblem(
            said(
                "The database %(name)s cannot be written: %(why)s.", name=name, why=error.strerror
            ),
            action="Let this user write it, or name another place in DATABASE_URL.",
            code="database_not_writable",
        ) from None


def described(database: dict[str, object]) -> str:
    """Return in words which database it is; no user, no password."""
    if str(database["ENGINE"]).endswith("sqlite3"):
        return f"SQLite, {database['NAME']}"
    host, port = database.get("HOST") or "local socket", database.get("PORT") or 5432
    return f"PostgreSQL, {database['NAME']} on {host}:{port}"


def migrated(home: Path) -> int:
    """Bring the database up to date and return how many steps that took. Two processes at once are safe.

    Raises: ConfigurationProblem for a database of a newer Segue, or one that cannot be reached.
    """
    from django.core.management import call_command
    from django.db import DatabaseError, connection
    from django.db.migrations.executor import MigrationExecutor

    try:
        with _alone(home):
            refuse_newer()
            executor = MigrationExecutor(connection)
            steps = len(executor.migration_plan(executor.loader.graph.leaf_nodes()))
            if steps:
                call_command("migrate", interactive=False, verbosity=0)
            return steps
    except DatabaseError as error:
        raise_trouble(error, but=(DATABASE_LOST,))
        raise ConfigurationProblem(
            said(
                "The database of the installation cannot be used (%(kind)s).",
                kind=type(error).__name__,
            ),
            action="Check DATABASE_URL, and that the database runs and lets this user in.",
            code="database_unreachable",
        ) from error


@contextmanager
def _alone(home: Path) -> Iterator[None]:
    """Hold the file of the home and, on a database server, its lock: whoever comes second waits."""
    from django.db import connection

    scratch = scratch_of(os.environ, home)
    scratch.mkdir(parents=True, exist_ok=True, mode=0o700)
    with (scratch / "migrate.lock").open("a", encoding="utf-8") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        if connection.vendor != "postgresql":
            yield
            return
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_lock(%s)", [_LOCK])
        try:
            yield
        finally:
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_unlock(%s)", [_LOCK])
