"""Wait for signals: asked to end, or a child has ended. Everything happens in the main thread, between two waits."""

from __future__ import annotations

import select
import signal
import socket
from types import FrameType, TracebackType
from typing import Self

ENDING = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)


class Signals:
    """While entered, signals end waiting instead of the process; `endings` counts how often we were asked to end."""

    def __init__(self) -> None:
        self.endings = 0
        self._reader, self._writer = socket.socketpair()

    def __enter__(self) -> Self:
        """Take the signals over."""
        self._reader.setblocking(False)
        self._writer.setblocking(False)
        heard = [signal.SIGCHLD, *(one for one in ENDING if not _is_ignored(one))]
        self._before = {number: signal.signal(number, self._hear) for number in heard}
        self._wakeup_before = signal.set_wakeup_fd(self._writer.fileno(), warn_on_full_buffer=False)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Give the signals back."""
        signal.set_wakeup_fd(self._wakeup_before)
        for number, handler in self._before.items():
            signal.signal(number, handler)
        self._reader.close()
        self._writer.close()

    def wait(self, seconds: float) -> None:
        """Wait so long, or until the next signal."""
        select.select([self._reader], [], [], max(0.0, seconds))
        try:
            while self._reader.recv(4096):
                pass
        except BlockingIOError:
            return

    def _hear(self, number: int, _frame: FrameType | None) -> None:
        if number in ENDING:
            self.endings += 1


def _is_ignored(number: signal.Signals) -> bool:
    """Tell whether whoever started us wants the signal to do nothing, as `nohup` does."""
    return signal.getsignal(number) is signal.SIG_IGN
