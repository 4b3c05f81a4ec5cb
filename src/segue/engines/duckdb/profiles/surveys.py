"""Find the columns in which every value stands as it is read, so that none of them is looked at again: most columns do.

A pattern costs more than reading, casting and writing a value together. What stands is neither checked nor doubted later.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import duckdb

from segue.engines.duckdb.reading.sources import Relation
from segue.engines.duckdb.reading.sources_batches import repeats_few
from segue.engines.duckdb.reading.typed_own import Own
from segue.engines.duckdb.reading.typed_standing import standing
from segue.profiles.references import named_column
from segue.profiles.schema import PROFILE_KEY, Attribute, AttributeType, ProfileSchema, Table

WORTH_ROWS = 20_000
"""Rows from which on a survey costs less than it saves."""
_FIRST_ROWS = 2_048
"""How many rows tell whether a condition is worth asking, and whether a column repeats few values."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Asked:
    """A condition that is asked of all values of a column: as it is `known`, and over the column's expression `sql`."""

    column: str
    sql: str
    known: str
    condition: str
    own: str = ""
    """The expression of what the source says of each value, "" where it says nothing."""


def surveyed(
    connection: duckdb.DuckDBPyConnection,
    schema: ProfileSchema,
    relations: Mapping[str, Relation],
    *,
    worth_rows: int = WORTH_ROWS,
) -> Mapping[str, Relation]:
    """Return the relations with what is known of their columns' values; those of few rows are not looked at."""
    wanted: dict[str, dict[_Asked, None]] = {}
    for source, asked in _asked(schema, relations):
        if relations[source].rows >= worth_rows:
            wanted.setdefault(source, {})[asked] = None
    found = dict(relations)
    for source, asked_of in wanted.items():
        found[source] = _surveyed(connection, relations[source], list(asked_of))
    return found


def _asked(
    schema: ProfileSchema, relations: Mapping[str, Relation]
) -> Iterator[tuple[str, _Asked]]:
    for table in (schema.profiles, *schema.related.values()):
        for attribute in (*_integer_key(table), *table.attributes):
            source, column = named_column(table, attribute.column)
            if source not in relations:
                continue
            found = relations[source].columns[column]
            known, asked = standing(attribute, "v"), standing(attribute, found.sql)
            if found.native != "VARCHAR" or known is None or asked is None:
                continue
            condition = asked.condition
            if found.own and attribute.type is AttributeType.TEXT:
                # An instant is told as a local time.
                condition = f"{found.own} <> {Own.INSTANT:d} AND {condition}"
            yield (
                source,
                _Asked(
                    column=column,
                    sql=found.sql,
                    known=known.condition,
                    condition=condition,
                    own=found.own,
                ),
            )


def _integer_key(table: Table) -> tuple[Attribute, ...]:
    if table.key_type is not AttributeType.INTEGER:
        return ()
    return (Attribute(name=PROFILE_KEY, type=table.key_type, column=table.key),)


def _surveyed(
    connection: duckdb.DuckDBPyConnection, relation: Relation, asked: Sequence[_Asked]
) -> Relation:
    """Ask the first rows, then all: of columns that repeat few values, as countries and days do, each value once."""
    few: list[_Asked] = []
    many: list[_Asked] = []
    columns = dict(relation.columns)
    for one, is_likely, repeats in _first_look(connection, relation, asked):
        columns[one.column] = replace(columns[one.column], repeats=repeats)
        if is_likely:
            (few if repeats else many).append(one)
    fulfilled = (
        *_of_all_rows(connection, relation, many),
        *_of_values(connection, relation, few),
    )
    for one in fulfilled:
        known = columns[one.column]
        columns[one.column] = replace(known, stands=known.stands | {one.known})
    return replace(relation, columns=columns)


def _first_look(
    connection: duckdb.DuckDBPyConnection, relation: Relation, asked: Sequence[_Asked]
) -> Iterator[tuple[_Asked, bool, bool]]:
    columns = ", ".join(dict.fromkeys(name for one in asked for name in _names(one)))
    first = f"(SELECT {columns} FROM {relation.relation} LIMIT {_FIRST_ROWS})"
    listed = ", ".join(
        f"{_every(one)}, count({one.sql}), count(DISTINCT {one.sql})" for one in asked
    )
    row = connection.execute(f"SELECT {listed} FROM {first}").fetchall()[0]
    for one, holds, filled, different in zip(asked, row[::3], row[1::3], row[2::3], strict=True):
        repeats = repeats_few(filled=filled, different=different, rows=relation.rows)
        yield one, holds is not False, repeats


def _of_all_rows(
    connection: duckdb.DuckDBPyConnection, relation: Relation, asked: Sequence[_Asked]
) -> list[_Asked]:
    if not asked:
        return []
    listed = ", ".join(map(_every, asked))
    row = connection.execute(f"SELECT {listed} FROM {relation.relation}").fetchall()[0]
    return [one for one, holds in zip(asked, row, strict=True) if holds is not False]


def _of_values(
    connection: duckdb.DuckDBPyConnection, relation: Relation, asked: Sequence[_Asked]
) -> Iterator[_Asked]:
    for one in asked:
        values = f"(SELECT DISTINCT {', '.join(_names(one))} FROM {relation.relation})"
        holds = connection.execute(f"SELECT {_every(one)} FROM {values}").fetchall()[0][0]
        if holds is not False:
            yield one


def _names(one: _Asked) -> list[str]:
    return [name for name in (one.sql, one.own) if name]


def _every(one: _Asked) -> str:
    """Return the aggregate that is false when a value does not fulfil the condition, NULL where there is no value."""
    return f"bool_and({one.condition}) FILTER ({one.sql} IS NOT NULL)"
