"""Declared data sources: where rows come from and how they are written. Values only; engines open them."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeAlias

from segue.profiles.object_stores import Objects

DAYS_UNTIL_FULL = 7
"""Days after which all rows of a source with a rising column are read again, where nothing else is said."""
LONGEST_S = 1_800.0
"""Seconds that a source may take to be opened or read, where nothing else is said."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Bounded:
    """`longest_s` is how many seconds it may take to open or to read the source; None: what the installation says.

    It is no part of what the source holds, so that changing it calls for no new reading.
    """

    longest_s: float | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class CsvSource(_Bounded):
    """Delimited text files, all with the same header. `path` may hold a glob, or name objects of a store.

    `encoding` is a Python codec name, or "" to detect UTF-8 (with or without BOM), UTF-16 by BOM, else Windows-1252.
    `separator` "" is detected among comma, semicolon, tab and bar. `null_values` are texts that mean "no value",
    besides the empty text. `skip_rows` is the number of lines before the header, such as a title.
    """

    name: str
    path: Path | Objects
    separator: str = ""
    encoding: str = ""
    quote: str = '"'
    null_values: tuple[str, ...] = ()
    skip_rows: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class ParquetSource(_Bounded):
    """Parquet files. `path` may hold a glob, or name objects of a store."""

    name: str
    path: Path | Objects


@dataclass(frozen=True, slots=True, kw_only=True)
class JsonLinesSource(_Bounded):
    """JSON objects: one a line, several over lines, or in one array. `path` may hold a glob, or name objects of a store.

    Nested values are read with dotted column names. `records` is the dotted name of the list in which the objects are,
    '' when they stand at the top.
    """

    name: str
    path: Path | Objects
    records: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ExcelSource(_Bounded):
    """A sheet of Excel workbooks (.xlsx). `path` may hold a glob, or name objects of a store.

    `sheet` is "" for the only one with cells. `skip_rows` is the number of rows before the header.
    """

    name: str
    path: Path | Objects
    sheet: str = ""
    skip_rows: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class SqliteSource(_Bounded):
    """A table or view of an SQLite file, opened read-only."""

    name: str
    path: Path
    table: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Rising:
    """A column that rises with every change of a row: a time or a whole number.

    Rows are read from `overlap` minutes, or numbers, below the highest value that was seen; None: from as far as is usual. All
    rows are read when the last full reading is `full_every_days` days ago.
    """

    column: str
    overlap: int | None = None
    full_every_days: int = DAYS_UNTIL_FULL


@dataclass(frozen=True, slots=True, kw_only=True)
class PostgresSource(_Bounded):
    """A table or view of a PostgreSQL database, read in one consistent snapshot.

    `dsn` is the connection text, already resolved from its environment variable or file; it may hold a password and
    is masked in `repr`. `table` may be `schema.table`. `rising` None: all rows are read each time.
    """

    name: str
    dsn: str
    table: str
    rising: Rising | None = None

    def __repr__(self) -> str:
        return f"PostgresSource(name={self.name!r}, dsn='***', table={self.table!r})"


@dataclass(frozen=True, slots=True, kw_only=True)
class SparkSource(_Bounded):
    """A table of a Spark cluster: by its name in the catalog (`table`), or by the `path` and `format` of its files.

    The path is the cluster's: a URI such as `s3://bucket/people`. `format` is one of FORMATS.
    """

    name: str
    table: str = ""
    path: str = ""
    format: str = "parquet"


FORMATS = ("parquet", "delta", "iceberg")
"""The formats in which a Spark cluster is asked to read a path."""

Source: TypeAlias = (
    CsvSource
    | ExcelSource
    | ParquetSource
    | JsonLinesSource
    | SqliteSource
    | PostgresSource
    | SparkSource
)
