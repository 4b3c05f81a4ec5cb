"""Replies that no honest service sends, on order: bombs, bodies without end, nesting, strange values, one page for ever.

The call is applied as usual; only what comes back is spoiled. This file knows nothing of calls and accounts.
"""

from __future__ import annotations

import asyncio
import zlib
from collections.abc import Mapping
from contextlib import suppress
from typing import Any, Final

import orjson
from aiohttp import web

BOMB: Final = "gzip_bomb"
ENDLESS: Final = "endless_body"
DRIP: Final = "drip"
DEEP: Final = "deep_json"
WIDE: Final = "wide_json"
ALTERED: Final = "altered"
REPEATED: Final = "repeated"
STREAMED: Final = frozenset({BOMB, ENDLESS, DRIP})
HOSTILE: Final = STREAMED | {DEEP, WIDE, ALTERED, REPEATED}

_BLOCK_BYTES: Final = 2**20
_BLOCKS: Final = 4_096
_LEVELS: Final = 100_000
_WIDTH: Final = 2_000_000
_DRIP_S: Final = 0.02
_ANNOUNCED: Final = 100_000_000


def spoiled(kind: str, body: bytes, *, changes: Mapping[str, Any], first: bytes) -> bytes:
    """Return a reply's body as it comes back; `first` is what the first call that was struck got."""
    match kind:
        case "deep_json":
            return _with_key(body, b"[" * _LEVELS + b"]" * _LEVELS)
        case "wide_json":
            return _with_key(body, b"[" + b"[]," * (_WIDTH - 1) + b"[]]")
        case "altered":
            return altered(body, changes)
        case "repeated":
            return altered(first, {"total_items": _ANNOUNCED})
    return body


def altered(body: bytes, changes: Mapping[str, Any]) -> bytes:
    """Set values by their dotted paths: `lists.0.name`; what a path leads to is made where it is not there."""
    document = orjson.loads(body)
    for path, value in changes.items():
        *way, last = path.split(".")
        place = document
        for step in way:
            place = place[int(step)] if isinstance(place, list) else place.setdefault(step, {})
        place[int(last) if isinstance(place, list) else last] = value
    try:
        return orjson.dumps(document)
    except TypeError:  # an integer of more than 64 bits
        import json

        return json.dumps(document).encode()


async def streamed(
    request: web.Request, kind: str, headers: Mapping[str, str]
) -> web.StreamResponse:
    """Answer with a body that has no end, or none that one should wait for, until the caller goes away."""
    reply = web.StreamResponse(headers=headers)
    if kind == BOMB:
        reply.headers["Content-Encoding"] = "gzip"
    await reply.prepare(request)
    with suppress(ConnectionError):
        await _write(reply, kind)
    return reply


async def _write(reply: web.StreamResponse, kind: str) -> None:
    if kind == BOMB:
        head, block = _bomb()
        await reply.write(head)
        for _ in range(_BLOCKS):
            await reply.write(block)
        return
    await reply.write(b'{"a":"')
    for _ in range(_BLOCKS):
        await reply.write(b"a" if kind == DRIP else b"a" * _BLOCK_BYTES)
        await asyncio.sleep(_DRIP_S if kind == DRIP else 0)


def _bomb() -> tuple[bytes, bytes]:
    """Return the beginning of a gzip stream and a block of it that may be repeated: a kilobyte that holds a megabyte."""
    packer = zlib.compressobj(level=9, wbits=31)
    head = packer.compress(b'{"a":"') + packer.flush(zlib.Z_FULL_FLUSH)
    return head, packer.compress(b"a" * _BLOCK_BYTES) + packer.flush(zlib.Z_FULL_FLUSH)


def _with_key(body: bytes, value: bytes) -> bytes:
    rest = body.strip()[1:]
    return b'{"segue_deep":' + value + (b"," if rest != b"}" else b"") + rest
