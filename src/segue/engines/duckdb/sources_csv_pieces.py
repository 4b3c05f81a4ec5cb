"""Cut delimited text into pieces of whole rows, and take out of them the lines whose quotes would join two rows.

The usual piece is sound and passes as it is. In one that is not, each line is read by itself: a line whose quote runs
into a later line with something behind it is refused, and so is that later line unless it is sound alone.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from segue.engines.duckdb.sources_csv_grammar import Grammar, Line

LONGEST_ROW = 4 << 20
"""Bytes that one row may have."""


@dataclass(frozen=True, slots=True)
class Piece:
    """Whole rows of a file: `first` is the number of the first; `numbers` are those of all, None when they follow."""

    data: bytes
    first: int
    numbers: list[int] | None = None


class UnclosedQuoteError(Exception):
    """A quote swallows the rest of the file, or more than a row can hold."""

    def __init__(self, row: int) -> None:
        super().__init__()
        self.row = row


class Pieces:
    """Cut chunks of one file; `refuse` hears of every line taken out, `joined` tells whether lines look like rows."""

    def __init__(
        self,
        grammar: Grammar,
        *,
        first: int,
        refuse: Callable[[int, bytes], None],
        joined: Callable[[list[bytes]], bool],
    ) -> None:
        self._grammar = grammar
        self._row = first
        self._refuse = refuse
        self._joined = joined
        self._open: list[bytes] = []
        self._open_bytes = 0

    def of(self, chunks: Iterable[bytes]) -> Iterator[Piece]:
        """Yield the pieces in their order.

        Raises: UnclosedQuoteError with the row in which the quote opens.
        """
        rest = b""
        for chunk in chunks:
            block = rest + chunk
            at = _end_of_lines(block)
            rest = block[at:]
            if at:
                yield self._piece(block[:at])
            if len(rest) > LONGEST_ROW:
                raise UnclosedQuoteError(self._row)
        if rest:
            yield self._piece(rest + b"\n")
        if self._open:
            raise UnclosedQuoteError(self._row)

    def _piece(self, block: bytes) -> Piece:
        first = self._row
        if not self._open and self._grammar.is_sound(block):
            self._row += line_count(block)
            return Piece(block, first)
        kept: list[bytes] = []
        numbers: list[int] = []
        for line in block.splitlines(keepends=True):
            for row in self._rows(line):
                kept += row
                numbers.append(self._row)
                self._row += 1
        return Piece(b"".join(kept), first, numbers)

    def _rows(self, line: bytes) -> Iterator[list[bytes]]:
        """Yield the rows that are whole with this line; each yielded row is counted before the next."""
        waiting = deque([(line, False)])
        while waiting:
            text, is_suspect = waiting.popleft()
            if not self._open:
                yield from self._from_outside(text, is_suspect=is_suspect)
                continue
            self._open.append(text)
            kind = self._grammar.inside(text)
            if kind is Line.OPEN:
                self._grow(text)
                continue
            lines, self._open = self._open, []
            if kind is Line.UNSOUND:
                self._out(lines[0])
                waiting.extendleft(reversed([*((one, False) for one in lines[1:-1]), (text, True)]))
            elif self._joined(lines):
                for one in lines:
                    self._out(one)
            else:
                yield lines

    def _from_outside(self, line: bytes, *, is_suspect: bool) -> Iterator[list[bytes]]:
        kind = self._grammar.outside(line)
        if kind is Line.WHOLE:
            yield [line]
        elif kind is Line.OPEN and not is_suspect:
            self._open, self._open_bytes = [line], len(line)
        elif (mended := self._grammar.without_blanks(line)) is not None:
            yield [mended]
        else:
            self._out(line)

    def _out(self, line: bytes) -> None:
        self._refuse(self._row, line)
        self._row += 1

    def _grow(self, line: bytes) -> None:
        self._open_bytes += len(line)
        if self._open_bytes > LONGEST_ROW:
            raise UnclosedQuoteError(self._row)


def line_count(block: bytes) -> int:
    """Return how many lines end in a block."""
    count = block.count(b"\n")
    if b"\r" in block:
        count += block.count(b"\r") - block.count(b"\r\n")
    return count


def without_lines(chunks: Iterable[bytes], count: int) -> Iterator[bytes]:
    """Leave out the first `count` lines."""
    rest = b""
    chunks = iter(chunks)
    for chunk in chunks:
        rest += chunk
        lines = rest.splitlines(keepends=True) if count else []
        if len(lines) > count or (len(lines) == count and rest.endswith(b"\n")) or not count:
            yield b"".join(lines[count:]) if count else rest
            break
    yield from chunks


def _end_of_lines(block: bytes) -> int:
    """Return where the last whole line ends; a carriage return at the very end may be half a line's end."""
    at = block.rfind(b"\n") + 1
    return at or block.rfind(b"\r", 0, max(0, len(block) - 1)) + 1
