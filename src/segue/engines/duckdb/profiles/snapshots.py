"""Snapshots of profiles and related tables: folders that are written once, swapped in by rename, read by everybody.

`home/snapshots/<id>/` holds profiles.parquet, related_<name>.parquet, problems.parquet and manifest.json,
and source_<name>.parquet of those that are read by a rising column; `home/snapshots/current` holds the id of the newest. A reader that opened an older one keeps it for two refreshes.
"""

from __future__ import annotations

import fcntl
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from urllib.parse import unquote, urlsplit

import duckdb

from segue.core.names import is_path_name
from segue.core.sentences import said
from segue.engines.duckdb.quoting import literal, quoted
from segue.profiles.fitting import of_earlier_definition
from segue.profiles.ports import Snapshot
from segue.profiles.schema import PROFILES

KEPT_BEFORE = 2
"""Snapshots kept besides the current one, for readers that still have them open."""


def kept_name(source: str) -> str:
    """Name the file that holds the rows of a source for the next refresh; it is no part of what readers open."""
    return f"source_{source}.parquet"


_ARRIVING = ".arriving-"
"""Begins the name of a snapshot that is being copied."""


def snapshots_folder(home: Path) -> Path:
    """Return the folder that all snapshots of a home lie in."""
    return home / "snapshots"


def current_snapshot(home: Path, *, engine: str | None = "duckdb") -> Snapshot | None:
    """Return the newest snapshot, which this engine wrote (None: any), or None before the first refresh."""
    from segue.engines.duckdb.profiles.snapshot_manifest import read_manifest, unusable

    folder = snapshots_folder(home)
    try:
        newest = (folder / "current").read_text(encoding="ascii", errors="replace").strip()
    except FileNotFoundError:
        return None
    if not is_path_name(newest):
        raise unusable(folder / "current", said("does not name a snapshot"))
    return read_manifest(folder / newest, engine=engine)


def kept_snapshot(
    home: Path, snapshot_id: str, *, engine: str | None = "duckdb"
) -> Snapshot | None:
    """Return a snapshot by its id, None when it is removed by now."""
    from segue.engines.duckdb.profiles.snapshot_manifest import read_manifest

    if not is_path_name(snapshot_id):
        return None
    folder = snapshots_folder(home) / snapshot_id
    return read_manifest(folder, engine=engine) if folder.is_dir() else None


def open_views(connection: duckdb.DuckDBPyConnection, snapshot: Snapshot) -> None:
    """Create the views `profiles` and `related_<name>` over the snapshot's files."""
    views = {PROFILES: snapshot.profiles} | {
        f"related_{table}": place for table, place in snapshot.related.items()
    }
    for view, place in views.items():
        name_file(connection, view, file_at(place))


def name_file(connection: duckdb.DuckDBPyConnection, view: str, file: Path) -> None:
    """Name a Parquet file as a view."""
    rows = f"SELECT * FROM read_parquet({literal(str(file))})"
    connection.execute(f"CREATE OR REPLACE VIEW {quoted(view)} AS {rows}")


def uri_of(file: Path) -> str:
    """Return the URI that names a file."""
    return file.absolute().as_uri()


def file_at(place: str) -> Path:
    """Return the file that a snapshot's URI names."""
    return Path(unquote(urlsplit(place).path))


@contextmanager
def over_snapshot() -> Iterator[None]:
    """Say that a snapshot lacks a column of the definition.

    Raises: ConfigurationProblem: it was made by an earlier one, the next refresh brings another.
    """
    try:
        yield
    except duckdb.BinderException as missing:
        raise of_earlier_definition() from missing


@contextmanager
def refreshing(home: Path) -> Iterator[Path]:
    """Hold the right to write snapshots, which ends with the process; yield an empty working folder in `home`.

    Where several hosts share a state folder this is a folder of one host's own, and the right is that of its processes.

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


def publish(
    home: Path, built: Path, snapshot_id: str, *, sent: Callable[[Path], None] | None = None
) -> Path:
    """Make a finished folder the current snapshot, durably; remove those that nobody should read any more.

    Where it was built on another disk it is copied first: it has its name when it is whole, and is pointed to last.
    `sent` gives it to other hosts before that; when that fails there is no such snapshot.
    """
    folder = snapshots_folder(home)
    folder.mkdir(parents=True, exist_ok=True)
    final = folder / snapshot_id
    _brought(built, folder / f"{_ARRIVING}{snapshot_id}").rename(final)
    _sync(folder)
    try:
        if sent is not None:
            sent(final)
    except BaseException:
        shutil.rmtree(final, ignore_errors=True)
        raise
    pointer = folder / f".current-{snapshot_id}"
    pointer.write_text(snapshot_id, encoding="ascii")
    _sync(pointer)
    pointer.rename(folder / "current")
    _sync(folder)
    prune(folder, snapshot_id)
    return final


def _brought(built: Path, beside: Path) -> Path:
    """Return a folder on the disk of the snapshots that holds what was built, all of it on disk."""
    if built.stat().st_dev != beside.parent.stat().st_dev:
        shutil.copytree(built, beside)
        built = beside
    for file in built.iterdir():
        _sync(file)
    _sync(built)
    return built


def unused_id(home: Path, now: datetime) -> str:
    """Return a new snapshot's id: its time in UTC, and a number that no kept snapshot of that time reaches."""
    stamp = now.strftime("%Y%m%dT%H%M%S.%fZ")
    same = snapshots_folder(home).glob(f"{stamp}-*")
    last = max((int(path.name.rpartition("-")[2]) for path in same), default=0)
    return f"{stamp}-{last + 1}"


def prune(folder: Path, current: str) -> None:
    """Remove what nobody should read any more beside the current snapshot."""
    others = sorted(
        (path for path in folder.glob("2*") if path.is_dir() and path.name != current),
        key=lambda path: path.stat().st_mtime_ns,
    )
    for path in others:
        for file in path.glob(kept_name("*")):  # only the next refresh goes on from them
            file.unlink(missing_ok=True)
    for path in others[:-KEPT_BEFORE]:
        shutil.rmtree(path, ignore_errors=True)
    for path in folder.glob(f"{_ARRIVING}*"):
        if path.name < f"{_ARRIVING}{current}":  # what a host that died began to bring
            shutil.rmtree(path, ignore_errors=True)


def _sync(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
