"""Tell whether what a refresh reads is as it was: the declaration and the state of every file. No contents are read."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from pathlib import Path

from segue.core.errors import ConfigurationProblem
from segue.core.permit import Permit
from segue.engines.duckdb.reading.sources_bounds import Bounds
from segue.engines.duckdb.reading.sources_files import matching_files
from segue.profiles.object_stores import Objects
from segue.profiles.references import needed_columns
from segue.profiles.schema import ProfileSchema
from segue.profiles.sources import PostgresSource, Source, SparkSource

LAYOUT = "6"
"""Part of the digest: raised whenever the same input would give another snapshot."""


def inputs_digest(
    schema: ProfileSchema, sources: Mapping[str, Source], bounds: Bounds
) -> str | None:
    """Digest the declaration and every file's path, size and time; of objects the store's mark of their contents, too.

    None when that does not tell whether anything changed: a database server is read, or a file is not there
    (opening all sources tells which).
    """
    digest = hashlib.sha256(f"{LAYOUT}\n{schema!r}\n{bounds.sizes!r}".encode())
    for source_name in sorted(needed_columns(schema)):
        source = sources.get(source_name)
        if source is None or isinstance(source, PostgresSource | SparkSource):
            return None
        digest.update(f"\n{source!r}".encode())
        try:
            # a store may be waited for, so that its turn is told as when it is read
            is_far = isinstance(source.path, Objects)
            with bounds.turn_of(source_name) if is_far else bounds.of(source_name):
                states = list(_states(source.name, source.path, bounds.watch.permit))
        except ConfigurationProblem:
            return None
        for state in states:
            digest.update(f"\n{state}".encode())
    return digest.hexdigest()


def _states(source: str, path: Path | Objects, permit: Permit) -> Iterator[str]:
    if isinstance(path, Objects):
        from segue.engines.duckdb.reading.objects_copies import states  # loads slowly

        yield from states(source, path, permit)
        return
    for file in matching_files(source, path):
        for part in (file, file.with_name(f"{file.name}-wal")):  # SQLite's newest rows may be there
            if part.exists():
                state = part.stat()
                yield f"{part}|{state.st_size}|{state.st_mtime_ns}"
