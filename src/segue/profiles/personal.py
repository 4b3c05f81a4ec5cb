"""Which columns hold personal data, by what is declared: attributes, keys, and the columns that keys and joins compare."""

from __future__ import annotations

import re
from collections.abc import Iterator

from segue.profiles.references import named_column
from segue.profiles.schema import ProfileSchema, Table

PERSONAL_LOOK = r"@|^\s*\+[0-9][0-9 ()./-]{6,}"
"""Found in a text that is personal data whatever is declared: an address, a telephone number with its country.

RE2 and Python's `re` read it alike.
"""

_PERSONAL_LOOK = re.compile(PERSONAL_LOOK)

Place = tuple[str, str]
"""A source and one of its columns."""


def personal_columns(schema: ProfileSchema) -> frozenset[Place]:
    """Return every column that holds personal data; what is compared with such a column holds it too."""
    compared: dict[Place, list[Place]] = {}
    for one, other in _compared(schema):
        compared.setdefault(one, []).append(other)
        compared.setdefault(other, []).append(one)
    found = set(_declared(schema))
    waiting = list(found)
    while waiting:
        new = set(compared.get(waiting.pop(), ())) - found
        found |= new
        waiting += new
    return frozenset(found)


def looks_personal(text: str) -> bool:
    """Return whether a text is an address or a telephone number by its look."""
    return _PERSONAL_LOOK.search(text) is not None


def key_is_personal(schema: ProfileSchema) -> bool:
    """Return whether profile keys are personal data: an address, a phone number, or declared so."""
    return named_column(schema.profiles, schema.profiles.key) in personal_columns(schema)


def personal_attributes(schema: ProfileSchema, table: Table) -> frozenset[str]:
    """Return a table's attributes that hold personal data, by their own declaration or that of their column."""
    hidden = personal_columns(schema)
    return frozenset(
        one.name
        for one in table.attributes
        if one.personal or named_column(table, one.column) in hidden
    )


def _declared(schema: ProfileSchema) -> Iterator[Place]:
    for table in (schema.profiles, *schema.related.values()):
        if table.key_personal:
            yield named_column(table, table.key)
        for attribute in table.attributes:
            if attribute.personal:
                yield named_column(table, attribute.column)


def _compared(schema: ProfileSchema) -> Iterator[tuple[Place, Place]]:
    key = named_column(schema.profiles, schema.profiles.key)
    for table in (schema.profiles, *schema.related.values()):
        yield key, named_column(table, table.key)
        for join in table.joins:
            for left, right in join.on:
                yield named_column(table, left), (join.source, right)
