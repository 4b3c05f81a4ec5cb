"""Whether work may go on: one value that everything asks, and that anybody may revoke from any thread, once and for good.

Revoking ends waits at once, gives calls under way a moment, and breaks off what the engine evaluates. Nothing is undone:
what was acknowledged stays, and the next run does the rest.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager, suppress
from threading import Lock
from typing import TypeVar

from segue.core.errors import BrokenOff

Result = TypeVar("Result")
Sleep = Callable[[float], Awaitable[None]]


class Permit:
    """A permit to go on. `ask` is asked too, each time: it returns why the work must stop by itself, None to go on."""

    def __init__(self, ask: Callable[[], BrokenOff | None] | None = None) -> None:
        self._ask = ask
        self._reason: BrokenOff | None = None
        self._listeners: dict[int, Callable[[], None]] = {}
        self._numbers = 0
        self._lock = Lock()

    @property
    def reason(self) -> BrokenOff | None:
        """Return why the work must stop, None while it may go on."""
        if self._reason is None and self._ask is not None and (found := self._ask()) is not None:
            self.revoke(found)
        return self._reason

    def check(self) -> None:
        """Raise the reason when the work must stop."""
        if (reason := self.reason) is not None:
            raise reason

    def revoke(self, reason: BrokenOff) -> None:
        """Let the work stop. The first reason counts; whoever listens hears it in the calling thread."""
        with self._lock:
            if self._reason is not None:
                return
            self._reason = reason
            listeners = list(self._listeners.values())
        for listener in listeners:
            listener()

    @contextmanager
    def hearing(self, listener: Callable[[], None]) -> Iterator[None]:
        """Call `listener` when the permit is revoked inside, at once when it was before. It may be called by any thread."""
        with self._lock:
            number = self._numbers
            self._numbers += 1
            self._listeners[number] = listener
            late = self._reason is not None
        if late:
            listener()
        try:
            yield
        finally:
            with self._lock:
                self._listeners.pop(number, None)

    async def bound(self, work: Awaitable[Result], *, sleep: Sleep | None = None) -> Result:
        """Return what `work` returns; once the permit is revoked it gets the reason's grace by `sleep`, then it is abandoned.

        Without `sleep` it is abandoned at once: a wait, of which nobody needs to know how it would have ended.

        Raises: the reason for stopping when the work was abandoned.
        """
        task = asyncio.ensure_future(work)
        end = _Ending(task, self._grace_s, sleep)
        with self.hearing(end.from_any_thread):
            try:
                return await task
            except asyncio.CancelledError:
                if end.happened and self._reason is not None and not _is_canceled_itself():
                    raise self._reason from None
                raise
            finally:
                end.forget()

    def _grace_s(self) -> float:
        return self._reason.grace_s if self._reason is not None else 0.0


class _Ending:
    """Ends one task after its grace."""

    def __init__(
        self, task: asyncio.Future[Result], grace_s: Callable[[], float], sleep: Sleep | None
    ) -> None:
        self.happened = False
        self._task = task
        self._grace_s = grace_s
        self._sleep = sleep
        self._loop = asyncio.get_running_loop()
        self._waiting: asyncio.Task[None] | None = None

    def from_any_thread(self) -> None:
        with suppress(RuntimeError):  # the loop is closed: the work is over anyway
            self._loop.call_soon_threadsafe(self._begin)

    def forget(self) -> None:
        if self._waiting is not None:
            self._waiting.cancel()

    def _begin(self) -> None:
        if not self._task.done() and self._waiting is None:
            self._waiting = self._loop.create_task(self._end())

    async def _end(self) -> None:
        if self._sleep is not None:
            await self._sleep(self._grace_s())
        self.happened = True
        self._task.cancel()


def _is_canceled_itself() -> bool:
    current = asyncio.current_task()
    return current is not None and current.cancelling() > 0
