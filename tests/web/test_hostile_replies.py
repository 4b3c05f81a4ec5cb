"""Pages that ask Mailchimp and are answered with hostility: a problem with its next step in the reader's language, never a bug."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client
from pytest_django import Settings

from mailchimp_sandbox.faults import Fault
from mailchimp_sandbox.server import Sandbox
from segue.control.connections.models import Connection, Health
from segue.control.people.models import Person
from segue.words.catalogue import in_language
from segue.words.refusal_texts import PROBLEMS
from tests.control import stage
from tests.fixtures.mailchimp import AUDIENCE_ID, decided
from tests.web.connection_steps import begin, fresh, to_mailchimp, words

pytestmark = pytest.mark.one_database

Browse = Callable[[Person | None], Client]

DOES_NOT_ANSWER = {"en": "does not answer", "fr": "ne répond pas"}
STRANGE_HEALTH = {
    "en": "Mailchimp’s replies are strange",
    "fr": "Les réponses de Mailchimp sont étranges",
}
KINDS: Mapping[str, Mapping[str, Any]] = {
    "gzip_bomb": {},
    "endless_body": {},
    "deep_json": {},
    "wide_json": {},
    "truncated_json": {},
}
ODD: Mapping[str, Mapping[str, Any]] = {
    "/oauth2/token": {"access_token": "a b\0" + "x" * 5_000},
    "/oauth2/metadata": {"api_endpoint": "https://elsewhere.example/../x"},
    "/": {"account_id": "../x"},
    "/lists": {"lists.0.id": "x/../y"},
    "/lists/{list_id}": {"id": "x/../y"},
    "/lists/{list_id}/merge-fields": {"total_items": 10**8},
}
"""What each door may be told that cannot be."""


def faults(route: str) -> Iterator[Fault]:
    """Yield every hostile reply to a route, for good."""
    for kind, more in KINDS.items():
        if not (kind == "truncated_json" and route.startswith("/oauth2")):
            yield Fault(kind=kind, path_pattern=route, times=None, **more)
    yield Fault(kind="altered", path_pattern=route, times=None, changes=ODD[route])


def cases(*routes: str) -> list[tuple[str, Fault, str]]:
    """Return every route with every hostile reply, in the two languages by turns."""
    found = [(route, fault) for route in routes for fault in faults(route)]
    return [(route, fault, ("en", "fr")[n % 2]) for n, (route, fault) in enumerate(found)]


def named(one: object) -> str:
    return one.kind if isinstance(one, Fault) else str(one)


def reads(person: Person, language: str) -> None:
    """Let a person read in a language."""
    person.language = language
    person.save()


def is_told(reply: HttpResponse, language: str) -> None:
    """See that a page words one of the problems of Mailchimp's package in a language, and is no bug."""
    said = words(reply)
    assert reply.status_code < 500, said
    told = [row for row in PROBLEMS.values() if in_language(row.text, language) in said]
    assert told, said
    assert in_language(told[0].fix, language) in said
    assert DOES_NOT_ANSWER[language] not in said


SIGNING_IN = cases("/oauth2/token", "/oauth2/metadata", "/")


@pytest.mark.parametrize(("route", "fault", "language"), SIGNING_IN, ids=named)
def test_coming_back_from_mailchimp(
    alice: Person, browse: Browse, mailchimp: Sandbox, route: str, fault: Fault, language: str
) -> None:
    reads(alice, language)
    client = browse(alice)
    connection = begin(client)
    back = decided(to_mailchimp(client, connection))
    mailchimp.add_fault(fault)

    reply = client.get(back, follow=True)

    is_told(reply, language)
    assert fresh(connection).secret == ""


@pytest.mark.parametrize(("route", "fault", "language"), cases("/"), ids=named)
def test_an_api_key(
    alice: Person, browse: Browse, mailchimp: Sandbox, route: str, fault: Fault, language: str
) -> None:
    reads(alice, language)
    client = browse(alice)
    connection = begin(client)
    mailchimp.add_fault(fault)

    reply = client.post(
        f"/connections/{connection.pk}/api-key/", {"api_key": mailchimp.api_key}, follow=True
    )

    is_told(reply, language)
    assert fresh(connection).secret == ""


@pytest.fixture
def connected(alice: Person, mailchimp: Sandbox, tmp_path: Path, settings: Settings) -> Connection:
    """Declare data and return a shared connection to the sandbox."""
    settings.SEGUE_HOME = tmp_path / "home"
    folder = tmp_path / "given"
    folder.mkdir()
    stage.declared(stage.data_folder(folder, people=3))
    mailchimp.set_account(account_id=stage.account().account_id)
    return stage.connection(alice, base_url=mailchimp.base_url, secret=mailchimp.api_key)


@pytest.mark.parametrize(("route", "fault", "language"), cases("/", "/lists"), ids=named)
def test_the_health_of_a_connection_says_that_the_replies_are_strange(
    alice: Person,
    browse: Browse,
    connected: Connection,
    mailchimp: Sandbox,
    route: str,
    fault: Fault,
    language: str,
) -> None:
    reads(alice, language)
    client = browse(alice)
    mailchimp.add_fault(fault)

    checked = client.post(f"/connections/{connected.pk}/check/", follow=True)
    page = client.get(f"/connections/{connected.pk}/")

    assert checked.status_code < 500
    assert fresh(connected).health == Health.UNREACHABLE
    assert STRANGE_HEALTH[language] in words(client.get("/connections/"))
    assert STRANGE_HEALTH[language] in words(page)
    is_told(page, language)


CHOOSING = cases("/lists/{list_id}", "/lists/{list_id}/merge-fields")


@pytest.mark.parametrize(("route", "fault", "language"), CHOOSING, ids=named)
def test_the_choice_of_an_audience(
    alice: Person,
    browse: Browse,
    connected: Connection,
    mailchimp: Sandbox,
    route: str,
    fault: Fault,
    language: str,
) -> None:
    reads(alice, language)
    mailchimp.add_fault(fault)
    sent = {"connection": str(connected.pk), "name": "News", "audience_id": AUDIENCE_ID}
    headers = {"HX-Request": "true", "HX-Trigger": "id_audience_id"}

    client = browse(alice)
    reply = client.post("/exports/audience/", sent, headers=headers)
    saved = client.post("/exports/add/", {**sent, "email_attribute": "email"})

    is_told(reply, language)
    assert saved.status_code == 422
    assert DOES_NOT_ANSWER[language] not in words(saved)
