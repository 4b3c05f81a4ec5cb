"""Weigh which encoding the bytes beyond ASCII of a text file speak for. Nothing is decoded for good here.

Western names have an accent here and there. Read with the wrong code page, it becomes a currency sign inside a word or
a capital behind a small letter: that is what is counted. What turns into other letters is seen by whole words only.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field

from segue.engines.duckdb.reading.sources_encoding_words import WORD, other_code_page

SINGLE_BYTE = "cp1252"
_RIVALS = ("cp850", "mac-roman", "cp1250")
_WEIGHED_WORDS = 20_000
_TOO_ODD = 0.2
"""Share of odd accents from which an encoding is not believed."""
_NOT_WESTERN = 0.3
"""Share of letters beyond ASCII in runs of three and more from which a text is not in a Western language."""

_ANY = rb"(?:[\xc2-\xdf][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{2}|[\xf0-\xf4][\x80-\xbf]{3})"
_MULTI_BYTE = re.compile(
    rb"(?P<clear>[\xc2\xc3][\x80-\xbf]|[\xc4\xc5][\x80-\x84\x87-\x90\x95\x98-\x9f\xa1-\xaf\xb1-\xba\xbc-\xbf]"
    rb"|\xe2[\x80-\x84][\x80-\xbf]|\xf0\x9f[\x80-\xbf]{2}|%b{2,})|%b|(?P<lone>[\x80-\xff])"
    % (_ANY, _ANY)
)
"""Accents of the West and typographic signs, or letters of other scripts in a row: one alone may be chance."""
_DOUBLED = re.compile(rb"[\xc2\xc3][\x80-\xbf]")
_CONTEXT = re.compile(rb"([\x00-\xff]?)([\x80-\xff])(?=([\x00-\xff]?))", re.DOTALL)
_RUN = re.compile(rb"[\xc0-\xff]{3,}")
_BEHIND_WORDS = frozenset("’´”»…–—™®©°ªº²³·•\xa0€")
_BEFORE_WORDS = frozenset("’‘´“”„‚«–—·•\xa0€¿¡")
_APOSTROPHES = frozenset("’´")


@dataclass(slots=True)
class Evidence:
    """What the bytes beyond ASCII of a file were seen to be."""

    multi_byte: int = 0
    """Sequences that are UTF-8 and hardly anything else."""
    lone: int = 0
    """Bytes that no UTF-8 sequence explains."""
    in_runs: int = 0
    contexts: Counter[tuple[bytes, bytes, bytes]] = field(default_factory=Counter)
    """Each byte beyond ASCII with the one before and behind it."""
    words: set[bytes] = field(default_factory=set)
    """Different words with bytes beyond ASCII, as many as are weighed."""

    def add(self, line: bytes) -> None:
        """Weigh one line, or several."""
        for found in _MULTI_BYTE.finditer(line):
            self.lone += found["lone"] is not None
            self.multi_byte += found["clear"] is not None
        self.in_runs += sum(map(len, _RUN.findall(line)))
        for found in _CONTEXT.finditer(line):
            self.contexts[found[1], found[2], found[3]] += 1
        if len(self.words) < _WEIGHED_WORDS:
            self.words.update(WORD.findall(line))

    @property
    def is_utf8(self) -> bool:
        """Whether the file is UTF-8 but for some bytes."""
        return self.multi_byte > 0 and 10 * self.multi_byte >= self.lone

    def likeliest(self) -> str | None:
        """Return the single-byte encoding that fits; None when none does."""
        total = sum(self.contexts.values())
        if self.in_runs > _NOT_WESTERN * total:
            return None
        odd = {name: self._odd(name) / total for name in (SINGLE_BYTE, *_RIVALS)}
        other = other_code_page(self.words, SINGLE_BYTE)
        if other is not None or odd[SINGLE_BYTE] < _TOO_ODD:
            return other or SINGLE_BYTE
        best = min(_RIVALS, key=lambda name: odd[name])
        return best if odd[best] < odd[SINGLE_BYTE] / 2 else None

    def _odd(self, encoding: str) -> int:
        return sum(
            count
            for (before, byte, behind), count in self.contexts.items()
            if _is_odd(_shown(before, encoding), _shown(byte, encoding), _shown(behind, encoding))
        )


def without_doubled(line: bytes) -> bytes:
    """Put a byte that Windows-1252 lacks in the place of what is UTF-8 in the midst of a Windows-1252 text."""
    return _DOUBLED.sub(b"\x81", line)


def _shown(byte: bytes, encoding: str) -> str:
    return byte.decode(encoding, errors="replace")


def _is_odd(before: str, sign: str, behind: str) -> bool:
    if sign == "\ufffd":
        return True
    if sign.isalpha() and sign not in "ªºµƒˆ˜":
        return sign.isupper() and before.islower()
    if before.isalpha() and behind.isalpha():
        return sign not in _APOSTROPHES
    if before.isalpha():
        return sign not in _BEHIND_WORDS
    return behind.isalpha() and sign not in _BEFORE_WORDS
