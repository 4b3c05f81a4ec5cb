"""What every request passes before the pages: how much its place asked for, and how long its body may be."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import Any

from asgiref.sync import sync_to_async
from asgiref.typing import (
    ASGI3Application,
    ASGIReceiveCallable,
    ASGIReceiveEvent,
    ASGISendCallable,
    HTTPScope,
    Scope,
)
from django.conf import settings
from django.db import connections
from django.http import parse_cookie

from segue.control.people.bearers import kept_of
from segue.control.people.queries import is_somebodys
from segue.core.bounds import Bound
from segue.core.clock import Clock
from segue.web import limits
from segue.web.people import attempts
from segue.web.people.attempts import is_browser_of_ours
from segue.web.server import refusals
from segue.web.server.places import place
from segue.web.server.throttle import Known, Throttle

PERSON = "segue.signed_in"
"""Where the pages note in a request's scope that somebody is signed in."""

DOORS = ("/sign-in/", "/password-reset/", "/invitation/", "/language/", "/connections/mailchimp/")
"""What strangers knock at: how the paths begin."""

SMALL = tuple(path for path in DOORS if path != "/language/")
"""Doors to which nobody sends much. Who switches the language in the middle of a form sends the form along."""

UPLOADS = (("/sources/definition/", limits.DEFINITION_BODY),)
"""Paths whose bodies have a bound of their own."""

DRAINED_S = 2.0
"""For how long the rest of a body that is refused is read and thrown away, so that the answer arrives."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Visit:
    """What counts of a request here. `session` is the hash of the key that the browser brought; "" for none.

    `browser` is what it remembers of who signed in in it.
    """

    path: str
    place: str
    session: str
    key: str
    browser: str
    language: str
    length: int | None
    has_body: bool


class TooLarge(Exception):
    """A body went on beyond its bound."""


class Gatehouse:
    """An application that lets requests through to the pages."""

    def __init__(self, pages: ASGI3Application, clock: Clock) -> None:
        self._pages, self._clock = pages, clock
        self._known = Known()
        self._at_doors = _throttle(limits.DOOR_BURST, limits.DOOR_RATE, clock)
        self._strangers = _throttle(limits.STRANGERS_BURST, limits.STRANGERS_RATE, clock)

    async def __call__(
        self, scope: Scope, receive: ASGIReceiveCallable, send: ASGISendCallable
    ) -> None:
        """Answer a request."""
        if scope["type"] != "http":
            return await self._pages(scope, receive, send)
        visit = _visit(scope)
        if wait_s := self._wait_s(visit):
            return await _refuse(refusals.too_many(visit.language, wait_s), receive, send)
        most = await self._longest_body(visit)
        if visit.length is not None and visit.length > most:
            return await _refuse(refusals.too_large(visit.language), receive, send)
        await self._let_in(scope, visit, _Counted(receive, most), send)
        return None

    async def _let_in(
        self, scope: HTTPScope, visit: Visit, receive: _Counted, send: ASGISendCallable
    ) -> None:
        noted: Any = scope
        try:
            await self._pages(scope, receive, send)
        except TooLarge:
            await _refuse(refusals.too_large(visit.language), receive.receive, send)
        if visit.session:
            self._known.note(visit.session, signed_in=bool(noted.get(PERSON)))

    def _wait_s(self, visit: Visit) -> float:
        if visit.path.startswith(settings.STATIC_URL):
            return 0.0
        if visit.path.startswith(DOORS) and (wait_s := self._at_doors.wait_s(visit.place)):
            return wait_s
        return 0.0 if visit.session in self._known else self._strangers.wait_s(visit.place)

    async def _longest_body(self, visit: Visit) -> int:
        """Return how many bytes may come. Only for a long body the database is asked who sends it."""
        strangers = limits.as_set(limits.STRANGERS_BODY)
        is_short = visit.length is not None and visit.length <= strangers
        if is_short or not visit.has_body or visit.path.startswith(SMALL):
            return strangers
        if visit.session not in self._known and not await self._is_somebodys(visit):
            return strangers
        own = [limit for begins, limit in UPLOADS if visit.path.startswith(begins)]
        return limits.as_set((*own, limits.BODY)[0])

    async def _is_somebodys(self, visit: Visit) -> bool:
        """Tell whether somebody is signed in, or was in this browser before: what they typed is kept until they are again."""
        if not visit.key and not visit.browser:
            return False
        return await sync_to_async(_looked_up)(visit, self._clock)


class _Counted:
    """Hands a body on and counts it. Raises: TooLarge."""

    def __init__(self, receive: ASGIReceiveCallable, most: int) -> None:
        self.receive, self._left = receive, most

    async def __call__(self) -> ASGIReceiveEvent:
        event = await self.receive()
        if event["type"] == "http.request":
            self._left -= len(event["body"])
            if self._left < 0:
                raise TooLarge
        return event


async def _refuse(
    refusal: refusals.Refusal, receive: ASGIReceiveCallable, send: ASGISendCallable
) -> None:
    """Answer at once, and read on for a moment: who is still sending would else see a broken connection, not the answer."""
    await refusal.answer(send, more=True)
    try:
        async with asyncio.timeout(DRAINED_S):
            while (event := await receive())["type"] == "http.request" and event["more_body"]:
                pass
    except TimeoutError:
        pass
    await send({"type": "http.response.body", "body": b"", "more_body": False})


def _throttle(burst: Bound, rate: Bound, clock: Clock) -> Throttle:
    per_s = limits.as_set(rate) / 60
    return Throttle(burst=limits.as_set(burst), per_s=per_s, monotonic=clock.monotonic)


def _visit(scope: HTTPScope) -> Visit:
    headers = {bytes(name): bytes(value).decode("latin-1") for name, value in scope["headers"]}
    cookies = parse_cookie(headers.get(b"cookie", ""))
    key = cookies.get(settings.SESSION_COOKIE_NAME, "")
    client = scope["client"]
    host = client[0] if client else ""
    length = headers.get(b"content-length", "")
    return Visit(
        path=scope["path"],
        place=place(host) or host,
        session=kept_of(key) if key else "",
        key=key,
        browser=cookies.get(attempts.COOKIE, ""),
        language=refusals.language_of(
            headers.get(b"accept-language", ""), cookies.get(settings.LANGUAGE_COOKIE_NAME, "")
        ),
        length=int(length[:18]) if length.isdecimal() else None,
        has_body=bool(length) or b"transfer-encoding" in headers,
    )


def _looked_up(visit: Visit, clock: Clock) -> bool:
    try:
        return is_somebodys(visit.key, clock.now()) or is_browser_of_ours(visit.browser)
    finally:
        connections.close_all()
