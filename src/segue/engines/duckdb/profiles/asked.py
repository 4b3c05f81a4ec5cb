"""Ask the profiles of a snapshot that a DuckDB session has opened: implements `profiles.ports.Profiles`."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import duckdb
import ibis.expr.types as ir
import pyarrow as pa

from segue.core.permit import Permit
from segue.engines.asking import Asking
from segue.engines.duckdb.compiled import sql
from segue.profiles.ports import FlaggedProfiles
from segue.profiles.schema import ProfileSchema
from segue.segments import questions

ROWS = 20_480
"""Rows that are held at once while they are streamed."""


class DuckProfiles(Asking):
    """The profiles that a session has opened."""

    def __init__(
        self, connection: duckdb.DuckDBPyConnection, schema: ProfileSchema, permit: Permit
    ) -> None:
        self._connection = connection
        super().__init__(schema)
        self._permit = permit

    def members(self, flagged: FlaggedProfiles, segment: str) -> Iterator[object]:
        """Yield the keys of all members."""
        cursor = self._asked(questions.members(flagged, segment))
        while rows := cursor.fetchmany(ROWS):
            yield from (row[0] for row in rows)

    def exported(
        self, flagged: FlaggedProfiles, columns: Sequence[str], *, sharing: str | None = None
    ) -> Iterator[pa.RecordBatch]:
        """Yield key, flags and columns of whoever is in any of the segments, or shares a value with one who is."""
        self._permit.check()
        asked = self._connection.sql(sql(questions.exported(flagged, columns, sharing=sharing)))
        reader = asked.to_arrow_reader(ROWS)
        yield next(reader, _none_of(reader.schema))
        yield from reader

    def interrupt(self) -> None:
        """Break off the query that runs just now."""
        self._connection.interrupt()

    def _rows(self, expression: ir.Table) -> list[tuple[Any, ...]]:
        return self._asked(expression).fetchall()

    def _asked(self, expression: ir.Table) -> duckdb.DuckDBPyConnection:
        self._permit.check()  # an interruption between two questions would break nothing off
        return self._connection.execute(sql(expression))


def _none_of(schema: pa.Schema) -> pa.RecordBatch:
    return pa.RecordBatch.from_arrays([pa.nulls(0, kind) for kind in schema.types], schema=schema)
