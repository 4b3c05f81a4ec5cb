"""Tell whether what a refresh reads is as it was: what is declared, and the state of every source. No rows are read.

A file is as it was when the system says that nobody wrote it, or else when its bytes are the same ones: they are digested in
a hundredth of the time in which rows are read. Whatever is in doubt has changed.
"""

from __future__ import annotations

import hashlib
import platform
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

import duckdb
import pyarrow as pa

from segue import __version__
from segue.core.errors import ConfigurationProblem
from segue.core.permit import Permit
from segue.engines.duckdb.reading.sources_bounds import Bounds
from segue.engines.duckdb.reading.sources_files import matching_files
from segue.profiles.file_facts import SourceState
from segue.profiles.object_stores import Objects
from segue.profiles.references import needed_columns
from segue.profiles.schema import ProfileSchema
from segue.profiles.source_sizes import Sizes
from segue.profiles.sources import PostgresSource, Source, SparkSource, SqliteSource

LAYOUT = "9"
"""Part of the digest: raised whenever the same input would give another snapshot."""

SETTLED_NS = 60 * 10**9
"""A file that was written less than so long ago may be written again within the same tick of its disk's clock, or by a machine
whose clock is behind: then its times alone do not tell. (Git calls such files "racily clean"; ticks of 2 s are known.)"""

_BESIDE_SQLITE = ("", "-wal", "-journal")
"""Where rows of an SQLite file may be: the newest are beside it, in files that reading alone leaves empty. Source: SQLite, "Temporary Files Used By SQLite"."""
_PART_BYTES = 1 << 20


def reader_digest(schema: ProfileSchema, sizes: Sizes) -> str:
    """Digest what decides how rows are read: the definition, the limits, and every program that has a part in it."""
    versions = (LAYOUT, __version__, duckdb.__version__, pa.__version__, platform.python_version())
    return hashlib.sha256(f"{versions!r}\n{schema!r}\n{sizes!r}".encode()).hexdigest()


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """A file that rows come from, and what the system says of it. `is_main` is false of those beside an SQLite file."""

    path: Path
    size: int
    changed_at: float
    times_ns: tuple[int, int]
    inode: int
    is_main: bool

    def is_as_it_was(self) -> bool:
        """Tell whether the same file is there, and nobody wrote to it. Its rights and other names say nothing of its bytes."""
        try:
            now = self.path.stat()
        except OSError:
            return False
        before = (self.inode, self.size, self.times_ns[0])
        return (now.st_ino, now.st_size, now.st_mtime_ns) == before


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """What a look at a source found. `state` None: it does not tell whether the source has changed.

    `changed_at` is when its newest file was written, None where that is not told.
    """

    state: SourceState | None = None
    changed_at: datetime | None = None
    parts: tuple[Part, ...] = ()
    """The files that rows are read from, each of which is to stay as it was; none of objects and databases, which see to it themselves."""

    def is_same(self, before: SourceState | None) -> bool:
        """Tell whether the source holds what it held before, and is declared alike."""
        now = self.state
        if now is None or before is None or now.declared != before.declared:
            return False
        if now.seen == before.seen and before.is_settled:
            return True
        return bool(now.content) and now.content == before.content

    def written_since(self) -> Path | None:
        """Return a file that was written to, replaced or removed since the look; those that have come are read next time."""
        return next((part.path for part in self.parts if not part.is_as_it_was()), None)

    def is_seen_as(self, before: SourceState | None) -> bool:
        """Tell whether the system or the store says what it said before."""
        return self.state is not None and before is not None and self.state.seen == before.seen


def looks(
    schema: ProfileSchema,
    sources: Mapping[str, Source],
    before: Mapping[str, SourceState],
    *,
    bounds: Bounds,
    tick_ns: int,
) -> Mapping[str, Look]:
    """Look at every source that the schema reads. `before` are their states when they were last read.

    `tick_ns` is the time by the clock of this host's disk. Raises: BrokenOff, and what ends a source that takes too long.
    """
    return {
        name: _look(sources[name], before.get(name), bounds, tick_ns)
        for name in needed_columns(schema)
        if name in sources
    }


def is_still(source: Source, state: SourceState, bounds: Bounds) -> bool:
    """Tell behind the reading whether nobody wrote to a source since it was looked at."""
    assert not isinstance(source, PostgresSource | SparkSource)  # these have no state
    try:
        with bounds.of(source.name):
            if isinstance(source.path, Objects):
                found = _of_objects(source.name, source.path, "", bounds.watch.permit)
                return found.is_seen_as(state)
            return _seen(tuple(_parts(source, source.path))) == state.seen
    except (ConfigurationProblem, OSError):
        return False


def _look(source: Source, before: SourceState | None, bounds: Bounds, tick_ns: int) -> Look:
    if isinstance(source, PostgresSource | SparkSource):
        return Look()
    declared, permit = _digest([repr(source)]), bounds.watch.permit
    try:
        if isinstance(source.path, Objects):
            # a store may be waited for, so that its turn is told as when it is read
            with bounds.turn_of(source.name):
                return _of_objects(source.name, source.path, declared, permit)
        with bounds.of(source.name):
            parts = tuple(_parts(source, source.path))
            found = _of_files(parts, declared, before, permit, tick_ns=tick_ns)
            return found if isinstance(source, SqliteSource) else replace(found, parts=parts)
    except (ConfigurationProblem, OSError):  # whoever opens it says what is wrong
        return Look()


def _parts(source: Source, path: Path) -> Iterator[Part]:
    endings = _BESIDE_SQLITE if isinstance(source, SqliteSource) else ("",)
    for file in matching_files(source.name, path):
        for ending in endings:
            part = file.with_name(f"{file.name}{ending}")
            if not ending or (part.exists() and part.stat().st_size):
                state = part.stat()
                yield Part(
                    path=part,
                    size=state.st_size,
                    changed_at=state.st_mtime,
                    times_ns=(state.st_mtime_ns, state.st_ctime_ns),
                    inode=state.st_ino,
                    is_main=not ending,
                )


def _of_files(
    parts: tuple[Part, ...],
    declared: str,
    before: SourceState | None,
    permit: Permit,
    *,
    tick_ns: int,
) -> Look:
    """Digest the bytes unless the system says that nobody wrote them since: not even a copied time hides a change from it."""
    seen = _seen(parts)
    changed_at = max(part.changed_at for part in parts if part.is_main)
    at = datetime.fromtimestamp(changed_at, tz=UTC)
    if before and before.is_settled and (before.declared, before.seen) == (declared, seen):
        return Look(state=before, changed_at=at)
    newest = max(max(part.times_ns) for part in parts)
    state = SourceState(
        declared=declared,
        seen=seen,
        content=_digest(_contents(parts, permit)),
        is_settled=newest + SETTLED_NS < tick_ns,
    )
    return Look(state=state, changed_at=at)


def _seen(parts: tuple[Part, ...]) -> str:
    return _digest(map(repr, parts))


def _contents(parts: tuple[Part, ...], permit: Permit) -> Iterator[str]:
    for part in parts:
        digest = hashlib.sha256()
        with part.path.open("rb") as file:
            while read := file.read(_PART_BYTES):
                permit.check()
                digest.update(read)
        yield f"{part.path}|{digest.hexdigest()}"


def _of_objects(source: str, objects: Objects, declared: str, permit: Permit) -> Look:
    """Trust the store's mark of the contents; where it gives none, nothing tells."""
    from segue.engines.duckdb.reading.objects_copies import states  # loads slowly

    found = tuple(states(source, objects, permit))
    if not all(one.mark for one in found):
        return Look()
    times = [one.changed_at for one in found if one.changed_at is not None]
    seen = _digest(one.told for one in found)
    state = SourceState(declared=declared, seen=seen, content="", is_settled=True)
    return Look(state=state, changed_at=max(times, default=None))


def _digest(texts: Iterator[str] | map[str] | list[str]) -> str:
    digest = hashlib.sha256()
    for text in texts:
        digest.update(f"{text}\n".encode("utf-8", "surrogateescape"))
    return digest.hexdigest()
