"""Of several rows with one key: which one wins, and which yes/no attributes a row that lost says no to."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import duckdb

from segue.engines.duckdb.profiles import keys
from segue.engines.duckdb.profiles.unify import OWN, Repeats, Unified, base_of, located, repeated
from segue.engines.duckdb.quoting import literal, quoted
from segue.engines.duckdb.reading.sources import Relation
from segue.engines.duckdb.reading.sources_batches import FILE_NUMBER, ROW
from segue.engines.duckdb.reading.typed import typed
from segue.profiles.problems import RowProblem
from segue.profiles.references import resolve
from segue.profiles.schema import Attribute, AttributeType, Table, refused_column


def repeated_keys(connection: duckdb.DuckDBPyConnection, rows: Unified) -> Repeats:
    """Find the rows that lose against another with the same key: by the declared winner, then by the total order."""
    order = rows.own.order(alias=OWN)
    newest = rows.table.attribute(rows.table.newest_by) if rows.table.newest_by else None
    if newest is not None:
        value = typed(newest, located(rows.table, rows.relations, newest.column)).value
        order = f"({value}) DESC NULLS LAST, {order}"
    return repeated(
        connection,
        "repeats_of_key",
        base=rows.base,
        alias=OWN,
        found_by=[rows.key.value],
        shown=rows.key_text,
        order=order,
    )


def refusals(
    connection: duckdb.DuckDBPyConnection,
    rows: Unified,
    repeats: Repeats,
    joined: Mapping[str, Repeats],
) -> tuple[str, ...]:
    """Return a column per yes/no attribute that is true where a row that lost says no, or what cannot be read.

    Whoever takes the attribute as consent must know. A row loses in the table itself, or in the joined source that the
    attribute is read from.
    """
    yes_no = (a for a in rows.table.attributes if a.type is AttributeType.BOOLEAN)
    columns: list[str] = []
    for attribute in yes_no:
        queries = list(_noes(rows.table, rows.relations, attribute, repeats, joined))
        refused = "false"
        if queries:
            kept = f"refused_{len(columns)}"
            connection.execute(f"CREATE OR REPLACE TEMP TABLE {kept} AS {' UNION '.join(queries)}")
            refused = f"({rows.key.value}) IN (SELECT key FROM {kept})"
        columns.append(f"{refused} AS {quoted(refused_column(attribute.name))}")
    return tuple(columns)


def tally_outweighed(
    connection: duckdb.DuckDBPyConnection, rows: Unified, *, profiles: str
) -> None:
    """Count the profiles whose row says yes where another row of the same key says no."""
    for attribute in rows.table.attributes:
        if attribute.type is not AttributeType.BOOLEAN:
            continue
        refused = quoted(refused_column(attribute.name))
        connection.execute(
            f"INSERT INTO tallies SELECT * FROM (SELECT {literal(rows.own.source)}, {literal(attribute.name)},"
            f" {literal(attribute.column)}, {literal(RowProblem.YES_OUTWEIGHED)}, count(*) AS found"
            f" FROM {profiles} WHERE {quoted(attribute.name)} AND {refused}) WHERE found > 0"
        )


def _noes(
    table: Table,
    relations: Mapping[str, Relation],
    attribute: Attribute,
    repeats: Repeats,
    joined: Mapping[str, Repeats],
) -> Iterator[str]:
    """Yield queries of the keys of rows that lost and say no."""
    key = keys.key_of(table, located(table, relations, table.key)).value
    answer = typed(attribute, located(table, relations, attribute.column))
    said = f"SELECT {key} AS key FROM"
    # What was written and could not be read may be a no.
    unread = f"({answer.problem}) IS NOT NULL" if answer.problem else "false"
    no = f"(({answer.value}) IS FALSE OR {unread}) AND ({key}) IS NOT NULL"
    if repeats.count:
        lost = f"r.{FILE_NUMBER} = {OWN}.{FILE_NUMBER} AND r.{ROW} = {OWN}.{ROW}"
        yield f"{said} {base_of(table, relations, joined=joined)} SEMI JOIN {repeats.table} r ON {lost} WHERE {no}"
    join = resolve(table, attribute.column).join
    if join is not None and joined[join].count:
        yield f"{said} {base_of(table, relations, joined=joined, losers_of=join)} WHERE {no}"
