"""The text on data privacy and compliance that a connection asks to agree to. A changed text gets a new version."""

from __future__ import annotations

from segue.core.sentences import said
from segue.words.catalogue import in_language

VERSION = "2026-11"

_PARAGRAPHS = (
    said(
        "When you turn on this connection, you allow data to be transferred to Mailchimp, outside of the compliance "
        "boundary of this installation of Segue. It may be sensitive data, such as personal data of your customers."
    ),
    said(
        "Segue transfers this data at your instruction. You are responsible for making sure that Mailchimp meets any "
        "privacy and security obligations that you have."
    ),
    said(
        "An administrator can remove this connection at any time; all transfers through it then stop at once."
    ),
)


def paragraphs(language: str) -> tuple[str, ...]:
    """Return the text in a language, paragraph by paragraph."""
    return tuple(in_language(text, language.partition("-")[0]) for text in _PARAGRAPHS)
