"""The contents of files in a store of objects, each under the digest of its bytes: written once, never changed, the same for all.

Which file has which contents is said elsewhere, in a database. What nobody speaks of any more is found by listing.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from hashlib import sha256
from pathlib import Path

import pyarrow as pa

from segue.core.errors import ConfigurationProblem, Problem, TryLater
from segue.core.files import digest_of, synchronise
from segue.core.sentences import said
from segue.engines.duckdb.reading.objects_store import Entry, ObjectStore, Opened
from segue.profiles.object_stores import Objects

ARRIVING = ".arriving-"
"""Begins the name of a file that is being fetched."""

_CLAIM = "claimed-by-"
_CLOCK = "clock"
_PART_BYTES = 8 << 20
_PASSING = frozenset(
    (
        "source_store_unreachable",
        "source_store_failing",
        "source_object_cut_short",
        "source_object_changed",
        "source_object_gone",
    )
)
"""What may be otherwise in a moment."""


@dataclass(frozen=True, slots=True)
class Content:
    """By what a file is known: its size in bytes, and the SHA-256 of them in hexadecimal digits."""

    size: int
    sha256: str

    @classmethod
    def of(cls, file: Path) -> Content:
        """Return what a file holds. Raises: OSError."""
        return cls(file.stat().st_size, digest_of(file))


class Contents:
    """What lies in one folder of a store.

    Raises of all methods: TryLater `state_store_away`, ConfigurationProblem `state_store_refuses`; OSError of the disk here.
    """

    def __init__(self, objects: Objects) -> None:
        self._objects = objects

    def keep(self, file: Path, content: Content) -> None:
        """Write a file's bytes, and see that the store has all of them."""
        key = self._key(content.sha256)
        with self._telling(key):
            self._store.write(key, file)
            if self._store.state(key).size != content.size:
                raise _away(self._objects.address(key))

    def bring(self, content: Content, target: Path) -> bool:
        """Fetch contents into a file, which is there whole or not at all; False: they are not in the store as they were written."""
        key = self._key(content.sha256)
        target.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(prefix=ARRIVING, dir=target.parent)
        os.close(handle)
        aside = Path(name)
        try:
            if not self._fetched(key, content, aside):
                return False
            synchronise(aside)
            aside.replace(target)
        finally:
            aside.unlink(missing_ok=True)
        synchronise(target.parent)
        return True

    def lying(self) -> Iterator[tuple[str, datetime | None]]:
        """Yield the digest of everything that lies there, and when it was written."""
        for one in self._entries():
            name = one.key.rpartition("/")[2]
            if not one.is_folder and len(name) == sha256().digest_size * 2:
                yield name, one.changed_at

    def claims(self) -> frozenset[str]:
        """Return who says that this place is theirs to clean."""
        names = (one.key.rpartition("/")[2] for one in self._entries())
        return frozenset(name.removeprefix(_CLAIM) for name in names if name.startswith(_CLAIM))

    def claim(self, owner: str, file: Path) -> None:
        """Say that this place is `owner`'s to clean, and nobody else's; `file` is a small one that is written for it."""
        with self._telling(key := self._key(f"{_CLAIM}{owner}")):
            self._store.write(key, file)
        for other in self.claims() - {owner}:
            self.drop(f"{_CLAIM}{other}")

    def time_there(self, file: Path) -> datetime | None:
        """Return what the store's own clock says, by writing a small file there; None where it does not tell."""
        key = self._key(_CLOCK)
        with self._telling(key):
            self._store.write(key, file)
            found = self._store.entry(key)
        return None if found is None else found.changed_at

    def was_written_before(self, digest: str, moment: datetime) -> bool:
        """Tell whether contents lie there that nobody has written again since a moment."""
        key = self._key(digest)
        with self._telling(key):
            found = self._store.entry(key)
        return found is not None and found.changed_at is not None and found.changed_at < moment

    def drop(self, digest: str) -> None:
        """Remove contents."""
        key = self._key(digest)
        with self._telling(key):
            self._store.remove(key)

    def _entries(self) -> list[Entry]:
        folder = self._objects.key.rstrip("/")
        with self._telling(folder):
            return self._store.folder(folder)

    def _fetched(self, key: str, content: Content, target: Path) -> bool:
        with self._telling(key):
            entry = self._store.entry(key)
            if entry is None or entry.is_folder:
                return False
            with self._store.opened(key) as opened, target.open("wb") as file:
                digest = sha256()
                if opened.state.size != content.size:
                    return False
                while (part := self._part(key, opened)).size:
                    digest.update(part)
                    file.write(part)
        return digest.hexdigest() == content.sha256

    def _part(self, key: str, opened: Opened) -> pa.Buffer:
        with self._store.telling(key):
            return opened.bytes.read_buffer(_PART_BYTES)

    @cached_property
    def _store(self) -> ObjectStore:
        return ObjectStore("state", self._objects)

    def _key(self, digest: str) -> str:
        return f"{self._objects.key}{digest}"

    @contextmanager
    def _telling(self, key: str) -> Iterator[None]:
        """Say of the state what was said of a source."""
        try:
            yield
        except ConfigurationProblem as problem:
            address = self._objects.address(key)
            if problem.code in _PASSING:
                raise _away(address) from None
            raise _refuses(address, problem.code) from None


def _away(address: str) -> Problem:
    return TryLater(
        said(
            "The store of what Segue keeps does not answer as it must (%(address)s).",
            address=address,
        ),
        action="Nothing is lost: it is tried again. When it stays so, look at the store and the network.",
        code="state_store_away",
    )


def _refuses(address: str, why: str) -> Problem:
    return ConfigurationProblem(
        said(
            "The store of what Segue keeps refuses %(address)s (%(why)s).",
            address=address,
            why=why.removeprefix("source_"),
        ),
        action="Check SEGUE_STATE, and that this host may list the bucket and read, write and remove its objects.",
        code="state_store_refuses",
    )
