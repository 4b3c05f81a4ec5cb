"""Find documents by their words: every word must stand in it, whatever its capitals and accents."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from itertools import accumulate

from segue.core.folding import folded
from segue.web.help.documents import Document, contents

_AROUND = 90
"""Characters shown on each side of what was found."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Hit:
    """A document that has every word, and a piece of it around the first."""

    document: Document
    title: str
    piece: str


def search(query: str, language: str) -> Sequence[Hit]:
    """Return the documents of a language's contents that hold every word; those with all of them in the title first."""
    words = folded(query).split()
    if not words:
        return []
    entries = [entry for chapter in contents(language) for entry in chapter.entries]
    hits = [
        (not all(word in folded(entry.title) for word in words), place, entry)
        for place, entry in enumerate(entries)
        if all(word in _searched(entry.document, entry.title) for word in words)
    ]
    return [
        Hit(document=e.document, title=e.title, piece=_piece(e.document, words[0]))
        for _is_lower, _place, e in sorted(hits, key=lambda hit: hit[:2])
    ]


@cache
def _searched(document: Document, title: str) -> str:
    return folded(f"{title} {_read(document)}")


@cache
def _read(document: Document) -> str:
    """Return the document as text to read: without the signs of Markdown."""
    text = re.sub(r"<!--.*?-->", "", document.text, flags=re.DOTALL)
    text = re.sub(r"!?\[([^\]]*)\]\([^)]*\)", r"\1", text)
    text = re.sub(r"^ *```.*$|[#|]|-{3,}", " ", text, flags=re.MULTILINE)
    text = re.sub(r"[*`]", "", text)
    return re.sub(r"\s+", " ", text).strip()


def _piece(document: Document, word: str) -> str:
    text = _read(document)
    signs = [folded(sign) for sign in text]
    ends = accumulate(map(len, signs))
    place = max("".join(signs).find(word), 0)
    at = next((number for number, end in enumerate(ends) if end > place), 0)
    # Whole words: from the blank before the place to the blank after it.
    begin = text.rfind(" ", 0, max(at - _AROUND, 0)) + 1
    end = text.find(" ", at + len(word) + _AROUND)
    piece = text[begin:] if end < 0 else text[begin:end]
    return f"{'… ' if begin else ''}{piece}{' …' if end >= 0 else ''}"
