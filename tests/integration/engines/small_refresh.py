"""Small refreshes for tests: declare a table in a line, refresh it, read what came out."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import duckdb

from segue.core.permit import Permit
from segue.engines.duckdb.profiles.refresh import refresh
from segue.engines.duckdb.profiles.snapshot_problems import list_problems
from segue.engines.duckdb.profiles.snapshots import open_views
from segue.engines.duckdb.session import Resources
from segue.profiles.ports import Refreshed, Snapshot, Told
from segue.profiles.schema import Attribute, AttributeType, Join, ProfileSchema, Table
from segue.profiles.sources import CsvSource, Source

NOW = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)


def attribute(name: str, kind: str = "text", column: str = "", **more: Any) -> Attribute:
    """Declare an attribute that is read from the column of its name unless told otherwise."""
    personal = more.pop("personal", kind == "email")
    return Attribute(
        name=name, type=AttributeType(kind), column=column or name, personal=personal, **more
    )


def table(
    *attributes: Attribute,
    name: str = "profiles",
    source: str = "people",
    key: str = "id",
    key_type: str = "text",
    joins: Sequence[Join] = (),
    newest_by: str | None = None,
) -> Table:
    """Declare a table with a text key."""
    return Table(
        name=name,
        source=source,
        key=key,
        key_type=AttributeType(key_type),
        attributes=attributes,
        joins=tuple(joins),
        newest_by=newest_by,
    )


def schema(profiles: Table, **related: Table) -> ProfileSchema:
    """Declare profiles and related tables."""
    return ProfileSchema(profiles=profiles, related=related)


def csv_source(folder: Path, text: str | bytes, *, name: str = "people", **more: Any) -> CsvSource:
    """Write a CSV file and declare it."""
    path = folder / f"{name}.csv"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return CsvSource(name=name, path=path, **more)


def run(
    home: Path,
    declared: ProfileSchema,
    *sources: Source,
    now: datetime = NOW,
    force: bool = False,
    told: Told | None = None,
    began: Callable[[str], None] | None = None,
    permit: Permit | None = None,
) -> Refreshed:
    """Refresh with one thread and little memory."""
    named: Mapping[str, Source] = {source.name: source for source in sources}
    return refresh(
        declared,
        named,
        home=home,
        now=now,
        resources=Resources(memory_limit_mb=256, threads=1),
        force=force,
        told=told,
        began=began,
        permit=permit,
    )


_VALUES = "COLUMNS(lambda name: NOT regexp_matches(name, '__(unread|refused)$'))"


def rows(
    snapshot: Snapshot, view: str = "profiles", columns: str = _VALUES
) -> list[tuple[Any, ...]]:
    """Read a view of a snapshot in order of all its columns; the flags beside values are left out."""
    with duckdb.connect() as connection:
        open_views(connection, snapshot)
        return connection.execute(f"SELECT {columns} FROM {view} ORDER BY ALL").fetchall()


def listed(snapshot: Snapshot, **more: Any) -> list[tuple[int, str | None, str, str | None]]:
    """Return each problem as row, column, kind and value."""
    found = list_problems(snapshot, 100, personal_values=True, **more)
    return [(one.row, one.column, one.kind, one.value) for one in found]
