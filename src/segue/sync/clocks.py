"""Whether this machine's clock can be believed: the service dates its replies, and the two must agree. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

MOST_APART = timedelta(hours=1)
"""How far our clock may be from the service's: a wrong time zone is found, a few minutes are nobody's worry."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ClockGap:
    """What our clock said when the service's said `theirs`. Both aware, in UTC."""

    ours: datetime
    theirs: datetime

    @property
    def minutes(self) -> int:
        """Return how many whole minutes lie between the two, whichever is ahead."""
        return int(abs(self.ours - self.theirs).total_seconds() // 60)


def gap_between(theirs: datetime, *, begun: datetime, ended: datetime) -> ClockGap | None:
    """Return how far our clock is off, None when it can be believed.

    `theirs` was read while our clock went from `begun` to `ended`; it may have been set in between.
    """
    first, last = sorted((begun, ended))
    ours = min(max(theirs, first), last)
    gap = ClockGap(ours=ours, theirs=theirs)
    return gap if abs(ours - theirs) > MOST_APART else None
