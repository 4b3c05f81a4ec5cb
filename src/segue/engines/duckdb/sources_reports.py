"""Collect what readers must report about rows while they stream, as one table at the end. No reading."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

import pyarrow as pa

from segue.profiles.problems import RowProblem

VALUE_LENGTH = 200
"""Characters kept of a value that could not be taken."""


@dataclass(slots=True, kw_only=True)
class Reports:
    """Rows of one source that a reader left out or changed, with the written text (personal until proved otherwise)."""

    source: str
    files: list[str] = field(default_factory=list)
    rows: list[int] = field(default_factory=list)
    columns: list[str | None] = field(default_factory=list)
    kinds: list[str] = field(default_factory=list)
    values: list[str | None] = field(default_factory=list)

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
        self.files.append(file)
        self.rows.append(row)
        self.columns.append(column)
        self.kinds.append(kind.value)
        self.values.append(value[:VALUE_LENGTH] if value is not None else None)

    def add_all(self, kind: RowProblem, *, file: str, rows: Iterable[int]) -> None:
        """Note one problem of several whole rows."""
        for row in rows:
            self.add(kind, file=file, row=row)

    def table(self) -> pa.Table:
        """Return the notes as columns `file row column kind value`."""
        return pa.table(
            {
                "file": pa.array(self.files, pa.string()),
                "row": pa.array(self.rows, pa.int64()),
                "column": pa.array(self.columns, pa.string()),
                "kind": pa.array(self.kinds, pa.string()),
                "value": pa.array(self.values, pa.string()),
            }
        )
