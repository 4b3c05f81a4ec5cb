"""Every text of pages, mails and operations has its French, and the catalog that is read is the one that was written."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from babel.messages.catalog import Catalog, Message

from tools import texts


@pytest.fixture(scope="module", params=texts.languages())
def language(request: pytest.FixtureRequest) -> str:
    """Return each language that has a folder."""
    return str(request.param)


@pytest.fixture(scope="module")
def merged(language: str) -> Catalog:
    """Return what `make texts` makes of the language; finding every text takes a while."""
    return texts.merged(language)


def test_every_text_is_said_in_every_language(merged: Catalog) -> None:
    assert texts.missing(merged) == []


def test_what_is_said_has_the_same_placeholders(merged: Catalog) -> None:
    assert texts.misfitting(merged) == []


def test_the_catalog_is_what_make_texts_writes(merged: Catalog, language: str) -> None:
    file = texts.file_of(language)

    is_fresh = (
        file.read_bytes() == texts.as_text(merged),
        file.with_suffix(".mo").read_bytes() == texts.compiled(merged),
    )

    assert is_fresh == (True, True), "run `make texts`"


def _messages() -> Iterator[Message]:
    yield from texts.translated("fr")


def test_the_french_has_french_marks() -> None:
    wrong = re.compile(r"\w'\w| [;:?!»]|« |\.\.\.")

    found = [
        text
        for message in _messages()
        for text in (message.string if isinstance(message.string, tuple) else (message.string,))
        if text and message.id and wrong.search(text)
    ]

    assert found == []
