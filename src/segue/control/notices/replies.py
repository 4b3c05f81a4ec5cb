"""Bound what chat services and webhooks answer: whoever serves one may answer without end, or a kilobyte that unfolds.

The library that sends messages reads every answer whole, and goes on reading after nobody waits for it any more.
"""

from __future__ import annotations

from functools import cache
from io import BytesIO
from typing import Any

from segue.control.clock import clock
from segue.core.bounds import Bound

REPLY_BYTES = 1 << 20
REPLY_S = 10
_PIECE_BYTES = 1 << 14

BOUNDS: tuple[Bound, ...] = (
    Bound(
        name="answer of a chat service or webhook",
        value=REPLY_BYTES,
        unit="bytes, unpacked",
        beyond="the connection is closed, and the message counts as refused (`service_refused`); it is tried again",
    ),
    Bound(
        name="time for the answer of a chat service or webhook",
        value=REPLY_S,
        unit="seconds, to its last byte",
        beyond="the same",
    ),
)


@cache
def bound_replies() -> None:
    """Let `requests` read no more of an answer than the bounds, from now on and in the whole process."""
    import requests
    from urllib3.exceptions import HTTPError

    class Bounded(requests.adapters.HTTPAdapter):
        """Reads the answer itself, within the bounds."""

        def send(self, *given: Any, **more: Any) -> requests.Response:
            """Send a request. Raises: requests.RequestException, also when the answer is too much."""
            response = super().send(*given, **more)
            try:
                content = _read(response)
            except (HTTPError, OSError) as error:
                response.close()
                raise requests.exceptions.ConnectionError(type(error).__name__) from None
            if content is None:
                response.close()
                raise requests.exceptions.ConnectionError("more than an answer may be")
            response.raw.release_conn()
            response.raw = BytesIO(content)
            return response

    requests.sessions.HTTPAdapter = Bounded  # type: ignore[attr-defined]  # what its sessions take at their beginning


def _read(response: Any) -> bytes | None:
    """Return an answer unpacked, None when it is too long or takes too long."""
    until, content = clock().monotonic() + REPLY_S, bytearray()
    for piece in response.raw.stream(_PIECE_BYTES, decode_content=True):
        content += piece
        if len(content) > REPLY_BYTES or clock().monotonic() > until:
            return None
    return bytes(content)
