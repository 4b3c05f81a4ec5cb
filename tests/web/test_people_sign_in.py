"""Sign in, sign out, switch the language, and be stopped after too many failures."""

from __future__ import annotations

import logging
import re
from collections.abc import Callable
from datetime import timedelta
from threading import Event

import pytest
from axes.models import AccessAttempt
from django.core import mail
from django.http import HttpResponse
from django.test import Client, RequestFactory
from django.test.utils import override_settings

import segue.settings as product
from segue.control.audit.models import Action, Entry
from segue.control.people import hashing, operations
from segue.control.people.models import Person, Session
from segue.web.people import attempts
from tests.fakes.clocks import START
from tests.fixtures.people import PASSWORD
from tests.patience import PATIENCE_S
from tests.web.pages import seen

Browse = Callable[[Person | None], Client]
FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
LIMIT = 10


def _sign_in(
    browser: Client, email: str = "alice@office.example", password: str = PASSWORD, **more: str
) -> HttpResponse:
    return browser.post("/sign-in/", {"username": email, "password": password, **more})


def _fail(browser: Client, times: int, email: str = "alice@office.example") -> list[int]:
    return [_sign_in(browser, email, "wrong").status_code for _time in range(times)]


def _log() -> list[tuple[str, str, str, dict[str, object]]]:
    rows = Entry.objects.order_by("pk")
    return [(row.action, row.actor_name, row.subject_name, row.details) for row in rows]


def test_who_knows_the_password_comes_in(alice: Person) -> None:
    browser = Client(HTTP_USER_AGENT=FIREFOX)

    answer = _sign_in(browser)

    alice.refresh_from_db()
    session = Session.objects.get()
    assert (answer.status_code, answer["Location"]) == (302, "/")
    assert (session.person, session.browser, session.began_at) == (
        alice,
        "Firefox on Linux",
        START,
    )
    assert alice.last_login == START
    assert _log() == [(Action.SIGNED_IN, "Alice", "Alice", {"browser": "Firefox on Linux"})]


@pytest.mark.parametrize("typed", [" Alice@OFFICE.example ", "ALICE@office.example"])
def test_capitals_and_blanks_around_the_address_do_not_matter(alice: Person, typed: str) -> None:
    assert _sign_in(Client(), typed).status_code == 302


@pytest.mark.parametrize(
    ("email", "password"),
    [
        ("alice@office.example", "wrong"),
        ("alice@office.example", f" {PASSWORD}"),
        ("charlie@elsewhere.example", PASSWORD),
    ],
)
def test_a_wrong_address_and_a_wrong_password_get_one_answer(
    alice: Person, email: str, password: str
) -> None:
    answer = _sign_in(Client(), email, password)

    assert answer.status_code == 422
    assert "E-mail or password is wrong." in answer.content.decode()
    assert PASSWORD not in answer.content.decode()
    assert not Session.objects.filter(person=alice).exists()


def test_missing_entries_are_told_beside_the_fields_and_count_as_no_failure(alice: Person) -> None:
    answer = _sign_in(Client(), "", "")

    assert answer.status_code == 422
    assert answer.content.decode().count('class="wrong"') == 2
    assert (AccessAttempt.objects.count(), _log()) == (0, [])


def test_the_deactivated_do_not_come_in(alice: Person, bob: Person) -> None:
    operations.deactivate(person=bob, actor=alice, now=START)

    assert _sign_in(Client(), "bob@office.example").status_code == 422


def test_a_failed_sign_in_is_recorded_without_the_address(alice: Person) -> None:
    _sign_in(Client(), "alice@office.example", "wrong")
    _sign_in(Client(), "charlie@elsewhere.example", "wrong")

    assert _log() == [(Action.SIGN_IN_FAILED, "", "Alice", {"sign_in_pauses": False})]
    assert "@" not in str(list(Entry.objects.values()))


@pytest.mark.parametrize("asked", ["/permissions/", "/permissions/?sort=-role&search=a", "/"])
def test_next_leads_to_a_page_of_ours(alice: Person, asked: str) -> None:
    assert _sign_in(Client(), next=asked)["Location"] == asked


def test_the_page_keeps_where_one_wanted_to_go(alice: Person, browse: Browse) -> None:
    sent = browse(None).get("/permissions/?sort=role")

    page = browse(None).get(sent["Location"]).content.decode()

    assert sent["Location"] == "/sign-in/?next=%2Fpermissions%2F%3Fsort%3Drole"
    assert '<input type="hidden" name="next" value="/permissions/?sort=role">' in page


def test_who_is_signed_in_goes_on(browse: Browse, vera: Person) -> None:
    answer = browse(vera).get("/sign-in/?next=/account/")

    assert (answer.status_code, answer["Location"]) == (302, "/account/")


def test_the_tenth_failure_begins_a_pause(alice: Person) -> None:
    browser = Client()

    assert _fail(browser, LIMIT - 1) == [422] * (LIMIT - 1)
    assert _fail(browser, 1) == [429]
    assert _sign_in(browser).status_code == 429
    failures = [details["sign_in_pauses"] for _action, _actor, _subject, details in _log()]
    assert failures == [False] * (LIMIT - 1) + [True]


def test_capitals_make_no_more_tries_of_one_address(alice: Person) -> None:
    spellings = ["alice@office.example", "ALICE@office.example", " alice@OFFICE.example "]
    for number in range(LIMIT):
        _sign_in(Client(), spellings[number % 3], "wrong")

    assert _sign_in(Client()).status_code == 429


def test_another_browser_makes_no_more_tries_of_one_address(alice: Person) -> None:
    for number in range(LIMIT):
        _sign_in(Client(HTTP_USER_AGENT=f"{FIREFOX}{number}"), password="wrong")

    assert _sign_in(Client()).status_code == 429


def test_the_pause_holds_for_one_address_and_one_place(alice: Person, bob: Person) -> None:
    _fail(Client(), LIMIT)

    elsewhere = _sign_in(Client(REMOTE_ADDR="192.0.2.7")).status_code
    somebody_else = _sign_in(Client(), "bob@office.example").status_code

    assert (elsewhere, somebody_else) == (302, 302)


def test_one_network_of_ipv6_is_one_place(alice: Person) -> None:
    for number in range(LIMIT):
        _sign_in(Client(REMOTE_ADDR=f"2001:db8:1:2::{number:x}"), password="wrong")

    assert _sign_in(Client(REMOTE_ADDR="2001:db8:1:2:ffff::1")).status_code == 429
    assert _sign_in(Client(REMOTE_ADDR="2001:db8:1:3::1")).status_code == 302


def test_a_forwarded_address_is_not_believed_by_the_pages(alice: Person) -> None:
    for number in range(LIMIT):
        _sign_in(Client(HTTP_X_FORWARDED_FOR=f"192.0.2.{number}"), password="wrong")

    assert _sign_in(Client()).status_code == 429


def test_the_pause_ends_after_half_an_hour_whatever_is_tried_meanwhile(alice: Person) -> None:
    _fail(Client(), LIMIT)
    AccessAttempt.objects.update(attempt_time=_earlier(minutes=29))
    _fail(Client(), 3)
    still = _sign_in(Client()).status_code

    AccessAttempt.objects.update(attempt_time=_earlier(minutes=31))

    assert (still, _sign_in(Client()).status_code) == (429, 302)


def test_a_success_forgets_the_failures_before_it(alice: Person) -> None:
    _fail(Client(), LIMIT - 1)
    _sign_in(Client())

    assert _fail(Client(), LIMIT - 1) == [422] * (LIMIT - 1)


def test_what_is_kept_of_failures_holds_no_address_and_no_password(alice: Person) -> None:
    _sign_in(Client(), "alice@office.example", "wrong-and-secret")

    kept = str(list(AccessAttempt.objects.values()))

    assert AccessAttempt.objects.count() == 1
    assert "alice" not in kept
    assert "wrong-and-secret" not in kept


def test_nothing_of_failures_is_logged(alice: Person, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)

    _fail(Client(), LIMIT + 1)
    AccessAttempt.objects.all().delete()
    _sign_in(Client())

    assert [record.name for record in caplog.records if record.name.startswith("axes")] == []
    assert "alice" not in caplog.text


def test_many_addresses_guessed_from_one_place_end_in_a_pause_of_the_place(
    alice: Person, bob: Person
) -> None:
    guessed = [
        _sign_in(Client(), f"guess{number}@office.example", "wrong").status_code
        for number in range(30)
    ]

    assert guessed == [422] * 20 + [429] * 10
    assert _sign_in(Client(), "bob@office.example").status_code == 429
    assert _sign_in(Client(REMOTE_ADDR="192.0.2.7"), "bob@office.example").status_code == 302


def test_a_pause_of_the_place_ends_and_is_not_prolonged_by_more_guesses(alice: Person) -> None:
    for number in range(25):
        _sign_in(Client(), f"guess{number}@office.example", "wrong")
    AccessAttempt.objects.update(attempt_time=_earlier(minutes=31))

    assert _sign_in(Client()).status_code == 302


def test_a_stranger_at_the_same_place_locks_nobody_out_of_their_own_browser(
    alice: Person, bob: Person
) -> None:
    own, stranger = Client(), Client()
    _sign_in(own)
    own.post("/sign-out/")

    _fail(stranger, LIMIT)
    for number in range(30):
        _sign_in(stranger, f"guess{number}@office.example", "wrong")

    assert _sign_in(stranger).status_code == 429
    assert _sign_in(own, "bob@office.example").status_code == 429
    assert _sign_in(own).status_code == 302


def test_a_known_browser_has_no_more_tries_than_others(alice: Person) -> None:
    own = Client()
    _sign_in(own)
    own.post("/sign-out/")

    assert _fail(own, LIMIT + 1) == [422] * (LIMIT - 1) + [429] * 2
    assert _sign_in(own).status_code == 429


def test_a_new_password_ends_the_pause_of_a_known_browser_too(alice: Person) -> None:
    own = Client()
    _sign_in(own)
    own.post("/sign-out/")
    _fail(own, LIMIT)

    attempts.forget(alice)

    assert _sign_in(own).status_code == 302


def test_a_new_password_by_mail_ends_the_pause_of_the_place_for_its_browser(
    alice: Person,
) -> None:
    for number in range(30):
        _sign_in(Client(), f"guess{number}@office.example", "wrong")
    browser = Client()
    browser.post("/password-reset/", {"email": alice.email})
    link = re.findall(r"http://[^/]+(/password-reset/\S+/)", str(mail.outbox[0].body))[0]
    chosen = {"password": "purple elephant dance", "repeated": "purple elephant dance"}
    browser.post(browser.get(link)["Location"], chosen)

    assert _sign_in(Client(), password=chosen["password"]).status_code == 429
    assert _sign_in(browser, password=chosen["password"]).status_code == 302


def test_the_mark_of_a_known_browser_cannot_be_made_up_and_holds_no_address(alice: Person) -> None:
    browser = Client(HTTP_USER_AGENT=FIREFOX)
    _sign_in(browser)
    mark = browser.cookies[attempts.COOKIE]
    for number in range(30):
        _sign_in(Client(), f"guess{number}@office.example", "wrong")
    forger = Client()
    forger.cookies[attempts.COOKIE] = str(
        attempts.counted_name(RequestFactory().post("/"), {"username": alice.email})
    )

    assert ("alice" in mark.value, mark["httponly"], mark["samesite"]) == (False, True, "Lax")
    assert _sign_in(forger).status_code == 429


def test_too_many_at_once_are_told_to_try_again(alice: Person) -> None:
    over = Event()
    others = [
        hashing.turns().begin(lambda: str(over.wait(PATIENCE_S)))
        for _person in range(hashing.AT_ONCE + hashing.WAITING)
    ]
    browser = Client(HTTP_ACCEPT_LANGUAGE="fr")

    with override_settings(PASSWORD_HASHERS=product.PASSWORD_HASHERS):
        answer = _sign_in(browser, "charlie@elsewhere.example")
    over.set()
    assert [one.result(PATIENCE_S) for one in others] == ["True"] * len(others)

    assert (answer.status_code, answer["Retry-After"]) == (429, "5")
    assert "Trop de personnes se connectent" in answer.content.decode()
    assert (AccessAttempt.objects.count(), _log()) == (0, [])


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("en", ("Too many tries", "for 30 minutes", "Choose a new password")),
        ("fr", ("Trop d’essais", "pendant 30 minutes", "Choisir un nouveau mot de passe")),
    ],
)
def test_the_pause_is_explained_with_the_way_out(
    alice: Person, language: str, words: tuple[str, ...]
) -> None:
    browser = Client(HTTP_ACCEPT_LANGUAGE=language)
    _fail(browser, LIMIT - 1)

    answer = _sign_in(browser, password="wrong")

    page = answer.content.decode()
    assert (answer.status_code, answer["Retry-After"]) == (429, "1800")
    assert [word in page for word in (*words, 'href="/password-reset/"')] == [True] * 4


def test_signing_out_ends_this_session_alone(browse: Browse, alice: Person) -> None:
    here, phone = browse(alice), browse(alice)

    answer = here.post("/sign-out/")

    assert (answer.status_code, answer["Location"]) == (302, "/sign-in/")
    assert [one.get("/account/").status_code for one in (here, phone)] == [302, 200]
    assert _log() == [(Action.SIGNED_OUT, "Alice", "Alice", {})]


@pytest.mark.parametrize(("language", "words"), [("fr", "Se connecter"), ("en", "Sign in")])
def test_a_stranger_switches_the_language_by_a_cookie(
    browse: Browse, language: str, words: str
) -> None:
    browser = browse(None)

    answer = browser.post("/language/", {"language": language, "next": "/sign-in/?next=/account/"})

    page = browser.get(answer["Location"])
    assert answer["Location"] == "/sign-in/?next=/account/"
    assert (words in page.content.decode(), page["Content-Language"]) == (True, language)


def test_who_reads_french_is_asked_in_french_when_the_session_has_ended(alice: Person) -> None:
    Person.objects.update(language="fr")
    browser = Client(headers={"Accept-Language": "en"})
    _sign_in(browser)

    browser.cookies.pop("segue_session")
    page = browser.get("/exports/", follow=True)

    assert page.headers["Content-Language"] == "fr"
    assert "Mot de passe" in page.text


def test_another_language_of_the_account_is_that_of_the_browser_too(alice: Person) -> None:
    browser = Client(headers={"Accept-Language": "en"})
    _sign_in(browser)
    Person.objects.update(language="fr")

    first = browser.get("/exports/")
    second = browser.get("/exports/")

    assert first.cookies["segue_language"].value == "fr"
    assert "segue_language" not in second.cookies


def test_a_signed_in_person_takes_the_language_along(browse: Browse, alice: Person) -> None:
    browse(alice).post("/language/", {"language": "fr", "next": "/account/"})

    alice.refresh_from_db()
    assert alice.language == "fr"
    assert "Votre compte" in browse(alice).get("/account/").content.decode()


@pytest.mark.parametrize("language", ["", "de", "fr-evil", "../fr"])
def test_there_are_no_other_languages(browse: Browse, alice: Person, language: str) -> None:
    answer = browse(alice).post("/language/", {"language": language})

    alice.refresh_from_db()
    assert (answer.status_code, alice.language) == (404, "en")


def test_an_unknown_language_of_the_browser_reads_as_english(browse: Browse) -> None:
    assert browse(None).get("/sign-in/", HTTP_ACCEPT_LANGUAGE="de")["Content-Language"] == "en"


def _earlier(*, minutes: int) -> object:
    from django.utils import timezone

    return timezone.now() - timedelta(minutes=minutes)


def test_where_nobody_has_an_account_the_sign_in_page_says_how_it_begins(db: None) -> None:
    words = seen(Client().get("/sign-in/"))

    assert "Nobody has an account here yet" in words
    assert "segue manage add-administrator" in words
