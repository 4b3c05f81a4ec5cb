"""Take tables of the last snapshot over whose sources hold what they held: their rows, their problems, and what was told of them.

A related table is taken over only beside the profiles: whose rows are kept depends on who there is. Tables of which some
are taken over and some are read share no source, since of a problem only its source is known.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

import duckdb

from segue.core.files import given_again
from segue.engines.duckdb.profiles.row_checks import COLUMNS
from segue.engines.duckdb.profiles.snapshots import file_at
from segue.engines.duckdb.quoting import literal
from segue.profiles.file_facts import FileFacts
from segue.profiles.ports import Snapshot, TableCounts
from segue.profiles.reading import Loss
from segue.profiles.references import needed_columns
from segue.profiles.schema import PROFILES, Attribute, ProfileSchema, Table


@dataclass(frozen=True, slots=True, kw_only=True)
class TakenOver:
    """The tables of the snapshot `before` that are taken over, and all of their sources."""

    before: Snapshot | None = None
    tables: frozenset[str] = frozenset()
    sources: frozenset[str] = frozenset()
    left: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """The sources that are read, with the columns that are needed of each."""

    def holds(self, table: Table) -> bool:
        """Tell whether a table is taken over."""
        return table.name in self.tables

    def place(self, table: str, target: Path) -> None:
        """Put a table's file into the snapshot that is being built: the same file by another name where the disk can."""
        found = self._snapshot.profiles if table == PROFILES else self._snapshot.related[table]
        given_again(file_at(found), target)

    def note_problems(self, connection: duckdb.DuckDBPyConnection) -> None:
        """Put what was wrong with the sources into the session's tables `problems` and `tallies`."""
        if not self.sources:
            return
        listed = ", ".join(map(literal, sorted(self.sources)))
        file = literal(str(file_at(self._snapshot.problems)))
        connection.execute(
            f"INSERT INTO problems ({COLUMNS}) SELECT {COLUMNS} FROM read_parquet({file}) WHERE source IN ({listed})"
        )
        places = "source, attribute, column_name, kind"
        rows = connection.execute(
            f"SELECT {places}, count(*) FROM problems GROUP BY ALL"
        ).fetchall()
        known = {tuple(place): count for *place, count in rows}
        for one in self._snapshot.reading.problems:
            place = (one.source, one.attribute, one.column, one.kind)
            unlisted = one.count - known.get(place, 0)
            if one.source in self.sources and unlisted:
                connection.execute("INSERT INTO tallies VALUES (?, ?, ?, ?, ?)", [*place, unlisted])

    def losses(self, table: Table) -> Iterator[Loss]:
        """Yield what was lost of a table that is taken over."""
        return (one for one in self._snapshot.reading.losses if one.place.table == table.name)

    def flagged(self, table: Table) -> tuple[Attribute, ...]:
        """Return the attributes of the profiles of which they say row by row where a value could not be read."""
        if table.name != PROFILES:
            return ()
        flagged = self._snapshot.reading.flagged
        return tuple(one for one in table.attributes if one.name in flagged)

    def counts(self, table: Table) -> TableCounts:
        """Return where the rows of a table went that is taken over."""
        return self._snapshot.counts[table.name]

    @property
    def rows(self) -> Mapping[str, int]:
        """Return how many rows each source that is not read holds."""
        return {name: self._snapshot.source_rows[name] for name in sorted(self.sources)}

    @property
    def files(self) -> Mapping[str, tuple[FileFacts, ...]]:
        """Return how the files of each source that is not read were written."""
        return {name: self._snapshot.source_files[name] for name in sorted(self.sources)}

    @property
    def read_at(self) -> Mapping[str, datetime]:
        """Return when each source that is not read was read."""
        return {name: self._snapshot.source_read_at[name] for name in sorted(self.sources)}

    @property
    def _snapshot(self) -> Snapshot:
        assert self.before is not None  # nothing is taken over of nothing
        return self.before


NOTHING = TakenOver()


def taken_over(
    schema: ProfileSchema, before: Snapshot | None, unchanged: Collection[str]
) -> TakenOver:
    """Return what can be taken over of a snapshot that was read by the same definition, given the sources that are unchanged."""
    needed = needed_columns(schema)
    tables = {table.name: table for table in (schema.profiles, *schema.related.values())}
    taken = {name for name, one in tables.items() if sources_of(one) <= set(unchanged)}
    while True:
        read = {source for name in tables.keys() - taken for source in sources_of(tables[name])}
        apart = {name for name in taken if not sources_of(tables[name]) & read}
        if apart == taken:
            break
        taken = apart
    if before is None or PROFILES not in taken:
        return TakenOver(left=needed)
    return TakenOver(
        before=before,
        tables=frozenset(taken),
        sources=frozenset(source for name in taken for source in sources_of(tables[name])),
        left={source: columns for source, columns in needed.items() if source in read},
    )


def sources_of(table: Table) -> frozenset[str]:
    """Return the sources that a table's rows come from."""
    return frozenset((table.source, *(join.source for join in table.joins)))
