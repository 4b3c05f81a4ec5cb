"""DuckDB as an engine of profiles: implements `profiles.ports.ProfileEngine` over a state folder.

What reads and what asks is imported when it is first needed: to know the newest snapshot takes neither.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import duckdb

from segue.core.permit import Permit
from segue.engines.duckdb.profiles.kept_places import (
    FOLDER,
    kept_file,
    kept_path,
    kept_places,
    open_kept,
)
from segue.engines.duckdb.profiles.snapshots import (
    current_snapshot,
    kept_snapshot,
    open_views,
    over_snapshot,
)
from segue.engines.duckdb.session import Resources, session
from segue.profiles.ports import Capabilities, ListedProblem, Refreshed, Snapshot, Told
from segue.profiles.schema import AttributeType, ProfileSchema
from segue.profiles.source_sizes import SIZES, Sizes
from segue.profiles.sources import LONGEST_S, Source

if TYPE_CHECKING:
    from segue.engines.duckdb.profiles.asked import DuckProfiles
    from segue.engines.duckdb.profiles.shared import Shared

CAPABILITIES = Capabilities(identifier_bytes=1_024, integer_bits=64, decimal_digits=38)
"""Names of columns have no limit that is known of; so long ones were tried."""


class DuckEngine:
    """The engine of one state folder. `scratch` is where it sorts and builds, None: in the state folder.

    `shared` is what it shares with other hosts, None: all of the folder, or nothing.
    """

    capabilities = CAPABILITIES

    def __init__(
        self, home: Path, *, scratch: Path | None = None, shared: Shared | None = None
    ) -> None:
        self._home = home
        self._shared = shared
        self._scratch = scratch or home

    def refresh(
        self,
        schema: ProfileSchema,
        sources: Mapping[str, Source],
        *,
        now: datetime,
        force: bool = False,
        longest_s: float = LONGEST_S,
        sizes: Sizes = SIZES,
        told: Told | None = None,
        began: Callable[[str], None] | None = None,
        permit: Permit | None = None,
    ) -> Refreshed:
        """Make the current snapshot hold what the sources hold now."""
        from segue.engines.duckdb.profiles.refresh import refresh

        return refresh(
            schema,
            sources,
            home=self._home,
            scratch=self._scratch,
            now=now,
            force=force,
            longest_s=longest_s,
            sizes=sizes,
            told=told,
            began=began,
            permit=permit,
            shared=self._shared,
        )

    def current(self) -> Snapshot | None:
        """Return the newest snapshot."""
        if self._shared is not None:
            from segue.engines.duckdb.profiles.shared_snapshots import bring_newest

            bring_newest(self._shared)
        return current_snapshot(self._home)

    def kept(self, snapshot_id: str) -> Snapshot | None:
        """Return a snapshot by its id."""
        if self._shared is not None:
            from segue.engines.duckdb.profiles.shared_snapshots import bring_kept

            bring_kept(self._shared, snapshot_id)
        return kept_snapshot(self._home, snapshot_id)

    def keep_members(self, place: str, members: Iterable[object], *, kind: AttributeType) -> None:
        """Keep keys or canonical addresses under a name."""
        from segue.engines.duckdb.profiles.kept import keep_members

        keep_members(self._home, place, members, kind=kind)
        if self._shared is not None:
            self._shared.publish([kept_file(self._home, place)])

    def has_members(self, place: str) -> bool:
        """Tell whether something is kept under a name."""
        is_here = kept_file(self._home, place).is_file()
        return is_here or (self._shared is not None and self._shared.bring(kept_path(place)))

    def places_of_members(self) -> Sequence[str]:
        """Return the names under which something is kept."""
        there = self._shared.known(f"{FOLDER}/") if self._shared is not None else ()
        return sorted({*kept_places(self._home), *(Path(path).stem for path in there)})

    def forget_members(self, place: str) -> None:
        """Remove what is kept under a name."""
        if self._shared is not None:
            self._shared.forget(kept_path(place))
        kept_file(self._home, place).unlink(missing_ok=True)

    def problems(
        self,
        snapshot: Snapshot,
        limit: int,
        *,
        kind: str | None = None,
        personal_values: bool = False,
    ) -> Sequence[ListedProblem]:
        """Return up to `limit` problems."""
        from segue.engines.duckdb.profiles.snapshot_problems import list_problems

        return list_problems(snapshot, limit, kind=kind, personal_values=personal_values)

    @contextmanager
    def opened(
        self, snapshot: Snapshot, schema: ProfileSchema, *, permit: Permit | None = None
    ) -> Iterator[DuckProfiles]:
        """Open a snapshot."""
        from segue.engines.duckdb.profiles.asked import DuckProfiles

        allowed = permit or Permit()
        with (
            opened_session(
                self._home,
                snapshot,
                granted=resources(snapshot),
                permit=allowed,
                scratch=self._scratch,
            ) as connection,
            allowed.hearing(connection.interrupt),
            over_snapshot(),
        ):
            yield DuckProfiles(connection, schema, allowed)


@contextmanager
def opened_session(
    home: Path,
    snapshot: Snapshot,
    *,
    granted: Resources,
    permit: Permit | None = None,
    scratch: Path | None = None,
) -> Iterator[duckdb.DuckDBPyConnection]:
    """Open a private session in which a snapshot's tables are readable, and what is kept beside. Raises: as `session.session`.

    It sorts in `scratch`; None: in `home`.
    """
    with session((scratch or home) / "spill", resources=granted, permit=permit) as connection:
        open_views(connection, snapshot)
        open_kept(connection, home)
        yield connection


def resources(snapshot: Snapshot) -> Resources:
    """Grant memory by the number of profiles. Source: ENGINE-FACTS §2 (335 MB at 1 M, 2.1 GB at 10 M)."""
    millions = snapshot.counts["profiles"].kept / 1_000_000
    return Resources(memory_limit_mb=int(min(4_096, max(320, 200 + 170 * millions))))
