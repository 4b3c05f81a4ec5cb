"""Say a mistake of a definition in French, with the names and numbers of its English words.

The English sentences are found in three files of pairs, in which `{}` stands for what a sentence names, `{0}` for the
first of these in French, and `{=0}` for it as it is; a guard test asks for each sentence of the readers. What is not found
there stays English: the caller has general words for it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from importlib.resources import files
from typing import NamedTuple

from segue.core.errors import Mistake
from segue.core.french import spaced

_FILES = ("mistakes_fr.txt", "settings_fr.txt", "problems_fr.txt")
_HOLE = "{}"
_END = re.compile(r"(?<=[.?]) (?=\S)")

_KINDS: Mapping[str, str] = {
    "a text": "un texte", "text": "un texte", "true or false": "true ou false", "a whole number": "un nombre entier",
    "a number": "un nombre", "a date with a time": "une date avec heure", "a date": "une date",
    "a list": "une liste", "a mapping": "un ensemble de clés", "nothing": "rien", "something else": "autre chose",
    "a mapping (`key: value` lines)": "un ensemble de clés (lignes `clé: valeur`)", "a day of the year": "un jour de l’année",
    "the file": "le fichier", "this file": "ce fichier", "this text": "ce texte", "an address": "une adresse",
    "a mailchimp api key": "une clé d’API de Mailchimp", "a password in an address": "un mot de passe dans une adresse",
    "the consent attribute": "l’attribut du consentement", "the e-mail attribute": "l’attribut d’e-mail",
    "not set": "non définie", "empty": "vide", "days": "jours", "weeks": "semaines", "months": "mois", "years": "années",
    "missing": "pas d’adresse", "contains spaces": "elle contient une espace", "no at sign": "elle n’a pas de @",
    "several at signs": "elle a plusieurs @", "bad domain": "domaine incorrect", "too long": "trop longue",
    "bad local part": "partie devant le @ incorrecte", "non ascii local part": "des lettres autres que a-z devant le @",
}  # fmt: skip
"""What sentences name besides names and numbers, in small letters."""

_PHRASES: tuple[tuple[re.Pattern[str], str], ...] = tuple(
    (re.compile(english, re.IGNORECASE), french)
    for english, french in (
        (r"element (\d+) of (`[^`]*`)", r"l’élément \1 de \2"),
        (r"(`[^`]*`) \([^()]*\)", r"\1"),
        (r"data source (`[^`]*`)", r"la source de données \1"),
        (r"connection (`[^`]*`)", r"la connexion \1"),
        (r"a merge field of type (\w+)", r"un champ de fusion de type \1"),
        (r"the number of (`[^`]*`)", r"le nombre de \1"),
        (r"the (`[^`]*`) of (`[^`]*`)", r"le \1 de \2"),
        (r"the (`[^`]*`) over (`[^`]*`)", r"le \1 sur \2"),
        (r"(`[^`]*`) as (\w+)", r"\1 comme \2"),
        (r"([\d,]+) bytes", r"\1 octets"),
        (r"(\d+) mistakes?", r"\1 erreurs"),
        (r"(.*), … \((\d+) in all\)", r"\1, … (\2 en tout)"),
    )
)


class _Pair(NamedTuple):
    """A sentence with holes: what finds it, and its French."""

    pattern: re.Pattern[str]
    french: str


def in_french(mistake: Mistake) -> tuple[str, str] | None:
    """Return what is wrong and what to do, in French; None where a sentence is not known."""
    message, action = sentence(mistake.message), sentence(mistake.action)
    return None if message is None or action is None else (message, action)


def sentence(english: str) -> str | None:
    """Return one or several sentences in French; None where one is not known."""
    if not english:
        return ""
    whole, pairs = _known()
    if english in whole:
        return whole[english]
    for cut in _END.finditer(english):
        first, rest = sentence(english[: cut.start()]), sentence(english[cut.end() :])
        if first and rest:
            return f"{first} {rest}"
    for pair in pairs:
        found = pair.pattern.fullmatch(english)
        if found is not None:
            return _filled(pair.french, found.groups())
    return None


def _filled(french: str, values: Sequence[str]) -> str:
    def put(hole: re.Match[str]) -> str:
        value = values[int(hole[2])]
        return value.replace(" or ", " ou ") if hole[1] else _value(value)

    text = re.sub(r"\{(=?)(\d)\}", put, french)
    return text[:1].upper() + text[1:]


def _value(english: str) -> str:
    """Return what a sentence names in French: names and numbers as they are."""
    known = _KINDS.get(english.lower())
    if known is not None:
        return known
    for pattern, french in _PHRASES:
        if pattern.fullmatch(english):
            return pattern.sub(french, english)
    if " or " in english:
        return " ou ".join(_value(part) for part in english.split(" or "))
    return english


@cache
def _known() -> tuple[Mapping[str, str], tuple[_Pair, ...]]:
    whole, pairs = {}, []
    for english, french in _written():
        if _HOLE not in english:
            whole[english] = french
            continue
        parts = [re.escape(part) for part in english.split(_HOLE)]
        pairs.append(_Pair(re.compile("(.+?)".join(parts), re.DOTALL), french))
    # The sentence that says most of itself is the right one where several fit.
    return whole, tuple(sorted(pairs, key=lambda pair: -len(pair.pattern.pattern)))


def _written() -> Iterator[tuple[str, str]]:
    for name in _FILES:
        text = files(__package__ or "").joinpath(name).read_text(encoding="utf-8")
        for block in text.strip().split("\n\n"):
            english, french = block.split("\n")
            yield english, spaced(french)
