"""Authenticate with Mailchimp: the ways that must fail, each back in the pane with its reason, and nothing kept."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
from django.http import HttpResponse
from django.test import Client
from pytest_django import Settings

from mailchimp_sandbox.server import Sandbox
from mailchimp_sandbox.switches import Switches
from segue.control.audit.models import Entry
from segue.control.connections.models import Connection
from segue.control.people.models import Person, Session
from tests.fakes.clocks import START, PageClock
from tests.fixtures.mailchimp import CLIENT_SECRET, RETURN_PATH, decided
from tests.web.connection_steps import (
    PANE,
    authenticate,
    begin,
    button,
    complete,
    fresh,
    to_mailchimp,
    words,
)

pytestmark = pytest.mark.one_database

Browse = Callable[[Person | None], Client]


def exchanges(mailchimp: Sandbox) -> int:
    """Count the tokens that Mailchimp has issued."""
    return len(mailchimp._account.tokens)


def came_back(
    client: Client, connection: Connection, address: str
) -> tuple[HttpResponse, str, list[tuple[str, int]]]:
    """Follow the redirection; return the page, its words, and the way there."""
    page = client.get(address, follow=True)
    return page, words(page), page.redirect_chain


def test_the_sign_in_page_gets_our_address_and_a_secret_state(
    alice: Person, browse: Browse, mailchimp: Sandbox
) -> None:
    client = browse(alice)
    connection = begin(client)

    asked = [parse_qs(urlsplit(to_mailchimp(client, connection)).query) for _ in range(2)]

    states = [one.pop("state")[0] for one in asked]
    assert asked[0] == {
        "response_type": ["code"],
        "client_id": ["segue-tests"],
        "redirect_uri": ["http://127.0.0.1:8080/connections/mailchimp/"],
    }
    assert states[0] != states[1]
    assert all(len(state) > 40 for state in states)
    assert CLIENT_SECRET not in str(asked)


@pytest.mark.parametrize(
    ("language", "reason", "next_step"),
    [
        (
            "en",
            "Access to the account was declined at Mailchimp.",
            "Authenticate with Mailchimp again and allow the access, or use an API key.",
        ),
        (
            "fr",
            "L’accès au compte a été refusé chez Mailchimp.",
            "Authentifiez-vous de nouveau avec Mailchimp et autorisez l’accès, ou utilisez une clé d’API.",
        ),
    ],
    ids=["en", "fr"],
)
def test_denying_at_mailchimp_comes_back_with_the_reason(
    alice: Person,
    browse: Browse,
    mailchimp: Sandbox,
    language: str,
    reason: str,
    next_step: str,
) -> None:
    Person.objects.filter(pk=alice.pk).update(language=language)
    client = browse(alice)
    connection = begin(client)

    back = decided(to_mailchimp(client, connection), "deny")
    _page, said, way = came_back(client, connection, back)

    assert way == [(f"/connections/{connection.pk}/", 302)]
    assert f"{reason} {next_step}" in said
    assert not fresh(connection).is_authenticated


MISMATCH = (
    "The answer to the authorisation does not belong to the request that this browser started"
)


@pytest.mark.parametrize("state", ["{pk}.guessed", "{pk}.", "{pk}", "{state}x"])
def test_a_wrong_state_is_refused_before_anything_is_exchanged(
    alice: Person, browse: Browse, mailchimp: Sandbox, state: str
) -> None:
    client = browse(alice)
    connection = begin(client)
    query = parse_qs(urlsplit(decided(to_mailchimp(client, connection))).query)
    wrong = state.format(pk=connection.pk, state=query["state"][0])

    address = f"{RETURN_PATH}?code={query['code'][0]}&state={wrong}"
    _page, said, way = came_back(client, connection, address)

    assert way == [(f"/connections/{connection.pk}/", 302)]
    assert MISMATCH in said
    assert (exchanges(mailchimp), fresh(connection).is_authenticated) == (0, False)


@pytest.mark.parametrize(
    "query", ["", "?code=x", "?code=x&state=", "?state=nonsense", "?state=0.x"]
)
def test_an_answer_to_nothing_ends_in_the_list(
    alice: Person, browse: Browse, mailchimp: Sandbox, query: str
) -> None:
    client = browse(alice)
    connection = begin(client)

    _page, said, way = came_back(client, connection, RETURN_PATH + query)

    assert (way, MISMATCH in said) == ([("/connections/", 302)], True)


def test_a_state_counts_once(alice: Person, browse: Browse, mailchimp: Sandbox) -> None:
    client = browse(alice)
    connection = begin(client)
    back = decided(to_mailchimp(client, connection))

    client.get(back)
    kept = fresh(connection).secret
    _page, said, way = came_back(client, connection, back)

    assert (way, MISMATCH in said) == ([(f"/connections/{connection.pk}/", 302)], True)
    assert (exchanges(mailchimp), fresh(connection).secret) == (1, kept)


def test_a_state_is_spent_also_when_the_exchange_fails(
    alice: Person, browse: Browse, mailchimp: Sandbox
) -> None:
    client = browse(alice)
    connection = begin(client)
    state = parse_qs(urlsplit(to_mailchimp(client, connection)).query)["state"][0]

    _page, first, _way = came_back(client, connection, f"{RETURN_PATH}?code=made-up&state={state}")
    _page, second, _way = came_back(client, connection, f"{RETURN_PATH}?code=made-up&state={state}")

    assert "Mailchimp did not complete the authorisation: invalid_grant" in first
    assert MISMATCH in second


def test_a_state_of_another_session_does_not_count(
    alice: Person, browse: Browse, mailchimp: Sandbox
) -> None:
    """An attacker's answer, sent to a victim's browser, would connect the attacker's account."""
    attacker, victim = browse(alice), browse(alice)
    connection = begin(attacker)
    back = decided(to_mailchimp(attacker, connection))

    _page, said, _way = came_back(victim, connection, back)

    assert MISMATCH in said
    assert (exchanges(mailchimp), fresh(connection).is_authenticated) == (0, False)


def test_a_state_leads_to_no_other_connection(
    alice: Person, browse: Browse, mailchimp: Sandbox
) -> None:
    client = browse(alice)
    mine, other = begin(client), begin(client, "Other")
    query = parse_qs(urlsplit(decided(to_mailchimp(client, mine))).query)
    tampered = f"{other.pk}.{query['state'][0].partition('.')[2]}"

    client.get(f"{RETURN_PATH}?code={query['code'][0]}&state={tampered}")

    assert [fresh(one).is_authenticated for one in (mine, other)] == [False, False]
    assert exchanges(mailchimp) == 0


def test_a_state_does_not_count_for_ever(alice: Person, browse: Browse, mailchimp: Sandbox) -> None:
    client = browse(alice)
    connection = begin(client)
    back = decided(to_mailchimp(client, connection))
    PageClock.at = START + timedelta(minutes=15)

    _page, said, _way = came_back(client, connection, back)

    assert (MISMATCH in said, exchanges(mailchimp)) == (True, 0)


def test_two_windows_may_sign_in_side_by_side(
    alice: Person, browse: Browse, mailchimp: Sandbox
) -> None:
    client = browse(alice)
    one, two = begin(client), begin(client, "Other")
    backs = [decided(to_mailchimp(client, connection)) for connection in (one, two)]

    for back in backs:
        client.get(back)

    assert [fresh(connection).is_authenticated for connection in (one, two)] == [True, True]


def test_a_session_does_not_fill_up_with_states(
    alice: Person, browse: Browse, mailchimp: Sandbox
) -> None:
    client = browse(alice)
    connection = begin(client)

    pages = [to_mailchimp(client, connection) for _ in range(8)]

    assert len(client.session["mailchimp_states"]) == 5
    client.get(decided(pages[0]))
    assert not fresh(connection).is_authenticated
    client.get(decided(pages[-1]))
    assert fresh(connection).is_authenticated


def test_a_connection_that_was_removed_meanwhile_is_told(
    alice: Person, browse: Browse, mailchimp: Sandbox
) -> None:
    client = browse(alice)
    connection = begin(client)
    back = decided(to_mailchimp(client, connection))
    client.post(f"/connections/{connection.pk}/remove/")

    _page, said, way = came_back(client, connection, back)

    assert way == [("/connections/", 302)]
    assert "The connection was removed while you were at Mailchimp; nothing was kept." in said
    assert exchanges(mailchimp) == 0


def test_metadata_that_answers_200_with_an_error_is_an_error(
    alice: Person, browse: Browse, mailchimp: Sandbox
) -> None:
    """Source: FACTS.md §1, §4 #32."""
    mailchimp.set_switches(Switches(oauth_metadata_error=True))
    client = browse(alice)
    connection = begin(client)

    _page, said, way = came_back(client, connection, decided(to_mailchimp(client, connection)))

    assert way == [(f"/connections/{connection.pk}/", 302)]
    assert "Mailchimp does not know the access token: invalid_token" in said
    assert not fresh(connection).is_authenticated


def test_a_mailchimp_that_does_not_answer_is_told_and_may_be_tried_again(
    alice: Person, browse: Browse, mailchimp: Sandbox, settings: Settings
) -> None:
    client = browse(alice)
    connection = begin(client)
    back = decided(to_mailchimp(client, connection))
    there, settings.SEGUE_MAILCHIMP_LOGIN_URL = (
        settings.SEGUE_MAILCHIMP_LOGIN_URL,
        "http://127.0.0.1:9/oauth2",
    )

    page, said, _way = came_back(client, connection, back)
    settings.SEGUE_MAILCHIMP_LOGIN_URL = there
    authenticate(client, connection)

    assert "Mailchimp's server could not be reached; nothing was sent" in said
    assert button(page, "Authenticate with Mailchimp") == "enabled"
    assert fresh(connection).is_authenticated


def test_a_wrong_client_secret_is_told_without_telling_it(
    alice: Person, browse: Browse, mailchimp: Sandbox, settings: Settings
) -> None:
    settings.SEGUE_MAILCHIMP_CLIENT_SECRET = "wrong-hush-hush"
    client = browse(alice)
    connection = begin(client)

    page, said, _way = came_back(client, connection, decided(to_mailchimp(client, connection)))

    assert "invalid_client" in said
    assert "hush" not in page.content.decode()


def test_reconnecting_takes_the_same_account_only(
    alice: Person, browse: Browse, mailchimp: Sandbox
) -> None:
    client = browse(alice)
    connection = complete(client)
    before = fresh(connection).secret
    mailchimp.set_account(account_id="0ther", name="Another shop")

    _page, said, way = came_back(client, connection, decided(to_mailchimp(client, connection)))
    mailchimp.set_account(account_id="5e91ba2cf1e4e7a7e1b0c0de", name="Segue Sandbox")
    refused = fresh(connection).secret
    authenticate(client, connection)

    assert way == [(f"/connections/{connection.pk}/", 302)]
    assert "belong to the Mailchimp account Another shop, not to Segue Sandbox." in said
    assert "add a new connection for the other" in said
    assert (refused == before, fresh(connection).secret == before) == (True, False)


def test_a_mailchimp_user_with_too_low_a_role_is_refused(
    alice: Person, browse: Browse, mailchimp: Sandbox
) -> None:
    mailchimp.set_switches(Switches(account_role="viewer"))
    client = browse(alice)
    connection = begin(client)

    _page, said, _way = came_back(client, connection, decided(to_mailchimp(client, connection)))

    assert "has the role viewer, which may not change contacts." in said
    assert not fresh(connection).is_authenticated


def test_somebody_who_is_no_administrator_any_more_gets_nothing(
    alice: Person, browse: Browse, mailchimp: Sandbox
) -> None:
    client = browse(alice)
    connection = begin(client)
    back = decided(to_mailchimp(client, connection))
    Person.objects.filter(pk=alice.pk).update(role="contributor")

    reply = client.get(back)

    assert (reply.status_code, exchanges(mailchimp)) == (404, 0)
    assert not fresh(connection).is_authenticated


def test_looking_ahead_exchanges_nothing(alice: Person, browse: Browse, mailchimp: Sandbox) -> None:
    client = browse(alice)
    connection = begin(client)
    back = decided(to_mailchimp(client, connection))

    client.head(back)

    assert exchanges(mailchimp) == 0
    client.get(back)
    assert fresh(connection).is_authenticated


def test_nothing_secret_is_in_pages_sessions_audit_or_logs(
    alice: Person, browse: Browse, mailchimp: Sandbox, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    client = browse(alice)
    by_sign_in = complete(client)
    by_key = begin(client, "By key")
    client.post(f"/connections/{by_key.pk}/api-key/", {"api_key": mailchimp.api_key})
    client.get(decided(to_mailchimp(client, by_key), "deny"))
    secrets = [fresh(by_sign_in).secret, mailchimp.api_key, CLIENT_SECRET]

    addresses = [
        "/connections/",
        "/connections/add/",
        *(
            f"/connections/{one.pk}/{path}"
            for one in (by_sign_in, by_key)
            for path in ("", "remove/")
        ),
    ]
    texts = [
        client.get(address, **kind).content.decode() for address in addresses for kind in ({}, PANE)
    ]
    texts += [str(entry) for entry in Entry.objects.values()]
    texts += [str(session.get_decoded()) for session in Session.objects.all()]
    texts += [str(vars(record)) for record in caplog.records]

    assert len(texts) > 30
    assert [text[:200] for text in texts if any(secret in text for secret in secrets)] == []
