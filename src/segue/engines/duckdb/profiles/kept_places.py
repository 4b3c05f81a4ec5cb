"""Where members are kept that no rule finds, and how a session reads them: one file a name, beside the snapshots."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import duckdb

from segue.engines.duckdb.quoting import literal, quoted

FOLDER = "kept"
_ENDING = ".parquet"
_VIEW = "kept__"
"""How views begin; the same as `segments.tables.kept_name` says, which takes Ibis to ask."""


def kept_file(home: Path, place: str) -> Path:
    """Return the file of what is kept under a name."""
    return home / kept_path(place)


def kept_path(place: str) -> str:
    """Return the path of what is kept under a name, in the state folder."""
    return f"{FOLDER}/{place}{_ENDING}"


def kept_places(home: Path) -> Sequence[str]:
    """Return the names under which something is kept."""
    return [file.stem for file in sorted((home / FOLDER).glob(f"*{_ENDING}"))]


def open_kept(connection: duckdb.DuckDBPyConnection, home: Path) -> None:
    """Create a view for everything that is kept."""
    for place in kept_places(home):
        view, where = quoted(f"{_VIEW}{place}"), literal(str(kept_file(home, place)))
        connection.execute(f"CREATE OR REPLACE VIEW {view} AS SELECT * FROM read_parquet({where})")
