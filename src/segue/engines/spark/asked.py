"""Ask the profiles of a snapshot in a session of the cluster: implements `profiles.ports.Profiles`.

A session that the cluster ends is opened anew, with the snapshot's views, and the question asked once more. So an
answer that comes in pieces is kept on this machine until it is whole: nobody is given twice, and nobody left out.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, TypeVar

import ibis.expr.types as ir
import pyarrow as pa
import pyarrow.parquet as pq

from segue.core.permit import Permit
from segue.engines.asking import Asking
from segue.engines.duckdb.profiles.kept_places import kept_file, kept_places
from segue.engines.spark.compiled import sql
from segue.engines.spark.failures import SessionEnded
from segue.engines.spark.sessions import Session, once_more, session, uploaded
from segue.engines.spark.snapshot_tables import open_views
from segue.profiles.ports import FlaggedProfiles, Snapshot
from segue.profiles.schema import ProfileSchema
from segue.segments import questions
from segue.segments.tables import kept_name

Result = TypeVar("Result")


class SparkProfiles(Asking):
    """The profiles of one snapshot."""

    def __init__(
        self,
        snapshot: Snapshot,
        schema: ProfileSchema,
        *,
        remote: str,
        home: Path,
        spill: Path,
        permit: Permit,
    ) -> None:
        """Ask a cluster; members that no rule finds are kept in `home`, answers in `spill` until they are whole. Nothing is opened yet."""
        super().__init__(schema)
        self._snapshot = snapshot
        self._remote = remote
        self._home = home
        self._spill = spill
        self._permit = permit
        self._opened: tuple[Session, ExitStack] | None = None
        self._brought: set[str] = set()
        """The names of what was kept here and is in the session by now."""

    def open(self) -> None:
        """Open a session and in it the snapshot. Raises: as `snapshot_tables.open_views`."""
        self._ask(lambda _session: None)

    def close(self) -> None:
        """End the session."""
        if self._opened is not None:
            _, stack = self._opened
            self._opened = None
            stack.close()

    def members(self, flagged: FlaggedProfiles, segment: str) -> Iterator[object]:
        """Yield the keys of all members."""
        for batch in self._whole(questions.members(flagged, segment)):
            yield from batch.column(0).to_pylist()

    def exported(
        self, flagged: FlaggedProfiles, columns: Sequence[str], *, sharing: str | None = None
    ) -> Iterator[pa.RecordBatch]:
        """Yield key, flags and columns of whoever is in any of the segments, or shares a value with one who is."""
        yield from self._whole(questions.exported(flagged, columns, sharing=sharing))

    def interrupt(self) -> None:
        """Break off the query that runs just now."""
        if (opened := self._opened) is not None:
            opened[0].interrupt()

    def _rows(self, expression: ir.Table) -> list[tuple[Any, ...]]:
        query = sql(expression)
        return self._ask(
            lambda opened: [
                row
                for batch in self._batches(opened, query)
                for row in zip(*(column.to_pylist() for column in batch.columns), strict=True)
            ]
        )

    def _whole(self, expression: ir.Table) -> Iterator[pa.RecordBatch]:
        """Yield an answer in pieces, once all of it is here; instants naive as everywhere; there is at least one batch."""
        query = sql(expression)
        self._spill.mkdir(parents=True, exist_ok=True)
        with TemporaryDirectory(dir=self._spill, prefix="answer") as folder:
            file = Path(folder) / "answer.arrow"
            self._ask(lambda opened: _keep(self._batches(opened, query), file))
            with pa.OSFile(str(file)) as kept, pa.ipc.open_stream(kept) as reader:
                for batch in reader:
                    self._permit.check()
                    yield batch

    def _batches(self, opened: Session, query: str) -> Iterator[pa.RecordBatch]:
        self._bring(opened, query)
        yield from opened.batches(query)

    def _ask(self, work: Callable[[Session], Result]) -> Result:
        """Return what `work` does in the session; once more in a new one where the cluster ended it before."""

        def asked() -> Result:
            try:
                return work(self._session())
            except SessionEnded:
                self.close()
                raise

        return once_more(asked)

    def _session(self) -> Session:
        if self._opened is None:
            with ExitStack() as stack:
                opened = stack.enter_context(session(self._remote, permit=self._permit))
                open_views(opened, self._snapshot, self._schema)
                self._brought = set()
                self._opened = opened, stack.pop_all()
        return self._opened[0]

    def _bring(self, opened: Session, query: str) -> None:
        """Send the cluster what is kept on this machine and asked for, once a session."""
        for place in kept_places(self._home):
            if place in self._brought or kept_name(place) not in query:
                continue
            kept = pq.read_table(kept_file(self._home, place))
            with opened.failing():
                frame = uploaded(opened, kept)
                frame.createOrReplaceTempView(kept_name(place))
            self._brought.add(place)


def _keep(batches: Iterator[pa.RecordBatch], file: Path) -> None:
    """Write an answer into a file, instead of what was written of it before."""
    first = next(batches)
    options = pa.ipc.IpcWriteOptions(compression="lz4")
    with (
        pa.OSFile(str(file), "wb") as kept,
        pa.ipc.new_stream(kept, first.schema, options=options) as writer,
    ):
        writer.write_batch(first)
        for batch in batches:
            writer.write_batch(batch)
