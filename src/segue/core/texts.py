"""THE form of written text that is no address: which signs nobody sees, which blanks are plain, what was damaged before.

The patterns are read by RE2 (`engines/duckdb/reading/typed.py`) and by Python's `re` alike, so that the text of a rule and the
values that it is compared with have one form.
"""

from __future__ import annotations

import re
import unicodedata

CONTROL = r"\x00-\x08\x0b\x0c\x0e-\x1f\x7f"
"""Control characters but tabs and line breaks, as the inside of a class. 0x1f separates the fields of a hash."""

_UNSEEN = (
    "\u00ad\u061c\u200b\u200e\u200f"  # soft hyphen, zero-width space, marks of direction
    "\u202a-\u202e\u2060-\u2064\u2066-\u206f\ufeff"  # embeddings, word joiner, isolates, byte order mark
)

UNWANTED = f"[{CONTROL}{_UNSEEN}]"
"""What is taken out of texts: control characters and signs without a picture.

Joiners and variation selectors stay: letters of a few scripts and emoji need them.
"""

BLANKS = "[\u00a0\u1680\u2000-\u200a\u202f\u205f\u3000]"
"""Blanks that look like the plain one: the no-break blank first, of spreadsheets and web pages."""

_WORDS_END = "\u00bb\u2013\u2014\u2019\u201d\u2026"  # » – — ’ ” …
_TAIL = (
    "\u00a0-\u00ba\u00bc-\u00bf\u0152\u0153\u0160\u0161\u0178\u017d\u017e\u0192\u02c6\u02dc"
    "\u2018\u201a\u201c\u201e\u2020-\u2022\u2030\u2039\u203a\u20ac\u2122"
)
"""With those of `_WORDS_END`: what Windows-1252 shows for the bytes 0x80 to 0xbf, by which letters of UTF-8 go on."""

GARBLED = (
    "\ufffd"  # written by a program that could not read
    "|[\u0080-\u0084\u0086-\u009f]"  # UTF-8 or Windows-1252 that was read as Latin-1
    f"|[\u00c2\u00c3][{_TAIL}]"  # Ã© for é; behind capitals IRMÃ’S and «AMANHÃ» are words
    f"|(^|[^A-Z\u00c0-\u00de])[\u00c2\u00c3][{_WORDS_END}]"
    f"|\u00e2\u20ac[{_TAIL}{_WORDS_END}]|\u00e2\u201a\u00ac|\u00e2\u201e\u00a2"  # â€™ for ’, â‚¬ for €, â„¢ for ™
    f"|([\u00d0\u00d1][{_TAIL}{_WORDS_END}]){{2}}"  # Cyrillic
    "|\u00c5[\u201a\u201e\u203a\u00a1\u00ba\u00bc\u00be\u00af\u00b1]|\u00c5\u00bb[a-z]|\u00c4[\u2021\u2122\u203a]"
    "|\u00ef\u00bb\u00bf|\u00f0\u0178"  # a byte order mark; emoji
)
"""Found in text that was damaged before it was written: read in another encoding than its own, as in RenÃ© for René."""

PLACEHOLDERS = (
    *("NULL", "null", "(null)", "<null>", "[null]", "\\N"),  # databases, and their exports
    *("N/A", "n/a", "#N/A", "<NA>", "NaN", "nan", "undefined"),  # forms, tables, web pages
    *("#NULL!", "#REF!", "#VALUE!", "#NAME?", "#DIV/0!", "#NUM!"),  # spreadsheets
)
"""What programs write where there is no value: nobody's name and no word of any list."""

DOUBTFUL = ("None", "Null")
"""What some programs write so, too; but a list may say None, and people are called Null."""

NOBODYS_KEYS = (*PLACEHOLDERS, *DOUBTFUL)
"""What is nobody's key: a program that writes None there writes it for everybody whom it does not know."""

_FILLERS = "\u115f\u1160\u2800\u3164\uffa0"  # letters and a sign that are drawn as nothing
BREAKS = r"\r\n?"
"""Line breaks of other systems than ours, all of which stand for the one that YAML and Unix write."""

_UNWANTED = re.compile(UNWANTED)
_BLANKS = re.compile(BLANKS)
_BREAKS = re.compile(BREAKS)


def encodable(text: str) -> str:
    """Return a text that UTF-8 can hold: of bytes on a command line that are no text, each is a sign that no text has."""
    return text.encode("utf-8", "surrogatepass").decode("utf-8", "replace")


def plain(text: str) -> str:
    """Return a text in NFC with plain blanks and line breaks, and without signs that nobody sees; not trimmed."""
    seen = one_break(_UNWANTED.sub("", text))
    return unicodedata.normalize("NFC", _BLANKS.sub(" ", seen))


def one_break(text: str) -> str:
    """Return a text whose lines all end alike: browsers send those of a form as Windows writes them."""
    return _BREAKS.sub("\n", text)


def line(text: str) -> str:
    """Return a name in one line, as `plain`, with single blanks and trimmed; "" when nobody would see anything of it."""
    found = " ".join(plain(text).split())
    kinds = (unicodedata.category(sign) for sign in found if sign not in _FILLERS)
    return found if any(kind[0] in "LNPS" or kind == "Co" for kind in kinds) else ""
