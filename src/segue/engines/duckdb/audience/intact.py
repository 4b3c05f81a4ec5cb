"""The files of one audience's state folder are what the journal says: noted when written, looked at before they are read.

Where hosts have no folder in common, a file is sent up before it is noted, and fetched when it is not here.

A file that is missing, cut or changed stops the run: what it held cannot be told from "nobody", and reading it as
nobody takes tags away that are not ours. Building lost files anew is `repair`'s.
"""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from enum import StrEnum
from hashlib import file_digest
from pathlib import Path

from segue.core.errors import ConfigurationProblem
from segue.core.files import looks_whole
from segue.core.sentences import Sentence, said
from segue.core.waits import COPY_S
from segue.engines.duckdb.audience.journal import Journal, KeptFile
from segue.engines.duckdb.reading.objects_contents import Content

JOURNAL = "journal.sqlite"

IN_DATABASE = "journal.in-database"
"""The sign beside an audience whose journal is in the control database; where it was in a file, that file."""


class Fault(StrEnum):
    """What is wrong with a file."""

    MISSING = "missing"
    DAMAGED = "damaged"


class Intact:
    """What is known of the files that one audience's journal points to."""

    def __init__(self, folder: Path, journal: Journal) -> None:
        self._folder = folder
        self._journal = journal
        self._sent: dict[Path, KeptFile] = {}

    def send(self, *paths: Path) -> None:
        """Give files just written to the other hosts, before anything points to them. Raises: as `Contents`."""
        if (contents := self._journal.contents) is None:
            return
        for path in paths:
            found = _described(self._folder, path)
            if self._sent.get(path) != found:
                contents.keep(path, Content(found.size, found.sha256))
                self._sent[path] = found

    def send_all(self) -> None:
        """Give every file that is noted to the other hosts, as far as it is here and whole: they had it from this folder until now."""
        for kept in self._journal.kept_files():
            path = self._folder / kept.file
            if path.is_file() and _described(self._folder, path) == replace(
                kept, stamp=_stamp(path)
            ):
                self.send(path)

    def note(self, path: Path) -> None:
        """Note a file just written. Belongs into the transaction that points to it, behind `send`, which may take its time."""
        self.send(path)
        self._journal.keep_file(_described(self._folder, path))

    def check(self) -> None:
        """Look at every file that is pointed to, and at those of unfinished runs.

        Raises: ConfigurationProblem `state_file_missing` or `state_file_damaged` for the first that is not whole.
        """
        self._take_over_foreign()
        for name, file in self._expected():
            if (fault := self._fault(file)) is not None:
                raise lost_file(self._folder, file, fault=fault, holds=_holding(name))

    def faults(self) -> Iterator[tuple[str, str]]:
        """Yield the pointers of all files that are not whole, each with its file; of runs, `runs/<run>`."""
        self._take_over_foreign()
        for name, file in self._expected():
            if self._fault(file) is not None:
                yield name, file

    def check_file(self, file: str, *, name: str) -> None:
        """Look at one file, such as one of a past run. Raises: as `check`."""
        if (fault := self._fault(file)) is not None:
            raise lost_file(self._folder, file, fault=fault, holds=_holding(name))

    def is_whole(self, path: Path) -> bool:
        """Tell whether a file that nobody needs is here, and as it was written."""
        return self._fault(path.relative_to(self._folder).as_posix()) is None

    def _expected(self) -> Iterator[tuple[str, str]]:
        yield from self._journal.pointers("").items()
        for run_id in self._journal.unfinished():
            run = self._journal.stored_run(run_id)
            for group in run.groups if run is not None else ():
                yield f"runs/{run_id}", f"runs/{run_id}/{group.name}.parquet"

    def _fault(self, file: str) -> Fault | None:
        """Return what is wrong with a file, None when it is whole."""
        path, kept = self._folder / file, self._journal.kept_file(file)
        if not path.is_file():
            if not path.exists() and self._brought(kept):
                return None
            return Fault.DAMAGED if path.exists() else Fault.MISSING
        if kept is not None and kept.stamp == _stamp(path):
            return (
                None  # as it was when it was last read whole: reading 60 MB again would cost 0.1 s
            )
        found = _described(self._folder, path)
        if kept is not None and (kept.size, kept.sha256) != (found.size, found.sha256):
            return None if self._brought(kept) else Fault.DAMAGED
        if kept is None and not looks_whole(path):  # from before sizes were kept
            return Fault.DAMAGED
        if kept is None:
            self.send(path)
        self._journal.keep_file(found)
        return None

    def _brought(self, kept: KeptFile | None) -> bool:
        """Fetch a file as it was written; False: it lies nowhere else."""
        contents = self._journal.contents
        if kept is None or contents is None:
            return False
        path = self._folder / kept.file
        if not contents.bring(Content(kept.size, kept.sha256), path):
            return False
        self._journal.keep_file(replace(kept, stamp=_stamp(path)))
        return True

    def _take_over_foreign(self) -> None:
        """Point to what earlier versions kept of foreign tags without a pointer: `foreign/<position>.parquet`."""
        for path in sorted((self._folder / "foreign").glob("*.parquet")):
            name = f"foreign/{path.stem}"
            is_ours = path.stem.isdecimal() and int(path.stem) < len(self._journal.tags())
            if is_ours and self._journal.pointer(name) is None:
                self._journal.point(name, f"foreign/{path.name}")


def open_journal(folder: Path) -> Journal:
    """Open an audience's journal, made when nothing is kept of the audience yet.

    Raises: ConfigurationProblem `state_file_missing` or `state_file_damaged`.
    """
    _check_journal(folder)
    return Journal(folder / JOURNAL)


def glance_journal(folder: Path) -> Journal:
    """Return a copy of an audience's journal in memory. Raises: as `open_journal`."""
    _check_journal(folder)
    return Journal.glance(folder / JOURNAL)


def lost_file(folder: Path, file: str, *, fault: Fault, holds: str) -> ConfigurationProblem:
    """Say which file of which audience is not whole, and the next step."""
    place = f"{folder.parent.name}/{folder.name}/{file}"
    account, _, audience = folder.name.rpartition("-")
    how = said("is missing") if fault is Fault.MISSING else said("is damaged")
    return ConfigurationProblem(
        said(
            "The file %(place)s of the audience %(audience)s %(how)s; it holds %(holds)s. Nothing was sent.",
            place=place,
            audience=audience,
            how=how,
            holds=holds,
        ),
        action=_next_step(folder, audience),
        code="state_file_missing" if fault is Fault.MISSING else "state_file_damaged",
        context={"account": account, "audience": audience, "file": place},
    )


def _next_step(folder: Path, audience: str) -> Sentence:
    rebuild = said(
        "Restore the folder of the audience from a backup, as a whole, or build the file anew from what Mailchimp holds: segue manage repair %(audience)s",
        audience=audience,
    )
    if holds_files(folder):
        return rebuild
    return said(
        "Nothing of the audience lies in %(folder)s: see first whether this machine has the right state folder, and whether its disk is mounted. %(rebuild)s",
        folder=folder,
        rebuild=rebuild,
    )


def journal_fault(folder: Path) -> Fault | None:
    """Return what is wrong with an audience's file, None when it is whole or not needed yet.

    Raises: ConfigurationProblem `journal_in_database` where the journal is not in a file.
    """
    path = folder / JOURNAL
    if not path.exists():
        if (folder / IN_DATABASE).exists():
            raise _in_database(folder)
        return Fault.MISSING if holds_files(folder) else None
    if not path.is_file():
        return Fault.DAMAGED
    try:
        is_whole = _is_whole(path)
    except sqlite3.OperationalError:  # locked, or not to be opened: not the file's fault
        raise
    except sqlite3.DatabaseError:
        return Fault.DAMAGED
    return None if is_whole or not holds_files(folder) else Fault.DAMAGED


def _check_journal(folder: Path) -> None:
    if (fault := journal_fault(folder)) is not None:
        raise lost_journal(folder, fault)


def lost_journal(folder: Path, fault: Fault) -> ConfigurationProblem:
    """Say that an audience's journal is not whole, and the next step."""
    return lost_file(folder, JOURNAL, fault=fault, holds=_holding(JOURNAL))


def _in_database(folder: Path) -> ConfigurationProblem:
    account, _, audience = folder.name.rpartition("-")
    return ConfigurationProblem(
        said(
            "What Segue knows of the audience %(audience)s is kept in the installation's database on PostgreSQL.",
            audience=audience,
        ),
        action="Set DATABASE_URL as the installation has it, and use the installation's own commands and pages.",
        code="journal_in_database",
        context={"account": account, "audience": audience},
    )


def copy_file(journal: Path, target: Path) -> bool:
    """Copy a journal's file as it is at one moment; a damaged one is copied as it lies, and False returned."""
    target.unlink(missing_ok=True)
    if not journal.is_file():
        return False
    address = f"{journal.absolute().as_uri()}?mode=ro"
    try:
        with (
            closing(sqlite3.connect(address, uri=True, timeout=COPY_S)) as source,
            closing(sqlite3.connect(target)) as made,
        ):
            source.backup(made)
            made.execute("PRAGMA journal_mode=DELETE")
            has_tables = made.execute("SELECT 1 FROM sqlite_master WHERE name = 'pointer'")
            is_whole = has_tables.fetchone() is not None
            return is_whole and made.execute("PRAGMA quick_check(1)").fetchone()[0] == "ok"
    except sqlite3.OperationalError:  # locked, or not to be opened: not the file's fault
        raise
    except sqlite3.DatabaseError:
        shutil.copyfile(journal, target)
        return False


def _is_whole(path: Path) -> bool:
    """Return whether a database holds our tables and every page of it can be read; an empty file is a database too."""
    with closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)) as database:
        tables = "SELECT count(*) FROM sqlite_master WHERE name = 'pointer'"
        if not database.execute(tables).fetchone()[0]:
            return False
        found = database.execute("PRAGMA quick_check(1)").fetchone()[0]
    if found != "ok":
        raise sqlite3.DatabaseError("the pages do not fit together")
    return True


def holds_files(folder: Path) -> bool:
    """Tell whether anything is kept of an audience that only its journal explains."""
    places = ("ledger/*/*.parquet", "contacts/*.parquet", "foreign/**/*.parquet")
    return any(True for place in places for _ in folder.glob(place))


def _described(folder: Path, path: Path) -> KeptFile:
    with path.open("rb") as file:
        sha256 = file_digest(file, "sha256").hexdigest()
    size = path.stat().st_size
    name = path.relative_to(folder).as_posix()
    return KeptFile(file=name, size=size, sha256=sha256, stamp=_stamp(path))


def _stamp(path: Path) -> str:
    """Name the state of a file as the system tells it: whatever writes to it changes the time of change."""
    found = path.stat()
    return f"{found.st_ino}-{found.st_size}-{found.st_mtime_ns}-{found.st_ctime_ns}"


def _holding(name: str) -> str:
    """Say what a pointer's file holds. Names of exports, tags' numbers and runs only."""
    kind, _, of = name.partition("/")
    return {
        "ledger": said("what Mailchimp acknowledged to the export '%(export)s'", export=of),
        "contacts": said("which contacts the audience holds, and who has opted out"),
        "foreign": said("who carried a tag before Segue did"),
        "runs": said("the changes of the run '%(run)s'", run=of),
        "forms": said("in which forms Mailchimp keeps what was sent"),
        "ids": said("which contacts are the same under another address"),
    }.get(kind, said("everything that Segue knows of the audience"))
