"""Paths that may be patterns of file names (`*`, `?`, `[…]`): where the pattern begins, and which paths fit it.

What exists under its literal name is no pattern: a folder may be called `plan [1]`.
"""

from __future__ import annotations

import glob
from collections.abc import Iterator
from pathlib import Path


def divided(path: Path) -> tuple[Path, Path | None]:
    """Return the folder in which the pattern of an absolute path begins, and the pattern; None: there is none."""
    fixed = Path(path.anchor)
    for number, part in enumerate(path.parts[1:], 1):
        if glob.has_magic(part) and not (fixed / part).exists():
            return fixed, Path(*path.parts[number:])
        fixed /= part
    return fixed, None


def fitting(folder: Path, pattern: Path) -> Iterator[Path]:
    """Yield what fits a pattern below a folder, in no order."""
    for name in glob.iglob(str(pattern), root_dir=folder, recursive=True):  # noqa: PTH207 - `**` as the shell means it
        yield folder / name
