"""Say a fixed text in the reader's language. The texts are in `messages_texts`; names and numbers are put in here.

`{people:person|people}` is the word that fits a number, which stands as `{people}` in front of it or elsewhere.
"""

from __future__ import annotations

from collections.abc import Mapping
from string import Formatter
from typing import TYPE_CHECKING, Any

from segue.cli.messages_texts import TEXTS
from segue.core.french import spaced

if TYPE_CHECKING:
    from segue.cli.invocation import Language

_BETWEEN = "|"


class _Counting(Formatter):
    """Put in values, and the word that fits a number; `singular` are the numbers, as written, of the first word."""

    def __init__(self, singular: frozenset[str]) -> None:
        super().__init__()
        self._singular = singular

    def format_field(self, value: Any, format_spec: str) -> str:
        one, between, several = format_spec.partition(_BETWEEN)
        if not between:
            return str(super().format_field(value, format_spec))
        return one if value in self._singular else several


_FORMATTERS: Mapping[str, Formatter] = {
    "en": _Counting(frozenset(("1",))),
    "fr": _Counting(frozenset(("0", "1"))),
}
"""French counts nothing as one."""


def say(language: Language, key: str, **values: str) -> str:
    """Return a text with its values put in. Raises: KeyError for an unknown key: our bug."""
    english, french = TEXTS[key]
    text = spaced(french) if language == "fr" else english
    return _FORMATTERS[language].format(text, **values)
