"""Account for every contact of a batch subscribe: created, updated, refused or not mentioned. Pure, no HTTP.

Source: FACTS.md §4 "Conservation check": new + updated + errors should account for each distinct address sent.
"""

from __future__ import annotations

from typing import TypeVar

import msgspec

from segue.mailchimp.errors import problem, rejection_from
from segue.mailchimp.replies import Addressed, BatchNames, BatchTotals
from segue.mailchimp.words import hash_of
from segue.sync.ports import Rejection, Upserted

_totals = msgspec.json.Decoder(BatchTotals)
_names = msgspec.json.Decoder(BatchNames)
_sent = msgspec.json.Decoder(list[Addressed])

T = TypeVar("T")


def outcome_of(reply: bytes, *, members: bytes, count: int, request_id: str) -> Upserted:
    """Return what a batch's reply says about the `count` contacts that were sent.

    As a rule the totals balance and nobody's name is read. When they do not, or an error names nobody that was
    sent, all names are compared: created + updated + rejected + unaccounted is then `count` again.

    Raises: TryLater when the reply cannot be read; the batch may have been carried out.
    """
    totals = read(_totals, reply, request_id=request_id)
    rejected = _rejected(totals)
    if not _balances(totals, rejected, members=members, count=count):
        return _by_name(reply, rejected=rejected, members=members, request_id=request_id)
    return Upserted(
        created=totals.total_created,
        updated=totals.total_updated,
        rejected=rejected,
        unaccounted=(),
        request_id=request_id,
    )


def read(decoder: msgspec.json.Decoder[T], body: bytes, *, request_id: str) -> T:
    """Return a decoded reply.

    Raises: TryLater when it is not what it should be: a cut or changed answer is never read as an empty one.
    """
    try:
        return decoder.decode(body)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise problem(
            "mailchimp_unreadable_reply",
            context={"request_id": request_id, "reply_bytes": len(body)},
        ) from error


def _balances(
    totals: BatchTotals, rejected: tuple[Rejection, ...], *, members: bytes, count: int
) -> bool:
    named = totals.total_created + totals.total_updated + totals.error_count
    if named != count or not len(rejected) == len(totals.errors) == totals.error_count:
        return False
    return not rejected or {r.subscriber_hash for r in rejected} <= _hashes(members)


def _by_name(
    reply: bytes, *, rejected: tuple[Rejection, ...], members: bytes, request_id: str
) -> Upserted:
    names = read(_names, reply, request_id=request_id)
    sent = _hashes(members)
    refused = {r.subscriber_hash for r in rejected} & sent
    created = ({hash_of(m.email_address) for m in names.new_members} & sent) - refused
    updated = ({hash_of(m.email_address) for m in names.updated_members} & sent) - refused - created
    return Upserted(
        created=len(created),
        updated=len(updated),
        rejected=tuple(r for r in rejected if r.subscriber_hash in refused),
        unaccounted=tuple(sorted(sent - refused - created - updated)),
        request_id=request_id,
    )


def _rejected(totals: BatchTotals) -> tuple[Rejection, ...]:
    """Return one rejection per contact; a contact with several errors keeps the first."""
    first: dict[str, Rejection] = {}
    for error in totals.errors:
        rejection = rejection_from(error)
        first.setdefault(rejection.subscriber_hash, rejection)
    return tuple(first.values())


def _hashes(members: bytes) -> set[str]:
    return {hash_of(member.email_address) for member in _sent.decode(b"[" + members + b"]")}
