"""Look at the tables of a schema of the cluster for `segue init`: a few rows of each are brought here and looked at as files are."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

import pyarrow.parquet as pq

from segue.core.errors import ConfigurationProblem
from segue.core.names import is_path_name
from segue.core.sentences import said
from segue.engines.duckdb.reading.inspect import inspect_folder
from segue.engines.duckdb.reading.inspect_samples import SAMPLE_ROWS
from segue.engines.spark.reading.opening import readable
from segue.engines.spark.sessions import Session, once_more, session
from segue.profiles.found import FoundTable

if TYPE_CHECKING:
    from pyspark.sql import DataFrame


def inspect_schema(remote: str, schema: str) -> tuple[FoundTable, ...]:
    """Look at every table and view of a schema (`catalog.schema`; "" for the current one).

    Raises: ConfigurationProblem when the cluster refuses or has no such schema; never with its address.
    """

    def look() -> tuple[FoundTable, ...]:
        with session(remote) as cluster:
            return inspected(cluster, schema)

    return once_more(look)


def inspected(cluster: Session, schema: str) -> tuple[FoundTable, ...]:
    """Look at a schema in an open session. Raises: as `inspect_schema`."""
    with TemporaryDirectory(prefix="segue-init-") as made:
        folder = Path(made)
        with cluster.failing():
            for name in _names(cluster, schema):
                _sample(cluster.spark.table(_full(schema, name)), folder / f"{name}.parquet")
        found = inspect_folder(folder)
    return tuple(
        replace(one, kind="spark", path=None, table=_full(schema, one.name)) for one in found
    )


def _names(cluster: Session, schema: str) -> list[str]:
    if schema and not cluster.spark.catalog.databaseExists(schema):
        raise ConfigurationProblem(
            said("The Spark cluster finds no schema '%(schema)s'.", schema=schema),
            action="Name one as its catalog does, such as main.shop, or let Segue's user see it.",
            code="spark_schema_missing",
        )
    listed = cluster.spark.catalog.listTables(schema or None)
    return sorted(one.name for one in listed if is_path_name(one.name))


def _full(schema: str, name: str) -> str:
    return f"{schema}.{name}" if schema else name


def _sample(frame: DataFrame, target: Path) -> None:
    columns = readable(frame)
    if columns:
        pq.write_table(frame.select(*columns).limit(SAMPLE_ROWS).toArrow(), target)
