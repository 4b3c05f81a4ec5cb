"""The tables that the engine's expressions speak about, as unbound Ibis tables. Engines give them their rows.

`sub` is the md5 of the canonical address as a 128-bit value; `ph` the md5 of the rendered fields. Bit masks of tags
are spread over columns m0, m1, … of 62 bits each.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import ParamSpec, TypeAlias, cast
from uuid import UUID

import ibis
import ibis.expr.types as ir

from segue.segments.functions import store_hash
from segue.sync.tags import BITS_PER_WORD

Table: TypeAlias = ir.Table
Value: TypeAlias = ir.Value
_Asked = ParamSpec("_Asked")


def built_once(build: Callable[_Asked, Table]) -> Callable[_Asked, Table]:
    """Return a builder that builds the same expression once: that takes longer than running it over a thousand people."""
    return cast("Callable[_Asked, Table]", lru_cache(maxsize=64)(build))


def mask_columns(prefix: str, words: int) -> list[str]:
    """Name the mask columns with this prefix."""
    return [f"{prefix}{word}" for word in range(words)]


def _table(name: str, columns: dict[str, str]) -> Table:
    return _declared(name, tuple(columns.items()))


@built_once
def _declared(name: str, columns: tuple[tuple[str, str], ...]) -> Table:
    return ibis.table(ibis.schema(dict(columns)), name=name)


UNSURE = UUID(int=0)
"""A hash that no fields have: the contact was acknowledged before, what it holds now is not known."""

STALE = UUID(int=1)
"""A hash that no fields have: some field was never acknowledged, or holds something else; the tags are known."""

NO_VALUE = 0
"""The hash of a merge field in which there is nothing of ours."""


def value_columns(positions: Sequence[int]) -> list[str]:
    """Name the columns of the hashes of merge fields, by their places in the registry."""
    return [f"v{position}" for position in positions]


def value_hash(text: ir.StringValue) -> ir.IntegerValue:
    """Return the hash of one merge field's text: the first 60 bits of its md5, NO_VALUE for "".

    Stores have it as the function `value_hash(text)`; nothing before the audience's state computes it.
    """
    return ibis.cases((text == "", ibis.literal(NO_VALUE, type="int64")), else_=store_hash(text))


def ledger(words: int) -> Table:
    """What was last acknowledged to this export: one row per contact (`l_sub` unique).

    `l_ph` NULL: never acknowledged (noted, or perhaps written); UNSURE: acknowledged, then perhaps changed. In both
    cases the masks hold every tag that the contact may carry. `l_x…` are those of them that somebody has taken off it.
    """
    columns = {"l_sub": "uuid", "l_address": "string", "l_key": "string", "l_ph": "uuid"}
    masks = [*mask_columns("l_m", words), *mask_columns("l_x", words)]
    return _table("ledger", columns | dict.fromkeys(masks, "int64"))


def ledger_values(positions: Sequence[int]) -> Table:
    """What was last acknowledged to this export in each merge field: one row per contact (`v_sub` unique).

    `v0…` are `value_hash`es by the field's place in the registry; NO_VALUE: nothing of ours is there; NULL: this field
    was never acknowledged for the contact, or is known to hold something else. `v_carries`: the contact is acknowledged
    and has a tag of ours; who left the export has none.
    """
    columns = dict.fromkeys(value_columns(positions), "int64")
    return _table("ledger_values", {"v_sub": "uuid", "v_carries": "boolean"} | columns)


def protected(words: int) -> Table:
    """Tags that must stay on a contact whatever this export wants: `o_m…` other exports claim, `f_m…` were there before us."""
    columns = [*mask_columns("o_m", words), *mask_columns("f_m", words)]
    return _table("protected", {"o_sub": "uuid"} | dict.fromkeys(columns, "int64"))


def held() -> Table:
    """Contacts that must not be written: `h_skip` is a Skip code; with `h_ph` only while the fields are those."""
    return _table("held", {"h_sub": "uuid", "h_skip": "int64", "h_ph": "uuid"})


def known() -> Table:
    """Addresses that the audience holds in whatever status."""
    return _table("known", {"k_sub": "uuid"})


def renamed() -> Table:
    """Contacts of ours that got another address at Mailchimp: the ledger's, which nobody holds any more, and the present one."""
    return _table("renamed", {"r_old": "uuid", "r_new": "uuid"})


def pending() -> Table:
    """Contacts that were observed to be pending or transactional: they cannot be renamed."""
    return _table("pending", {"p_sub": "uuid"})


def field_words(fields: int) -> int:
    """Return how many columns of bits so many merge fields take; an audience may have 80, a column has 62."""
    return max(1, -(-fields // BITS_PER_WORD))


def desired(words: int, key_type: str, fields: int = 0) -> Table:
    """The desired state: one row per member of a chosen segment, for so many merge fields; see `sync.desired`."""
    columns = {
        "profile_key": key_type,
        "sub": "uuid",
        "ph": "uuid",
        "state": "int64",
    }
    masks = [
        *mask_columns("misfits", field_words(fields)),
        *mask_columns("cuts", field_words(fields)),
    ]
    masks += mask_columns("m", words)
    return _table("desired", columns | dict.fromkeys(masks, "int64"))


def differences(words: int, key_type: str) -> Table:
    """Everybody for whom something is to be done or said; see `sync.diff`."""
    columns = {
        "profile_key": key_type,
        "sub": "uuid",
        "ph": "uuid",
        "kind": "int64",
        "skip": "int64",
        "noted": "boolean",
        "is_known": "boolean",
        "is_acknowledged": "boolean",
        "is_sure": "boolean",
        "settles": "boolean",
        "old_sub": "uuid",
        "l_address": "string",
    }
    for prefix in ("m", "set", "gain", "clear", "rel"):
        columns |= dict.fromkeys(mask_columns(prefix, words), "int64")
    return _table("differences", columns)


def without(left: Value, right: Value) -> Value:
    """Return the bits of `left` that are not in `right`, by arithmetic that every dialect agrees on."""
    return left - (left & right)


def any_bit(masks: Sequence[Value]) -> Value:
    """Return whether a bit is set in any of the mask columns."""
    found: Value = masks[0] != 0
    for mask in masks[1:]:
        found = found | (mask != 0)
    return found
