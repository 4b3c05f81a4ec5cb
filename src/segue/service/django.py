"""Set Django up for a process that is not the web server: the command line and the worker.

`start` is enough for whoever makes the database itself; everybody else calls `set_up`, which refuses a home folder
that is no installation yet. Importing this loads no Django, so that `segue --help` stays quick.
"""

from __future__ import annotations

import os
from functools import cache
from pathlib import Path

from segue.core.errors import ConfigurationProblem
from segue.core.sentences import said
from segue.core.trouble import raise_trouble
from segue.core.trouble_signs import DATABASE_LOST

SETTINGS = "segue.settings"


def set_up(home: Path) -> None:
    """Set Django up for the installation whose state folder is `home`; calling it again changes nothing.

    Raises: ConfigurationProblem when there is no installation, its keys or its migrations are missing, its database
    cannot be opened, or this process works for another installation already.
    """
    start(home)
    require_database()


def start(home: Path) -> None:
    """Load the settings and apps for a home folder; the database is neither opened nor made.

    Raises: ConfigurationProblem when there are no keys, or this process works for another installation already.
    """
    import django
    from django.conf import settings

    home = home.absolute()
    if settings.configured and home != settings.SEGUE_HOME:
        raise ConfigurationProblem(
            said("This process works for the installation in %(home)s.", home=settings.SEGUE_HOME),
            action="Start another process for another home folder.",
            code="installation_other",
        )
    os.environ["SEGUE_HOME"] = str(home)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", SETTINGS)
    django.setup()


def require_database() -> None:
    """Return when the database is there and of this version.

    Raises: ConfigurationProblem when it is missing, cannot be opened, lacks migrations, or has those of a newer Segue.
    """
    from django.conf import settings
    from django.db import DatabaseError, connection

    if _is_missing_file(connection.settings_dict):
        raise ConfigurationProblem(
            said("There is no installation in %(home)s yet.", home=settings.SEGUE_HOME),
            action="Start it once with `segue up`, or name its folder with --home.",
            code="installation_missing",
        )
    try:
        refuse_newer()
        missing = _missing_migrations()
    except DatabaseError as error:
        raise_trouble(error, but=(DATABASE_LOST,))
        raise ConfigurationProblem(
            said(
                "The database of the installation cannot be opened (%(kind)s).",
                kind=type(error).__name__,
            ),
            action="Check DATABASE_URL, and that the database runs and lets this user in.",
            code="database_unreachable",
        ) from error
    if missing:
        raise ConfigurationProblem(
            said(
                "The database of the installation in %(home)s is not of this version of Segue.",
                home=settings.SEGUE_HOME,
            ),
            action="Start it once with `segue up`, which brings it up to date.",
            code="database_not_migrated",
            context={"migrations": missing},
        )


def refuse_newer() -> None:
    """Return when the database has seen no step that this process does not know: such a one was made by a later version.

    Raises: ConfigurationProblem, DatabaseError.
    """
    from django.db import connection
    from django.db.migrations.recorder import MigrationRecorder

    ours, apps = _known_steps()
    applied = MigrationRecorder(connection).applied_migrations()
    unknown = [step for step in applied if step[0] in apps and step not in ours]
    if unknown:
        raise ConfigurationProblem(
            "The database belongs to a newer Segue than this one.",
            action="Start that version again, or restore the backup that was made before the upgrade.",
            code="database_newer",
            context={"steps": len(unknown)},
        )


@cache
def _known_steps() -> tuple[frozenset[tuple[str, str]], frozenset[str]]:
    """Return the steps that were there when this process began, and their apps: an upgrade may put others beside them."""
    from django.db.migrations.loader import MigrationLoader

    steps = frozenset(MigrationLoader(None).disk_migrations or ())
    return steps, frozenset(app for app, _ in steps)


def _missing_migrations() -> int:
    from django.db import connection
    from django.db.migrations.executor import MigrationExecutor

    executor = MigrationExecutor(connection)
    return len(executor.migration_plan(executor.loader.graph.leaf_nodes()))


def _is_missing_file(database: dict[str, object]) -> bool:
    """Tell whether an embedded database is not there: opening it would make an empty one."""
    name, is_embedded = str(database["NAME"]), str(database["ENGINE"]).endswith("sqlite3")
    is_file = not name.startswith((":memory:", "file:"))
    return is_embedded and is_file and not Path(name).is_file()
