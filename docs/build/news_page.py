"""Write the page of what the next release brings, from the fragments in `changes/`."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

_HEAD = """\
<!-- Written by `make docs` from the fragments in changes/. -->

# What the next release brings
"""
_NOTHING = "\nNothing yet.\n"


def news_page(root: Path) -> str:
    """Return the page of unreleased changes. Raises CalledProcessError when a fragment cannot be read."""
    words = [
        sys.executable,
        "-m",
        "towncrier",
        "build",
        "--draft",
        "--version",
        "next",
        "--date",
        "unreleased",
    ]
    draft = subprocess.run(
        words, cwd=root, capture_output=True, encoding="utf-8", check=True
    ).stdout
    _, _, body = draft.partition("## next (unreleased)")
    lines = body.strip().splitlines()
    if not any(line.startswith("- ") for line in lines):
        return _HEAD + _NOTHING
    return "\n".join([_HEAD, *(_lifted(line) for line in lines), ""])


def _lifted(line: str) -> str:
    return line[1:] if line.startswith("###") else line
