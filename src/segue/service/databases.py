"""Which database the settings name for an installation, and whether it holds what only the installation's keys can read.

Told without Django, whose settings need the keys: this is asked when they are missing.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import dj_database_url

from segue.core.errors import ConfigurationProblem

FILE_NAME = "segue.sqlite3"

ENCRYPTED = (
    ("connections_connection", "secret"),
    ("notices_channel", "target"),
    ("refreshes_runpaper", "samples"),
    ("segments_listcontents", "addresses"),
)
"""Tables and columns of what is stored encrypted; a test compares them with the models."""


@dataclass(frozen=True, slots=True)
class Embedded:
    """A SQLite file, which may not be there."""

    path: Path


@dataclass(frozen=True, slots=True)
class Server:
    """A PostgreSQL database: what psycopg needs to reach it. It holds a password."""

    reached_by: Mapping[str, Any] = field(repr=False)


Database = Embedded | Server


def database_of(environment: Mapping[str, str], home: Path) -> Database:
    """Return the database of an installation: THE reading of DATABASE_URL, by which the settings are made, too.

    Raises: ConfigurationProblem when DATABASE_URL names none that Segue can use.
    """
    url = environment.get("DATABASE_URL", "").strip()
    if not url:
        return Embedded(home / FILE_NAME)
    try:
        parsed: dict[str, Any] = {**dj_database_url.parse(url)}
    except ValueError:  # it may hold a password: neither repeated nor chained
        raise _unusable() from None
    engine = str(parsed.get("ENGINE"))
    # One in memory is none: each process would have its own.
    if engine.endswith("sqlite3") and parsed["NAME"] != ":memory:":
        return Embedded(Path(str(parsed["NAME"])).absolute())
    if not engine.endswith("postgresql"):
        raise _unusable()
    places = {"dbname": "NAME", "user": "USER", "password": "PASSWORD", "host": "HOST"}
    reached = {ours: parsed[theirs] for ours, theirs in places.items() if parsed.get(theirs)}
    if parsed.get("PORT"):
        reached["port"] = int(parsed["PORT"])
    return Server({**reached, **parsed.get("OPTIONS", {})})


def _unusable() -> ConfigurationProblem:
    return ConfigurationProblem(
        "The setting DATABASE_URL cannot be used as it is.",
        action="Write postgresql://user:password@host:5432/name, or leave it out for SQLite.",
        code="setting_invalid",
    )


def holds_encrypted(database: Database) -> bool:
    """Tell whether a database holds anything that is encrypted; one that is not there holds nothing.

    Raises: sqlite3.Error, psycopg.Error.
    """
    if isinstance(database, Server):
        return _server_holds(database)
    if not database.path.is_file():
        return False
    address = f"{database.path.absolute().as_uri()}?mode=ro"
    with closing(sqlite3.connect(address, uri=True)) as opened:
        there = {name for (name,) in opened.execute("SELECT name FROM sqlite_master")}
        asked = (_looking(*column) for column in ENCRYPTED if column[0] in there)
        return any(opened.execute(query).fetchone() for query in asked)


def _server_holds(server: Server) -> bool:
    import psycopg

    with closing(psycopg.connect(**server.reached_by)) as opened:
        for table, column in ENCRYPTED:
            found = opened.execute("SELECT to_regclass(%s)", [table]).fetchone()
            is_there = found is not None and found[0] is not None
            if is_there and opened.execute(_looking(table, column).encode()).fetchone():
                return True
    return False


def _looking(table: str, column: str) -> str:
    return f"SELECT 1 FROM {table} WHERE {column} <> '' LIMIT 1"  # noqa: S608 - our own names
