"""The list of connections: what it tells, how it sorts and searches, and what the menus of its rows do."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from pytest_django import Settings

from mailchimp_sandbox.server import Sandbox
from mailchimp_sandbox.switches import Switches
from segue.control.audit.models import Entry
from segue.control.connections import operations
from segue.control.connections.models import Connection, Health
from segue.control.encryption import new_key
from segue.control.exports.models import Export
from segue.control.people.models import Person
from tests.control import stage
from tests.fakes.clocks import START
from tests.fixtures.people import PASSWORD
from tests.web.connection_steps import PANE, begin, complete, fresh, words
from tests.web.markup import Page

Browse = Callable[[Person | None], Client]


def names(client: Client, query: str = "") -> list[str]:
    """List the names in the order of the list."""
    page = client.get(f"/connections/{query}")
    return [row.connection.display_name for row in page.context["rows"]]


def two_exports(actor: Person, connection: Connection, folder: Path) -> tuple[Export, Export]:
    """Return two exports on a connection."""
    stage.declared(stage.data_folder(folder))
    return (
        stage.export(actor, connection, name="VIP newsletter"),
        stage.export(actor, connection, name="Second"),
    )


def test_an_empty_list_tells_the_next_step(alice: Person, browse: Browse) -> None:
    page = browse(alice).get("/connections/")

    said = words(page)
    assert "No connection yet" in said
    assert "You need a Mailchimp account with at least one audience" in said
    assert page.content.decode().count('href="/connections/add/"') == 2


@pytest.mark.parametrize(
    ("language", "expected"),
    [
        (
            "en",
            [
                "M Newsletter account", "Shop", "Alice, 10 minutes ago", "Administrators and contributors",
                "2", "Healthy", "Complete", "Edit", "Keep to administrators", "Check now", "Remove",
            ],
        ),
        (
            "fr",
            [
                "M Newsletter account", "Shop", "Alice, il y a 10 minutes",
                "Administrateurs et contributeurs", "2", "En bon état", "Complète", "Modifier",
                "Réserver aux administrateurs", "Vérifier maintenant", "Supprimer",
            ],
        ),
    ],
    ids=["en", "fr"],
)  # fmt: skip
def test_a_row_tells_everything_in_words(
    alice: Person,
    browse: Browse,
    tmp_path: Path,
    still_clock: Any,
    language: str,
    expected: list[str],
) -> None:
    two_exports(alice, stage.connection(alice), tmp_path)
    Person.objects.filter(pk=alice.pk).update(language=language)
    still_clock.at = START + timedelta(minutes=10)

    said = words(browse(alice).get("/connections/"))

    place = 0
    for text in expected:
        place = said.find(text, place)
        assert place >= 0, f"{text} in {said}"


def test_an_unfinished_connection_tells_its_next_step(alice: Person, browse: Browse) -> None:
    client = browse(alice)
    begin(client)

    said = words(client.get("/connections/"))

    assert "To do: authenticate with Mailchimp" in said
    assert "Continue the set-up" in said
    assert "Check now" not in said


@pytest.mark.parametrize(
    ("sort", "expected"),
    [
        ("name", ["alpha", "Beta", "Gamma"]),
        ("-name", ["Gamma", "Beta", "alpha"]),
        ("account", ["Gamma", "alpha", "Beta"]),
        ("created", ["Beta", "alpha", "Gamma"]),
        ("access", ["Beta", "Gamma", "alpha"]),
        ("exports", ["alpha", "Gamma", "Beta"]),
        ("-exports", ["Beta", "alpha", "Gamma"]),
        ("health", ["Beta", "Gamma", "alpha"]),
        ("-set-up", ["Beta", "alpha", "Gamma"]),
        ("nonsense", ["alpha", "Beta", "Gamma"]),
    ],
)
def test_it_sorts_by_any_column(
    alice: Person, browse: Browse, tmp_path: Path, sort: str, expected: list[str]
) -> None:
    beta = stage.connection(
        alice, name="Beta", is_shared=False, account_id="b", now=START - timedelta(days=2)
    )
    alpha = stage.connection(
        alice, name="alpha", is_shared=True, account_id="a", now=START - timedelta(days=1)
    )
    operations.begin(
        display_name="Gamma", is_shared=False, agrees=True, language="en", actor=alice, now=START
    )
    Connection.objects.filter(pk=beta.pk).update(health=Health.REVOKED, account_name="Zoo")
    Connection.objects.filter(pk=alpha.pk).update(account_name="Ark")
    stage.declared(stage.data_folder(tmp_path))
    Connection.objects.filter(pk=beta.pk).update(health=Health.HEALTHY)
    stage.export(alice, fresh(beta))
    Connection.objects.filter(pk=beta.pk).update(health=Health.REVOKED)

    assert names(browse(alice), f"?sort={sort}") == expected


@pytest.mark.parametrize(
    ("search", "expected"),
    [
        ("news", ["Newsletter"]),
        ("ZOO", ["Loyalty"]),
        ("alice", ["Loyalty", "Newsletter"]),
        ("?", []),
    ],
)
def test_it_searches_names_accounts_and_people(
    alice: Person, browse: Browse, search: str, expected: list[str]
) -> None:
    stage.connection(alice, name="Newsletter")
    loyal = stage.connection(alice, name="Loyalty")
    Connection.objects.filter(pk=loyal.pk).update(account_name="Zoo")
    client = browse(alice)

    assert names(client, f"?search={search}") == expected
    if not expected:
        assert "No connection fits this search" in words(
            client.get(f"/connections/?search={search}")
        )


def test_fifty_rows_make_a_page_and_cost_a_handful_of_queries(
    alice: Person, browse: Browse, django_assert_max_num_queries: Any
) -> None:
    for number in range(51):
        operations.begin(
            display_name=f"C{number:02}", is_shared=False, agrees=True, language="en", actor=alice, now=START
        )  # fmt: skip
    client = browse(alice)
    client.get("/connections/")

    with django_assert_max_num_queries(10):
        first = names(client)

    assert (len(first), names(client, "?page=2")) == (50, ["C50"])


def test_sharing_asks_in_a_pane_that_is_whole_markup(alice: Person, browse: Browse) -> None:
    connection = stage.connection(alice, is_shared=False)
    client, address = browse(alice), f"/connections/{connection.pk}/share/"

    pages = [Page(client.get(address)), Page(client.get(address, **PANE))]
    refused = client.post(address, {"contributors": "on", "query": "search=news"}, **PANE)

    assert [page.faults for page in (*pages, Page(refused))] == [[], [], []]
    assert "Share “Newsletter account”" in pages[0].text
    assert (refused.status_code, 'value="search=news"' in refused.content.decode()) == (422, True)
    assert "Enter your own Segue password again." in Page(refused).text
    assert fresh(connection).is_shared is False


def test_sharing_from_the_list_says_what_follows_and_comes_back_to_the_same_list(
    alice: Person, bob: Person, browse: Browse
) -> None:
    connection = stage.connection(alice, is_shared=False)
    client = browse(alice)
    address = f"/connections/{connection.pk}/share/"

    shared = client.post(
        address, {"contributors": "on", "query": "sort=-name&search=news", "password": PASSWORD}
    )
    said_shared = words(client.get(shared.headers["Location"]))
    kept = client.post(address, {"query": "x=https://elsewhere.example"})
    said_kept = words(client.get("/connections/"))

    assert shared.headers["Location"] == "/connections/?sort=-name&search=news"
    assert "Contributors can now use “Newsletter account”." in said_shared
    assert kept.headers["Location"].startswith("/connections/?x=")
    assert "is kept to administrators. Its exports stay and go on running." in said_kept
    assert fresh(connection).is_shared is False
    done = list(Entry.objects.order_by("-id").values_list("action", flat=True)[:2])
    assert done == ["connection.unshared", "connection.shared"]


def test_checking_now_tells_what_was_found(
    alice: Person, browse: Browse, mailchimp: Sandbox
) -> None:
    client = browse(alice)
    connection = complete(client)
    address = f"/connections/{connection.pk}/check/"

    well = words(client.post(address, follow=True))
    mailchimp.revoke_token(connection.secret)
    ill = client.post(address, follow=True)
    pane = client.post(address, {"stay": "1"}, **PANE)
    page = client.post(address, {"stay": "1"})

    assert "“Newsletter account”: Healthy." in well
    assert ill.redirect_chain == [("/connections/", 302)]
    assert "“Newsletter account”: Access was revoked." in words(ill)
    assert "Connect the account: enter a valid API key" in words(ill)
    assert (pane.status_code, "Access was revoked" in words(pane)) == (200, True)
    assert page.headers["Location"] == f"/connections/{connection.pk}/"
    assert fresh(connection).health == Health.REVOKED


@pytest.mark.parametrize(
    ("language", "told"),
    [
        ("en", "Have the account reactivated at Mailchimp, or connect another one."),
        ("fr", "Faites réactiver le compte chez Mailchimp, ou connectez-en un autre."),
    ],
    ids=["en", "fr"],
)
def test_a_broken_connection_says_what_stopped_and_what_to_do(
    alice: Person,
    browse: Browse,
    mailchimp: Sandbox,
    tmp_path: Path,
    language: str,
    told: str,
) -> None:
    client = browse(alice)
    connection = complete(client)
    two_exports(alice, connection, tmp_path)
    mailchimp.set_switches(Switches(account_disabled=True))
    Person.objects.filter(pk=alice.pk).update(language=language)
    client.post(f"/connections/{connection.pk}/check/", follow=True)

    said = words(client.get(f"/connections/{connection.pk}/"))

    stopped = {
        "en": "2 exports on it do not run until this is settled.",
        "fr": "2 exportations qui l’utilisent ne s’exécutent pas tant que ce n’est pas réglé.",
    }
    assert told in said
    assert stopped[language] in said


@pytest.mark.parametrize(
    ("language", "told"),
    [
        ("en", "puts the key back with which the credentials were stored"),
        ("fr", "remet en place la clé avec laquelle les informations d’identification"),
    ],
)
def test_credentials_that_cannot_be_read_are_told_as_what_they_are(
    alice: Person, browse: Browse, settings: Settings, language: str, told: str
) -> None:
    stage.connection(alice)
    Person.objects.filter(pk=alice.pk).update(language=language)
    settings.SEGUE_KEYS = (new_key(), *settings.SEGUE_KEYS)
    client = browse(alice)
    settings.SEGUE_KEYS = settings.SEGUE_KEYS[:1]

    said = words(
        client.post(
            f"/connections/{Connection.objects.get().pk}/check/", {"stay": "1"}, follow=True
        )
    )

    assert told in said


def test_an_unfinished_connection_has_nothing_to_check(alice: Person, browse: Browse) -> None:
    client = browse(alice)
    connection = begin(client)

    reply = client.post(f"/connections/{connection.pk}/check/")

    assert (reply.status_code, fresh(connection).health) == (302, Health.UNKNOWN)


def test_removing_lists_the_exports_and_says_what_stops(
    alice: Person, browse: Browse, tmp_path: Path
) -> None:
    connection = stage.connection(alice)
    two_exports(alice, connection, tmp_path)

    said = words(browse(alice).get(f"/connections/{connection.pk}/remove/", **PANE))

    assert "Remove “Newsletter account”" in said
    assert "stop at once, also those of a run in progress" in said
    assert "Nothing changes in Mailchimp" in said
    assert "2 exports use it" in said
    assert ("VIP newsletter" in said, "Second" in said) == (True, True)
    assert said.count("Detach: keep it") == said.count("Remove: it never runs again") == 2


def test_each_export_is_removed_or_detached_as_chosen(
    alice: Person, browse: Browse, tmp_path: Path
) -> None:
    connection = stage.connection(alice)
    first, second = two_exports(alice, connection, tmp_path)
    client = browse(alice)
    fates = {f"fate-{first.pk}": "detach", f"fate-{second.pk}": "remove"}

    page = client.post(f"/connections/{connection.pk}/remove/", fates, follow=True)

    first.refresh_from_db()
    second.refresh_from_db()
    assert not Connection.objects.exists()
    assert (first.connection, first.removed_at) == (None, None)
    assert second.removed_at == START
    said = words(page)
    assert "“Newsletter account” was removed; nothing is transferred through it any more." in said
    assert "1 export was detached. 1 export was removed." in said
    done = set(Entry.objects.values_list("action", flat=True))
    assert {"export.detached", "export.removed", "connection.removed"} <= done


def test_an_export_that_came_meanwhile_is_asked_about(
    alice: Person, browse: Browse, tmp_path: Path
) -> None:
    connection = stage.connection(alice)
    first, second = two_exports(alice, connection, tmp_path)
    client = browse(alice)

    page = client.post(f"/connections/{connection.pk}/remove/", {f"fate-{first.pk}": "remove"})

    assert page.status_code == 422
    assert Connection.objects.exists()
    first.refresh_from_db()
    assert (first.connection, second.name in words(page)) == (connection, True)


def test_a_removal_from_the_pane_goes_back_to_the_list(alice: Person, browse: Browse) -> None:
    client = browse(alice)
    connection = begin(client)

    reply = client.post(f"/connections/{connection.pk}/remove/", **PANE)

    assert (reply.status_code, reply.headers["HX-Redirect"]) == (204, "/connections/")
    assert not Connection.objects.exists()


def test_one_answer_for_all_exports_counts_for_those_that_were_shown(
    alice: Person, browse: Browse, tmp_path: Path
) -> None:
    connection = stage.connection(alice)
    exports, client = two_exports(alice, connection, tmp_path), browse(alice)
    path = f"/connections/{connection.pk}/remove/"

    said = words(client.get(path, **PANE))
    came_meanwhile = client.post(path, {"fate": "remove", "number": "1"})
    each = client.post(path, {"fate": "each", "number": "2"})
    client.post(path, {"fate": "detach", "number": "2"})

    for export in exports:
        export.refresh_from_db()
    assert "Choose for each" in said
    assert (came_meanwhile.status_code, each.status_code) == (422, 422)
    assert "Other exports use the connection by now." in words(came_meanwhile)
    assert "Choose what becomes of it." in words(each)
    assert [(one.connection, one.removed_at) for one in exports] == [(None, None)] * 2
