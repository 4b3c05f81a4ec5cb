"""Weigh whether the words with accents of a file are of the West, or of languages that another code page writes.

Read as Windows-1252, Dvořák becomes Dvoøák and Işık becomes Iþýk: letters all the same, which no single language of the
West uses together. A language explains a file when it has the accents of nearly all of its words, and above all of
those that the other code page reads otherwise.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass

WORD = re.compile(rb"(?<![A-Za-z\x80-\xff])[A-Za-z\x80-\xff]*[\x80-\xff][A-Za-z\x80-\xff]*")
"""A run of letters and bytes beyond ASCII, one of them at least; looked for where runs begin only, however long they are."""

_WESTERN = tuple(
    frozenset(letters + "ªº")
    for letters in (
        "àâæçéèêëîïôœùûüÿäö",  # French, with names of Alsace
        "äöüßéèáàçôâ",  # German, with what its names borrow
        "áéíóúüñçàèïòäöâêôãë",  # Spanish, Catalan, Galician, with neighbours
        "áâãàçéêíóôúüñ\u0303",  # Portuguese: õ stands before e, which is ̃ here
        "àèéìíîòóùúâôûç",  # Italian
        "åæøäöéèüáôòóàêâ",  # Danish, Norwegian, Swedish
        "áðéíóúýþæöø",  # Icelandic, Faroese
        "ëïéèöüäáíóúçêâôûà",  # Dutch
        "äöüõšžéå",  # Estonian, Finnish
        "âêîôûŵŷáéíóúàèìòùäëïöüÿýẁ",  # Celtic languages
    )
)
_EASTERN: Mapping[str, Sequence[frozenset[str]]] = {
    "cp1250": (),
    "iso8859-2": (),
    "cp1254": (frozenset("çğıöşüâîû"),),
}
_CENTRAL = tuple(
    map(
        frozenset,
        (
            "áčďéěíňóřšťúůýžöüä",  # Czech
            "áäčďéíĺľňóôŕšťúýžöüěřů",  # Slovak
            "ąćęłńóśźżöüä",  # Polish
            "áéíóöőúüűä",  # Hungarian
            "ăâîşţșț",  # Romanian
            "čćđšžöüä",  # Croatian, Slovene
        ),
    )
)
_LETTER = r"[^\W\d_]"
_APOSTROPHES = "’´‘"
_WELL = 0.95
"""Share of the words that a language must explain for its code page to be believed."""
_BADLY = 0.7
"""Share up to which a language of the West does not explain a file."""
_TELLING = 5
_STRANGE = 2
"""Different words that must speak for another code page: among those it reads otherwise, or of no language of the West."""


@dataclass(frozen=True, slots=True)
class _Word:
    """The accents of a word, in small letters, as Windows-1252 reads it and as another code page does."""

    western: frozenset[str]
    other: frozenset[str]


def other_code_page(words: Collection[bytes], western: str) -> str | None:
    """Return the code page that explains the words where no language of the West does; None when one does, or none."""
    best, found = 0.0, None
    for name, languages in _EASTERN.items():
        read = [one for word in words for one in _read(word, western, name)]
        share = max(_share(read, one, of_other=True) for one in languages or _CENTRAL)
        if share >= _WELL and share > best and _speaks_against_the_west(read):
            best, found = share, name
    return found


def _read(word: bytes, western: str, other: str) -> Iterator[_Word]:
    """Yield the parts of a word between apostrophes, without signs at their ends."""
    text, seen = word.decode(other, "replace"), word.decode(western, "replace")
    for part in re.finditer(rf"{_LETTER}(?:[^{_APOSTROPHES}]*{_LETTER})?", text):
        letters = _accents(part.group())
        if letters:
            yield _Word(western=_accents(seen[part.start() : part.end()]), other=letters)


def _accents(text: str) -> frozenset[str]:
    plain = re.sub("õ(?=e)", "\u0303", text.replace("İ", "i").lower())
    return frozenset(sign for sign in plain if not sign.isascii())


def _speaks_against_the_west(read: Sequence[_Word]) -> bool:
    telling = [one for one in read if one.western != one.other]
    strange = [one for one in telling if not any(one.western <= known for known in _WESTERN)]
    if len(telling) < _TELLING and len(strange) < _STRANGE:
        return False
    explained = max(min(_share(read, known), _share(telling, known)) for known in _WESTERN)
    return explained <= _BADLY


def _share(read: Sequence[_Word], known: frozenset[str], *, of_other: bool = False) -> float:
    """Return the share of the words whose accents a language has, 0 to 1."""
    fitting = sum((one.other if of_other else one.western) <= known for one in read)
    return fitting / len(read) if read else 0.0
