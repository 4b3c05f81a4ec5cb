"""Count the addresses of a snapshot: how many are sound, missing or wrong, and how many profiles share one."""

from __future__ import annotations

from collections.abc import Mapping

import duckdb

from segue.engines.duckdb.quoting import quoted
from segue.profiles.ports import AddressCounts
from segue.profiles.schema import (
    AttributeType,
    ProfileSchema,
    address_column,
    address_problem_column,
)


def address_counts(
    connection: duckdb.DuckDBPyConnection, schema: ProfileSchema, profiles: str
) -> Mapping[str, AddressCounts]:
    """Return the counts of every attribute that holds addresses; `profiles` is the expression of the written rows."""
    return {
        attribute.name: _counted(connection, attribute.name, profiles)
        for attribute in schema.profiles.attributes
        if attribute.type is AttributeType.EMAIL
    }


def _counted(connection: duckdb.DuckDBPyConnection, attribute: str, profiles: str) -> AddressCounts:
    address, problem = (
        quoted(address_column(attribute)),
        quoted(address_problem_column(attribute)),
    )
    # Hashes of 64 bits, with lengths beside them, are told apart in half the time that texts take. They are not kept.
    valid, distinct = connection.execute(
        f"SELECT count({address}), count(DISTINCT (hash({address}), strlen({address}))) FILTER ({address} IS NOT NULL)"
        f" FROM {profiles}"
    ).fetchall()[0]
    found = dict(
        connection.execute(
            f"SELECT {problem}, count(*) FROM {profiles} WHERE {problem} IS NOT NULL GROUP BY 1 ORDER BY 1"
        ).fetchall()
    )
    missing = found.pop("missing", 0)
    return AddressCounts(valid=valid, missing=missing, problems=found, duplicates=valid - distinct)
