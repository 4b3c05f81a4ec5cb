"""Every French text, of pages, letters, terminal and refusals: its typography, its words, and one French for one English."""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Iterator

from segue.cli.messages_texts import TEXTS
from segue.cli.problem_words import _TABLES as PROBLEM_TABLES
from segue.control.connections.privacy_text import paragraphs
from segue.core.french import spaced
from segue.mailchimp.reason_texts import PROBLEMS, REASONS
from segue.web.sources.mistake_texts import FRENCH as MISTAKES
from segue.web.sources.mistakes_in_french import _written, sentence
from tests.guards import tree
from tools import terminal_texts, texts

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
    for message in texts.translated():
        if message.id and message.context not in without:
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
    for message in terminal_texts.translated():
        strings = message.string if isinstance(message.string, tuple) else (message.string,)
        yield from (text for text in strings if message.id)
    for _english_sentence, french in _written():
        yield french


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
    for english, french in _pages(without=("step",)):
        pages.setdefault(_bare(english), set()).add(_bare(french))

    both = [(_bare(english), _bare(french)) for english, french in _terminal()]
    known = [pair for pair in both if pair[0] in pages]

    assert [pair for pair in known if pair[1] not in pages[pair[0]]] == []
    assert len(known) > 150


_READERS = "src/segue/configuration/"
_RULES = ("parse", "literals", "mistakes")
_ENDS = {
    "cannot be {}.", "is empty.", "is too long: at most {}.", "holds the same element twice.",
    "is not written as expected.", "{}Allowed: {}.", "{} no attribute `{}`.", "{}, or declare `{}` with `type: {}`.",
}  # fmt: skip
"""Ends of sentences; the whole ones are those of `test_a_mistake_is_told_in_french_with_what_it_names`."""


def _sentences(path: str) -> Iterator[str]:
    """Yield the sentences of a module that are no docstrings, with `{}` for what is put in."""
    nodes = list(ast.walk(tree.tree_of(path)))
    told = {id(n.value) for n in nodes if isinstance(n, ast.Expr)}
    told |= {id(part) for n in nodes if isinstance(n, ast.JoinedStr) for part in n.values}
    for node in nodes:
        if isinstance(node, ast.JoinedStr):
            text = "".join(
                str(p.value) if isinstance(p, ast.Constant) else "{}" for p in node.values
            )
        elif isinstance(node, ast.Constant) and id(node) not in told:
            text = re.sub(r"%\(\w+\)[sd]", "{}", str(node.value)).replace("%%", "%")
        else:
            continue
        if re.search(r"[a-z]{2} ", text) and text.endswith((".", "?")):
            yield text


def _readers() -> list[str]:
    rules = [f"src/segue/segments/{name}" for name in _RULES]
    return [
        path
        for path in tree.python_files("src")
        if (path.startswith(_READERS) and "/starter" not in path) or path.startswith(tuple(rules))
    ]


def test_every_sentence_about_a_mistake_of_a_definition_has_its_french() -> None:
    told = {text for path in _readers() for text in _sentences(path)} - _ENDS

    assert [text for text in sorted(told) if sentence(text.replace("{}", "`x`")) is None] == []
    assert len(told) > 250


def _descriptions(schema: object) -> Iterator[str]:
    if isinstance(schema, dict):
        description = schema.get("description")
        if isinstance(description, str):
            yield description
    if isinstance(schema, dict | list):
        for inner in schema.values() if isinstance(schema, dict) else schema:
            yield from _descriptions(inner)


def test_every_description_of_a_setting_has_its_french() -> None:
    schema = json.loads(tree.text_of(f"{_READERS}segue.schema.json") or "")

    assert [text for text in _descriptions(schema) if sentence(text) is None] == []
