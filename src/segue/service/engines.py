"""Choose the engine of profiles: the one place that knows which there are."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from segue.profiles.ports import ProfileEngine


def profile_engine(home: Path, *, scratch: Path | None = None) -> ProfileEngine:
    """Return the engine that keeps the profiles of a state folder. It is imported when first asked for.

    `scratch` is where it sorts and builds, None: in the state folder.
    """
    from segue.engines.duckdb.profiles.engine import DuckEngine

    return DuckEngine(home, scratch=scratch)
