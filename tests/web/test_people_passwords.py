"""Change a password, and choose a new one by a link that is mailed."""

from __future__ import annotations

import re
import smtplib
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from django.core import mail
from django.core.mail.backends.base import BaseEmailBackend
from django.test import Client
from django.test.utils import override_settings

from segue.control.audit.models import Action, Entry
from segue.control.people import operations
from segue.control.people.models import Person, Session
from tests.fakes.clocks import START, PageClock
from tests.fixtures.people import PASSWORD

Browse = Callable[[Person | None], Client]
NEW = "purple elephant dance"
SITE = "http://127.0.0.1:8080"


class BrokenMail(BaseEmailBackend):
    """A mail server that refuses everything."""

    def send_messages(self, email_messages: object) -> int:
        """Refuse."""
        raise smtplib.SMTPServerDisconnected("gone")


def _change(browser: Client, current: str, new: str = NEW, repeated: str = NEW) -> object:
    typed = {"current": current, "password": new, "repeated": repeated}
    return browser.post("/account/password/", typed)


def _asked(email: str = "alice@office.example", **headers: str) -> object:
    return Client(**headers).post("/password-reset/", {"email": email})


def _link() -> str:
    found = re.search(rf"{SITE}(/password-reset/\S+)", str(mail.outbox[-1].body))
    assert found is not None
    return found[1]


def _followed(browser: Client, link: str) -> str:
    """Follow the link of the mail to the page without the token, as a browser does."""
    answer = browser.get(link)
    assert answer.status_code == 302
    return str(answer["Location"])


def _choose(browser: Client, page: str, new: str = NEW, repeated: str = NEW) -> int:
    return browser.post(page, {"password": new, "repeated": repeated}).status_code


def _log() -> list[tuple[str, str, str]]:
    return list(Entry.objects.order_by("pk").values_list("action", "actor_name", "subject_name"))


def test_a_changed_password_keeps_this_browser_and_ends_the_others(
    browse: Browse, alice: Person
) -> None:
    here, phone = browse(alice), browse(alice)
    before = here.session.session_key

    answer = _change(here, PASSWORD)

    alice.refresh_from_db()
    assert (answer.status_code, answer["Location"]) == (302, "/account/")
    assert alice.check_password(NEW)
    assert "Your password was changed" in here.get("/account/").content.decode()
    assert phone.get("/account/").status_code == 302
    assert here.session.session_key != before
    assert _log() == [(Action.PASSWORD_CHANGED, "Alice", "Alice")]


@pytest.mark.parametrize(
    ("current", "new", "repeated", "words"),
    [
        ("wrong", NEW, NEW, "This is not the password that you sign in with."),
        (PASSWORD, NEW, "purple elephant dancer", "The two passwords differ."),
        (PASSWORD, "short", "short", "too short"),
        (PASSWORD, "", "", "This field is required."),
    ],
)
def test_a_refused_change_says_why_beside_the_field(
    browse: Browse, alice: Person, current: str, new: str, repeated: str, words: str
) -> None:
    answer = _change(browse(alice), current, new, repeated)

    page = answer.content.decode()
    alice.refresh_from_db()
    assert (answer.status_code, words in page) == (422, True)
    assert alice.check_password(PASSWORD)
    assert PASSWORD not in page


def test_guessing_the_current_password_is_paused_like_signing_in(
    browse: Browse, alice: Person
) -> None:
    browser = browse(alice)

    guesses = [_change(browser, "wrong").status_code for _time in range(10)]

    assert guesses == [422] * 9 + [429]
    assert _change(browser, PASSWORD).status_code == 429
    alice.refresh_from_db()
    assert alice.check_password(PASSWORD)


def test_the_pane_is_answered_as_a_pane(browse: Browse, alice: Person) -> None:
    pane = {"HX-Request": "true", "HX-Target": "pane"}
    browser = browse(alice)

    opened = browser.get("/account/password/", headers=pane).content.decode()
    typed = {"current": PASSWORD, "password": NEW, "repeated": NEW}
    saved = browser.post("/account/password/", typed, headers=pane)

    assert ("pane-sheet" in opened, "<html" in opened) == (True, False)
    assert (saved.status_code, saved["HX-Redirect"]) == (204, "/account/")


def test_whoever_forgot_the_password_chooses_a_new_one(browse: Browse, alice: Person) -> None:
    desk = browse(alice)
    _asked(" Alice@OFFICE.example")
    browser = Client()
    page = _followed(browser, _link())

    status = _choose(browser, page)

    assert status == 302
    assert browser.get("/password-reset/done/").status_code == 200
    assert desk.get("/account/").status_code == 302
    typed = {"username": "alice@office.example", "password": NEW}
    assert Client().post("/sign-in/", typed).status_code == 302
    assert _log() == [
        (Action.PASSWORD_RESET_SENT, "", "Alice"),
        (Action.PASSWORD_RESET, "Alice", "Alice"),
        (Action.SIGNED_IN, "Alice", "Alice"),
    ]


def test_a_reset_also_ends_the_session_in_which_it_is_made(browse: Browse, alice: Person) -> None:
    browser = browse(alice)
    _asked()

    _choose(browser, _followed(browser, _link()))

    assert browser.get("/account/").status_code == 302
    assert not Session.objects.filter(person=alice).exists()


def test_the_answer_never_tells_whether_an_address_is_known(alice: Person, bob: Person) -> None:
    operations.deactivate(person=bob, actor=alice, now=START)
    addresses = ["alice@office.example", "bob@office.example", "charlie@elsewhere.example", "x"]

    answers = [_asked(address) for address in addresses]

    seen = {(answer.status_code, str(answer.headers), answer.content) for answer in answers}
    assert len(seen) == 1
    assert [message.to for message in mail.outbox] == [["alice@office.example"]]


def test_whom_to_mail_is_looked_up_after_the_answer(alice: Person) -> None:
    from segue.web.people import passwords

    done: list[str] = []
    answer = passwords.RedirectThen("/", lambda: done.append("mailed"))

    before = list(done)
    answer.close()

    assert (before, done) == ([], ["mailed"])


@pytest.mark.parametrize(
    ("language", "subject", "words"),
    [
        ("en", "Choose a new password for Segue", "Hello Al & Ice,"),
        ("fr", "Choisissez un nouveau mot de passe pour Segue", "Bonjour Al & Ice,"),
    ],
)
def test_the_mail_is_in_the_persons_language(
    alice: Person, language: str, subject: str, words: str
) -> None:
    Person.objects.update(language=language, name="Al & Ice")

    _asked(HTTP_ACCEPT_LANGUAGE="fr" if language == "en" else "en")

    assert (mail.outbox[0].subject, words in mail.outbox[0].body) == (subject, True)


def test_the_links_in_mails_lead_to_our_address_whatever_host_was_asked(alice: Person) -> None:
    _asked(HTTP_HOST="localhost")

    assert re.findall(r"https?://[^/\s)]+", str(mail.outbox[0].body)) == [SITE, SITE]


def test_a_flood_of_requests_sends_one_mail(alice: Person, still_clock: type[PageClock]) -> None:
    for _time in range(5):
        _asked()
    still_clock.at += timedelta(minutes=5)
    _asked()

    assert len(mail.outbox) == 2


def test_a_link_works_once(alice: Person) -> None:
    _asked()
    browser = Client()
    page = _followed(browser, _link())
    _choose(browser, page)

    assert browser.get(_link()).status_code == 404
    assert _choose(browser, page, "another elephant", "another elephant") == 404
    alice.refresh_from_db()
    assert alice.check_password(NEW)


def test_signing_in_meanwhile_ends_the_link(alice: Person, still_clock: type[PageClock]) -> None:
    _asked()
    still_clock.at += timedelta(minutes=1)
    Client().post("/sign-in/", {"username": "alice@office.example", "password": PASSWORD})

    assert Client().get(_link()).status_code == 404


def test_a_link_ends_with_the_access_of_the_person(alice: Person, bob: Person) -> None:
    _asked("bob@office.example")
    operations.deactivate(person=bob, actor=alice, now=START)

    assert Client().get(_link()).status_code == 404


@pytest.mark.parametrize("link", ["/password-reset/Mg/nothing/", "/password-reset/!!/a-b/"])
def test_a_made_up_link_leads_nowhere_and_says_what_to_do(alice: Person, link: str) -> None:
    answer = Client().get(link)

    assert answer.status_code == 404
    assert "Ask for a new link" in answer.content.decode()


@pytest.mark.parametrize(
    ("new", "repeated", "words"),
    [("short", "short", "too short"), (NEW, "other", "The two passwords differ.")],
)
def test_a_refused_new_password_says_why_and_keeps_the_link(
    alice: Person, new: str, repeated: str, words: str
) -> None:
    _asked()
    browser = Client()
    page = _followed(browser, _link())

    answer = browser.post(page, {"password": new, "repeated": repeated})

    assert (answer.status_code, words in answer.content.decode()) == (422, True)
    assert _choose(browser, page) == 302


def test_the_token_is_taken_out_of_the_address(alice: Person) -> None:
    _asked()
    token = _link().rstrip("/").rpartition("/")[2]

    page = _followed(Client(), _link())

    assert token not in page


def test_a_reset_lifts_the_pause_after_failed_sign_ins(alice: Person) -> None:
    typed = {"username": "alice@office.example", "password": "wrong"}
    for _time in range(10):
        paused = Client().post("/sign-in/", typed).status_code
    _asked()
    browser = Client()

    _choose(browser, _followed(browser, _link()))

    typed["password"] = NEW
    assert (paused, Client().post("/sign-in/", typed).status_code) == (429, 302)


def test_a_mail_server_that_fails_changes_nothing_in_the_answer(
    alice: Person, caplog: pytest.LogCaptureFixture
) -> None:
    with override_settings(EMAIL_BACKEND="tests.web.test_people_passwords.BrokenMail"):
        answer = _asked()

    assert (answer.status_code, answer["Location"]) == (302, "/password-reset/sent/")
    assert [record.message for record in caplog.records if record.name == "segue.web.people"] == [
        "mail.not_sent"
    ]


def test_without_a_mail_server_the_page_says_where_mails_are(alice: Person, tmp_path: Path) -> None:
    outbox = tmp_path / "outbox"
    files = "django.core.mail.backends.filebased.EmailBackend"
    with override_settings(EMAIL_BACKEND=files, EMAIL_FILE_PATH=str(outbox)):
        _asked()
        page = Client().get("/password-reset/sent/").content.decode()

    assert "No mail server is set up" in page
    assert [oct(outbox.stat().st_mode & 0o777), len(list(outbox.iterdir()))] == ["0o700", 1]


def test_with_a_mail_server_nothing_is_said_of_it(db: None) -> None:
    assert "No mail server" not in Client().get("/password-reset/sent/").content.decode()
