"""Every text of pages, mails and operations has its French, and the catalog that is read is the one that was written."""

from __future__ import annotations

import re
from collections.abc import Iterator

from babel.messages.catalog import Message

from tools import texts


def test_every_text_has_its_french() -> None:
    assert texts.missing(texts.merged()) == []


def test_the_french_has_the_same_placeholders() -> None:
    assert texts.misfitting(texts.merged()) == []


def test_the_catalog_is_what_make_texts_writes() -> None:
    catalog = texts.merged()

    is_fresh = (
        texts.CATALOG.read_bytes() == texts.as_text(catalog),
        texts.COMPILED.read_bytes() == texts.compiled(catalog),
    )

    assert is_fresh == (True, True), "run `make texts`"


def _messages() -> Iterator[Message]:
    yield from texts.translated()


def test_the_french_has_french_marks() -> None:
    wrong = re.compile(r"\w'\w| [;:?!»]|« |\.\.\.")

    found = [
        text
        for message in _messages()
        for text in (message.string if isinstance(message.string, tuple) else (message.string,))
        if text and message.id and wrong.search(text)
    ]

    assert found == []
