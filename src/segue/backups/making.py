"""Make a backup while the installation runs: the database first, then what is kept of each audience, then the rest.

Each part is as it was at one moment, and not the same for all. That is enough: what a later part knows more than an
earlier one is what Mailchimp acknowledged meanwhile, and the next run compares with Mailchimp itself.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from pathlib import Path

import msgspec

from segue import __version__
from segue.backups import contents, manifest, problems
from segue.backups.archive import ASIDE, Archive, writing
from segue.backups.contents import Part
from segue.backups.databases import copy_embedded
from segue.backups.sealing import sealed
from segue.core.asides import making
from segue.core.errors import ConfigurationProblem, TryLater
from segue.core.names import is_path_name
from segue.service.databases import Database, Embedded, Server, database_of
from segue.service.identity import kept_identity
from segue.service.kept_audiences import TRIES, copy_audience
from segue.service.shared_state import journals_of, mirror_all, state_store

SLACK_BYTES = 64_000_000
"""What the bound of a backup's size leaves for documents, headers and files that grow while it is made."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """A backup that is to be made. `passphrase` None: the keys are kept apart. `data_folders`: where sources are read."""

    home: Path
    file: Path
    environment: Mapping[str, str] = field(repr=False)
    now: datetime
    passphrase: str | None = field(default=None, repr=False)
    data_folders: Sequence[Path] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Made:
    """A backup that was made. `damaged` files were not whole; `left_out` counts files by why they are not in it."""

    file: Path
    size_bytes: int
    files: int
    database: manifest.DatabaseKind
    has_keys: bool
    damaged: tuple[str, ...]
    left_out: Mapping[str, int]


def make_backup(wanted: Wanted) -> Made:
    """Write everything that an installation, or a state folder of the command line, consists of into one new file.

    Raises: ConfigurationProblem, TryLater, OSError, sqlite3.Error, psycopg.Error; then there is no file.
    """
    _check_place(wanted)
    database = database_of(wanted.environment, wanted.home)
    if not wanted.home.is_dir() or not _holds_any(wanted.home, database):
        raise problems.nothing_there(wanted.home)
    with (
        writing(wanted.file, mtime=int(wanted.now.timestamp())) as archive,
        _stage(wanted.file) as stage,
    ):
        making = _Making(wanted, database, archive, stage)
        made = making.walk()
    return Made(
        file=wanted.file,
        size_bytes=wanted.file.stat().st_size,
        files=len(made.files),
        database=made.database,
        has_keys=made.has_keys,
        damaged=made.damaged,
        left_out=dict(making.left_out),
    )


class _Making:
    """One backup that is being made."""

    def __init__(self, wanted: Wanted, database: Database, archive: Archive, stage: Path) -> None:
        self._home, self._wanted, self._database = wanted.home, wanted, database
        self._archive, self._stage = archive, stage
        self._journals = journals_of(database, wanted.home, state_store(wanted.environment))
        self._damaged: list[str] = []
        self.left_out: Counter[str] = Counter()

    def walk(self) -> manifest.Manifest:
        """Write every part, and last what was written."""
        keys = self._keys()
        kind, steps = self._copy_database()
        # A rotation may have changed them meanwhile: the copy of the database needs those of before or those of after.
        keys = tuple(dict.fromkeys((*self._keys(), *keys)))
        if self._journals.shared is not None:
            mirror_all(self._journals.shared)
        head = self._head()
        self._archive.add_value(manifest.HEAD, head)
        self._add_database()
        self._copy_audiences()
        self._copy_snapshot()
        self._copy_files()
        if keys and self._wanted.passphrase:
            self._archive.add_value(manifest.KEYS, sealed(keys, self._wanted.passphrase))
        made = manifest.Manifest(
            head=head,
            database=kind,
            steps=steps,
            has_keys=bool(keys),
            files=tuple(self._archive.entries),
            damaged=tuple(self._damaged),
        )
        self._archive.add_value(manifest.MANIFEST, made)
        return made

    def _head(self) -> manifest.Head:
        there = (found.name for found in contents.found_in(self._home, self._special()))
        lying = sum(_size(self._home / name) for name in there)
        copied = sum(_size(path) for path in self._stage.rglob("*"))
        return manifest.Head(
            format=manifest.FORMAT,
            segue=__version__,
            made_at=self._wanted.now.isoformat(timespec="seconds"),
            bytes=2 * lying + copied + SLACK_BYTES,
            installation=_installation_id(self._home),
        )

    # the parts

    def _keys(self) -> tuple[str, ...]:
        from segue.service.keys import keys_from

        if not self._wanted.passphrase:
            return ()
        try:
            return keys_from(self._wanted.environment, self._home)
        except ConfigurationProblem:
            if isinstance(self._database, Embedded) and not self._database.path.is_file():
                return ()  # a state folder of the command line: it has none
            raise

    def _copy_database(self) -> tuple[manifest.DatabaseKind, tuple[str, ...]]:
        """Copy the database into the stage, which tells how large it is."""
        folder = self._stage / "database"
        folder.mkdir()
        if isinstance(self._database, Server):
            from segue.backups.postgres import dump

            dumped = dump(self._database.reached_by, folder)
            (self._stage / "tables.json").write_bytes(msgspec.json.encode(dumped.tables))
            return "PostgreSQL", dumped.steps
        if not self._database.path.is_file():
            return "none", ()
        return "SQLite", copy_embedded(self._database.path, folder / contents.DATABASE_FILE)

    def _add_database(self) -> None:
        if (described := self._stage / "tables.json").is_file():
            self._take(manifest.DESCRIPTION, described)
        for path in sorted((self._stage / "database").iterdir()):
            self._take(f"{manifest.DATABASE}{path.name}", path)

    def _copy_audiences(self) -> None:
        for folder in self._journals.folders(self._home):
            if not is_path_name(folder.name):
                continue
            copy = self._stage / "audience"
            lost = copy_audience(folder, copy, journals=self._journals)
            self._damaged += [f"audiences/{folder.name}/{file}" for file in lost]
            for path in sorted(path for path in copy.rglob("*") if path.is_file()):
                inside = path.relative_to(copy).as_posix()
                self._take(f"{manifest.HOME}audiences/{folder.name}/{inside}", path)
            shutil.rmtree(copy)

    def _copy_snapshot(self) -> None:
        """Add the newest snapshot: its files are opened at once, so that a refresh may remove it meanwhile."""
        folder = self._home / "snapshots"
        for _ in range(TRIES):
            try:
                newest = (folder / "current").read_text(encoding="ascii", errors="replace").strip()
            except FileNotFoundError:
                return
            if not is_path_name(newest):
                return
            with ExitStack() as open_ones:
                try:
                    names = sorted(path.name for path in (folder / newest).iterdir())
                    files = {
                        name: open_ones.enter_context((folder / newest / name).open("rb"))
                        for name in names
                    }
                except FileNotFoundError:
                    continue
                for name, file in files.items():
                    size = os.fstat(file.fileno()).st_size
                    self._archive.add(f"{manifest.HOME}snapshots/{newest}/{name}", file, size=size)
                self._archive.add_bytes(f"{manifest.HOME}snapshots/current", newest.encode("ascii"))
                return
        raise TryLater(
            "The profiles are refreshed faster than they can be copied.",
            action="Run the backup again when no refresh is under way.",
            code="backup_disturbed",
        )

    def _copy_files(self) -> None:
        """Add whatever else lies in the state folder; what is changed meanwhile is copied first."""
        for found in contents.found_in(self._home, self._special()):
            if found.part is Part.LEFT_OUT:
                self.left_out[found.why] += 1
            if found.part is not Part.COPIED:
                continue
            copy = self._stage / "file"
            try:
                shutil.copyfile(self._home / found.name, copy)
            except FileNotFoundError:
                continue  # it was removed meanwhile, as old reports and plans are
            self._take(f"{manifest.HOME}{found.name}", copy)

    def _special(self) -> Mapping[Path, Part]:
        from segue.service.keys import keys_file

        special = {keys_file(self._wanted.environment, self._home).absolute(): Part.KEYS}
        if isinstance(self._database, Embedded):
            special[self._database.path.absolute()] = Part.DATABASE
        return special

    def _take(self, name: str, copy: Path) -> None:
        self._archive.add_file(name, copy)
        copy.unlink()


def _check_place(wanted: Wanted) -> None:
    """Refuse a backup in what it is a backup of, and where a data source may be read from."""
    place = wanted.file.parent.resolve() / wanted.file.name
    if place.is_relative_to(wanted.home.resolve()):
        raise problems.inside_home(wanted.file, wanted.home)
    for folder in wanted.data_folders:
        if place.is_relative_to(folder.resolve()):
            raise problems.among_data(wanted.file, folder)


def _holds_any(home: Path, database: Database) -> bool:
    """Tell whether a folder holds anything that Segue keeps, or its database is there."""
    if isinstance(database, Server) or database.path.is_file():
        return True
    return any((home / name).exists() for name in ("audiences", "snapshots", "reports"))


def _installation_id(home: Path) -> str:
    """Return what the state folder says of itself, "" when it says nothing that can be read."""
    try:
        found = kept_identity(home)
    except ConfigurationProblem:
        return ""
    return found.id if found else ""


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except OSError:
        return 0


@contextmanager
def _stage(file: Path) -> Iterator[Path]:
    """Give a folder beside the backup for what must be copied before it is added; only this user reads it."""
    make = partial(tempfile.mkdtemp, prefix=ASIDE, suffix=".stage", dir=file.parent)
    with making(file.parent, lambda: Path(make())) as folder:
        try:
            yield folder
        finally:
            shutil.rmtree(folder, ignore_errors=True)
