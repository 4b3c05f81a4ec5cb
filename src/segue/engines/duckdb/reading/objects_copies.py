"""Take copies of a source's objects to the working folder, each of one state of its object, and tell what state they are in.

A copy is read as any file: several times where that must be (encoding, then rows), with the same rows and the same
refusals, and no request is left to go wrong when the reading has begun.
"""

from __future__ import annotations

import errno
import os
import re
import shutil
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import pyarrow as pa

from segue.core.errors import ConfigurationProblem
from segue.core.permit import Permit
from segue.engines.duckdb.reading import objects_problems as problems
from segue.engines.duckdb.reading.objects_listing import listed
from segue.engines.duckdb.reading.objects_store import Entry, ObjectStore, Opened, State
from segue.engines.duckdb.reading.sources_file import Copy
from segue.profiles.object_stores import Objects

TRIES = 3
"""How often an object is read from the beginning that changes while it is read."""
AT_ONCE = 4
"""Objects of a source that are asked for at the same time."""
_PART_BYTES = 8 << 20
"""Bytes of one request: so many are held, and so long a cancel may have to wait for an answer."""
_OF_ONE = frozenset(f"source_object_{what}" for what in ("denied", "gone", "changed", "cut_short"))
"""Codes of what may be wrong with one object and no other."""
_ENDING = re.compile(r"\.[A-Za-z0-9]{1,8}")


def copied(source: str, objects: Objects, folder: Path, permit: Permit) -> tuple[Copy, ...]:
    """Return copies of the objects that an address names, in their order; `folder` is made.

    Raises: ConfigurationProblem when one cannot be read, OSError when the disk takes no more.
    """
    found = copied_if_readable(source, objects, folder, permit)
    for one in found:
        if isinstance(one, Unreadable):
            raise one.problem
    return tuple(one for one in found if isinstance(one, Copy))


@dataclass(frozen=True, slots=True)
class Unreadable:
    """An object that cannot be read, and why: that is no matter of the others."""

    address: str
    problem: ConfigurationProblem


def copied_if_readable(
    source: str, objects: Objects, folder: Path, permit: Permit
) -> tuple[Copy | Unreadable, ...]:
    """Return copies as `copied` does, and why there is none beside them. Raises: as `copied`, for what is a matter of all."""
    store = ObjectStore(source, objects)
    found = listed(source, objects, store, permit)
    folder.mkdir(parents=True)
    take = _Taking(source, objects, store, permit).taken
    with ThreadPoolExecutor(max_workers=min(AT_ONCE, len(found))) as beside:
        targets = [folder / f"{at}{_ending(one)}" for at, one in enumerate(found)]
        return tuple(beside.map(take, found, targets))


@dataclass(frozen=True, slots=True)
class Seen:
    """What a store says of an object: all of it in one text, its mark of the contents ("" for none), when it was written."""

    told: str
    mark: str
    changed_at: datetime | None


def states(source: str, objects: Objects, permit: Permit) -> Iterator[Seen]:
    """Yield what the store says of each object: no contents are read. Raises: as `copied`."""
    store = ObjectStore(source, objects)
    found = listed(source, objects, store, permit)

    def told(one: Entry) -> Seen:
        permit.check()
        state = store.state(one.key)
        text = f"{objects.address(one.key)}|{state.size}|{state.etag}|{one.changed_at}"
        return Seen(text, state.etag, one.changed_at)

    with ThreadPoolExecutor(max_workers=min(AT_ONCE, len(found))) as beside:
        yield from beside.map(told, found)


class _Taking:
    """Take copies of objects of one source."""

    def __init__(self, source: str, objects: Objects, store: ObjectStore, permit: Permit) -> None:
        self._source = source
        self._objects = objects
        self._store = store
        self._permit = permit

    def taken(self, entry: Entry, target: Path) -> Copy | Unreadable:
        """Return a copy of an object, or why there is none."""
        try:
            return self._take(entry, target)
        except ConfigurationProblem as problem:
            if problem.code not in _OF_ONE:
                raise
            return Unreadable(self._objects.address(entry.key), problem)

    def _take(self, entry: Entry, target: Path) -> Copy:
        """Return a copy of an object that was in one state from its first byte to its last."""
        address = self._objects.address(entry.key)
        for _ in range(TRIES):
            with self._store.opened(entry.key) as opened:
                self._write(entry.key, opened, target)
                before = opened.state
            if self._store.state(entry.key) == before:
                self._check(address, before, target)
                if entry.changed_at is not None:
                    at = entry.changed_at.timestamp()
                    os.utime(target, (at, at))
                return Copy(path=target, address=address)
        raise problems.changed(self._source, address, TRIES)

    def _write(self, key: str, opened: Opened, target: Path) -> None:
        if opened.state.size > shutil.disk_usage(target.parent).free:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), str(target))
        with target.open("wb") as file:
            while (part := self._part(key, opened)).size:
                file.write(part)

    def _part(self, key: str, opened: Opened) -> pa.Buffer:
        self._permit.check()
        with self._store.telling(key):
            try:
                return opened.bytes.read_buffer(_PART_BYTES)
            except (
                ValueError
            ):  # Google's client has closed it: what came ended early, time and again
                raise problems.cut_short(self._source, self._objects.address(key)) from None

    def _check(self, address: str, state: State, target: Path) -> None:
        if target.stat().st_size != state.size:
            raise problems.cut_short(self._source, address)


def _ending(entry: Entry) -> str:
    """Return the ending of an object's name, by which some libraries go; no other part of a key becomes a name here."""
    found = _ENDING.fullmatch(Path(entry.key).suffix)
    return found[0] if found else ""
