"""Read the lines of a file of which each may be of any length, and count the levels of JSON in one. No values."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from typing import BinaryIO

from segue.profiles.source_sizes import DEEPEST

_CHUNK_BYTES = 1 << 20
_BEGINNING = 1_000
_SIGNS = re.compile(rb'"[^"\\]*(?:\\.[^"\\]*)*"|[\[\]{}]', re.DOTALL)


class Beginning(bytes):
    """What is kept of a line that is too long."""

    __slots__ = ()


def lines_of(opened: BinaryIO, *, longest: int) -> Iterator[bytes]:
    """Yield the lines without their ends; of one of more than `longest` bytes its beginning."""
    rest = b""
    while chunk := opened.read(_CHUNK_BYTES):
        block = rest + chunk
        lines = block.split(b"\n")
        rest = lines.pop()
        if len(block) > longest:
            lines = [
                line if len(line) <= longest else Beginning(line[:_BEGINNING]) for line in lines
            ]
        yield from lines
        if len(rest) > longest:
            yield Beginning(rest[:_BEGINNING])
            rest = b""
            _go_behind_line(opened)
    if rest:
        yield rest


def _go_behind_line(opened: BinaryIO) -> None:
    while chunk := opened.read(_CHUNK_BYTES):
        at = chunk.find(b"\n")
        if at >= 0:
            opened.seek(at + 1 - len(chunk), os.SEEK_CUR)
            return


def is_too_deep(line: bytes) -> bool:
    """Tell whether brackets stand in more levels than they may; few brackets, the usual case, are only counted."""
    if line.count(b"{") + line.count(b"[") <= DEEPEST:
        return False
    depth = 0
    for found in _SIGNS.finditer(line):
        sign = line[found.start()]
        if sign in b"[{":
            depth += 1
            if depth > DEEPEST:
                return True
        elif sign in b"]}":
            depth -= 1
    return False
