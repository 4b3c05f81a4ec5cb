"""Every French text, of pages, letters, terminal and refusals: its typography, its words, and one French for one English."""

from __future__ import annotations

import re
from collections.abc import Iterator

from segue.cli.messages_texts import TEXTS
from segue.cli.problem_words import _TABLES as PROBLEM_TABLES
from segue.control.connections.privacy_text import paragraphs
from segue.core.french import spaced
from segue.mailchimp.reason_texts import PROBLEMS, REASONS
from segue.web.sources.mistake_texts import FRENCH as MISTAKES
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


def _pages() -> Iterator[tuple[str, str]]:
    """Yield every text of pages and letters, English and French."""
    for message in texts.translated():
        if message.id:
            english, french = message.id, message.string
            one = isinstance(english, str)
            yield from [(english, french)] if one else zip(english, french, strict=True)


def _terminal() -> Iterator[tuple[str, str]]:
    for english, french in TEXTS.values():
        for which in (1, 2):
            yield _of_count(english, which), _of_count(spaced(french), which)


def _of_count(text: str, which: int) -> str:
    return _COUNTED.sub(lambda found: found[which], text)


def _elsewhere() -> Iterator[str]:
    for table in PROBLEM_TABLES:
        for words in table.values():
            yield from map(spaced, (words.message, words.action, words.unnamed))
    for *_english, french, fix in (*REASONS.values(), *PROBLEMS.values()):
        yield from (french, fix)
    for pair in MISTAKES.values():
        yield from pair
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


def _bare(text: str) -> str:
    """Return a text without the names of what is put in, and without its end."""
    return re.sub(r"%\(\w+\)[sd]|\{\w*\}", "{}", text).rstrip(" .:\u00a0").lower()


def test_the_terminal_says_in_french_what_the_pages_say() -> None:
    pages: dict[str, set[str]] = {}
    for english, french in _pages():
        pages.setdefault(_bare(english), set()).add(_bare(french))

    both = [(_bare(english), _bare(french)) for english, french in _terminal()]
    known = [pair for pair in both if pair[0] in pages]

    assert [pair for pair in known if pair[1] not in pages[pair[0]]] == []
    assert len(known) > 150
