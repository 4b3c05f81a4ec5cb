"""Stream a PostgreSQL table as Arrow batches of text, all tables of one server in one read-only snapshot.

Every column is cast to text by the server, so decimals stay exact and any type can be read; bytes are text where they are UTF-8. What the server answers
may quote the connection text, so no answer of a failed sign-in is passed on.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from threading import Event, Lock, Thread
from typing import Any

import pyarrow as pa

from segue.core.errors import ConfigurationProblem
from segue.engines.duckdb.quoting import literal, quoted
from segue.engines.duckdb.reading import sources_batches as staged
from segue.engines.duckdb.reading import sources_problems as problems
from segue.engines.duckdb.reading.sources_bounded import check_columns
from segue.engines.duckdb.reading.sources_bytes import Place, text_of_bytes
from segue.engines.duckdb.reading.sources_file import SourceFile
from segue.engines.duckdb.reading.sources_names import as_written
from segue.engines.duckdb.reading.sources_reports import Reports
from segue.engines.duckdb.reading.typed_own import Own
from segue.profiles.file_facts import FileFacts
from segue.profiles.source_sizes import SIZES, Sizes
from segue.profiles.sources import LONGEST_S, PostgresSource

_SETTINGS = (
    "SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY",
    "SET LOCAL TimeZone = 'UTC'",
    "SET LOCAL DateStyle = 'ISO, YMD'",
    "SET LOCAL extra_float_digits = 1",
    "SET LOCAL standard_conforming_strings = on",
)
_ENDED = ("57014", "55P03", "25P03", "25P04")
"""Canceled, lock not available, idle and whole transaction too long. Source: PostgreSQL, "Error Codes"."""
_GONE = ("08", "53", "57P")
"""Connections that end or are too many, servers that shut down or begin. Source: the same."""
_REFUSED = (
    "authentication failed",
    "no password supplied",
    "no pg_hba.conf entry",
    "28p01",
    "28000",
)
_COLUMNS = (
    "SELECT a.attname::text, coalesce(b.typname, t.typname)::text, t.typcategory::text FROM pg_attribute a"
    " JOIN pg_type t ON t.oid = a.atttypid LEFT JOIN pg_type b ON t.typtype = 'd' AND b.oid = t.typbasetype"
)
"""The columns of tables with their types: of a domain, the one that it is made of."""
_SORTS = {"N": Own.NUMBER, "B": Own.BOOLEAN, "D": Own.TIME}
_SHORT = frozenset("NBDTIE")
"""Categories of types of which no value is long: numbers, truth, times, time spans, network addresses, enumerations."""
_INSTANTS = ("timestamptz", "timetz")
_LINK = {
    "connect_timeout": 10,
    "keepalives_idle": 30,
    "keepalives_interval": 10,
    "keepalives_count": 3,
    "tcp_user_timeout": 60_000,
}
"""How soon a server that went away is given up: in seconds, the last in milliseconds. Source: libpq, "Parameter Key Words"."""

_SERVER_LATER_S = 5
"""How much later than the longest time the server itself ends a query, which it does even when nobody listens any more."""


def open_postgres(source: str, dsn: str) -> Any:
    """Open one connection whose single transaction sees one state of the database.

    Raises: ConfigurationProblem when the server does not answer or refuses; its own words are not passed on.
    """
    from adbc_driver_manager import Error
    from adbc_driver_postgresql import dbapi

    try:
        connection = dbapi.connect(_with_time_outs(dsn))
    except Error as error:
        raise _refusal(source, str(error)) from None  # the cause may quote the connection text
    try:
        with connection.cursor() as cursor:
            for setting in _SETTINGS:
                cursor.execute(setting)
    except Error as error:
        connection.close()
        raise _refusal(source, str(error)) from None
    return connection


@dataclass(frozen=True, slots=True)
class _Type:
    """A column's type below its domains, and the category of it that PostgreSQL knows.

    Source: PostgreSQL's documentation, §51.64 (pg_type), "typcategory Codes".
    """

    name: str
    category: str

    @property
    def own(self) -> Own:
        if self.name in _INSTANTS:
            return Own.INSTANT
        return _SORTS.get(self.category, Own.TEXT)

    def as_text(self, column: str) -> str:
        """Return the expression of a column's text: money without its sign, which is one of the server's country."""
        if self.name == "bytea":
            return column
        return f"{column}::numeric::text" if self.name == "money" else f"{column}::text"

    def as_bounded_text(self, column: str, longest: int) -> str:
        """Return the same, cut by the server when it has more than `longest` bytes: to one sign more than it may have."""
        text = self.as_text(column)
        if self.category in _SHORT:
            return text
        cut = f"substring({text} FROM 1 FOR {longest + 1})"
        return f"CASE WHEN octet_length({text}) > {longest} THEN {cut} ELSE {text} END"


@contextmanager
def canceling(connection: Any) -> Iterator[Callable[[], None]]:
    """Yield how the query under way is canceled; at the end no canceling is under way any more.

    Each asks the server over a connection of its own, which may take its time: it happens in a thread of its own.
    """
    from adbc_driver_manager import Error

    asking = Lock()
    is_over = Event()

    def ask() -> None:
        try:
            with suppress(Error):  # the server is away: there is nothing to cancel
                if not is_over.is_set():
                    connection.adbc_cancel()
        finally:
            asking.release()

    def cancel() -> None:
        if asking.acquire(blocking=False):
            Thread(target=ask, name="cancel a query", daemon=True).start()

    try:
        yield cancel
    finally:
        with asking:
            is_over.set()


class PostgresReader:
    """Read one table over a connection that other readers of the same server share."""

    ordered = False
    says_own = True
    files: tuple[SourceFile, ...] = ()

    def __init__(
        self,
        source: PostgresSource,
        connection: Any,
        *,
        limit: int | None = None,
        longest_s: float = LONGEST_S,
        sizes: Sizes = SIZES,
    ) -> None:
        """Find the table; `limit` is the number of rows to read, None for all. The server ends queries after `longest_s`."""
        self._sizes = sizes
        self._longest_s = longest_s if source.longest_s is None else source.longest_s
        self._limit = "" if limit is None else f" LIMIT {limit:d}"
        self.source = source
        self._connection = connection
        self._bound()
        self.table = self._found(source.table)
        if not self.table:
            raise problems.table_missing(
                source.name, source.table, table_names(connection, source.table)
            )
        rows = self._rows(
            f"{_COLUMNS} WHERE a.attnum > 0 AND NOT a.attisdropped"
            f" AND a.attrelid = to_regclass({literal(self.table)}) ORDER BY a.attnum"
        )
        self._columns = tuple(str(row[0]) for row in rows)
        check_columns(source.name, f"the table {source.table!r}", len(self._columns), sizes)
        self.types = {str(row[0]): _Type(str(row[1]), str(row[2])) for row in rows}

    @property
    def facts(self) -> tuple[FileFacts, ...]:
        """Return the table's columns."""
        return (FileFacts(file="", columns=self._columns),)

    def columns(self) -> tuple[str, ...]:
        """Return the table's columns in their order."""
        return self._columns

    def ask(self, query: str) -> list[tuple[Any, ...]]:
        """Return the few rows of a query in the state of the database in which the table is read."""
        self._bound()
        return self._rows(query)

    def count(self) -> int:
        """Let the server count the table's rows."""
        return int(self.ask(f"SELECT count(*) FROM {self.table}")[0][0])

    def batches(
        self, wanted: Sequence[str], reports: Reports, *, where: str = ""
    ) -> Iterator[pa.RecordBatch]:
        """Stream the rows as the server gives them; a row's number counts from 1 and means only this reading.

        `where` is a clause that leaves some out, "" for none.
        """
        from adbc_driver_manager import Error

        self._bound()
        columns = as_written(wanted, self._columns)
        listed = ", ".join(
            self.types[column].as_bounded_text(quoted(column), self._sizes.cell_bytes)
            for column in columns
        )
        first = 1
        try:
            with self._connection.cursor() as cursor:
                cursor.execute(f"SELECT {listed} FROM {self.table}{where}{self._limit}")
                for batch in cursor.fetch_record_batch():
                    rows = staged.row_numbers(first, batch.num_rows)
                    texts = [
                        text_of_bytes(values, Place("", column, first), reports)
                        for column, values in zip(columns, batch.columns, strict=True)
                    ]
                    sorts = [_sorts(self.types[column].own, len(rows)) for column in columns]
                    yield staged.batch(0, rows, texts, sorts)
                    first += batch.num_rows
        except (Error, OSError) as error:  # the stream of batches raises the latter
            raise self._failed(error) from None

    def _bound(self) -> None:
        """Let the server end each query after the longest time, or sooner where it is set up so."""
        longest_ms = int((self._longest_s + _SERVER_LATER_S) * 1000)
        self._rows(
            "SELECT set_config('statement_timeout', CASE WHEN reset_val::bigint BETWEEN 1 AND"
            f" {longest_ms} THEN reset_val ELSE '{longest_ms}' END, true) FROM pg_settings WHERE name = 'statement_timeout'"
        )

    def _rows(self, query: str) -> list[tuple[Any, ...]]:
        from adbc_driver_manager import Error

        try:
            return select(self._connection, query)
        except Error as error:
            raise self._failed(error) from None

    def _found(self, name: str) -> str:
        """Return a table as SQL names it, "" when there is none: what stands behind the schema may hold points itself."""
        database, _, rest = name.partition(".")
        named = [in_sql(name)]
        if "." in rest and self._rows(f"SELECT 1 WHERE current_database() = {literal(database)}"):
            named.append(in_sql(rest))
        return next(
            (
                one
                for one in named
                if self._rows(f"SELECT 1 WHERE to_regclass({literal(one)}) IS NOT NULL")
            ),
            "",
        )

    def _failed(self, error: Exception) -> ConfigurationProblem:
        state = str(getattr(error, "sqlstate", None) or "unknown")
        if state == "42501" or "permission denied" in str(error):
            return problems.permission_denied(self.source.name, self.source.table)
        if state in _ENDED or "canceling statement" in str(error):
            return problems.query_canceled(self.source.name)
        if state.startswith(_GONE):
            return problems.unreachable(self.source.name)
        return problems.database_failed(self.source.name, f"PostgreSQL answered SQLSTATE {state}")


def _sorts(own: Own, count: int) -> pa.Array:
    return pa.repeat(pa.scalar(own, pa.int8()), count)


def select(connection: Any, query: str) -> list[tuple[Any, ...]]:
    """Return all rows of a small query."""
    with connection.cursor() as cursor:
        cursor.execute(query)
        return [tuple(row) for row in cursor.fetchall()]


def in_sql(name: str) -> str:
    """Return `table` or `schema.table` as SQL names it."""
    return ".".join(map(quoted, name.split(".", 1)))


def table_names(connection: Any, like: str) -> tuple[str, ...]:
    """Return the tables and views that a user may read, with their schema when `like` has one."""
    rows = select(
        connection,
        "SELECT n.nspname::text, c.relname::text FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace"
        " WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f') AND n.nspname NOT IN ('pg_catalog', 'information_schema')"
        " AND n.nspname NOT LIKE 'pg\\_%' AND has_schema_privilege(n.oid, 'USAGE')"
        " AND has_any_column_privilege(c.oid, 'SELECT') ORDER BY 1, 2",
    )
    return tuple(f"{schema}.{table}" if "." in like else table for schema, table in rows)


def _with_time_outs(dsn: str) -> str:
    """Add what the connection text does not say of time-outs itself."""
    added = [f"{key}={value}" for key, value in _LINK.items() if key not in dsn]
    if "://" not in dsn:
        return " ".join([dsn, *added])
    return "&".join([dsn if "?" in dsn else f"{dsn}?", *added]).replace("?&", "?", 1)


def _refusal(source: str, answer: str) -> ConfigurationProblem:
    words = answer.casefold()
    if any(sign in words for sign in _REFUSED) or ("role " in words and "does not exist" in words):
        return problems.password_refused(source)
    if "database " in words and "does not exist" in words:
        return problems.database_missing(source)
    return problems.unreachable(source)
