"""THE words that fit a number, for the pages and the terminal alike: `{people:person|people}`, and lengths of time."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial

from segue.core import sentences
from segue.words.catalogue import form_for, looked_up

_HOUR, _DAY = 60, 24 * 60


def fitting(text: str, values: Mapping[str, str], language: str) -> str:
    """Return a text with the words that fit its numbers, as they are written; everything else is still to be put in.

    A text of a language with more forms of words than two holds more of them: `{n:one|few|many}`.
    """
    return sentences.fitting(text, values, partial(form_for, language=language))


def put_in(text: str, language: str, **values: str) -> str:
    """Return a text of the catalogue in a language, with its values, as they are written, and the words that fit them."""
    return fitting(looked_up(text, language), values, language) % values


def span(minutes: int) -> tuple[int, str]:
    """Return a length of time in the unit that people would use, rounded down: never 7,606 minutes, never one day of two."""
    if minutes < 2 * _HOUR:
        return minutes, "minutes"
    if minutes < 2 * _DAY:
        return minutes // _HOUR, "hours"
    return minutes // _DAY, "days"
