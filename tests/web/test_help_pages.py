"""The help: every document is a page in the reader's language, every link leads somewhere, nothing in it is obeyed."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable
from html import unescape
from pathlib import Path
from urllib.parse import unquote

import pytest
from django.test import Client
from django.urls import reverse

from segue.control.people.models import Person
from segue.control.statuses import Status
from segue.core.folding import folded
from segue.web.help import documents
from segue.web.help.documents import Document, contents, document, names
from segue.web.help.rendering import render, rendered
from segue.web.help.searching import search
from segue.web.help.topics import help_address
from tests.guards.tree import ROOT
from tests.web.markup import Page

Browse = Callable[[Person | None], Client]
LANGUAGES = ("en", "fr")
_LINK = re.compile(r'<a href="([^"]*)"')
_PICTURE = re.compile(r'<img src="([^"]*)"')
_ID = re.compile(r' id="([^"]*)"')


def french(person: Person) -> Person:
    """Let a person read French."""
    person.language = "fr"
    person.save()
    return person


def _leads_somewhere(link: str, language: str, page: Document) -> bool:
    path, _, anchor = unquote(unescape(link)).partition("#")
    name = path.removeprefix("/help/").removesuffix("/") if path else page.name
    target = document(name, language)
    if target is None:
        return False
    return not anchor or anchor in map(unescape, _ID.findall(rendered(target).html))


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_document_is_a_page_whose_links_and_pictures_are_there(language: str) -> None:
    pages = [one for name in names("en") if (one := document(name, language))]

    lost = [
        (one.name, link)
        for one in pages
        for link in _LINK.findall(rendered(one).html)
        if not link.startswith(("https://", "http://"))
        and not _leads_somewhere(link, language, one)
    ]
    pictures = {src for one in pages for src in _PICTURE.findall(rendered(one).html)}

    assert (lost, len(pages) > 40) == ([], True)
    assert {src.removeprefix("/help/pictures/") for src in pictures} <= set(documents.pictures())
    assert [
        one.name for one in pages if re.search(r"<[^>]+ (style|on\w+)=", rendered(one).html)
    ] == []


def test_the_tutorials_and_how_tos_exist_in_french() -> None:
    wanted = {name for name in names("en") if name.startswith(("tutorial/", "howto/"))}

    assert wanted - names("fr") == set()
    assert names("fr") <= names("en")


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_contents_list_every_document_for_readers(language: str) -> None:
    listed = {entry.document.name for chapter in contents(language) for entry in chapter.entries}

    readers = {name for name in names("en") if not name.startswith("decisions/")}
    assert readers - listed == {"index"}


def test_what_is_no_markdown_is_shown_and_nothing_is_loaded_from_outside() -> None:
    text = (
        "<script>alert(1)</script>\n\n[a](javascript:alert(1)) <b onclick='x()'>b</b>\n\n"
        "![far](https://far.example/x.png) [out](../../README.md) [there](https://there.example/)\n\n"
        "![near](benchmark/calls-100000.svg)"
    )

    html = render(text, Document(name="reference/benchmark", language="en")).html

    assert "<script" not in html
    assert "<b " not in html
    assert _LINK.findall(html) == ["https://there.example/"]
    assert _PICTURE.findall(html) == ["/help/pictures/reference/benchmark/calls-100000.svg"]
    assert "far out" in html


def test_french_words_have_their_blanks_and_code_has_none() -> None:
    html = render("# T\n\nAttention : `a : b` !", Document(name="nothing", language="fr")).html

    assert html == "<p>Attention\u00a0: <code>a : b</code>\u00a0!</p>\n"


def test_a_search_finds_words_whatever_their_accents_and_capitals() -> None:
    found = [hit.document.name for hit in search("PLANIFIER systemd", "fr")]

    assert found[0] == "howto/schedule-with-cron-or-systemd"
    assert search("etiquettes", "fr")
    assert (search("étiquettes zzz", "fr"), search("  ", "fr")) == ([], [])


def test_a_search_finds_typographic_apostrophes_by_plain_ones_and_shows_the_place() -> None:
    found = search("l'audience", "fr")

    assert found == search("L’AUDIENCE", "fr") != []
    assert ["l'audience" in folded(hit.piece) for hit in found] == [True] * len(found)


def test_a_page_without_french_says_so_and_is_marked_as_english(
    vera: Person, browse: Browse
) -> None:
    vera = french(vera)
    english = browse(vera).get(reverse("help-page", kwargs={"name": "reference/settings"}))
    in_french = browse(vera).get(reverse("help-page", kwargs={"name": "howto/get-notified"}))

    assert "Cette page n’existe qu’en anglais." in Page(english).text
    assert '<article class="card document" lang="en">' in english.content.decode()
    assert "Recevoir les notifications" in Page(in_french).text
    assert "qu’en anglais" not in Page(in_french).text
    assert Page(english).faults == Page(in_french).faults == []


def test_help_explains_every_status_and_every_word_and_lists_the_documents(
    vera: Person, browse: Browse
) -> None:
    english = Page(browse(vera).get(reverse("help")))
    in_french = Page(browse(french(vera)).get(reverse("help")))

    assert "Needs approval A brake holds the plan." in english.text
    assert "Approbation requise Un frein retient le plan." in in_french.text
    for status in Status:
        assert str(status.label) in english.text
    assert "audience a Mailchimp list, named by its audience ID audience" in english.text
    assert "exportation connexion + audience + correspondance des données" in in_french.text
    assert english.links["Get notified"] == in_french.links["Recevoir les notifications"]
    assert english.faults == in_french.faults == []


def test_a_search_shows_what_it_found_or_what_to_do(vera: Person, browse: Browse) -> None:
    found = Page(browse(vera).get(reverse("help"), {"q": "cron systemd"}))
    nothing = Page(browse(vera).get(reverse("help"), {"q": "<zzz>"}))

    assert "pages hold “cron systemd”" in found.text
    assert "No page holds “<zzz>”" in nothing.text


@pytest.mark.parametrize("place", ["../../settings.py", "/etc/hostname", "reference/settings.md"])
def test_only_pictures_of_the_documentation_are_sent(
    place: str, vera: Person, browse: Browse
) -> None:
    picture = browse(vera).get(f"/help/pictures/{place}")

    assert picture.status_code == 404


@pytest.mark.parametrize(
    ("path", "name", "leads"),
    [
        ("/exports/7/edit/", "export-edit", "/help/howto/set-up-an-export/"),
        ("/system/installation/", "installation", "/help/howto/which-installation-is-real/"),
        ("/", "home", "/help/"),
    ],
)
def test_the_question_mark_leads_to_the_help_for_the_page(path: str, name: str, leads: str) -> None:
    assert help_address(path, name) == leads


def test_topics_exist_and_the_wheel_holds_every_document_and_picture() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    packed = {Path(one).suffix for one in project["tool"]["setuptools"]["package-data"]["*"]}
    addresses = [help_address(f"/{area}/", "") for area in ("connections", "exports", "runs",
                 "sources", "segments", "notices", "system", "permissions")]  # fmt: skip

    suffixes = {path.suffix for path in documents.pictures().values()} | {".md"}
    assert suffixes <= packed
    assert [one for one in addresses if document(one[6:-1], "fr") is None] == []


def test_french_documents_have_the_headings_of_the_english_ones() -> None:
    heading = re.compile(r"^(#+) ", re.MULTILINE)
    fence = re.compile(r"^```.*?^```", re.MULTILINE | re.DOTALL)

    def levels(name: str, language: str) -> list[str]:
        return heading.findall(fence.sub("", Document(name=name, language=language).text))

    other = [n for n in names("fr") if n != "index" and levels(n, "fr") != levels(n, "en")]
    assert other == []
