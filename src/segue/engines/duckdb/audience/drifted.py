"""Read person by person what somebody changed at Mailchimp, as a plan found it: for files, not for sending."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import duckdb

from segue.sync.kinds import Skip
from segue.sync.own_people import profile_key
from segue.sync.people import Drifted
from segue.sync.plan import Drift, DriftKind
from segue.sync.tables import mask_columns
from segue.sync.tags import TagBit, folded, masks, names_of, word_count


def drifted(
    connection: duckdb.DuckDBPyConnection,
    *,
    drift: Sequence[Drift],
    bits: Sequence[TagBit],
    fields: Sequence[str],
) -> Iterator[Drifted]:
    """Yield everybody in whom the audience differs, by key and address, of the plan made last in this session.

    `drift` is what the plan tells and `fields` are the tags of the export's merge fields, in their order.
    """
    words = word_count(bits)
    kinds = (DriftKind.TAG_DELETED, DriftKind.TAG_RENAMED)
    absent = [masks(_named(bits, drift, kind), words=words) for kind in kinds]
    columns = [f"l.l_m{w} & {mask[w]}" for mask in absent for w in range(words)]
    columns += [f"coalesce(d.{name}, 0)" for name in mask_columns("d_m", words)]
    columns += [f"coalesce(r.r_f{n}, false)" for n in range(len(fields))]
    columns += [f"coalesce(d.d_v{n}, false)" for n in range(len(fields))]
    missing = " OR ".join(f"(l.l_m{w} & {mask[w]}) <> 0" for mask in absent for w in range(words))
    cursor = connection.execute(
        f"SELECT coalesce(l.l_key, ''), l.l_address, g.sub IS NOT NULL, {', '.join(columns)} FROM ledger l "
        "LEFT JOIN drift d ON d.d_sub = l.l_sub LEFT JOIN renewed r ON r.r_sub = l.l_sub "
        f"LEFT JOIN (SELECT sub FROM differences WHERE skip = {int(Skip.GONE)} AND is_acknowledged) g "
        "ON g.sub = l.l_sub "
        # Whose status lets nobody write them is nobody's to repair.
        "LEFT JOIN observed_holds h ON h.h_sub = l.l_sub LEFT JOIN known k ON k.k_sub = l.l_sub "
        "WHERE d.d_sub IS NOT NULL OR r.r_sub IS NOT NULL OR g.sub IS NOT NULL "
        f"OR (({missing}) AND l.l_ph IS NOT NULL AND h.h_sub IS NULL AND k.k_sub IS NOT NULL) ORDER BY 1, 2"
    )
    while rows := cursor.fetchmany(10_000):
        for row in rows:
            yield _person(row, bits, fields)


def _named(bits: Sequence[TagBit], drift: Sequence[Drift], kind: DriftKind) -> Iterator[TagBit]:
    subjects = {folded(one.subject) for one in drift if one.kind is kind}
    return (bit for bit in bits if folded(bit.name) in subjects)


def _person(row: tuple[object, ...], bits: Sequence[TagBit], fields: Sequence[str]) -> Drifted:
    key, address, is_gone, *rest = row
    words = word_count(bits)
    numbers = [int(str(mask)) for mask in rest[: 3 * words]]
    flags = rest[3 * words :]
    tags = [names_of(bits, numbers[start : start + words]) for start in range(0, 3 * words, words)]
    renewed = tuple(tag for tag, is_new in zip(fields, flags, strict=False) if is_new)
    differing = tuple(
        tag for tag, differs in zip(fields, flags[len(fields) :], strict=True) if differs
    )
    return Drifted(
        profile_key=profile_key(str(key)),
        address=str(address),
        deleted=tags[0],
        renamed=tags[1],
        lost=tags[2],
        renewed=renewed,
        differing=differing,
        is_gone=bool(is_gone),
    )
