"""Say sentences in a language, by the catalogues in `locale/<language>/LC_MESSAGES/`; Django's pages read the same files.

English is the language in which everything is written; a further language is one more file.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache, partial
from gettext import GNUTranslations, NullTranslations
from pathlib import Path

from segue.core.sentences import Sentence, Value, fitting, grouped, put

ENGLISH = "en"
FOLDER = Path(__file__).resolve().parents[1] / "locale"
_DOMAIN = "django"
"""The name under which Django looks for the catalogues of its apps."""


def languages() -> tuple[str, ...]:
    """Return the languages that there are: English, and every catalogue. Found once while the program runs."""
    return _found_in(FOLDER)


@cache
def _found_in(folder: Path) -> tuple[str, ...]:
    return (ENGLISH, *sorted(file.parts[-3] for file in folder.glob(f"*/LC_MESSAGES/{_DOMAIN}.mo")))


def in_language(text: str, language: str) -> str:
    """Return a text in a language; what the catalogue does not know stays as it is written."""
    if language == ENGLISH or not text:
        return str(text)
    if not isinstance(text, Sentence):
        return looked_up(text, language)
    values = {name: _value(value, language) for name, value in text.values.items()}
    template = fitting(_template(text, language), text.values, partial(form_for, language=language))
    return put(template, values, _numbers(text.values, language))


def _template(text: Sentence, language: str) -> str:
    if not text.many:
        return looked_up(text.template, language)
    count = text.values["count"]
    return catalogue(language).ngettext(text.template, text.many, int(count))


def looked_up(text: str, language: str, *, context: str = "") -> str:
    """Return a text or template in a language; `context` tells apart what is one text in English only."""
    if language == ENGLISH or not text:
        return text
    found = catalogue(language)
    return found.pgettext(context, text) if context else found.gettext(text)


def form_for(count: int, language: str) -> int:
    """Return which form of a word a number takes: 0 is the first that a language has."""
    of = catalogue(language)
    return int(of.plural(count)) if isinstance(of, _Counted) else int(count != 1)


def _value(value: Value, language: str) -> str:
    """Return a sentence among the values in the language; names and numbers as they are."""
    return in_language(value, language) if isinstance(value, Sentence) else str(value)


def _numbers(values: Mapping[str, Value], language: str) -> Mapping[str, str]:
    from segue.words import (
        languages,  # Babel is read only where a number stands in another language than English
    )

    if language == ENGLISH:
        return grouped(values)
    numbers = {name: value for name, value in values.items() if not isinstance(value, str)}
    return {name: languages.number(value, language) for name, value in numbers.items()}


class _Counted(GNUTranslations):
    """A catalogue that tells the rule of its language for numbers."""

    plural: Callable[[int], int]


@cache
def catalogue(language: str) -> NullTranslations:
    """Return the texts of a language; of one without a catalogue, the English ones."""
    file = FOLDER / language / "LC_MESSAGES" / f"{_DOMAIN}.mo"
    if not file.is_file():
        return NullTranslations()
    with file.open("rb") as opened:
        return _Counted(opened)
