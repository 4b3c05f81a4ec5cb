"""Whom a run's refusals hold back from now on, and with which fields they were sent."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path

import duckdb

from segue.engines.duckdb.journal import Journal, KeptHold
from segue.engines.duckdb.rendering import literal
from segue.sync.ports import Rejection
from segue.sync.store import Acknowledgement
from segue.sync.suppression import hold_for


def new_holds(
    connection: duckdb.DuckDBPyConnection,
    journal: Journal,
    folder: Path,
    acknowledgements: Sequence[Acknowledgement],
    *,
    now: datetime,
) -> Sequence[KeptHold]:
    """Return the holds that a run brings; `folder` is the run's own."""
    hashes: dict[str, str] = {}
    for acknowledgement in acknowledgements:
        if acknowledgement.rejections:
            file = folder / f"{acknowledgement.group}.parquet"
            hashes |= _fields_hashes(connection, file, acknowledgement.rejections)
    found = []
    for rejection in (r for a in acknowledgements for r in (*a.rejections, *a.also_held)):
        fields_hash = hashes.get(rejection.subscriber_hash)
        tries = journal.tries(rejection)
        hold = hold_for(rejection, now=now, tries=tries, has_fields=fields_hash is not None)
        if hold is not None:
            found.append(KeptHold(hold=hold, fields_hash=fields_hash))
    return found


def _fields_hashes(
    connection: duckdb.DuckDBPyConnection, file: Path, rejections: Sequence[Rejection]
) -> Mapping[str, str]:
    """Return the hash of the fields that each was sent with; nobody's for a removal of tags, which sends none."""
    source = f"read_parquet({literal(str(file))})"
    names = {row[0] for row in connection.execute(f"DESCRIBE SELECT * FROM {source}").fetchall()}
    if "ph" not in names:
        return {}
    subs = [rejection.subscriber_hash for rejection in rejections]
    query = f"SELECT sub, ph FROM {source} WHERE sub IN (SELECT unnest(?::UUID[]))"
    return {sub.hex: ph.hex for sub, ph in connection.execute(query, [subs]).fetchall()}
