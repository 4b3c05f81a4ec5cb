"""Read the end of a batch's reply: counts and errors, without going through the contacts before them. Pure.

Of 500 contacts a reply tells a megabyte and a half, of which 200 bytes say what became of them. Only a reply that looks
just like Mailchimp's is read this way; of any other nothing is said here, and the whole of it is decoded.
"""

from __future__ import annotations

import msgspec

from segue.mailchimp.decoding import UnreadableError, decoded
from segue.mailchimp.replies import BatchTotals

_totals = msgspec.json.Decoder(BatchTotals)

_CREATED, _UPDATED, _ERRORS = b'{"new_members":[', b'],"updated_members":[', b'],"errors":['
"""What stands before the lists of a reply, which come in this order. Source: FACTS.md §3.

Within a text of JSON a quote has a backslash before it, so that no value of a contact can hold any of these.
"""


def totals_at_the_end(reply: bytes) -> BatchTotals | None:
    """Return the totals and errors of a batch's reply; None when anything about it is unusual.

    Unusual are other keys, another order or blanks between them, contacts both created and updated, and lists that are
    empty where the totals say otherwise, or the other way round.
    """
    ends_at = reply.rfind(_ERRORS)
    if ends_at < 0:
        return None
    try:
        totals = decoded(_totals, b"{" + reply[ends_at + 2 :])
    except UnreadableError:
        return None
    if totals.total_created and totals.total_updated:
        return None
    before = b"" if totals.total_created else _CREATED + _UPDATED
    after = _UPDATED if totals.total_created else b""
    opened = len(before or _CREATED)
    closed = ends_at - len(after)
    is_told = bool(totals.total_created or totals.total_updated)
    looks_usual = (
        reply.startswith(before or _CREATED)
        and reply.endswith(after, 0, ends_at)
        and _is_list(reply, opened, closed) is is_told
    )
    return totals if looks_usual else None


def _is_list(reply: bytes, opened: int, closed: int) -> bool | None:
    """Return whether contacts stand between two places, False for nothing at all, None for anything else."""
    if opened == closed:
        return False
    has_any = reply.startswith(b"{", opened) and reply.endswith(b"}", opened, closed)
    return True if has_any else None
