"""Write names and texts into SQL so that they stay names and texts. Nothing else."""

from __future__ import annotations


def name(text: str) -> str:
    """Return an identifier in double quotes."""
    return '"' + text.replace('"', '""') + '"'


def literal(text: str) -> str:
    """Return a text literal in single quotes."""
    return "'" + text.replace("'", "''") + "'"
