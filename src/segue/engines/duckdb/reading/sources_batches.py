"""What every streaming reader offers: named columns and Arrow batches of text with row numbers. No format of its own."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path
from typing import Protocol

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from segue.engines.duckdb.reading.sources_file import SourceFile
from segue.engines.duckdb.reading.sources_reports import Reports
from segue.profiles.file_facts import FileFacts

FILE_NUMBER = "file_no"
ROW = "row_no"
ROW_GROUP = 122_880
"""Rows of a staged row group: one unit of parallel reading. Source: DuckDB's own default."""
_GROUP_BYTES = 32 << 20
"""Bytes of a staged row group that are held in memory until it is written; another one is being written meanwhile."""
_FIRST_ROWS, _REPEATS = 2_048, 10
"""How many rows tell whether a column repeats few values, and how often it repeats them then."""


class StreamedSource(Protocol):
    """A source that is streamed once into a staged Parquet file."""

    files: tuple[SourceFile, ...]
    ordered: bool
    """Whether the row number is the same at every reading."""
    says_own: bool
    """Whether the source itself says of each value whether it is a number, a time or a text."""

    @property
    def facts(self) -> tuple[FileFacts, ...]:
        """Return how each file was written, in the order of `files`; of a server, one for its table."""
        ...

    def columns(self) -> tuple[str, ...] | None:
        """Return the names of all columns, or None when only reading tells."""
        ...

    def batches(self, wanted: Sequence[str], reports: Reports) -> Iterator[pa.RecordBatch]:
        """Stream `file_no`, `row_no`, the wanted columns as text named c0, c1, …, and their sorts as sort0, sort1, … if it says so."""
        ...


def schema(width: int, *, says_own: bool) -> pa.Schema:
    """Return the schema of batches with that many wanted columns, and the sorts of their values when the source says them."""
    texts = [pa.field(f"c{number}", pa.string()) for number in range(width)]
    sorts = [pa.field(own_column(number), pa.int8()) for number in range(width if says_own else 0)]
    return pa.schema([pa.field(FILE_NUMBER, pa.int32()), pa.field(ROW, pa.int64()), *texts, *sorts])


def own_column(number: int) -> str:
    """Name the column with the sorts (`Own`) of the values of a wanted column."""
    return f"sort{number}"


def batch(
    file_number: int, rows: pa.Array, texts: Sequence[pa.Array], sorts: Sequence[pa.Array] = ()
) -> pa.RecordBatch:
    """Join row numbers, text columns and the sorts of their values into one batch."""
    files = pa.repeat(pa.scalar(file_number, pa.int32()), len(rows))
    wanted = schema(len(texts), says_own=bool(sorts))
    return pa.RecordBatch.from_arrays([files, rows, *texts, *sorts], schema=wanted)


def row_numbers(first: int, count: int) -> pa.Array:
    """Return `count` successive row numbers."""
    return pa.arange(first, first + count)


def write_staged(
    path: Path, width: int, batches: Iterator[pa.RecordBatch], *, says_own: bool
) -> int:
    """Write batches to a staged Parquet file in row groups of even size; return the number of bytes of all values.

    While a group is written the next one is read, always by the thread that called: some databases want one thread.
    """
    total, writer = 0, None
    written: Future[None] | None = None
    with ExitStack() as opened, ThreadPoolExecutor(max_workers=1) as beside:
        for group in _groups(batches, schema(width, says_own=says_own)):
            if writer is None:
                writer = opened.enter_context(_writer(path, group))
            if written is not None:
                written.result()
            written = beside.submit(writer.write_table, group)
            total += group.nbytes
        if written is not None:
            written.result()
    return total


def repeats_few(*, filled: int, different: int, rows: int) -> bool:
    """Tell from some rows whether a column of `rows` rows repeats each of its values often, as countries and days do.

    Of `filled` values of the first rows so many were `different`; chance brings twins the sooner the fewer values there are.
    """
    twins = filled - different
    return twins * _REPEATS > filled and filled * filled * _REPEATS < 2 * twins * rows


def _groups(batches: Iterator[pa.RecordBatch], wanted: pa.Schema) -> Iterator[pa.Table]:
    """Yield the batches joined to row groups; the last one may be empty."""
    waiting: list[pa.RecordBatch] = []
    rows = held = 0
    for one in batches:
        waiting.append(one)
        rows += one.num_rows
        held += one.nbytes
        if rows >= ROW_GROUP or held >= _GROUP_BYTES:
            yield pa.Table.from_batches(waiting, wanted)
            waiting, rows, held = [], 0, 0
    yield pa.Table.from_batches(waiting, wanted)


def _writer(path: Path, first: pa.Table) -> pq.ParquetWriter:
    """Open the file: values that the first group repeats are written once each, and so read, cast and compared."""
    repeated = [
        column
        for column in first.schema.names
        if column != ROW and _is_repeated(first.column(column), first.num_rows)
    ]
    return pq.ParquetWriter(
        path,
        first.schema,
        compression="lz4",
        use_dictionary=repeated or False,
        column_encoding={ROW: "DELTA_BINARY_PACKED"},
        write_statistics=False,
    )


def _is_repeated(values: pa.ChunkedArray, rows: int) -> bool:
    first = values.slice(0, _FIRST_ROWS)
    different = pc.count_distinct(first).as_py()
    return repeats_few(
        filled=len(first) - first.null_count, different=different, rows=min(rows, ROW_GROUP)
    )
