"""Which names are those of encodings of text. Nothing is read here.

Python's registry of codecs also holds what is none: compression, escapes of source code, host names, and one that fails.
"""

from __future__ import annotations

import codecs

_NO_TEXT = frozenset(
    ("idna", "punycode", "undefined", "unicode-escape", "raw-unicode-escape", "charmap")
)
"""Codecs between bytes and text by which nobody writes a file. Source: Python, "Python Specific Encodings"."""


def text_encoding(name: str) -> str | None:
    """Return Python's name of an encoding in which files are written; None when there is none of this name."""
    try:
        found = codecs.lookup(name).name
        "".encode(name)  # refused by codecs that are not between bytes and text
    except (
        LookupError,
        ValueError,
        TypeError,
    ):  # unknown, a sign that no name holds, or a failing codec
        return None
    return None if found in _NO_TEXT else found
