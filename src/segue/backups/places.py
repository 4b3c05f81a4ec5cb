"""Where a backup is put: looked at before anything is unpacked, and changed in one step that can be taken back."""

from __future__ import annotations

import errno
import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

from segue.backups import problems
from segue.backups.contents import KEYS_FILE
from segue.core.asides import making, sweep
from segue.core.files import synchronise
from segue.service.databases import Database, Embedded, Server
from segue.service.locks import nobody_at_work

_HARMLESS = {KEYS_FILE, "lost+found"}
"""What may lie in a folder that counts as empty: keys that were put there before the rest, and what disks bring along."""

_NOT_TO_BE_RENAMED = (errno.EBUSY, errno.EXDEV, errno.EACCES, errno.EPERM)
"""What is said of a folder that is a disk of its own, or lies in one that nobody may write to."""

_COMPANIONS = ("", "-wal", "-shm", "-journal")
"""Endings of the files that a SQLite database consists of."""


class Places:
    """The state folder and the database that a backup is put into."""

    def __init__(
        self,
        home: Path,
        database: Database,
        *,
        scratch: Path | None = None,
        now: datetime,
        replaces: bool,
        wait: Callable[[float], None],
    ) -> None:
        """Look at nothing yet. `scratch` is where this host's processes lock, None: in the state folder.

        `wait` lets seconds pass, in which other hosts are listened for.
        """
        self._home, self._database, self._replaces = home, database, replaces
        self._wait = wait
        self._scratch = scratch or home
        self._stamp = now.strftime("%Y%m%dT%H%M%SZ")
        self._done: list[tuple[Path, Path]] = []

    @contextmanager
    def held(self) -> Iterator[None]:
        """Check that the places may be filled, and let nobody begin to work there meanwhile.

        Raises: ConfigurationProblem `restore_not_empty` or `restore_in_use`.
        """
        if not self._replaces and not _is_free(self._home):
            raise problems.not_empty(self._home)
        if not self._replaces and self._holds_rows():
            raise problems.database_not_empty(self._described())
        with nobody_at_work(self._scratch) as is_quiet:
            if not is_quiet:
                raise problems.in_use(self._home)
            if self._is_at_work_elsewhere():
                raise problems.in_use_elsewhere()
            yield

    def schema_aside(self) -> str:
        """Return the schema that the tables of a server are moved into, "" when there are none."""
        return f"before_restore_{self._stamp.lower()}" if self._holds_rows() else ""

    def put(self, made: Path, *, embedded: Path | None = None) -> tuple[str, ...]:
        """Give a folder, and a SQLite database if there is one, their places; return where the old ones lie now."""
        aside: list[str] = []
        inside = self._inside()
        if embedded is not None and inside is not None:
            target = made / inside
            target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            embedded.rename(target)
        if not _is_free(self._home):
            aside.append(str(self._set_folder_aside()))
        if embedded is not None and inside is None:
            aside += self._put_database(embedded)
        self._put_folder(made)
        synchronise(self._home)
        synchronise(self._home.parent)
        return tuple(aside)

    @contextmanager
    def undone_unless_kept(self) -> Iterator[Callable[[], None]]:
        """Take back what was moved, unless the function that this gives was called."""
        kept: list[bool] = []
        try:
            yield lambda: kept.append(True)
        finally:
            if not kept:
                for before, after in reversed(self._done):
                    after.rename(before)

    # the parts

    def _set_folder_aside(self) -> Path:
        """Rename the old folder; where it cannot be renamed itself, what is in it is."""
        beside = self._home.with_name(f"{self._home.name}.before-restore-{self._stamp}")
        try:
            self._move(self._home, beside)
        except OSError as error:
            if error.errno not in _NOT_TO_BE_RENAMED:
                raise
        else:
            return beside
        inside = self._home / f"before-restore-{self._stamp}"
        inside.mkdir(mode=0o700)
        for path in sorted(self._home.iterdir()):
            if path != inside and path.name != "lost+found" and not path.name.startswith("."):
                self._move(path, inside / path.name)
        return inside

    def _put_folder(self, made: Path) -> None:
        if not self._home.exists():
            self._move(made, self._home)
            return
        for path in sorted(made.iterdir()):
            self._move(path, self._home / path.name)

    def _put_database(self, embedded: Path) -> list[str]:
        """Put a database that lies elsewhere than in the state folder."""
        assert isinstance(self._database, Embedded)
        target, aside = self._database.path, []
        for ending in _COMPANIONS:
            old = target.with_name(f"{target.name}{ending}")
            if old.exists():
                aside.append(
                    target.with_name(f"{target.name}.before-restore-{self._stamp}{ending}")
                )
                self._move(old, aside[-1])
        target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        beside = _beside(target)

        def make() -> Path:
            beside.touch(mode=0o600)
            return beside

        with making(target.parent, make):
            try:
                shutil.copyfile(embedded, beside)
                beside.chmod(0o600)
                synchronise(beside)
                beside.replace(target)
            finally:
                beside.unlink(missing_ok=True)
        return [str(path) for path in aside[:1]]

    def _move(self, before: Path, after: Path) -> None:
        before.rename(after)
        self._done.append((before, after))

    def _inside(self) -> Path | None:
        """Return the path of the embedded database in the state folder, None when it lies elsewhere."""
        if not isinstance(self._database, Embedded):
            return None
        path, home = self._database.path.absolute(), self._home.absolute()
        return path.relative_to(home) if path.is_relative_to(home) else None

    def _holds_rows(self) -> bool:
        if isinstance(self._database, Server):
            from segue.backups.postgres import is_empty

            return not is_empty(self._database.reached_by)
        path = self._database.path
        return self._inside() is None and path.is_file() and path.stat().st_size > 0

    def _is_at_work_elsewhere(self) -> bool:
        if not isinstance(self._database, Server):
            return False
        from segue.backups.postgres import is_at_work

        return is_at_work(self._database.reached_by, wait=self._wait)

    def _described(self) -> str:
        if isinstance(self._database, Embedded):
            return str(self._database.path)
        return "PostgreSQL, as DATABASE_URL names it"


def _is_free(home: Path) -> bool:
    """Tell whether a folder is not there, or holds nothing but what may stay."""
    if not home.exists() and not home.is_symlink():
        return True
    if not home.is_dir():
        return False
    names = {path.name for path in home.iterdir()}
    return all(name in _HARMLESS or _is_ours(name) for name in names)


def stage_of(home: Path) -> tuple[Path, str]:
    """Return the folder in which a restore unpacks, on the disk of the state folder, and how its name begins."""
    if home.is_dir() and os.path.ismount(home):
        return home, STAGE
    return home.parent, f".{home.name}{STAGE}"


STAGE = ".restoring-"


def sweep_restores(home: Path, database: Database) -> None:
    """Remove what a restore that was killed has left: it holds addresses. One that is at work keeps what it has."""
    sweep(home.parent, f".{home.name}{STAGE}")
    sweep(home, STAGE)
    if isinstance(database, Embedded):
        sweep(database.path.parent, _beside(database.path).name)


def _beside(database: Path) -> Path:
    return database.with_name(f".{database.name}.restoring")


def _is_ours(name: str) -> bool:
    """Tell whether something is where a restore unpacks just now, or where one that was killed did."""
    return name.startswith(STAGE)


def free_bytes(folder: Path) -> int:
    """Return how many bytes this user may still write on the disk of a folder."""
    return shutil.disk_usage(folder).free
