"""Turn what an engine found into what a starter file is made from. Guesses nothing itself."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from segue.configuration.starter_tables import (
    SettingValue,
    StarterColumn,
    StarterLink,
    StarterTable,
    attribute_name,
    free_name,
)
from segue.profiles.object_stores import Objects

if TYPE_CHECKING:
    from segue.profiles.found import FoundTable

Setting = tuple[str, "SettingValue"]


def starter_tables(
    found: Sequence[FoundTable],
    *,
    folder: Path,
    dsn: str | None,
    options: Mapping[str, SettingValue],
) -> tuple[StarterTable, ...]:
    """Return the tables that have columns, with valid names and with paths relative to `folder`.

    `dsn` is the variable with the connection text of a database, `options` are what is said of a store: region, endpoint, credentials.
    """
    readable = [table for table in found if table.columns and table.problem is None]
    names: dict[str, str] = {}
    for table in readable:
        names.setdefault(table.name, free_name(attribute_name(table.name), set(names.values())))
    taken: set[str] = set()
    made = []
    for table in readable:
        name = free_name(names[table.name], taken)
        taken.add(name)
        made.append(
            _table(
                table,
                name,
                names=names,
                settings=(*_settings(table, folder, dsn), *options.items()),
            )
        )
    return tuple(made)


def _table(
    table: FoundTable, name: str, *, names: dict[str, str], settings: tuple[Setting, ...]
) -> StarterTable:
    links = (
        StarterLink(column=r.column, other_table=names[r.other_table], other_column=r.other_column)
        for r in table.relationships
        if r.other_table in names
    )
    return StarterTable(
        name=name,
        type=table.kind,
        settings=settings,
        columns=tuple(
            StarterColumn(name=c.name, type=c.type, options=c.options) for c in table.columns
        ),
        key=table.key,
        first_name=table.first_name,
        last_name=table.last_name,
        links=tuple(links),
    )


def _settings(table: FoundTable, folder: Path, dsn: str | None) -> tuple[Setting, ...]:
    settings: list[Setting] = []
    if isinstance(table.path, Objects):
        settings.append(("path", str(table.path)))
    elif table.path is not None:
        settings.append(("path", os.path.relpath(table.path, folder)))
    elif dsn is not None:
        settings.append(("dsn", ("env", dsn)))
    if table.table is not None:
        settings.append(("table", table.table))
    settings += table.settings
    return tuple(settings)
