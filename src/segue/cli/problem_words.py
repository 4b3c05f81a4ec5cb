"""Say problems and mistakes in the reader's language: general French words where theirs are English only."""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING, NamedTuple

from segue.cli.problem_texts import FRENCH
from segue.cli.problem_texts_backups import BACKUPS
from segue.cli.problem_texts_keys import KEYS
from segue.cli.problem_texts_trouble import TROUBLES
from segue.core.french import spaced

if TYPE_CHECKING:
    from segue.cli.invocation import Language
    from segue.core.errors import Mistake, Problem

_TABLES = (FRENCH, TROUBLES, KEYS, BACKUPS)


class Words(NamedTuple):
    """What happened and what to do. `original`: the English words, which name and count; "" when they are these."""

    message: str
    action: str
    original: str = ""


def words_of_problem(problem: Problem, language: Language) -> Words:
    """Return the words of a problem."""
    english = Words(problem.message, problem.action)
    if language != "fr":
        return english
    known = next((t[problem.code] for t in _TABLES if problem.code in t), None)
    if known is None:
        return _sentences(problem) or _below(_known_to_the_pages(problem), english)
    message, action = spaced(known.message), spaced(known.action)
    if not known.named:
        return _sentences(problem) or _below((message, action), english)
    found = re.search(known.named, f"{problem.message}\n{problem.action}", re.MULTILINE)
    if found is None:
        return Words(spaced(known.unnamed), action) if known.unnamed else english
    values = found.groupdict()
    return Words(message.format(**values), action.format(**values))


def _sentences(problem: Problem) -> Words | None:
    """Return a problem's own sentences in French; None where one of them is not known."""
    from segue.web.sources.mistakes_in_french import sentence

    message, action = sentence(problem.message), sentence(problem.action)
    return None if message is None or action is None else Words(message, action)


def words_of_mistake(mistake: Mistake, language: Language) -> Words:
    """Return the words of one mistake of a configuration."""
    from segue.web.sources.mistake_texts import FRENCH as MISTAKES
    from segue.web.sources.mistakes_in_french import in_french

    english = Words(mistake.message, mistake.action)
    if language != "fr":
        return english
    told = in_french(mistake)
    if told is not None:
        return Words(*told)
    known = MISTAKES.get(mistake.code)
    return english if known is None else _below(known, english)


def words_of_kind(kind: str, language: Language) -> Words:
    """Return what a kind of problem with rows and values means, and what to do about it."""
    from segue.profiles.problems import explanation

    if language == "fr":
        return _kind_on_pages(kind)
    told = explanation(kind)
    return Words(told.meaning, told.action)


@cache
def _kind_on_pages(kind: str) -> Words:
    from django.utils.translation import override

    from segue.installation.django import prepare_texts

    prepare_texts()  # before the import below, whose texts ask the settings for the language
    from segue.web.sources.problem_words import problem_words

    with override("fr"):
        told = problem_words(kind)
    return Words(told.meaning, told.action)


def _below(known: tuple[str, str], english: Words) -> Words:
    """Return general words with the English ones, which name and count, below; only these when there are no others."""
    return english if known == english[:2] else Words(*known, f"{english.message} {english.action}")


def _known_to_the_pages(problem: Problem) -> tuple[str, str]:
    from django.utils.translation import override

    from segue.installation.django import prepare_texts

    prepare_texts()
    from segue.web.problems import worded

    with override("fr"):
        words = worded(problem)
    return words.message, words.action
