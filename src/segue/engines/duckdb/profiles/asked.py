"""Ask the profiles of a snapshot that a DuckDB session has opened: implements `profiles.ports.Profiles`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import duckdb
import ibis.expr.types as ir
import pyarrow as pa

from segue.core.permit import Permit
from segue.engines.duckdb.compiled import sql
from segue.profiles.ports import FlaggedProfiles, TopValue
from segue.profiles.schema import PROFILE_KEY, ProfileSchema
from segue.segments import questions

ROWS = 20_480
"""Rows that are held at once while they are streamed."""


class DuckProfiles:
    """The profiles that a session has opened."""

    def __init__(
        self, connection: duckdb.DuckDBPyConnection, schema: ProfileSchema, permit: Permit
    ) -> None:
        self._connection = connection
        self._schema = schema
        self._permit = permit

    def counts(self, flagged: FlaggedProfiles) -> Mapping[str, int]:
        """Return the number of members by segment."""
        if not flagged.flags:
            return {}
        [row] = self._rows(questions.counts(flagged))
        return {name: int(count or 0) for name, count in zip(flagged.flags, row, strict=True)}

    def sample(
        self,
        flagged: FlaggedProfiles,
        segment: str,
        *,
        limit: int,
        columns: Sequence[str],
        matching: str = "",
    ) -> Sequence[tuple[object, ...]]:
        """Return the first members by key."""
        asked = questions.sample(flagged, segment, limit=limit, columns=columns, matching=matching)
        return self._rows(asked)

    def members(self, flagged: FlaggedProfiles, segment: str) -> Iterator[object]:
        """Yield the keys of all members."""
        cursor = self._asked(questions.members(flagged, segment))
        while rows := cursor.fetchmany(ROWS):
            yield from (row[0] for row in rows)

    def top_values(self, attribute: str, *, limit: int, rows_of: str = "") -> Sequence[TopValue]:
        """Return the values that most profiles have."""
        rows = self._rows(
            questions.top_values(self._schema, attribute, limit=limit, rows_of=rows_of)
        )
        return [TopValue(value=value, people=people) for value, people in rows]

    def percentiles(self, attribute: str, percents: Sequence[int]) -> Mapping[int, object]:
        """Return the values at the nearest ranks of the percents."""
        rows = self._rows(questions.percentiles(self._schema, attribute, percents))
        return questions.at_percents(rows, percents)

    def person(self, who: str) -> Sequence[Mapping[str, object]]:
        """Return the profiles with this key or address."""
        names = [PROFILE_KEY, *(one.name for one in self._schema.profiles.attributes)]
        rows = self._rows(questions.person(self._schema, who))
        return [dict(zip(names, row, strict=True)) for row in rows]

    def exported(
        self, flagged: FlaggedProfiles, columns: Sequence[str], *, sharing: str | None = None
    ) -> Iterator[pa.RecordBatch]:
        """Yield key, flags and columns of whoever is in any of the segments, or shares a value with one who is."""
        self._permit.check()
        asked = self._connection.sql(sql(questions.exported(flagged, columns, sharing=sharing)))
        reader = asked.to_arrow_reader(ROWS)
        yield next(reader, pa.RecordBatch.from_pylist([], schema=reader.schema))
        yield from reader

    def interrupt(self) -> None:
        """Break off the query that runs just now."""
        self._connection.interrupt()

    def _rows(self, expression: ir.Table) -> list[tuple[Any, ...]]:
        return self._asked(expression).fetchall()

    def _asked(self, expression: ir.Table) -> duckdb.DuckDBPyConnection:
        self._permit.check()  # an interruption between two questions would break nothing off
        return self._connection.execute(sql(expression))
