"""Look at the tables of a schema of the cluster for `segue init`: a few rows of each are brought here and looked at as files are."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

import pyarrow.parquet as pq

from segue.core.errors import ConfigurationProblem, Problem, TryLater
from segue.core.sentences import said, together
from segue.engines.duckdb.reading.inspect import inspect_samples
from segue.engines.duckdb.reading.inspect_samples import SAMPLE_ROWS
from segue.engines.duckdb.reading.sources_told import source_problem
from segue.engines.spark.failures import is_of_all
from segue.engines.spark.reading.opening import by_place, readable, with_room
from segue.engines.spark.sessions import Session, once_more, session
from segue.profiles.found import FoundTable

if TYPE_CHECKING:
    from pyspark.sql import DataFrame

_PLAIN = re.compile("[A-Za-z_][A-Za-z0-9_]*")
"""Names that stand in Spark's SQL as they are; others stand between backquotes."""


def inspect_schema(remote: str, schema: str) -> tuple[FoundTable, ...]:
    """Look at every table and view of a schema (`catalog.schema`; "" for the current one).

    Raises: ConfigurationProblem when the cluster refuses or has no such schema; never with its address.
    """

    def look() -> tuple[FoundTable, ...]:
        with session(remote) as cluster:
            return inspected(cluster, schema)

    return once_more(look)


def inspected(cluster: Session, schema: str) -> tuple[FoundTable, ...]:
    """Look at a schema in an open session; a table that cannot be read is told beside the others. Raises: as `inspect_schema`."""
    unread: list[FoundTable] = []
    with TemporaryDirectory(prefix="segue-init-") as made:
        files = {
            name: Path(made) / f"{at}.parquet" for at, name in enumerate(_names(cluster, schema))
        }
        for name, file in files.items():
            try:
                with cluster.failing():
                    _sample(cluster.spark.table(_full(schema, name)), file)
            except (ConfigurationProblem, TryLater) as problem:
                unread.append(_unread(schema, name, problem))
        found = inspect_samples({name: file for name, file in files.items() if file.exists()})
    return *(_of_catalog(schema, one) for one in found), *unread


def _names(cluster: Session, schema: str) -> list[str]:
    with cluster.failing():
        if schema and not cluster.spark.catalog.databaseExists(schema):
            raise ConfigurationProblem(
                said("The Spark cluster finds no schema '%(schema)s'.", schema=schema),
                action="Name one as its catalog does, such as main.shop, or let Segue's user see it.",
                code="spark_schema_missing",
            )
        listed = cluster.spark.catalog.listTables(schema or None)
        # Views of the session are listed too, and are none of the schema's.
        return sorted(one.name for one in listed if not one.isTemporary and one.name.isprintable())


def _of_catalog(schema: str, table: FoundTable) -> FoundTable:
    return replace(table, kind="spark", path=None, table=_full(schema, table.name))


def _unread(schema: str, name: str, problem: Problem) -> FoundTable:
    """Say of a table why it could not be looked at. Raises: what is no matter of this table."""
    if is_of_all(problem):
        raise problem
    what = said("is the table '%(table)s', which cannot be read.", table=_full(schema, name))
    told = source_problem(
        name, problem.code, together(what, problem.message), together(problem.action)
    )
    return FoundTable(name=name, kind="spark", path=None, table=_full(schema, name), problem=told)


def _full(schema: str, name: str) -> str:
    written = name if _PLAIN.fullmatch(name) else f"`{name.replace('`', '``')}`"
    return f"{schema}.{written}" if schema else written


def _sample(frame: DataFrame, target: Path) -> None:
    columns = readable(frame)
    if not columns:
        raise ConfigurationProblem(
            "It has no column that Segue can read.",
            action="Let the cluster make a text, a number, a time or a list of texts of it in a view.",
            code="spark_type_unreadable",
        )
    rows = with_room(by_place(frame)).select(*columns)
    pq.write_table(rows.limit(SAMPLE_ROWS).toArrow(), target)
