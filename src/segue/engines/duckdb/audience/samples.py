"""Show a few values of the data matching as Mailchimp will get them. Personal data: for the eye, never kept."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import duckdb
import ibis
import ibis.expr.types as ir
import orjson
from ibis.backends.sql.datatypes import DuckDBType

from segue.engines.duckdb.quoting import quoted
from segue.engines.duckdb.rendering import json_expression
from segue.profiles.schema import PROFILE_KEY
from segue.sync.fields import RenderedField

LOOKED_AT = 200
"""Profiles, by key, among which values are looked for."""

SHOWN = 3


def field_samples(
    connection: duckdb.DuckDBPyConnection, profiles: ir.Table, rendered: Sequence[RenderedField]
) -> Mapping[str, Sequence[str]]:
    """Return by merge tag the first different values that are not blank; none where all that were looked at are."""
    if not rendered:
        return {}
    columns = {name: text for field in rendered for name, text in field.columns.items()}
    first = profiles.select(PROFILE_KEY, **columns).order_by(PROFILE_KEY).limit(LOOKED_AT)
    values = ", ".join(json_expression(field.node, ()) for field in rendered)
    query = f"SELECT {values} FROM ({ibis.to_sql(first, dialect='duckdb')}) ORDER BY {PROFILE_KEY}"
    rows = connection.execute(query).fetchall()
    return {
        field.tag: _different(row[place] for row in rows) for place, field in enumerate(rendered)
    }


def put_rows(
    connection: duckdb.DuckDBPyConnection,
    name: str,
    columns: ibis.Schema,
    rows: Sequence[Sequence[object]],
) -> None:
    """Put a few rows into a table of the session's own, each value in the type of its column."""
    kinds = {column: DuckDBType.to_string(kind) for column, kind in columns.items()}
    typed = ", ".join(f"{quoted(column)} {kind}" for column, kind in kinds.items())
    connection.execute(f"CREATE OR REPLACE TEMP TABLE {quoted(name)} ({typed})")
    if rows:
        places = ", ".join("?" for _column in kinds)
        connection.executemany(f"INSERT INTO {quoted(name)} VALUES ({places})", rows)


def _different(values: Iterator[str]) -> Sequence[str]:
    found: dict[str, None] = {}
    for value in values:
        if len(found) < SHOWN and (text := _text(orjson.loads(value))):
            found[text] = None
    return list(found)


def _text(value: object) -> str:
    """Return a value on one line: an address as its parts."""
    if isinstance(value, dict):
        return ", ".join(str(part) for part in value.values() if str(part).strip())
    return str(value).strip()
