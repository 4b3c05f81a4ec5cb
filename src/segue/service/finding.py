"""Look at what could be a data source, and whether declared ones lead anywhere at all. No profiles are read.

Everything heavy is imported when first needed.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from segue.engines.duckdb.reading.objects_inspect import FoundObjects
    from segue.profiles.found import FoundTable
    from segue.profiles.object_stores import Objects
    from segue.profiles.sources import Source


def tables_at(place: Path) -> Sequence[FoundTable]:
    """Look at every file of a folder that can hold tables (not of its subfolders), or at one file."""
    from segue.engines.duckdb.reading.inspect import inspect_folder

    return inspect_folder(place)


def objects_at(objects: Objects) -> FoundObjects:
    """Look at an object, or at those straight in a folder of a store; they are copied for that time.

    Raises: ConfigurationProblem when they cannot be read; never with a secret.
    """
    from segue.engines.duckdb.reading.objects_inspect import inspect_objects

    return inspect_objects(objects)


def tables_of_server(dsn: str) -> Sequence[FoundTable]:
    """Look at every table and view that the user of a PostgreSQL database may see.

    Raises: ConfigurationProblem when the server cannot be reached or refuses; never with the connection text.
    """
    from segue.engines.duckdb.reading.inspect import inspect_postgres

    return inspect_postgres(dsn)


def tables_of_cluster(remote: str, schema: str) -> Sequence[FoundTable]:
    """Look at every table and view of a schema of a Spark cluster; "" is the current one.

    Raises: ConfigurationProblem when it cannot be reached or refuses; never with its address.
    """
    from segue.engines.spark.sessions import load_client

    load_client()
    from segue.engines.spark.reading.inspect import inspect_schema

    return inspect_schema(remote, schema)


def passed_over_at(place: Path) -> Mapping[str, Sequence[str]]:
    """Return the names of files that are no tables, by the reason."""
    from segue.engines.duckdb.reading.inspect import files_in
    from segue.engines.duckdb.reading.inspect_files import passed_over

    return passed_over(files_in(place))


def check_sources(sources: Mapping[str, Source]) -> None:
    """Look whether declared sources lead to what can be read at all; nothing is opened.

    Raises: ConfigurationProblem with every source that leads to a device, to what is Segue's own, or to a disk that hangs.
    """
    from segue.engines.duckdb.reading.sources_check import check_kinds

    check_kinds(sources)
