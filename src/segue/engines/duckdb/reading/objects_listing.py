"""Find the objects that an address names: one, those straight in a folder, or those that a pattern fits. Nothing is read.

Patterns mean what they mean for files (`segue.core.patterns`): what exists under its literal name is no pattern, names that
begin with a point are no matches of signs, and `**` stands for any number of folders.
"""

from __future__ import annotations

import fnmatch
import glob
import re
from collections.abc import Iterator, Sequence

from segue.core.permit import Permit
from segue.engines.duckdb.reading import objects_problems as problems
from segue.engines.duckdb.reading.objects_store import Entry, ObjectStore
from segue.engines.duckdb.reading.sources_problems import glob_empty, not_a_file
from segue.profiles.object_stores import Objects
from segue.profiles.source_sizes import MOST_OBJECTS

_ASIDE = (".", "_")
"""Beginnings of names that are no data in a folder. Source: what Spark and Hive write beside it (`_SUCCESS`, `.part.crc`)."""


def listed(source: str, objects: Objects, store: ObjectStore, permit: Permit) -> tuple[Entry, ...]:
    """Return the objects that an address names, sorted as the files of a pattern are.

    Raises: ConfigurationProblem when there is none, when they are too many, or when one is a folder.
    """
    found: list[Entry] = []
    for one in _named(source, objects, store, permit):
        found.append(one)
        if len(found) > MOST_OBJECTS:
            raise problems.too_many(source, objects, MOST_OBJECTS)
    if found:
        return tuple(sorted(found, key=lambda one: one.key.split("/")))
    if not store.has_bucket():
        raise problems.bucket_missing(source, objects)
    is_one = not (objects.is_folder or glob.has_magic(objects.key))
    raise problems.missing(source, objects) if is_one else glob_empty(source, objects)


def _named(source: str, objects: Objects, store: ObjectStore, permit: Permit) -> Iterator[Entry]:
    if objects.is_folder:
        for one in store.folder(objects.key.rstrip("/")):
            if not one.is_folder and not _name(one).startswith(_ASIDE):
                yield one
        return
    exact = store.entry(objects.key)
    if exact is not None and not exact.is_folder:
        yield exact
    elif glob.has_magic(objects.key):
        yield from _fitting(store, "", objects.key.split("/"), permit)
    elif exact is not None:
        raise not_a_file(source, objects, "a folder")


def _fitting(
    store: ObjectStore, folder: str, pattern: Sequence[str], permit: Permit
) -> Iterator[Entry]:
    """Yield the objects below a folder that fit the parts of a pattern, each once."""
    permit.check()
    first, rest = pattern[0], pattern[1:]
    if not glob.has_magic(first) and rest:
        yield from _fitting(store, f"{folder}/{first}".lstrip("/"), rest, permit)
        return
    entries = store.folder(folder)
    if first == "**" and rest:
        yield from _fitting(store, folder, rest, permit)
    fits = re.compile(fnmatch.translate("*" if first == "**" else first)).fullmatch
    is_hidden_wanted = first.startswith(".")
    for one in entries:
        name = _name(one)
        if not fits(name) or (name.startswith(".") and not is_hidden_wanted):
            continue
        if not one.is_folder:
            if not rest:
                yield one
        elif first == "**":
            yield from _fitting(store, one.key, pattern, permit)
        elif rest:
            yield from _fitting(store, one.key, rest, permit)


def _name(entry: Entry) -> str:
    return entry.key.rpartition("/")[2]
