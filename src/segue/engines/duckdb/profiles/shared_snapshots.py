"""Snapshots among hosts that have no folder in common: sent up before they are the newest, fetched by whoever asks for it."""

from __future__ import annotations

import fcntl
import shutil
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager
from fnmatch import fnmatchcase
from functools import partial
from pathlib import Path

from segue.core.errors import ConfigurationProblem
from segue.core.files import write_durably
from segue.core.names import is_path_name
from segue.core.sentences import said
from segue.engines.duckdb.profiles.shared import Shared
from segue.engines.duckdb.profiles.snapshot_manifest import unusable
from segue.engines.duckdb.profiles.snapshots import (
    KEPT_BEFORE,
    kept_name,
    prune,
    snapshots_folder,
)

NEWEST = "snapshots/current"
"""The text that names the newest snapshot, and the file that does so on each host."""

_FOLDER = "snapshots/"
_BRINGING = ".bringing-"


def sending(shared: Shared) -> Callable[[Path], None]:
    """Begin a refresh of all hosts; return what sends its snapshot up and makes it the newest of them.

    Those that nobody should read any more are forgotten. Raises: as `bring_newest` for a store that is away. What is returned: BrokenOff
    `lease_lost` when another refresh has begun meanwhile; as `Shared`. Then the snapshot is the newest of nobody.
    """
    turn = shared.turn(NEWEST)
    try:
        bring_newest(shared)
    except ConfigurationProblem as problem:
        if problem.code != "snapshot_unusable":  # what is lost of it is why there is to be another
            raise

    def send(final: Path) -> None:
        files = sorted(file for file in final.iterdir() if file.is_file())
        says = (NEWEST, final.name, turn)
        shared.publish(files, forget=_left(), under=_FOLDER, says=says)

    return send


def bring_newest(shared: Shared) -> None:
    """Let the newest snapshot of all hosts be the newest here.

    Raises: ConfigurationProblem `snapshot_unusable` when a part of it is lost; as `Shared`.
    """
    folder = snapshots_folder(shared.home)
    newest = shared.text(NEWEST)
    if not newest or _is_here(folder, newest):
        return
    with _one_at_a_time(folder):
        newest = shared.text(NEWEST)  # others may have been faster
        if not newest or _is_here(folder, newest):
            return
        if not is_path_name(newest):
            raise unusable(folder / "current", said("does not name a snapshot"))
        _bring(shared, newest)
        write_durably(folder / "current", newest.encode("ascii"))
        prune(folder, newest)


def bring_kept(shared: Shared, snapshot_id: str) -> None:
    """Let a snapshot of all hosts be here, unless it is removed by now. Raises: as `bring_newest`."""
    folder = snapshots_folder(shared.home)
    if (folder / snapshot_id).is_dir() or not shared.known(f"{_FOLDER}{snapshot_id}/"):
        return
    with _one_at_a_time(folder):
        _bring(shared, snapshot_id)


def sweep_brought(shared: Shared) -> None:
    """Remove what was left of a fetch that was cut off."""
    folder = snapshots_folder(shared.home)
    with _one_at_a_time(folder):
        for aside in folder.glob(f"{_BRINGING}*"):
            shutil.rmtree(aside, ignore_errors=True)


def _is_here(folder: Path, newest: str) -> bool:
    try:
        here = (folder / "current").read_text(encoding="ascii", errors="replace").strip()
    except FileNotFoundError:
        return False
    return here == newest and (folder / newest).is_dir()


def _bring(shared: Shared, snapshot_id: str) -> None:
    """Fetch all files of a snapshot; it has its name when it is whole."""
    folder = snapshots_folder(shared.home)
    final, aside = folder / snapshot_id, folder / f"{_BRINGING}{snapshot_id}"
    if final.is_dir():
        return
    shutil.rmtree(aside, ignore_errors=True)
    known = shared.known(f"{_FOLDER}{snapshot_id}/")
    if not known:
        raise unusable(final, said("is not in the store any more"))
    for path, content in known.items():
        if not shared.contents.bring(content, aside / path.rpartition("/")[2]):
            shutil.rmtree(aside, ignore_errors=True)
            raise unusable(final, said("is not whole in the store"))
    aside.rename(final)


@contextmanager
def _one_at_a_time(folder: Path) -> Iterator[None]:
    """Let one process of this host fetch at a time; the others find what it fetched."""
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / ".bringing").open("w", encoding="utf-8") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _left() -> Callable[[Collection[str]], Sequence[str]]:
    """Choose the files of snapshots that nobody should read any more, and what only a refresh after an earlier one went on from."""

    def of(path: str) -> str:
        return path.split("/")[1]

    def chosen(known: Collection[str]) -> Sequence[str]:
        read = sorted({of(path) for path in known})[-KEPT_BEFORE:]
        is_over = partial(fnmatchcase, pat=f"*/{kept_name('*')}")
        return [path for path in known if of(path) not in read or is_over(path)]

    return chosen
