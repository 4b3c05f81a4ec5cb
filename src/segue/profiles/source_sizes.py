"""How much of one data source is taken in: the one table of it. Values only; the readers hold to it.

A source may be hostile, or damaged, or grown overnight: what is beyond is told like any other problem with rows and values,
or ends the refresh with the name of the source, and never takes more memory or disk than stands here.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields

from segue.core.bounds import Bound
from segue.core.errors import ConfigurationProblem
from segue.core.sentences import said

DEEPEST = 100
"""Levels of brackets in one JSON object."""
EXCEL_ROWS = 1_048_576
EXCEL_COLUMNS = 16_384
"""Rows and columns of a sheet. Source: Excel specifications and limits."""
MOST_OBJECTS = 10_000
"""Objects of a store that one source may have."""
PARTS_HELD_MB = 256
"""Of a workbook, unpacked: all parts that are held in memory as a whole, such as its texts."""
LARGE_ROWS = 100
"""Rows of one SQLite table that SQLite itself is not let hand out, each of which means finding the next one anew."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sizes:
    """What one source may hold, all its files together where `rows` are counted; `spill_mb` is of a whole refresh."""

    rows: int = 50_000_000
    columns: int = 10_000
    row_bytes: int = 4 << 20
    cell_bytes: int = 1 << 16
    workbook_mb: int = 4_096
    spill_mb: int = 32_768


SIZES = Sizes()
"""What holds where nobody said otherwise."""

_SETTINGS: Mapping[str, tuple[str, int]] = {
    "rows": ("SEGUE_SOURCE_ROWS", 1),
    "columns": ("SEGUE_SOURCE_COLUMNS", 1),
    "row_bytes": ("SEGUE_SOURCE_ROW_BYTES", 1_000),
    "cell_bytes": ("SEGUE_SOURCE_CELL_BYTES", 1_000),
    "workbook_mb": ("SEGUE_SOURCE_WORKBOOK_MB", 1),
    "spill_mb": ("SEGUE_REFRESH_SPILL_MB", 1),
}
"""The setting of each size, and the least that it can be."""

_ENDS = "the refresh ends, and the source is named"
_LEFT_OUT = "the row is left out and reported"

BOUNDS: tuple[Bound, ...] = (
    Bound(
        name="objects of one source in a store",
        value=MOST_OBJECTS,
        unit="objects",
        beyond=f"{_ENDS} (`source_objects_too_many`), before any is read",
    ),
    Bound(
        name="rows of one source",
        value=SIZES.rows,
        unit="rows, all its files together",
        beyond=f"{_ENDS} (`source_rows_too_many`); of Parquet before anything is read",
        set_by="`SEGUE_SOURCE_ROWS`",
    ),
    Bound(
        name="columns of one file or table",
        value=SIZES.columns,
        unit="columns",
        beyond=f"{_ENDS} (`source_columns_too_many`)",
        set_by="`SEGUE_SOURCE_COLUMNS`",
    ),
    Bound(
        name="one row of a CSV file, one object of a JSON file, one row of an SQLite table",
        value=SIZES.row_bytes,
        unit="bytes",
        beyond=f"{_LEFT_OUT} (`row_too_large`); a header, or what stands before it, ends the refresh (`source_header_too_large`)",
        set_by="`SEGUE_SOURCE_ROW_BYTES`",
    ),
    Bound(
        name="one value",
        value=SIZES.cell_bytes,
        unit="bytes of UTF-8",
        beyond="the value is left empty and reported (`value_too_large`)",
        set_by="`SEGUE_SOURCE_CELL_BYTES`",
    ),
    Bound(
        name="levels of brackets in one JSON object",
        value=DEEPEST,
        unit="levels",
        beyond=f"{_LEFT_OUT} (`json_too_deep`)",
    ),
    Bound(
        name="rows that SQLite itself does not hand out because of their size",
        value=LARGE_ROWS,
        unit="rows of one table, each left out and reported",
        beyond=f"{_ENDS} (`source_values_too_large`)",
    ),
    Bound(
        name="a workbook, unpacked",
        value=SIZES.workbook_mb,
        unit="megabytes (2^20 bytes)",
        beyond=f"{_ENDS} (`source_unpacks_too_large`); nothing is unpacked",
        set_by="`SEGUE_SOURCE_WORKBOOK_MB`",
    ),
    Bound(
        name="parts of a workbook that are held in memory as a whole, unpacked",
        value=PARTS_HELD_MB,
        unit="megabytes (2^20 bytes)",
        beyond=f"{_ENDS} (`source_unpacks_too_large`); nothing is unpacked",
    ),
    Bound(
        name="rows and columns of a sheet",
        value=EXCEL_ROWS,
        unit=f"rows and {EXCEL_COLUMNS:,} columns, as Excel has",
        beyond=f"{_ENDS} (`source_not_excel`)",
    ),
    Bound(
        name="disk that sorting and joining may take for a while",
        value=SIZES.spill_mb,
        unit="megabytes (2^20 bytes) of one refresh",
        beyond="the refresh ends (`spill_full`), and what it took is given back",
        set_by="`SEGUE_REFRESH_SPILL_MB`",
    ),
)


def sizes_from(environment: Mapping[str, str]) -> Sizes:
    """Return what an environment says.

    Raises: ConfigurationProblem for a setting that is no whole number, or too small to read anything.
    """
    told = {one.name: _told(environment, *_SETTINGS[one.name]) for one in fields(Sizes)}
    return Sizes(**{name: value for name, value in told.items() if value is not None})


def _told(environment: Mapping[str, str], setting: str, least: int) -> int | None:
    """Return what a setting says, None when it says nothing."""
    text = environment.get(setting, "").strip()
    if not text:
        return None
    if not (text.isascii() and text.isdecimal() and len(text) < 19) or int(text) < least:
        raise ConfigurationProblem(
            said("The setting %(setting)s cannot be used as it is.", setting=setting),
            action=said("Give a whole number of at least %(least)s.", least=least),
            code="setting_invalid",
        )
    return int(text)
