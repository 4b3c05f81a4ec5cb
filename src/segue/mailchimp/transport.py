"""Send one HTTP request and bring back its reply, whatever its status; never retry, never follow a redirection.

Knows HTTP only: connections, TLS, time-outs. What replies mean stands in `errors`.
"""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cache
from types import SimpleNamespace
from typing import Self

import aiohttp
from aiohttp.abc import AbstractStreamWriter
from aiohttp.payload import BytesPayload
from multidict import CIMultiDictProxy
from yarl import URL

from segue.core.clock import Clock
from segue.core.errors import ContextValue, Problem
from segue.core.trouble import raise_trouble
from segue.core.trouble_signs import OF_PROCESS
from segue.mailchimp.errors import problem
from segue.mailchimp.intake import body_of
from segue.mailchimp.limits import ASKED_SECONDS, CONNECTIONS, REPLY_SECONDS, SERVER_TIME_OUT
from segue.mailchimp.words import request_id_in

_READ_BUFFER_BYTES = 2**19
_CONNECT_TIME_OUT_S = 30.0

Gate = Callable[[], None]
"""Raises when nothing may be sent any more."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Timing:
    """How long to wait. All in seconds.

    `time_out_s` bounds one call, from the wait for a connection to the last byte of the reply; it is longer than `server_limit_s`, after which Mailchimp itself gives up, so that
    a call that timed out is over on both sides. Source: FACTS.md §2.
    """

    time_out_s: float = float(REPLY_SECONDS.value)
    server_limit_s: float = float(SERVER_TIME_OUT.value)


ASKED = Timing(time_out_s=float(ASKED_SECONDS.value))
"""How long to wait where a person waits for the answer."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """A complete answer: `body` is decompressed, `elapsed_s` counts from the sending to the last byte."""

    status: int
    headers: CIMultiDictProxy[str]
    body: bytes = field(repr=False)
    elapsed_s: float

    @property
    def request_id(self) -> str:
        """Return Mailchimp's own id of the request; empty when it gave none that is one."""
        return request_id_in(self.headers)


class Transport:
    """Hold at most `connections` kept-alive HTTP/1.1 connections to a service; use it as an async context manager.

    `encoding` is what replies may be compressed with: gzip, or identity for a service on this machine. `gate` is asked
    at the last moment before a body leaves: what it refuses was not sent.
    """

    def __init__(
        self,
        *,
        clock: Clock,
        connections: int = CONNECTIONS.value,
        timing: Timing | None = None,
        user_agent: str = "segue",
        encoding: str = "gzip",
        gate: Gate | None = None,
    ) -> None:
        """Prepare; connections are opened in the context."""
        self._gate = gate
        self._clock = clock
        self._connections = connections
        self._timing = timing or Timing()
        self._headers = {"User-Agent": user_agent, "Accept-Encoding": encoding}
        self._session: aiohttp.ClientSession | None = None
        self._slots = asyncio.Semaphore(connections)

    async def __aenter__(self) -> Self:
        """Open the session."""
        self._session = aiohttp.ClientSession(
            connector=aiohttp.TCPConnector(limit=self._connections),
            timeout=aiohttp.ClientTimeout(
                total=self._timing.time_out_s, sock_connect=_CONNECT_TIME_OUT_S
            ),
            headers=self._headers,
            cookie_jar=aiohttp.DummyCookieJar(),
            read_bufsize=_READ_BUFFER_BYTES,
            auto_decompress=False,  # two megabytes of gzip may hold four gigabytes: `body_of` unpacks within bounds
            trace_configs=[_tracing()],
        )
        # aiohttp repeats GET, PUT and DELETE by itself on a kept connection that broke; repeating is the engine's.
        self._session._retry_connection = False
        return self

    async def __aexit__(self, *_: object) -> None:
        """Close all connections."""
        if self._session is not None:
            await self._session.close()
            self._session = None

    async def send(
        self, method: str, url: str, *, headers: Mapping[str, str], body: bytes | None = None
    ) -> Reply:
        """Send one request, `url` being encoded already, and return the complete reply.

        Raises: TryLater when no complete reply came; it says how long the other side may still be busy. TryLater
        `mailchimp_reply_too_large` or `mailchimp_unreadable_reply` when more or something else came than a reply may be.
        """
        if self._session is None:
            raise RuntimeError("Open the client with `async with` before calling it.")
        async with self._slots:
            begun_at = self._clock.monotonic()
            sent = SimpleNamespace(began=False)
            try:
                async with self._session.request(
                    method,
                    URL(url, encoded=True),
                    data=body if body is None or not self._gate else _Gated(body, self._gate),
                    headers=headers,
                    allow_redirects=False,
                    ssl=tls_context() if url.startswith("https:") else True,
                    trace_request_ctx=sent,
                ) as response:
                    content = await body_of(response)
            except (aiohttp.ClientError, TimeoutError, OSError, EOFError) as error:
                if not sent.began:
                    raise_trouble(error, only=OF_PROCESS)
                elapsed_s = self._clock.monotonic() - begun_at
                raise self._lost(error, method, began=sent.began, elapsed_s=elapsed_s) from error
            return Reply(
                status=response.status,
                headers=response.headers,
                body=content,
                elapsed_s=self._clock.monotonic() - begun_at,
            )

    def remaining_s(self, elapsed_s: float) -> float:
        """Return how long the server may still work on a request that began `elapsed_s` ago."""
        return max(0.0, self._timing.server_limit_s - elapsed_s)

    def _lost(self, error: Exception, method: str, *, began: bool, elapsed_s: float) -> Problem:
        context: dict[str, ContextValue] = {
            "method": method,
            "elapsed_s": round(elapsed_s, 3),
            "cause": type(error).__name__,
        }
        if not began:
            return problem("mailchimp_unreachable", context=context)
        left_s = self.remaining_s(elapsed_s)
        if isinstance(error, TimeoutError):
            return problem("mailchimp_time_out", context=context, not_before_s=left_s)
        # Mailchimp may not have noticed, and works on behind a connection that counts among the ten it allows.
        return problem("mailchimp_connection_broken", context=context, occupies_s=left_s)


class _Gated(BytesPayload):
    """A body that asks before it is written. aiohttp keeps the headers back until then, so that nothing leaves before."""

    def __init__(self, body: bytes, gate: Gate) -> None:
        super().__init__(body)
        self._gate = gate

    async def write_with_length(
        self, writer: AbstractStreamWriter, content_length: int | None
    ) -> None:
        self._gate()
        await super().write_with_length(writer, content_length)


@cache
def tls_context() -> ssl.SSLContext:
    """Return how https is spoken: certificates checked, TLS 1.2 at least. Source: FACTS.md §1 (426 below)."""
    context = ssl.create_default_context()
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    return context


def _tracing() -> aiohttp.TraceConfig:
    """Note on each request that its sending began: only then may the service have acted on it."""
    config = aiohttp.TraceConfig()

    async def note(_session: object, context: SimpleNamespace, _params: object) -> None:
        context.trace_request_ctx.began = True

    config.on_request_headers_sent.append(note)
    return config
