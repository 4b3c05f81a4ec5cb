"""Put people of lists' own into the session of an audience, for one plan or run: in memory, never in a file of their own."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import duckdb

from segue.engines.duckdb.compiled import sql
from segue.sync.own_people import (
    OWN_PEOPLE,
    OwnPeople,
    own_table,
    with_own_people,
    without_profiles,
)

if TYPE_CHECKING:
    from segue.sync.planning import Inputs


def with_people_of_lists(
    inputs: Inputs, own: OwnPeople, connection: duckdb.DuckDBPyConnection
) -> Inputs:
    """Return the inputs with the people of the lists beside the profiles, which the session can read. Personal data.

    Whoever has a profile is left to it, once for everything that follows.
    """
    import pyarrow as pa

    if not own:
        return inputs
    schema = inputs.schema
    columns = dict(
        zip(own_table(own, schema).columns, zip(*own.rows(schema), strict=True), strict=True)
    )
    given = pa.table({name: pa.array(values) for name, values in columns.items()})
    connection.register(OWN_PEOPLE, given)
    left = connection.sql(sql(without_profiles(own, inputs.flagged, schema))).to_arrow_table()
    connection.register(OWN_PEOPLE, left)
    email = inputs.export.email_attribute
    flagged = with_own_people(inputs.flagged, own, schema, email_attribute=email)
    return replace(inputs, flagged=flagged, definition=f"{inputs.definition} {own.digest}")


def has_own_people(connection: duckdb.DuckDBPyConnection) -> bool:
    """Return whether people of lists' own were put into the session."""
    query = "SELECT count(*) FROM duckdb_views() WHERE view_name = ?"
    return connection.execute(query, [OWN_PEOPLE]).fetchall() != [(0,)]
