"""What the rest needs of the place where profiles are kept: a port only. Nothing here reads anything.

A snapshot is one state of the profiles and their related tables, made by a refresh and never changed afterwards.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import TypeAlias

from segue.profiles.file_facts import FileFacts
from segue.profiles.reading import ProblemCount, Reading

Told: TypeAlias = Callable[[str, int], None]
"""Hears of a source that was read, and how many rows it held."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TableCounts:
    """Where every row of a table's own source went: `read` is the sum of the others."""

    read: int
    kept: int
    without_key: int
    repeated: int
    without_profile: int


@dataclass(frozen=True, slots=True, kw_only=True)
class AddressCounts:
    """What the profiles' values of one e-mail attribute are worth.

    `problems` counts each reason but missing; `duplicates` counts the profiles whose address an earlier one has.
    """

    valid: int
    missing: int
    problems: Mapping[str, int]
    duplicates: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Snapshot:
    """One state of the profiles and their related tables. `source_changed_at` is None for a database server.

    `profiles`, `related` (by table) and `problems` say where the rows are: a URI such as `file:///…/profiles.parquet`,
    or the name of a table that the engine knows.
    """

    id: str
    taken_at: datetime
    profiles: str
    related: Mapping[str, str]
    problems: str
    counts: Mapping[str, TableCounts]
    addresses: Mapping[str, AddressCounts]
    reading: Reading
    source_changed_at: Mapping[str, datetime | None]
    inputs: str
    """The digest of declaration and files that the snapshot was made of."""
    source_rows: Mapping[str, int] = field(default_factory=dict)
    """How many rows each source held; older snapshots do not say."""
    source_files: Mapping[str, tuple[FileFacts, ...]] = field(default_factory=dict)
    """How each source's files were written, in the order of reading; older snapshots do not say."""
    declaration: str = ""
    """The digest of the schema that it was read by; older snapshots do not say."""

    @property
    def problem_counts(self) -> Sequence[ProblemCount]:
        """Return every problem of the reading, counted once."""
        return self.reading.problems


@dataclass(frozen=True, slots=True, kw_only=True)
class Refreshed:
    """The current snapshot after a refresh, and whether anything was read for it."""

    snapshot: Snapshot
    read_again: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ListedProblem:
    """One row or value that a refresh could not take.

    `row` counts from 1 as the source does (in CSV the header is row 1, in JSON lines it is the line); `file` is '' for a
    database server; `value` is the written text, `key` the row's key, None when empty, each MASK when it is personal.
    `won_file` and `won_row` name the row that won where this one lost, else None.
    """

    source: str
    file: str
    row: int
    attribute: str | None
    column: str | None
    kind: str
    key: str | None
    value: str | None
    won_file: str | None = None
    won_row: int | None = None
