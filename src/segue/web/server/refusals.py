"""Answers to what never reaches the pages: made once a language, with the headers that protect every answer."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import Any

from asgiref.typing import ASGISendCallable
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.module_loading import import_string
from django.utils.translation import gettext as _
from django.utils.translation.trans_real import (
    get_supported_language_variant,
    parse_accept_lang_header,
)

from segue.words.catalogue import ENGLISH, languages

PROTECTING = 4
"""How many of the settings' middleware only add headers: the outermost."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusal:
    """An answer as it is sent."""

    status: int
    headers: tuple[tuple[bytes, bytes], ...]
    body: bytes

    async def answer(self, send: ASGISendCallable, *, more: bool = False) -> None:
        """Send it; `more`: without its end yet."""
        await send(
            {
                "type": "http.response.start",
                "status": self.status,
                "headers": list(self.headers),
                "trailers": False,
            }
        )
        await send({"type": "http.response.body", "body": self.body, "more_body": more})


def too_many(language: str, wait_s: float) -> Refusal:
    """Return the answer to whoever asks for too much at once."""
    return _made(429, language, max(1, math.ceil(wait_s)))


def too_large(language: str) -> Refusal:
    """Return the answer to a body that is too long."""
    return _made(413, language, 0)


def language_of(accepted: str, chosen: str) -> str:
    """Return the reader's language by the header and by the cookie of whoever switched."""
    if chosen in languages():
        return chosen
    for code, _share in parse_accept_lang_header(accepted):
        try:
            return get_supported_language_variant(code)
        except LookupError:
            continue
    return ENGLISH


@cache
def _made(status: int, language: str, wait_s: int) -> Refusal:
    with translation.override(language):
        response = HttpResponse(
            render_to_string("segue/refused.html", _words(status, wait_s)), status=status
        )
    response.headers["Content-Language"] = language
    if wait_s:
        response.headers["Retry-After"] = str(wait_s)
    whole = _protected(response)
    headers = [(name.lower().encode(), value.encode()) for name, value in whole.items()]
    length = (b"content-length", str(len(whole.content)).encode())
    closing = (b"connection", b"close")
    return Refusal(status=status, headers=(*headers, length, closing), body=whole.content)


def _words(status: int, wait_s: int) -> dict[str, str]:
    if status == 429:
        return {
            "message": _("Too many requests came from where you are."),
            "action": _("Wait %(seconds)s seconds, then try again.") % {"seconds": wait_s},
            "note": _("Whoever is signed in already works on undisturbed."),
        }
    return {
        "message": _("What was sent is too large."),
        "action": _(
            "Nothing of it was taken. Go back: what you entered still stands there. If your session ended meanwhile, sign "
            "in in another tab, then send it again; else send less at once."
        ),
        "note": "",
    }


def _protected(response: HttpResponse) -> HttpResponse:
    """Return the answer as the outermost layers of the pages would send it."""
    layer: Callable[[HttpRequest], Any] = lambda _request: response  # noqa: E731
    for path in reversed(settings.MIDDLEWARE[:PROTECTING]):
        layer = import_string(path)(layer)
    made: HttpResponse = layer(_Request())
    return made


class _Request(HttpRequest):
    """A request that came by the scheme by which the pages are reached: no layer redirects it."""

    def _get_scheme(self) -> str:
        return str(settings.SEGUE_URL).partition(":")[0]
