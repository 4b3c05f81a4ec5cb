"""What a backup says of itself: first what it is, at the end what is in it, file by file. Values and their JSON."""

from __future__ import annotations

from typing import Literal

import msgspec

FORMAT = 1
HEAD = "backup.json"
MANIFEST = "manifest.json"
KEYS = "keys.sealed"
DATABASE = "database/"
HOME = "home/"
SQLITE_COPY = f"{DATABASE}segue.sqlite3"
DESCRIPTION = f"{DATABASE}tables.json"

DatabaseKind = Literal["none", "SQLite", "PostgreSQL"]


class Head(msgspec.Struct, frozen=True, kw_only=True):
    """The first member. `bytes` is more than all others hold together; `installation` "": the folder has no id."""

    format: int
    segue: str
    made_at: str
    bytes: int
    installation: str = ""


class Entry(msgspec.Struct, frozen=True, kw_only=True):
    """One file, by its name in the archive."""

    name: str
    size: int
    sha256: str


class Manifest(msgspec.Struct, frozen=True, kw_only=True):
    """The last member. `steps` are the migrations that the database has seen, as `app name`.

    `damaged` are files of audiences, by their path in the state folder, that were not whole when they were copied.
    """

    head: Head
    database: DatabaseKind
    steps: tuple[str, ...]
    has_keys: bool
    files: tuple[Entry, ...]
    damaged: tuple[str, ...] = ()


class Tables(msgspec.Struct, frozen=True, kw_only=True):
    """The tables of a PostgreSQL database and their columns; the rows of each are a member of its own."""

    columns: dict[str, tuple[str, ...]]
