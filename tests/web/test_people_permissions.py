"""The permissions page: people, their roles and their access."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client

from segue.control.audit.models import Action, Entry
from segue.control.people import operations
from segue.control.people.models import Person, Role
from tests.control import stage
from tests.fakes.clocks import START
from tests.fixtures.people import PASSWORD

Browse = Callable[[Person | None], Client]
PANE = {"HX-Request": "true", "HX-Target": "pane"}


def _names(page: str) -> list[str]:
    return re.findall(r'<th scope="row">(\w+)', page.partition("Open invitations")[0])


def _listed(browser: Client, query: str) -> list[str]:
    return _names(browser.get(f"/permissions/{query}").content.decode())


def _actions() -> list[tuple[str, str, str]]:
    return list(Entry.objects.order_by("pk").values_list("action", "actor_name", "subject_name"))


def test_everybody_is_listed_with_role_and_last_sign_in(
    browse: Browse, alice: Person, bob: Person, vera: Person
) -> None:
    Person.objects.filter(pk=bob.pk).update(last_login=START - timedelta(days=3))
    operations.deactivate(person=vera, actor=alice, now=START)

    page = browse(alice).get("/permissions/").content.decode()

    bobs = page[page.index("bob@office.example") :]
    veras = page[page.index("vera@office.example") :]
    assert _names(page) == ["Alice", "Bob", "Vera"]
    assert ("Contributor" in bobs, "3 days ago" in bobs, "Active" in bobs) == (True,) * 3
    assert ("never" in veras, "Deactivated" in veras, "Reactivate" in veras) == (True,) * 3


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("?sort=-name", ["Vera", "Bob", "Alice"]),
        ("?sort=email", ["Alice", "Bob", "Vera"]),
        ("?sort=-role", ["Vera", "Bob", "Alice"]),
        ("?sort=-last_sign_in", ["Bob", "Alice", "Vera"]),
        ("?sort=last_sign_in", ["Vera", "Alice", "Bob"]),
        ("?sort=access", ["Vera", "Alice", "Bob"]),
        ("?sort=password", ["Alice", "Bob", "Vera"]),
        ("?search=BO", ["Bob"]),
        ("?search=vera@", ["Vera"]),
        ("?search=nobody", []),
        ("?page=99", ["Alice", "Bob", "Vera"]),
    ],
)
def test_the_list_sorts_and_searches(
    browse: Browse, alice: Person, bob: Person, vera: Person, query: str, names: list[str]
) -> None:
    browser = browse(alice)
    Person.objects.filter(pk=alice.pk).update(last_login=START - timedelta(days=1))
    Person.objects.filter(pk=bob.pk).update(last_login=START)
    Person.objects.filter(pk=vera.pk).update(is_active=False, last_login=None)

    assert _listed(browser, query) == names


def test_a_role_is_changed_in_the_pane(browse: Browse, alice: Person, bob: Person) -> None:
    browser = browse(alice)
    pane = browser.get(f"/permissions/{bob.pk}/role/", headers=PANE).content.decode()

    saved = browser.post(
        f"/permissions/{bob.pk}/role/", {"role": "viewer", "password": PASSWORD}, headers=PANE
    )

    bob.refresh_from_db()
    assert ("pane-sheet" in pane, 'value="contributor"' in pane) == (True, True)
    assert (saved.status_code, saved["HX-Redirect"]) == (204, "/permissions/")
    assert bob.role == Role.VIEWER
    assert "Bob now has the role Viewer." in browser.get("/permissions/").content.decode()
    assert _actions() == [(Action.ROLE_CHANGED, "Alice", "Bob")]


@pytest.mark.parametrize(
    ("language", "password", "words"),
    [
        ("en", "", "Enter your own Segue password again."),
        ("en", "wrong", "The password is not the one you sign in with."),
        ("fr", "wrong", "Saisissez de nouveau votre propre mot de passe"),
    ],
)
def test_a_role_is_not_given_by_whoever_only_sits_at_an_open_browser(
    browse: Browse, alice: Person, bob: Person, language: str, password: str, words: str
) -> None:
    Person.objects.filter(pk=alice.pk).update(language=language)
    typed = {"role": "administrator", "password": password}

    answer = browse(alice).post(f"/permissions/{bob.pk}/role/", typed, headers=PANE)

    bob.refresh_from_db()
    assert (answer.status_code, bob.role) == (422, Role.CONTRIBUTOR)
    assert words in answer.content.decode()


def test_guessing_the_password_at_an_open_browser_ends_in_a_pause(
    browse: Browse, alice: Person, bob: Person
) -> None:
    browser, own = browse(alice), f"/permissions/{bob.pk}/role/"
    for _guess in range(10):
        browser.post(own, {"role": "administrator", "password": "wrong"})

    answer = browser.post(own, {"role": "administrator", "password": PASSWORD})

    bob.refresh_from_db()
    assert (answer.status_code, bob.role) == (422, Role.CONTRIBUTOR)
    assert "The password was wrong too often." in answer.content.decode()


@pytest.mark.parametrize("role", ["", "owner", "Administrator"])
def test_there_are_no_other_roles(browse: Browse, alice: Person, bob: Person, role: str) -> None:
    answer = browse(alice).post(
        f"/permissions/{bob.pk}/role/", {"role": role, "password": PASSWORD}
    )

    bob.refresh_from_db()
    assert (answer.status_code, bob.role) == (422, Role.CONTRIBUTOR)


def test_the_last_administrator_is_protected_and_the_page_says_so(
    browse: Browse, alice: Person, bob: Person
) -> None:
    browser, own = browse(alice), f"/permissions/{alice.pk}"

    listed = browser.get("/permissions/").content.decode()
    role = browser.post(f"{own}/role/", {"role": "viewer", "password": PASSWORD})
    access = browser.post(f"{own}/deactivate/")

    alice.refresh_from_db()
    assert "The last administrator: make somebody else an administrator" in listed
    assert f"{own}/role/" not in listed
    assert (role.status_code, access.status_code) == (422, 403)
    assert [
        "Alice is the last administrator." in answer.content.decode() for answer in (role, access)
    ] == [True, True]
    assert alice.is_administrator
    assert _actions() == []


@pytest.mark.parametrize("page", ["role", "deactivate"])
def test_the_forms_for_the_last_administrator_are_disabled_with_the_reason(
    browse: Browse, alice: Person, page: str
) -> None:
    shown = browse(alice).get(f"/permissions/{alice.pk}/{page}/").content.decode()

    assert "Alice is the last administrator." in shown
    assert re.search(r'<button class="(primary|danger)" disabled>', shown)


def test_deactivating_says_what_ends_and_ends_it(browse: Browse, alice: Person) -> None:
    dora = operations.add_person(
        name="Dora",
        email="dora@office.example",
        role=Role.ADMINISTRATOR,
        password="correct horse battery",
        actor=alice,
        now=START,
    )
    stage.connection(dora, name="Dora's account")
    browser, doras = browse(alice), browse(dora)

    asked = browser.get(f"/permissions/{dora.pk}/deactivate/").content.decode()
    done = browser.post(f"/permissions/{dora.pk}/deactivate/")

    assert "exports stop on the connections" in asked
    assert "Dora&#x27;s account" in asked
    assert (done.status_code, done["Location"]) == (302, "/permissions/")
    assert doras.get("/account/").status_code == 302
    assert "Dora has no access any more." in browser.get("/permissions/").content.decode()


def test_who_is_no_export_user_stops_no_export(browse: Browse, alice: Person, bob: Person) -> None:
    asked = browse(alice).get(f"/permissions/{bob.pk}/deactivate/").content.decode()

    assert "exports stop" not in asked


@pytest.mark.parametrize("role", [Role.CONTRIBUTOR, Role.ADMINISTRATOR])
def test_who_may_change_things_is_reactivated_by_whoever_signs_in_again_for_it(
    browse: Browse, alice: Person, bob: Person, role: Role
) -> None:
    Person.objects.filter(pk=bob.pk).update(is_active=False, role=role)
    browser, own = browse(alice), f"/permissions/{bob.pk}/reactivate/"

    listed = browser.get("/permissions/").content.decode()
    pane = browser.get(own, headers=PANE).content.decode()
    refused = [browser.post(own, {"password": typed}).status_code for typed in ("", "wrong")]
    is_active = Person.objects.get(pk=bob.pk).is_active
    done = browser.post(own, {"password": PASSWORD})

    assert (f'hx-get="{own}"' in listed, 'name="password"' in pane) == (True, True)
    assert (refused, is_active, done.status_code) == ([422, 422], False, 302)
    assert Person.objects.get(pk=bob.pk).is_active


def test_a_viewer_is_reactivated_from_the_list(browse: Browse, alice: Person, vera: Person) -> None:
    operations.deactivate(person=vera, actor=alice, now=START)

    answer = browse(alice).post(f"/permissions/{vera.pk}/reactivate/")

    vera.refresh_from_db()
    assert (answer["Location"], vera.is_active) == ("/permissions/", True)
    assert _actions()[-1] == (Action.PERSON_REACTIVATED, "Alice", "Vera")


def test_whoever_gives_their_own_role_away_goes_home(
    browse: Browse, alice: Person, bob: Person
) -> None:
    operations.change_role(
        password=PASSWORD, person=bob, role=Role.ADMINISTRATOR, actor=alice, now=START
    )

    answer = browse(alice).post(
        f"/permissions/{alice.pk}/role/", {"role": "contributor", "password": PASSWORD}
    )

    assert answer["Location"] == "/"


@pytest.mark.parametrize(
    ("headers", "place"), [({}, (302, "Location")), (PANE, (204, "HX-Redirect"))]
)
def test_whoever_deactivates_themselves_is_signed_out(
    browse: Browse,
    alice: Person,
    bob: Person,
    headers: dict[str, str],
    place: tuple[int, str],
) -> None:
    operations.change_role(
        password=PASSWORD, person=bob, role=Role.ADMINISTRATOR, actor=alice, now=START
    )
    browser = browse(alice)

    answer = browser.post(f"/permissions/{alice.pk}/deactivate/", headers=headers)

    assert (answer.status_code, answer[place[1]]) == (place[0], "/sign-in/")
    assert browser.get("/account/").status_code == 302


def test_the_page_reads_in_french(browse: Browse, alice: Person, bob: Person) -> None:
    Person.objects.update(language="fr")

    page = browse(alice).get("/permissions/").content.decode()

    words = ("Autorisations", "Administrateur", "Contributeur", "Dernière connexion", "jamais")
    assert [word in page for word in words] == [True] * 5
