"""Delimited text cut into pieces gives the same rows and numbers wherever the chunks end."""

from __future__ import annotations

import pytest

from segue.engines.duckdb.sources_csv_grammar import Grammar
from segue.engines.duckdb.sources_csv_pieces import (
    LONGEST_ROW,
    Pieces,
    UnclosedQuoteError,
    line_count,
    without_lines,
)

TEXT = (
    b'1,Ana,a\n2,"two\nlines, ""so""",b\n\n3,"The Shop,c\n4,"Corner,d\n5,"Bob" x,e\r\n'
    b'6,Cyd,"f"\r\n7,"a\r\nb","c\nd"\n8,last,g'
)
KEPT = [
    (2, b"1,Ana,a\n"), (3, b'2,"two\nlines, ""so""",b\n'), (4, b"\n"), (8, b'6,Cyd,"f"\r\n'),
    (9, b'7,"a\r\nb","c\nd"\n'), (10, b"8,last,g\n"),
]  # fmt: skip
REFUSED = [(5, b'3,"The Shop,c\n'), (6, b'4,"Corner,d\n'), (7, b'5,"Bob" x,e\r\n')]


def _cut(text: bytes, size: int) -> tuple[bytes, list[int], list[tuple[int, bytes]]]:
    refused: list[tuple[int, bytes]] = []
    pieces = Pieces(
        Grammar(",", '"'),
        first=2,
        refuse=lambda row, line: refused.append((row, line)),
        joined=lambda lines: False,
    )
    data, numbers = b"", []
    for piece in pieces.of(text[at : at + size] for at in range(0, len(text), size)):
        data += piece.data
        count = line_count(piece.data)
        numbers += piece.numbers or range(piece.first, piece.first + count if piece.data else 0)
    return data, numbers, refused


@pytest.mark.parametrize("size", [1, 2, 3, 5, 8, 13, 21, 34, 55, 89, 1_000])
def test_wherever_chunks_end_the_rows_are_the_same(size: int) -> None:
    data, numbers, refused = _cut(TEXT, size)

    assert data == b"".join(line for _, line in KEPT)
    assert numbers == [number for number, _ in KEPT]
    assert refused == REFUSED


@pytest.mark.parametrize("size", [1, 4, 7, 1_000])
@pytest.mark.parametrize("end", [b"\n", b"\r\n", b"\r"])
def test_every_end_of_line_is_one(size: int, end: bytes) -> None:
    data, numbers, refused = _cut(end.join([b"a,b", b'"c",d', b"", b"e,f"]) + end, size)

    assert (line_count(data), numbers, refused) == (4, [2, 3, 4, 5], [])


@pytest.mark.parametrize("size", [1, 6, 1_000])
def test_a_quote_that_never_closes_names_its_row(size: int) -> None:
    with pytest.raises(UnclosedQuoteError) as raised:
        _cut(b'a,b\n"c\nd",e\n1,"x\n2,y\n', size)

    assert raised.value.row == 4


def test_a_row_longer_than_any_is_an_open_quote() -> None:
    with pytest.raises(UnclosedQuoteError) as raised:
        _cut(b'a,b\n1,"x\n' + b"2,y\n" * (LONGEST_ROW // 4), 1 << 20)

    assert raised.value.row == 3


@pytest.mark.parametrize("size", [1, 3, 100])
@pytest.mark.parametrize("count", [0, 1, 2, 3, 9])
def test_the_first_lines_are_left_out(size: int, count: int) -> None:
    text = b"one\ntwo\r\n\nfour\nfive"

    chunks = without_lines((text[at : at + size] for at in range(0, len(text), size)), count)

    assert b"".join(chunks) == b"".join(text.splitlines(keepends=True)[count:])
