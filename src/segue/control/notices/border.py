"""Keep what a foreign library does for us inside bounds: where it connects to, and that it starts no program.

The bounds hold for the interpreter itself, whatever the library follows: a name, a redirect, a second lookup.
"""

from __future__ import annotations

import socket
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from functools import cache

from segue.control.notices.networks import Network, address_of, may_be_sent_to

_CONNECTS = frozenset({"socket.connect", "socket.sendto", "socket.sendmsg"})
_NEVER = frozenset(
    {
        "os.exec",
        "os.fork",
        "os.forkpty",
        "os.posix_spawn",
        "os.spawn",
        "os.system",
        "pty.spawn",
        "socket.bind",
        "subprocess.Popen",
    }
)
"""Names of audit events. Source: Python's table of audit events."""


class CrossedError(OSError):
    """The library was about to go where it must not. As an OSError it ends like a connection that was refused."""


@dataclass(slots=True)
class Border:
    """Where the work inside may connect to: public addresses and `own`. `was_crossed`: it tried another."""

    own: Sequence[Network]
    was_crossed: bool = False

    def check(self, event: str, arguments: tuple[object, ...]) -> None:
        """Return when what is about to happen stays inside.

        Raises: CrossedError, which keeps it from happening.
        """
        if event in _CONNECTS and _may_connect(arguments, self.own):
            return
        self.was_crossed = True
        raise CrossedError("outside of what messages may do")


_around: ContextVar[Border | None] = ContextVar("border", default=None)
"""The border around what runs now, in its threads too when they are started with a copy of the context. None: none."""


@contextmanager
def border(own: Sequence[Network]) -> Iterator[Border]:
    """Keep what happens inside within a border."""
    _watch()
    around = Border(own=own)
    token = _around.set(around)
    try:
        yield around
    finally:
        _around.reset(token)


@cache
def _watch() -> None:
    """Let the interpreter ask before each event. It stays for the process's life, and looks at nothing outside a border.

    It holds all that it needs: when the interpreter ends, modules are emptied before the last events.
    """
    watched, current = _CONNECTS | _NEVER, _around

    def asked(event: str, arguments: tuple[object, ...]) -> None:
        around = current.get() if event in watched else None
        if around is not None:
            around.check(event, arguments)

    sys.addaudithook(asked)


def _may_connect(arguments: tuple[object, ...], own: Sequence[Network]) -> bool:
    """Tell whether a socket may go to its address. A name is none: it is looked up before anything connects."""
    connection, target = arguments[0], arguments[1]
    if not isinstance(connection, socket.socket) or connection.family not in _FAMILIES:
        return False
    if target is None:  # a message over a connection that was asked about when it was made
        return True
    address = address_of(str(target[0])) if isinstance(target, tuple) and target else None
    return address is not None and may_be_sent_to(address, own)


_FAMILIES = (socket.AF_INET, socket.AF_INET6)
