"""Say what the layers below have said in English in the language of the page."""

from __future__ import annotations

from django.utils.translation import get_language

from segue.words.catalogue import ENGLISH, in_language, languages
from segue.words.languages import name_of


def reads() -> str:
    """Return the language of whoever reads the page, without its country."""
    return (get_language() or ENGLISH).partition("-")[0]


def told(text: str) -> str:
    """Return a sentence in the reader's language."""
    return in_language(text, reads())


def language_name(code: str) -> str:
    """Return what a language is called in the reader's; a code that is none of ours as it is."""
    return name_of(code, reads()) if code in languages() else code


def language_choices() -> list[tuple[str, str]]:
    """Return every language that there is, with its name in the reader's."""
    return [(code, language_name(code)) for code in languages()]
