"""The demonstration's folder: which files it has, and that only a folder of ours is ever emptied."""

from __future__ import annotations

import fcntl
import shutil
from dataclasses import dataclass, field
from pathlib import Path
from typing import TextIO

from segue.core.errors import ConfigurationProblem
from segue.core.sentences import said

MARKER = ".segue-demo"
"""A folder with this file was made by the demonstration and may be emptied by the next one."""


@dataclass(frozen=True, slots=True)
class DemoFolder:
    """The files of one demonstration. `marker` is held for as long as it goes on."""

    path: Path
    marker: TextIO | None = field(default=None, repr=False, compare=False)

    @property
    def configuration(self) -> Path:
        """Return the configuration file."""
        return self.path / "segue.yaml"

    @property
    def customers(self) -> Path:
        """Return the shop's customer list."""
        return self.path / "customers.csv"

    @property
    def till(self) -> Path:
        """Return the database of the shop's till."""
        return self.path / "till.sqlite"

    @property
    def key(self) -> Path:
        """Return the file with the sandbox's API key."""
        return self.path / "sandbox.key"

    @property
    def audience(self) -> Path:
        """Return the file with what the audience holds before the first run."""
        return self.path / "audience.json"

    @property
    def home(self) -> Path:
        """Return the state folder of the installation that is shown in the browser."""
        return self.path / "home"

    @property
    def log(self) -> Path:
        """Return the file in which the pages and the worker write what happens."""
        return self.path / "serving.log"

    @property
    def sandbox_state(self) -> Path:
        """Return the file in which the sandbox keeps its audiences."""
        return self.path / "sandbox.state"


def prepared(path: Path) -> DemoFolder:
    """Make the folder, or empty it when an earlier demonstration made it.

    Raises: ConfigurationProblem when it holds something else, or a demonstration that still goes on.
    """
    if path.exists():
        _refuse_foreign(path)
    path.mkdir(parents=True, exist_ok=True)
    marker = _held(path)
    _empty(path)
    marker.truncate(0)
    marker.write("Made by `segue demo`, which empties this folder when it starts.\n")
    marker.flush()
    return DemoFolder(path, marker)


def _held(path: Path) -> TextIO:
    """Return the folder's marker, locked until it is closed or this process ends, however it ends."""
    marker = (path / MARKER).open("a", encoding="utf-8")
    try:
        fcntl.flock(marker, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        marker.close()
        raise ConfigurationProblem(
            said(
                "A demonstration in %(path)s is still going on; nothing in it was touched.",
                path=path,
            ),
            action="End it with Ctrl-C in its terminal, or name another folder with --home.",
            code="demo_running",
        ) from None
    return marker


def _refuse_foreign(path: Path) -> None:
    if not path.is_dir() or (any(path.iterdir()) and not (path / MARKER).is_file()):
        raise ConfigurationProblem(
            said(
                "%(path)s exists and was not made by the demonstration; nothing in it was touched.",
                path=path,
            ),
            action="Name another folder with --home.",
            code="demo_folder_in_use",
        )


def _empty(path: Path) -> None:
    for entry in path.iterdir():
        if entry.name == MARKER:
            continue
        if entry.is_dir() and not entry.is_symlink():
            shutil.rmtree(entry)
        else:
            entry.unlink()
