"""Account for every contact of a batch subscribe or of a removal of a tag: created, updated, refused or not mentioned. Pure, no HTTP.

Source: FACTS.md §4 "Conservation check": new + updated + errors should account for each distinct address sent.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence

import msgspec

from segue.mailchimp.decoding import UnreadableError, decoded
from segue.mailchimp.errors import is_temporary, problem, rejection_from, rejections_from
from segue.mailchimp.intake import read
from segue.mailchimp.limits import REFUSALS_PER_CONTACT
from segue.mailchimp.replies import (
    Addressed,
    BatchIds,
    BatchNames,
    BatchTags,
    BatchTotals,
    SegmentNames,
    SegmentTotals,
)
from segue.mailchimp.scanning import totals_at_the_end
from segue.mailchimp.words import contact_id_of, hash_of, hashes_of
from segue.sync.ports import Counted, Rejection, Untagged, Upserted
from segue.sync.tags import folded

_NAMED = re.compile(rb'"email_address":\s*"([^"\\]+)"')
_totals = msgspec.json.Decoder(BatchTotals)
_names = msgspec.json.Decoder(BatchNames)
_ids = msgspec.json.Decoder(BatchIds)
_tags = msgspec.json.Decoder(BatchTags)
_segment_totals = msgspec.json.Decoder(SegmentTotals)
_segment_names = msgspec.json.Decoder(SegmentNames)
_sent = msgspec.json.Decoder(list[Addressed])


def outcome_of(reply: bytes, *, members: bytes, count: int, request_id: str) -> Upserted:
    """Return what a batch's reply says about the `count` contacts that were sent.

    As a rule the totals balance, and all who were sent are named once. Otherwise their hashes are compared: created +
    updated + rejected + postponed + unaccounted is then `count` again.

    Raises: TryLater when the reply cannot be read; the batch may have been carried out.
    """
    totals = totals_at_the_end(reply) or read(_totals, reply, request_id=request_id)
    _check_many(len(totals.errors), sent=count, request_id=request_id)
    refused = _refused(totals)
    balances = _balances(totals, refused, members=members, count=count)
    if not (balances and _names_each(reply, members, count)):
        return _by_name(reply, refused=refused, members=members, request_id=request_id)
    return Upserted(
        counted=Counted(created=totals.total_created, updated=totals.total_updated),
        rejected=tuple(r for r in refused.values() if r is not None),
        unaccounted=(),
        request_id=request_id,
        postponed=tuple(sub for sub, r in refused.items() if r is None),
    )


def tag_ids_of(reply: bytes, names: Collection[str]) -> Mapping[str, int]:
    """Return the ids of these tags that a batch's reply tells, by name; none where its tags cannot be read.

    Source: FACTS.md §5 (a tag inside a contact has the id of its static segment).
    """
    try:
        told = decoded(_tags, reply)
    except UnreadableError:  # the batch was carried out; whoever needs the ids can ask for them
        return {}
    members = (*told.new_members, *told.updated_members)
    ids = {tag.name: tag.id for member in members for tag in member.tags}
    by_name = {folded(name): tag_id for name, tag_id in ids.items()}
    return {name: by_name[folded(name)] for name in names if folded(name) in by_name}


def contact_ids_of(reply: bytes) -> Mapping[str, str]:
    """Return the ids of the contacts that a batch's reply names, by hash; none where they cannot be read."""
    try:
        told = decoded(_ids, reply)
    except UnreadableError:
        return {}
    members = (*told.new_members, *told.updated_members)
    hashes = hashes_of([member.email_address for member in members])
    found = zip(hashes, (contact_id_of(member.contact_id) for member in members), strict=True)
    return {sub: contact_id for sub, contact_id in found if contact_id}


def untagged_of(reply: bytes, *, addresses: Sequence[str], request_id: str) -> Untagged:
    """Return what the reply to a removal says of those `addresses`; all names are read only where it may not tell of each once.

    Raises: TryLater when the reply cannot be read; the removal may have been carried out.
    """
    totals = read(_segment_totals, reply, request_id=request_id)
    is_ours = _names_only(reply, frozenset(one.lower().encode() for one in addresses))
    if is_ours and not totals.errors and totals.total_removed == len(addresses):
        return Untagged(removed=len(addresses), rejected=(), request_id=request_id)
    sent = {hash_of(address) for address in addresses}
    named = sum(1 + len(error.email_addresses) for error in totals.errors)
    _check_many(named, sent=len(addresses), request_id=request_id)
    later = [error for error in totals.errors if is_temporary(error.error)]
    found = [r for e in totals.errors if e not in later for r in rejections_from(e)]
    rejected = {r.subscriber_hash: r for r in reversed(found) if r.subscriber_hash in sent}
    put_off = {hash_of(address) for error in later for address in error.email_addresses}
    postponed = (put_off & sent) - rejected.keys()
    removed, unaccounted = totals.total_removed, set[str]()
    if not is_ours or removed + len(rejected) + len(postponed) != len(sent):
        names = read(_segment_names, reply, request_id=request_id)
        _check_many(len(names.members_removed), sent=len(addresses), request_id=request_id)
        told = {hash_of(member.email_address) for member in names.members_removed} & sent
        told -= rejected.keys() | postponed
        removed = len(told)
        unaccounted = sent - told - rejected.keys() - postponed
    return Untagged(
        removed=removed,
        rejected=tuple(rejected.values()),
        request_id=request_id,
        postponed=tuple(sorted(postponed)),
        unaccounted=tuple(sorted(unaccounted)),
    )


def _check_many(named: int, *, sent: int, request_id: str) -> None:
    """Raise: TryLater when a reply names far more contacts than were sent: it is not the reply to this call."""
    if named > REFUSALS_PER_CONTACT.value * (sent + 1):
        raise problem(
            "mailchimp_unreadable_reply",
            detail="it names more contacts than were sent",
            context={"request_id": request_id, "named": named, "sent": sent},
        )


Refused = Mapping[str, Rejection | None]
"""Contacts named in `errors`, by hash; None: the words only put the contact off."""


def _balances(totals: BatchTotals, refused: Refused, *, members: bytes, count: int) -> bool:
    named = totals.total_created + totals.total_updated + totals.error_count
    if named != count or not len(refused) == len(totals.errors) == totals.error_count:
        return False
    return not refused or refused.keys() <= _hashes(members)


def _written_in(text: bytes) -> Sequence[bytes]:
    """Return the addresses in a request or a reply, as they are compared. One in another form is missed, or differs.

    Whoever is missed here only leads to a comparison of all names.
    """
    return [address.lower() for address in _NAMED.findall(text)]


def _names_each(reply: bytes, members: bytes, count: int) -> bool:
    """Return whether a reply names everybody who was sent: totals balance too where one stands twice in place of another."""
    sent = _all_named(members, count)
    return len(sent) == count and sent == _all_named(reply, count)


def _all_named(text: bytes, count: int) -> Collection[bytes]:
    """Return the addresses of `count` contacts in a request or a reply, or all that there are where they are others.

    Contacts take about as much room each: as a rule all are found by leaps over most of it.
    """
    leap, found = 3 * len(text) // (4 * max(count, 1)), set[bytes]()
    one = _NAMED.search(text)
    while one is not None:
        found.add(one[1].lower())
        one = _NAMED.search(text, one.end() + leap)
    return found if len(found) == count else set(_written_in(text))


def _names_only(reply: bytes, sent: frozenset[bytes]) -> bool:
    """Return whether a reply names nobody but those who were sent, and nobody twice."""
    named = _written_in(reply)
    return len(set(named)) == len(named) and sent.issuperset(named)


def _by_name(reply: bytes, *, refused: Refused, members: bytes, request_id: str) -> Upserted:
    names = read(_names, reply, request_id=request_id)
    told = len(names.new_members) + len(names.updated_members)
    _check_many(told, sent=members.count(b"email_address"), request_id=request_id)
    sent = _hashes(members)
    out = refused.keys() & sent
    created = ({hash_of(m.email_address) for m in names.new_members} & sent) - out
    updated = ({hash_of(m.email_address) for m in names.updated_members} & sent) - out - created
    return Upserted(
        counted=Counted(created=len(created), updated=len(updated)),
        rejected=tuple(r for sub, r in refused.items() if sub in out and r is not None),
        unaccounted=tuple(sorted(sent - out - created - updated)),
        request_id=request_id,
        postponed=tuple(sub for sub, r in refused.items() if sub in out and r is None),
    )


def _refused(totals: BatchTotals) -> Refused:
    """Return one refusal per contact; a contact with several errors keeps the first that is final."""
    first: dict[str, Rejection | None] = {}
    for error in totals.errors:
        rejection = rejection_from(error)
        text = f"{error.error} {error.field_message}"
        final = None if is_temporary(text) else rejection
        if first.get(rejection.subscriber_hash) is None:
            first[rejection.subscriber_hash] = final
    return first


def _hashes(members: bytes) -> set[str]:
    return {hash_of(member.email_address) for member in _sent.decode(b"[" + members + b"]")}
