"""Invite somebody, and come in by the link."""

from __future__ import annotations

import re
import smtplib
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.conf import settings
from django.core import mail
from django.core.mail.backends.base import BaseEmailBackend
from django.test import Client
from django.test.utils import override_settings

from segue.control.audit.models import Action, Entry
from segue.control.people import operations
from segue.control.people.bearers import kept_of
from segue.control.people.models import Invitation, Person, Role, Session
from segue.web.people import links
from tests.fakes.clocks import START, PageClock
from tests.fixtures.people import PASSWORD

Browse = Callable[[Person | None], Client]
PANE = {"HX-Request": "true", "HX-Target": "pane"}
SITE = "http://127.0.0.1:8080"
PASSPHRASE = "purple elephant dance"


class BrokenMail(BaseEmailBackend):
    """A mail server that cannot be reached."""

    def send_messages(self, email_messages: object) -> int:
        """Refuse."""
        raise smtplib.SMTPConnectError(421, "gone")


def _invited(browser: Client, email: str = "dora@office.example", role: str = "viewer") -> str:
    return browser.post(
        "/permissions/invite/", {"email": email, "role": role, "password": PASSWORD}
    ).content.decode()


def _link(page: str) -> str:
    found = re.search(rf'value="{SITE}(/invitation/[^"]+)"', page)
    assert found is not None
    return found[1]


def _accepted(browser: Client, link: str, **changes: str) -> object:
    typed = {
        "name": "Dora",
        "password": PASSPHRASE,
        "repeated": PASSPHRASE,
        "time_zone": "Europe/Paris",
        **changes,
    }
    browser.get(link)
    return browser.post("/invitation/", typed)


def test_the_inviter_sees_the_link_once_and_the_invited_gets_it_by_mail(
    browse: Browse, alice: Person
) -> None:
    browser = browse(alice)

    page = _invited(browser)

    link = _link(page)
    listed = browser.get("/permissions/").content.decode()
    assert "A mail with the link is on its way to dora@office.example." in page
    assert [message.to for message in mail.outbox] == [["dora@office.example"]]
    assert SITE + link in mail.outbox[0].body
    assert ("dora@office.example" in listed, link in listed) == (True, False)
    assert list(Entry.objects.values_list("action", "actor_name")) == [
        (Action.PERSON_INVITED, "Alice")
    ]


@pytest.mark.parametrize(
    ("language", "subject", "order"),
    [
        ("en", "Alice & Co invites you to Segue", ["Hello,", "Bonjour,"]),
        ("fr", "Alice & Co vous invite sur Segue", ["Bonjour,", "Hello,"]),
    ],
)
def test_the_mail_speaks_both_languages_the_inviters_first(
    browse: Browse, alice: Person, language: str, subject: str, order: list[str]
) -> None:
    Person.objects.update(language=language, name="Alice & Co")
    alice.refresh_from_db()

    _invited(browse(alice))

    assert mail.outbox[0].subject == subject
    assert re.findall(r"Hello,|Bonjour,", str(mail.outbox[0].body)) == order


@pytest.mark.parametrize(
    ("email", "role", "words"),
    [
        ("", "viewer", "This field is required."),
        ("dora", "viewer", "This is not an e-mail address"),
        ("bob@office.example", "viewer", "Somebody with this e-mail address is there already."),
        ("dora@office.example", "owner", "Select a valid choice."),
    ],
)
def test_a_refused_invitation_says_why_beside_the_field(
    browse: Browse, alice: Person, bob: Person, email: str, role: str, words: str
) -> None:
    typed = {"email": email, "role": role}

    answer = browse(alice).post("/permissions/invite/", typed, headers=PANE)

    assert (answer.status_code, words in answer.content.decode()) == (422, True)
    assert (Invitation.objects.count(), mail.outbox) == (0, [])


@pytest.mark.parametrize("role", ["contributor", "administrator"])
@pytest.mark.parametrize("password", ["", "wrong"])
def test_who_may_change_things_is_invited_by_whoever_signs_in_again_for_it(
    browse: Browse, alice: Person, password: str, role: str
) -> None:
    typed = {"email": "dora@office.example", "role": role, "password": password}

    answer = browse(alice).post("/permissions/invite/", typed, headers=PANE)

    assert answer.status_code == 422
    assert "The password is not the one you sign in with." in answer.content.decode()
    assert (Invitation.objects.count(), mail.outbox) == (0, [])


def test_a_viewer_is_invited_without_it(browse: Browse, alice: Person) -> None:
    typed = {"email": "dora@office.example", "role": "viewer"}

    answer = browse(alice).post("/permissions/invite/", typed, headers=PANE)

    assert (answer.status_code, Invitation.objects.count()) == (200, 1)


def test_without_a_mail_server_the_inviter_is_told_to_pass_the_link_on(
    browse: Browse, alice: Person
) -> None:
    with override_settings(EMAIL_BACKEND="tests.web.test_people_invitations.BrokenMail"):
        page = _invited(browse(alice))

    assert "The mail could not be sent. Give the link below to the person yourself." in page
    assert _accepted(Client(), _link(page)).status_code == 302


def test_the_invited_comes_in_as_the_person_they_say(browse: Browse, alice: Person) -> None:
    link = _link(_invited(browse(alice), role="contributor"))
    newcomer = Client(HTTP_ACCEPT_LANGUAGE="fr", HTTP_USER_AGENT="Firefox/140.0 Linux")

    answer = _accepted(newcomer, link, email="else@office.example")

    dora = Person.objects.get(name="Dora")
    assert (answer.status_code, answer["Location"]) == (302, "/")
    assert (dora.email, dora.role, dora.language, dora.time_zone) == (
        "dora@office.example",
        Role.CONTRIBUTOR,
        "fr",
        "Europe/Paris",
    )
    assert dora.last_login == START
    assert "Votre compte" in newcomer.get("/account/").content.decode()
    assert Session.objects.get(person=dora).browser == "Firefox on Linux"


def test_the_page_says_who_invited_whom_and_offers_the_inviters_time_zone(
    browse: Browse, alice: Person
) -> None:
    Person.objects.update(time_zone="Europe/Paris")
    link = _link(_invited(browse(alice)))
    newcomer = Client()

    page = newcomer.get(newcomer.get(link)["Location"]).content.decode()

    assert "Alice invited dora@office.example with the role Viewer." in page
    assert '<option value="Europe/Paris" selected>' in page


def test_the_token_is_taken_out_of_the_address_and_stands_in_no_page(
    browse: Browse, alice: Person
) -> None:
    link = _link(_invited(browse(alice)))
    token = link.rstrip("/").rpartition("/")[2]
    newcomer = Client()

    page = newcomer.get(newcomer.get(link)["Location"]).content.decode()

    assert token not in page


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"name": ""}, "This field is required."),
        ({"repeated": "other"}, "The two passwords differ."),
        ({"password": "short", "repeated": "short"}, "too short"),
        ({"time_zone": "Europe/Atlantis"}, "Select a valid choice."),
    ],
)
def test_a_refused_entry_says_why_and_leaves_the_invitation_open(
    browse: Browse, alice: Person, change: dict[str, str], words: str
) -> None:
    link = _link(_invited(browse(alice)))
    newcomer = Client()

    refused = _accepted(newcomer, link, **change)

    assert (refused.status_code, words in refused.content.decode()) == (422, True)
    assert _accepted(newcomer, link).status_code == 302


def test_a_used_link_leads_nowhere(browse: Browse, alice: Person) -> None:
    link = _link(_invited(browse(alice)))
    _accepted(Client(), link)

    again = _accepted(Client(), link)

    assert again.status_code == 404
    assert "This link has been used, withdrawn or has expired." in again.content.decode()


def test_a_withdrawn_or_old_link_leads_nowhere(
    browse: Browse, alice: Person, still_clock: type[PageClock]
) -> None:
    browser = browse(alice)
    withdrawn = _link(_invited(browser))
    answer = browser.post(f"/permissions/invitations/{Invitation.objects.get().pk}/withdraw/")
    old = _link(_invited(browser, email="emil@office.example"))
    still_clock.at += timedelta(days=7)

    assert answer["Location"] == "/permissions/"
    assert [_accepted(Client(), link).status_code for link in (withdrawn, old)] == [404, 404]


def test_whoever_is_signed_in_is_told_to_sign_out_first(
    browse: Browse, alice: Person, bob: Person
) -> None:
    link = _link(_invited(browse(alice)))

    answer = _accepted(browse(bob), link)

    assert answer.status_code == 409
    assert "You are signed in as Bob." in answer.content.decode()
    assert not Person.objects.filter(name="Dora").exists()


def test_the_first_link_asks_for_the_address_and_makes_the_administrator(db: None) -> None:
    link = f"/invitation/{operations.first_invitation(now=START)}/"
    browser = Client()

    page = browser.get(browser.get(link)["Location"]).content.decode()
    without = _accepted(browser, link, email="")
    done = _accepted(browser, link, email="Dora@office.example")

    assert "You are the first" in page
    assert (without.status_code, done.status_code) == (422, 302)
    assert Person.objects.get().is_administrator
    assert browser.get("/permissions/").status_code == 200


def test_an_accepted_invitation_begins_a_new_session(browse: Browse, alice: Person) -> None:
    link = _link(_invited(browse(alice)))
    newcomer = Client()
    newcomer.cookies[settings.SESSION_COOKIE_NAME] = "planted0planted0planted0planted0"

    _accepted(newcomer, link)

    dora = Session.objects.exclude(person=alice).get()
    assert dora.person == Person.objects.get(name="Dora")
    assert dora.pk == kept_of(newcomer.cookies[settings.SESSION_COOKIE_NAME].value)
    assert newcomer.cookies[links.COOKIE].value == ""


def test_a_link_is_kept_by_the_browser_alone(browse: Browse, alice: Person) -> None:
    link = _link(_invited(browse(alice)))
    newcomer = Client()

    answer = newcomer.get(link)

    cookie = newcomer.cookies[links.COOKIE]
    assert answer["Location"] == "/invitation/"
    assert cookie.value == link.rstrip("/").rpartition("/")[2]
    assert (cookie["path"], cookie["httponly"], cookie["samesite"]) == ("/invitation/", True, "Lax")
    assert list(Session.objects.values_list("person", flat=True)) == [alice.pk]


def test_links_that_are_none_write_nothing(db: None) -> None:
    browser = Client()

    answers = [browser.get(f"/invitation/{token}/") for token in ("anything", "x" * 500)]

    assert [answer.status_code for answer in answers] == [404, 404]
    assert (Session.objects.count(), links.COOKIE in browser.cookies) == (0, False)
