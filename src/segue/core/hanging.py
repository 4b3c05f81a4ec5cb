"""Threads that were left behind because nothing ends what they wait for. Whoever leaves one behind says so here."""

from __future__ import annotations

from threading import Thread

_left: list[Thread] = []


def leave_behind(thread: Thread) -> None:
    """Note a thread for which nobody waits any more."""
    _left[:] = [thread, *(one for one in _left if one.is_alive())]


def anything_hangs() -> bool:
    """Tell whether a thread that was left behind still hangs: a process that ends in order would wait for it."""
    return any(thread.is_alive() for thread in _left)
