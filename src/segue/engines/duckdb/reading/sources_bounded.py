"""Hold streamed rows to the sizes that a source may have, batch by batch. The one place for values and rows of all kinds.

What is usual is told by the size of a whole column of a batch, so that nothing is looked at value by value.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import pyarrow as pa
import pyarrow.compute as pc

from segue.core.permit import Permit
from segue.engines.duckdb.reading import sources_batches as staged
from segue.engines.duckdb.reading import sources_refusals as refusals
from segue.engines.duckdb.reading.sources_file import SourceFile
from segue.engines.duckdb.reading.sources_reports import VALUE_LENGTH, Reports
from segue.profiles.problems import RowProblem
from segue.profiles.source_sizes import Sizes

_BESIDE_TEXTS = 2
"""Columns of a batch before the texts: `file_no` and `row_no`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Bounded:
    """The rows of one source: `wanted` are the names of its text columns, `files` those that it reads, none of a server."""

    wanted: Sequence[str]
    files: Sequence[SourceFile]
    sizes: Sizes
    reports: Reports

    def of(self, batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        """Yield the batches; values that are too large are left empty and reported.

        Raises: ConfigurationProblem when there are too many rows.
        """
        rows = 0
        for batch in batches:
            rows += batch.num_rows
            check_rows(self.reports.source, rows + self.reports.whole_rows, self.sizes)
            yield self._checked(batch)

    def _checked(self, batch: pa.RecordBatch) -> pa.RecordBatch:
        for at, column in enumerate(self.wanted, start=_BESIDE_TEXTS):
            if batch.column(at).nbytes > self.sizes.cell_bytes:
                batch = self._without_large(batch, at, column)
        return batch

    def _without_large(self, batch: pa.RecordBatch, at: int, column: str) -> pa.RecordBatch:
        texts = batch.column(at)
        large = pc.fill_null(pc.greater(pc.binary_length(texts), self.sizes.cell_bytes), False)
        if not pc.any(large).as_py():
            return batch
        self._report(batch.filter(large), at, column)
        # Taken, not masked: a masked column keeps the room of what it no longer holds.
        places = pc.if_else(large, pa.scalar(None, pa.int64()), staged.row_numbers(0, len(texts)))
        return batch.set_column(at, batch.schema.field(at), texts.take(places))

    def _report(self, found: pa.RecordBatch, at: int, column: str) -> None:
        shown = pc.utf8_slice_codeunits(found.column(at), 0, VALUE_LENGTH)
        for file, row, value in zip(
            *(one.to_pylist() for one in (found.column(0), found.column(1), shown)), strict=True
        ):
            name = str(self.files[file]) if self.files else ""
            self.reports.add(
                RowProblem.VALUE_TOO_LARGE, file=name, row=row, column=column, value=value
            )


def while_allowed(batches: Iterator[pa.RecordBatch], permit: Permit) -> Iterator[pa.RecordBatch]:
    """Yield the batches until the permit is revoked. Raises: BrokenOff then."""
    for batch in batches:
        permit.check()
        yield batch


def check_rows(source: str, rows: int, sizes: Sizes) -> None:
    """Raise a ConfigurationProblem when a source has more rows than it may."""
    if rows > sizes.rows:
        raise refusals.rows_too_many(source, sizes.rows)


def check_columns(source: str, place: str, columns: int, sizes: Sizes) -> None:
    """Raise a ConfigurationProblem when a file or table has more columns than it may."""
    if columns > sizes.columns:
        raise refusals.columns_too_many(source, place, columns, sizes.columns)
