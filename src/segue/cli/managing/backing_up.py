"""`segue manage backup`: a copy of the embedded database while it is in use. Not the keys, not the state folder."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

import click

from segue.cli.invocation import Invocation
from segue.cli.managing.opened import installation_options, open_installation
from segue.cli.messages import say
from segue.cli.terminal import print_line
from segue.core.errors import ConfigurationProblem


@click.command()
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@installation_options
def backup(invocation: Invocation, *, file: Path) -> None:
    """Copy the SQLite database into FILE, whole and consistent, while Segue runs.

    The keys are not in it: keep them elsewhere, for whoever has both has every secret. Nor is what counts for a while
    only: who is signed in, open invitations, proposed definitions, failed sign-ins. Copy the folders `audiences` and
    `reports` of the state folder too: they hold what Mailchimp acknowledged.
    """
    folder = open_installation(invocation)
    from django.conf import settings

    database = settings.DATABASES["default"]
    if not str(database["ENGINE"]).endswith("sqlite3"):
        raise ConfigurationProblem(
            "The database of this installation is on a server.",
            action="Copy it with pg_dump; see docs/howto/run-in-production.md.",
            code="backup_of_server",
        )
    if file.exists():
        raise ConfigurationProblem(
            f"{file} is there already.",
            action="Name another file: a backup never replaces an older one.",
            code="file_exists",
        )
    try:
        copy(Path(str(database["NAME"])), file)
    except OSError as error:
        raise ConfigurationProblem(
            f"The file {file} cannot be written: {error.strerror}.",
            action="Name a file in a folder that exists and that you may write to.",
            code="file_not_writable",
        ) from None
    print_line(say(invocation.language, "backup_made", file=str(file)), style="green")
    print_line(say(invocation.language, "backup_without", folder=str(folder)))


def copy(database: Path, file: Path) -> None:
    """Copy an embedded database that is in use, without what `passing` names.

    The file appears only when it is complete. Raises: OSError.
    """
    aside = file.with_name(f".{file.name}.{os.getpid()}.part")
    os.close(os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
    try:
        with closing(sqlite3.connect(database)) as source, closing(sqlite3.connect(aside)) as made:
            source.backup(made)
            made.execute("PRAGMA journal_mode=DELETE")
            _leave_out(made)
        aside.replace(file)
    finally:
        aside.unlink(missing_ok=True)


def passing() -> Sequence[tuple[str, str]]:
    """Return the tables and rows that hold only what counts for a while: a restored copy must not bring it back.

    Nobody is signed in again by it, no invitation that was withdrawn opens, and nobody waits for a lock-out that is over.
    """
    from axes.models import AccessAttempt, AccessAttemptExpiration

    from segue.control.people.models import FailedSignIns, Invitation, Session
    from segue.control.sources.models import ProposedDefinition

    whole = (AccessAttemptExpiration, AccessAttempt, FailedSignIns, Session, ProposedDefinition)
    open_ones = "accepted_at IS NULL"
    return [(Invitation._meta.db_table, open_ones), *((m._meta.db_table, "1") for m in whole)]


def _leave_out(made: sqlite3.Connection) -> None:
    """Delete those rows, and what was deleted before: SQLite leaves it in the file until it is written anew."""
    there = {name for (name,) in made.execute("SELECT name FROM sqlite_master")}
    for table, which in passing():
        if table in there:
            made.execute(f'DELETE FROM "{table}" WHERE {which}')  # noqa: S608 - our own names
    made.commit()
    made.execute("VACUUM")
