"""What a starter file is made from: tables and columns that were found. Values only; engines find them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from segue.profiles.schema import AttributeType


@dataclass(frozen=True, slots=True, kw_only=True)
class StarterColumn:
    """One column: its name in the data and what its values look like."""

    name: str
    type: AttributeType
    options: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class StarterLink:
    """A column whose values are the key of another table (by its source name)."""

    column: str
    other_table: str
    other_column: str


@dataclass(frozen=True, slots=True, kw_only=True)
class StarterTable:
    """One file or table. `name` is a valid source name, `settings` what its declaration says besides the type.

    A setting's value is text, a number, texts, or (key, text) for a reference such as `{env: NAME}`. `key`, `first_name` and
    `last_name` are columns, None where nothing fits.
    """

    name: str
    type: str
    settings: tuple[tuple[str, str | int | list[str] | tuple[str, str]], ...]
    columns: tuple[StarterColumn, ...]
    key: str | None = None
    first_name: str | None = None
    last_name: str | None = None
    links: tuple[StarterLink, ...] = ()

    @property
    def has_addresses(self) -> bool:
        """Tell whether a column holds e-mail addresses."""
        return any(column.type is AttributeType.EMAIL for column in self.columns)
