"""Call Mailchimp's API: credentials, routes, counting, and refusals as problems. Never retries; knows no payloads."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Self
from urllib.parse import quote, urlencode, urlsplit

import segue
from segue.core.clock import Clock
from segue.core.errors import Problem, TryLater
from segue.mailchimp.calls import CallLog, CallRecorder
from segue.mailchimp.credentials import Credentials, checked_base_url, is_loopback
from segue.mailchimp.errors import problem_from_reply
from segue.mailchimp.limits import CONNECTIONS
from segue.mailchimp.transport import Gate, Reply, Timing, Transport

_log = logging.getLogger(__name__)
_BUSY_AFTER = frozenset({502, 504})
USER_AGENT = f"segue/{segue.__version__}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """One call: `route` is the template (`/lists/{list_id}`), `names` fills its braces.

    `names` and `query` hold ids, hashes and settings, never an address: URLs reach the logs of other machines.
    """

    method: str
    route: str
    names: Mapping[str, str] = field(default_factory=dict)
    query: Mapping[str, str] = field(default_factory=dict)
    body: bytes | None = field(default=None, repr=False)

    def path(self) -> str:
        """Return the encoded path and query."""
        names = {name: quote(value, safe="") for name, value in self.names.items()}
        query = urlencode(self.query, safe=",:")
        return self.route.format(**names) + (f"?{query}" if query else "")


class Client:
    """One account's API at `base_url`; use it as an async context manager.

    At most `connections` calls are under way at once in this client; what other clients and programs of the same
    Mailchimp user do is theirs to bound. Source: FACTS.md §2 (10 per user; the 11th gets 429).
    """

    def __init__(
        self,
        base_url: str,
        credentials: Credentials,
        *,
        clock: Clock,
        connections: int = CONNECTIONS.value,
        timing: Timing | None = None,
        user_agent: str = USER_AGENT,
        encoding: str | None = None,
        calls: CallRecorder | None = None,
        gate: Gate | None = None,
    ) -> None:
        """Prepare; nothing is sent. `gate` as in `Transport`. `encoding` None: gzip, except from this machine, where it only costs time.

        Raises: ConfigurationProblem when the base URL would send credentials in the clear.
        """
        self.base_url = checked_base_url(base_url)
        self.calls = calls or CallLog()
        self._credentials = credentials
        self._transport = Transport(
            clock=clock,
            connections=connections,
            timing=timing,
            user_agent=user_agent,
            encoding=encoding or default_encoding(self.base_url),
            gate=gate,
        )

    def __repr__(self) -> str:
        return f"Client({self.base_url!r}, {self._credentials!r})"

    async def __aenter__(self) -> Self:
        """Open the connections' pool."""
        await self._transport.__aenter__()
        return self

    async def __aexit__(self, *error: object) -> None:
        """Close all connections."""
        await self._transport.__aexit__(*error)

    async def call(self, call: Call) -> Reply:
        """Make one call and return its successful reply.

        Raises: the problem that the reply means (`errors.problem_from_reply`); TryLater when no reply came.
        """
        reply = await self.exchange(call)
        if 200 <= reply.status < 300:
            return reply
        raise self._refusal(call, reply)

    async def exchange(self, call: Call) -> Reply:
        """Make one call and return its reply, whatever its status.

        Raises: TryLater when no reply came.
        """
        headers = {"Authorization": self._credentials.header(), "Accept": "application/json"}
        if call.body is not None:
            headers["Content-Type"] = "application/json"
        try:
            reply = await self._transport.send(
                call.method, self.base_url + call.path(), headers=headers, body=call.body
            )
        except TryLater as lost:
            self._note_lost(call, lost)
            raise
        self._note(call, reply)
        return reply

    def _refusal(self, call: Call, reply: Reply) -> Problem:
        refused = problem_from_reply(
            reply.status, reply.headers, reply.body, method=call.method, path_template=call.route
        )
        if isinstance(refused, TryLater) and reply.status in _BUSY_AFTER:
            # A gateway gave up waiting: what stands behind it may still be writing. Source: FACTS.md §2, §4 #30.
            refused.occupies_s = self._transport.remaining_s(reply.elapsed_s)
        return refused

    def _note(self, call: Call, reply: Reply) -> None:
        self.calls.record(
            method=call.method,
            route=call.route,
            status=reply.status,
            elapsed_s=reply.elapsed_s,
            reply_bytes=len(reply.body),
        )
        if _log.isEnabledFor(logging.DEBUG):
            fields = {
                "method": call.method,
                "route": call.route,
                "status": reply.status,
                "elapsed_s": round(reply.elapsed_s, 3),
                "reply_bytes": len(reply.body),
                "request_id": reply.request_id,
            }
            _log.debug("mailchimp.called", extra=fields)

    def _note_lost(self, call: Call, lost: TryLater) -> None:
        elapsed_s = float(lost.context.get("elapsed_s") or 0.0)
        lost.context["route"] = call.route
        self.calls.record(
            method=call.method, route=call.route, status=None, elapsed_s=elapsed_s, reply_bytes=0
        )
        _log.warning(
            "mailchimp.call_lost",
            extra={"method": call.method, "route": call.route, "code": lost.code},
        )


def default_encoding(base_url: str) -> str:
    """Return what replies may be compressed with: nothing from this machine, gzip from elsewhere."""
    return "identity" if is_loopback(urlsplit(base_url).hostname or "") else "gzip"
