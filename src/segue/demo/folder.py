"""The demonstration's folder: which files it has, and that only a folder of ours is ever emptied."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from pathlib import Path

from segue.core.errors import ConfigurationProblem

MARKER = ".segue-demo"
"""A folder with this file was made by the demonstration and may be emptied by the next one."""


@dataclass(frozen=True, slots=True)
class DemoFolder:
    """The files of one demonstration."""

    path: Path

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
    def sandbox_state(self) -> Path:
        """Return the file in which the sandbox keeps its audiences."""
        return self.path / "sandbox.state"


def prepared(path: Path) -> DemoFolder:
    """Make the folder, or empty it when an earlier demonstration made it.

    Raises: ConfigurationProblem when it holds something else.
    """
    if path.exists():
        _empty(path)
    path.mkdir(parents=True, exist_ok=True)
    (path / MARKER).write_text(
        "Made by `segue demo`, which empties this folder when it starts.\n", encoding="utf-8"
    )
    return DemoFolder(path)


def _empty(path: Path) -> None:
    if not path.is_dir() or (any(path.iterdir()) and not (path / MARKER).is_file()):
        raise ConfigurationProblem(
            f"{path} exists and was not made by the demonstration; nothing in it was touched.",
            action="Name another folder with --home.",
            code="demo_folder_in_use",
        )
    for entry in path.iterdir():
        if entry.name == MARKER:
            continue
        if entry.is_dir() and not entry.is_symlink():
            shutil.rmtree(entry)
        else:
            entry.unlink()
