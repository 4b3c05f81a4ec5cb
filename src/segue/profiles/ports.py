"""What the rest needs of the place where profiles are kept and asked: a port only. Nothing here reads anything.

An engine makes snapshots and answers questions about them. A snapshot is one state of the profiles and their related
tables, made by a refresh and never changed afterwards. What happens to contacts is none of its: that is `sync.store`'s.
Implementations pass the one conformance suite in `tests/contract/engines/`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Protocol, TypeAlias

from segue.core.permit import Permit
from segue.profiles.file_facts import FileFacts, KeptRows, SourceState
from segue.profiles.reading import ProblemCount, Reading
from segue.profiles.schema import AttributeType, ProfileSchema
from segue.profiles.source_sizes import SIZES, Sizes
from segue.profiles.sources import LONGEST_S, Source

if TYPE_CHECKING:
    import ibis.expr.types as ir
    import pyarrow as pa

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
    """The digest of what decides how rows are read: the definition, limits and versions."""
    source_rows: Mapping[str, int] = field(default_factory=dict)
    """How many rows each source held; older snapshots do not say."""
    source_files: Mapping[str, tuple[FileFacts, ...]] = field(default_factory=dict)
    """How each source's files were written, in the order of reading; older snapshots do not say."""
    source_states: Mapping[str, SourceState] = field(default_factory=dict)
    """In which state each source was; without those of which nothing tells whether they have changed."""
    source_kept: Mapping[str, KeptRows] = field(default_factory=dict)
    """The rows of each source that is read by a rising column, for the next refresh to go on from."""
    source_read_at: Mapping[str, datetime] = field(default_factory=dict)
    """When the rows of each source were read: in an earlier refresh where it is unchanged since; older snapshots do not say."""
    declaration: str = ""
    """The digest of the schema that it was read by; older snapshots do not say."""
    digests: Mapping[str, str] = field(default_factory=dict)
    """The SHA-256 of each of its files of tables by name, as they were written; older snapshots do not say."""

    def full_at(self, source: str) -> datetime | None:
        """Return when all rows of a source were read that is read by a rising column; None of every other."""
        kept = self.source_kept.get(source)
        return None if kept is None else kept.full_at

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


@dataclass(frozen=True, slots=True, kw_only=True)
class FlaggedProfiles:
    """The profiles' columns and one boolean column per asked segment, never NULL; `flags` maps names to columns.

    `profiles` has the columns without the flags, for whoever needs none of them: they may be costly. None: they are not.
    `counted` are the numbers of members, by segment, of those that were counted elsewhere, since `table` does not hold
    all profiles.
    """

    table: ir.Table
    flags: Mapping[str, str]
    profiles: ir.Table | None = None
    counted: Mapping[str, int] = field(default_factory=dict)

    @property
    def unflagged(self) -> ir.Table:
        """Return the profiles with or without the flags, whichever costs less."""
        return self.table if self.profiles is None else self.profiles


@dataclass(frozen=True, slots=True, kw_only=True)
class Capabilities:
    """What an engine can: the longest name of a column in UTF-8 bytes, the widest integer in bits with its sign, and the
    digits of a decimal before and after the mark together."""

    identifier_bytes: int
    integer_bits: int
    decimal_digits: int


@dataclass(frozen=True, slots=True, kw_only=True)
class TopValue:
    """A value of an attribute, and how many profiles have it."""

    value: object
    people: int


class Profiles(Protocol):
    """The profiles of one snapshot, opened for one thread; one question at a time, an unread iterator is dropped by the next.

    Values are Python's: texts, whole numbers, Decimal, bool, date, naive UTC datetime; a list is its text with LIST_MARKs.
    All of it is personal data but the counts.

    Raises: ConfigurationProblem `snapshot_of_earlier_definition` when the snapshot lacks a column that is asked for.
    """

    def counts(self, flagged: FlaggedProfiles) -> Mapping[str, int]:
        """Return the number of members by segment."""
        ...

    def sample(
        self,
        flagged: FlaggedProfiles,
        segment: str,
        *,
        limit: int,
        columns: Sequence[str],
        matching: str = "",
    ) -> Sequence[tuple[object, ...]]:
        """Return key and columns of the first members by key.

        `matching` leaves those whose key or one of whose columns holds it, whatever its capitals; "" leaves all.
        """
        ...

    def members(self, flagged: FlaggedProfiles, segment: str) -> Iterator[object]:
        """Yield the keys of all members in their order, however many there are."""
        ...

    def top_values(
        self,
        attribute: str,
        *,
        limit: int,
        rows_of: str = "",
        of: FlaggedProfiles | None = None,
    ) -> Sequence[TopValue]:
        """Return the values that most profiles have, the most frequent first, then the smaller; blanks are none.

        Of a list each of its texts counts. `rows_of` is the related table whose rows are counted instead. `of`: as `percentiles`.
        Raises: LookupError when no profile, or no row there, has such an attribute.
        """
        ...

    def percentiles(
        self, attribute: str, percents: Sequence[int], *, of: FlaggedProfiles | None = None
    ) -> Mapping[int, object]:
        """Return of a number, a date or an instant the smallest value that so many percent of those who have one do not exceed.

        By each of the `percents` from 0, the smallest of all, to 100; {} when nobody has a value. `of` are profiles with a
        measure, which they have as a column; None: those that are stored.
        Raises: LookupError when no profile has such an attribute.
        """
        ...

    def find(
        self, text: str, *, names: Sequence[str] = (), limit: int
    ) -> Sequence[Mapping[str, object]]:
        """Return key and attributes of the first profiles with this key (as text) or this address, then by key.

        They are followed by those of whom each word of the text is a part of one of the attributes `names`, whatever its
        capitals and accents.
        """
        ...

    def rows_of(
        self, table: str, key: object, *, by: str = "", limit: int
    ) -> tuple[int, Sequence[tuple[object, ...]]]:
        """Return how many rows of a related table a profile has, and the attributes of those with the greatest `by`.

        `key` has the key's own type. Rows that have none come last; "" is no attribute. Raises: KeyError without the table.
        """
        ...

    def exported(
        self, flagged: FlaggedProfiles, columns: Sequence[str], *, sharing: str | None = None
    ) -> Iterator[pa.RecordBatch]:
        """Yield key, flags and columns of whoever is in any of the segments, in no order: what leaves the engine for an export.

        Of whoever has the same value in the column `sharing` as one of them, too: what one profile says may count for
        another. There is at least one batch, so that the columns are known where nobody is.
        """
        ...

    def interrupt(self) -> None:
        """Break off what is being evaluated, from any thread; whoever waits for it gets the permit's reason."""
        ...


class ProfileEngine(Protocol):
    """Where the profiles of one state folder are kept and asked."""

    capabilities: Capabilities

    def refresh(
        self,
        schema: ProfileSchema,
        sources: Mapping[str, Source],
        *,
        now: datetime,
        force: bool = False,
        longest_s: float = LONGEST_S,
        sizes: Sizes = SIZES,
        told: Told | None = None,
        began: Callable[[str], None] | None = None,
        permit: Permit | None = None,
    ) -> Refreshed:
        """Make the current snapshot hold what the sources hold now (`now` is aware UTC).

        A table whose definition and sources are as they were may be taken over; nothing is made when all are, and with
        `force` all are read. `told` hears of every source once it was read, `began` when it is one's turn to be opened or read; for either it may take
        `longest_s`, or the time that it says itself, and hold what `sizes` say. A snapshot that is damaged or of another
        version is replaced.
        Raises: ConfigurationProblem with every source that fails, BrokenOff once the permit is revoked; the snapshot stays.
        """
        ...

    def current(self) -> Snapshot | None:
        """Return the newest snapshot, None before the first refresh. Raises: ConfigurationProblem when it is damaged."""
        ...

    def kept(self, snapshot_id: str) -> Snapshot | None:
        """Return a snapshot by its id, None when it is removed by now."""
        ...

    def keep_members(self, place: str, members: Iterable[object], *, kind: AttributeType) -> None:
        """Keep keys or canonical addresses beside the snapshots under a name, instead of what was kept there, durably.

        `kind` is the type of the key; addresses are texts. Rules ask for them as `segments.rules.Kept`.
        """
        ...

    def has_members(self, place: str) -> bool:
        """Tell whether something is kept under a name."""
        ...

    def places_of_members(self) -> Sequence[str]:
        """Return the names under which something is kept."""
        ...

    def forget_members(self, place: str) -> None:
        """Remove what is kept under a name; nothing where nothing is."""
        ...

    def problems(
        self,
        snapshot: Snapshot,
        limit: int,
        *,
        kind: str | None = None,
        personal_values: bool = False,
    ) -> Sequence[ListedProblem]:
        """Return up to `limit` problems in order of source, file and row, of one kind or of all."""
        ...

    def opened(
        self, snapshot: Snapshot, schema: ProfileSchema, *, permit: Permit | None = None
    ) -> AbstractContextManager[Profiles]:
        """Open a snapshot that was read by this schema. Raises: the permit's reason once it is revoked."""
        ...
