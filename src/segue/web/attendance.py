"""Whether a worker is there, as this web process hears it. `Watchman` listens; pages only ask what it heard last."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import datetime
from functools import cache
from threading import Event, Thread

from django.db import Error, close_old_connections, connections

from segue.control.clock import clock
from segue.control.notices.chores import tend
from segue.control.notices.states import no_worker
from segue.control.refreshes.silence import Watch
from segue.control.refreshes.workers import Attendance
from segue.core.clock import Clock

LISTEN_EVERY_S = 10.0
"""Seconds between two looks."""

TOLD_AFTER_S = 120.0
"""How long nobody must be there, once that is seen, before people are told: a worker that is started anew is back by then."""

log = logging.getLogger("segue.web")


@cache
def attendance() -> Attendance:
    """Return what this process has heard of the workers."""
    return Attendance(Watch(clock().monotonic))


class Watchman:
    """Listens for the workers, and tells people in their place when none is left: telling is a worker's work else."""

    def __init__(
        self, heard: Attendance, clock: Clock, *, tell: Callable[[datetime], None] | None = None
    ) -> None:
        self._heard = heard
        self._clock = clock
        self._tell = tell or _tell
        self._nobody_since: float | None = None

    def look(self) -> None:
        """Look once, and tell what is to be told."""
        self._heard.look()
        if not self._heard.is_nobody_there:
            self._nobody_since = None
            return
        now_s = self._clock.monotonic()
        if self._nobody_since is None:
            self._nobody_since = now_s
            log.error("worker.none_is_heard")
        if now_s - self._nobody_since >= TOLD_AFTER_S:
            self._tell(self._clock.now())


def listen(over: Event) -> None:
    """Listen in a thread of its own until `over` is set."""
    watchman = Watchman(attendance(), clock())

    def go_on() -> None:
        while not over.wait(LISTEN_EVERY_S):
            _guarded(watchman.look)

    Thread(target=go_on, name="watchman", daemon=True).start()


def _tell(now: datetime) -> None:
    tend(now, also=[no_worker()])


def _guarded(look: Callable[[], None]) -> None:
    """Look, and look again next time whatever went wrong: the database may be away for a while."""
    close_old_connections()
    try:
        look()
    except (Error, OSError) as error:
        log.error("worker.watch_failed", extra={"kind": type(error).__name__})
    finally:
        connections.close_all()
