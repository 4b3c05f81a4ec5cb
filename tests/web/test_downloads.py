"""CSV downloads: harmless in spreadsheets, with accents, streamed, on both kinds of servers."""

from __future__ import annotations

import asyncio
import csv
import io
from collections.abc import Iterator

import pytest
from django.http import StreamingHttpResponse
from django.test import AsyncRequestFactory, RequestFactory

from segue.shown.spreadsheets import ROWS_A_PIECE, harmless
from segue.web.downloads import csv_download

HOSTILE = [
    '=HYPERLINK("http://evil.example";"x")',
    "+1+1",
    "-2+3",
    "@SUM(A1)",
    "\t=1",
    "\r=1",
    "\n=1",
]


def _content(response: StreamingHttpResponse) -> bytes:
    return b"".join(response.streaming_content)  # type: ignore[arg-type]


def test_a_file_is_an_attachment_that_spreadsheets_read_with_accents() -> None:
    request = RequestFactory().get("/")

    response = csv_download(request, name="people.csv", header=["name"], rows=[["Émile"]])

    assert response["Content-Disposition"] == 'attachment; filename="people.csv"'
    assert response["Content-Type"] == "text/csv; charset=utf-8"
    assert _content(response) == "\ufeffname\r\nÉmile\r\n".encode()


@pytest.mark.parametrize("cell", HOSTILE)
def test_no_cell_is_a_formula(cell: str) -> None:
    request = RequestFactory().get("/")

    response = csv_download(request, name="a.csv", header=["words"], rows=[[cell]])

    text = _content(response).decode("utf-8-sig")
    assert list(csv.reader(io.StringIO(text, newline=""))) == [["words"], [f"'{cell}"]]


def test_a_harmless_cell_stays_as_it_is() -> None:
    assert [harmless(cell) for cell in ("", "a=b", "'=1", "5", "é")] == ["", "a=b", "'=1", "5", "é"]


def test_a_large_file_is_sent_in_pieces() -> None:
    read = 0

    def rows() -> Iterator[list[str]]:
        nonlocal read
        for number in range(3 * ROWS_A_PIECE):
            read += 1
            yield [str(number)]

    response = csv_download(RequestFactory().get("/"), name="a.csv", header=["n"], rows=rows())
    pieces = iter(response.streaming_content)  # type: ignore[call-overload]
    next(pieces)

    assert read < 2 * ROWS_A_PIECE
    assert len(list(pieces)) == 3


def test_an_asgi_server_streams_the_same_file() -> None:
    async def content() -> bytes:
        request = AsyncRequestFactory().get("/")
        response = csv_download(request, name="a.csv", header=["n"], rows=[["1"], ["=2"]])
        assert response.is_async
        return b"".join([piece async for piece in response])  # type: ignore[misc]

    assert asyncio.run(content()) == b"\xef\xbb\xbfn\r\n1\r\n'=2\r\n"
