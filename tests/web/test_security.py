"""What protects sessions, forms, redirects and answers. What every single address must keep: `test_security_everywhere`."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable, Mapping
from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.test import Client
from django.test.utils import override_settings
from django.urls import path

import segue.web.urls
from segue.control.encryption import new_key
from segue.control.people.bearers import kept_of
from segue.control.people.models import Person, Session
from tests.fakes.clocks import START, PageClock
from tests.fixtures.people import PASSWORD
from tests.patience import PATIENCE_S

Browse = Callable[[Person | None], Client]

pytestmark = [pytest.mark.django_db, pytest.mark.one_database]

HEADERS = {
    "Content-Security-Policy": {
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data:",
        "connect-src 'self'",
        "font-src 'self'",
        "form-action 'self' https://login.mailchimp.com",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    },
    "X-Content-Type-Options": {"nosniff"},
    "X-Frame-Options": {"DENY"},
    "Referrer-Policy": {"same-origin"},
    "Cross-Origin-Opener-Policy": {"same-origin"},
    "Permissions-Policy": {"camera=(), microphone=(), geolocation=()"},
}
FOREIGN = [
    "https://evil.example/",
    "//evil.example/",
    "///evil.example/",
    "/\\evil.example/",
    "\\\\evil.example/",
    "http:///evil.example/",
    " //evil.example/",
    "\t//evil.example/",
    "/\t/evil.example/",
    "javascript:alert(1)",
    "data:text/html,hello",
    "evil.example",
    "http://testserver/account/",
    "/no/page/of/ours/",
]


def _fails(request: HttpRequest) -> HttpResponse:
    raise ValueError("as a bug of ours would")


# The addresses of the project and one that fails, for the test of what a bug looks like from outside.
urlpatterns = [*segue.web.urls.urlpatterns, path("fails/", _fails)]
handler400 = segue.web.urls.handler400
handler404 = segue.web.urls.handler404
handler500 = segue.web.urls.handler500


def _sign_in(browser: Client, **more: str) -> HttpResponse:
    typed = {"username": "alice@office.example", "password": PASSWORD, **more}
    return browser.post("/sign-in/", typed)


# Sessions


def test_the_session_cookie_is_out_of_reach_of_scripts_and_other_sites(alice: Person) -> None:
    cookie = _sign_in(Client()).cookies[settings.SESSION_COOKIE_NAME]

    assert (cookie["httponly"], cookie["samesite"], cookie["path"], cookie["domain"]) == (
        True,
        "Lax",
        "/",
        "",
    )
    assert cookie["max-age"] == 14 * 24 * 60 * 60


@pytest.mark.parametrize("name", ["segue_csrf", "segue_language"])
def test_the_other_cookies_are_too(name: str, db: None) -> None:
    browser = Client()
    browser.get("/sign-in/")
    browser.post("/language/", {"language": "fr"})

    cookie = browser.cookies[name]

    assert (cookie["httponly"], cookie["samesite"]) == (True, "Lax")


def test_signing_in_begins_a_new_session(alice: Person) -> None:
    browser, other = Client(), Client()
    _sign_in(other)
    before = other.cookies[settings.SESSION_COOKIE_NAME].value
    other.post("/sign-out/")
    browser.cookies[settings.SESSION_COOKIE_NAME] = before

    _sign_in(browser)

    after = browser.cookies[settings.SESSION_COOKIE_NAME].value
    assert before and after != before
    assert list(Session.objects.values_list("pk", flat=True)) == [kept_of(after)]


def test_what_the_database_holds_of_a_session_opens_nothing(alice: Person) -> None:
    browser, thief = Client(), Client()
    _sign_in(browser)
    row = Session.objects.get()
    thief.cookies[settings.SESSION_COOKIE_NAME] = row.pk

    answer = thief.get("/account/")

    held = f"{row.pk} {row.session_data} {row.handle}"
    assert answer.status_code == 302
    assert browser.cookies[settings.SESSION_COOKIE_NAME].value not in held
    assert browser.get("/account/").status_code == 200


def test_a_session_ends_after_half_a_day_without_use(
    alice: Person, still_clock: type[PageClock]
) -> None:
    used, unused, watching = Client(), Client(), Client()
    for browser in (used, unused, watching):
        _sign_in(browser)
    still_clock.at += timedelta(hours=11)
    used.get("/account/")
    watching.get("/system/live/")
    still_clock.at += timedelta(hours=2)

    reached = [one.get("/account/").status_code for one in (used, unused, watching)]

    assert reached == [200, 302, 302]


def test_a_session_ends_after_two_weeks_however_much_it_is_used(
    alice: Person, still_clock: type[PageClock]
) -> None:
    browser = Client()
    _sign_in(browser)
    reached = []
    for _half_day in range(29):
        still_clock.at += timedelta(hours=11, minutes=50)
        reached.append(browser.get("/account/").status_code)

    assert reached == [200] * 28 + [302]


def test_reading_pages_writes_that_a_session_is_used_now_and_then_only(
    alice: Person, still_clock: type[PageClock]
) -> None:
    browser = Client()
    _sign_in(browser)
    ends = []
    for minutes in (1, 3, 2):
        still_clock.at += timedelta(minutes=minutes)
        browser.get("/account/")
        ends.append(Session.objects.get().expire_date - START)

    assert ends == [timedelta(hours=12)] * 2 + [timedelta(hours=12, minutes=6)]


def test_a_session_key_planted_by_somebody_else_is_not_taken(alice: Person) -> None:
    browser = Client()
    browser.cookies[settings.SESSION_COOKIE_NAME] = "planted0planted0planted0planted0"

    _sign_in(browser)

    planted = "planted0planted0planted0planted0"
    assert Session.objects.get().pk not in (planted, kept_of(planted))


def test_signing_in_as_somebody_else_keeps_nothing_of_the_first(
    browse: Browse, alice: Person, bob: Person
) -> None:
    browser = browse(bob)
    session = browser.session
    session["theirs"] = "secret"
    session.save()
    browser.post("/sign-out/")

    _sign_in(browser)

    assert "theirs" not in browser.session
    assert not Session.objects.filter(person=bob).exists()


def test_a_signed_out_session_cannot_be_used_again(browse: Browse, alice: Person) -> None:
    browser = browse(alice)
    stolen = browser.cookies[settings.SESSION_COOKIE_NAME].value
    browser.post("/sign-out/")

    thief = Client()
    thief.cookies[settings.SESSION_COOKIE_NAME] = stolen

    assert thief.get("/account/").status_code == 302


# Forms


@pytest.mark.parametrize("token", ["", "x" * 32, "x" * 64])
def test_no_form_is_taken_with_a_made_up_token(browse: Browse, alice: Person, token: str) -> None:
    browser = Client(enforce_csrf_checks=True)
    browser.get("/sign-in/")

    assert _sign_in(browser, csrfmiddlewaretoken=token).status_code == 403


def test_no_form_is_taken_from_another_site(alice: Person) -> None:
    browser = Client(enforce_csrf_checks=True)
    token = str(browser.get("/sign-in/").context["csrf_token"])
    typed = {"username": "alice@office.example", "password": PASSWORD}

    statuses = [
        browser.post(
            "/sign-in/", {**typed, "csrfmiddlewaretoken": token}, headers={"Origin": origin}
        ).status_code
        for origin in ("https://evil.example", "null", "http://testserver")
    ]

    assert statuses == [403, 403, 302]


# Redirects


@pytest.mark.parametrize("asked", FOREIGN)
def test_signing_in_leads_to_no_foreign_page(browse: Browse, alice: Person, asked: str) -> None:
    posted = _sign_in(Client(), next=asked)
    got = browse(alice).get("/sign-in/", {"next": asked})

    assert [posted["Location"], got["Location"]] == ["/", "/"]


@pytest.mark.parametrize("asked", FOREIGN)
def test_switching_the_language_leads_to_no_foreign_page(db: None, asked: str) -> None:
    assert Client().post("/language/", {"language": "fr", "next": asked})["Location"] == "/"


# Headers


def _kinds(browse: Browse, alice: Person) -> Mapping[str, HttpResponse]:
    browser, stranger = browse(alice), Client()
    pane = {"HX-Request": "true", "HX-Target": "pane"}
    wrong = {"username": "alice@office.example", "password": "wrong"}
    return {
        "page": browser.get("/account/"),
        "page before signing in": stranger.get("/sign-in/"),
        "pane": browser.get("/permissions/invite/", headers=pane),
        "redirect": stranger.get("/account/"),
        "redirect in a pane": stranger.get("/permissions/invite/", headers=pane),
        "without the slash": browser.get("/account"),
        "no such page": browser.get("/no/page/of/ours/"),
        "not for the reader": stranger.get("/invitation/"),
        "wrong method": browser.put("/account/"),
        "refused form": browser.post("/account/", {}),
        "form without token": Client(enforce_csrf_checks=True).post("/sign-in/"),
        "foreign host": stranger.get("/", headers={"Host": "evil.example"}),
        "too many tries": [stranger.post("/sign-in/", wrong) for _time in range(10)][-1],
        "bug": Client(raise_request_exception=False).get("/fails/"),
    }


@override_settings(ROOT_URLCONF=__name__)
def test_every_kind_of_answer_is_protected(browse: Browse, alice: Person) -> None:
    answers = _kinds(browse, alice)

    unprotected = {
        kind: found
        for kind, answer in answers.items()
        if (found := {name: _parts(name, answer) for name in HEADERS}) != HEADERS
    }
    assert {kind: answer.status_code for kind, answer in answers.items()} == {
        "page": 200,
        "page before signing in": 200,
        "pane": 200,
        "redirect": 302,
        "redirect in a pane": 204,
        "without the slash": 301,
        "no such page": 404,
        "not for the reader": 404,
        "wrong method": 405,
        "refused form": 422,
        "form without token": 403,
        "foreign host": 404,
        "too many tries": 429,
        "bug": 500,
    }
    assert unprotected == {}


@override_settings(ROOT_URLCONF=__name__)
def test_no_answer_is_kept_by_a_browser_or_a_proxy(browse: Browse, alice: Person) -> None:
    answers = _kinds(browse, alice)

    kept = {
        kind: answer.headers.get("Cache-Control", "")
        for kind, answer in answers.items()
        if "no-store" not in answer.headers.get("Cache-Control", "")
    }
    assert kept == {}


def test_a_bug_tells_nothing_of_itself(db: None) -> None:
    with override_settings(ROOT_URLCONF=__name__):
        answer = Client(raise_request_exception=False).get("/fails/")

    assert "as a bug of ours would" not in answer.content.decode()
    assert "Something went wrong on our side." in answer.content.decode()


def test_static_files_are_protected_and_may_be_kept(db: None) -> None:
    answer = Client().get(f"/{settings.STATIC_URL.strip('/')}/segue/segue.css")

    assert answer.status_code == 200
    assert {name: _parts(name, answer) for name in HEADERS} == HEADERS
    assert "no-store" not in answer.headers.get("Cache-Control", "")


def _parts(name: str, answer: HttpResponse) -> set[str]:
    text = answer.headers.get(name, "")
    return set(text.split("; ")) if name == "Content-Security-Policy" else {text}


def test_the_policy_allows_nothing_unsafe() -> None:
    allowed = str(settings.CONTENT_SECURITY_POLICY)

    assert [word for word in ("unsafe", "*", "http:", "blob:") if word in allowed] == []


# Under https


@pytest.fixture(scope="module")
def under_https(tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, str]:
    """Return the environment of an installation that is reached by https."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("SEGUE_")}
    kept.pop("DATABASE_URL", None)
    return {
        **kept,
        "SEGUE_URL": "https://segue.example",
        "SEGUE_HOME": str(tmp_path_factory.mktemp("home")),
        "SEGUE_KEYS": new_key(),
        "DJANGO_SETTINGS_MODULE": "segue.settings",
    }


ASKED = """
import json, django
django.setup()
from django.conf import settings
from django.core.management import call_command
from django.test import Client
call_command("migrate", verbosity=0)
safe = Client(headers={"host": "segue.example"})
page = safe.get("/sign-in/", secure=True)
switched = safe.post("/language/", {"language": "fr"}, secure=True)
plain = safe.get("/sign-in/")
print(json.dumps({
    "status": page.status_code,
    "hsts": page.headers["Strict-Transport-Security"],
    "csrf": bool(page.cookies["segue_csrf"]["secure"]),
    "language": bool(switched.cookies["segue_language"]["secure"]),
    "session": settings.SESSION_COOKIE_SECURE,
    "plain": [plain.status_code, plain.headers["Location"]],
    "debug": settings.DEBUG,
    "hosts": settings.ALLOWED_HOSTS,
    "hasher": settings.PASSWORD_HASHERS[0].rpartition(".")[2],
}))
"""


def test_under_https_everything_is_for_https_only(under_https: Mapping[str, str]) -> None:
    told = _run(["-c", ASKED], under_https)

    assert json.loads(told.stdout) == {
        "status": 200,
        "hsts": "max-age=31536000",
        "csrf": True,
        "language": True,
        "session": True,
        "plain": [301, "https://segue.example/sign-in/"],
        "debug": False,
        "hosts": ["segue.example"],
        "hasher": "PBKDF2PasswordHasher",
    }


def test_the_check_before_deployment_finds_nothing(under_https: Mapping[str, str]) -> None:
    """Silenced is what only asks to promise https for the whole domain as well, which is not Segue's to promise."""
    told = _run(["-m", "django", "check", "--deploy", "--fail-level", "INFO"], under_https)

    assert (told.returncode, told.stdout.strip(), told.stderr.strip()) == (
        0,
        "System check identified no issues (2 silenced).",
        "",
    )
    assert settings.SILENCED_SYSTEM_CHECKS == ["security.W005", "security.W021"]


def _run(arguments: list[str], environment: Mapping[str, str]) -> subprocess.CompletedProcess[str]:
    source = str(Path(segue.web.urls.__file__).parents[2])
    return subprocess.run(
        [sys.executable, *arguments],
        env={**environment, "PYTHONPATH": source},
        capture_output=True,
        encoding="utf-8",
        check=False,
        timeout=PATIENCE_S,
    )
