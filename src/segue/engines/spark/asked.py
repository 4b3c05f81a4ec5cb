"""Ask the profiles of a snapshot that a session of the cluster has opened: implements `profiles.ports.Profiles`."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import ibis.expr.types as ir
import pyarrow as pa
import pyarrow.parquet as pq

from segue.engines.asking import Asking
from segue.engines.duckdb.profiles.kept_places import kept_file, kept_places
from segue.engines.spark.compiled import sql
from segue.engines.spark.sessions import Session, uploaded
from segue.profiles.ports import FlaggedProfiles
from segue.profiles.schema import ProfileSchema
from segue.segments import questions
from segue.segments.tables import kept_name


class SparkProfiles(Asking):
    """The profiles that a session has opened."""

    def __init__(self, session: Session, schema: ProfileSchema, *, home: Path) -> None:
        """Ask a session; members that no rule finds are kept in `home`."""
        self._session = session
        super().__init__(schema)
        self._home = home
        self._brought: set[str] = set()
        """The names of what was kept here and is on the cluster by now."""

    def members(self, flagged: FlaggedProfiles, segment: str) -> Iterator[object]:
        """Yield the keys of all members."""
        for batch in self._batches(questions.members(flagged, segment)):
            yield from batch.column(0).to_pylist()

    def exported(
        self, flagged: FlaggedProfiles, columns: Sequence[str], *, sharing: str | None = None
    ) -> Iterator[pa.RecordBatch]:
        """Yield key, flags and columns of whoever is in any of the segments, or shares a value with one who is."""
        yield from self._batches(questions.exported(flagged, columns, sharing=sharing))

    def interrupt(self) -> None:
        """Break off the query that runs just now."""
        self._session.interrupt()

    def _rows(self, expression: ir.Table) -> list[tuple[Any, ...]]:
        return [
            row
            for batch in self._batches(expression)
            for row in zip(*(column.to_pylist() for column in batch.columns), strict=True)
        ]

    def _batches(self, expression: ir.Table) -> Iterator[pa.RecordBatch]:
        """Yield the answer, instants naive as everywhere; there is at least one batch."""
        query = sql(expression)
        self._bring(query)
        yield from self._session.batches(query)

    def _bring(self, query: str) -> None:
        """Send the cluster what is kept on this machine and asked for, once a session."""
        for place in kept_places(self._home):
            if place in self._brought or kept_name(place) not in query:
                continue
            kept = pq.read_table(kept_file(self._home, place))
            with self._session.failing():
                frame = uploaded(self._session, kept)
                frame.createOrReplaceTempView(kept_name(place))
            self._brought.add(place)
