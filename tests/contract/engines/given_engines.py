"""Give rows to real engines of profiles, as Python values, and ask for members. Only for tests.

PostgreSQL is no engine of profiles here: it shows that the text of the same expressions means the same elsewhere.
"""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Protocol

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from segue.core.permit import Permit
from segue.engines.duckdb.profiles.engine import CAPABILITIES, DuckEngine
from segue.engines.duckdb.profiles.snapshots import uri_of
from segue.engines.spark.engine import CAPABILITIES as SPARK_CAPABILITIES
from segue.engines.spark.engine import SparkEngine
from segue.profiles.ports import (
    Capabilities,
    FlaggedProfiles,
    ProfileEngine,
    Profiles,
    Snapshot,
    TableCounts,
)
from segue.profiles.reading import Reading
from segue.profiles.schema import (
    PROFILE_KEY,
    Attribute,
    AttributeType,
    ProfileSchema,
    Table,
    address_column,
    address_problem_column,
)
from segue.segments.compile import to_sql, with_flags
from segue.segments.rules import Segment
from segue.segments.tables import DECIMAL_DIGITS
from tests.spark import spark_remote
from tests.unit.segments.segment_schema import SCHEMA, in_zone

Tables = Mapping[str, Sequence[Mapping[str, object]]]
SEGMENTS_AT_ONCE = 64

_ARROW = {
    AttributeType.TEXT: pa.string(),
    AttributeType.EMAIL: pa.string(),
    AttributeType.INTEGER: pa.int64(),
    AttributeType.BOOLEAN: pa.bool_(),
    AttributeType.DATE: pa.date32(),
    AttributeType.TIMESTAMP: pa.timestamp("us"),
    AttributeType.BIRTHDAY: pa.string(),
    AttributeType.LIST: pa.string(),
}
_POSTGRES = {
    AttributeType.TEXT: "text",
    AttributeType.EMAIL: "text",
    AttributeType.INTEGER: "bigint",
    AttributeType.DECIMAL: "numeric(18, 2)",
    AttributeType.BOOLEAN: "boolean",
    AttributeType.DATE: "date",
    AttributeType.TIMESTAMP: "timestamp",
    AttributeType.BIRTHDAY: "text",
    AttributeType.LIST: "text",
}


def declared(schema: ProfileSchema = SCHEMA) -> dict[str, Table]:
    """Return the tables of a schema by the name of their snapshot."""
    return {"profiles": schema.profiles} | {
        f"related_{name}": table for name, table in schema.related.items()
    }


KeptMembers = tuple[AttributeType, Sequence[object]]
"""The type of kept members, and who they are."""

NOTHING_KEPT: Mapping[str, KeptMembers] = {}


class GivenEngine(Protocol):
    """An engine of profiles that is given rows instead of reading sources. A new one is put into `ENGINES`."""

    capabilities: Capabilities

    def given(
        self,
        tables: Tables,
        schema: ProfileSchema = SCHEMA,
        *,
        permit: Permit | None = None,
        kept: Mapping[str, KeptMembers] = NOTHING_KEPT,
    ) -> AbstractContextManager[Profiles]:
        """Open a snapshot of these rows; tables that are not named are empty. `kept` are members by their place."""
        ...


class GivenDuck:
    """DuckDB over Parquet files in a folder."""

    capabilities = CAPABILITIES

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._number = 0

    @contextmanager
    def given(
        self,
        tables: Tables,
        schema: ProfileSchema = SCHEMA,
        *,
        permit: Permit | None = None,
        kept: Mapping[str, KeptMembers] = NOTHING_KEPT,
    ) -> Iterator[Profiles]:
        """Write the files of a snapshot and open it."""
        self._number += 1
        folder = self._folder / str(self._number)
        folder.mkdir(parents=True)
        for name, table in declared(schema).items():
            pq.write_table(arrow_table(tables.get(name, ()), table), folder / f"{name}.parquet")
        snapshot = _snapshot(folder, schema)
        engine = DuckEngine(self._folder)
        _keep(engine, kept)
        with engine.opened(snapshot, schema, permit=permit) as profiles:
            yield profiles
        shutil.rmtree(folder)


class GivenSpark:
    """Spark Connect over Parquet files in a folder that the server reads, too."""

    capabilities = SPARK_CAPABILITIES

    def __init__(self, folder: Path, *, remote: str = "") -> None:
        """Ask the server of all tests, or another."""
        self._folder = folder
        self._number = 0
        self._remote = remote or spark_remote()

    @contextmanager
    def given(
        self,
        tables: Tables,
        schema: ProfileSchema = SCHEMA,
        *,
        permit: Permit | None = None,
        kept: Mapping[str, KeptMembers] = NOTHING_KEPT,
    ) -> Iterator[Profiles]:
        """Write the files of a snapshot and open it."""
        self._number += 1
        folder = self._folder / str(self._number)
        folder.mkdir(parents=True)
        counts = {}
        for name, table in declared(schema).items():
            rows = arrow_table(tables.get(name, ()), table)
            pq.write_table(rows, folder / f"{name}.parquet")
            counts[name.removeprefix("related_")] = _counted(rows.num_rows)
        snapshot = replace(_snapshot(folder, schema), counts=counts)
        engine = SparkEngine(self._folder, remote=self._remote, snapshots=uri_of(folder))
        _keep(engine, kept)
        with engine.opened(snapshot, schema, permit=permit) as profiles:
            yield profiles
        shutil.rmtree(folder)


ENGINES: Mapping[str, Callable[[Path], GivenEngine]] = {"duckdb": GivenDuck, "spark": GivenSpark}
"""Every engine of profiles, by the name that its tests have."""


def _keep(engine: ProfileEngine, kept: Mapping[str, KeptMembers]) -> None:
    for place, (kind, members) in kept.items():
        engine.keep_members(place, members, kind=kind)
    assert set(engine.places_of_members()) >= set(kept)


def _snapshot(folder: Path, schema: ProfileSchema) -> Snapshot:
    places = {name: uri_of(folder / f"{name}.parquet") for name in declared(schema)}
    # Memory is granted by the number of profiles, and here by the number of rules: one over months of instants takes
    # 20 MB a thread, however few the rows.
    counts = _counted(20_000_000)
    return Snapshot(
        id=folder.name,
        taken_at=datetime(2026, 3, 31, tzinfo=UTC),
        profiles=places["profiles"],
        related={name: places[f"related_{name}"] for name in schema.related},
        problems="",
        counts={"profiles": counts},
        addresses={},
        reading=Reading(),
        source_changed_at={},
        inputs="",
    )


def _counted(rows: int) -> TableCounts:
    return TableCounts(read=rows, kept=rows, without_key=0, repeated=0, without_profile=0)


def flagged_of(
    segments: Sequence[Segment],
    *,
    as_of: datetime,
    time_zone: str,
    schema: ProfileSchema | None = None,
) -> FlaggedProfiles:
    """Return the profiles with a flag for each of the segments, which may refer to each other."""
    known = {segment.name: segment for segment in segments}
    declared_so = schema or in_zone(time_zone)
    return with_flags(segments, declared_so, as_of=as_of, time_zone=time_zone, all_segments=known)


def members_of(
    profiles: Profiles, segments: Sequence[Segment], *, as_of: datetime, time_zone: str
) -> dict[str, set[object]]:
    """Return each segment's members according to opened profiles, by exporting flags: as many at once as an export may have."""
    found: dict[str, set[object]] = {segment.name: set() for segment in segments}
    known = {segment.name: segment for segment in segments}
    for start in range(0, len(segments), SEGMENTS_AT_ONCE):
        flagged = with_flags(
            segments[start : start + SEGMENTS_AT_ONCE],
            in_zone(time_zone),
            as_of=as_of,
            time_zone=time_zone,
            all_segments=known,
        )
        for name, keys in exported_members(profiles, flagged).items():
            found[name] = keys
    return found


def exported_members(profiles: Profiles, flagged: FlaggedProfiles) -> dict[str, set[object]]:
    """Return who leaves the engine with which flag."""
    found: dict[str, set[object]] = {name: set() for name in flagged.flags}
    for batch in profiles.exported(flagged, ()):
        columns = batch.to_pydict()
        for name, flag in flagged.flags.items():
            assert None not in columns[flag]
            pairs = zip(columns[PROFILE_KEY], columns[flag], strict=True)
            found[name] |= {key for key, is_in in pairs if is_in}
    return found


def on_postgres(
    connection: object,
    tables: Tables,
    segments: Sequence[Segment],
    *,
    as_of: datetime,
    time_zone: str,
) -> dict[str, set[object]]:
    """Return each segment's members according to PostgreSQL; nothing is left behind."""
    sql, columns = compiled(segments, "postgres", as_of=as_of, time_zone=time_zone)
    with connection.transaction(force_rollback=True), connection.cursor() as cursor:  # type: ignore[attr-defined]
        for name, table in declared().items():
            _fill_postgres(cursor, name, table, tables.get(name, ()))
        rows = cursor.execute(_by_steps(_narrow(sql, columns))).fetchall()
    return _members(rows, segments)


def _by_steps(query: str) -> str:
    """Let PostgreSQL compute every table of a query before the next: it would repeat a step's text for each of its uses."""
    return re.sub(r'\)( AS "t\d+")', r" OFFSET 0)\1", query)


def compiled(
    segments: Sequence[Segment], dialect: str, *, as_of: datetime, time_zone: str
) -> tuple[str, list[str]]:
    """Return the query of the segments and the columns of their flags."""
    flagged = flagged_of(segments, as_of=as_of, time_zone=time_zone)
    return to_sql(flagged.table, dialect), list(flagged.flags.values())  # type: ignore[arg-type]


def fill_duckdb(connection: duckdb.DuckDBPyConnection, tables: Tables) -> None:
    """Create the tables of SCHEMA with these rows."""
    for name, table in declared().items():
        connection.register("loaded", arrow_table(tables.get(name, ()), table))
        connection.execute(f'CREATE TABLE "{name}" AS SELECT * FROM loaded')
        connection.unregister("loaded")


def arrow_table(rows: Sequence[Mapping[str, object]], table: Table) -> pa.Table:
    """Return rows as a snapshot holds them."""
    columns = {PROFILE_KEY: _ARROW[table.key_type]}
    for attribute in table.attributes:
        columns[attribute.name] = _arrow(attribute)
        if attribute.type is AttributeType.EMAIL:
            columns[address_column(attribute.name)] = pa.string()
            columns[address_problem_column(attribute.name)] = pa.string()
    full = [_with_address(row, table) for row in rows]
    return pa.Table.from_pylist(full, schema=pa.schema(list(columns.items())))


def _arrow(attribute: Attribute) -> pa.DataType:
    is_decimal = attribute.type is AttributeType.DECIMAL
    return pa.decimal128(DECIMAL_DIGITS, attribute.scale) if is_decimal else _ARROW[attribute.type]


def _fill_postgres(
    cursor: object, name: str, table: Table, rows: Sequence[Mapping[str, object]]
) -> None:
    columns = {"profile_key": "bigint"}
    for attribute in table.attributes:
        columns[attribute.name] = _POSTGRES[attribute.type]
        if attribute.type is AttributeType.EMAIL:
            columns[address_column(attribute.name)] = "text"
            columns[address_problem_column(attribute.name)] = "text"
    body = ", ".join(f'"{column}" {kind}' for column, kind in columns.items())
    cursor.execute(f'CREATE TEMPORARY TABLE "{name}" ({body}) ON COMMIT DROP')  # type: ignore[attr-defined]
    places = ", ".join(["%s"] * len(columns))
    for row in rows:
        full = _with_address(row, table)
        cursor.execute(  # type: ignore[attr-defined]
            f'INSERT INTO "{name}" VALUES ({places})', [full.get(column) for column in columns]
        )


def _with_address(row: Mapping[str, object], table: Table) -> dict[str, object]:
    full = dict(row)
    for attribute in table.attributes:
        if attribute.type is AttributeType.EMAIL:
            full[address_column(attribute.name)] = row.get(attribute.name)
    return full


def _narrow(sql: str, columns: Sequence[str]) -> str:
    flags = ", ".join(f'"{column}"' for column in columns)
    return f"SELECT profile_key, {flags} FROM ({sql}) AS flagged"


def _members(
    rows: Sequence[Sequence[object]], segments: Sequence[Segment]
) -> dict[str, set[object]]:
    assert all(flag is not None for row in rows for flag in row)
    return {
        segment.name: {row[0] for row in rows if row[place]}
        for place, segment in enumerate(segments, start=1)
    }
