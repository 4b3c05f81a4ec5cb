"""Tell what Segue keeps itself, so that nobody declares it as a source: the one gate of it. Nothing is read but beginnings.

A state folder, a database and keys are known by what they are, wherever they lie and whatever they are called: so are their
copies, in a backup below the data folder, behind a symbolic link, a pattern, `..` or in other letters.
"""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from urllib.parse import quote

_OWN_FILES = ("segue.sqlite3", "segue.keys")
_ENTRIES = frozenset(
    ("audiences", "installation.json", "locks", "migrate.lock", "outbox", "plans", "reports", "restored.json", "snapshots", "spill")
)  # fmt: skip
"""What Segue puts into its state folder. All in a hidden one is its own; in another somebody's files may lie too."""
_SNAPSHOTS = (Path("snapshots", ".lock"), Path("snapshots", "current"))
_JOURNAL = "journal.sqlite"
_JOURNAL_ELSEWHERE = "journal.in-database"
_SQLITE = b"SQLite format 3\x00"
"""Source: SQLite, "Database File Format"."""
_KEY = re.compile(rb"[A-Za-z0-9_-]{43}=")
"""Source: cryptography, "Fernet": 32 bytes in url-safe base64."""
_MOST_KEYS_BYTES = 4_096
_TABLES = (
    frozenset(("people_person", "connections_connection", "exports_export", "audit_entry")),
    frozenset(("pointer", "mark", "tag", "fact", "acknowledgement")),
)
"""Tables of the control database, and of an audience's journal."""


class Private:
    """Knows what is Segue's own; folders are looked at once, so that many files of one cost little."""

    def __init__(self) -> None:
        self._folders: dict[Path, bool] = {}

    def holds(self, file: Path) -> bool:
        """Return whether an existing file is Segue's own, or lies in what is.

        Raises: OSError.
        """
        real = file.resolve()
        if any(self._keeps(folder, real) for folder in real.parents):
            return True
        with real.open("rb") as opened:
            beginning = opened.read(_MOST_KEYS_BYTES + 1)
        if beginning.startswith(_SQLITE):
            return is_own_database(real)
        return _are_keys(beginning)

    def _keeps(self, folder: Path, file: Path) -> bool:
        """Return whether a folder is a state folder and the file in it is Segue's, not one that somebody put beside."""
        if folder not in self._folders:
            self._folders[folder] = is_state_folder(folder)
        if not self._folders[folder]:
            return False
        entry = file.relative_to(folder).parts[0].casefold()
        is_own = entry in _ENTRIES or entry.startswith((".", "segue.", "before-restore-"))
        return is_own or folder.name.startswith(".") or _is_audience(folder)


def is_state_folder(folder: Path) -> bool:
    """Return whether a folder is a state folder, or that of one audience, or a copy of one of these."""
    return (
        any((folder / name).is_file() for name in _OWN_FILES)
        or any((folder / name).is_file() for name in _SNAPSHOTS)
        or (folder / _JOURNAL_ELSEWHERE).is_file()
        or ((folder / _JOURNAL).is_file() and is_own_database(folder / _JOURNAL))
    )


def _is_audience(folder: Path) -> bool:
    return any((folder / name).is_file() for name in (_JOURNAL, _JOURNAL_ELSEWHERE))


def is_own_database(file: Path) -> bool:
    """Return whether an SQLite file is the control database, a backup of it, or a journal."""
    uri = f"file:{quote(str(file))}?mode=ro&immutable=1"
    try:
        with closing(sqlite3.connect(uri, uri=True)) as connection:
            names = set(_tables(connection))
    except sqlite3.Error:  # damaged, or no database: whoever reads it says so
        return False
    return any(own <= names for own in _TABLES)


def _tables(connection: sqlite3.Connection) -> Iterator[str]:
    connection.text_factory = lambda text: text.decode("utf-8", errors="replace")
    for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'"):
        yield str(name)


def _are_keys(content: bytes) -> bool:
    lines = content.split()
    return bool(lines) and len(content) <= _MOST_KEYS_BYTES and all(map(_KEY.fullmatch, lines))
