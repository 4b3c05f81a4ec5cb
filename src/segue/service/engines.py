"""Choose the engine of profiles: the one place that knows which there are."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from segue.profiles.engines import Engine, OnSpark, OnThisMachine

if TYPE_CHECKING:
    from segue.profiles.ports import ProfileEngine, Snapshot


def profile_engine(
    home: Path, engine: Engine | None = None, *, scratch: Path | None = None
) -> ProfileEngine:
    """Return the engine that keeps the profiles of a state folder; None: on this machine. It is imported when first asked for.

    `scratch` is where it sorts and builds, None: in the state folder.
    """
    chosen = engine or OnThisMachine()
    if isinstance(chosen, OnSpark):
        from segue.engines.spark.engine import SparkEngine

        return SparkEngine(home, remote=chosen.remote, snapshots=chosen.snapshots)
    from segue.engines.duckdb.profiles.engine import DuckEngine

    return DuckEngine(home, scratch=scratch)


def last_snapshot(home: Path) -> Snapshot | None:
    """Return the newest snapshot of a state folder, whichever engine keeps it. Raises: ConfigurationProblem when it is damaged."""
    from segue.engines.duckdb.profiles.snapshots import current_snapshot

    return current_snapshot(home, engine=None)
