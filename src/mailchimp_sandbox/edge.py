"""The way of every API call: who calls, a free place, ordered faults, latency, the endpoint, headers, the record.

Source: FACTS.md §1 (keys), §9.1, §9.2 (headers), §9.9 (throttle), §9.15 (faults).
"""

from __future__ import annotations

import asyncio
import base64
import binascii
import time
import uuid
import zlib
from email.utils import formatdate
from typing import Final

import orjson
from aiohttp import web

from mailchimp_sandbox.account import Account
from mailchimp_sandbox.addressed import named, reply_without, without
from mailchimp_sandbox.calls import CallLog, CallRecord
from mailchimp_sandbox.exchange import Call, Reply
from mailchimp_sandbox.faults import (
    ANSWERS,
    DROP_AFTER,
    DROP_BEFORE,
    FORGOTTEN,
    LATE,
    POISON,
    PROBLEMS,
    SLOW,
    TRUNCATED,
    UNACCOUNTED,
    Fault,
    Faults,
)
from mailchimp_sandbox.hostile import HOSTILE, STREAMED, spoiled, streamed
from mailchimp_sandbox.latency import Latency
from mailchimp_sandbox.occasions import Occasions
from mailchimp_sandbox.operations_at_work import OperationsAtWork
from mailchimp_sandbox.problems import (
    Problem,
    forbidden,
    invalid_key,
    invalid_payload,
    missing_key,
    too_many_connections,
    user_disabled,
)
from mailchimp_sandbox.router import BATCH, Match, matched
from mailchimp_sandbox.throttle import Throttle

_JSON: Final = "application/json; charset=utf-8"
_PROBLEM: Final = "application/problem+json; charset=utf-8"
_HTML_504: Final = "504"
_COMPRESSED_FROM_BYTES: Final = 1024
_LOOK_EVERY_S: Final = 0.02


class Edge:
    """Take calls below /3.0. `base_url` is set once the port is known."""

    def __init__(self, account: Account, *, latency: Latency) -> None:
        """Prepare; nothing is served yet."""
        self.account = account
        self.latency = latency
        self.base_url = ""
        self.faults = Faults(account.rejections)
        self.occasions = Occasions()
        self.operations = OperationsAtWork(account)
        self.throttle = Throttle()
        self.calls = CallLog()

    async def handle(self, request: web.Request) -> web.StreamResponse:
        """Answer one call."""
        received_at, began = time.time(), time.perf_counter()
        path = request.rel_url.raw_path.removeprefix("/3.0").rstrip("/") or "/"
        exchange = _Exchange(self, request, path)
        response = await exchange.run()
        status = response.status if response is not None else 0
        seconds = time.perf_counter() - began
        self.calls.add(CallRecord(request.method, exchange.template, status, seconds, received_at))
        return response if response is not None else web.Response()

    async def batch_results(self, request: web.Request) -> web.Response:
        """Serve the results of a finished batch to whoever knows the address. Source: FACTS.md §3."""
        batch_id = request.match_info["name"].removesuffix("-response.tar.gz")
        with self.account.lock:
            self.operations.catch_up()
            batch = self.account.batches.get(batch_id)
            archive = batch.archive if batch is not None else b""
        if not archive:
            raise web.HTTPNotFound
        return web.Response(body=archive, content_type="application/gzip")


class _Exchange:
    """One call on its way; `run` returns None when the connection was cut."""

    def __init__(self, edge: Edge, request: web.Request, path: str) -> None:
        self.edge = edge
        self.account = edge.account
        self.request = request
        self.path = path
        self.template = path if path.count("/") == 1 else "(unknown)"
        self.request_id = str(uuid.uuid4())

    async def run(self) -> web.StreamResponse | None:
        try:
            match = matched(self.request.method, self.path)
            self.template = match.template
        except Problem as problem:
            return self._refused(problem)
        try:
            self._authenticate()
        except Problem as problem:
            return self._refused(problem)
        switches = self.account.switches
        if self.edge.throttle.is_full(switches.simultaneous_limit):
            return self._throttled()
        with self.edge.throttle.place():
            addresses = await self._addresses()
            fault = self.edge.faults.take(self.request.method, self.path, self.template, addresses)
            return await self._answered(match, fault)

    async def _answered(self, match: Match, fault: Fault | None) -> web.StreamResponse | None:
        kind = fault.kind if fault is not None else ""
        if kind == DROP_BEFORE:
            self._cut()
            return None
        if kind in ANSWERS or kind in PROBLEMS:
            return self._ordered_answer(kind)
        payload = await self.request.read()
        extra_s = fault.seconds if fault is not None and kind == SLOW else 0.0
        late_s = fault.seconds if fault is not None and kind == LATE else 0.0
        usual_s = self._usual_s()
        if not await self._waited(extra_s, usual_s=usual_s) or not self._let_pass(late_s):
            return self._ordered_answer(_HTML_504)
        begun = time.monotonic()
        try:
            payload, hidden = self._struck_by_address(payload)
            reply = self._applied(match, payload)
        except Problem as problem:
            await asyncio.sleep(max(0.0, usual_s - (time.monotonic() - begun)))
            return self._refused(problem)
        # The usual time of a call holds its own work: calls that run side by side do not wait for each other's.
        await asyncio.sleep(max(0.0, usual_s - (time.monotonic() - begun)))
        if kind == DROP_AFTER:
            self._cut()
            return None
        body = reply.body
        if kind == TRUNCATED:
            body = body[: len(body) // 2]
        if hidden:
            body = reply_without(body, hidden)
        if fault is not None and kind in STREAMED:
            return await streamed(self.request, kind, self._headers(_JSON))
        if fault is not None and kind in HOSTILE:
            fault.first = fault.first or body
            body = spoiled(kind, body, changes=fault.changes, first=fault.first)
        return await self._response(reply, body)

    def _usual_s(self) -> float:
        """Return how long a call of this kind takes."""
        fields = self.request.query.get("fields", "")
        return self.edge.latency.seconds(self.request.method, self.template, fields)

    async def _waited(self, extra_s: float, *, usual_s: float) -> bool:
        """Let an ordered delay pass before anything is done; False when the server's limit cuts the call off."""
        wait_s = extra_s
        hang_s = self.account.switches.ancient_since_hang_s
        if hang_s and self.request.query.get("since_last_changed", "9") < "1980":
            wait_s += hang_s
        limit_s = self.account.switches.server_timeout_s
        if wait_s + usual_s > limit_s:
            await asyncio.sleep(limit_s)
            return False
        await self._held_up(wait_s)
        return True

    async def _held_up(self, seconds: float) -> None:
        """Wait so long, or until all faults are cleared."""
        faults, until = self.edge.faults, time.monotonic() + seconds
        releases = faults.releases
        # Looked at again and again: faults are ordered and cleared by other threads, which may not set an asyncio.Event.
        while (left_s := until - time.monotonic()) > 0 and faults.releases == releases:  # noqa: ASYNC110
            await asyncio.sleep(min(left_s, _LOOK_EVERY_S))

    def _let_pass(self, late_s: float) -> bool:
        """Let time pass at Mailchimp only; False when the server's limit cuts the call off."""
        limit_s = self.account.switches.server_timeout_s
        with self.account.lock:
            self.account.ahead_s += min(late_s, limit_s)
        return late_s <= limit_s

    def _applied(self, match: Match, payload: bytes) -> Reply:
        """Do the call's work, and around it what was ordered to happen meanwhile."""
        occasions = self.edge.occasions
        with self.account.lock:
            self.edge.operations.catch_up()
            struck = occasions.struck(self.request.method, self.path, self.template)
            occasions.let_happen(struck, "before")
            try:
                return self._apply(match, payload)
            finally:
                occasions.let_happen(struck, "after")

    def _apply(self, match: Match, payload: bytes) -> Reply:
        request, account = self.request, self.account
        call = Call(
            account=account,
            base_url=self.edge.base_url,
            params=match.params,
            query=request.query,
            payload=payload,
            caller_ip=request.remote or "127.0.0.1",
            now=account.now(),
        )
        return match.endpoint(call)

    async def _addresses(self) -> list[str]:
        """Return the addresses that the call names, none when no fault looks at them."""
        if not self.edge.faults.concerns_addresses() or self.request.method == "GET":
            return []
        return [one.address for one in named(await self.request.read())]

    def _struck_by_address(self, payload: bytes) -> tuple[bytes, list[str]]:
        """Return the call to apply and the addresses to leave out of its reply.

        Raises: Problem #4 when the call holds a poisoned address. Source: FACTS.md §4 #4.
        """
        faults = self.edge.faults
        if not faults.concerns_addresses() or self.request.method == "GET":
            return payload, []
        found = named(payload)
        addresses = [one.address for one in found]
        poisoned = faults.struck_addresses(POISON, addresses)
        if poisoned:
            path = next(one.path for one in found if one.address == poisoned[0])
            raise invalid_payload(path, "Schema describes object, array found instead")
        if self.template != BATCH:
            return payload, []
        forgotten = faults.struck_addresses(FORGOTTEN, addresses)
        if forgotten:
            payload = without(payload, forgotten)
        return payload, faults.struck_addresses(UNACCOUNTED, addresses)

    def _authenticate(self) -> None:
        """Accept the key by Basic, Bearer or OAuth, and issued tokens. Source: FACTS.md §1, §9.1."""
        scheme, _, secret = self.request.headers.get("Authorization", "").partition(" ")
        if not secret:
            raise missing_key()
        if scheme.lower() == "basic":
            secret = _basic_password(secret)
        elif scheme.lower() not in ("bearer", "oauth"):
            raise missing_key()
        if (
            secret in self.account.revoked_tokens
            and self.account.switches.revocation_answer == "403"
        ):
            raise forbidden()
        if secret != self.account.api_key and secret not in self.account.tokens:
            raise invalid_key()
        if self.account.switches.account_disabled:
            raise user_disabled()
        # Assumption: which roles are too low, and that reading is still allowed to them. Source: FACTS.md §4 #19.
        reads_only = self.account.switches.account_role in ("author", "viewer")
        if reads_only and self.request.method != "GET":
            raise forbidden()

    def _throttled(self) -> web.Response:
        switches = self.account.switches
        match switches.throttle_answer:
            case "problem":
                return self._refused(too_many_connections(switches.simultaneous_limit))
            case "empty_429":
                return self._ordered_answer("429")
        return self._ordered_answer("403")

    def _ordered_answer(self, kind: str) -> web.Response:
        if kind in PROBLEMS:
            return self._refused(PROBLEMS[kind]())
        status, content_type, body = ANSWERS[kind]
        headers = {"Server": "openresty", "Date": self._date(), "Content-Type": content_type}
        return web.Response(status=status, body=body, headers=headers)

    def _refused(self, problem: Problem) -> web.Response:
        headers = self._headers(_PROBLEM)
        headers["Link"] = self._schema("Definitions/ProblemDetailDocument.json")
        if problem.allow:
            headers["Allow"] = problem.allow
        body = orjson.dumps(problem.document(self.request_id))
        return web.Response(status=problem.status, body=body, headers=headers)

    async def _response(self, reply: Reply, body: bytes) -> web.Response:
        if reply.status == 204:
            return web.Response(status=204, headers=self._headers(_JSON))
        headers = self._headers(_JSON)
        headers["Vary"] = "Accept-Encoding"
        headers["Link"] = self._schema(reply.schema)
        if reply.schema == "Lists/Members/Instance.json":
            headers["Link"] += f', <{self.edge.base_url.removesuffix("/3.0")}/>; rel="dashboard"'
        if self._wants_gzip(body):
            body = await asyncio.to_thread(_gzip, body)
            headers["Content-Encoding"] = "gzip"
        return web.Response(status=reply.status, body=body, headers=headers)

    def _wants_gzip(self, body: bytes) -> bool:
        if not self.account.switches.gzip or len(body) < _COMPRESSED_FROM_BYTES:
            return False
        return "gzip" in self.request.headers.get("Accept-Encoding", "")

    def _headers(self, content_type: str) -> dict[str, str]:
        return {
            "Server": "openresty",
            "Date": self._date(),
            "X-Request-Id": self.request_id,
            "Content-Type": content_type,
        }

    def _date(self) -> str:
        """Return the time at Mailchimp, by which contacts change too: not that of this machine, which tests move away from."""
        return formatdate(self.account.moment(), usegmt=True)

    def _schema(self, name: str) -> str:
        origin = self.edge.base_url.removesuffix("/3.0")
        return f'<{origin}/schema/3.0/{name}>; rel="describedBy"'

    def _cut(self) -> None:
        if self.request.transport is not None:
            self.request.transport.abort()


def _basic_password(encoded: str) -> str:
    try:
        decoded = base64.b64decode(encoded, validate=True).decode()
    except (binascii.Error, UnicodeDecodeError):
        raise invalid_key() from None
    return decoded.partition(":")[2]


def _gzip(body: bytes) -> bytes:
    packer = zlib.compressobj(level=1, wbits=31)
    return packer.compress(body) + packer.flush()
