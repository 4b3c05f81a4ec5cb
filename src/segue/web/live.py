"""Follow work that goes on: server-sent events that carry a piece of the page, and the same piece for pages that ask.

The stream looks at the database once a second, in the request's own thread. It ends when the work is over, when the
reader is signed out, and after a quarter of an hour, when the browser opens it again and is checked anew.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from datetime import datetime, tzinfo
from functools import partial, wraps
from typing import Concatenate, ParamSpec

from asgiref.sync import sync_to_async
from django.core.handlers.asgi import ASGIRequest
from django.db import close_old_connections
from django.http import HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.utils import timezone, translation

from segue.control.clock import clock
from segue.control.people.queries import is_signed_in
from segue.control.refreshes.lately import work_now
from segue.core.clock import Clock
from segue.web.requests import PersonRequest, is_watching

Params = ParamSpec("Params")

EVERY_S = 1.0
HEARTBEAT_S = 15.0
LONGEST_S = 900.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """A piece of a page as it stands now. `is_over`: the page is to be loaded again, and then no more followed."""

    html: str
    is_over: bool


OF_LIVE_PAGES = "-live"
"""How the names of routes end that pages ask by themselves."""

SEEN = "seen"
"""The name under which a page that asks by itself says what it has seen: the stamp of the work."""

Read = Callable[[datetime], Piece]
"""Reads the piece as it stands at an instant."""


def events(request: PersonRequest, read: Read) -> HttpResponseBase:
    """Stream a piece each time that it changes. A server that cannot stream says so, and the page asks instead."""
    if not isinstance(request, ASGIRequest):
        return HttpResponse(status=204)
    look = partial(_look, request, read, timezone.get_current_timezone())
    return StreamingHttpResponse(
        stream(look, clock()),
        content_type="text/event-stream",
        headers={"Cache-Control": "no-store, no-transform", "X-Accel-Buffering": "no"},
    )


def asks_by_itself(request: HttpRequest) -> bool:
    """Tell whether a page asked, not a person: that keeps nobody's session from ending."""
    if is_watching(request):
        return True
    match = request.resolver_match
    return match is not None and str(match.url_name).endswith(OF_LIVE_PAGES)


def watched(
    view: Callable[Concatenate[PersonRequest, Params], HttpResponse],
) -> Callable[Concatenate[PersonRequest, Params], HttpResponse]:
    """Let a page ask whether anything at work has changed since it was made: nothing is answered where it has not.

    Its template includes `parts/watch.html` inside of what is then loaded again.
    """

    @wraps(view)
    def behind(
        request: PersonRequest, /, *args: Params.args, **kwargs: Params.kwargs
    ) -> HttpResponse:
        request.work = work_now()
        if is_watching(request):
            request.watches = True
            if request.GET[SEEN] == request.work.stamp:
                return HttpResponse(status=204)
            asked = request.GET.copy()
            del asked[SEEN]
            request.GET = asked  # type: ignore[assignment]
        return view(request, *args, **kwargs)

    return behind


def answer(request: PersonRequest, read: Read) -> HttpResponse:
    """Answer a page that asks for its piece."""
    piece = read(request.now)
    return HttpResponse(piece.html, headers={"HX-Refresh": "true"} if piece.is_over else {})


async def stream(look: Callable[[], Piece | None], clock: Clock) -> AsyncIterator[bytes]:
    """Yield events: `live` with a changed piece, `again` when the page is to be loaded again, comments in between."""
    yield b"retry: 2000\n\n"
    begun = spoken = clock.monotonic()
    shown = ""
    while clock.monotonic() - begun < LONGEST_S:
        piece = await sync_to_async(look)()
        if piece is None or piece.is_over:
            yield _event("again", "again")
            return
        if piece.html != shown:
            shown, spoken = piece.html, clock.monotonic()
            yield _event("live", piece.html)
        elif clock.monotonic() - spoken >= HEARTBEAT_S:
            spoken = clock.monotonic()
            yield b": still here\n\n"
        await clock.sleep(EVERY_S)


def _look(request: PersonRequest, read: Read, zone: tzinfo) -> Piece | None:
    """Read the piece as its reader does; None when they are signed out by now."""
    try:
        if not is_signed_in(request.user, request.session.session_key or "", clock().now()):
            return None
        with translation.override(request.LANGUAGE_CODE), timezone.override(zone):
            return read(clock().now())
    finally:
        close_old_connections()


def _event(name: str, text: str) -> bytes:
    lines = "".join(f"data: {line}\n" for line in text.splitlines())
    return f"event: {name}\n{lines}\n".encode()
