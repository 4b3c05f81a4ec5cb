"""Tell whether the lines of one quoted value look like rows of the file. A guess that leans to saying so: the rows are
then reported, where the other mistake would give one person another's address.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Sequence

from segue.engines.duckdb.reading.sources_csv_grammar import Grammar

_NUMBER = re.compile(r"[+-]?[0-9]+([.,][0-9]+)*")
_ADDRESS = re.compile(r"[^@\s]+@[^@\s]+")
_DATE = re.compile(r"[0-9]{1,4}[-/.][0-9]{1,2}[-/.][0-9]{1,4}([T ].*)?")
_CODE = re.compile(r"(?=.*[0-9])(?=.*[A-Za-z_-])[0-9A-Za-z_-]+")


class Likeness:
    """What rows of one file look like, learned from its first ones."""

    def __init__(self, grammar: Grammar, width: int, sample: Sequence[Sequence[str]]) -> None:
        self._grammar = grammar
        self._separator = grammar.separator.decode()
        self._quote = grammar.quote.decode()
        self._width = width
        self._seen = [
            {_kind(row[at]) for row in sample if at < len(row)} - {""} for at in range(width)
        ]

    def joins_rows(self, lines: Sequence[bytes]) -> bool:
        """Tell whether a row that spans these lines may be several whose quotes were not escaped."""
        at = self._grammar.before_open(lines[0])
        before = self._fields(lines[0][: at - 1])[:-1]
        columns = [*before, *_text(lines[0][at:]).split(self._separator)]
        starts_whole = len(columns) == self._width
        starts_told = starts_whole and any(self._told(columns)[len(before) :])
        return any(
            self._is_row(line, starts_whole=starts_whole, starts_told=starts_told)
            for line in lines[1:]
        )

    def _is_row(self, line: bytes, *, starts_whole: bool, starts_told: bool) -> bool:
        """Tell whether a later line is a row; what stands behind the closing quote proves nothing, it fits anyway."""
        at = self._grammar.before_close(line)
        inner = _text(line[:at])
        parts = inner.split(self._separator)
        columns = [*parts, *self._fields(line[at + 1 :])[1:]]
        if len(columns) != self._width or self._is_prose(inner):
            return False
        if len(parts) == 1 and not starts_whole:
            return False
        return (starts_told or any(self._told(columns)[: len(parts)])) and self._fits(columns)

    def _is_prose(self, inner: str) -> bool:
        """Tell whether every comma is followed by a blank, as in sentences and postal addresses."""
        commas = inner.count(",")
        return self._separator == "," and commas > 0 and commas == inner.count(", ")

    def _fits(self, columns: Sequence[str]) -> bool:
        alike = [not kind or kind in self._seen[at] for at, kind in self._kinds(columns)]
        return alike[0] and alike.count(False) <= (self._width - 1) // 2

    def _told(self, columns: Sequence[str]) -> list[bool]:
        """Tell of each column whether its value is like the others of it, and is more than a word."""
        return [
            kind not in ("", "word") and kind in self._seen[at] for at, kind in self._kinds(columns)
        ]

    def _kinds(self, columns: Sequence[str]) -> list[tuple[int, str]]:
        return [(at, _kind(value.strip().strip(self._quote))) for at, value in enumerate(columns)]

    def _fields(self, part: bytes) -> list[str]:
        rows = csv.reader([_text(part)], delimiter=self._separator, quotechar=self._quote)
        return next(rows, [""]) or [""]


def _text(part: bytes) -> str:
    return part.decode().rstrip("\r\n")


def _kind(value: str) -> str:
    value = value.strip()
    forms = (("number", _NUMBER), ("address", _ADDRESS), ("date", _DATE), ("code", _CODE))
    return next((name for name, form in forms if form.fullmatch(value)), "word" if value else "")
