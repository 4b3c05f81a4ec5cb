"""Delimited text cut into pieces gives the same rows and numbers wherever the chunks end."""

from __future__ import annotations

import pytest

from segue.engines.duckdb.reading.sources_csv_grammar import Grammar
from segue.engines.duckdb.reading.sources_csv_pieces import (
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


LONGEST_ROW = 4 << 20


def _cut(
    text: bytes, size: int, longest: int = LONGEST_ROW
) -> tuple[bytes, list[int], list[tuple[int, bytes]]]:
    refused: list[tuple[int, bytes]] = []
    pieces = Pieces(
        Grammar(",", '"'),
        first=2,
        refuse=lambda row, line: refused.append((row, line)),
        joined=lambda lines: False,
        too_long=lambda row, beginning: refused.append((row, beginning[:3])),
        longest=longest,
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
    longest = 16 << 10
    with pytest.raises(UnclosedQuoteError) as raised:
        _cut(b'a,b\n1,"x\n' + b"2,y\n" * (longest // 4), 1 << 12, longest)

    assert raised.value.row == 3


@pytest.mark.parametrize("size", [1, 3, 100])
@pytest.mark.parametrize("count", [0, 1, 2, 3, 9])
def test_the_first_lines_are_left_out(size: int, count: int) -> None:
    text = b"one\ntwo\r\n\nfour\nfive"

    chunks = without_lines((text[at : at + size] for at in range(0, len(text), size)), count)

    assert b"".join(chunks) == b"".join(text.splitlines(keepends=True)[count:])


LONG = b"1,%s,a" % (b"x" * 200)
QUOTED = b'2,"%s",b' % (b'y""' * 80)


@pytest.mark.parametrize("end", [b"\n", b"\r\n", b"\r"])
@pytest.mark.parametrize("size", [1, 2, 7, 33, 64, 100, 207, 208, 209, 210, 5_000])
def test_a_line_that_is_too_long_is_passed_over_wherever_chunks_end(size: int, end: bytes) -> None:
    lines = [LONG, b"3,Ana,c", QUOTED, QUOTED, b'4,"two', b'lines",d', LONG, b"5,Bob,e", LONG]

    data, numbers, refused = _cut(end.join(lines), size, longest=100)

    assert data.splitlines() == [lines[1], lines[4], lines[5], lines[7]]
    assert numbers == [3, 6, 8]
    assert refused == [(2, b"1,x"), (4, b'2,"'), (5, b'2,"'), (7, b"1,x"), (9, b"1,x")]


@pytest.mark.parametrize("size", [1, 10, 64, 5_000])
@pytest.mark.parametrize(
    "text",
    [
        b'1,a,b\n2,"%s\n3,mallory@evil.example,c\n",d\n' % (b"x" * 200),
        b'1,a,b\n2,"some\n%s\n",d\n' % (b"x" * 200),
    ],
)
def test_what_stands_behind_a_line_that_may_leave_a_quote_open_is_never_taken_for_rows(
    text: bytes, size: int
) -> None:
    with pytest.raises(UnclosedQuoteError) as raised:
        _cut(text, size, longest=100)

    assert raised.value.row == 3


@pytest.mark.parametrize("size", [1, 2, 3, 7, 1_000])
@pytest.mark.parametrize("count", [0, 1, 3, 4, 5, 9])
def test_lines_are_left_out_wherever_chunks_end(size: int, count: int) -> None:
    lines = [b"title\r\n", b"\n", b"a,b\n", b"1,2\n", b"3,4"]
    text = b"".join(lines)

    left = without_lines((text[at : at + size] for at in range(0, len(text), size)), count)

    assert b"".join(left) == b"".join(lines[count:])
