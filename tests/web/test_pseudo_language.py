"""A further language is one catalogue: every page, letter and error is said in it, with its names filled in."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.core.mail import EmailMessage
from django.db import transaction
from django.http import HttpResponse
from django.utils.translation import override

from segue.cli.messages import say, template
from segue.cli.messages_texts import TEXTS
from segue.configuration.starter import starter_words
from segue.control.connections.privacy_text import paragraphs
from segue.control.people.models import Person
from segue.core.trouble import trouble_at
from segue.engines.duckdb.reading import sources_problems as source_problems
from segue.web.people.mails import send_reset_link
from segue.web.problems import worded
from tests.fixtures import pseudo
from tests.web.doors import doors
from tests.web.pages import seen
from tests.web.world import World

_DOCUMENTS = ("help", "help-page")
"""Documents are files of their own: in English where a language has none."""
_DATA = re.compile(
    r"\S*/\S*"  # paths and addresses
    r"|\w+ is “[^”]*”|\w+ is after \d+ \w+ \d+|A person is selected when.*?\.(?=\s|<)"  # rules are described by grammars in English and French
)

pytestmark = [pytest.mark.django_db, pytest.mark.one_database]


@pytest.fixture
def _another_language(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    with pseudo.spoken(tmp_path / "locale", monkeypatch):
        yield


def _without_data(page: HttpResponse) -> str:
    page.content = re.sub(
        r"<(textarea|code|pre)\b.*?</\1>", " ", page.content.decode(), flags=re.DOTALL
    )
    return _DATA.sub(" ", seen(page))


@pytest.mark.usefixtures("_another_language")
def test_every_page_is_in_the_language(world: World) -> None:
    Person.objects.update(language=pseudo.CODE)
    client = world.browser("administrator")
    english: dict[str, list[str]] = {}
    for door in (door for rows in doors().values() for door in rows if door.get is not None):
        if door.name in _DOCUMENTS:
            continue
        with transaction.atomic():
            page = client.get(door.path(world), headers={"Accept-Language": pseudo.CODE})
            transaction.set_rollback(True)
        if page.status_code == 200 and page["Content-Type"].startswith("text/html"):
            found = pseudo.english_in(_without_data(page))
            if found:
                english[str(door)] = found

    assert english == {}


@pytest.mark.usefixtures("_another_language")
def test_a_problem_is_told_in_the_language_with_what_it_names() -> None:
    missing = source_problems.file_missing("shop", Path("/data/shop.csv"))

    with override(pseudo.CODE):
        told, of_pages = worded(missing), worded(trouble_at("disk_full", "/data", OSError()))

    assert pseudo.beside(f"{told.message} {told.action} {of_pages.message}").split() == []
    assert told.message == "⟦Source 'shop' ⟦reads /data/shop.csv, and there is no such file.⟧⟧"


@pytest.mark.usefixtures("_another_language")
def test_the_terminal_speaks_the_language() -> None:
    english = [
        key
        for key, text in TEXTS.items()
        if text and pseudo.beside(template(pseudo.CODE, key)).strip()
    ]

    assert english == []
    assert say(pseudo.CODE, "profiles_count", count="2").startswith("⟦2 profiles")


@pytest.mark.usefixtures("_another_language")
def test_the_starter_file_and_the_text_on_privacy_are_in_the_language() -> None:
    told = [*starter_words(pseudo.CODE).values(), *paragraphs(pseudo.CODE)]

    assert [text for text in told if pseudo.beside(text).strip()] == []


@pytest.mark.usefixtures("_another_language")
def test_a_letter_is_in_the_language(world: World, mailoutbox: list[EmailMessage]) -> None:
    reader = Person.objects.earliest("pk")
    reader.language = pseudo.CODE

    send_reset_link(reader, link="https://segue.shop.example/reset/1/")

    letter = pseudo.beside(f"{mailoutbox[0].subject} {mailoutbox[0].body}")
    assert pseudo.english_in(_DATA.sub(" ", letter)) == []
