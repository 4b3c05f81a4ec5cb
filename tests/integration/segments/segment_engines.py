"""Run compiled segments on real engines, over rows given as Python values. Only for tests."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

import duckdb
import pyarrow as pa

from segue.profiles.schema import AttributeType, Table, address_column, address_problem_column
from segue.segments.compile import to_sql, with_flags
from segue.segments.rules import Segment
from tests.unit.segments.segment_schema import SCHEMA, in_zone

Tables = Mapping[str, Sequence[Mapping[str, object]]]

_ARROW = {
    AttributeType.TEXT: pa.string(),
    AttributeType.EMAIL: pa.string(),
    AttributeType.INTEGER: pa.int64(),
    AttributeType.DECIMAL: pa.decimal128(18, 2),
    AttributeType.BOOLEAN: pa.bool_(),
    AttributeType.DATE: pa.date32(),
    AttributeType.TIMESTAMP: pa.timestamp("us"),
    AttributeType.BIRTHDAY: pa.string(),
    AttributeType.LIST: pa.string(),
}
_POSTGRES = {
    AttributeType.TEXT: "text",
    AttributeType.EMAIL: "text",
    AttributeType.INTEGER: "bigint",
    AttributeType.DECIMAL: "numeric(18, 2)",
    AttributeType.BOOLEAN: "boolean",
    AttributeType.DATE: "date",
    AttributeType.TIMESTAMP: "timestamp",
    AttributeType.BIRTHDAY: "text",
    AttributeType.LIST: "text",
}


def declared() -> dict[str, Table]:
    """Return the tables of SCHEMA by the name of their snapshot."""
    return {"profiles": SCHEMA.profiles} | {
        f"related_{name}": table for name, table in SCHEMA.related.items()
    }


def on_duckdb(
    tables: Tables, segments: Sequence[Segment], *, as_of: datetime, time_zone: str
) -> dict[str, set[object]]:
    """Return each segment's members according to DuckDB."""
    with duckdb.connect(":memory:", config={"threads": "1"}) as connection:
        fill_duckdb(connection, tables)
        sql, columns = compiled(segments, "duckdb", as_of=as_of, time_zone=time_zone)
        rows = connection.execute(_narrow(sql, columns)).fetchall()
    return _members(rows, segments)


def on_postgres(
    connection: object,
    tables: Tables,
    segments: Sequence[Segment],
    *,
    as_of: datetime,
    time_zone: str,
) -> dict[str, set[object]]:
    """Return each segment's members according to PostgreSQL; nothing is left behind."""
    sql, columns = compiled(segments, "postgres", as_of=as_of, time_zone=time_zone)
    with connection.transaction(force_rollback=True), connection.cursor() as cursor:  # type: ignore[attr-defined]
        for name, table in declared().items():
            _fill_postgres(cursor, name, table, tables[name])
        rows = cursor.execute(_narrow(sql, columns)).fetchall()
    return _members(rows, segments)


def compiled(
    segments: Sequence[Segment], dialect: str, *, as_of: datetime, time_zone: str
) -> tuple[str, list[str]]:
    """Return the query of the segments and the columns of their flags."""
    known = {segment.name: segment for segment in segments}
    schema = in_zone(time_zone)
    flagged = with_flags(segments, schema, as_of=as_of, time_zone=time_zone, all_segments=known)
    return to_sql(flagged.table, dialect), list(flagged.flags.values())  # type: ignore[arg-type]


def fill_duckdb(connection: duckdb.DuckDBPyConnection, tables: Tables) -> None:
    """Create the tables of SCHEMA with these rows."""
    for name, table in declared().items():
        columns = {"profile_key": pa.int64()}
        for attribute in table.attributes:
            columns[attribute.name] = _ARROW[attribute.type]
            if attribute.type is AttributeType.EMAIL:
                columns[address_column(attribute.name)] = pa.string()
                columns[address_problem_column(attribute.name)] = pa.string()
        rows = [_with_address(row, table) for row in tables[name]]
        loaded = pa.Table.from_pylist(rows, schema=pa.schema(list(columns.items())))
        connection.register("loaded", loaded)
        connection.execute(f'CREATE TABLE "{name}" AS SELECT * FROM loaded')
        connection.unregister("loaded")


def _fill_postgres(
    cursor: object, name: str, table: Table, rows: Sequence[Mapping[str, object]]
) -> None:
    columns = {"profile_key": "bigint"}
    for attribute in table.attributes:
        columns[attribute.name] = _POSTGRES[attribute.type]
        if attribute.type is AttributeType.EMAIL:
            columns[address_column(attribute.name)] = "text"
            columns[address_problem_column(attribute.name)] = "text"
    body = ", ".join(f'"{column}" {kind}' for column, kind in columns.items())
    cursor.execute(f'CREATE TEMPORARY TABLE "{name}" ({body}) ON COMMIT DROP')  # type: ignore[attr-defined]
    places = ", ".join(["%s"] * len(columns))
    for row in rows:
        full = _with_address(row, table)
        cursor.execute(  # type: ignore[attr-defined]
            f'INSERT INTO "{name}" VALUES ({places})', [full.get(column) for column in columns]
        )


def _with_address(row: Mapping[str, object], table: Table) -> dict[str, object]:
    full = dict(row)
    for attribute in table.attributes:
        if attribute.type is AttributeType.EMAIL:
            full[address_column(attribute.name)] = row.get(attribute.name)
    return full


def _narrow(sql: str, columns: Sequence[str]) -> str:
    flags = ", ".join(f'"{column}"' for column in columns)
    return f"SELECT profile_key, {flags} FROM ({sql}) AS flagged"


def _members(
    rows: Sequence[Sequence[object]], segments: Sequence[Segment]
) -> dict[str, set[object]]:
    assert all(flag is not None for row in rows for flag in row)
    return {
        segment.name: {row[0] for row in rows if row[place]}
        for place, segment in enumerate(segments, start=1)
    }
