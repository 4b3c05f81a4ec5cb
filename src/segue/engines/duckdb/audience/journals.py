"""Where the journals of audiences are: the port, and the first way, a file beside each audience."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Protocol

from segue.engines.duckdb.audience.intact import (
    JOURNAL,
    Fault,
    copy_file,
    glance_journal,
    journal_fault,
    open_journal,
)
from segue.engines.duckdb.audience.journal import Journal
from segue.engines.duckdb.profiles.shared import Shared


class Journals(Protocol):
    """Opens the journal of an audience, by the folder of the audience.

    Raises: ConfigurationProblem `state_file_missing` or `state_file_damaged` where something is kept of the audience,
    and its journal is not there.
    """

    @property
    def shared(self) -> Shared | None:
        """Return what hosts share that have no folder in common."""
        ...

    def folders(self, home: Path) -> Sequence[Path]:
        """Return the folders of all audiences of which anything is kept, by name; not all need be here."""
        ...

    def known_folders(self, home: Path) -> Sequence[Path]:
        """Return the folders of all audiences whose journals there are."""
        ...

    def open(self, folder: Path) -> Journal:
        """Open a journal for writing; it is made when nothing is kept of the audience yet."""
        ...

    def look(self, folder: Path) -> Journal:
        """Open a journal to read all of it; what is written to it is not meant to be kept."""
        ...

    def glance(self, folder: Path) -> Journal:
        """Return a copy in memory of what plans read: it hinders nobody, and nothing written to it is kept."""
        ...

    def fault(self, folder: Path) -> Fault | None:
        """Return what is wrong with a journal, None when it is whole or not needed yet."""
        ...

    def mark(self, folder: Path) -> str:
        """Return what is another text after every change of a journal."""
        ...

    def anew(self, folder: Path) -> Journal:
        """Begin an empty journal for writing in the place of one that is lost."""
        ...

    def copy(self, folder: Path, target: Path) -> bool:
        """Copy a journal as it is at one moment into a file of its own; False: it is not there, or not whole."""
        ...

    def forget(self, folder: Path) -> None:
        """Forget a journal for good."""
        ...


class Beside:
    """Journals in files, each in the folder of its audience."""

    shared = None

    def folders(self, home: Path) -> Sequence[Path]:
        """Return what lies there."""
        audiences = home / "audiences"
        found = sorted(audiences.iterdir()) if audiences.is_dir() else []
        return [folder for folder in found if folder.is_dir()]

    def known_folders(self, home: Path) -> Sequence[Path]:
        """Return those with a file."""
        return [folder for folder in self.folders(home) if (folder / JOURNAL).exists()]

    def open(self, folder: Path) -> Journal:
        """Open a file."""
        return open_journal(folder)

    def look(self, folder: Path) -> Journal:
        """Open a file: looking at it hinders nobody."""
        return open_journal(folder)

    def glance(self, folder: Path) -> Journal:
        """Return a copy in memory."""
        return glance_journal(folder)

    def fault(self, folder: Path) -> Fault | None:
        """Return what is wrong with a file."""
        return journal_fault(folder)

    def mark(self, folder: Path) -> str:
        """Return times and sizes: the log of the file tells of every change."""
        files = [file for file in (folder / JOURNAL, folder / f"{JOURNAL}-wal") if file.exists()]
        return repr([(file.stat().st_mtime_ns, file.stat().st_size) for file in files])

    def anew(self, folder: Path) -> Journal:
        """Begin an empty file."""
        return Journal(folder / JOURNAL)

    def copy(self, folder: Path, target: Path) -> bool:
        """Copy a file."""
        return copy_file(folder / JOURNAL, target)

    def forget(self, folder: Path) -> None:
        """Remove the file."""
        (folder / JOURNAL).unlink(missing_ok=True)


BESIDE = Beside()
