"""Look at what is kept of an audience while somebody else may be writing it: no lock, no trace."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from pathlib import Path

import duckdb

from segue.core.errors import ConfigurationProblem, TryLater
from segue.core.trouble import raise_trouble
from segue.core.trouble_signs import OF_FILES
from segue.engines.duckdb.audience.journals import BESIDE, Journals
from segue.engines.duckdb.audience.store import DuckStore
from segue.engines.duckdb.profiles.snapshots import over_snapshot


@contextmanager
def glancing(
    folder: Path,
    export: str,
    connection: duckdb.DuckDBPyConnection,
    *,
    journals: Journals = BESIDE,
) -> Iterator[DuckStore]:
    """Open a store for one look.

    Raises: TryLater when a run swapped a file away in the middle of it; and as `over_snapshot`.
    """
    with over_snapshot(), closing(_whole(folder, export, connection, journals)) as store:
        try:
            yield store
        except duckdb.IOException as swapped:
            raise_trouble(swapped, but=OF_FILES)
            raise changing() from swapped


def _whole(
    folder: Path, export: str, connection: duckdb.DuckDBPyConnection, journals: Journals
) -> DuckStore:
    """Open the store; a file that a run swapped away between journal and look is not lost: look once more."""
    try:
        return DuckStore.glance(folder, export, connection, journals=journals)
    except ConfigurationProblem:
        before = _pointed(folder, journals)
        try:
            return DuckStore.glance(folder, export, connection, journals=journals)
        except ConfigurationProblem:
            if _pointed(folder, journals) != before:
                raise changing() from None
            raise


def _pointed(folder: Path, journals: Journals) -> Mapping[str, str]:
    with closing(journals.glance(folder)) as journal:
        return journal.pointers("")


def changing() -> TryLater:
    """Return that a run swapped files away in the middle of a look."""
    return TryLater(
        "A run is writing this audience's state just now.",
        action="Look again in a moment.",
        code="state_changing",
    )
