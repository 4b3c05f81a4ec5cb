"""Look at the files of a folder for `segue init`: which hold tables, how they are written, which belong together.

Nothing is taken silently and nothing is left out silently: `notes` and `passed_over` name it.
"""

from __future__ import annotations

import fnmatch
import glob
import itertools
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from segue.core.errors import ConfigurationProblem
from segue.engines.duckdb.reading import inspect_guesses as guesses
from segue.engines.duckdb.reading import inspect_samples as samples
from segue.engines.duckdb.reading.inspect_guesses import Values
from segue.engines.duckdb.reading.inspect_samples import NULL_VALUES, Sample
from segue.engines.duckdb.reading.sources_bounds import looked_at
from segue.profiles.found import Note, Setting

CSV = (".csv", ".tsv", ".psv")
_TEXT = (".txt", ".tab", ".dat")
_KINDS = {
    **dict.fromkeys(CSV, "csv"),
    **dict.fromkeys((".json", ".jsonl", ".ndjson"), "json"),
    **dict.fromkeys((".xlsx", ".xlsm"), "excel"),
    ".parquet": "parquet",
}
SQLITE = (".sqlite", ".sqlite3", ".db")
_OWN = (".yaml", ".yml")

_REASON_OF = {
    **dict.fromkeys((".xls", ".xlsb", ".ods", ".fods", ".numbers"), "workbook"),
    **dict.fromkeys(
        (".zip", ".gz", ".tgz", ".bz2", ".xz", ".zst", ".7z", ".rar", ".tar"), "archive"
    ),
    **dict.fromkeys((".mdb", ".accdb", ".dbf", ".sql", ".dump", ".bak", ".duckdb"), "database"),
    **dict.fromkeys((".avro", ".orc", ".feather", ".arrow", ".sav", ".dta", ".pkl"), "columns"),
    **dict.fromkeys((".xml", ".html", ".htm", ".pdf", ".doc", ".docx", ".vcf", ".rtf"), "document"),
}
REASONS = frozenset((*_REASON_OF.values(), "folder", "other"))
"""Why a file is not looked at."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundFile:
    """A file, a sheet or a list in it, or several files as one table: `path` may be a pattern.

    `settings` are what its declaration says besides type and path. `problem` says why it cannot be looked at.
    """

    name: str
    kind: str
    path: Path
    settings: tuple[Setting, ...] = ()
    columns: Mapping[str, Values] | None = None
    notes: tuple[Note, ...] = ()
    problem: ConfigurationProblem | None = None


def found_files(files: Iterable[Path]) -> tuple[FoundFile, ...]:
    """Look at every file of a kind that can hold tables, databases aside; unite those that belong together."""
    found = [one for file in files for one in tables_in(file)]
    return tuple(_united(found))


def passed_over(files: Iterable[Path]) -> Mapping[str, tuple[str, ...]]:
    """Return the names of the files that are not looked at, by reason; hidden files and definitions aside."""
    return looked_at("folder", lambda _: _passed_over(files))


def _passed_over(files: Iterable[Path]) -> Mapping[str, tuple[str, ...]]:
    reasons: dict[str, list[str]] = {}
    for file in files:
        suffix = file.suffix.casefold()
        if file.name.startswith(".") or suffix in (*_OWN, *SQLITE) or _kind(file) is not None:
            continue
        reason = "folder" if file.is_dir() else _REASON_OF.get(suffix, "other")
        reasons.setdefault(reason, []).append(file.name)
    return {reason: tuple(names) for reason, names in sorted(reasons.items())}


def _kind(file: Path) -> str | None:
    suffix = file.suffix.casefold()
    if not file.is_file():
        return None
    if suffix in _TEXT:
        return "csv" if samples.is_delimited(file) else None
    return _KINDS.get(suffix)


def kind_by_name(file: Path) -> str:
    """Return the type that a file of this name most likely has; nothing is opened."""
    return _KINDS.get(file.suffix.casefold(), "csv")


def tables_in(file: Path) -> Sequence[FoundFile]:
    """Return the tables of a file; one that does not answer is a problem like others."""
    try:
        return looked_at(file.name, lambda _: list(_tables_of(file)))
    except ConfigurationProblem as problem:
        kind = kind_by_name(file)
        return [FoundFile(name=file.stem, kind=kind, path=file, problem=problem)]


def _tables_of(file: Path) -> Iterator[FoundFile]:
    kind = _kind(file)
    if kind is None:
        return
    try:
        for sample in samples.samples_of(file, kind):
            yield _found(file, kind, sample)
    except ConfigurationProblem as problem:
        yield FoundFile(name=file.stem, kind=kind, path=file, problem=problem)


def _found(file: Path, kind: str, sample: Sample) -> FoundFile:
    return FoundFile(
        name=f"{file.stem} {sample.part}".strip(),
        kind=kind,
        path=file,
        settings=sample.settings,
        columns=sample.columns,
        notes=sample.notes,
    )


def _united(found: Sequence[FoundFile]) -> Iterator[FoundFile]:
    """Make one of the files that have the same columns and whose names differ in numbers only."""
    groups: dict[object, list[FoundFile]] = {}
    for one in found:
        form = tuple(said for said in one.settings if said[0] != NULL_VALUES)
        alike = (one.path.parent, one.path.suffix, one.kind, form, _before_number(one.path))
        columns = tuple(one.columns or ())
        groups.setdefault((*alike, columns) if columns else id(one), []).append(one)
    for group in groups.values():
        whole = _one_table(group) if len(group) > 1 else None
        yield from [whole] if whole is not None else group


def _one_table(group: Sequence[FoundFile]) -> FoundFile | None:
    """Return several files as one table; None when no pattern means just them, or when they hold the same keys."""
    pattern = _pattern([one.path for one in group])
    if pattern is None:
        return None
    names = list(group[0].columns or ())
    rows = {name: [v for one in group for v in (one.columns or {})[name]] for name in names}
    name = _before_number(group[0].path)
    keys = [guesses.guessed_key(one.name, one.columns or {}, None) for one in group]
    if all(keys) and guesses.guessed_key(name, rows, None) != keys[0]:
        return None
    files = ", ".join(one.path.name for one in group)
    together = Note("init_note_united", {"files": files, "pattern": pattern.name})
    notes = dict.fromkeys([*(note for one in group for note in one.notes), together])
    said = {key: value for one in group for key, value in one.settings}
    empty = [sign for one in group for sign in _null_values(one)]
    if empty:
        said[NULL_VALUES] = list(dict.fromkeys(empty))
    return replace(
        group[0],
        name=name,
        path=pattern,
        columns=rows,
        notes=tuple(notes),
        settings=tuple(said.items()),
    )


def _null_values(one: FoundFile) -> list[str]:
    found = dict(one.settings).get(NULL_VALUES, [])
    return found if isinstance(found, list) else []


def _pattern(paths: Sequence[Path]) -> Path | None:
    folder, suffix = paths[0].parent, paths[0].suffix
    start = _common_start([path.stem for path in paths]).rstrip("0123456789")
    written = f"{start}*{suffix}"
    others = [file.name for file in folder.iterdir() if fnmatch.fnmatchcase(file.name, written)]
    if glob.has_magic(start) or not start or sorted(others) != sorted(p.name for p in paths):
        return None
    return folder / written


def _common_start(texts: Sequence[str]) -> str:
    first, last = min(texts), max(texts)
    alike = itertools.takewhile(lambda pair: pair[0] == pair[1], zip(first, last, strict=False))
    return "".join(sign for sign, _ in alike)


def _before_number(path: Path) -> str:
    return re.split(r"[0-9]", path.stem, maxsplit=1)[0].rstrip(" -_.(")
