"""Hash passwords off the pages' way: few at once, on threads that give way, and nobody waits long for a turn.

Whatever hashes or checks a password comes through here: signing in, choosing a password, signing in again.
"""

from __future__ import annotations

import os
import sys
import threading
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from functools import cache, partial

from django.contrib.auth import hashers
from django.utils.translation import gettext as _

from segue.core.errors import TryLater

AT_ONCE = 2
WAITING = 8
"""How many may wait for their turn while as many as may be are hashed."""

NICENESS = 15
AGAIN_IN_S = 5


class TooManyHashings(TryLater):
    """Refuse for a moment: others are signing in."""

    http_status = 429


class PBKDF2PasswordHasher(hashers.PBKDF2PasswordHasher):
    """Django's own, on threads of its own. What is stored stays the same."""

    def encode(self, password: str, salt: str, iterations: int | None = None) -> str:
        """Return the hash. Raises: TooManyHashings when there are too many at once."""
        work = partial(super().encode, password, salt, iterations)
        return turns().begin(work).result()


class Turns:
    """So many at once, so many waiting, and no more."""

    def __init__(self, *, at_once: int = AT_ONCE, waiting: int = WAITING) -> None:
        self._room = threading.BoundedSemaphore(at_once + waiting)
        self._threads = ThreadPoolExecutor(
            at_once, thread_name_prefix="hashing", initializer=_give_way
        )

    def begin(self, work: Callable[[], str]) -> Future[str]:
        """Have the work done when its turn comes. Raises: TooManyHashings when too many wait already."""
        if not self._room.acquire(blocking=False):
            raise _too_many()
        done: Future[str] = self._threads.submit(work)
        done.add_done_callback(lambda _done: self._room.release())
        return done


@cache
def turns() -> Turns:
    """Return this process's turns."""
    return Turns()


def _give_way() -> None:
    """Let everything else of the machine go first. Only Linux knows this for one thread.

    A process that was started to give way already goes on as it is: it may not take back what it gave.
    """
    if sys.platform == "linux":
        me = threading.get_native_id()
        given = os.getpriority(os.PRIO_PROCESS, me)
        os.setpriority(os.PRIO_PROCESS, me, max(given, NICENESS))


def _too_many() -> TooManyHashings:
    return TooManyHashings(
        _("Too many people are signing in at this moment."),
        action=_("Try again in a few seconds."),
        code="sign_in_busy",
        not_before_s=AGAIN_IN_S,
    )
