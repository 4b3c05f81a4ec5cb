"""Read bytes of databases as text where they are UTF-8, and report those that are not. No reading of sources."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import pyarrow as pa

from segue.engines.duckdb.reading.sources_reports import Reports
from segue.profiles.problems import RowProblem


class Place(NamedTuple):
    """Where values stand: file, column and the row of the first."""

    file: str
    column: str
    first_row: int


def text_of_bytes(values: pa.Array, place: Place, reports: Reports) -> pa.Array:
    """Return binary values as text; what is not UTF-8 is left empty."""
    try:
        return values.cast(pa.string())
    except pa.ArrowInvalid:
        return pa.array(list(_readable(values.to_pylist(), place, reports)), pa.string())


def _readable(cells: list[bytes | None], place: Place, reports: Reports) -> Iterator[str | None]:
    for row, cell in enumerate(cells, start=place.first_row):
        try:
            yield None if cell is None else cell.decode()
        except UnicodeDecodeError as error:
            reports.add(
                RowProblem.TEXT_UNDECODABLE,
                file=place.file,
                row=row,
                column=place.column,
                value=error.object.decode(errors="replace"),
            )
            yield None
