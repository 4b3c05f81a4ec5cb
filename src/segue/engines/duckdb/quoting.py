"""Write names and texts into SQL so that they stay names and texts. Nothing else."""

from __future__ import annotations


def quoted(name: str) -> str:
    """Return an identifier in double quotes."""
    return '"' + name.replace('"', '""') + '"'


def literal(text: str) -> str:
    """Return a text literal in single quotes."""
    return "'" + text.replace("'", "''") + "'"
