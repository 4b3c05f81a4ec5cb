"""From an export's set-up to its connection, to Mailchimp and back: to the page or pane one left, with what was typed."""

from __future__ import annotations

from collections.abc import Callable
from html import unescape
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from django.http import HttpResponse
from django.test import Client, RequestFactory

from mailchimp_sandbox.server import Sandbox
from segue.control.connections.models import Connection
from segue.control.people.models import Person
from segue.web import whence
from segue.web.connections.forms import FORM_ID
from tests.fixtures.mailchimp import decided
from tests.fixtures.people import PASSWORD
from tests.web.connection_steps import PANE, complete, fresh, words
from tests.web.typed import form_in

pytestmark = pytest.mark.one_database

Browse = Callable[[Person | None], Client]
OVER_CONNECTIONS = {**PANE, "HTTP_HX_CURRENT_URL": "http://testserver/connections/?q=news&page=2"}
OVER_EXPORTS = {**PANE, "HTTP_HX_CURRENT_URL": "http://testserver/exports/"}
SETTINGS = {"display_name": "Renamed", "contact_limit": "5000"}


def _opened(page: HttpResponse) -> str:
    """Return what a page opens in its pane."""
    return unescape(page.content.decode().partition('class="pane" hx-get="')[2].partition('"')[0])


def _typed(page: HttpResponse) -> dict[str, Any]:
    form = form_in(page, FORM_ID)
    assert form is not None
    return {name: form.fields.get(name) for name in SETTINGS}


TOLD = {
    ("allow", "en"): "Authenticated with Mailchimp as",
    ("allow", "fr"): "Authentification avec Mailchimp réussie",
    ("deny", "en"): "declined",
    ("deny", "fr"): "refusé",
}
KEPT = {name: [value] for name, value in SETTINGS.items()}


@pytest.mark.parametrize("decision", ["allow", "deny"])
@pytest.mark.parametrize("language", ["en", "fr"])
def test_from_the_pane_mailchimp_leads_back_into_it_with_what_was_typed(
    alice: Person, browse: Browse, mailchimp: Sandbox, decision: str, language: str
) -> None:
    Person.objects.filter(pk=alice.pk).update(language=language)
    client = browse(alice)
    connection = complete(client)
    path = f"/connections/{connection.pk}/"
    left = client.post(f"{path}authenticate/", SETTINGS, **OVER_CONNECTIONS)

    came = client.get(decided(left.headers["HX-Redirect"], decision), follow=True)
    pane = client.get(_opened(came), **PANE)

    assert came.redirect_chain[0][0].startswith("/connections/?q=news&page=2&pane=")
    assert _opened(came).startswith(path)
    assert _typed(pane) == KEPT
    told = TOLD[decision, language]
    assert told in words(pane)
    assert "data-told" not in came.content.decode()


@pytest.mark.parametrize("pane", [{}, OVER_CONNECTIONS], ids=["page", "pane"])
@pytest.mark.parametrize(
    ("step", "given"),
    [
        ("export-user", {"password": "wrong"}),
        ("export-user", {"password": PASSWORD}),
        ("api-key", {"api_key": ""}),
        ("check", {"stay": "1"}),
    ],
)
def test_a_steps_button_loses_nothing_typed_in_the_others(
    alice: Person,
    browse: Browse,
    mailchimp: Sandbox,
    pane: dict[str, Any],
    step: str,
    given: dict[str, str],
) -> None:
    client = browse(alice)
    connection = complete(client)

    shown = client.post(
        f"/connections/{connection.pk}/{step}/", {**SETTINGS, **given}, follow=True, **pane
    )

    assert _typed(shown) == KEPT
    assert fresh(connection).display_name == "Newsletter account"


def _to_the_connection(client: Client, connection: Connection, **headers: Any) -> str:
    """Press "Open the connection" in the set-up of a new export; return where it leads."""
    typed = {"name": "Half typed", "to_connection": str(connection.pk), "audience_id": "a1b2c3d4e5"}
    answer = client.post("/exports/add/", typed, **headers)
    return answer.headers.get("HX-Redirect") or answer.headers["Location"]


@pytest.mark.parametrize("pane", [{}, OVER_EXPORTS], ids=["page", "pane"])
def test_a_renewed_connection_leads_back_to_the_set_up_it_was_opened_from(
    alice: Person, browse: Browse, mailchimp: Sandbox, pane: dict[str, Any]
) -> None:
    client = browse(alice)
    connection = complete(client)
    there = client.get(_to_the_connection(client, connection, **pane))
    form = form_in(there, FORM_ID)
    assert form is not None
    back = form.fields["back"][0]
    left = client.post(f"/connections/{connection.pk}/authenticate/", form.fields)

    denied = client.get(decided(left.headers["Location"], "deny"), follow=True)
    again = client.post(
        f"/connections/{connection.pk}/authenticate/",
        form_in(denied, FORM_ID).fields,  # type: ignore[union-attr]
    )
    came = client.get(decided(again.headers["Location"]), follow=True)

    set_up = client.get(_opened(came), **PANE) if pane else came
    assert (back in words(denied), f'href="{back}"' in unescape(denied.content.decode())) == (
        False,
        True,
    )
    assert came.redirect_chain[-1][0] == back
    assert form_in(set_up, "export-form").fields["name"] == ["Half typed"]  # type: ignore[union-attr]


def test_a_new_connection_leads_back_to_the_set_up_once_it_is_saved(
    alice: Person, browse: Browse, mailchimp: Sandbox
) -> None:
    client = browse(alice)
    add = client.post("/exports/add/", {"name": "Half typed", "to_connection": ""}).headers[
        "Location"
    ]
    back = parse_qs(urlsplit(add).query)["back"][0]
    steps = {"kind": "mailchimp", "display_name": "New", "agrees": "on", "back": back}
    page = client.post("/connections/add/", steps, follow=True)
    path = f"/connections/{Connection.objects.get().pk}/"
    data = {"display_name": "New", "back": back}
    client.get(decided(client.post(f"{path}authenticate/", data).headers["Location"]))
    client.post(f"{path}export-user/", {**data, "password": PASSWORD})

    saved = client.post(path, data, follow=True)

    assert f'href="{back}"' in unescape(page.content.decode())
    assert saved.redirect_chain[0][0] == back
    assert form_in(saved, "export-form").fields["name"] == ["Half typed"]  # type: ignore[union-attr]


@pytest.mark.parametrize(
    "told",
    [
        "//evil.example/",
        "https://evil.example/",
        "/\\evil.example",
        "/no/page/",
        "exports/",
        "/" * 3000,
    ],
)
def test_no_address_but_ours_is_gone_back_to_or_opened(told: str) -> None:
    request = RequestFactory().get("/", {whence.BACK: told, whence.PANE: told})

    assert (whence.back_of(request), whence.in_pane(request)) == ("", "")
    assert whence.in_pane(RequestFactory().get("/", {whence.PANE: "/exports/"})) == ""
