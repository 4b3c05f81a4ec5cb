"""The life of the worker's process: it ends in order when it is asked to, and when its parent is gone."""

from __future__ import annotations

import os
import signal
import socket
from collections.abc import Callable, Sequence
from threading import Thread

END_SIGNALS = (signal.SIGTERM, signal.SIGINT)


def on_signals(numbers: Sequence[signal.Signals], act: Callable[[], None]) -> None:
    """Call `act` in a thread of its own at the first of these signals, whatever the main thread is waiting for.

    Must be called by the main thread.
    """
    receiving, sending = socket.socketpair()
    sending.setblocking(False)
    signal.set_wakeup_fd(sending.fileno(), warn_on_full_buffer=False)
    for number in numbers:
        signal.signal(number, lambda *_: None)

    def listen() -> None:
        receiving.recv(1)
        act()
        sending.close()

    Thread(target=listen, name="signals", daemon=True).start()


class Parent:
    """Whoever started this process."""

    def __init__(self) -> None:
        self._number = os.getppid()

    @property
    def is_gone(self) -> bool:
        """Return whether it ended: then somebody else is our parent."""
        return os.getppid() != self._number
