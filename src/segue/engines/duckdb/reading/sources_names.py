"""Find columns by name though files write names with signs that nobody sees. No reading."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Sequence


def clean_name(name: str) -> str:
    """Return a column's name in NFC, without blanks around it and without signs that have no width (BOM, U+200B, …)."""
    if name.isascii() and name.isprintable():
        return name.strip()
    seen = "".join(sign for sign in name if unicodedata.category(sign) not in ("Cf", "Cn"))
    return unicodedata.normalize("NFC", seen).strip()


def position(column: str, names: Sequence[str]) -> int | None:
    """Return where a wanted column stands: as it is written, else by its clean name; None when it is not there."""
    if column in names:
        return names.index(column)
    wanted = clean_name(column)
    return next((at for at, name in enumerate(names) if clean_name(name) == wanted), None)


def as_written(wanted: Iterable[str], names: Sequence[str]) -> list[str]:
    """Return the wanted columns that are there by the names they have there."""
    places = (position(column, names) for column in wanted)
    return [names[at] for at in places if at is not None]


def lacking(wanted: Iterable[str], names: Sequence[str]) -> list[str]:
    """Return the wanted columns that are not there."""
    return [column for column in wanted if position(column, names) is None]


def is_repeated(column: str, names: Sequence[str]) -> bool:
    """Tell whether a name stands several times, so that nobody can tell which is meant."""
    wanted = clean_name(column)
    return sum(clean_name(name) == wanted for name in names) > 1
