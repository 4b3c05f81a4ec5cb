"""Choose the engine of profiles: the one place that knows which there are."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from segue.core.errors import ConfigurationProblem
from segue.profiles.engines import Engine, OnSpark, OnThisMachine

if TYPE_CHECKING:
    from segue.engines.duckdb.profiles.shared import Shared
    from segue.profiles.ports import ProfileEngine, Snapshot


def profile_engine(
    home: Path,
    engine: Engine | None = None,
    *,
    scratch: Path | None = None,
    shared: Shared | None = None,
) -> ProfileEngine:
    """Return the engine that keeps the profiles of a state folder; None: on this machine. It is imported when first asked for.

    `scratch` is where it sorts and builds, None: in the state folder. `shared` is what it shares with hosts elsewhere.
    """
    chosen = engine or OnThisMachine()
    if isinstance(chosen, OnSpark):
        from segue.engines.spark.engine import SparkEngine

        if shared is not None:
            raise ConfigurationProblem(
                "With `engine: spark` the state folder cannot lie in a store (SEGUE_STATE).",
                action="Let the hosts mount one state folder, and leave SEGUE_STATE out.",
                code="state_store_with_spark",
            )
        return SparkEngine(home, remote=chosen.remote, snapshots=chosen.snapshots, scratch=scratch)
    from segue.engines.duckdb.profiles.engine import DuckEngine

    return DuckEngine(home, scratch=scratch, shared=shared)


def last_snapshot(home: Path, *, shared: Shared | None = None) -> Snapshot | None:
    """Return the newest snapshot of a state folder, whichever engine keeps it. Raises: ConfigurationProblem when it is damaged."""
    from segue.engines.duckdb.profiles.snapshots import current_snapshot

    if shared is not None:
        from segue.engines.duckdb.profiles.shared_snapshots import bring_newest

        bring_newest(shared)
    return current_snapshot(home, engine=None)
