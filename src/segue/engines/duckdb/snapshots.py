"""Snapshots of profiles and related tables: folders that are written once, swapped in by rename, read by everybody.

`home/snapshots/<id>/` holds profiles.parquet, related_<name>.parquet, problems.parquet and manifest.json;
`home/snapshots/current` holds the id of the newest. A reader that opened an older one keeps it for two refreshes.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import shutil
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

import duckdb

from segue.core.errors import ConfigurationProblem
from segue.core.names import is_path_name
from segue.engines.duckdb.quoting import literal, name
from segue.profiles.file_facts import FileFacts
from segue.profiles.reading import ProblemCount, Reading
from segue.profiles.schema import PROFILES, ProfileSchema

KEPT_BEFORE = 2
"""Snapshots kept besides the current one, for readers that still have them open."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TableCounts:
    """Where every row of a table's own source went: `read` is the sum of the others."""

    read: int
    kept: int
    without_key: int
    repeated: int
    without_profile: int


@dataclass(frozen=True, slots=True, kw_only=True)
class AddressCounts:
    """What the profiles' values of one e-mail attribute are worth.

    `problems` counts each reason but missing; `duplicates` counts the profiles whose address an earlier one has.
    """

    valid: int
    missing: int
    problems: Mapping[str, int]
    duplicates: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Snapshot:
    """One state of the profiles and their related tables. `source_changed_at` is None for a database server."""

    id: str
    folder: Path
    taken_at: datetime
    profiles: Path
    related: Mapping[str, Path]
    problems: Path
    counts: Mapping[str, TableCounts]
    addresses: Mapping[str, AddressCounts]
    reading: Reading
    source_changed_at: Mapping[str, datetime | None]
    inputs: str
    """The digest of declaration and files that the snapshot was made of."""
    source_rows: Mapping[str, int] = field(default_factory=dict)
    """How many rows each source held; older snapshots do not say."""
    source_files: Mapping[str, tuple[FileFacts, ...]] = field(default_factory=dict)
    """How each source's files were written, in the order of reading; older snapshots do not say."""
    declaration: str = ""
    """The digest of the schema that it was read by; older snapshots do not say."""

    @property
    def problem_counts(self) -> Sequence[ProblemCount]:
        """Return every problem of the reading, counted once."""
        return self.reading.problems


def snapshots_folder(home: Path) -> Path:
    """Return the folder that all snapshots of a home lie in."""
    return home / "snapshots"


def current_snapshot(home: Path) -> Snapshot | None:
    """Return the newest snapshot, or None before the first refresh."""
    from segue.engines.duckdb.snapshot_manifest import read_manifest, unusable

    folder = snapshots_folder(home)
    try:
        newest = (folder / "current").read_text(encoding="ascii", errors="replace").strip()
    except FileNotFoundError:
        return None
    if not is_path_name(newest):
        raise unusable(folder / "current", "does not name a snapshot")
    return read_manifest(folder / newest)


def kept_snapshot(home: Path, snapshot_id: str) -> Snapshot | None:
    """Return a snapshot by its id, None when it is removed by now."""
    from segue.engines.duckdb.snapshot_manifest import read_manifest

    if not is_path_name(snapshot_id):
        return None
    folder = snapshots_folder(home) / snapshot_id
    return read_manifest(folder) if folder.is_dir() else None


def declaration_of(schema: ProfileSchema) -> str:
    """Return the digest by which snapshots of one schema are known."""
    return hashlib.sha256(repr(schema).encode()).hexdigest()


def fitting(snapshot: Snapshot | None, schema: ProfileSchema) -> Snapshot:
    """Return the snapshot when it was read by this schema.

    Raises: ConfigurationProblem when there is none, or it was read by another.
    """
    if snapshot is None:
        raise ConfigurationProblem(
            "The data sources have not been read yet.",
            action="Refresh the data first.",
            code="snapshot_missing",
        )
    if snapshot.declaration not in ("", declaration_of(schema)):
        raise ConfigurationProblem(
            "The definition changed after the data sources were read.",
            action="Run the export again: the data sources are read first.",
            code="snapshot_outdated",
        )
    return snapshot


def open_views(connection: duckdb.DuckDBPyConnection, snapshot: Snapshot) -> None:
    """Create the views `profiles` and `related_<name>` over the snapshot's files."""
    views = {PROFILES: snapshot.profiles} | {
        f"related_{table}": path for table, path in snapshot.related.items()
    }
    for view, path in views.items():
        connection.execute(
            f"CREATE OR REPLACE VIEW {name(view)} AS SELECT * FROM read_parquet({literal(str(path))})"
        )


@contextmanager
def refreshing(home: Path) -> Iterator[Path]:
    """Hold the right to write snapshots, which ends with the process; yield an empty working folder.

    A second refresh waits for the first. What a killed one left behind is removed.
    """
    folder = snapshots_folder(home)
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / ".lock").open("w", encoding="utf-8") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        working = folder / ".working"
        shutil.rmtree(working, ignore_errors=True)
        working.mkdir()
        try:
            # A name of its own: what a reading that was left behind may write yet is nobody's.
            yield Path(tempfile.mkdtemp(dir=working))
        finally:
            shutil.rmtree(working, ignore_errors=True)


def publish(home: Path, built: Path, snapshot_id: str) -> Path:
    """Make a finished folder the current snapshot, durably; remove those that nobody should read any more."""
    folder = snapshots_folder(home)
    for file in built.iterdir():
        _sync(file)
    _sync(built)
    final = folder / snapshot_id
    built.rename(final)
    _sync(folder)
    pointer = folder / ".current"
    pointer.write_text(snapshot_id, encoding="ascii")
    _sync(pointer)
    pointer.rename(folder / "current")
    _sync(folder)
    _prune(folder, snapshot_id)
    return final


def unused_id(home: Path, now: datetime) -> str:
    """Return a new snapshot's id: its time in UTC, and a number that no kept snapshot of that time reaches."""
    stamp = now.strftime("%Y%m%dT%H%M%S.%fZ")
    same = snapshots_folder(home).glob(f"{stamp}-*")
    last = max((int(path.name.rpartition("-")[2]) for path in same), default=0)
    return f"{stamp}-{last + 1}"


def _prune(folder: Path, current: str) -> None:
    others = sorted(
        (path for path in folder.glob("2*") if path.is_dir() and path.name != current),
        key=lambda path: path.stat().st_mtime_ns,
    )
    for path in others[:-KEPT_BEFORE]:
        shutil.rmtree(path, ignore_errors=True)


def _sync(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
