"""Look whether declared sources lead to what can be read at all, for `segue check`. Nothing is opened."""

from __future__ import annotations

from collections.abc import Mapping

from segue.core.errors import ConfigurationProblem
from segue.engines.duckdb.reading.sources_bounds import looked_at
from segue.engines.duckdb.reading.sources_files import (
    refuse_beside_sqlite,
    refuse_other_kinds,
    refuse_private,
)
from segue.engines.duckdb.reading.sources_told import combined
from segue.profiles.object_stores import Objects
from segue.profiles.sources import PostgresSource, Source, SparkSource, SqliteSource


def check_kinds(sources: Mapping[str, Source]) -> None:
    """Raise a ConfigurationProblem with every source whose path leads to a pipe, a device and the like, to what is Segue's own, or to a disk that hangs.

    What is not there is none of them: it may come before it is read.
    """
    found: list[ConfigurationProblem] = []
    for source in sources.values():
        try:
            _check(source)
        except ConfigurationProblem as problem:
            found.append(problem)
    if found:
        raise combined(found)


def _check(source: Source) -> None:
    if isinstance(source, PostgresSource | SparkSource):
        return
    path, is_sqlite = source.path, isinstance(source, SqliteSource)
    if isinstance(path, Objects):  # whether it can be read is known when it is
        return
    looked_at(source.name, lambda _: refuse_other_kinds(source.name, path))
    looked_at(source.name, lambda _: refuse_private(source.name, path))
    if is_sqlite:
        looked_at(source.name, lambda _: refuse_beside_sqlite(source.name, path))
