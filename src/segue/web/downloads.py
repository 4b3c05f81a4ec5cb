"""CSV files as downloads: attachments that stream, that spreadsheets read with accents and never run as formulas."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable, Iterator, Sequence
from itertools import chain

from asgiref.sync import sync_to_async
from django.core.handlers.asgi import ASGIRequest
from django.http import HttpRequest, StreamingHttpResponse

from segue.shown.spreadsheets import csv_pieces


def csv_download(
    request: HttpRequest, *, name: str, header: Sequence[str], rows: Iterable[Sequence[str]]
) -> StreamingHttpResponse:
    """Return a CSV file named `name`; `rows` are read while it is sent, when the reader's language is gone already."""
    pieces = csv_pieces(chain([header], rows))
    is_async = isinstance(request, ASGIRequest)
    return StreamingHttpResponse(
        _off_the_loop(pieces) if is_async else pieces,
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


async def _off_the_loop(pieces: Iterator[bytes]) -> AsyncIterator[bytes]:
    """Make each piece in the request's own thread, so that others are served meanwhile."""
    while (piece := await sync_to_async(_next)(pieces)) is not None:
        yield piece


def _next(pieces: Iterator[bytes]) -> bytes | None:
    return next(pieces, None)
