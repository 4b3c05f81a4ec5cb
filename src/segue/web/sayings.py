"""Say what the layers below have said in English in the language of the page."""

from __future__ import annotations

from django.utils.translation import get_language

from segue.words.catalogue import ENGLISH, in_language


def reads() -> str:
    """Return the language of whoever reads the page, without its country."""
    return (get_language() or ENGLISH).partition("-")[0]


def told(text: str) -> str:
    """Return a sentence in the reader's language."""
    return in_language(text, reads())
