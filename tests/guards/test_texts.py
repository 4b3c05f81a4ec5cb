"""Every text of pages, mails and operations has its French, and the catalog that is read is the one that was written."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from babel.messages.catalog import Catalog, Message

from tools import terminal_texts, texts

CATALOGS = {"pages": (texts.CATALOG, texts.merged), "terminal": (terminal_texts.CATALOG, terminal_texts.merged)}  # fmt: skip


@pytest.fixture(params=CATALOGS)
def catalog(request: pytest.FixtureRequest) -> Catalog:
    return CATALOGS[request.param][1]()


def test_every_text_has_its_french(catalog: Catalog) -> None:
    assert texts.missing(catalog) == []


def test_the_french_has_the_same_placeholders(catalog: Catalog) -> None:
    assert texts.misfitting(catalog) == []


@pytest.mark.parametrize("name", CATALOGS)
def test_the_catalog_is_what_make_texts_writes(name: str) -> None:
    path, merged = CATALOGS[name]
    catalog = merged()

    is_fresh = (
        path.read_bytes() == texts.as_text(catalog),
        path.with_suffix(".mo").read_bytes() == texts.compiled(catalog),
    )

    assert is_fresh == (True, True), "run `make texts`"


def _messages() -> Iterator[Message]:
    yield from texts.translated()
    yield from terminal_texts.translated()


def test_the_french_has_french_marks() -> None:
    wrong = re.compile(r"\w'\w| [;:?!»]|« |\.\.\.")

    found = [
        text
        for message in _messages()
        for text in (message.string if isinstance(message.string, tuple) else (message.string,))
        if text and message.id and wrong.search(text)
    ]

    assert found == []
