"""Compare what was sent of one contact with what Mailchimp says it holds. Pure, no HTTP.

Only used where a reply left the contact out: who compares unequal is written again, so that doubt costs a call and no truth.
"""

from __future__ import annotations

from decimal import Decimal, InvalidOperation
from typing import Any

import msgspec

from segue.mailchimp.replies import HeldMember, SentMember
from segue.mailchimp.words import folded
from segue.sync.contact_fields import BESIDE_KEYS
from segue.sync.ports import ContactStatus

_sent = msgspec.json.Decoder(SentMember)


def is_held(member: bytes, held: HeldMember) -> bool:
    """Return whether a contact holds every field and tag of a rendered member.

    An archived one does not, whatever it holds: writing it would have brought it back. Where a contact has more tags
    than Mailchimp lists, one that is not listed compares unequal too.
    """
    sent = _sent.decode(member)
    if held.status == ContactStatus.ARCHIVED:
        return False
    tags = {folded(tag.name) for tag in held.tags}
    if not {folded(name) for name in sent.tags} <= tags:
        return False
    beside = [(getattr(sent, key), getattr(held, key)) for key in BESIDE_KEYS]
    if not all(_is_same(value, there) for value, there in beside if value is not None):
        return False
    return all(
        _is_same(value, held.merge_fields.get(tag)) for tag, value in sent.merge_fields.items()
    )


def _is_same(sent: Any, held: Any) -> bool:
    """Compare one value. Mailchimp returns numbers as JSON numbers, everything else as sent. Source: FACTS.md §7."""
    if isinstance(sent, dict):
        parts = held if isinstance(held, dict) else {}
        return all(_is_same(value, parts.get(name, "")) for name, value in sent.items())
    if held is None or isinstance(held, dict):
        return False
    return str(sent).strip() == str(held).strip() or _number(sent) == _number(held) is not None


def _number(value: Any) -> Decimal | None:
    try:
        return Decimal(str(value))
    except InvalidOperation:
        return None
