"""Look at the objects of a folder in a store for `segue init`: they are copied, looked at as files, and called by their addresses."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

from segue.core.errors import ConfigurationProblem
from segue.core.names import is_path_name
from segue.core.sentences import Sentence, Value
from segue.engines.duckdb.reading.inspect import files_in, inspect_folder
from segue.engines.duckdb.reading.inspect_files import SQLITE, kind_by_name, passed_over
from segue.engines.duckdb.reading.objects_copies import Unreadable, copied_if_readable
from segue.engines.duckdb.reading.sources_bounds import looked_at
from segue.engines.duckdb.watch import Watch
from segue.profiles.found import FoundTable
from segue.profiles.object_stores import Objects
from segue.profiles.sources import LONGEST_S

_DATABASE, _OTHER = "database", "other"


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundObjects:
    """The tables among objects, and the names of those that are none, by the reason."""

    tables: tuple[FoundTable, ...]
    passed_over: Mapping[str, tuple[str, ...]]


def inspect_objects(objects: Objects, *, longest_s: float = LONGEST_S) -> FoundObjects:
    """Look at one object, or at those straight in a folder.

    Raises: ConfigurationProblem when they cannot be read, or not within `longest_s` seconds.
    """
    with TemporaryDirectory(prefix="segue-init-") as made:
        folder = Path(made) / "named"
        folder.mkdir()
        take = partial(_taken, objects, Path(made) / "copies", folder)
        unnamed, unreadable = looked_at(objects.bucket, take, longest_s=longest_s)
        files = files_in(folder)
        databases = tuple(one.name for one in files if one.suffix.casefold() in SQLITE)
        for name in databases:
            (folder / name).unlink()
        tables = tuple(_addressed(one, objects, folder) for one in inspect_folder(folder))
        left = dict(passed_over(files_in(folder)))
    for reason, names in ((_DATABASE, databases), (_OTHER, unnamed)):
        if names:
            left[reason] = (*left.get(reason, ()), *names)
    told = tuple(_untaken(one, objects) for one in unreadable)
    return FoundObjects(tables=(*tables, *told), passed_over=left)


def _taken(
    objects: Objects, copies: Path, folder: Path, watch: Watch
) -> tuple[tuple[str, ...], tuple[Unreadable, ...]]:
    """Copy the objects under their own names; return the addresses of those whose name can be none of a file, and what cannot be read.

    Raises: why the first cannot be read, where none can.
    """
    unnamed = []
    found = copied_if_readable(objects.bucket, objects, copies, watch.permit)
    unreadable = tuple(one for one in found if isinstance(one, Unreadable))
    if len(unreadable) == len(found):
        raise unreadable[0].problem
    for copy in found:
        if isinstance(copy, Unreadable):
            continue
        name = copy.address.rpartition("/")[2]
        if is_path_name(name):
            copy.path.rename(folder / name)
        else:
            unnamed.append(copy.address)
    return tuple(unnamed), unreadable


def _untaken(one: Unreadable, objects: Objects) -> FoundTable:
    name = one.address.rpartition("/")[2]
    place = replace(objects, key=f"{objects.key.rpartition('/')[0]}/{name}".lstrip("/"))
    kind = kind_by_name(Path(name))
    return FoundTable(name=Path(name).stem, kind=kind, path=place, table=None, problem=one.problem)


def _addressed(table: FoundTable, objects: Objects, folder: Path) -> FoundTable:
    """Return a table that was found in a copy as one of the store."""
    assert isinstance(table.path, Path), "it was found in a folder"
    above = objects.key.rpartition("/")[0]
    key = f"{above}/{table.path.name}".lstrip("/")
    problem = table.problem and _at_address(table.problem, folder, objects.address(f"{above}/"))
    return replace(table, path=replace(objects, key=key), problem=problem)


def _at_address(problem: ConfigurationProblem, folder: Path, address: str) -> ConfigurationProblem:
    return ConfigurationProblem(
        _renamed(problem.message, f"{folder}/", address),
        action=_renamed(problem.action, f"{folder}/", address),
        code=problem.code,
    )


def _renamed(text: str, old: str, new: str) -> str:
    """Return a sentence with another name for a place, in it and in the sentences that stand in it."""
    if not isinstance(text, Sentence):
        return text.replace(old, new)
    values: dict[str, Value] = {
        name: _renamed(value, old, new) if isinstance(value, str) else value
        for name, value in text.values.items()
    }
    return Sentence(text.template, values, text.many)
