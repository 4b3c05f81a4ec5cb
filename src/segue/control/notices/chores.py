"""What a worker does for notices, again and again."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from segue.control.notices.delivery import deliver
from segue.control.notices.states import State
from segue.control.notices.watching import observe


def tend(now: datetime, *, also: Sequence[State] = ()) -> None:
    """Open and end notices, then send what is due. `also` is wrong now without standing in any row.

    A dozen small queries when nothing changed: call it every five to fifteen seconds, from one thread of each worker.
    Sending waits for mail servers and chat services, up to 20 seconds for each message, so keep it away from whatever
    must not stand still. Call it outside of transactions.
    """
    observe(now, also=also)
    deliver(now)
