"""Where the data sources of an installation are read from, by what its database alone keeps. Told without the keys."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

from segue.configuration.sections import local_path
from segue.configuration.structure import declared
from segue.service.databases import Database, Server

TABLE = "sources_definition"
COLUMNS = ("text", "folder")
_NEWEST = "SELECT text, folder FROM sources_definition ORDER BY id DESC LIMIT 1"


def kept_paths(database: Database) -> Iterator[Path]:
    """Yield the paths, or patterns of paths, of the sources of the definition that counts; none where there is none.

    Raises: sqlite3.Error, psycopg.Error.
    """
    row = _of_server(database) if isinstance(database, Server) else _of_file(database.path)
    if row is None:
        return
    text, folder = row
    whole = declared(text).value
    sources = whole.get("sources") if isinstance(whole, dict) else None
    for source in sources.values() if isinstance(sources, dict) else ():
        path = source.get("path") if isinstance(source, dict) else None
        if isinstance(path, str) and "://" not in path:
            yield local_path(path, Path(folder))


def _of_file(path: Path) -> tuple[str, str] | None:
    if not path.is_file():
        return None
    with closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)) as opened:
        there = {name for (name,) in opened.execute("SELECT name FROM sqlite_master")}
        return opened.execute(_NEWEST).fetchone() if TABLE in there else None


def _of_server(server: Server) -> tuple[str, str] | None:
    import psycopg

    with closing(psycopg.connect(**server.reached_by)) as opened:
        found = opened.execute("SELECT to_regclass(%s)", [TABLE]).fetchone()
        if found is None or found[0] is None:
            return None
        row: tuple[str, str] | None = opened.execute(_NEWEST).fetchone()
        return row
