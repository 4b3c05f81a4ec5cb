"""When something that waits has its turn, also when a clock that was wrong wrote down until when."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db.models import Q

CLOCKS_DIFFER_AT_MOST = timedelta(hours=2)
"""By how much the clocks of two machines may differ, or one may be set back, without a wait being disbelieved."""


def due(column: str, now: datetime, *, longest: timedelta) -> Q:
    """Return the condition that an instant has come, or cannot be right: nothing waits for longer than `longest`.

    Whatever a clock that was ahead wrote down is over at once instead of in a year.
    """
    unbelievable = now + longest + CLOCKS_DIFFER_AT_MOST
    return Q(**{f"{column}__lte": now}) | Q(**{f"{column}__gt": unbelievable})
