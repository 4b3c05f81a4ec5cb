"""THE rule by which names are searched for and put in order: whatever their capitals, accents and typographic signs.

1. Compatible forms are taken apart (NFKD): the ligature ﬁ is fi, a full-width Ａ is A, é is e and an accent.
2. Accents, points of Hebrew and Arabic, and what nobody sees are taken away (`MARKS`).
3. Capitals become small; letters that Unicode does not take apart become those that people type who lack them (`LETTERS`),
   and signs that programs write for plain ones become these (`SIGNS`).
4. What is left is put together again (NFC), as syllables of Hangul are written.

Other programs follow the same steps, or tables that are made by this function: databases in `control/folding.py`, engines of
profiles in `segments/functions.py`, lists in a page in `web/static/segue/segue.js`. The rule finds and orders names and never
tells whether two are one: `Pêcheurs` and `Pécheurs` may both be taken.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from itertools import chain
from types import MappingProxyType

ACUTE = "\u00b4"
"""A sign of its own that keyboards write for an apostrophe; taken apart, it would be a blank with an accent."""

MARKS = (
    "[\u00ad\u0640\u061c\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u206f\ufe00-\ufe0f\ufeff"  # what nobody sees or types
    "\u0300-\u036f\u0483-\u0487\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f"  # accents of Latin, Greek, Cyrillic
    "\u0591-\u05bd\u05bf\u05c1\u05c2\u05c4\u05c5\u05c7"  # points of Hebrew
    "\u0610-\u061a\u064b-\u065f\u0670\u06d6-\u06dc\u06df-\u06e4\u06e7\u06e8\u06ea-\u06ed]"  # vowels of Arabic
)
"""What is taken away, as a class that regular expressions of Python, PostgreSQL, RE2, Rust, Java and JavaScript read alike."""

_PLAIN = {
    "'": "`\u02b9\u02bb\u02bc\u02bd\u2018\u2019\u201b\u2032\ua78c",
    '"': "\u201c\u201d\u201e\u201f",
    "-": "\u2010\u2012\u2013\u2014\u2015\u2212",
    "/": "\u2044",
}
SIGNS: Mapping[str, str] = MappingProxyType(
    {sign: plain for plain, signs in _PLAIN.items() for sign in signs}
)
"""Signs of telephones and word processors, and the plain ones that people type."""

_STRUCK = re.compile("LATIN SMALL LETTER ([A-Z]) WITH ")


def _struck() -> Mapping[str, str]:
    """Return the small letters of Latin whose names say that they are another one with a stroke, a hook or a tail: ø, ł, đ."""
    signs = map(chr, chain(range(0x80, 0x2B0), range(0x2C60, 0x2C80)))
    whole = [sign for sign in signs if unicodedata.normalize("NFKD", sign) == sign]
    found = {sign: _STRUCK.match(unicodedata.name(sign, "")) for sign in whole}
    return {sign: named[1].lower() for sign, named in found.items() if named}


LETTERS: Mapping[str, str] = MappingProxyType(
    {**_struck(), "æ": "ae", "œ": "oe", "ß": "ss", "þ": "th"}
    | {"ð": "d", "ı": "i", "ȷ": "j", "ĸ": "k", "ŋ": "n", "ς": "σ"}
)
"""Small letters that Unicode does not take apart, and what people type for them."""

_MARKS = re.compile(MARKS)
_OTHERS = re.compile("[^a-z0-9]+")
_TYPED = str.maketrans({**SIGNS, **LETTERS})


def folded(text: str) -> str:
    """Return what a text is searched and ordered by. It may be longer or shorter than the text; folded again it is the same."""
    if text.isascii():
        return text.lower().replace("`", "'")
    parted = unicodedata.normalize("NFKD", text.replace(ACUTE, "'"))
    return unicodedata.normalize("NFC", without_marks(parted).lower().translate(_TYPED))


def without_marks(text: str) -> str:
    """Return a text without the accents that stand alone in it, and without what nobody sees."""
    return _MARKS.sub("", text)


def is_whole(sign: str) -> bool:
    """Tell whether a sign is left as it is by everything but the table of letters and plain signs, and capitals."""
    return without_marks(unicodedata.normalize("NFKD", sign)) == sign


def changed(signs: Iterable[str]) -> dict[str, str]:
    """Return what those of the signs become that do not stay as they are, and are not taken away: a table for other programs."""
    found = {sign: folded(sign) for sign in signs}
    return {sign: typed for sign, typed in found.items() if typed not in ("", sign)}


def letters_of(text: str) -> str:
    """Return a folded text without whatever is no letter of ASCII and no digit: by this, names of columns are known ones."""
    return _OTHERS.sub("", folded(text))


def identifier(text: str, *, longest: int, otherwise: str) -> str:
    """Return the name that a text gets in definitions: folded, a single `_` for whatever else stands between, cut to `longest`.

    It begins with a letter: before a digit, and where no letter is left, stands `otherwise`.
    """
    stem = _OTHERS.sub("_", folded(text)).strip("_")
    named = stem if stem[:1].isalpha() else f"{otherwise}_{stem}"
    return named[:longest].strip("_")
