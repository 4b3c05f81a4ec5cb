"""A PostgreSQL database in a backup: every table as it is at one moment, by COPY, without pg_dump or its version.

The tables themselves are not in it: a restore makes them by the migrations that the database had seen, in one transaction
with the rows, so that a restore that fails leaves the database as it was.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from segue.backups.manifest import Head, Tables
from segue.backups.passing import AUDIT, AUDITED, PASSING, audited, interrupted, left_out

_TABLES = (
    "SELECT c.relname, array_agg(a.attname::text ORDER BY a.attnum) FROM pg_class c "
    "JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped AND a.attgenerated = '' "
    "WHERE c.relkind = 'r' AND c.relnamespace = current_schema()::regnamespace GROUP BY c.relname ORDER BY c.relname"
)
_LATER = "coalesce(last_login, created_at) + interval '1 second'"
_PIECE = 1 << 20
_SIGNS = "SELECT name, signs FROM refreshes_worker"
HEARD_WITHIN_S = 15
"""Seconds within which a worker that is there gives a sign, each of which is looked for: they give one every five."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Dump:
    """What was copied of a database; `empty`: it holds no table of ours."""

    tables: Tables
    steps: tuple[str, ...]


def dump(reached_by: Mapping[str, Any], folder: Path) -> Dump:
    """Copy every table into a file of its name in the folder, without what passes. Raises: psycopg.Error, OSError."""
    import psycopg

    with closing(psycopg.connect(**reached_by)) as connection:
        connection.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
        connection.read_only = True
        tables = dict(connection.execute(_TABLES).fetchall())
        steps: tuple[str, ...] = ()
        if "django_migrations" in tables:
            found = connection.execute("SELECT app, name FROM django_migrations ORDER BY id")
            steps = tuple(f"{app} {name}" for app, name in found.fetchall())
        for table, columns in tables.items():
            with (
                (folder / table).open("wb") as file,
                connection.cursor().copy(_reading(table, columns)) as rows,
            ):
                for piece in rows:
                    file.write(piece)
        connection.rollback()
    return Dump(tables=Tables(columns={t: tuple(c) for t, c in tables.items()}), steps=steps)


def _reading(table: str, columns: Sequence[str]) -> str:
    kept = f"NOT ({PASSING[table]})" if table in PASSING else "TRUE"
    return f"COPY (SELECT {_named(columns)} FROM {_quoted(table)} WHERE {kept}) TO STDOUT"


@dataclass(frozen=True, slots=True, kw_only=True)
class Load:
    """A dump that is to be put into the database of the settings. `aside` "": it must be empty.

    Otherwise its tables are moved into a schema of that name first.
    """

    folder: Path
    tables: Tables
    steps: Sequence[str]
    aside: str
    head: Head


def is_empty(reached_by: Mapping[str, Any]) -> bool:
    """Tell whether a database holds no table where ours would be. Raises: psycopg.Error."""
    import psycopg

    with closing(psycopg.connect(**reached_by)) as connection:
        return not connection.execute(_TABLES).fetchall()


def is_at_work(reached_by: Mapping[str, Any], *, wait: Callable[[float], None]) -> bool:
    """Tell whether a worker of any host gives signs in a database: its row alone may be that of one that was killed.

    Raises: psycopg.Error.
    """
    import psycopg

    with closing(psycopg.connect(**reached_by, autocommit=True)) as connection:
        if "refreshes_worker" not in dict(connection.execute(_TABLES).fetchall()):
            return False
        before = dict(connection.execute(_SIGNS).fetchall())
        for _ in range(HEARD_WITHIN_S if before else 0):
            wait(1.0)
            now = dict(connection.execute(_SIGNS).fetchall())
            if any(signs != before.get(name) for name, signs in now.items()):
                return True
        return False


def load(wanted: Load, *, now: datetime, last: Callable[[], None]) -> None:
    """Put a dump into the database of Django's settings; `last` is done when only the commit is left.

    Raises: ConfigurationProblem, django.db.Error, OSError, with the database as it was before.
    """
    from django.db import connection, transaction

    with transaction.atomic(), connection.cursor() as cursor:
        if wanted.aside:
            _set_aside(cursor, wanted.aside)
        _make_tables(wanted.steps)
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        there = _columns_of(cursor)
        _check_fit(wanted.tables, there)
        cursor.execute(f"TRUNCATE {', '.join(map(_quoted, there))}")
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")
        for table, columns in wanted.tables.columns.items():
            _fill(cursor, wanted.folder / table, table, columns)
        _go_on_counting(cursor, there)
        for statement in (
            *left_out(list(there)),
            *interrupted(list(there), now=now, later=_LATER),
        ):
            cursor.execute(statement)
        if AUDIT in there:
            cursor.execute(AUDITED.replace("?", "%s"), audited(wanted.head, now=now))
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        last()


def _columns_of(cursor: Any) -> dict[str, list[str]]:
    cursor.execute(_TABLES)
    return dict(cursor.fetchall())


def _set_aside(cursor: Any, schema: str) -> None:
    tables = _columns_of(cursor)
    cursor.execute(f"CREATE SCHEMA {_quoted(schema)}")
    for table in tables:
        cursor.execute(f"ALTER TABLE {_quoted(table)} SET SCHEMA {_quoted(schema)}")


def _make_tables(steps: Iterable[str]) -> None:
    """Make the tables by the last migration of each app that the database had seen."""
    from django.db import connection
    from django.db.migrations.executor import MigrationExecutor

    executor = MigrationExecutor(connection)
    graph = executor.loader.graph
    seen = {(app, name) for app, _, name in (step.partition(" ") for step in steps)}
    last = [
        node
        for node in sorted(seen & set(graph.nodes))
        if not any(
            child.key in seen and child.key[0] == node[0] for child in _children(graph, node)
        )
    ]
    executor.migrate(last)


def _children(graph: Any, node: tuple[str, str]) -> Iterable[Any]:
    return graph.node_map[node].children  # type: ignore[no-any-return]


def _check_fit(wanted: Tables, there: Mapping[str, Sequence[str]]) -> None:
    from segue.core.errors import ConfigurationProblem

    for table, columns in wanted.columns.items():
        if not set(columns) <= set(there.get(table, ())):
            raise ConfigurationProblem(
                "The tables in the backup are not those that this version of Segue makes.",
                action="Restore it with the version that made it. Nothing was changed.",
                code="backup_newer",
            )


def _fill(cursor: Any, file: Path, table: str, columns: Sequence[str]) -> None:
    copying = f"COPY {_quoted(table)} ({_named(columns)}) FROM STDIN"
    with file.open("rb") as rows, cursor.copy(copying) as into:
        while piece := rows.read(_PIECE):
            into.write(piece)


def _go_on_counting(cursor: Any, there: Mapping[str, Sequence[str]]) -> None:
    """Let new rows be numbered after those that were put in."""
    for table, columns in there.items():
        if "id" not in columns:
            continue
        cursor.execute("SELECT pg_get_serial_sequence(%s, 'id')", [_quoted(table)])
        (sequence,) = cursor.fetchone()
        if sequence:
            highest = f"SELECT max(id) FROM {_quoted(table)}"
            cursor.execute(
                f"SELECT setval('{sequence}', coalesce(({highest}), 1), ({highest}) IS NOT NULL)"
            )


def _named(columns: Sequence[str]) -> str:
    return ", ".join(map(_quoted, columns))


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'
