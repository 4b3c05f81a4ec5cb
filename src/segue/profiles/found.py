"""What a look at folders and databases has found, for a first configuration. Values only; all but names and places is a guess."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeAlias

from segue.core.errors import ConfigurationProblem
from segue.profiles.object_stores import Objects
from segue.profiles.schema import AttributeType

Setting: TypeAlias = tuple[str, str | int | list[str]]
"""One more line of a source's declaration: its name and what it says."""


class Note:
    """Something to say about a table: the key of a message and what it names. Equal to any that says the same."""

    def __init__(self, key: str, values: Mapping[str, str]) -> None:
        self.key = key
        self.values = dict(values)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Note) and self._all() == other._all()

    def __hash__(self) -> int:
        return hash(self._all())

    def _all(self) -> tuple[object, ...]:
        return (self.key, *sorted(self.values.items()))


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundColumn:
    """A column and the type that fits its sampled values, with its options; `doubt` names why it is no better one, "" for none."""

    name: str
    type: AttributeType
    options: Mapping[str, object] = field(default_factory=dict)
    doubt: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundRelationship:
    """A column whose values are another table's key. `declared`: the database itself says so."""

    column: str
    other_table: str
    other_column: str
    declared: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundTable:
    """A table that could be a source. Everything but name and place is a guess, None when there is no good one.

    `kind` is a source type of segue.yaml; `path` is None for a server, `table` for a file that is one table.
    `problem` says why the table could not be looked at; it then has no columns.
    """

    name: str
    kind: str
    path: Path | Objects | None
    table: str | None
    columns: tuple[FoundColumn, ...] = ()
    key: str | None = None
    email: str | None = None
    first_name: str | None = None
    last_name: str | None = None
    relationships: tuple[FoundRelationship, ...] = ()
    problem: ConfigurationProblem | None = None
    settings: tuple[Setting, ...] = ()
    """What the declaration says besides type, path and table."""
    notes: tuple[Note, ...] = ()
