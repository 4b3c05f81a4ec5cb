"""The protocol of one connection: uvicorn's, which cuts nobody who is slow, with time-outs and a place among the sockets."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum, auto
from typing import ClassVar

import h11
from uvicorn.protocols.http.h11_impl import H11Protocol

from segue.web.server.places import is_among, place
from segue.web.server.sockets import Sockets

STEP_BYTES = 10_000
"""How much of a body arrives in a step of time at least."""

FULL = (
    "Too many connections are open. Try again in a few seconds.\n"
    "Trop de connexions sont ouvertes. Réessayez dans quelques secondes.\n"
).encode()


@dataclass(frozen=True, slots=True, kw_only=True)
class Patience:
    """How long a connection may keep the server waiting, in seconds."""

    headers_s: float
    body_step_s: float
    body_s: float
    answer_s: float


class _Stage(Enum):
    """What the server waits for."""

    NOTHING = auto()
    FIRST_BYTE = auto()
    HEADERS = auto()
    BODY = auto()
    CLOSED = auto()


class CarefulProtocol(H11Protocol):
    """One connection. The class carries what all connections of a server share; see `protocol`."""

    sockets: ClassVar[Sockets]
    patience: ClassVar[Patience]
    proxies: ClassVar[Sequence[str]]

    place: str | None = None
    _stage = _Stage.NOTHING
    _timer: asyncio.TimerHandle | None = None
    _answer_timer: asyncio.TimerHandle | None = None
    _arrived = 0
    _until = 0.0

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Take a place among the sockets, or say that there is none."""
        super().connection_made(transport)
        host = self.client[0] if self.client else ""
        self.place = None if is_among(host, self.proxies) else place(host)
        if not self.sockets.admit(self):
            self._send_full()
        self._look()

    def connection_lost(self, exc: Exception | None) -> None:
        """Give the place back."""
        self._stop(self._timer)
        self._stop(self._answer_timer)
        self.sockets.leave(self)
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Take what came, and see what is waited for now."""
        self._arrived += len(data)
        super().data_received(data)
        self._look()

    def on_response_complete(self) -> None:
        """See what is waited for now."""
        super().on_response_complete()
        self._look()

    def timeout_keep_alive_handler(self) -> None:
        """Close the connection between two requests."""
        super().timeout_keep_alive_handler()
        self._look()

    def pause_writing(self) -> None:
        """Wait for the browser to take what it was sent, for a while."""
        super().pause_writing()
        self._answer_timer = self.loop.call_later(self.patience.answer_s, self.cut)

    def resume_writing(self) -> None:
        """Go on: it took some."""
        super().resume_writing()
        self._stop(self._answer_timer)

    def worth(self) -> int | None:
        """Give up first who never asked, then a reader between two pages, then who sends or takes slowly."""
        if self.cycle is None or self.transport.is_closing():
            return 0
        if self.cycle.response_complete:
            return 1
        return 2 if self._stage is _Stage.BODY or self.flow.write_paused else None

    def cut(self) -> None:
        """Close it at once, whatever was not sent yet."""
        self.transport.abort()

    def _look(self) -> None:
        stage = self._stage_now()
        if stage is self._stage:
            return
        self._stop(self._timer)
        self._timer, self._stage = None, stage
        if stage is _Stage.BODY:
            self._until = self.loop.time() + self.patience.body_s
            self._await_step()
        elif stage is _Stage.CLOSED:
            self._timer = self.loop.call_later(self.patience.answer_s, self.cut)
        elif stage is not _Stage.NOTHING:
            self._timer = self.loop.call_later(self.patience.headers_s, self.cut)

    def _stage_now(self) -> _Stage:
        if self.transport.is_closing():
            return _Stage.CLOSED
        if self.conn.their_state is h11.SEND_BODY:
            return _Stage.BODY
        is_between = self.timeout_keep_alive_task is not None  # uvicorn's own timer runs
        if self.conn.their_state is not h11.IDLE or is_between:
            return _Stage.NOTHING
        # Blank lines before a request leave h11 as it was: from the first byte on, one clock runs for all headers.
        return _Stage.HEADERS if self._arrived else _Stage.FIRST_BYTE

    def _await_step(self) -> None:
        self._arrived = 0
        self._timer = self.loop.call_later(self.patience.body_step_s, self._step)

    def _step(self) -> None:
        """Cut a body that drips; while the server itself is not reading, nobody is to blame."""
        is_too_slow = self._arrived < STEP_BYTES and not self.flow.read_paused
        if is_too_slow or self.loop.time() >= self._until:
            self.cut()
        else:
            self._await_step()

    def _send_full(self) -> None:
        head = (
            "HTTP/1.1 503 Service Unavailable\r\nContent-Type: text/plain; charset=utf-8\r\n"
            f"Retry-After: 5\r\nConnection: close\r\nContent-Length: {len(FULL)}\r\n\r\n"
        )
        self.transport.write(head.encode() + FULL)
        self.transport.close()

    @staticmethod
    def _stop(timer: asyncio.TimerHandle | None) -> None:
        if timer is not None:
            timer.cancel()


def protocol(sockets: Sockets, patience: Patience, proxies: Sequence[str]) -> type[CarefulProtocol]:
    """Return the protocol of a server: all of its connections share these."""
    shared = {"sockets": sockets, "patience": patience, "proxies": tuple(proxies)}
    return type("ServerProtocol", (CarefulProtocol,), shared)
