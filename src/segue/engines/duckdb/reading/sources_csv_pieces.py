"""Cut delimited text into pieces of whole rows, and take out of them the lines whose quotes would join two rows.

The usual piece is sound and passes as it is. In one that is not, each line is read by itself: a line whose quote runs
into a later line with something behind it is refused, and so is that later line unless it is sound alone. A line that is
longer than a row may be is passed over without being held.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from segue.engines.duckdb.reading.sources_csv_grammar import Grammar, Line

_BEGINNING = 1_000
"""Bytes that are kept of a line that is passed over."""


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
    """Cut chunks of one file; `refuse` hears of every line taken out, `joined` tells whether lines look like rows.

    `too_long` hears of every line of more than `longest` bytes, with its beginning.
    """

    def __init__(
        self,
        grammar: Grammar,
        *,
        first: int,
        refuse: Callable[[int, bytes], None],
        joined: Callable[[list[bytes]], bool],
        too_long: Callable[[int, bytes], None],
        longest: int,
    ) -> None:
        self._longest = longest
        self._too_long = too_long
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
        long: LongLine | None = None
        for chunk in chunks:
            taken = chunk if long is None else long.behind(chunk)
            if taken is None:
                continue
            if long is not None:
                self._leave_out(long)
                long = None
            block = rest + taken
            at = _end_of_lines(block)
            rest = block[at:]
            if at:
                yield from self._pieces(block[:at])
            if len(rest) > self._longest:
                long, rest = self._long(rest), b""
        if long is not None:
            self._leave_out(long)
        if rest:
            yield self._piece(rest + b"\n")
        if self._open:
            raise UnclosedQuoteError(self._row)

    def _pieces(self, block: bytes) -> Iterator[Piece]:
        """Yield a block of whole lines as one piece; as several where lines are too long."""
        if not may_be_long(block, self._longest):
            yield self._piece(block)
            return
        usual: list[bytes] = []
        for line in block.splitlines(keepends=True):
            if len(line.rstrip(b"\r\n")) <= self._longest:
                usual.append(line)
                continue
            if usual:
                yield self._piece(b"".join(usual))
                usual = []
            self._leave_out(self._long(line))
        if usual:
            yield self._piece(b"".join(usual))

    def _long(self, start: bytes) -> LongLine:
        """Begin to pass over a line. Raises: UnclosedQuoteError when it stands in a quoted value that is open."""
        if self._open:
            raise UnclosedQuoteError(self._row)
        return LongLine(start, self._grammar.quote)

    def _leave_out(self, line: LongLine) -> None:
        """Report a line that was passed over. Raises: UnclosedQuoteError when its last value may go on behind it."""
        if line.is_open:
            raise UnclosedQuoteError(self._row)
        self._too_long(self._row, line.beginning)
        self._row += 1

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
        if self._open_bytes > self._longest:
            raise UnclosedQuoteError(self._row)


def line_count(block: bytes) -> int:
    """Return how many lines end in a block."""
    count = block.count(b"\n")
    if b"\r" in block:
        count += block.count(b"\r") - block.count(b"\r\n")
    return count


class LongLine:
    """A line of which only the beginning is kept, and whether its quotes are even: else a value may go on behind it."""

    def __init__(self, start: bytes, quote: bytes) -> None:
        self.beginning = start[:_BEGINNING]
        self._quote = quote
        self._quotes = self._count(start)
        self._ends_in_return = False

    @property
    def is_open(self) -> bool:
        """Whether a quoted value is open at the end of what was seen."""
        return self._quotes % 2 == 1

    def behind(self, chunk: bytes) -> bytes | None:
        """Return what stands behind the line's end; None: it goes on behind the chunk."""
        if self._ends_in_return:  # the line's end may have been cut in two
            return chunk.removeprefix(b"\n")
        found = [at for at in (chunk.find(b"\n"), chunk.find(b"\r")) if at >= 0]
        at = min(found, default=len(chunk))
        self._quotes += self._count(chunk[:at])
        self._ends_in_return = chunk[at:] == b"\r"
        if self._ends_in_return or not found:
            return None
        return chunk[at + (2 if chunk[at : at + 2] == b"\r\n" else 1) :]

    def _count(self, part: bytes) -> int:
        return part.count(self._quote) if self._quote else 0


def may_be_long(block: bytes, longest: int) -> bool:
    """Tell whether a block of whole lines may hold one of more than `longest` bytes; never wrong when it says no.

    Every such line holds a whole stretch of half that length without an end of line, so that hardly anything is read.
    """
    if len(block) <= longest:
        return False
    end, half = b"\n" if b"\n" in block else b"\r", max(1, longest // 2)
    return any(block.find(end, at, at + half) < 0 for at in range(0, len(block) - half + 1, half))


def without_lines(chunks: Iterable[bytes], count: int) -> Iterator[bytes]:
    """Leave out the first `count` lines."""
    left, rest = count, b""
    for chunk in chunks:
        if not left:
            yield rest + chunk
            rest = b""
            continue
        block = rest + chunk
        at = _end_of_lines(block)
        lines = block[:at].splitlines(keepends=True)
        rest = b"".join(lines[left:]) + block[at:]
        left -= min(left, len(lines))
    if rest and not left:
        yield rest


def _end_of_lines(block: bytes) -> int:
    """Return where the last whole line ends; a carriage return at the very end may be half a line's end."""
    at = block.rfind(b"\n") + 1
    return at or block.rfind(b"\r", 0, max(0, len(block) - 1)) + 1
