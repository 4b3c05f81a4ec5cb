"""Look at folders, files and databases for `segue init`: which tables there are and what they seem to hold. Reads samples."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import duckdb

from segue.core.errors import ConfigurationProblem
from segue.engines.duckdb import inspect_guesses as guesses
from segue.engines.duckdb import sources_postgres, sources_sqlite
from segue.engines.duckdb.inspect_files import SQLITE, FoundFile, found_files
from segue.engines.duckdb.inspect_forms import Guessed
from segue.engines.duckdb.inspect_guesses import FoundRelationship, Values
from segue.engines.duckdb.inspect_samples import SAMPLE_ROWS, Note, Setting, sampled
from segue.engines.duckdb.quoting import literal, name
from segue.profiles.schema import AttributeType
from segue.profiles.sources import PostgresSource, SqliteSource


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundColumn:
    """A column and the type that fits its sampled values, with its options; `doubt` is that of `Guessed`."""

    name: str
    type: AttributeType
    options: Mapping[str, object] = field(default_factory=dict)
    doubt: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundTable:
    """A table that could be a source. Everything but name and place is a guess, None when there is no good one.

    `kind` is a source type of segue.yaml; `path` is None for a server, `table` for a file that is one table.
    `problem` says why the table could not be looked at; it then has no columns.
    """

    name: str
    kind: str
    path: Path | None
    table: str | None
    columns: tuple[FoundColumn, ...] = ()
    key: str | None = None
    email: str | None = None
    first_name: str | None = None
    last_name: str | None = None
    relationships: tuple[FoundRelationship, ...] = ()
    problem: ConfigurationProblem | None = None
    settings: tuple[Setting, ...] = ()
    """What the declaration says besides type, path and table."""
    notes: tuple[Note, ...] = ()


def inspect_folder(path: Path) -> tuple[FoundTable, ...]:
    """Look at every file of a folder that can hold tables (not of its subfolders), or at one file."""
    files = files_in(path)
    found: list[FoundTable] = []
    for file in files:
        if file.suffix.casefold() in SQLITE:
            found += _sqlite_or_problem(file)
    with duckdb.connect() as connection:
        found += map(_file_table, found_files(files, connection))
    return _related(sorted(found, key=lambda table: str(table.path)))


def files_in(path: Path) -> list[Path]:
    """Return the files and folders in a folder, or the one file."""
    return sorted(path.iterdir()) if path.is_dir() else [path]


def inspect_sqlite(path: Path) -> tuple[FoundTable, ...]:
    """Look at every table and view of an SQLite file.

    Raises: ConfigurationProblem when it is none.
    """
    found: list[FoundTable] = []
    with closing(sources_sqlite.open_sqlite(path.stem, path)) as connection:
        for table in sources_sqlite.table_names(connection):
            reader = sources_sqlite.SqliteReader(
                SqliteSource(name=table, path=path, table=table), connection
            )
            sample = sampled(reader, reader.columns())
            described = _described(table, sample, declared_key=_sqlite_key(connection, table))
            declared = _sqlite_relationships(connection, table)
            found.append(
                replace(described, kind="sqlite", path=path, table=table, relationships=declared)
            )
    return _related(found)


def inspect_postgres(dsn: str) -> tuple[FoundTable, ...]:
    """Look at every table and view that the user may see.

    Raises: ConfigurationProblem when the server cannot be reached or refuses; never with the connection text.
    """
    found: list[FoundTable] = []
    with closing(sources_postgres.open_postgres("database", dsn)) as connection:
        for table in sources_postgres.table_names(connection, "."):
            source = PostgresSource(name=table, dsn=dsn, table=table)
            short = table.rpartition(".")[2]
            reader = sources_postgres.PostgresReader(source, connection, limit=SAMPLE_ROWS)
            sample = sampled(reader, reader.columns())
            described = _described(short, sample, declared_key=_postgres_key(connection, table))
            found.append(
                replace(
                    described,
                    kind="postgresql",
                    table=table,
                    relationships=_postgres_relationships(connection, table),
                )
            )
    return _related(found)


def _sqlite_or_problem(file: Path) -> Sequence[FoundTable]:
    try:
        return inspect_sqlite(file)
    except ConfigurationProblem as problem:
        return [FoundTable(name=file.stem, kind="sqlite", path=file, table=None, problem=problem)]


def _file_table(file: FoundFile) -> FoundTable:
    if file.problem is not None:
        return FoundTable(
            name=file.name, kind=file.kind, path=file.path, table=None, problem=file.problem
        )
    described = _described(
        file.name, file.columns or {}, declared_key=None, is_written=file.kind == "csv"
    )
    return replace(
        described, kind=file.kind, path=file.path, settings=file.settings, notes=file.notes
    )


def _described(
    table: str,
    sample: Mapping[str, Values],
    *,
    declared_key: str | None,
    is_written: bool = False,
) -> FoundTable:
    columns = tuple(
        _column(column, guesses.guessed(column, values, is_written=is_written))
        for column, values in sample.items()
    )
    names = tuple(sample)
    addresses = [column.name for column in columns if column.type is AttributeType.EMAIL]
    return FoundTable(
        name=table,
        kind="",
        path=None,
        table=None,
        columns=columns,
        key=guesses.guessed_key(table, sample, declared_key, addresses=addresses),
        email=next(iter(addresses), None),
        first_name=guesses.guessed_name(names, guesses.FIRST_NAMES),
        last_name=guesses.guessed_name(names, guesses.LAST_NAMES),
    )


def _column(name: str, guessed: Guessed) -> FoundColumn:
    return FoundColumn(name=name, type=guessed.type, options=guessed.options, doubt=guessed.doubt)


def _related(found: Sequence[FoundTable]) -> tuple[FoundTable, ...]:
    """Add the relationships that column names suggest to those that databases declare."""
    keys = {table.name: table.key for table in found if table.key is not None}
    for table in (
        found
    ):  # a link table's first column may be unique in the sample, and still be another's key
        others = [other.name for other in found if other.name != table.name]
        key = keys.get(table.name)
        if key and table.path and any(guesses.is_key_of(key, other) for other in others):
            del keys[table.name]
    found = [replace(table, key=keys.get(table.name)) for table in found]
    return tuple(
        table
        if table.relationships
        else replace(
            table,
            relationships=guesses.guessed_relationships(
                table.name,
                [column.name for column in table.columns],
                keys=keys,
                addresses=[c.name for c in table.columns if c.type is AttributeType.EMAIL],
            ),
        )
        for table in found
    )


def _sqlite_key(connection: Any, table: str) -> str | None:
    rows = connection.execute(f"PRAGMA table_info({name(table)})").fetchall()
    keys = [row[1] for row in rows if row[5]]
    return _text(keys[0]) if len(keys) == 1 else None


def _sqlite_relationships(connection: Any, table: str) -> tuple[FoundRelationship, ...]:
    rows = connection.execute(f"PRAGMA foreign_key_list({name(table)})").fetchall()
    return tuple(
        FoundRelationship(
            column=_text(row[3]),
            other_table=_text(row[2]),
            other_column=_text(row[4]) if row[4] is not None else _text(row[3]),
            declared=True,
        )
        for row in sorted(rows, key=lambda row: -int(row[0]))
    )


def _text(value: bytes | str) -> str:
    return value.decode("utf-8", errors="replace") if isinstance(value, bytes) else value


_CONSTRAINT = (
    "SELECT a.attname::text, rc.relname::text, ra.attname::text FROM pg_constraint c"
    " JOIN pg_attribute a ON a.attrelid = c.conrelid AND a.attnum = c.conkey[1]"
    " LEFT JOIN pg_class rc ON rc.oid = c.confrelid"
    " LEFT JOIN pg_attribute ra ON ra.attrelid = c.confrelid AND ra.attnum = c.confkey[1]"
    " WHERE array_length(c.conkey, 1) = 1 AND c.conrelid = to_regclass({table}) AND c.contype = {kind}"
    " ORDER BY c.conkey[1]"
)


def _constraints(connection: Any, table: str, kind: str) -> list[tuple[Any, ...]]:
    quoted = literal(".".join(name(part) for part in table.split(".")))
    query = _CONSTRAINT.format(table=quoted, kind=literal(kind))
    return sources_postgres.select(connection, query)


def _postgres_key(connection: Any, table: str) -> str | None:
    rows = _constraints(connection, table, "p")
    return str(rows[0][0]) if len(rows) == 1 else None


def _postgres_relationships(connection: Any, table: str) -> tuple[FoundRelationship, ...]:
    return tuple(
        FoundRelationship(column=column, other_table=other, other_column=key, declared=True)
        for column, other, key in _constraints(connection, table, "f")
    )
