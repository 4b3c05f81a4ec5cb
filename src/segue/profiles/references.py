"""Which columns of which sources a schema reads, and what a dotted column name means. No reading."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from segue.profiles.schema import PROFILES, Attribute, ProfileSchema, Table


@dataclass(frozen=True, slots=True, kw_only=True)
class ColumnReference:
    """A column of a table's own source (`join` is None) or of one of its joins."""

    join: str | None
    column: str


def resolve(table: Table, reference: str) -> ColumnReference:
    """Read `join.column` as a joined column when the table has that join, else as a column of its own source.

    A dotted name whose first part is no join is a nested column of the source itself.
    """
    first, dot, rest = reference.partition(".")
    if dot and table.join(first) is not None:
        return ColumnReference(join=first, column=rest)
    return ColumnReference(join=None, column=reference)


def source_of(table: Table, reference: ColumnReference) -> str:
    """Name the source that a reference is read from."""
    join = table.join(reference.join) if reference.join is not None else None
    return table.source if join is None else join.source


def named_column(table: Table, reference: str) -> tuple[str, str]:
    """Return the source and the column that a reference means."""
    resolved = resolve(table, reference)
    return source_of(table, resolved), resolved.column


def label_of(table: Table, attribute: Attribute) -> str:
    """Return the name by which problems call an attribute: `attribute` of the profiles, else `table.attribute`."""
    return attribute.name if table.name == PROFILES else f"{table.name}.{attribute.name}"


def needed_columns(schema: ProfileSchema) -> Mapping[str, tuple[str, ...]]:
    """Map each source that the schema reads to the columns it needs, each once, in order of first mention."""
    needed: dict[str, dict[str, None]] = {}
    for table in (schema.profiles, *schema.related.values()):
        for source, column in _columns_of(table):
            needed.setdefault(source, {})[column] = None
    return {source: tuple(columns) for source, columns in needed.items()}


def _columns_of(table: Table) -> Iterator[tuple[str, str]]:
    for join in table.joins:
        for left, right in join.on:
            yield named_column(table, left)
            yield join.source, right
    yield named_column(table, table.key)
    for attribute in table.attributes:
        yield named_column(table, attribute.column)
