"""Every French text, of pages, letters, terminal and refusals: its typography, its words, and one French for one English."""

from __future__ import annotations

import re
from collections.abc import Iterator

from segue.cli.messages import template
from segue.cli.messages_texts import TEXTS
from segue.control.connections.privacy_text import paragraphs
from tools import texts

_BREAKING = re.compile(r" [;:?!»](?![\w=])|« | %(?![\w(])")
_COUNTED = re.compile(r"\{\w+:([^{}|]*)\|([^{}|]*)\}")
_ENGLISH = re.compile(
    r"\b(the|of|and|with|was|were|this|that|owner|monthly|weekly|daily|please)\b", re.IGNORECASE
)
_UNWANTED = re.compile(
    r"de soi-même|texte cron|gagnant|depuis tant de|comptent? aussitôt|à l’insu|^autant de personnes"
    r"|texte de connexion|garde-fou|arrêts? de sécurité|^réussie\b|^annulée$|incohérente",
    re.IGNORECASE,
)
"""Words that French readers stumbled over, and those that stand beside the word of the glossary."""


def _pages(*, without: tuple[str, ...] = ()) -> Iterator[tuple[str, str]]:
    """Yield every text of pages and letters, English and French, but for those of some contexts."""
    for message in texts.translated("fr"):
        if message.id and message.context not in without:
            english, french = message.id, message.string
            one = isinstance(english, str)
            yield from [(english, french)] if one else zip(english, french, strict=True)


def _terminal() -> Iterator[tuple[str, str]]:
    for key, english in TEXTS.items():
        for which in (1, 2):
            yield _of_count(english, which), _of_count(template("fr", key), which)


def _of_count(text: str, which: int) -> str:
    return _COUNTED.sub(lambda found: found[which], text)


def _elsewhere() -> Iterator[str]:
    yield from paragraphs("fr")


def _french() -> list[str]:
    return [*(french for _, french in (*_pages(), *_terminal())), *_elsewhere()]


def test_no_blank_of_a_french_text_breaks_before_its_sign() -> None:
    assert [text for text in _french() if _BREAKING.search(text)] == []


def test_french_apostrophes_are_those_of_print() -> None:
    assert [text for text in _french() if re.search(r"[a-zàéè]'[a-zàéèê]", text)] == []


def test_no_english_word_is_left_in_french() -> None:
    code = re.compile(r"«[^»]*»|`[^`]*`|<[^>]*>|\w+://\S*|\{[^}]*\}|%\(\w+\)[sd]|--[\w-]+|\S+\.md")

    assert [text for text in _french() if _ENGLISH.search(code.sub("", text))] == []


def test_words_that_a_french_reader_stumbled_over_stay_away() -> None:
    assert [text for text in _french() if _UNWANTED.search(text)] == []


def test_no_sentence_stands_twice_in_one_text() -> None:
    twice = re.compile(r"(.{25,})\1", re.DOTALL)

    assert [text for text in _french() if twice.search(text)] == []
