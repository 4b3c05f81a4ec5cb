"""What a starter file is made from: tables and columns that were found. Values only; engines find them."""

from __future__ import annotations

import re
from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import count
from typing import TypeAlias

from segue.core.folding import identifier
from segue.profiles.schema import PROFILE_KEY, AttributeType

SettingValue: TypeAlias = str | int | list[str] | tuple[str, str] | dict[str, object]


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

    A setting's value is text, a number, texts, (key, text) for a reference such as `{env: NAME}`, or a mapping of such values. `key`, `first_name` and
    `last_name` are columns, None where nothing fits.
    """

    name: str
    type: str
    settings: tuple[tuple[str, SettingValue], ...]
    columns: tuple[StarterColumn, ...]
    key: str | None = None
    first_name: str | None = None
    last_name: str | None = None
    links: tuple[StarterLink, ...] = ()

    @property
    def has_addresses(self) -> bool:
        """Tell whether a column holds e-mail addresses."""
        return any(column.type is AttributeType.EMAIL for column in self.columns)


LONGEST_NAME = 60

_CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
_USUAL = {
    "e_mail": "email",
    "mail": "email",
    "email_address": "email",
    "telephone": "phone",
    "phone_number": "phone",
}


def attribute_name(column: str) -> str:
    """Return a valid name for a column or a file."""
    name = identifier(_CAMEL.sub("_", column), longest=LONGEST_NAME, otherwise="column")
    return _USUAL.get(name, name)


def free_name(name: str, taken: Container[str]) -> str:
    """Return the name, with a number when it is taken."""
    if name not in taken:
        return name
    numbered = (f"{name[: LONGEST_NAME - 5].rstrip('_')}_{number}" for number in count(2))
    return next(other for other in numbered if other not in taken)


_PEOPLE = re.compile(
    r"customer|client|contact|person|people|member|subscriber|user|donor", re.IGNORECASE
)
_CONSENT = re.compile(r"opt_?in|consent|newsletter|subscri|permission|gdpr|rgpd", re.IGNORECASE)
_REFUSAL = re.compile(
    r"unsub|opt(ed)?_?out|no_?mail|not_|refus|block|desab|desinscri|abgemeld|abbestell|gesperrt|widerruf|disabl|exclu"
    r"|blacklist|revok|withdraw|suppress|bounce|ne_pas|never|declin|^no_|_no_|kein_|keine_",
    re.IGNORECASE,
)
_CREATED = re.compile(
    r"creat|signup|sign_up|signed|registered|joined|since|update|date", re.IGNORECASE
)
_PERSONAL = re.compile(
    r"name|nom|phone|t[eé]l[eé]ph|telef|mobil|handy|fax|street|stra(ß|ss)e|address|adresse|birth|naiss|geburt|zip|postal|plz"
    r"|iban|company|whatsapp|anniv|geb\.|cumple|^(first|last|given|family|tel|tél|gsm|sms|born|dob|né(\(e\)|e)? le)$",
    re.IGNORECASE,
)
_SECRET = re.compile(r"password|passwd|pwd|secret|token|hash|^salt$", re.IGNORECASE)
_MOST_STEPS = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class AttributeGuess:
    """One attribute to declare."""

    name: str
    column: str
    type: AttributeType
    personal: bool
    options: Mapping[str, object] = field(default_factory=dict)

    def settings(self) -> dict[str, object]:
        """Return what its declaration says."""
        said: dict[str, object] = {"column": self.column, "type": self.type.value}
        if self.personal and self.type is not AttributeType.EMAIL:
            said["personal"] = True
        return said | dict(self.options)


@dataclass(frozen=True, slots=True, kw_only=True)
class RelatedGuess:
    """A table whose rows belong to people through `profile_key`, by way of the tables in `joins`."""

    table: StarterTable
    profile_key: str
    joins: tuple[tuple[str, StarterLink], ...]
    attributes: tuple[AttributeGuess, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Guess:
    """What seems to be what. `email`, `newest` and `consent` are None where nothing fits."""

    profiles: StarterTable
    key: StarterColumn
    attributes: tuple[AttributeGuess, ...]
    email: AttributeGuess | None
    newest: AttributeGuess | None
    consent: AttributeGuess | None
    related: tuple[RelatedGuess, ...]


def guess(tables: Sequence[StarterTable]) -> Guess:
    """Return the best guess for a non-empty list of tables that all have columns."""
    profiles = max(tables, key=lambda table: _likeness_to_people(table, tables))
    key = _key(profiles)
    usual = {profiles.first_name: "first_name", profiles.last_name: "last_name"}
    others = [c for c in profiles.columns if c is not key or c.type is AttributeType.EMAIL]
    attributes = _attributes(others or profiles.columns, usual)
    return Guess(
        profiles=profiles,
        key=key,
        attributes=attributes,
        email=_first(attributes, AttributeType.EMAIL),
        newest=_first(attributes, AttributeType.TIMESTAMP, AttributeType.DATE, like=_CREATED),
        consent=_first(
            [one for one in attributes if not _REFUSAL.search(one.name)],
            AttributeType.BOOLEAN,
            like=_CONSENT,
        ),
        related=tuple(_related(profiles, tables)),
    )


def _key(profiles: StarterTable) -> StarterColumn:
    """Return the column that was found to be the key, else the addresses: people are told apart by them all the same."""
    by_name = {column.name: column for column in profiles.columns}
    addresses = (c for c in profiles.columns if c.type is AttributeType.EMAIL)
    return by_name.get(profiles.key or "") or next(addresses, profiles.columns[0])


def is_personal(column: StarterColumn) -> bool:
    """Return whether a column seems to hold personal data."""
    return column.type is AttributeType.EMAIL or _PERSONAL.search(column.name) is not None


def secret_columns(table: StarterTable) -> tuple[str, ...]:
    """Return the columns that no starter file declares, because they look like secrets."""
    return tuple(column.name for column in table.columns if _SECRET.search(column.name))


def _likeness_to_people(
    table: StarterTable, tables: Sequence[StarterTable]
) -> tuple[bool, bool, int]:
    owned = sum(
        any(link.other_table == table.name for link in other.links)
        for other in tables
        if other is not table
    )
    return (table.has_addresses, _PEOPLE.search(table.name) is not None, owned)


def _related(profiles: StarterTable, tables: Sequence[StarterTable]) -> Iterator[RelatedGuess]:
    by_name = {table.name: table for table in tables}
    for table in tables:
        steps = None if table is profiles else _way(table, profiles.name, by_name)
        if steps is None:
            continue
        own = {steps[0].column}
        attributes = _attributes(
            [c for c in table.columns if c.name not in own and c.name != table.key]
        )
        if not attributes:
            continue
        *inner, last = steps
        holder = f"{inner[-1].other_table}." if inner else ""
        lefts = ["", *(f"{link.other_table}." for link in inner)]
        yield RelatedGuess(
            table=table,
            profile_key=f"{holder}{last.column}",
            joins=tuple(zip(lefts, inner, strict=False)),
            attributes=attributes,
        )


def _way(
    table: StarterTable, goal: str, by_name: Mapping[str, StarterTable]
) -> tuple[StarterLink, ...] | None:
    """Return the shortest chain of links from a table to the people, None when there is none."""
    ways: list[tuple[StarterLink, ...]] = [(link,) for link in table.links]
    for _ in range(_MOST_STEPS):
        for way in ways:
            if way[-1].other_table == goal:
                return way
        ways = [
            (*way, link)
            for way in ways
            if way[-1].other_table in by_name and way[-1].other_table != table.name
            for link in by_name[way[-1].other_table].links
            if link.other_table not in {step.other_table for step in way}
        ]
    return None


def _attributes(
    columns: Iterable[StarterColumn], usual: Mapping[str | None, str] | None = None
) -> tuple[AttributeGuess, ...]:
    found: dict[str, AttributeGuess] = {}
    for column in columns:
        if _SECRET.search(column.name):
            continue
        name = free_name(
            (usual or {}).get(column.name) or attribute_name(column.name), {*found, PROFILE_KEY}
        )
        found[name] = AttributeGuess(
            name=name,
            column=column.name,
            type=column.type,
            options=column.options,
            personal=is_personal(column),
        )
    return tuple(sorted(found.values(), key=lambda a: a.type is not AttributeType.EMAIL))


def _first(
    attributes: Sequence[AttributeGuess], *types: AttributeType, like: re.Pattern[str] | None = None
) -> AttributeGuess | None:
    fitting = (a for a in attributes if a.type in types and (like is None or like.search(a.name)))
    return next(fitting, None)
