"""Bring here what an export needs of profiles that another engine keeps: one file, for the time of one plan or run.

From there everything goes on over DuckDB as ever. Personal data: the file is removed when the work ends.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from segue.profiles.ports import FlaggedProfiles
from segue.profiles.schema import PROFILE_KEY, PROFILES, ProfileSchema

if TYPE_CHECKING:
    import duckdb
    import ibis.expr.types as ir

    from segue.core.permit import Permit
    from segue.profiles.ports import ProfileEngine, Snapshot
    from segue.sync.planning import Inputs


@contextmanager
def landed(
    inputs: Inputs,
    snapshot: Snapshot,
    engine: ProfileEngine,
    connection: duckdb.DuckDBPyConnection,
    *,
    spill: Path,
    beside: Sequence[str] = (),
    permit: Permit | None = None,
) -> Iterator[Inputs]:
    """Yield the inputs over the profiles that left their engine, which the session can read inside.

    `beside` are columns that leave it although the export does not name them. Raises: what the engine raises.
    """
    import pyarrow.parquet as pq

    from segue.engines.duckdb.profiles.snapshots import name_file
    from segue.sync.guards import counted_flags
    from segue.sync.landing import LANDED, landing_of

    landing = landing_of(inputs.export, inputs.flagged, inputs.guards, beside=beside)
    spill.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(dir=spill, prefix="landed") as folder:
        file = Path(folder) / "profiles.parquet"
        with engine.opened(snapshot, inputs.schema, permit=permit) as profiles:
            batches = profiles.exported(landing.asked, landing.columns, sharing=landing.sharing)
            first = next(batches)
            with pq.ParquetWriter(file, first.schema) as writer:
                writer.write_batch(first)
                for batch in batches:
                    writer.write_batch(batch)
            counted = profiles.counts(landing.counted)
        for view in (LANDED, PROFILES):
            name_file(connection, view, file)
        numbers = {name: counted[name] for name in counted_flags(inputs.guards.counted)}
        yield replace(inputs, flagged=replace(landing.landed, counted=numbers))


def first_profiles(
    snapshot: Snapshot,
    engine: ProfileEngine,
    connection: duckdb.DuckDBPyConnection,
    schema: ProfileSchema,
    profiles: ir.Table,
    *,
    limit: int,
) -> ir.Table:
    """Bring the first profiles by key here, and return them as a table that the session can read."""
    import ibis

    from segue.engines.duckdb.audience.samples import put_rows
    from segue.sync.landing import LANDED

    everybody = profiles.mutate(everybody=ibis.literal(True))
    flagged = FlaggedProfiles(table=everybody, flags={"everybody": "everybody"})
    columns = [name for name in profiles.columns if name != PROFILE_KEY]
    with engine.opened(snapshot, schema) as opened:
        rows = opened.sample(flagged, "everybody", limit=limit, columns=columns)
    wanted = profiles.select(PROFILE_KEY, *columns).schema()
    put_rows(connection, LANDED, wanted, rows)
    return ibis.table(wanted, name=LANDED)
