"""A file as readers take it: one of this machine, or the copy of an object of a store, which goes by the object's address."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias


@dataclass(frozen=True, slots=True, kw_only=True)
class Copy:
    """The copy of an object: libraries open it at `path`, people read `address`."""

    path: Path
    address: str

    def __str__(self) -> str:
        return self.address

    def __fspath__(self) -> str:
        return str(self.path)


SourceFile: TypeAlias = Path | Copy


def path_of(file: SourceFile) -> Path:
    """Return where a file's bytes lie."""
    return file.path if isinstance(file, Copy) else file
