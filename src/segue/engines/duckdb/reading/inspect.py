"""Look at folders, files and databases for `segue init`: which tables there are and what they seem to hold. Reads samples."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

from segue.core.errors import ConfigurationProblem
from segue.engines.duckdb.quoting import literal, quoted
from segue.engines.duckdb.reading import inspect_guesses as guesses
from segue.engines.duckdb.reading import sources_postgres, sources_problems, sources_sqlite
from segue.engines.duckdb.reading.inspect_files import SQLITE, FoundFile, found_files, tables_in
from segue.engines.duckdb.reading.inspect_forms import Guessed
from segue.engines.duckdb.reading.inspect_guesses import Values
from segue.engines.duckdb.reading.inspect_samples import SAMPLE_ROWS, sampled
from segue.engines.duckdb.reading.sources_bounds import LOOK_S, looked_at
from segue.engines.duckdb.watch import Watch, watched
from segue.profiles.found import FoundColumn, FoundRelationship, FoundTable
from segue.profiles.person_names import FIRST_NAMES, LAST_NAMES
from segue.profiles.schema import AttributeType
from segue.profiles.sources import PostgresSource, SqliteSource

_OF_SERVER = ("source_server_unreachable", "source_password_refused", "source_database_missing")
"""What is told of a server; everything else is told of one of its tables."""


def inspect_folder(path: Path) -> tuple[FoundTable, ...]:
    """Look at every file of a folder that can hold tables (not of its subfolders), or at one file."""
    files = files_in(path)
    found: list[FoundTable] = []
    for file in files:
        if file.suffix.casefold() in SQLITE:
            found += _sqlite_or_problem(file)
    found += map(_file_table, found_files(files))
    return _related(sorted(found, key=lambda table: str(table.path)))


def inspect_samples(files: Mapping[str, Path]) -> tuple[FoundTable, ...]:
    """Look at tables of a database, of each of which a file of its own holds the first rows."""
    found = [replace(one, name=name) for name, file in files.items() for one in tables_in(file)]
    return _related(list(map(_file_table, found)))


def files_in(path: Path) -> list[Path]:
    """Return the files and folders in a folder, or the one file."""
    return looked_at(
        path.name or str(path), lambda _: sorted(path.iterdir()) if path.is_dir() else [path]
    )


def inspect_sqlite(path: Path, *, longest_s: float = LOOK_S) -> tuple[FoundTable, ...]:
    """Look at every table and view of an SQLite file, at none of them longer than `longest_s`.

    Raises: ConfigurationProblem when it is none.
    """
    tables = looked_at(path.stem, partial(_sqlite_tables, path))
    return _related([_sqlite_or_told(path, table, longest_s) for table in tables])


def _sqlite_tables(path: Path, _watch: Watch) -> tuple[str, ...]:
    with closing(sources_sqlite.open_sqlite(path.stem, path)) as connection:
        return sources_sqlite.table_names(connection)


def _sqlite_or_told(path: Path, table: str, longest_s: float) -> FoundTable:
    """Return a table; one that fails or does not end is told, and the others are looked at all the same."""
    try:
        return looked_at(table, partial(_sqlite_table, path, table), longest_s=longest_s)
    except ConfigurationProblem as problem:
        return FoundTable(name=table, kind="sqlite", path=path, table=table, problem=problem)


def _sqlite_table(path: Path, table: str, watch: Watch) -> FoundTable:
    with (
        closing(sources_sqlite.open_sqlite(path.stem, path)) as connection,
        watch.breakable(connection.interrupt),
    ):
        source = SqliteSource(name=table, path=path, table=table)
        reader = sources_sqlite.SqliteReader(source, connection)
        sample = sampled(reader, reader.columns())
        described = _described(table, sample, declared_key=_sqlite_key(connection, table))
        declared = _sqlite_relationships(connection, table)
    return replace(described, kind="sqlite", path=path, table=table, relationships=declared)


def inspect_postgres(dsn: str, *, longest_s: float = LOOK_S) -> tuple[FoundTable, ...]:
    """Look at every table and view that the user may see, at none of them longer than `longest_s`.

    Raises: ConfigurationProblem when the server cannot be reached or refuses; never with the connection text.
    """
    found: list[FoundTable] = []
    left = deque(looked_at("database", partial(_postgres_tables, dsn)))
    while left:
        try:
            watched(partial(_look_at_tables, dsn, left, found, longest_s))
        except ConfigurationProblem as problem:
            if problem.code in _OF_SERVER:
                raise
            table = left.popleft()
            found.append(_unread_table(table, problem))
    return _related(found)


def _unread_table(table: str, problem: ConfigurationProblem) -> FoundTable:
    short = table.partition(".")[2]
    return FoundTable(name=short, kind="postgresql", path=None, table=table, problem=problem)


def _postgres_tables(dsn: str, watch: Watch) -> tuple[str, ...]:
    with _server(dsn, watch) as connection:
        return sources_postgres.table_names(connection, ".")


def _look_at_tables(
    dsn: str, left: deque[str], found: list[FoundTable], longest_s: float, watch: Watch
) -> None:
    """Look at one table after the other over one connection, until none is left or one does not answer."""
    with _server(dsn, watch) as connection:
        while left:
            with watch.at_most(longest_s, partial(sources_problems.silent, left[0], longest_s)):
                table = _postgres_table(dsn, left[0], connection)
            watch.permit.check()
            found.append(table)
            left.popleft()


def _postgres_table(dsn: str, table: str, connection: Any) -> FoundTable:
    source = PostgresSource(name=table, dsn=dsn, table=table)
    reader = sources_postgres.PostgresReader(
        source, connection, limit=SAMPLE_ROWS, longest_s=LOOK_S
    )
    sample = sampled(reader, reader.columns())
    key = _postgres_key(connection, table)
    return replace(
        _described(table.partition(".")[2], sample, declared_key=key),
        kind="postgresql",
        table=table,
        relationships=_postgres_relationships(connection, table),
    )


@contextmanager
def _server(dsn: str, watch: Watch) -> Iterator[Any]:
    with (
        closing(sources_postgres.open_postgres("database", dsn)) as connection,
        sources_postgres.canceling(connection) as cancel,
        watch.breakable(cancel),
    ):
        yield connection


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
        first_name=guesses.guessed_name(names, FIRST_NAMES),
        last_name=guesses.guessed_name(names, LAST_NAMES),
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
    rows = connection.execute(f"PRAGMA table_info({quoted(table)})").fetchall()
    keys = [row[1] for row in rows if row[5]]
    return _text(keys[0]) if len(keys) == 1 else None


def _sqlite_relationships(connection: Any, table: str) -> tuple[FoundRelationship, ...]:
    rows = connection.execute(f"PRAGMA foreign_key_list({quoted(table)})").fetchall()
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
    whole = literal(sources_postgres.in_sql(table))
    query = _CONSTRAINT.format(table=whole, kind=literal(kind))
    return sources_postgres.select(connection, query)


def _postgres_key(connection: Any, table: str) -> str | None:
    rows = _constraints(connection, table, "p")
    return str(rows[0][0]) if len(rows) == 1 else None


def _postgres_relationships(connection: Any, table: str) -> tuple[FoundRelationship, ...]:
    return tuple(
        FoundRelationship(column=column, other_table=other, other_column=key, declared=True)
        for column, other, key in _constraints(connection, table, "f")
    )
