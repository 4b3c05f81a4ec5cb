"""Refresh the profiles: read the sources that changed, unify them, write a new snapshot. Skips everything when nothing changed."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from segue.core.errors import ConfigurationProblem, SourceAway
from segue.core.permit import Permit
from segue.engines.duckdb.profiles.snapshot_manifest import is_intact, write_manifest
from segue.engines.duckdb.profiles.snapshots import (
    current_snapshot,
    publish,
    refreshing,
    unused_id,
)
from segue.engines.duckdb.reading import sources_refusals as refusals
from segue.engines.duckdb.reading.inputs import Look, is_still, looks, reader_digest
from segue.engines.duckdb.reading.sources_bounds import Bounds
from segue.engines.duckdb.reading.sources_failures import naming_large
from segue.engines.duckdb.reading.sources_parquet_failures import naming_scans
from segue.engines.duckdb.reading.sources_told import combined
from segue.engines.duckdb.session import Resources, session
from segue.engines.duckdb.watch import Watch, watched
from segue.profiles.ports import Refreshed, Snapshot, Told
from segue.profiles.references import needed_columns
from segue.profiles.schema import ProfileSchema
from segue.profiles.source_sizes import SIZES, Sizes
from segue.profiles.sources import LONGEST_S, Source

if TYPE_CHECKING:
    from segue.engines.duckdb.profiles.shared import Shared
    from segue.engines.duckdb.reading.sources import Relation

_RESOURCES = Resources(memory_limit_mb=320)
"""What a refresh takes by default: a million profiles stay below 450 MB resident, ten million spill."""


def refresh(
    schema: ProfileSchema,
    sources: Mapping[str, Source],
    *,
    home: Path,
    scratch: Path | None = None,
    now: datetime,
    resources: Resources | None = None,
    force: bool = False,
    longest_s: float = LONGEST_S,
    sizes: Sizes = SIZES,
    told: Told | None = None,
    began: Callable[[str], None] | None = None,
    permit: Permit | None = None,
    shared: Shared | None = None,
) -> Refreshed:
    """Make the current snapshot hold what the sources hold now (`now` is aware UTC).

    Built in `scratch`, this host's own; None: in `home`. Tables whose sources are as they were are taken over, with `force` all are read;
    nothing is made when no source changed. `told` hears of each source, `began` when it is one's turn, for at most `longest_s`, or
    its own time, and for what `sizes` say. `shared`: with hosts elsewhere. Raises: ConfigurationProblem with every source that
    fails, BrokenOff once the permit is revoked; the snapshot stays. One that is damaged is replaced.
    """
    allowed = permit or Permit()
    with refreshing(scratch or home) as working:
        reading = _Reading(
            schema=schema,
            sources=sources,
            home=home,
            working=working,
            now=now,
            resources=resources or _RESOURCES,
            sent=_sending(shared),
            before=_usable_snapshot(home),
            force=force,
            sizes=sizes,
        )
        read = partial(reading.read, longest_s=longest_s, told=told, began=began)
        return reading.ended(watched(read, permit=allowed), allowed)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Reading:
    """What is read into a new snapshot, where, and beside which one."""

    schema: ProfileSchema
    sources: Mapping[str, Source]
    home: Path
    working: Path
    now: datetime
    resources: Resources
    sent: Callable[[Path], None] | None
    before: Snapshot | None
    force: bool
    sizes: Sizes

    def _known(self) -> Snapshot:
        """Return the snapshot before, for which nothing was read again."""
        assert self.before is not None
        return self.before

    def ended(self, snapshot: Snapshot | None, permit: Permit) -> Refreshed:
        """Make what was read the current snapshot, on all hosts; None: nothing was."""
        if snapshot is None:
            return Refreshed(snapshot=self._known(), read_again=False)
        permit.check()
        built = self.working / "built"
        write_manifest(snapshot, built)
        publish(self.home, built, snapshot.id, sent=self.sent)
        published = current_snapshot(self.home)
        assert published is not None  # published above, and this process holds the lock
        return Refreshed(snapshot=published, read_again=True)

    def read(
        self,
        watch: Watch,
        *,
        longest_s: float,
        told: Told | None,
        began: Callable[[str], None] | None,
    ) -> Snapshot | None:
        """Build the snapshot in the working folder; None: nothing changed since the one before.

        Once more from the start where a file changed while it was read. Raises: SourceAway where one did so again.
        """
        bounds = Bounds(watch, self.sources, longest_s, began, self.sizes)
        try:
            return self._read(watch, bounds, told)
        except SourceAway as problem:
            if {one.code for one in problem.mistakes} != {"source_file_changed"}:
                raise
        for left in self.working.iterdir():
            shutil.rmtree(left)
        return self._read(watch, bounds, told)

    def _read(self, watch: Watch, bounds: Bounds, told: Told | None) -> Snapshot | None:
        inputs = reader_digest(self.schema, self.sizes)
        alike, found = self._read_alike(inputs), self._looks(bounds)
        unchanged = _unchanged(alike, found)
        if alike is not None and _is_as_it_was(alike, found, self.schema, unchanged):
            return None
        with self._undisturbed(found, bounds):
            built = self._built(
                watch, bounds, inputs=inputs, alike=alike, unchanged=unchanged, told=told
            )
        return self._with_looks(built, found, bounds)

    @contextmanager
    def _undisturbed(self, found: Mapping[str, Look], bounds: Bounds) -> Iterator[None]:
        """Raise a SourceAway where a file that was read is not as it was at the look, whatever came of the reading."""
        try:
            yield
        except ConfigurationProblem as problem:
            if disturbed := self._disturbed(found, bounds):
                raise combined(disturbed) from problem
            raise
        if disturbed := self._disturbed(found, bounds):
            raise combined(disturbed)

    def _disturbed(
        self, found: Mapping[str, Look], bounds: Bounds
    ) -> Sequence[ConfigurationProblem]:
        problems = []
        for name, look in found.items():
            with bounds.of(name):
                if (file := look.written_since()) is not None:
                    problems.append(refusals.changed(name, file))
        return problems

    def _built(
        self,
        watch: Watch,
        bounds: Bounds,
        *,
        inputs: str,
        alike: Snapshot | None,
        unchanged: frozenset[str],
        told: Told | None,
    ) -> Snapshot:
        # What reads sources is loaded here: most refreshes find that nothing changed, and need 15 MB less.
        from segue.engines.duckdb.profiles.builder import Builder
        from segue.engines.duckdb.profiles.taken_over import taken_over
        from segue.engines.duckdb.reading.sources_rising import Before

        taken = taken_over(self.schema, alike, unchanged)
        before = Before(now=self.now, kept=alike.source_kept if alike is not None else {})
        spill, permit = self.working / "spill", watch.permit
        granted = replace(self.resources, spill_mb=self.sizes.spill_mb)
        with (
            session(spill, resources=granted, permit=permit) as engine,
            watch.breakable(engine.interrupt),
        ):
            builder = Builder(engine, self.schema, self.working / "built", permit, taken)
            relations = builder.open(
                self.sources, self.working, bounds=bounds, before=before, told=told
            )
            with self._naming(relations, bounds, granted):
                return builder.described(
                    builder.keyed(relations, self.working / "staged"),
                    id=unused_id(self.home, self.now),
                    taken_at=self.now,
                    inputs=inputs,
                    before=self.before,
                )

    @contextmanager
    def _naming(
        self, relations: Mapping[str, Relation], bounds: Bounds, granted: Resources
    ) -> Iterator[None]:
        """Say which source it is when the engine takes too long over one, or cannot read or hold it."""
        scans = [scan for relation in relations.values() for scan in relation.scans]
        with (
            bounds.of_engine(),
            naming_large(relations),
            naming_scans(scans, self.working / "spill", granted, bounds.watch),
        ):
            yield

    def _with_looks(self, built: Snapshot, found: Mapping[str, Look], bounds: Bounds) -> Snapshot:
        """Add in which state the sources were; one that somebody wrote to meanwhile was in none, and is read next time."""
        states = {
            name: look.state
            for name, look in found.items()
            if look.state is not None and is_still(self.sources[name], look.state, bounds)
        }
        times = {
            name: look.changed_at
            for name, look in found.items()
            if name not in built.source_changed_at
        }
        return replace(
            built,
            source_states=states,
            source_changed_at={**built.source_changed_at, **times},
        )

    def _read_alike(self, inputs: str) -> Snapshot | None:
        """Return the snapshot before if it was read by the same definition and programs, and may be gone on from."""
        is_alike = self.before is not None and self.before.inputs == inputs
        return self.before if is_alike and not self.force else None

    def _looks(self, bounds: Bounds) -> Mapping[str, Look]:
        states = self.before.source_states if self.before is not None else {}
        tick_ns = self.working.stat().st_mtime_ns  # made just now
        return looks(self.schema, self.sources, states, bounds=bounds, tick_ns=tick_ns)


def _unchanged(before: Snapshot | None, found: Mapping[str, Look]) -> frozenset[str]:
    known = before.source_states if before is not None else {}
    return frozenset(name for name, look in found.items() if look.is_same(known.get(name)))


def _is_as_it_was(
    before: Snapshot, found: Mapping[str, Look], schema: ProfileSchema, unchanged: frozenset[str]
) -> bool:
    """Tell whether no source was even touched: one that was has another time, which a new snapshot tells."""
    known = before.source_states
    is_untouched = all(look.is_seen_as(known.get(name)) for name, look in found.items())
    return is_untouched and unchanged == needed_columns(schema).keys()


def _sending(shared: Shared | None) -> Callable[[Path], None] | None:
    if shared is None:
        return None
    from segue.engines.duckdb.profiles.shared_snapshots import sending

    return sending(shared)


def _usable_snapshot(home: Path) -> Snapshot | None:
    """Return the current snapshot, or None when there is none or it cannot be read whole: both call for a new one."""
    try:
        found = current_snapshot(home)
    except ConfigurationProblem:
        return None
    return found if found is not None and is_intact(found) else None
