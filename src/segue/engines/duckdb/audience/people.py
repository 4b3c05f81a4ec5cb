"""Read a materialised plan person by person: kind, reason, tags that come and go. For files and samples, not for sending."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import duckdb

from segue.engines.duckdb.audience.own_people import has_own_people
from segue.engines.duckdb.quoting import quoted
from segue.sync.addresses import used_address
from segue.sync.kinds import Kind, Skip
from segue.sync.own_people import OWN_PEOPLE, profile_key
from segue.sync.people import PersonChange
from segue.sync.tables import mask_columns
from segue.sync.tags import TagBit, names_of, word_count

_BESIDE = f"LEFT JOIN {OWN_PEOPLE} o ON d.profile_key = o.own_key "


def people(
    connection: duckdb.DuckDBPyConnection,
    *,
    email_attribute: str,
    bits: Sequence[TagBit],
    kind: Kind | None = None,
    limit: int | None = None,
) -> Iterator[PersonChange]:
    """Yield the people of the plan that was made last in this session, in order of kind and key."""
    words = word_count(bits)
    masks = ", ".join([*mask_columns("set", words), *mask_columns("clear", words)])
    used, written = quoted(used_address(email_attribute)), quoted(email_attribute)
    own = has_own_people(connection)
    given, beside = ("o.own_address, ", _BESIDE) if own else ("", "")
    address = f"coalesce(p.{used}, {given}d.l_address, p.{written}, '')"
    key = "coalesce(d.profile_key::VARCHAR, '')"
    chosen = "differences" if kind is None else f"(FROM differences WHERE kind = {int(kind)})"
    if limit is not None:
        # The few are chosen before profiles are looked at. Keys are unique; who has none has the ledger's address, or a list's.
        order = f"d.kind, {key}, coalesce(d.l_address, ''), d.sub"
        chosen = f"(SELECT * FROM {chosen} d ORDER BY {order} LIMIT {int(limit)})"
    cursor = connection.execute(
        f"SELECT {key}, {address}, d.kind, d.skip, {masks} "
        f"FROM {chosen} d LEFT JOIN profiles p ON d.profile_key = p.profile_key {beside}"
        "ORDER BY d.kind, 1, 2"
    )
    while rows := cursor.fetchmany(10_000):
        for row in rows:
            yield _person(row, bits, words)


def _person(row: tuple[object, ...], bits: Sequence[TagBit], words: int) -> PersonChange:
    key, address, kind, skip, *masks = row
    numbers = [int(str(mask)) for mask in masks]
    is_skipped = kind == Kind.SKIP
    return PersonChange(
        profile_key=profile_key(str(key)),
        address=str(address),
        kind=Kind(int(str(kind))),
        skip=Skip(int(str(skip))),
        tags_added=() if is_skipped else names_of(bits, numbers[:words]),
        tags_removed=() if is_skipped else names_of(bits, numbers[words:]),
    )
