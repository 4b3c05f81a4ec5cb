"""Word a problem in a language: by what was said of it, or for pages and letters where its own words speak of commands."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from segue.core.errors import Problem
from segue.core.sentences import Sentence, Value
from segue.sync.ports import Reason
from segue.words import counting, languages
from segue.words.catalogue import ENGLISH, in_language
from segue.words.problem_texts import ENGINE, RUNNING, WORK, Wording
from segue.words.problem_texts_state import STATE
from segue.words.problem_texts_trouble import TROUBLES
from segue.words.refusal_texts import PROBLEMS, REASONS
from segue.words.refusals import explain, explain_problem

_OF_CONTACT = "contact_"
_FOR_PAGES = {**ENGINE, **STATE, **TROUBLES}
"""Codes whose own words speak of commands, keys and paths."""
_TEXTS = {**_FOR_PAGES, **RUNNING, **WORK}


@dataclass(frozen=True, slots=True, kw_only=True)
class Worded:
    """A problem in the reader's language. `original` are its own words where the page says others.

    `is_english`: the original is in English, whatever the reader reads; it was stored before its values were.
    """

    code: str
    message: str
    action: str
    original: str = ""
    is_english: bool = False


def worded(problem: Problem, language: str) -> Worded:
    """Return the words of a problem that was just raised."""
    if problem.code in TROUBLES:
        return words_of(problem.code, problem.message, problem.action, language)
    return _own(problem.code, problem.message, problem.action, language)


def words_of(code: str, message: str, action: str, language: str) -> Worded:
    """Return the words of a stored problem."""
    own = _own(code, message, action, language)
    is_old = not _is_said(message, language)
    if message and code not in _FOR_PAGES and not is_old:
        return own
    known = _by_code(code, message, language)
    if known is None:
        return own
    return Worded(
        code=code,
        message=known[0],
        action=known[1],
        original=f"{own.message} {own.action}".strip(),
        is_english=is_old,
    )


def _own(code: str, message: str, action: str, language: str) -> Worded:
    return Worded(
        code=code, message=in_language(message, language), action=in_language(action, language)
    )


def _is_said(message: str, language: str) -> bool:
    """Return whether a message can be said in the language; not what was stored in English before there were others."""
    return (
        language == ENGLISH
        or isinstance(message, Sentence)
        or in_language(message, language) != message
    )


def _by_code(code: str, message: str, language: str) -> tuple[str, str] | None:
    text = _TEXTS.get(code)
    if text is not None:
        return _filled(text, message, language), in_language(text.action, language)
    if code in PROBLEMS:
        return _both(explain_problem(code), language)
    reason = code.removeprefix(_OF_CONTACT)
    return _both(explain(Reason(reason)), language) if reason in REASONS else None


def _both(words: tuple[str, str], language: str) -> tuple[str, str]:
    return in_language(words[0], language), in_language(words[1], language)


def _filled(text: Wording, message: str, language: str) -> str:
    """Return the detailed text with what the message names, or the general one."""
    general = in_language(text.message, language)
    if text.detailed is None:
        return general
    named = dict(_named(message, language))
    template = in_language(text.detailed, language)
    try:
        return counting.fitting(template, named, language) % named
    except KeyError:
        return general


def _named(message: str, language: str) -> Iterator[tuple[str, str]]:
    """Yield the names and values of a sentence, and before them those of the sentences in it."""
    values: Mapping[str, Value] = message.values if isinstance(message, Sentence) else {}
    for value in values.values():
        if isinstance(value, Sentence):
            yield from _named(value, language)
    for name, value in values.items():
        if isinstance(value, str):
            yield name, in_language(value, language)
        else:
            yield name, languages.number(value, language)
