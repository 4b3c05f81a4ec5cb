"""The account page: who I am here, and where I am signed in."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client

from segue.control.audit.models import Action, Entry
from segue.control.people.bearers import kept_of
from segue.control.people.models import Person, Session
from segue.web import time_zones
from tests.fakes.clocks import START, PageClock

Browse = Callable[[Person | None], Client]


def _saved(browser: Client, **changes: str) -> object:
    typed = {"name": "Alice", "language": "en", "time_zone": "UTC", **changes}
    return browser.post("/account/", typed)


def test_a_saved_account_is_confirmed_in_its_new_language(browse: Browse, alice: Person) -> None:
    browser = browse(alice)

    answer = _saved(browser, name="Alice Martin", language="fr", time_zone="Europe/Paris")

    alice.refresh_from_db()
    page = browser.get("/account/").content.decode()
    assert (answer.status_code, answer["Location"]) == (302, "/account/")
    assert (alice.name, alice.language, alice.time_zone) == ("Alice Martin", "fr", "Europe/Paris")
    assert "Votre compte a été enregistré." in page
    assert Entry.objects.get().details == {"changed": ["name", "language", "time_zone"]}


@pytest.mark.parametrize(
    "change",
    [{"name": ""}, {"name": "  "}, {"language": "de"}, {"time_zone": "Europe/Atlantis"}],
)
def test_a_refused_account_keeps_what_was_typed(
    browse: Browse, alice: Person, change: dict[str, str]
) -> None:
    answer = _saved(browse(alice), **{"name": "Typed", **change})

    alice.refresh_from_db()
    page = answer.content.decode()
    assert (answer.status_code, page.count('class="wrong"')) == (422, 1)
    assert (alice.name, alice.language, alice.time_zone) == ("Alice", "en", "UTC")
    assert change.get("name") is not None or 'value="Typed"' in page


def test_a_mistake_is_tied_to_its_field_for_screen_readers(browse: Browse, alice: Person) -> None:
    page = _saved(browse(alice), name="").content.decode()

    assert 'aria-invalid="true" aria-describedby="id_name_error"' in page
    assert 'id="id_name_error"' in page


def test_role_and_address_are_shown_and_cannot_be_saved(browse: Browse, vera: Person) -> None:
    browser = browse(vera)

    browser.post(
        "/account/",
        {
            "name": "Vera",
            "language": "en",
            "time_zone": "UTC",
            "role": "administrator",
            "email": "v@x.example",
            "is_active": "0",
        },
    )

    vera.refresh_from_db()
    assert (vera.role, vera.email, vera.is_active) == ("viewer", "vera@office.example", True)
    assert "vera@office.example · Viewer" in browser.get("/account/").content.decode()


def test_times_are_shown_in_the_persons_zone(
    browse: Browse, alice: Person, still_clock: type[PageClock]
) -> None:
    Person.objects.update(time_zone="Asia/Tokyo")
    browser = browse(alice)
    Session.objects.update(began_at=START)
    still_clock.at = START + timedelta(hours=2)

    page = browser.get("/account/").content.decode()

    assert "2 hours ago" in page
    assert "2 Mar 2026 18:00:00 JST" in page


def test_the_sessions_are_listed_with_this_one_marked(browse: Browse, alice: Person) -> None:
    here, phone = browse(alice), browse(alice)
    Session.objects.filter(pk=kept_of(here.session.session_key)).update(browser="Firefox on Linux")
    Session.objects.filter(pk=kept_of(phone.session.session_key)).update(browser="Safari on iPhone")

    page = here.get("/account/").content.decode()

    assert page.count("this one") == 1
    assert [name in page for name in ("Firefox on Linux", "Safari on iPhone")] == [True, True]
    assert page.count("/end/") == 1


def test_the_page_holds_no_session_key(browse: Browse, alice: Person) -> None:
    browsers = [browse(alice) for _session in range(3)]

    page = browsers[0].get("/account/").content.decode()

    assert [one.session.session_key in page for one in browsers] == [False] * 3


def test_another_browser_is_signed_out_by_its_row(browse: Browse, alice: Person) -> None:
    here, phone = browse(alice), browse(alice)
    handle = Session.objects.get(pk=kept_of(phone.session.session_key)).handle

    answer = here.post(f"/account/sessions/{handle}/end/")

    assert (answer.status_code, answer["Location"]) == (302, "/account/")
    assert [one.get("/account/").status_code for one in (here, phone)] == [200, 302]
    assert Entry.objects.get().action == Action.SESSION_REVOKED


def test_somebody_elses_session_does_not_exist(browse: Browse, alice: Person, bob: Person) -> None:
    victim = browse(alice)
    handle = Session.objects.get(person=alice).handle

    assert browse(bob).post(f"/account/sessions/{handle}/end/").status_code == 404
    assert victim.get("/account/").status_code == 200


def test_all_others_are_signed_out_at_once(browse: Browse, alice: Person, bob: Person) -> None:
    here, phone, tablet, others = (browse(person) for person in (alice, alice, alice, bob))

    here.post("/account/sessions/end-others/")

    statuses = [one.get("/account/").status_code for one in (phone, tablet, others)]
    assert statuses == [302, 302, 200]
    assert "2 other browsers were signed out." in here.get("/account/").content.decode()


@pytest.mark.parametrize(
    ("zone", "group", "words"),
    [
        ("Europe/Paris", "Europe", "Paris (UTC+01:00)"),
        ("America/St_Johns", "America", "St John’s (UTC−03:30)"),
        ("Asia/Kathmandu", "Asia", "Kathmandu (UTC+05:45)"),
        ("UTC", "UTC", "UTC"),
    ],
)
def test_time_zones_stand_under_their_continent_with_their_distance(
    zone: str, group: str, words: str
) -> None:
    listed = {
        name: (label, text)
        for label, zones in time_zones.choices(START)
        for name, text in ([(label, zones)] if isinstance(zones, str) else zones)
    }

    assert listed[zone] == (group, words)


def test_a_zone_that_nobody_would_choose_today_stays_chosen(browse: Browse, alice: Person) -> None:
    Person.objects.update(time_zone="US/Eastern")

    page = browse(alice).get("/account/").content.decode()

    assert '<option value="US/Eastern" selected>New York (UTC−05:00)</option>' in page
    assert "US/Pacific" not in page
