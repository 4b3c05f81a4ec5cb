"""What a unified profile looks like: declared tables, keys, attributes, types and personal-data marks. Values only."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Protocol

LIST_MARK = "\x1f"
"""Before, between and after the texts of a list; taken out of all texts that are read."""

PROFILES = "profiles"
"""The name of the table of profiles; no related table has it."""

PROFILE_KEY = "profile_key"
"""The column that every snapshot table carries: whose row this is."""

EVERY = "*"
"""Every attribute, among those that a table is unsure of; no attribute has this name."""


class AttributeType(StrEnum):
    """What an attribute's values are. There is no floating-point type: hashes must be the same everywhere."""

    TEXT = "text"
    EMAIL = "email"
    INTEGER = "integer"
    DECIMAL = "decimal"
    BOOLEAN = "boolean"
    DATE = "date"
    TIMESTAMP = "timestamp"
    BIRTHDAY = "birthday"
    """A day of the year, kept as the text MM/DD."""
    LIST = "list"
    """Several texts, kept as one: each between two LIST_MARKs."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Attribute:
    """One declared attribute of a profile or of a related table's row.

    `name` is `[a-z][a-z0-9_]*`, at most 60 characters, without `__`. `column` is the column it is read from: bare
    for the table's own source, `join.column` for a joined source. `formats` are strptime formats tried in order for
    dates and timestamps that are written as text (empty: ISO 8601); two digits of a year (%y) mean one of the hundred
    years from `two_digit_years_from` on. `decimal_mark` and `thousands_mark` are for numbers written as text. `scale` is
    the number of decimals kept (decimal only). `time_zone` is the IANA zone whose days and clock times the instants of a
    timestamp are shown and compared by; stored instants are UTC. `written_in` is the zone of those that carry none, ""
    for `time_zone`. `true_values` and `false_values` are own words for a boolean,
    read before the known ones, without regard to case. `separator` parts the texts of a list.
    """

    name: str
    type: AttributeType
    column: str
    personal: bool = False
    formats: tuple[str, ...] = ()
    decimal_mark: str = "."
    thousands_mark: str = ""
    scale: int = 2
    time_zone: str = "UTC"
    written_in: str = ""
    label: str = ""
    two_digit_years_from: int = 1930
    true_values: tuple[str, ...] = ()
    false_values: tuple[str, ...] = ()
    separator: str = ","


@dataclass(frozen=True, slots=True, kw_only=True)
class Join:
    """One many-to-one step from a table to another source: `on` pairs (left column, column of `source`).

    A left column is bare for the table's own source or `join.column` for an earlier join. `name` is how columns of
    this join are referred to; by default the source's name.
    """

    source: str
    on: tuple[tuple[str, str], ...]
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PartOf:
    """Whose rows a related table's rows belong to, besides the profile: those of `table`, another related table.

    They belong together where `attribute` of the one equals `other` of that table; blanks never do.
    """

    table: str
    attribute: str
    other: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """A declared table of rows that belong to profiles: the profiles themselves, or a related table.

    `key` is the column that tells whose row it is (`join.column` allowed): for the profiles unique per row, for a
    related table the profile's key at the end of the relationship path. `key_type` is INTEGER or TEXT and is the
    same for the profiles and all related tables. `key_personal`: the key is declared to be personal data.
    `newest_by` names the attribute by which one of several rows with one key wins (the greatest value); None: the first.
    `part_of` says of which other related table's rows its rows are parts; None: of none. It changes nothing of how the
    data are read, and so is no part of the table's text.
    `unsure` names attributes whose declaration has a mistake, EVERY stands for all: such a table serves for finding
    further mistakes only.
    """

    name: str
    source: str
    key: str
    key_type: AttributeType
    attributes: tuple[Attribute, ...]
    joins: tuple[Join, ...] = ()
    label: str = ""
    key_personal: bool = False
    newest_by: str | None = None
    part_of: PartOf | None = field(default=None, repr=False)
    unsure: frozenset[str] = field(default=frozenset(), repr=False, compare=False)
    _attributes_by_name: Mapping[str, Attribute] = field(init=False, repr=False, compare=False)
    _joins_by_name: Mapping[str, Join] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        """Know attributes and joins by name: rules and columns ask for thousands. Of two alike the first counts."""
        attributes = {one.name: one for one in reversed(self.attributes)}
        object.__setattr__(self, "_attributes_by_name", attributes)
        joins = {one.name: one for one in reversed(self.joins)}
        object.__setattr__(self, "_joins_by_name", joins)

    def attribute(self, name: str) -> Attribute | None:
        """Return the attribute of that name, or None when the table declares none."""
        return self._attributes_by_name.get(name)

    def is_unsure(self, name: object) -> bool:
        """Tell whether nothing can be said against an attribute of that name, nor of its type."""
        return EVERY in self.unsure or (isinstance(name, str) and name in self.unsure)

    def join(self, name: str) -> Join | None:
        """Return the join of that name, or None when the table has none."""
        return self._joins_by_name.get(name)


class Measured(Protocol):
    """A measure as far as it is known here: how it stands among a customer's attributes. `segments.measures` knows the rest."""

    @property
    def attribute(self) -> Attribute:
        """Return its name, type and label; it has no column, it is computed when it is asked for."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class ProfileSchema:
    """Everything that segments and exports may refer to: the profiles' attributes, the measures and the related tables.

    `customers` are the profiles with the measures as further attributes: what can be asked of them, not what is stored.
    No measure has the name of an attribute. Measures change nothing of how the data are read, and so are no part of the
    schema's text.
    """

    profiles: Table
    related: Mapping[str, Table] = field(default_factory=dict)
    measures: Mapping[str, Measured] = field(default_factory=dict, repr=False)
    customers: Table = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        """Join profiles and measures once: rules ask for thousands of attributes."""
        measured = tuple(one.attribute for one in self.measures.values())
        every = (*self.profiles.attributes, *measured)
        customers = replace(self.profiles, attributes=every) if measured else self.profiles
        object.__setattr__(self, "customers", customers)

    def attribute(self, name: str) -> Attribute | None:
        """Return the profile attribute or measure of that name, or None when there is none."""
        return self.customers.attribute(name)

    def parts_of(self, table: str) -> Mapping[str, Table]:
        """Return the related tables whose rows are parts of the rows of a related table, by name."""
        return {
            name: one
            for name, one in self.related.items()
            if one.part_of is not None and one.part_of.table == table
        }


def address_column(attribute: str) -> str:
    """Name the snapshot column with the canonical address of an e-mail attribute (NULL when it has none)."""
    return f"{attribute}__address"


def refused_column(attribute: str) -> str:
    """Name the profiles' column that tells of a yes/no attribute whether a row that lost against another says no."""
    return f"{attribute}__refused"


def address_problem_column(attribute: str) -> str:
    """Name the snapshot column with the reason why there is no canonical address (NULL when there is one)."""
    return f"{attribute}__problem"


def unread_column(attribute: str) -> str:
    """Name the snapshot column that says of a profile's attribute: something is written, and it could not be read.

    It is there where that happened at all. E-mail attributes have none: they say why there is no address.
    """
    return f"{attribute}__unread"


def can_be_unread(attribute: Attribute) -> bool:
    """Return whether the profiles say of the attribute where a value could not be read, when one could not."""
    return attribute.type is not AttributeType.EMAIL
