"""Word a problem in the reader's language: by what was said of it, or for pages where its own words speak of commands."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from segue.core.errors import Problem
from segue.core.sentences import Sentence, Value
from segue.mailchimp.reason_texts import PROBLEMS, REASONS
from segue.mailchimp.reasons import explain, explain_problem
from segue.sync.ports import Reason
from segue.web import formats
from segue.web.problem_texts import ENGINE, RUNNING, WORK, Text
from segue.web.problem_texts_state import STATE
from segue.web.problem_texts_trouble import TROUBLES
from segue.web.sayings import reads, told
from segue.words.catalogue import ENGLISH

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


def worded(problem: Problem) -> Worded:
    """Return the words of a problem that was just raised."""
    if problem.code in TROUBLES:
        return words_of(problem.code, problem.message, problem.action)
    return Worded(code=problem.code, message=told(problem.message), action=told(problem.action))


def words_of(code: str, message: str, action: str) -> Worded:
    """Return the words of a stored problem."""
    own = Worded(code=code, message=told(message), action=told(action))
    is_old = not _is_said(message)
    if message and code not in _FOR_PAGES and not is_old:
        return own
    known = _by_code(code, message)
    if known is None:
        return own
    return Worded(
        code=code,
        message=known[0],
        action=known[1],
        original=f"{own.message} {own.action}".strip(),
        is_english=is_old,
    )


def _is_said(message: str) -> bool:
    """Return whether a message can be said in the reader's language; not what was stored in English before there were others."""
    return reads() == ENGLISH or isinstance(message, Sentence) or told(message) != message


def _by_code(code: str, message: str) -> tuple[str, str] | None:
    text = _TEXTS.get(code)
    if text is not None:
        return _filled(text, message), str(text.action)
    if code in PROBLEMS:
        return _both(explain_problem(code))
    reason = code.removeprefix(_OF_CONTACT)
    return _both(explain(Reason(reason))) if reason in REASONS else None


def _both(words: tuple[str, str]) -> tuple[str, str]:
    return told(words[0]), told(words[1])


def _filled(text: Text, message: str) -> str:
    """Return the detailed text with what the message names, or the general one."""
    if text.detailed is None:
        return str(text.message)
    try:
        return formats.filled(str(text.detailed), **dict(_named(message)))
    except KeyError:
        return str(text.message)


def _named(message: str) -> Iterator[tuple[str, str]]:
    """Yield the names and values of a sentence, and before them those of the sentences in it."""
    values: Mapping[str, Value] = message.values if isinstance(message, Sentence) else {}
    for value in values.values():
        if isinstance(value, Sentence):
            yield from _named(value)
    for name, value in values.items():
        yield name, told(value) if isinstance(value, str) else formats.number(value)
