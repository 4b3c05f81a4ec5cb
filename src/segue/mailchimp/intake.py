"""THE reader of foreign replies: bytes into typed values, within the bounds of `limits`. Every reply comes through here.

A body is read no further than it may grow. What the values are allowed to be stands in `shapes`.
"""

from __future__ import annotations

import zlib
from typing import TypeVar

import aiohttp
import msgspec

from segue.mailchimp.decoding import UnreadableError, decoded
from segue.mailchimp.errors import problem
from segue.mailchimp.limits import REPLY_BYTES

T = TypeVar("T")

_PLAIN = frozenset({"", "identity"})
_PACKED = frozenset({"gzip", "x-gzip"})
_GZIP = 31
"""`wbits` of zlib for gzip with its header and checksum."""


async def body_of(response: aiohttp.ClientResponse) -> bytes:
    """Return a whole body, unpacked. The session must not unpack by itself: it would do so without a bound.

    Raises: TryLater `mailchimp_reply_too_large` or `mailchimp_unreadable_reply`; the connection is then closed.
    """
    try:
        if (response.content_length or 0) > REPLY_BYTES.value:
            raise _too_large(response)
        return await _unpacked(response)
    except BaseException:
        response.close()
        raise


def read(decoder: msgspec.json.Decoder[T], body: bytes, *, request_id: str = "") -> T:
    """Return a decoded reply.

    Raises: TryLater when it is not what it should be: a cut or changed answer is never read as an empty one.
    """
    try:
        return decoded(decoder, body)
    except UnreadableError as error:
        raise problem(
            "mailchimp_unreadable_reply",
            context={"http_status": 200, "request_id": request_id, "reply_bytes": len(body)},
        ) from error


async def _unpacked(response: aiohttp.ClientResponse) -> bytes:
    packing = response.headers.get("Content-Encoding", "").strip().lower()
    if packing not in _PLAIN | _PACKED:
        raise _garbled(response)
    inflate = zlib.decompressobj(wbits=_GZIP) if packing in _PACKED else None
    parts: list[bytes] = []
    left = REPLY_BYTES.value
    packed_left = REPLY_BYTES.value
    async for chunk in response.content.iter_any():
        packed_left -= len(chunk)
        part = chunk if inflate is None else _inflated(inflate, chunk, left + 1, response)
        left -= len(part)
        if left < 0 or packed_left < 0:
            raise _too_large(response)
        parts.append(part)
    if inflate is not None and not inflate.eof and packed_left < REPLY_BYTES.value:
        raise _garbled(response)
    return parts[0] if len(parts) == 1 else b"".join(parts)


def _inflated(
    inflate: zlib._Decompress, chunk: bytes, most: int, response: aiohttp.ClientResponse
) -> bytes:
    """Return at most `most` bytes of what a chunk holds; whoever gets that many has got too many."""
    try:
        part = inflate.decompress(chunk, most)
    except zlib.error as error:
        raise _garbled(response) from error
    if (
        inflate.unused_data
    ):  # a second member, which nobody sends: it could be one of a million empty ones
        raise _garbled(response)
    return part


def _too_large(response: aiohttp.ClientResponse) -> Exception:
    return problem(
        "mailchimp_reply_too_large",
        context={"http_status": response.status, "most_bytes": REPLY_BYTES.value},
    )


def _garbled(response: aiohttp.ClientResponse) -> Exception:
    return problem("mailchimp_unreadable_reply", context={"http_status": response.status})
