"""Do what may hang in native code in a thread of its own, so that whoever waits for it can always go on.

Work that must stop hears it from its own permit, and whatever it said can be broken off (a query, a cursor) is broken
off again and again for a moment. What hears nothing even then, such as a read from a disk that does not answer, is left
behind: its thread ends at its next question to the permit, or with the process, and nothing that it does counts.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import copy_context
from queue import SimpleQueue
from threading import Lock, Thread, Timer
from typing import TypeVar

from segue.core.errors import BrokenOff, Problem
from segue.core.hanging import leave_behind
from segue.core.permit import Permit

Result = TypeVar("Result")
Overdue = Callable[[], Problem]
"""Words the problem of work that took longer than it may."""

_EVERY_S = 0.1
_ROUNDS = 10
"""For a second it is tried to break off what is under way; a cancel takes effect within two."""


class Watch:
    """What work tells of itself while it goes on: how it can be broken off, and how long its next part may take."""

    def __init__(self, permit: Permit) -> None:
        self.permit = Permit(lambda: permit.reason)
        self._events: SimpleQueue[Callable[[], None]] = SimpleQueue()
        self._stops: list[Callable[[], object]] = []
        self._lock = Lock()

    def tell(self, do: Callable[[], None]) -> None:
        """Let the thread that waits do something. What it raises there ends the work."""
        self.permit.check()
        self._events.put(do)

    @contextmanager
    def breakable(self, stop: Callable[[], object]) -> Iterator[None]:
        """Say how what happens inside is broken off. `stop` returns at once, and may be called often and in vain."""
        with self._lock:
            self._stops.append(stop)
        try:
            yield
        finally:
            with self._lock:
                self._stops.remove(stop)

    @contextmanager
    def at_most(self, seconds: float, overdue: Overdue) -> Iterator[None]:
        """End the work with a problem when what happens inside takes longer."""
        self.permit.check()
        timer = Timer(seconds, self._events.put, [lambda: _raise(overdue())])
        timer.daemon = True
        timer.start()
        try:
            yield
        finally:
            timer.cancel()

    def wait(self, ended: Sequence[object]) -> None:
        """Do what is told until the work is over: then something stands in `ended`."""
        while not ended:
            self._events.get()()

    def wake(self, do: Callable[[], None]) -> None:
        """Let the thread that waits do something, whatever the permit says."""
        self._events.put(do)

    def break_off(self, thread: Thread, reason: BrokenOff) -> None:
        """Stop the work; after a second it is left behind."""
        self.permit.revoke(reason)
        for _ in range(_ROUNDS):
            with self._lock:
                for stop in self._stops:
                    stop()
            thread.join(_EVERY_S)
            if not thread.is_alive():
                return
        leave_behind(thread)


def watched(work: Callable[[Watch], Result], *, permit: Permit | None = None) -> Result:
    """Return what `work` returns, which goes on in a thread of its own; only this thread hears what it tells.

    Raises: what `work` raises; the permit's reason within two seconds after it was revoked, whatever the work is doing.
    """
    allowed = permit or Permit()
    watch = Watch(allowed)
    results: list[Result] = []

    def do() -> None:
        try:
            result = work(watch)
        except BaseException as error:  # it is raised where the work is waited for
            failed = error
            watch.wake(lambda: _raise(failed))
        else:
            watch.wake(lambda: results.append(result))

    thread = Thread(target=copy_context().run, args=(do,), name="watched work", daemon=True)
    with allowed.hearing(lambda: watch.wake(allowed.check)):
        thread.start()
        try:
            watch.wait(results)
        except BaseException:
            watch.break_off(thread, allowed.reason or _given_up())
            raise
    return results[0]


def _raise(error: BaseException) -> None:
    raise error


def _given_up() -> BrokenOff:
    return BrokenOff("The work was given up.", action="Run again.", code="run_canceled")
