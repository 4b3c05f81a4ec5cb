"""How the data sources were written, and in which state, when they were last read. Values only; readers find them out."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

ASCII = "ascii"
"""The encoding of a file that holds only signs that are the same in nearly every encoding: it tells nothing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FileFacts:
    """What one file, or one table of a database, looked like.

    `file` is the path, '' for a database server. `encoding` is a name that `encoding:` takes (a byte order mark makes
    no other name), ASCII when nothing told it, '' where the format knows one encoding only. `separator` is '' where
    the format has none. `columns` are the names in their order, empty where only the rows tell them (JSON).
    """

    file: str
    encoding: str = ""
    separator: str = ""
    columns: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceState:
    """By what it is known whether a source is as it was. All are digests.

    `declared` is of its definition, `seen` of what the system or the store says of its files, `content` of their bytes, ''
    where nobody digested them. `is_settled`: while `seen` is the same, the bytes are; else only `content` tells.
    """

    declared: str
    seen: str
    content: str
    is_settled: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptRows:
    """The rows of a source that is read by a rising column, as the last full reading read them, for the next one to go on from.

    `file` holds them. `identity` tells which table they are of, read how; `mark` is the highest value of the column that was
    seen. `full_at` is when all of them were read, `estimate` how many the server reckoned it had.
    """

    file: Path
    identity: str
    mark: str
    full_at: datetime
    rows: int
    size_bytes: int
    estimate: int


def encodings(files: Iterable[FileFacts]) -> tuple[str, ...]:
    """Return the encodings in which text files were read, each once, in the order of the files."""
    return tuple(dict.fromkeys(facts.encoding for facts in files if facts.encoding))
