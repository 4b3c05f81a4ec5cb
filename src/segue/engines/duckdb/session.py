"""Open private in-memory DuckDB sessions with a memory limit and a spill folder. No tables, no queries of ours."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import duckdb

from segue.core.permit import Permit
from segue.profiles.source_sizes import SIZES


@dataclass(frozen=True, slots=True, kw_only=True)
class Resources:
    """What a session may use, `spill_mb` on disk. Resident memory is `memory_limit_mb` plus 80-330 MB (measured, ENGINE-FACTS §2)."""

    memory_limit_mb: int = 2_048
    threads: int = max(1, min(8, os.cpu_count() or 1))
    spill_mb: int = SIZES.spill_mb


@contextmanager
def session(
    spill_folder: Path, *, resources: Resources | None = None, permit: Permit | None = None
) -> Iterator[duckdb.DuckDBPyConnection]:
    """Open a session whose clock zone is UTC and whose queries never see Python variables as tables.

    Raises: the permit's reason in place of a query that was broken off because it was revoked.
    """
    granted = resources or Resources()
    spill_folder.mkdir(parents=True, exist_ok=True)
    connection = engine(
        memory_limit=f"{granted.memory_limit_mb}MB",
        threads=str(granted.threads),
        temp_directory=str(spill_folder),
        max_temp_directory_size=f"{granted.spill_mb}MiB",
        autoinstall_known_extensions="false",
        autoload_known_extensions="false",
        preserve_insertion_order="false",
    )
    try:
        connection.execute("SET python_enable_replacements = false")
        connection.execute("SET TimeZone = 'UTC'")
        yield connection
    except duckdb.InterruptException:
        if permit is not None:
            permit.check()
        raise
    finally:
        connection.close()


def engine(**config: str) -> duckdb.DuckDBPyConnection:
    """Start an engine in memory. Raises: OSError when no file can be opened: the engine would end the whole process."""
    os.close(os.open(os.devnull, os.O_RDONLY))
    return duckdb.connect(":memory:", config=dict(config))
