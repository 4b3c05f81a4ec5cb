"""The ways in which a source is refused that is hostile, damaged or far too large, each with its next step. Never a value."""

from __future__ import annotations

from pathlib import Path

from segue.core.errors import ConfigurationProblem
from segue.core.sentences import said
from segue.engines.duckdb.reading.sources_file import SourceFile
from segue.engines.duckdb.reading.sources_told import source_problem
from segue.profiles.source_sizes import PARTS_HELD_MB


def rows_too_many(source: str, most: int) -> ConfigurationProblem:
    """Say that a source has more rows than it may."""
    return source_problem(
        source,
        "source_rows_too_many",
        said("has more than %(most)d rows, the most that one source may have.", most=most),
        said(
            "See why it grew; raise %(setting)s where Segue runs, if it is right.",
            setting="SEGUE_SOURCE_ROWS",
        ),
    )


def rising_unfit(source: str, column: str, kind: str) -> ConfigurationProblem:
    """Say that a column cannot tell what is new."""
    return source_problem(
        source,
        "source_rising_unfit",
        said(
            "has `rising: %(column)s`, a column of the type %(kind)s, by which it cannot be told what is new.",
            column=column,
            kind=kind,
        ),
        said(
            "Name a column of the type timestamptz, timestamp, date or of whole numbers, or take `rising` out."
        ),
    )


def rising_without_key(source: str, table: str) -> ConfigurationProblem:
    """Say that nothing tells which rows of a table are the same ones."""
    return source_problem(
        source,
        "source_rising_without_key",
        said(
            "has `rising`, and nothing tells the rows of '%(table)s' apart: it is a view, or has no primary key over all of them.",
            table=table,
        ),
        said("Read a table with a primary key, or take `rising` out."),
    )


def columns_too_many(source: str, place: str, columns: int, most: int) -> ConfigurationProblem:
    """Say that a file or table has more columns than it may."""
    return source_problem(
        source,
        "source_columns_too_many",
        said(
            "reads %(place)s, which has %(columns)d columns; %(most)d is the most.",
            place=place,
            columns=columns,
            most=most,
        ),
        said(
            "Write only those that are needed, or raise %(setting)s where Segue runs, if it is right.",
            setting="SEGUE_SOURCE_COLUMNS",
        ),
    )


def header_too_large(source: str, path: SourceFile, most: int) -> ConfigurationProblem:
    """Say that what stands before the rows of a text file is no header: it does not end."""
    return source_problem(
        source,
        "source_header_too_large",
        said(
            "reads %(path)s, in which the header, or a line before it, is longer than the %(most)d bytes that a row may have.",
            path=path,
            most=most,
        ),
        said("See whether it is the right file, and whether its rows are on lines of their own."),
    )


def values_too_large(source: str, place: str) -> ConfigurationProblem:
    """Say that a source holds what is too large to be passed over: nothing behind it can be read."""
    return source_problem(
        source,
        "source_values_too_large",
        said(
            "reads %(place)s, which holds values that are too large to be read, or to be passed over.",
            place=place,
        ),
        said(
            "Take them out of the source, or leave their column out of what is written for Segue."
        ),
    )


def unpacks_too_large(source: str, path: SourceFile, most_mb: int) -> ConfigurationProblem:
    """Say that a workbook unfolds into more than it may."""
    return source_problem(
        source,
        "source_unpacks_too_large",
        said(
            "reads %(path)s, which unpacks into more than %(most_mb)d MB, or %(parts_held_mb)s MB without its sheets.",
            path=path,
            most_mb=most_mb,
            parts_held_mb=PARTS_HELD_MB,
        ),
        said(
            "Save the table as CSV UTF-8; or, if the workbook is right, raise SEGUE_SOURCE_WORKBOOK_MB where Segue runs."
        ),
    )


def memory_exceeded(source: str) -> ConfigurationProblem:
    """Say that a source holds what the engine cannot read within the memory that it may take."""
    return source_problem(
        source,
        "source_memory_exceeded",
        said(
            "holds values, or pages of values, that cannot be read within the memory that a refresh may take."
        ),
        said("Write it again with smaller values and smaller row groups."),
    )


def reading_failed(source: str, error: str) -> ConfigurationProblem:
    """Say that the library that reads a source gave up; `error` is the name of its error, nothing of the file."""
    return source_problem(
        source,
        "source_reading_failed",
        said(
            "cannot be read: it is damaged, or of another kind than its type says (%(error)s).",
            error=error,
        ),
        said("Write it again, whole, or correct its path or type."),
    )


def private(source: str, path: SourceFile) -> ConfigurationProblem:
    """Say that a file is Segue's own: what it keeps, its keys, its database, or a copy of these."""
    return source_problem(
        source,
        "source_private",
        said(
            "reads %(path)s, which Segue itself keeps: its state folder, its database, its keys, or a copy of one of these.",
            path=path,
        ),
        said("Name a file with your own data; keep backups of Segue apart from it."),
    )


def locked(source: str, path: Path) -> ConfigurationProblem:
    """Say that another program keeps an SQLite database to itself."""
    return source_problem(
        source,
        "source_locked",
        said("reads %(path)s, which another program is writing and keeps to itself.", path=path),
        said(
            "Run again when it has ended. A copy that is made when it is at rest can be read at any time."
        ),
    )


def changed(source: str, path: Path) -> ConfigurationProblem:
    """Say that a file was written to, replaced or removed each time while it was read."""
    return source_problem(
        source,
        "source_file_changed",
        said("reads %(path)s, which changed while it was read.", path=path),
        said(
            "Run again when it is written. Whoever writes it does so best under another name, and renames it when it is whole."
        ),
    )


def unfinished(source: str, path: Path) -> ConfigurationProblem:
    """Say that the last change of an SQLite database was broken off and not taken back yet."""
    return source_problem(
        source,
        "source_change_unfinished",
        said(
            "reads %(path)s, of which the last change was broken off: what it holds is half made.",
            path=path,
        ),
        said(
            "Let the program that writes it open it once, which takes the change back; then run again."
        ),
    )
