"""What a definition declares: read when it changes, for pages and runs alike; what is outside is asked about each time."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path

from segue.configuration import Configuration, Reading, read
from segue.configuration.outside import Nothing
from segue.control.segments.measuring import as_written, measures, note_types
from segue.control.sources.models import Definition, ProposedDefinition
from segue.control.sources.queries import current_definition
from segue.profiles.personal import personal_attributes
from segue.profiles.references import resolve, source_of
from segue.profiles.schema import Attribute, ProfileSchema, Table
from segue.segments.measures import aggregates_of, builds_on, measures_of, reached
from segue.segments.parse_measures import parse_measures
from segue.segments.rules import InSegment, RelatedTo, Rule
from segue.segments.walk import (
    attributes_of,
    conditions_on_rows,
    leaves,
    reachable,
    related_in,
)

UNUSED = ("exports",)
"""Sections of a definition that counts from which nothing is taken: exports are those of the pages.

What a newer version has against an export of a text that was sound when it was applied holds nobody up.
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceUse:
    """What comes from one source: profile attributes, related tables, and the segments (by name) that look at them."""

    attributes: Sequence[Attribute]
    tables: Sequence[Table]
    segments: Sequence[str]


def declared() -> Configuration | None:
    """Return what the definition that counts declares, with the measures of the installation; None before the first was applied.

    Secrets of databases are the words of their references. Raises: ConfigurationProblem when this version of Segue no
    longer reads its text.
    """
    definition = current_definition()
    return None if definition is None else with_measures_here(outline_of(definition))


def with_measures_here(configuration: Configuration) -> Configuration:
    """Return a configuration with the measures that the installation holds, in place of those of its text.

    One that no longer fits the tables is left out, and so is what builds on it.
    """
    written = {row.name: as_written(row) for row in measures()}
    plain = replace(configuration.schema, measures={})
    found = parse_measures(written, plain).measures
    return replace(configuration, schema=replace(plain, measures=found))


def note_types_of_measures(configuration: Configuration) -> None:
    """Keep of what type the measures of the installation are by a configuration that declares what they are computed of."""
    schema = with_measures_here(configuration).schema
    personal = personal_attributes(schema, schema.customers)
    types = {name: one.attribute.type for name, one in schema.measures.items()}
    note_types({name: (str(kind), name in personal) for name, kind in types.items()})


def outline_of(definition: Definition | ProposedDefinition) -> Configuration:
    """Return what a definition declares. Raises: as `declared`."""
    return outlined(definition.text, Path(definition.folder) / definition.file_name)


def outlined(text: str, path: Path) -> Configuration:
    """Return what a text declares. Raises: ConfigurationProblem."""
    return reading_of(text, path).within(Nothing(), unused=UNUSED)


@lru_cache(maxsize=8)
def reading_of(text: str, path: Path) -> Reading:
    """Return a text as it was read when it was first asked for: pages and runs read none again until it changes."""
    return read(text, path=path)


def use_of(source: str, configuration: Configuration) -> SourceUse:
    """Return what comes from a source, directly or by a join."""
    schema = configuration.schema
    attributes = [
        attribute
        for attribute in schema.profiles.attributes
        if source_of(schema.profiles, resolve(schema.profiles, attribute.column)) == source
    ]
    tables = [table for table in schema.related.values() if source in sources_of(table)]
    looked_at = _Looked(
        attributes=frozenset(one.name for one in attributes),
        tables=frozenset(one.name for one in tables),
    )
    segments = [name for name in configuration.segments if looked_at.by(name, configuration)]
    return SourceUse(attributes=attributes, tables=tables, segments=segments)


def sources_of(table: Table) -> Sequence[str]:
    """Return the sources that a table's rows are read from, its own first."""
    return list(dict.fromkeys([table.source, *(join.source for join in table.joins)]))


def tables_by_source(schema: ProfileSchema) -> Mapping[str, Sequence[Table]]:
    """Map each source to the tables that are read from it: the profiles, and related tables in the order of the file."""
    found: dict[str, list[Table]] = {}
    for table in (schema.profiles, *schema.related.values()):
        for source in sources_of(table):
            found.setdefault(source, []).append(table)
    return found


@dataclass(frozen=True, slots=True, kw_only=True)
class _Looked:
    """What is looked for in rules."""

    attributes: Collection[str]
    tables: Collection[str]

    def by(self, segment: str, configuration: Configuration) -> bool:
        """Tell whether a segment, or one it builds on, looks at any of it."""
        asked = reachable([configuration.segments[segment]], configuration.segments).values()
        found = [leaf for one in asked for leaf in _leaves(one.rule)]
        names = [name for leaf in found for name in attributes_of(leaf)]
        used = reached(names, measures_of(configuration.schema)).values()
        built = any(name in self.attributes for one in used for name in builds_on(one))
        return built or any(self._at(leaf) for leaf in (*found, *aggregates_of(used)))

    def _at(self, leaf: Rule) -> bool:
        if any(name in self.attributes for name in attributes_of(leaf)):
            return True
        asked = related_in(leaf)
        if asked is None:
            return False
        inner = (one.table for one in conditions_on_rows(asked) if isinstance(one, RelatedTo))
        return any(table in self.tables for table in (asked.table, *inner))


def _leaves(rule: Rule) -> Iterator[Rule]:
    return (leaf for leaf in leaves(rule) if not isinstance(leaf, InSegment))
