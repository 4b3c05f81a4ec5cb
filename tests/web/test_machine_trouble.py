"""What the machine lacks, as a page: 503, when to come back, no path of the machine, in the reader's language."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.test import Client, RequestFactory, override_settings
from django.urls import path

import segue.web.urls
from segue.control.people.models import Person
from segue.core.errors import TryLater
from segue.web.errors import RETRY_AFTER_S, broken, problem_page
from tests.fixtures.people import PASSWORD

pytestmark = pytest.mark.one_database

Browse = Callable[[Person | None], Client]

BUSY = "Another program holds a database of Segue locked for longer than Segue waits."


def _meets_a_folder(request: HttpRequest) -> HttpResponse:
    return HttpResponse(Path(settings.SEGUE_HOME, "kept").read_text(encoding="utf-8"))


urlpatterns = [*segue.web.urls.urlpatterns, path("meets/", _meets_a_folder)]
handler400 = segue.web.urls.handler400
handler404 = segue.web.urls.handler404
handler500 = segue.web.urls.handler500


@contextmanager
def locked(folder: Path) -> Iterator[sqlite3.Connection]:
    """Yield a connection to a database that another one holds."""
    file = folder / "busy.sqlite3"
    with (
        closing(sqlite3.connect(file, isolation_level=None)) as holder,
        closing(sqlite3.connect(file, timeout=0)) as other,
    ):
        holder.execute("CREATE TABLE IF NOT EXISTS t (x)")
        holder.execute("BEGIN EXCLUSIVE")
        yield other


@override_settings(ROOT_URLCONF=__name__)
@pytest.mark.parametrize(
    ("language", "words"),
    [("en", "something else stands in its place"), ("fr", "autre chose est à sa place")],
)
def test_a_page_that_meets_the_machine_says_so(
    browse: Browse, alice: Person, tmp_path: Path, language: str, words: str
) -> None:
    alice.language = language
    alice.save()
    (tmp_path / "kept").mkdir()

    with override_settings(SEGUE_HOME=tmp_path):
        answer = browse(alice).get("/meets/")

    assert (answer.status_code, answer.headers["Retry-After"]) == (503, str(RETRY_AFTER_S))
    assert words in answer.content.decode()
    assert "place_unusable" in answer.content.decode()
    assert str(tmp_path) not in answer.content.decode()
    assert "--home" not in answer.content.decode()


@pytest.mark.parametrize(
    ("language", "words"), [("en", BUSY), ("fr", "Un autre programme tient verrouillée une base")]
)
def test_a_locked_database_is_no_bug_even_where_nobody_is_known_yet(
    tmp_path: Path, language: str, words: str
) -> None:
    request = RequestFactory().post("/sign-in/", headers={"Accept-Language": language})

    with locked(tmp_path) as database:
        try:
            database.execute("SELECT * FROM t")
        except sqlite3.OperationalError:
            answer = broken(request)

    assert (answer.status_code, answer.headers["Retry-After"]) == (503, str(RETRY_AFTER_S))
    assert words in answer.content.decode()


def test_a_session_that_cannot_be_read_is_told_alike(db: None, tmp_path: Path) -> None:
    def held(*_query: object) -> object:
        with locked(tmp_path) as database:
            return database.execute("SELECT * FROM t")

    browser = Client(raise_request_exception=False)
    browser.cookies[settings.SESSION_COOKIE_NAME] = "a" * 32

    with connection.execute_wrapper(held):
        read = browser.get("/account/")
        written = browser.post(
            "/sign-in/", {"username": "alice@office.example", "password": PASSWORD}
        )

    assert (read.status_code, written.status_code) == (503, 503)
    assert BUSY in read.content.decode()
    assert BUSY in written.content.decode()


def test_every_page_that_asks_for_patience_says_for_how_long() -> None:
    later = TryLater("A run is writing.", action="Look again.", code="state_changing")

    answer = problem_page(RequestFactory().get("/"), later)

    assert (answer.status_code, answer.headers["Retry-After"]) == (503, str(RETRY_AFTER_S))
