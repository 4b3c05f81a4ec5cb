"""Say a fixed text in the reader's language. The English texts are in `messages_texts`, names and numbers are put in here."""

from __future__ import annotations

from segue.cli.messages_texts import CONTEXTS, TEXTS
from segue.words.catalogue import looked_up
from segue.words.counting import fitting


def template(language: str, key: str) -> str:
    """Return a text in a language, without its values. Raises: KeyError for an unknown key: our bug."""
    return looked_up(TEXTS[key], language, context=CONTEXTS.get(key, ""))


def say(language: str, key: str, **values: str) -> str:
    """Return a text with its values put in. Raises: KeyError for an unknown key: our bug."""
    return fitting(template(language, key), values, language).format(**values)
