"""Say a fixed text in the reader's language. The English texts are in `messages_texts`, names and numbers are put in here.

`{people:person|people}` is the word that fits a number, which stands as `{people}` in front of it or elsewhere; a language
with more forms of words than two writes more of them.
"""

from __future__ import annotations

from functools import cache
from string import Formatter
from typing import Any

from segue.cli.messages_texts import CONTEXTS, TEXTS
from segue.words.catalogue import form_for, looked_up

_BETWEEN = "|"


class _Counting(Formatter):
    """Put in values, and the word that fits a number as it is written, in a language."""

    def __init__(self, language: str) -> None:
        super().__init__()
        self._language = language

    def format_field(self, value: Any, format_spec: str) -> str:
        if _BETWEEN not in format_spec:
            return str(super().format_field(value, format_spec))
        forms = format_spec.split(_BETWEEN)
        digits = "".join(sign for sign in str(value) if sign.isdigit())
        return forms[form_for(int(digits), self._language) if digits else -1]


@cache
def _formatter(language: str) -> Formatter:
    return _Counting(language)


def template(language: str, key: str) -> str:
    """Return a text in a language, without its values. Raises: KeyError for an unknown key: our bug."""
    return looked_up(TEXTS[key], language, context=CONTEXTS.get(key, ""))


def say(language: str, key: str, **values: str) -> str:
    """Return a text with its values put in. Raises: KeyError for an unknown key: our bug."""
    return _formatter(language).format(template(language, key), **values)
