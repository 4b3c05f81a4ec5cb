"""The catalogue: sentences in the languages that there are."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo

from segue.core.sentences import kept, recalled, said, said_many, together
from segue.words import catalogue
from segue.words.catalogue import in_language, languages

_WORDS = {
    "There is no export `%(name)s`.": "`%(name)s`: zo'n export is er niet.",
    "Did you mean %(names)s?": "Bedoelt u %(names)s?",
    "%(first)s or %(next)s": "%(first)s of %(next)s",
    ("%(count)d row", "%(count)d rows"): ("%(count)d rij", "%(count)d rijen"),
    "a text": "een tekst",
}


@pytest.fixture
def _dutch(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    catalog = Catalog(locale="nl")
    for english, dutch in _WORDS.items():
        catalog.add(english, dutch)
    file = tmp_path / "nl" / "LC_MESSAGES" / "django.mo"
    file.parent.mkdir(parents=True)
    with file.open("wb") as opened:
        write_mo(opened, catalog)
    monkeypatch.setattr(catalogue, "FOLDER", tmp_path)
    catalogue.catalogue.cache_clear()
    yield
    catalogue.catalogue.cache_clear()


def test_english_and_french_are_there() -> None:
    assert languages() == ("en", "fr")


@pytest.mark.usefixtures("_dutch")
def test_another_language_is_one_more_file() -> None:
    assert languages() == ("en", "nl")
    assert (
        in_language(said("There is no export `%(name)s`.", name="x%d"), "nl")
        == "`x%d`: zo'n export is er niet."
    )


@pytest.mark.usefixtures("_dutch")
def test_sentences_in_a_sentence_are_said_in_the_language_too() -> None:
    needed = said(
        "Did you mean %(names)s?",
        names=said("%(first)s or %(next)s", first=said("a text"), next="b"),
    )

    assert in_language(together(needed, "a text"), "nl") == "Bedoelt u een tekst of b? een tekst"
    assert in_language(said("Did you mean %(names)s?", names="a text"), "nl") == "Bedoelt u a text?"
    assert in_language(recalled(kept(needed)), "nl") == "Bedoelt u een tekst of b?"


@pytest.mark.usefixtures("_dutch")
@pytest.mark.parametrize(("count", "dutch"), [(1, "1 rij"), (2, "2 rijen"), (1234, "1.234 rijen")])
def test_numbers_are_written_as_the_language_does(count: int, dutch: str) -> None:
    assert in_language(said_many("%(count)d row", "%(count)d rows", count=count), "nl") == dutch


@pytest.mark.usefixtures("_dutch")
def test_what_the_catalogue_does_not_know_stays_english() -> None:
    assert in_language("Nobody wrote this.", "nl") == "Nobody wrote this."
    assert in_language("a text", "xx") == "a text"
    assert in_language("", "nl") == ""
