"""Read single values by the expressions that read files: so a value means the same wherever its table lies."""

from __future__ import annotations

import duckdb
import pyarrow as pa

from segue.engines.duckdb.profiles import addresses, keys
from segue.engines.duckdb.reading.sources_reports import VALUE_LENGTH
from segue.engines.duckdb.reading.typed import Column, as_text, typed
from segue.profiles.schema import Attribute, AttributeType

GIVEN = "given_values"
"""The session's table of values: `k` finds a value again on the cluster, `v` is the value, `n` how many rows hold it."""


def read_values(
    connection: duckdb.DuckDBPyConnection, attribute: Attribute | None, given: pa.Table
) -> pa.Table:
    """Return of given values (`k`, `v`, `n`) what an attribute, or a key's form (None), makes of each.

    Columns: `k`, `n`, `value`, `address` (of e-mail attributes, else NULL), `problem`, `rounded`, `written`.
    """
    connection.register("arriving_values", given)
    connection.execute(f"CREATE OR REPLACE TEMP TABLE {GIVEN} AS FROM arriving_values")
    connection.unregister("arriving_values")
    native = connection.execute(f"SELECT typeof(v) FROM {GIVEN} LIMIT 1").fetchall()
    column = Column(sql="v", native=native[0][0] if native else "VARCHAR")
    query = _form(connection, column) if attribute is None else _read(connection, attribute, column)
    return connection.sql(query).to_arrow_table()


def _form(connection: duckdb.DuckDBPyConnection, column: Column) -> str:
    rest = (
        f"NULL::VARCHAR AS address, NULL::VARCHAR AS problem, false AS rounded, {_written(column)}"
    )
    if column.native != "VARCHAR":
        return f"SELECT k, n, {keys.form_of_typed(column)} AS value, {rest} FROM {GIVEN}"
    formed = keys.in_form(connection, f"SELECT k, n, v, v AS value FROM {GIVEN}", "value")
    return f"SELECT k, n, {keys.unless_nothing('v', 'value')} AS value, {rest} FROM ({formed})"


def _read(connection: duckdb.DuckDBPyConnection, attribute: Attribute, column: Column) -> str:
    found, text = typed(attribute, column), as_text(column)
    address, problem, join = "NULL::VARCHAR", found.problem or "NULL::VARCHAR", ""
    if attribute.type is AttributeType.EMAIL:
        addresses.look_up_domains(connection, GIVEN, text)
        looked_up = addresses.lookup(connection, text, alias="d")
        expressions = addresses.expressions(text, looked_up=looked_up.ascii)
        address, problem, join = expressions.address, expressions.problem, looked_up.join
    return (
        f"SELECT k, n, {found.value} AS value, {address} AS address, {problem} AS problem,"
        f" coalesce({found.rounded or 'false'}, false) AS rounded, {_written(column)} FROM {GIVEN}{join}"
    )


def _written(column: Column) -> str:
    return f"left({as_text(column)}, {VALUE_LENGTH}) AS written"
