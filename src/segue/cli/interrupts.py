"""Ctrl-C and SIGTERM while a run is at work: the first lets it end in order, as a cancel does, the second ends it at once.

In order: no call begins any more, those under way are waited for, and what became of everybody is told.
"""

from __future__ import annotations

import signal
import warnings
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from queue import SimpleQueue
from threading import Thread, current_thread, main_thread
from types import FrameType, TracebackType
from typing import TYPE_CHECKING, Self

from segue.cli.messages import say
from segue.cli.terminal import errors
from segue.core.errors import BrokenOff
from segue.core.permit import Permit
from segue.service.environment import Environment
from segue.words.amounts import number

if TYPE_CHECKING:
    from segue.cli.invocation import Invocation

HEARD = (signal.SIGINT, signal.SIGTERM)
DEFAULT_WAIT_S = 30


class Interrupts:
    """While entered, the first signal revokes the permit; `number` is which one came, 0: none.

    The permit is revoked by a thread of its own: a signal may come while this one holds the permit's lock.
    """

    def __init__(self, invocation: Invocation) -> None:
        """Work for a call of the program. Raises: ConfigurationProblem when SEGUE_CANCEL_WAIT_S is no number."""
        self.permit = Permit()
        invocation.sends = True
        self.number = 0
        self._language = invocation.language
        self._grace_s = _wait_s(invocation.environment)
        self._heard: SimpleQueue[bool] = SimpleQueue()
        self._thread = Thread(target=self._revoke, name="interrupts", daemon=True)
        self._before: dict[int, object] = {}

    @property
    def exit_code(self) -> int:
        """Return what the shell expects of a program that a signal ended; 0 when none came."""
        return 128 + self.number if self.number else 0

    def __enter__(self) -> Self:
        """Take the signals over, but for those that whoever started us wants to do nothing; only the main thread can."""
        self._thread.start()
        for signum in HEARD if current_thread() is main_thread() else ():
            if signal.getsignal(signum) is not signal.SIG_IGN:
                self._before[signum] = signal.signal(signum, self._hear)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Give the signals back."""
        for signum, before in self._before.items():
            signal.signal(signum, before)  # type: ignore[arg-type]
        self._heard.put(False)
        self._thread.join()
        if self.number and kind is None:
            self._say("interrupted")

    @contextmanager
    def at_once(self) -> Iterator[None]:
        """Let the first signal end the program meanwhile: a question is asked, and nothing has been sent."""
        before = {signum: signal.getsignal(signum) for signum in self._before}
        for signum in self._before:
            signal.signal(signum, _at_once(signum))
        try:
            yield
        finally:
            for signum, handler in before.items():
                signal.signal(signum, handler)

    def _hear(self, number: int, _frame: FrameType | None) -> None:
        self.number = number
        # A second signal may come between a coroutine's making and its first step, which is nothing to read about.
        warnings.filterwarnings("ignore", "coroutine .* was never awaited", RuntimeWarning)
        for one in self._before:
            signal.signal(one, _at_once(one))
        self._heard.put(True)

    def _revoke(self) -> None:
        if self._heard.get():
            self._say("run_ends", seconds=number(self._grace_s, self._language))
            self.permit.revoke(_canceled(self._grace_s))

    def _say(self, key: str, **values: str) -> None:
        errors().print(say(self._language, key, **values), markup=False, soft_wrap=True)


def _canceled(grace_s: int) -> BrokenOff:
    return BrokenOff(
        "Somebody canceled it.",
        action="Run it again: what Mailchimp accepted is kept, the next run does the rest.",
        code="run_canceled",
        grace_s=grace_s,
    )


def _wait_s(environment: Mapping[str, str]) -> int:
    """Return for how many seconds calls under way are waited for. Raises: ConfigurationProblem."""
    return Environment(values=environment).whole("SEGUE_CANCEL_WAIT_S", DEFAULT_WAIT_S, least=0)


def _at_once(number: int) -> Callable[[int, FrameType | None], object] | signal.Handlers:
    return signal.default_int_handler if number == signal.SIGINT else signal.SIG_DFL
