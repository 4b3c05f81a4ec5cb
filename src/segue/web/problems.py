"""Word a problem in the reader's language: by its code where its words were written in English only, or not at all."""

from __future__ import annotations

import re
from dataclasses import dataclass

from django.utils.translation import get_language

from segue.core.errors import Problem
from segue.mailchimp.reason_texts import PROBLEMS, REASONS, Row
from segue.web import formats
from segue.web.problem_texts import ENGINE, RUNNING, SAID_BY_BOTH, WORK, Text
from segue.web.problem_texts_sources import SOURCES
from segue.web.problem_texts_state import STATE
from segue.web.problem_texts_trouble import TROUBLES

_OF_CONTACT = "contact_"
_FOR_PAGES = {**ENGINE, **STATE, **TROUBLES}
"""Codes whose own words speak of commands, keys and paths."""
_TEXTS = {**_FOR_PAGES, **SOURCES, **RUNNING, **WORK}


@dataclass(frozen=True, slots=True, kw_only=True)
class Worded:
    """A problem in the reader's language. `original` are the stored words when they say more, in English."""

    code: str
    message: str
    action: str
    original: str = ""


def worded(problem: Problem) -> Worded:
    """Return the words of a problem that was just raised: in the reader's language unless the engine raised it."""
    code, message, action = problem.code, problem.message, problem.action
    is_english_only = code not in SAID_BY_BOTH and code not in RUNNING
    if code in TROUBLES or (_reads_french() and is_english_only):
        return words_of(code, message, action)
    return Worded(code=code, message=message, action=action)


def words_of(code: str, message: str, action: str) -> Worded:
    """Return the words of a stored problem; those that came in English stay where they are fit, or no others known."""
    if message and not _reads_french() and code not in _FOR_PAGES:
        return Worded(code=code, message=message, action=action)
    known = _by_code(code, message)
    if known is None:
        return Worded(code=code, message=message, action=action)
    return Worded(
        code=code, message=known[0], action=known[1], original=f"{message} {action}".strip()
    )


def _by_code(code: str, message: str) -> tuple[str, str] | None:
    text = _TEXTS.get(code)
    if text is not None:
        return _filled(text, message), str(text.action)
    row = REASONS.get(code) or PROBLEMS.get(code) or REASONS.get(code.removeprefix(_OF_CONTACT))
    return _in_language(row) if row is not None else None


def _filled(text: Text, message: str) -> str:
    """Return the detailed text with what the message names, or the general one."""
    found = re.search(text.values, message) if text.values else None
    if found is None or text.detailed is None:
        return str(text.message)
    values = {name: _value(value) for name, value in found.groupdict().items()}
    return str(text.detailed) % values


def _value(value: str) -> str:
    return formats.number(int(value)) if value.isdecimal() else value.replace("'", "")


def _in_language(row: Row) -> tuple[str, str]:
    en, en_fix, fr, fr_fix = row
    return (fr, fr_fix) if _reads_french() else (en, en_fix)


def _reads_french() -> bool:
    return (get_language() or "en").startswith("fr")
