"""Spark as an engine of profiles: implements `profiles.ports.ProfileEngine` over a cluster and a state folder.

The cluster holds the tables of a snapshot, the state folder says which there are.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager, suppress
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from segue.core.errors import ConfigurationProblem
from segue.core.permit import Permit
from segue.engines.duckdb.profiles.kept import keep_members
from segue.engines.duckdb.profiles.kept_places import kept_file, kept_places
from segue.engines.duckdb.profiles.snapshots import (
    current_snapshot,
    kept_snapshot,
    publish,
    refreshing,
    snapshots_folder,
)
from segue.engines.spark.sessions import load_client, once_more
from segue.profiles.fitting import of_earlier_definition
from segue.profiles.ports import Capabilities, ListedProblem, Refreshed, Snapshot, Told
from segue.profiles.schema import AttributeType, ProfileSchema
from segue.profiles.source_sizes import SIZES, Sizes
from segue.profiles.sources import LONGEST_S, Source

if TYPE_CHECKING:
    from segue.engines.spark.asked import SparkProfiles
    from segue.engines.spark.reading.refresh import Reader

CAPABILITIES = Capabilities(identifier_bytes=255, integer_bits=64, decimal_digits=38)
"""Source: Databricks' documentation of names (255 signs), Spark's of BIGINT and DECIMAL."""

NAME = "spark"
"""By which a snapshot says whose it is."""


class SparkEngine:
    """The engine of one state folder and one cluster. `scratch` is where it keeps what is on its way, None: in the state folder.

    Several hosts may share a state folder; the scratch folder is one host's own.
    """

    capabilities = CAPABILITIES

    def __init__(
        self, home: Path, *, remote: str, snapshots: str, scratch: Path | None = None
    ) -> None:
        """Keep snapshots under the URI `snapshots`; `remote` is the address of the cluster, with its token."""
        self._home = home
        self._scratch = scratch or home
        self._remote = remote
        self._snapshots = snapshots

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
        """Make the current snapshot hold what the tables hold now: they are read each time, nothing tells that they are as they were.

        All of them are read once more where the cluster ended the session before; then `told` hears of each again.
        """
        del force, sizes  # how much a table may hold is the cluster's affair
        load_client()
        from segue.engines.spark.reading.refresh import Reader

        reader = Reader(
            remote=self._remote,
            root=self._snapshots,
            home=self._home,
            schema=schema,
            sources=sources,
            now=now,
            longest_s=longest_s,
            told=told,
            began=began,
        )
        return Refreshed(snapshot=self._read(reader, permit or Permit()), read_again=True)

    def _read(self, reader: Reader, permit: Permit) -> Snapshot:
        """Publish what the reader makes, and remove from the cluster what nobody needs any more."""
        from segue.engines.duckdb.profiles.snapshot_manifest import write_manifest
        from segue.engines.duckdb.watch import watched
        from segue.engines.spark.left_there import LeftThere

        with refreshing(self._scratch) as working:
            left = LeftThere(self._home)
            try:
                snapshot = watched(
                    lambda watch: once_more(lambda: reader.read(watch, working)), permit=permit
                )
                permit.check()
            except ConfigurationProblem as problem:
                # The cluster is there: other problems, and what was too slow, leave it alone until the next refresh.
                if problem.code != "source_too_slow":
                    left.remove_others(self._needed(), self._remote, permit=permit)
                raise
            write_manifest(snapshot, working / "built", engine=NAME)
            publish(self._home, working / "built", snapshot.id)
            left.remove_others(self._needed(), self._remote, permit=permit)
            published = self.current()
        assert published is not None  # published above, and this process holds the lock
        return published

    def current(self) -> Snapshot | None:
        """Return the newest snapshot."""
        return current_snapshot(self._home, engine=NAME)

    def kept(self, snapshot_id: str) -> Snapshot | None:
        """Return a snapshot by its id."""
        return kept_snapshot(self._home, snapshot_id, engine=NAME)

    def keep_members(self, place: str, members: Iterable[object], *, kind: AttributeType) -> None:
        """Keep keys or canonical addresses under a name, on this machine: the cluster is sent them when a rule asks."""
        keep_members(self._home, place, members, kind=kind)

    def has_members(self, place: str) -> bool:
        """Tell whether something is kept under a name."""
        return kept_file(self._home, place).is_file()

    def places_of_members(self) -> Sequence[str]:
        """Return the names under which something is kept."""
        return kept_places(self._home)

    def forget_members(self, place: str) -> None:
        """Remove what is kept under a name."""
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
    ) -> Iterator[SparkProfiles]:
        """Open a snapshot."""
        from segue.engines.spark.asked import SparkProfiles

        allowed = permit or Permit()
        asked = SparkProfiles(
            snapshot,
            schema,
            remote=self._remote,
            home=self._home,
            spill=self._scratch / "spill",
            permit=allowed,
        )
        with closing(asked):
            asked.open()
            with _over_snapshot():
                yield asked

    def _needed(self) -> Collection[str]:
        """Return the places of the snapshots that are kept."""
        found: set[str] = set()
        for folder in snapshots_folder(self._home).glob("2*"):
            with suppress(
                ConfigurationProblem
            ):  # another engine's, or damaged: nothing of it is on the cluster
                if (snapshot := self.kept(folder.name)) is not None:
                    found |= {snapshot.profiles, *snapshot.related.values()}
        return found


@contextmanager
def _over_snapshot() -> Iterator[None]:
    """Say that a snapshot lacks a column of the definition: its tables are there, they were just opened."""
    try:
        yield
    except ConfigurationProblem as problem:
        if problem.code != "spark_table_missing":
            raise
        raise of_earlier_definition() from problem
