"""Put a backup back. Everything is unpacked and verified beside the place first; then it gets its name in one step.

What must not come back does not: sessions, links, work that was under way. What the restore did is written into
`restored.json` of the state folder, so that the first runs after it wait for a person.
"""

from __future__ import annotations

import os
import shutil
import sqlite3
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime
from hashlib import sha256
from pathlib import Path

import msgspec

from segue.backups import contents, manifest, problems, reading, sealing
from segue.backups.databases import are_newer, ready_embedded
from segue.backups.places import Places, free_bytes, stage_of, sweep_restores
from segue.control.encryption import new_key
from segue.core import sentences
from segue.core.asides import making
from segue.core.documents import DamagedDocument, decoded
from segue.core.files import synchronise
from segue.service.databases import Database, Embedded, Server, database_of
from segue.service.identity import RESTORED
from segue.service.keys import keys_file, replace_keys, write_keys
from segue.service.places import scratch_of
from segue.sync.identity import Restoration

RESERVE_BYTES = 64_000_000
"""What is left free on a disk, whatever a backup says that it holds."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """A restore. `passphrase` None: the keys stay in the backup. `replaces`: what is there is set aside.

    `wait` lets seconds pass, in which workers of other hosts are listened for.
    """

    file: Path
    home: Path
    environment: Mapping[str, str] = field(repr=False)
    now: datetime
    wait: Callable[[float], None] = field(repr=False)
    passphrase: str | None = field(default=None, repr=False)
    replaces: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Restored:
    """What was put back. `aside`: where what was there before lies now. `keys` None: none are in a file."""

    home: Path
    made_at: str
    database: manifest.DatabaseKind
    files: int
    aside: tuple[str, ...]
    keys: Path | None
    damaged: tuple[str, ...]


def has_keys(file: Path) -> bool:
    """Tell whether a backup holds keys, and verify all of it. Raises: as `restore`."""
    with reading.opened(file) as (_head, members):
        names = [member.name for member in members]  # to the end: that verifies
    return manifest.KEYS in names


def restore(wanted: Wanted) -> Restored:
    """Put a backup into an empty place, or in the place of what is there, which is set aside and never deleted.

    Raises: ConfigurationProblem, OSError, sqlite3.Error, django.db.Error; then nothing was changed.
    """
    wanted = replace(wanted, home=wanted.home.resolve())
    database = database_of(wanted.environment, wanted.home)
    places = Places(
        wanted.home,
        database,
        scratch=scratch_of(wanted.environment, wanted.home),
        now=wanted.now,
        replaces=wanted.replaces,
        wait=wanted.wait,
    )
    sweep_restores(wanted.home, database)
    with places.held(), _stage(wanted.home) as stage:
        home = stage / "home"
        home.mkdir(mode=0o700)
        unpacked = _Unpacking(wanted.file, stage).all()
        _check_database(wanted.file, unpacked, database)
        keys = _keys_for(wanted, stage)
        _put_keys(keys, within=home, becomes=wanted.home)
        _make_ready(wanted, stage, unpacked)
        _note(wanted, home, unpacked.head)
        synchronise(home)
        aside = _put(wanted, places, stage, unpacked, database)
        _put_keys_elsewhere(keys, home=wanted.home)
    return Restored(
        home=wanted.home,
        made_at=unpacked.head.made_at,
        database=unpacked.database,
        files=len(unpacked.files),
        aside=aside,
        keys=keys.file if keys else None,
        damaged=unpacked.damaged,
    )


class _Unpacking:
    """Writes the members of a backup into a stage, and compares them with what the last of them says."""

    def __init__(self, file: Path, stage: Path) -> None:
        self._file, self._stage = file, stage
        self._found: dict[str, manifest.Entry] = {}

    def all(self) -> manifest.Manifest:
        """Unpack everything. Raises: ConfigurationProblem, OSError."""
        said: manifest.Manifest | None = None
        with reading.opened(self._file) as (head, members):
            for member in members:
                if said is not None or member.name in self._found:
                    raise problems.unsafe(
                        self._file, sentences.said("a file twice, or one after the last")
                    )
                if member.name == manifest.MANIFEST:
                    said = self._manifest(member)
                else:
                    self._write(member)
        if said is None:
            raise problems.damaged(self._file, sentences.said("it ends too early"))
        self._compare(head, said)
        return said

    def _manifest(self, member: reading.Member) -> manifest.Manifest:
        try:
            return decoded(member.whole(), msgspec.json.Decoder(manifest.Manifest).decode)
        except DamagedDocument:
            raise problems.damaged(
                self._file, sentences.said("what it says of itself cannot be read")
            ) from None

    def _write(self, member: reading.Member) -> None:
        if not _is_expected(member.name):
            raise problems.unsafe(self._file, sentences.said("a file of a name that no backup has"))
        if member.size > free_bytes(self._stage) - RESERVE_BYTES:
            raise problems.no_room(self._stage.parent, member.size)
        path, digest = self._stage / member.name, sha256()
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        try:
            with path.open("xb") as written:
                path.chmod(0o600)
                for piece in member.pieces():
                    digest.update(piece)
                    written.write(piece)
        except (FileExistsError, NotADirectoryError, IsADirectoryError):
            raise problems.unsafe(
                self._file, sentences.said("a file in the place of a folder")
            ) from None
        synchronise(path)
        self._found[member.name] = manifest.Entry(
            name=member.name, size=member.size, sha256=digest.hexdigest()
        )

    def _compare(self, head: manifest.Head, said: manifest.Manifest) -> None:
        listed = {entry.name: entry for entry in said.files if entry.name != manifest.HEAD}
        if said.head != head or listed != self._found:
            raise problems.damaged(
                self._file, sentences.said("its files are not those that it lists")
            )


def _is_expected(name: str) -> bool:
    """Tell whether a backup writes a file of this name, so that none puts a lock or a key file into the state folder."""
    if name == manifest.KEYS:
        return True
    if name.startswith(manifest.DATABASE):
        return name.count("/") == 1
    inside = name.removeprefix(manifest.HOME)
    if inside == name:
        return False
    part = contents.part_of(inside).part
    return part in (contents.Part.COPIED, contents.Part.AUDIENCES, contents.Part.SNAPSHOTS)


def _check_database(file: Path, unpacked: manifest.Manifest, database: Database) -> None:
    if are_newer(unpacked.steps):
        raise problems.newer(file)
    wanted = "PostgreSQL" if isinstance(database, Server) else "SQLite"
    if unpacked.database not in ("none", wanted):
        raise problems.other_database(unpacked.database, wanted)


@dataclass(frozen=True, slots=True)
class _Keys:
    """Keys that are to be written to a file, before those that it holds already."""

    file: Path
    keys: tuple[str, ...]


def _keys_for(wanted: Wanted, stage: Path) -> _Keys | None:
    """Return the keys that the restored installation will have in a file, None when it will have none in one.

    Those of the backup come first; those that are there stay with them, for nobody knows which of them data need.
    """
    sealed, kept = stage / manifest.KEYS, tuple[str, ...]()
    if sealed.is_file() and wanted.passphrase is not None:
        kept = sealing.opened(sealed.read_bytes(), wanted.passphrase)
    if wanted.environment.get("SEGUE_KEYS", "").strip():
        return None
    file = keys_file(wanted.environment, wanted.home).absolute()
    together = tuple(dict.fromkeys((*kept, *_written_in(file))))
    return _Keys(file, together) if together else None


def _written_in(file: Path) -> tuple[str, ...]:
    try:
        return tuple(file.read_text(encoding="ascii").split())
    except (FileNotFoundError, NotADirectoryError, UnicodeDecodeError):
        return ()


def _put_keys(found: _Keys | None, *, within: Path, becomes: Path) -> None:
    """Write keys whose file lies in a state folder into the folder that becomes it."""
    if found is not None and found.file.is_relative_to(becomes):
        target = within / found.file.relative_to(becomes)
        target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        write_keys(target, list(found.keys))


def _put_keys_elsewhere(found: _Keys | None, *, home: Path) -> None:
    """Write keys whose file lies elsewhere, once all else is in its place."""
    if found is None or found.file.is_relative_to(home) or found.keys == _written_in(found.file):
        return
    if found.file.exists():
        replace_keys(found.file, list(found.keys))
    else:
        write_keys(found.file, list(found.keys))


def _make_ready(wanted: Wanted, stage: Path, unpacked: manifest.Manifest) -> None:
    if unpacked.database != "SQLite":
        return
    try:
        ready_embedded(stage / manifest.SQLITE_COPY, now=wanted.now, head=unpacked.head)
    except sqlite3.OperationalError:
        raise
    except sqlite3.DatabaseError:
        raise problems.damaged(wanted.file, sentences.said("its database cannot be read")) from None


def _note(wanted: Wanted, home: Path, head: manifest.Head) -> None:
    """Write what the first runs after the restore are held by."""
    said = Restoration(
        restored_at=wanted.now.isoformat(),
        backup_made_at=head.made_at,
        backup_of=head.installation,
    )
    path = home / RESTORED
    path.write_bytes(msgspec.json.format(msgspec.json.encode(said)) + b"\n")
    path.chmod(0o600)
    synchronise(path)


def _put(
    wanted: Wanted, places: Places, stage: Path, unpacked: manifest.Manifest, database: Database
) -> tuple[str, ...]:
    """Give everything its place; what stood there is set aside. The database of a server changes with the folder."""
    if unpacked.database == "SQLite":
        assert isinstance(database, Embedded)  # checked before
        return places.put(stage / "home", embedded=stage / manifest.SQLITE_COPY)
    if unpacked.database == "none":
        return places.put(stage / "home")
    from segue.backups.postgres import Load, load
    from segue.service.django import start

    tables = _tables(wanted.file, stage)
    loading = Load(
        folder=stage / "database",
        tables=tables,
        steps=unpacked.steps,
        aside=places.schema_aside(),
        head=unpacked.head,
    )
    aside: list[str] = []
    with _throwaway_keys(), places.undone_unless_kept() as keep:
        start(wanted.home)
        load(loading, now=wanted.now, last=lambda: aside.extend(places.put(stage / "home")))
        keep()
    return (*aside, *([loading.aside] if loading.aside else []))


def _tables(file: Path, stage: Path) -> manifest.Tables:
    try:
        tables = decoded(
            (stage / manifest.DESCRIPTION).read_bytes(),
            msgspec.json.Decoder(manifest.Tables).decode,
        )
    except (FileNotFoundError, DamagedDocument):
        raise problems.damaged(file, sentences.said("its database cannot be read")) from None
    if not all((stage / manifest.DATABASE / table).is_file() for table in tables.columns):
        raise problems.damaged(file, sentences.said("its database is not whole"))
    return tables


@contextmanager
def _throwaway_keys() -> Iterator[None]:
    """Let Django be loaded without the keys of the installation, which may lie apart: nothing is encrypted meanwhile."""
    if os.environ.get("SEGUE_KEYS", "").strip() or "segue.settings" in sys.modules:
        yield
        return
    os.environ["SEGUE_KEYS"] = new_key()
    try:
        yield
    finally:
        del os.environ["SEGUE_KEYS"]


@contextmanager
def _stage(home: Path) -> Iterator[Path]:
    """Give a folder on the disk of the state folder that only this user reads."""
    home.parent.mkdir(parents=True, exist_ok=True)
    place, prefix = stage_of(home)
    with making(place, lambda: Path(tempfile.mkdtemp(prefix=prefix, dir=place))) as folder:
        try:
            yield folder
        finally:
            shutil.rmtree(folder, ignore_errors=True)
