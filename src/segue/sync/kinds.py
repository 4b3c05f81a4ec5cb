"""The words of a plan: what happens to a person, and why somebody is left out. Values only.

Codes are stored in files of past runs: never change or reuse one.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import IntEnum


class Kind(IntEnum):
    """What the plan does with one person in one audience."""

    SAME = 0
    """Nothing differs."""
    ADD = 1
    """Not acknowledged before: written with the status for new contacts if Mailchimp does not know them."""
    UPDATE = 2
    """Fields differ (tags may be added too)."""
    TAG = 3
    """Only tags are added."""
    UNTAG = 4
    """Stays in the export, loses tags."""
    LEAVE = 5
    """Is in no chosen segment any more: loses the export's tags, stays in the audience."""
    MOVE = 6
    """The address of an acknowledged person changed: the contact is renamed."""
    RELEASE = 7
    """Tags are given up, not removed: somebody else put them there or another export still wants them. No call."""
    SKIP = 8
    """Is left out, with a reason."""


class Skip(IntEnum):
    """Why a member of a chosen segment is not written."""

    NONE = 0
    MISSING_ADDRESS = 1
    INVALID_ADDRESS = 2
    DUPLICATE = 3
    NO_CONSENT = 4
    UNREAD = 5
    """A value by which a chosen segment leaves people out is written, and could not be read: it may have said so."""
    OTHER_PROFILE_LEFT_OUT = 6
    """Another profile with this address is left out by a yes or a no, so that nobody is written under it."""
    UNSUBSCRIBED = 10
    CLEANED = 11
    ARCHIVED = 12
    FORGOTTEN = 13
    COMPLIANCE = 14
    UNSUBSCRIBED_BEFORE_MOVE = 15
    FORGOTTEN_BEFORE_MOVE = 16
    GONE = 17
    INVALID_ADDRESS_SAYS_MAILCHIMP = 20
    FAKE_ADDRESS = 21
    INVALID_FIELD = 22
    TOO_MANY_SIGNUPS = 23
    ALREADY_THERE = 24
    NOT_SUBSCRIBED = 25
    UNREADABLE = 26
    OTHER = 27
    CALL_FAILS = 28


WRITES = frozenset({Kind.ADD, Kind.UPDATE, Kind.TAG})
"""Kinds that are sent in batches of contacts."""

REMOVALS = frozenset({Kind.UNTAG, Kind.LEAVE})
"""Kinds whose only effect is that tags are taken away."""

HELD = frozenset(skip for skip in Skip if skip >= Skip.INVALID_ADDRESS_SAYS_MAILCHIMP)
"""Reasons that come from a refusal of Mailchimp's and end when its cause ends; nobody of these said no."""


def held_of(skips: Mapping[Skip, int] | Mapping[int, int]) -> int:
    """Return how many of those left out, by reason, are held back by a refusal that was not their own word."""
    return sum(people for skip, people in skips.items() if skip in HELD)
