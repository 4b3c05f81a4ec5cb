"""Collect what readers must report about rows while they stream. Beyond some thousands they are kept on disk. No reading."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from segue.profiles.problems import RowProblem

VALUE_LENGTH = 200
"""Characters kept of a value that could not be taken."""
_HELD = 50_000
"""Reports held in memory: a file of nothing but bad rows has as many as it has rows."""
_LISTED = 100_000
"""Rows of a kind that were left out and are listed one by one; the others are counted only."""
_SCHEMA = pa.schema(
    [
        ("file", pa.string()),
        ("row", pa.int64()),
        ("column", pa.string()),
        ("kind", pa.string()),
        ("value", pa.string()),
    ]
)
_Note = tuple[str, int, str | None, str, str | None]


@dataclass(slots=True, kw_only=True)
class Reports:
    """Rows of one source that a reader left out or changed, with the written text (personal until proved otherwise).

    `columns` are those of which a value was reported, `whole_rows` is how many rows were left out. `aside` is the file that takes what memory should not; None: there is
    no more to come than memory holds.
    """

    source: str
    aside: Path | None = None
    columns: set[str] = field(default_factory=set)
    whole_rows: int = 0
    counted: dict[RowProblem, int] = field(default_factory=dict)
    """Whole rows that are not listed, since so many of the kind are."""
    _listed: dict[RowProblem, int] = field(default_factory=dict)
    _notes: list[_Note] = field(default_factory=list)
    _writer: pq.ParquetWriter | None = None

    def add(
        self,
        kind: RowProblem,
        *,
        file: str,
        row: int,
        column: str | None = None,
        value: str | None = None,
    ) -> None:
        """Note one problem; `row` counts as the source counts its rows."""
        if column is None:
            if not self._is_listed(kind, 1):
                return
        else:
            self.columns.add(column)
        shown = value[:VALUE_LENGTH] if value is not None else None
        self._notes.append((file, row, column, kind.value, shown))
        if len(self._notes) >= _HELD and self.aside is not None:
            self._put_aside(self.aside)

    def add_all(self, kind: RowProblem, *, file: str, rows: Iterable[int]) -> None:
        """Note one problem of several whole rows."""
        for part in _parts(rows):
            if not self._is_listed(kind, len(part)):
                continue
            self._notes.extend((file, row, None, kind.value, None) for row in part)
            if len(self._notes) >= _HELD and self.aside is not None:
                self._put_aside(self.aside)

    def _is_listed(self, kind: RowProblem, rows: int) -> bool:
        """Count rows that were left out, and tell whether they are listed one by one too."""
        self.whole_rows += rows
        listed = self._listed.get(kind, 0)
        into = self._listed if listed < _LISTED else self.counted
        into[kind] = into.get(kind, 0) + rows
        return into is self._listed

    @property
    def is_empty(self) -> bool:
        """Tell whether nothing was noted."""
        return not (self.columns or self.whole_rows)

    def table(self) -> pa.Table:
        """Return the notes that are held in memory as columns `file row column kind value`."""
        columns = zip(*self._notes, strict=True) if self._notes else [[] for _ in _SCHEMA]
        arrays = [pa.array(one, of.type) for one, of in zip(columns, _SCHEMA, strict=True)]
        return pa.table(arrays, schema=_SCHEMA)

    def put_aside(self) -> Path | None:
        """Return the file that holds the notes which `table` does not, whole; None: there is none."""
        if self._writer is None:
            return None
        self._writer.close()
        self._writer = None
        return self.aside

    def _put_aside(self, path: Path) -> None:
        if self._writer is None:
            self._writer = pq.ParquetWriter(path, _SCHEMA, compression="zstd")
        self._writer.write_table(self.table())
        self._notes.clear()


def _parts(rows: Iterable[int]) -> Iterator[list[int]]:
    left = iter(rows)
    while part := list(islice(left, _HELD)):
        yield part
