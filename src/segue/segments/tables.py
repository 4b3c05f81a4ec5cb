"""The snapshot tables that segments read, as unbound Ibis tables. Engines give them their rows; nothing runs here.

Text is NFC, timestamps are naive UTC, decimals are exact. It imports Ibis: import it lazily where `--help` could
reach it.
"""

from __future__ import annotations

from collections.abc import Collection

import ibis
import ibis.expr.types as ir

from segue.profiles.schema import (
    PROFILE_KEY,
    Attribute,
    AttributeType,
    ProfileSchema,
    Table,
    address_column,
    address_problem_column,
    refused_column,
    unread_column,
)

PROFILES = "profiles"
MEMBER = "member"
"""The column of a table of kept members."""

DECIMAL_DIGITS = 18
"""Digits of a decimal attribute, before and after the mark together: an 8-byte number on every engine."""

_PLAIN_TYPES = {
    AttributeType.TEXT: "string",
    AttributeType.EMAIL: "string",
    AttributeType.INTEGER: "int64",
    AttributeType.BOOLEAN: "boolean",
    AttributeType.DATE: "date",
    AttributeType.TIMESTAMP: "timestamp",
    AttributeType.BIRTHDAY: "string",
    AttributeType.LIST: "string",
}


def profile_table(
    schema: ProfileSchema, *, unread: Collection[str] = (), consents: Collection[str] = ()
) -> ir.Table:
    """Return the profiles: one row per `profile_key`.

    With a flag for each of the `unread` attributes, and for each of `consents` that tells of a no in another row.
    """
    flags = [*map(unread_column, unread), *map(refused_column, consents)]
    return ibis.table(_columns(schema.profiles) | dict.fromkeys(flags, "boolean"), name=PROFILES)


def related_table(schema: ProfileSchema, name: str) -> ir.Table:
    """Return a related table: any number of rows per `profile_key`, which may be NULL."""
    return ibis.table(_columns(schema.related[name]), name=related_name(name))


def related_name(name: str) -> str:
    """Name the snapshot of a related table."""
    return f"related_{name}"


def kept_table(schema: ProfileSchema, place: str, *, of_addresses: bool) -> ir.Table:
    """Return the members that are kept under a name: canonical addresses, or keys."""
    kind = "string" if of_addresses else _PLAIN_TYPES[schema.profiles.key_type]
    return ibis.table({MEMBER: kind}, name=kept_name(place))


def kept_name(place: str) -> str:
    """Name the table of the members that are kept under a name."""
    return f"kept__{place}"


def compared_column(attribute: Attribute) -> str:
    """Name the column that rules look at: the canonical address of an e-mail attribute, else the attribute itself."""
    return (
        address_column(attribute.name) if attribute.type is AttributeType.EMAIL else attribute.name
    )


def _columns(table: Table) -> dict[str, str]:
    columns = {PROFILE_KEY: _PLAIN_TYPES[table.key_type]}
    for attribute in table.attributes:
        columns[attribute.name] = _column_type(attribute)
        if attribute.type is AttributeType.EMAIL:
            columns[address_column(attribute.name)] = "string"
            columns[address_problem_column(attribute.name)] = "string"
    return columns


def _column_type(attribute: Attribute) -> str:
    if attribute.type is AttributeType.DECIMAL:
        return f"decimal({DECIMAL_DIGITS}, {attribute.scale})"
    return _PLAIN_TYPES[attribute.type]
