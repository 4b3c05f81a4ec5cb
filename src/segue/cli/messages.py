"""Say a fixed text in the reader's language. The texts are in `messages_texts`; names and numbers are put in here."""

from __future__ import annotations

from typing import TYPE_CHECKING

from segue.cli.messages_texts import TEXTS

if TYPE_CHECKING:
    from segue.cli.invocation import Language


def say(language: Language, key: str, **values: str) -> str:
    """Return a text with its values put in. Raises: KeyError for an unknown key: our bug."""
    english, french = TEXTS[key]
    return (french if language == "fr" else english).format(**values)
