"""Who must not be written, and for how long: from the statuses that Mailchimp tells and from what it refused. Pure."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from segue.sync.kinds import Skip
from segue.sync.ports import ContactStatus, MergeField, Reason, Rejection

SUPPRESSED = {
    ContactStatus.UNSUBSCRIBED: Skip.UNSUBSCRIBED,
    ContactStatus.CLEANED: Skip.CLEANED,
    ContactStatus.ARCHIVED: Skip.ARCHIVED,
}
"""Statuses whose contacts are not written at all. Pending contacts are written without a status."""

TROUBLE_WAITS = (timedelta(days=1), timedelta(days=2), timedelta(days=7))
"""When a contact is tried again whose refusal nobody here understands: it may well be over by then."""

SIGNUP_WAITS = (timedelta(minutes=5), *TROUBLE_WAITS)
"""When an address that signed up to many lists is tried again. Source: FACTS.md §4 #5 (thread)."""


REFUSED_FOR_GOOD = frozenset({Skip.UNSUBSCRIBED, Skip.COMPLIANCE, Skip.FORGOTTEN})
"""Only the person ends these: by being observed as subscribed or pending again."""

BACK = (ContactStatus.SUBSCRIBED, ContactStatus.PENDING)
"""Statuses in which a contact may be written; one that changed to it after a hold began came back by itself."""


def rules_of(fields: Sequence[MergeField]) -> str:
    """Name what an audience asks of merge fields: what was refused under other rules may be taken under these."""
    rules = sorted(
        (f.tag, f.merge_id, f.type.value, f.required, f.choices, f.phone_format) for f in fields
    )
    return hashlib.sha256(repr(rules).encode()).hexdigest()[:16]


def may_be_lifted(skip: Skip) -> bool:
    """Return whether whoever runs an export may have a held contact tried again: nobody of these said no."""
    return skip not in REFUSED_FOR_GOOD


@dataclass(frozen=True, slots=True, kw_only=True)
class Hold:
    """Why one contact is held back. `while_fields` ends it when the rendered fields change; `until` None is for ever."""

    subscriber_hash: str
    skip: Skip
    while_fields: bool
    until: datetime | None
    tries: int


_HELD = {
    Reason.INVALID_ADDRESS: (Skip.INVALID_ADDRESS_SAYS_MAILCHIMP, False),
    Reason.FAKE_ADDRESS: (Skip.FAKE_ADDRESS, False),
    Reason.INVALID_FIELD: (Skip.INVALID_FIELD, True),
    Reason.TOO_MANY_SIGNUPS: (Skip.TOO_MANY_SIGNUPS, False),
    Reason.UNSUBSCRIBED: (Skip.UNSUBSCRIBED, False),
    Reason.COMPLIANCE: (Skip.COMPLIANCE, False),
    Reason.FORGOTTEN: (Skip.FORGOTTEN, False),
    Reason.UNREADABLE: (Skip.UNREADABLE, True),
    Reason.NOT_SUBSCRIBED: (Skip.NOT_SUBSCRIBED, False),
    Reason.GONE: (Skip.GONE, False),
    Reason.OTHER: (Skip.OTHER, True),
    Reason.CALL_FAILS: (Skip.CALL_FAILS, True),
}
"""ALREADY_THERE is decided anew by the next plan, which then knows the contact's status."""

_REASONS = {skip: reason for reason, (skip, _) in _HELD.items()}


def reason_of(skip: Skip) -> Reason:
    """Return which refusal a hold came from."""
    return _REASONS.get(skip, Reason.OTHER)


A_DAY = timedelta(days=1)
"""How long a contact is left alone when what would end the refusal cannot be seen from here."""

_WAITS = {
    Skip.TOO_MANY_SIGNUPS: SIGNUP_WAITS,
    Skip.OTHER: TROUBLE_WAITS,
    Skip.CALL_FAILS: TROUBLE_WAITS,
    Skip.NOT_SUBSCRIBED: (A_DAY,),
    Skip.GONE: (A_DAY,),
}
_NEVER_LASTING = frozenset({Skip.NOT_SUBSCRIBED, Skip.GONE})
"""The audience itself ends these; the next look at it after a day tells."""


LONGEST_WAIT = max(*SIGNUP_WAITS, A_DAY)
"""No hold that ends with its time lasts longer."""


def is_over(hold: Hold, now: datetime) -> bool:
    """Return whether the time of a hold is over; so is one that cannot be right, as a clock that was ahead wrote it."""
    if hold.until is None:
        return False
    return not now < hold.until <= now + LONGEST_WAIT + A_DAY


def hold_for(
    rejection: Rejection, *, now: datetime, tries: int, has_fields: bool = True
) -> Hold | None:
    """Return how a rejected contact is held back, None when the next plan decides.

    `tries` counts earlier holds. A hold ends with its time (`until`), and one `while_fields` also when the fields
    change; without fields (`has_fields`, a refused removal of a tag) it always has a time.
    """
    held = _HELD.get(rejection.reason)
    if held is None:
        return None
    skip, while_fields = held
    while_fields = while_fields and has_fields
    wait = _wait(skip, tries, is_bounded=not while_fields and held[1])
    return Hold(
        subscriber_hash=rejection.subscriber_hash,
        skip=skip,
        while_fields=while_fields,
        until=None if wait is None else now + wait,
        tries=tries + 1,
    )


def _wait(skip: Skip, tries: int, *, is_bounded: bool) -> timedelta | None:
    """Return how long the hold lasts at most, None: as long as its cause; `is_bounded`: no change of fields can end it."""
    waits = _WAITS.get(skip, (A_DAY,) if is_bounded else ())
    if tries < len(waits):
        return waits[tries]
    return waits[-1] if skip in _NEVER_LASTING or is_bounded else None
