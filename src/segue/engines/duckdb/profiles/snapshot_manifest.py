"""Write and read a snapshot's manifest.json, the only description of its files.

No values of profiles but a few that could not be read, and of these none that is personal.
"""

from __future__ import annotations

import errno
from collections.abc import Mapping
from dataclasses import fields
from datetime import datetime
from pathlib import Path
from typing import Any

import msgspec
import orjson

from segue.core.errors import ConfigurationProblem
from segue.core.files import digest_of
from segue.core.names import is_path_name
from segue.core.sentences import said
from segue.engines.duckdb.profiles.snapshots import file_at, uri_of
from segue.profiles.file_facts import FileFacts, KeptRows, SourceState
from segue.profiles.ports import AddressCounts, Snapshot, TableCounts
from segue.profiles.reading import Reading
from segue.profiles.schema import PROFILES

FORMAT = 2

DUCKDB = "duckdb"
"""The engine whose tables lie in the snapshot's own folder."""

_NOT_THERE = (errno.ENOENT, errno.ENOTDIR, errno.EISDIR)
"""What says of the manifest that it is lost; every other error of the system says something of the machine."""


def write_manifest(snapshot: Snapshot, folder: Path, *, engine: str = DUCKDB) -> None:
    """Write the manifest of a snapshot into the folder where it is being built.

    The tables of another engine than DuckDB are elsewhere: of them the places are written, as they are.
    """
    is_here = engine == DUCKDB
    document = {
        "format": FORMAT,
        "engine": engine,
        "profiles": "" if is_here else snapshot.profiles,
        "id": snapshot.id,
        "taken_at": snapshot.taken_at,
        "inputs": snapshot.inputs,
        "related": {
            table: file_at(place).name if is_here else place
            for table, place in snapshot.related.items()
        },
        "counts": dict(snapshot.counts),
        "addresses": {name: _as_document(one) for name, one in snapshot.addresses.items()},
        "reading": snapshot.reading,
        "source_changed_at": dict(snapshot.source_changed_at),
        "source_rows": dict(snapshot.source_rows),
        "source_files": {source: list(facts) for source, facts in snapshot.source_files.items()},
        "source_states": dict(snapshot.source_states),
        "source_read_at": dict(snapshot.source_read_at),
        "source_kept": {
            source: {**_as_document(kept), "file": kept.file.name}
            for source, kept in snapshot.source_kept.items()
        },
        "declaration": snapshot.declaration,
        "digests": {file.name: digest_of(file) for file in sorted(folder.glob("*.parquet"))},
    }
    written = orjson.dumps(document, option=orjson.OPT_INDENT_2)
    (folder / "manifest.json").write_bytes(written)


def read_manifest(folder: Path, *, engine: str | None = DUCKDB) -> Snapshot:
    """Return the snapshot that a folder holds.

    Raises: ConfigurationProblem when it is damaged or was written by another version, or by another engine (None: any is taken).
    """
    try:
        document = orjson.loads((folder / "manifest.json").read_bytes())
        if document["format"] != FORMAT:
            raise unusable(folder, said("was written by another version of Segue"))
        if engine is not None and document.get("engine", DUCKDB) != engine:
            raise unusable(
                folder, said("was read by another engine than the configuration names now")
            )
        return _snapshot(folder, document)
    except OSError as error:
        if error.errno not in _NOT_THERE:
            raise
        raise unusable(folder, said("is damaged")) from error
    except (KeyError, TypeError, ValueError, msgspec.ValidationError) as error:
        raise unusable(folder, said("is damaged")) from error


def _snapshot(folder: Path, document: Mapping[str, Any]) -> Snapshot:
    return Snapshot(
        id=document["id"],
        taken_at=datetime.fromisoformat(document["taken_at"]),
        profiles=document.get("profiles") or _inside(folder, f"{PROFILES}.parquet"),
        related={
            table: place if document.get("profiles") else _inside(folder, place)
            for table, place in document["related"].items()
        },
        problems=_inside(folder, "problems.parquet"),
        counts={table: TableCounts(**counts) for table, counts in document["counts"].items()},
        addresses={
            attribute: AddressCounts(**counts)
            for attribute, counts in document["addresses"].items()
        },
        reading=_reading(document),
        source_changed_at={
            source: datetime.fromisoformat(instant) if instant else None
            for source, instant in document["source_changed_at"].items()
        },
        inputs=document["inputs"],
        source_rows=document.get("source_rows", {}),
        source_files={
            source: tuple(_facts(one) for one in files)
            for source, files in document.get("source_files", {}).items()
        },
        source_states={
            source: SourceState(**state)
            for source, state in document.get("source_states", {}).items()
        },
        source_kept={
            source: _kept(folder, kept) for source, kept in document.get("source_kept", {}).items()
        },
        source_read_at={
            source: datetime.fromisoformat(instant)
            for source, instant in document.get("source_read_at", {}).items()
        },
        declaration=document.get("declaration", ""),
        digests=document.get("digests", {}),
    )


def is_intact(snapshot: Snapshot) -> bool:
    """Tell whether every file of a snapshot's folder is as it was written; of an older snapshot nothing tells.

    Its tables may be taken over from snapshot to snapshot: what a disk did to one would stay for good.
    """
    folder = file_at(snapshot.problems).parent
    try:
        return bool(snapshot.digests) and all(
            digest_of(folder / name) == digest for name, digest in snapshot.digests.items()
        )
    except OSError:
        return False


def _inside(folder: Path, file: str) -> str:
    """Return the URI of a file of the snapshot's own folder. Raises: ValueError for any other."""
    if not is_path_name(file):
        raise ValueError(file)
    return uri_of(folder / file)


def _reading(document: Mapping[str, Any]) -> Reading:
    """Return what could not be read; older snapshots only counted it."""
    older = {"problems": document.get("problem_counts", ())}
    return msgspec.convert(document.get("reading", older), Reading)


def _as_document(values: AddressCounts | KeptRows) -> Mapping[str, Any]:
    return {one.name: getattr(values, one.name) for one in fields(values)}


def _kept(folder: Path, written: Mapping[str, Any]) -> KeptRows:
    if not is_path_name(written["file"]):
        raise ValueError(written["file"])
    full_at = datetime.fromisoformat(written["full_at"])
    return KeptRows(**{**written, "file": folder / written["file"], "full_at": full_at})


def _facts(written: Mapping[str, Any]) -> FileFacts:
    return FileFacts(**{**written, "columns": tuple(written["columns"])})


def unusable(folder: Path, why: str) -> ConfigurationProblem:
    """Say what is wrong with a snapshot."""
    return ConfigurationProblem(
        said("The snapshot %(name)s %(why)s.", name=folder.name, why=why),
        action="Refresh the profiles (segue profiles).",
        code="snapshot_unusable",
    )
