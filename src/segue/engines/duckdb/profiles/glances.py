"""Look at a snapshot while somebody waits and others work: one thread, little memory, and a part of the profiles if asked.

A part is drawn by the hash of the key, so that it is the same each time and nobody comes and goes while a rule is built.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb

from segue.core.permit import Permit
from segue.engines.duckdb.profiles.asked import DuckProfiles
from segue.engines.duckdb.profiles.engine import opened_session
from segue.engines.duckdb.profiles.snapshots import file_at, over_snapshot
from segue.engines.duckdb.quoting import literal, quoted
from segue.engines.duckdb.session import Resources
from segue.profiles.ports import Snapshot
from segue.profiles.schema import PROFILE_KEY, PROFILES, ProfileSchema

RESOURCES = Resources(memory_limit_mb=320, threads=1)
"""What a look may use. Counting 1 M profiles with 3 M orders takes 0.42 s with it, and no more with a second thread."""

NICE = 10
"""How much the thread that looks gives way, where the machine knows threads that do."""

SEED = "segue:look:"
"""Before the key, so that the part has nothing to do with any random sample of a rule."""

_HASHES = 16**8


@contextmanager
def glancing(
    home: Path,
    snapshot: Snapshot,
    schema: ProfileSchema,
    *,
    permit: Permit,
    part: int = 1,
) -> Iterator[DuckProfiles]:
    """Open a snapshot for one look, at every `part`-th profile with its rows.

    Raises: the permit's reason once it is revoked; ConfigurationProblem: as `over_snapshot`.
    """
    with (
        opened_session(home, snapshot, granted=RESOURCES, permit=permit) as connection,
        permit.hearing(connection.interrupt),
        over_snapshot(),
    ):
        permit.check()
        if part > 1:
            _draw(connection, snapshot, part)
        yield DuckProfiles(connection, schema, permit)


def _draw(connection: duckdb.DuckDBPyConnection, snapshot: Snapshot, part: int) -> None:
    """Leave every `part`-th profile in the views, and the related rows that are theirs."""
    last = f"{_HASHES // part - 1:08x}"
    text = f"{literal(SEED)} || {PROFILE_KEY}::VARCHAR"
    connection.execute(
        f"CREATE TEMP TABLE drawn AS SELECT {PROFILE_KEY} FROM {PROFILES} WHERE md5({text})[:8] <= {literal(last)}"
    )
    places = {PROFILES: snapshot.profiles}
    places |= {f"related_{name}": place for name, place in snapshot.related.items()}
    for view, place in places.items():
        rows = f"SELECT * FROM read_parquet({literal(str(file_at(place)))})"
        connection.execute(
            f"CREATE OR REPLACE VIEW {quoted(view)} AS {rows} WHERE {PROFILE_KEY} IN (SELECT {PROFILE_KEY} FROM drawn)"
        )
