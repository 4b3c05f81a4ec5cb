"""Copy what is kept of one audience while runs go on: the journal as it is at one moment, and the files that it knows.

The files are never changed once they are written, but a run that ends meanwhile removes those that its new ones replace.
A file that is not there any more is therefore no loss as long as a later copy of the journal knows it no more.
"""

from __future__ import annotations

import glob
import shutil
import sqlite3
from collections.abc import Collection, Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass, field
from functools import partial
from hashlib import sha256
from pathlib import Path

from segue.core.errors import TryLater
from segue.core.names import path_below
from segue.core.sentences import said
from segue.engines.duckdb.audience.intact import JOURNAL
from segue.engines.duckdb.audience.journals import BESIDE, Journals
from segue.engines.duckdb.reading.objects_contents import Content, Contents

TRIES = 6
"""How often the journal is copied anew because a run replaced files meanwhile."""

_KEPT = ("ledger/*/*.parquet", "contacts/*.parquet", "foreign/**/*.parquet", "runs/*/*.parquet")
_PIECE = 1 << 20


def copy_audience(folder: Path, target: Path, *, journals: Journals = BESIDE) -> tuple[str, ...]:
    """Copy an audience's folder to `target`, consistently; return the files that are missing or not what was written.

    Wherever its journal is, the copy has it in a file of its own.     What no journal speaks of is not copied. Raises: TryLater when runs end faster than that; OSError.
    """
    lost: tuple[str, ...] = ()
    for number in range(TRIES):
        before = lost
        lost = _copied_once(folder, target, journals)
        if not lost or (number and lost == before):
            return lost
    raise TryLater(
        said(
            "What is kept of the audience %(audience)s changes faster than it can be copied.",
            audience=folder.name.rpartition("-")[2],
        ),
        action="Run the backup again when fewer runs are under way.",
        code="backup_disturbed",
    )


def _copied_once(folder: Path, target: Path, journals: Journals) -> tuple[str, ...]:
    target.mkdir(parents=True, exist_ok=True, mode=0o700)
    is_whole = journals.copy(folder, target / JOURNAL)
    known = (
        _known(folder, target / JOURNAL)
        if is_whole
        else _Known(others=dict.fromkeys(_lying_in(folder)))
    )
    is_whole |= not (known.others or (target / JOURNAL).exists())  # nothing was ever kept here
    _forget_others(target, {*known.needed, *known.others})
    contents = journals.shared.contents if journals.shared is not None else None
    copied = partial(_copied, folder, target, contents)
    lost = [file for file, kept in known.needed.items() if not copied(file, kept)]
    for file, kept in known.others.items():
        copied(file, kept)
    return (*([] if is_whole else [JOURNAL]), *lost)


_Kept = tuple[int, str] | None
"""Size in bytes and sha256 of a file as it was written; None: not noted."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Known:
    """Files that the next run needs, and others, which may be removed at any time."""

    needed: Mapping[str, _Kept] = field(default_factory=dict)
    others: Mapping[str, _Kept] = field(default_factory=dict)


def _known(folder: Path, journal: Path) -> _Known:
    """Return the files that a copied journal knows. Raises: ConfigurationProblem for names that lead elsewhere."""
    with closing(sqlite3.connect(journal)) as database:
        tables = {name for (name,) in database.execute("SELECT name FROM sqlite_master")}
        notes = "SELECT file, size, sha256 FROM kept_file"
        rows = database.execute(notes).fetchall() if "kept_file" in tables else []
        kept: dict[str, _Kept] = {file: (size, sha) for file, size, sha in rows}
        pointed = [file for (file,) in database.execute("SELECT file FROM pointer")]
        states: dict[str, str] = dict(database.execute("SELECT id, state FROM run").fetchall())
    unfinished = tuple(f"runs/{run}/" for run, state in states.items() if state == "stored")
    needed = {file: kept.get(file) for file in pointed}
    needed |= {file: noted for file, noted in kept.items() if file.startswith(unfinished)}
    for name in (*needed, *states):
        path_below(name, what="name of a file in the journal")
    past = [file for file in kept if file.startswith("runs/") and file.split("/")[1] in states]
    others = {file: kept.get(file) for file in (*_unpointed(folder, states), *past)}
    return _Known(
        needed=needed, others={file: one for file, one in others.items() if file not in needed}
    )


def _unpointed(folder: Path, runs: Collection[str]) -> Iterator[str]:
    """Yield the changes of known runs, and what earlier versions kept of foreign tags without a word in the journal."""
    for pattern in ("foreign/*.parquet", *(f"runs/{glob.escape(run)}/*.parquet" for run in runs)):
        yield from (path.relative_to(folder).as_posix() for path in folder.glob(pattern))


def _lying_in(folder: Path) -> list[str]:
    found = (path for pattern in _KEPT for path in folder.glob(pattern))
    return sorted({path.relative_to(folder).as_posix() for path in found})


def _forget_others(target: Path, known: set[str]) -> None:
    """Remove what an earlier try copied and the journal knows no more."""
    for path in list(target.rglob("*.parquet")):
        if path.relative_to(target).as_posix() not in known:
            path.unlink()


def _copied(folder: Path, target: Path, contents: Contents | None, file: str, kept: _Kept) -> bool:
    """Copy a file; False when it is not there, or not what was written. What is there is copied all the same."""
    path = target / file
    if kept is not None and path.is_file() and _described(path) == kept:
        return True
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    try:
        shutil.copyfile(folder / file, path)
    except (FileNotFoundError, NotADirectoryError, IsADirectoryError):
        path.unlink(missing_ok=True)
        return kept is not None and contents is not None and contents.bring(Content(*kept), path)
    return kept is None or _described(path) == kept


def _described(path: Path) -> tuple[int, str]:
    digest, size = sha256(), 0
    with path.open("rb") as file:
        while piece := file.read(_PIECE):
            digest.update(piece)
            size += len(piece)
    return size, digest.hexdigest()
