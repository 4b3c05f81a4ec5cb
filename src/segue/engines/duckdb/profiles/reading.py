"""Sum up what a refresh could not read: every problem once with sample values, and what it cost at which place.

Reads the session's tables `problems` and `tallies` (`row_checks`). Nothing is scanned again but the columns in which
something was lost, to count what is written there.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import chain
from typing import Protocol

import duckdb

from segue.engines.duckdb.profiles.keys import is_for_nothing
from segue.engines.duckdb.profiles.taken_over import NOTHING, TakenOver
from segue.engines.duckdb.quoting import literal
from segue.engines.duckdb.reading.sources import Relation
from segue.engines.duckdb.reading.typed import Column, bare_text
from segue.profiles.file_facts import FileFacts
from segue.profiles.personal import PERSONAL_LOOK
from segue.profiles.problems import HARMLESS, RowProblem, concerns_join, concerns_key
from segue.profiles.reading import (
    MASK,
    SAMPLES,
    FormChange,
    Loss,
    Part,
    Place,
    ProblemCount,
    Reading,
    form_changes,
)
from segue.profiles.references import label_of, resolve, source_of
from segue.profiles.schema import (
    Attribute,
    AttributeType,
    Join,
    ProfileSchema,
    Table,
    can_be_unread,
)

SAMPLE_LENGTH = 60
"""Characters kept of a sample value."""


class Written(Protocol):
    """Counts the rows of a source in which something is written in all of these columns."""

    def __call__(self, source: str, *columns: str) -> int:
        """Return how many rows."""
        ...


_PLACE = "source, attribute, column_name, kind"


def reading_of(
    connection: duckdb.DuckDBPyConnection,
    schema: ProfileSchema,
    relations: Mapping[str, Relation],
    *,
    flagged: Sequence[Attribute],
    before: Mapping[str, Sequence[FileFacts]],
    taken: TakenOver,
) -> Reading:
    """Return what could not be read; `before` are the facts of the files at the last refresh, empty before the first.

    `flagged` are the attributes whose flags the profiles were written with; of tables that were `taken` over nothing is asked.
    """
    return summed_up(
        connection,
        schema,
        rows={source: relation.rows for source, relation in relations.items()},
        written=partial(_written, connection, relations),
        flagged=flagged,
        changes=form_changes(before, {name: one.facts for name, one in relations.items()}),
        taken=taken,
    )


def summed_up(
    connection: duckdb.DuckDBPyConnection,
    schema: ProfileSchema,
    *,
    rows: Mapping[str, int],
    written: Written,
    flagged: Sequence[Attribute],
    changes: tuple[FormChange, ...] = (),
    taken: TakenOver = NOTHING,
) -> Reading:
    """Return what could not be read of sources of so many `rows`, wherever these are."""
    problems = problem_counts(connection, _optional_joins(schema))
    counter = _Counter(rows, written, problems)
    return Reading(
        problems=problems,
        losses=tuple(
            chain.from_iterable(
                (taken if taken.holds(table) else counter).losses(table)
                for table in _tables(schema)
            )
        ),
        flagged=tuple(one.name for one in flagged),
        changes=changes,
    )


def unread_attributes(connection: duckdb.DuckDBPyConnection, table: Table) -> tuple[Attribute, ...]:
    """Return the profiles' attributes of which a written value was left empty so far."""
    rows = connection.execute(
        "SELECT DISTINCT source, attribute, column_name, kind FROM problems"
    ).fetchall()
    lost: set[tuple[str | None, ...]] = {
        tuple(place) for *place, kind in rows if kind not in HARMLESS
    }
    return tuple(
        one for one in table.attributes if can_be_unread(one) and _is_lost(table, one, lost)
    )


def _is_lost(table: Table, attribute: Attribute, lost: Collection[tuple[str | None, ...]]) -> bool:
    reference = resolve(table, attribute.column)
    source = source_of(table, reference)
    by_reader = (source, None, reference.column)
    return by_reader in lost or any(
        place[:2] == (source, label_of(table, attribute)) for place in lost
    )


def problem_counts(
    connection: duckdb.DuckDBPyConnection, optional: Collection[tuple[str, str]] = ()
) -> tuple[ProblemCount, ...]:
    """Return every problem that was found, counted by source, attribute, column and kind.

    `optional` are sources and columns of joins that need not find anything.
    """
    samples = _samples(connection)
    rows = connection.execute(
        f"SELECT {_PLACE}, sum(count)::BIGINT FROM ("
        f"SELECT {_PLACE}, 1 AS count FROM problems UNION ALL FROM tallies) GROUP BY ALL ORDER BY ALL"
    ).fetchall()
    return tuple(
        ProblemCount(
            source=row[0],
            attribute=row[1],
            column=row[2],
            kind=row[3],
            count=row[4],
            samples=samples.get(row[:4], ()),
            is_loss=row[3] not in HARMLESS
            and not (concerns_join(row[3]) and (row[0], row[2]) in optional),
        )
        for row in rows
    )


def _optional_joins(schema: ProfileSchema) -> frozenset[tuple[str, str]]:
    """Return the joins that look for more of the same person, by the key or an address: not everybody has more.

    A join by anything else (a city, a shop) looks for what should be there.
    """
    return frozenset(
        (table.source, _left_of(join))
        for table in _tables(schema)
        for join in table.joins
        if any(left in _identities(table) for left, _ in join.on)
    )


def _identities(table: Table) -> frozenset[str]:
    addresses = (a.column for a in table.attributes if a.type is AttributeType.EMAIL)
    return frozenset((table.key, *addresses))


def _left_of(join: Join) -> str:
    return ", ".join(left for left, _ in join.on)


def _samples(
    connection: duckdb.DuckDBPyConnection,
) -> Mapping[tuple[str, str | None, str | None, str], tuple[str, ...]]:
    """Return the first different values of each problem; what looks personal is, whatever was declared."""
    shown = (
        f"CASE WHEN personal OR regexp_matches(value, {literal(PERSONAL_LOOK)}) THEN {literal(MASK)}"
        f" ELSE left(value, {SAMPLE_LENGTH:d}) END"
    )
    rows = connection.execute(
        f"SELECT {_PLACE}, shown FROM (SELECT {_PLACE}, {shown} AS shown, min((file, row)) AS first"
        f" FROM problems WHERE trim(value) <> '' GROUP BY ALL)"
        f" QUALIFY row_number() OVER (PARTITION BY {_PLACE} ORDER BY first, shown) <= {SAMPLES:d}"
        f" ORDER BY {_PLACE}, first, shown"
    ).fetchall()
    found: dict[tuple[str, str | None, str | None, str], tuple[str, ...]] = {}
    for *place, value in rows:
        source, attribute, column, kind = place
        found[source, attribute, column, kind] = (
            *found.get((source, attribute, column, kind), ()),
            value,
        )
    return found


def _tables(schema: ProfileSchema) -> tuple[Table, ...]:
    return (schema.profiles, *schema.related.values())


@dataclass(frozen=True, slots=True)
class _Counter:
    """Says of every place of a table what was lost there."""

    rows: Mapping[str, int]
    written: Written
    problems: Sequence[ProblemCount]

    def losses(self, table: Table) -> Iterator[Loss]:
        """Yield the places at which something was left out, in the order of the declaration."""
        yield from self._of_key(table)
        for join in table.joins:
            yield from self._of_join(table, join)
        for attribute in table.attributes:
            yield from self._of_attribute(table, attribute)

    def _of_key(self, table: Table) -> Iterator[Loss]:
        """Rows that the reader left out whole may be anybody's: they count with those whose key was not read."""
        whole = self._whole_rows(table.source)
        keyed = [
            one
            for one in self.problems
            if one.source == table.source and one.column == table.key and concerns_key(one.kind)
        ]
        missing = sum(one.count for one in keyed if one.kind == RowProblem.KEY_MISSING)
        broken = [*whole, *(one for one in keyed if one.kind == RowProblem.KEY_INVALID)]
        written = self.rows[table.source] + sum(one.count for one in whole) - missing
        place = Place(table=table.name, part=Part.KEY)
        yield from _loss(
            place, table.source, table.key, written=written, found=[*whole, *keyed], lost=broken
        )

    def _of_join(self, table: Table, join: Join) -> Iterator[Loss]:
        whole = self._whole_rows(join.source)
        column = ", ".join(right for _, right in join.on)
        repeated = [
            one
            for one in self.problems
            if (one.source, one.column) == (join.source, column) and concerns_join(one.kind)
        ]
        written = self.rows[join.source] + sum(one.count for one in whole)
        place = Place(table=table.name, part=Part.JOIN, name=join.name)
        yield from _loss(
            place, join.source, column, written=written, found=[*whole, *repeated], lost=whole
        )
        yield from self._of_reference(table, join)

    def _of_reference(self, table: Table, join: Join) -> Iterator[Loss]:
        """Rows that name something which the joined source does not hold."""
        found = [
            one
            for one in self.problems
            if (one.source, one.column) == (table.source, _left_of(join))
            and concerns_join(one.kind)
            and one.is_loss
        ]
        if not found:
            return
        place = Place(table=table.name, part=Part.JOIN, name=join.name)
        lefts = [resolve(table, left) for left, _ in join.on]
        written = self.rows[table.source]
        if all(left.join is None for left in lefts):
            written = self.written(table.source, *(left.column for left in lefts))
        column = _left_of(join)
        yield from _loss(place, table.source, column, written=written, found=found, lost=found)

    def _of_attribute(self, table: Table, attribute: Attribute) -> Iterator[Loss]:
        label = label_of(table, attribute)
        reference = resolve(table, attribute.column)
        source = source_of(table, reference)
        found = [
            one
            for one in self.problems
            if one.source == source
            and one.is_loss
            and (one.attribute == label or self._is_unread_column(one, reference.column))
        ]
        if not found:
            return
        unread = sum(one.count for one in found if one.attribute is None)
        place = Place(table=table.name, part=Part.ATTRIBUTE, name=attribute.name)
        written = self.written(source, reference.column) + unread
        yield from _loss(
            place,
            source,
            reference.column,
            written=written,
            found=found,
            lost=found,
            label=label,
        )

    def _is_unread_column(self, one: ProblemCount, column: str) -> bool:
        """Return whether the reader itself could not take the column's value, whatever attributes are read from it."""
        is_of_rows = concerns_key(one.kind) or concerns_join(one.kind)
        return one.attribute is None and one.column == column and not is_of_rows

    def _whole_rows(self, source: str) -> list[ProblemCount]:
        return [
            one
            for one in self.problems
            if one.source == source and one.attribute is None and one.column is None and one.is_loss
        ]


def _written(
    connection: duckdb.DuckDBPyConnection,
    relations: Mapping[str, Relation],
    source: str,
    *columns: str,
) -> int:
    relation = relations[source]
    found = (relation.column(column, alias="s") for column in columns)
    written = " AND ".join(f"({_is_written(column)})" for column in found)
    query = f"SELECT count(*) FROM {relation.relation} s WHERE {written}"
    return int(connection.execute(query).fetchall()[0][0])


def _is_written(column: Column) -> str:
    """Return whether something is written, a word for no value too: by the form that joins compare of a text, if there is one."""
    if column.native == "VARCHAR" and column.compared:
        return f"({column.compared} IS NOT NULL OR {is_for_nothing(column.sql)})"
    bare = f"({bare_text(column)}) IS NOT NULL"
    if column.native != "VARCHAR":
        return bare
    # What begins with a sign of ASCII that can be seen is something: comparing costs a tenth of a pattern.
    return f"CASE WHEN {column.sql} >= '!' AND {column.sql} < '\x7f' THEN true ELSE {bare} END"


def _loss(
    place: Place,
    source: str,
    column: str,
    *,
    written: int,
    found: Sequence[ProblemCount],
    lost: Sequence[ProblemCount],
    label: str = "",
) -> Iterator[Loss]:
    """Yield the loss of a place, nothing where nothing was left out."""
    if not found:
        return
    kinds: dict[str, int] = {}
    for one in found:
        kinds[one.kind] = kinds.get(one.kind, 0) + one.count
    samples = dict.fromkeys(sample for one in found for sample in one.samples)
    yield Loss(
        place=place,
        label=label or f"{source}.{column}",
        source=source,
        column=column,
        written=written,
        lost=sum(one.count for one in lost),
        kinds=kinds,
        samples=tuple(samples)[:SAMPLES],
    )
