"""The nine steps of the request, word by word, in both languages; what is not possible yet; what is refused in the pane."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest
from django.test import Client
from pytest_django import Settings

from mailchimp_sandbox.server import Sandbox
from segue.control.audit.models import Entry
from segue.control.connections import privacy_text
from segue.control.connections.models import Agreement, Connection, CredentialKind
from segue.control.exports.models import Export
from segue.control.people.models import Person
from tests.control.stage import DEFINITION, declared
from tests.fixtures.mailchimp import decided
from tests.fixtures.people import PASSWORD
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


@dataclass(frozen=True, kw_only=True)
class Labels:
    """The words of the request in one language."""

    administrator: str
    connections: str
    add: str
    display_name: str
    who: str
    administrators: str
    contributors: str
    privacy: str
    agree: str
    connect: str
    authenticate: str
    export_user: str
    save: str
    saved: str


WORDS = {
    "fr": Labels(
        administrator="Administrateur",
        connections="Connexions",
        add="Ajouter une connexion",
        display_name="Nom d’affichage",
        who="Choisissez qui peut utiliser cette connexion",
        administrators="Administrateurs",
        contributors="Contributeurs",
        privacy="Confidentialité et conformité des données",
        agree="J’accepte",
        connect="Connecter",
        authenticate="S’authentifier avec Mailchimp",
        export_user="Vous ajouter en tant qu’utilisateur à exporter",
        save="Enregistrer",
        saved="«\xa0Newsletter account\xa0» est enregistrée. Les contributeurs et les administrateurs peuvent "
        "maintenant la choisir sous Données › Exportations, et gérer toutes ses exportations.",
    ),
    "en": Labels(
        administrator="Administrator",
        connections="Connections",
        add="Add connection",
        display_name="Display name",
        who="Choose who can use this connection",
        administrators="Administrators",
        contributors="Contributors",
        privacy="Data privacy and compliance",
        agree="I agree",
        connect="Connect",
        authenticate="Authenticate with Mailchimp",
        export_user="Add yourself as export user",
        save="Save",
        saved="“Newsletter account” is saved. Contributors and administrators can now choose it under "
        "Data › Exports, and manage every export on it.",
    ),
}


@pytest.mark.parametrize("in_pane", [False, True], ids=["page", "pane"])
@pytest.mark.parametrize("language", WORDS, ids=str)
def test_the_nine_steps_of_the_request(
    alice: Person, browse: Browse, mailchimp: Sandbox, language: str, in_pane: bool
) -> None:
    label, client = WORDS[language], browse(alice)
    Person.objects.filter(pk=alice.pk).update(language=language)
    pane = PANE if in_pane else {}

    # 1. Administrator > Connections
    frame = client.get("/").content.decode()
    assert label.administrator in frame and label.connections in frame
    assert label.add in words(client.get("/connections/"))

    # 2.-5. Add connection, Mailchimp, display name, who can use it, I agree
    page = client.get("/connections/add/", **pane)
    order = [
        label.add, "Mailchimp", label.display_name, label.who, label.administrators, label.contributors,
        label.privacy, *privacy_text.paragraphs(language), label.agree, label.connect, label.authenticate,
        label.export_user, label.save,
    ]  # fmt: skip
    read = words(page)
    place = 0
    for text in order:
        place = read.find(text, place)
        assert place >= 0, f"{text!r} is missing, or before what it should follow"
    later = [button(page, text) for text in (label.authenticate, label.export_user, label.save)]
    assert (button(page, label.connect), later) == ("enabled", ["disabled"] * 3)

    # 6. Connect
    form = {
        "kind": "mailchimp",
        "display_name": "Newsletter account",
        "contributors": "on",
        "agrees": "on",
    }
    page = client.post("/connections/add/", form, follow=not in_pane, **pane)
    connection = Connection.objects.get()
    assert page.status_code == 200
    assert (button(page, label.connect), button(page, label.authenticate)) == (None, "enabled")
    assert (button(page, label.export_user), button(page, label.save)) == ("disabled", "disabled")

    # 7. Authenticate with Mailchimp: there and back to the same steps
    leaving = client.post(f"/connections/{connection.pk}/authenticate/", **pane)
    there = leaving.headers["HX-Redirect" if in_pane else "Location"]
    assert (leaving.status_code, there.startswith(mailchimp.origin)) == (
        204 if in_pane else 302,
        True,
    )
    page = client.get(decided(there), follow=True)
    assert page.redirect_chain == [(f"/connections/{connection.pk}/#next", 302)]
    assert "Segue Sandbox" in words(page)
    assert (button(page, label.export_user), button(page, label.save)) == ("enabled", "disabled")

    # 8. Add yourself as export user, with one's own password
    address = f"/connections/{connection.pk}/export-user/"
    page = client.post(address, {"password": PASSWORD}, follow=not in_pane, **pane)
    assert page.status_code == 200
    assert (button(page, label.export_user), button(page, label.save)) == (None, "enabled")

    # 9. Save
    form = {
        "display_name": "Newsletter account",
        "contributors": "on",
    }
    saving = client.post(f"/connections/{connection.pk}/", form, **pane)
    assert saving.headers["HX-Redirect" if in_pane else "Location"] == "/connections/"
    assert label.saved in words(client.get("/connections/"))

    kept = fresh(connection)
    assert (kept.saved_at is not None, kept.is_shared, kept.export_user) == (True, True, alice)
    assert kept.credential_kind == CredentialKind.ACCESS_TOKEN
    assert Agreement.objects.get().language == language
    assert list(Entry.objects.order_by("id").values_list("action", flat=True)) == [
        "connection.added",
        "connection.consent_given",
        "connection.authenticated",
        "connection.export_user_set",
        "connection.saved",
    ]


def test_administrators_alone_is_what_no_choice_means(
    alice: Person, browse: Browse, mailchimp: Sandbox
) -> None:
    client = browse(alice)

    connection = complete(client)

    assert connection.is_shared is False
    told = words(client.get("/connections/"))
    assert "Only administrators can use it; contributors do not see it." in told


def test_the_audiences_are_known_as_soon_as_the_account_is(
    alice: Person, browse: Browse, mailchimp: Sandbox
) -> None:
    client = browse(alice)
    connection = begin(client)

    authenticate(client, connection)

    assert [one.name for one in connection.audiences.all()] == ["Newsletter"]


def test_an_account_without_audiences_is_told_what_comes_first(
    alice: Person, browse: Browse, mailchimp: Sandbox
) -> None:
    mailchimp._account.audiences.clear()
    client = browse(alice)
    connection = begin(client)

    page = authenticate(client, connection)

    assert "Audiences 0 – create one in Mailchimp before you set up an export" in words(page)


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"agrees": ""}, "Read the text and select “I agree”."),
        ({"display_name": " "}, "Give the connection a name that people recognise."),
        ({"display_name": "Taken"}, "Another connection has this name."),
        ({"kind": "carrier-pigeon"}, "Select a valid choice."),
    ],
)
def test_connect_is_refused_beside_the_step(
    alice: Person, browse: Browse, changes: dict[str, str], told: str
) -> None:
    client = browse(alice)
    begin(client, "Taken")
    form = {"kind": "mailchimp", "display_name": "New", "agrees": "on", **changes}

    page = client.post("/connections/add/", form)

    assert page.status_code == 422
    assert told in words(page)
    assert Connection.objects.count() == 1


def test_what_was_typed_stays_when_connect_is_refused(alice: Person, browse: Browse) -> None:
    form = {"kind": "mailchimp", "display_name": "Loyalty <b>", "contributors": "on"}

    page = browse(alice).post("/connections/add/", form, **PANE).content.decode()

    assert 'value="Loyalty &lt;b&gt;"' in page
    assert 'id="id_contributors" checked' in page.replace("checked id", "id") or (
        'name="contributors"' in page and "checked" in page.partition('name="contributors"')[2][:80]
    )


def test_every_step_says_why_it_is_not_possible_yet(
    alice: Person, browse: Browse, mailchimp: Sandbox
) -> None:
    client = browse(alice)
    new = words(client.get("/connections/add/"))
    connection = begin(client)
    begun = words(client.get(f"/connections/{connection.pk}/"))

    assert new.count("Connect first.") == 2
    assert new.count("Every step above comes first.") == 1
    assert "Authenticate with Mailchimp first." in begun
    assert "Every step above comes first." in begun


def test_without_a_registration_the_button_is_there_and_says_what_is_missing(
    alice: Person, browse: Browse, mailchimp: Sandbox, settings: Settings
) -> None:
    settings.SEGUE_MAILCHIMP_CLIENT_ID = ""
    client = browse(alice)
    connection = begin(client)

    page = client.get(f"/connections/{connection.pk}/")
    forced = client.post(f"/connections/{connection.pk}/authenticate/")

    assert button(page, "Authenticate with Mailchimp") == "disabled"
    assert "not registered with Mailchimp as an application" in words(page)
    assert button(page, "Connect with this key") == "enabled"
    assert (forced.status_code, "oauth_not_set_up" in words(forced)) == (422, True)


def test_an_account_is_asked_once_when_a_key_is_taken(
    alice: Person, browse: Browse, mailchimp: Sandbox
) -> None:
    client = browse(alice)
    connection = begin(client)
    before = len(mailchimp.calls)

    client.post(f"/connections/{connection.pk}/api-key/", {"api_key": mailchimp.api_key})

    asked = [(call.method, call.template) for call in mailchimp.calls[before:]]
    assert asked == [("GET", "/"), ("GET", "/lists")]
    kept = fresh(connection)
    assert (kept.health, kept.audiences.count()) == ("healthy", len(mailchimp.audiences()))


def test_an_api_key_does_instead(alice: Person, browse: Browse, mailchimp: Sandbox) -> None:
    client = browse(alice)
    connection = begin(client)

    page = client.post(
        f"/connections/{connection.pk}/api-key/",
        {"api_key": f" \u200b{mailchimp.api_key}\u00a0"},
        follow=True,
    )

    kept = fresh(connection)
    assert (kept.credential_kind, kept.secret) == (CredentialKind.API_KEY, mailchimp.api_key)
    assert (kept.account_name, kept.base_url) == ("Segue Sandbox", mailchimp.base_url)
    assert button(page, "Add yourself as export user") == "enabled"


@pytest.mark.parametrize("language", ["en", "fr"], ids=str)
def test_a_refused_api_key_is_told_beside_it_and_never_comes_back(
    alice: Person, browse: Browse, mailchimp: Sandbox, language: str
) -> None:
    Person.objects.filter(pk=alice.pk).update(language=language)
    client = browse(alice)
    connection = begin(client)

    page = client.post(f"/connections/{connection.pk}/api-key/", {"api_key": "mistyped-us1"})

    told = {
        "en": "Mailchimp does not accept the connection's credentials",
        "fr": "Mailchimp n’accepte pas les informations d’identification de la connexion",
    }
    assert (page.status_code, told[language] in words(page)) == (422, True)
    assert "mistyped" not in page.content.decode()
    assert not fresh(connection).is_authenticated


def test_an_api_key_of_a_mailchimp_that_is_out_of_reach_is_told(
    alice: Person, browse: Browse, settings: Settings
) -> None:
    settings.SEGUE_MAILCHIMP_API_URL = "http://127.0.0.1:9/3.0"
    client = browse(alice)
    connection = begin(client)

    page = client.post(f"/connections/{connection.pk}/api-key/", {"api_key": "some-us1"}, **PANE)

    assert page.status_code == 422
    assert "could not be reached" in words(page)


def test_a_key_without_a_data_centre_is_told(alice: Person, browse: Browse) -> None:
    client = browse(alice)
    connection = begin(client)

    page = client.post(f"/connections/{connection.pk}/api-key/", {"api_key": "half"})

    assert page.status_code == 422
    assert "does not name its data centre" in words(page)


def test_the_export_users_wrong_password_is_told_and_never_comes_back(
    alice: Person, browse: Browse, mailchimp: Sandbox
) -> None:
    client = browse(alice)
    connection = begin(client)
    authenticate(client, connection)

    page = client.post(f"/connections/{connection.pk}/export-user/", {"password": "wr0ng-w0rd"})

    assert page.status_code == 422
    assert "The password is not the one you sign in with." in words(page)
    assert "wr0ng-w0rd" not in page.content.decode()
    assert fresh(connection).export_user is None


def test_wrong_passwords_are_limited_like_sign_ins(
    alice: Person, browse: Browse, mailchimp: Sandbox
) -> None:
    client = browse(alice)
    connection = begin(client)
    authenticate(client, connection)
    address = f"/connections/{connection.pk}/export-user/"

    wrong = [client.post(address, {"password": f"guess {n}"}) for n in range(10)]
    right = client.post(address, {"password": PASSWORD})

    assert [page.status_code for page in wrong] == [422] * 10
    assert right.status_code == 422
    assert "The password was wrong too often. Wait half an hour" in words(right)
    assert fresh(connection).export_user is None


def test_a_wrong_password_does_not_lock_somebody_else(
    alice: Person, bob: Person, browse: Browse, mailchimp: Sandbox
) -> None:
    Person.objects.filter(pk=bob.pk).update(role="administrator")
    connection = begin(browse(alice))
    authenticate(browse(alice), connection)
    address = f"/connections/{connection.pk}/export-user/"
    for number in range(10):
        browse(alice).post(address, {"password": f"guess {number}"})

    browse(bob).post(address, {"password": PASSWORD})

    assert fresh(connection).export_user == bob


def test_a_changed_text_is_shown_again_and_only_then_saved(
    alice: Person, browse: Browse, mailchimp: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = browse(alice)
    connection = complete(client)
    monkeypatch.setattr(privacy_text, "VERSION", "2027-01")
    form = {"display_name": "Newsletter account"}
    address = f"/connections/{connection.pk}/"

    page = client.get(address)
    refused = client.post(address, form)
    saved = client.post(address, {**form, "agrees": "on"})

    assert "The text on data privacy and compliance has changed." in words(page)
    assert "Alice agreed to version 2026-11" in words(page)
    assert 'name="agrees"' in page.content.decode()
    assert (refused.status_code, saved.status_code) == (422, 302)
    assert Agreement.objects.first().version == "2027-01"  # type: ignore[union-attr]
    assert 'name="agrees"' not in client.get(address).content.decode()


def test_a_draft_whose_text_changed_agrees_before_it_goes_on(
    alice: Person, browse: Browse, mailchimp: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = browse(alice)
    connection = begin(client)
    monkeypatch.setattr(privacy_text, "VERSION", "2027-01")
    address = f"/connections/{connection.pk}/"

    waiting = client.get(address)
    forced = client.post(f"{address}authenticate/")
    keyed = client.post(f"{address}api-key/", {"api_key": mailchimp.api_key})
    form = {"display_name": "Newsletter account", "agrees": "on"}
    client.post(address, form)

    assert button(waiting, "Authenticate with Mailchimp") == "disabled"
    assert "Agree to data privacy and compliance first." in words(waiting)
    assert (forced.status_code, keyed.status_code) == (422, 422)
    assert to_mailchimp(client, connection).startswith(mailchimp.origin)


def test_no_account_is_trusted_to_honour_status_if_new_unless_somebody_says_so(
    alice: Person, browse: Browse, mailchimp: Sandbox
) -> None:
    client = browse(alice)
    connection = begin(client)
    authenticate(client, connection)
    address = f"/connections/{connection.pk}/"
    client.post(f"{address}export-user/", {"password": PASSWORD})

    page = client.get(address)
    client.post(address, {"display_name": "Newsletter account"})
    begun = fresh(connection).honours_status_if_new
    client.post(address, {"display_name": "Newsletter account", "honours_status_if_new": "on"})

    box = re.search(r'<input[^>]*name="honours_status_if_new"[^>]*>', page.content.decode())
    assert box is not None
    assert "checked" not in box[0]
    assert "Switch it on only when a check against your account showed that it does." in words(page)
    assert (begun, fresh(connection).honours_status_if_new) == (False, True)


def test_the_advanced_settings_are_kept(alice: Person, browse: Browse, mailchimp: Sandbox) -> None:
    client = browse(alice)
    connection = complete(client)
    address = f"/connections/{connection.pk}/"

    advanced = {"contact_limit": "50000", "honours_status_if_new": "on"}
    client.post(address, {"display_name": "Renamed", **advanced})
    page = client.get(address).content.decode()

    kept = fresh(connection)
    assert (kept.display_name, kept.contact_limit) == ("Renamed", 50_000)
    assert kept.honours_status_if_new is True
    assert 'value="50000"' in page
    refused = client.post(address, {"display_name": "Renamed", "contact_limit": "0"})
    assert (
        refused.status_code,
        '<details class="alternative" open>' in refused.content.decode(),
    ) == (
        422,
        True,
    )


def test_saving_too_early_is_refused_and_keeps_nothing(
    alice: Person, browse: Browse, mailchimp: Sandbox
) -> None:
    client = browse(alice)
    connection = begin(client)

    page = client.post(f"/connections/{connection.pk}/", {"display_name": "Renamed"})

    assert page.status_code == 422
    assert "a step is missing. Authenticate with Mailchimp first." in words(page)
    assert fresh(connection).display_name == "Newsletter account"


def test_a_lost_export_user_is_told_and_offered_again(
    alice: Person, bob: Person, browse: Browse, mailchimp: Sandbox
) -> None:
    Person.objects.filter(pk=bob.pk).update(role="administrator")
    connection = complete(browse(bob))
    Person.objects.filter(pk=bob.pk).update(role="viewer")
    client = browse(alice)

    listed = words(client.get("/connections/"))
    page = client.get(f"/connections/{connection.pk}/")

    assert "Add yourself as export user" in listed
    assert "The export user of the connection is no longer an administrator." in words(page)
    assert button(page, "Add yourself as export user") == "enabled"
    client.post(f"/connections/{connection.pk}/export-user/", {"password": PASSWORD})
    assert "Add yourself as export user" not in words(client.get("/connections/"))


def test_another_administrator_may_take_over_as_export_user(
    alice: Person, bob: Person, browse: Browse, mailchimp: Sandbox
) -> None:
    connection = complete(browse(alice))
    Person.objects.filter(pk=bob.pk).update(role="administrator")

    page = browse(bob).get(f"/connections/{connection.pk}/")
    browse(bob).post(f"/connections/{connection.pk}/export-user/", {"password": PASSWORD})

    assert button(page, "Add yourself as export user") == "enabled"
    assert fresh(connection).export_user == bob


def test_a_pane_tells_the_list_behind_it_that_something_changed(
    alice: Person, browse: Browse
) -> None:
    client = browse(alice)
    form = {"kind": "mailchimp", "display_name": "New", "agrees": "on"}

    looked = client.get("/connections/add/", **PANE)
    begun = client.post("/connections/add/", form, **PANE)

    assert (looked.headers.get("HX-Trigger"), begun.headers.get("HX-Trigger")) == (
        None,
        "connections-changed",
    )


def test_a_connection_of_a_file_is_completed_here_and_tells_its_exports_whose_account_it_is(
    alice: Person,
    browse: Browse,
    mailchimp: Sandbox,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("SHOP_KEY", mailchimp.api_key)
    mailchimp.add_audience("c1b2c3d4e5", name="Of the file")
    of_file = (
        "connections:\n  main: {type: mailchimp, label: Of a file, api_key: {env: SHOP_KEY},"
        f" base_url: '{mailchimp.base_url}'}}\n"
        "exports:\n  news:\n    connection: main\n    audience: c1b2c3d4e5\n    match: {email: email}\n"
        "    segments: [vip]\n    consent: {attribute: opted_in}\n"
    )
    declared(tmp_path, text=DEFINITION + of_file)
    connection = Connection.objects.get()
    client = browse(alice)
    address = f"/connections/{connection.pk}/"

    shown = words(client.get(address))
    client.post(address, {"agrees": "on"})
    client.post(f"{address}export-user/", {"password": PASSWORD})
    client.post(address, {"display_name": "Typed over"})
    client.post(f"{address}check/", {})
    refused = client.post(f"{address}api-key/", {"api_key": mailchimp.api_key})

    assert "Its secret is looked up in SHOP_KEY each time, as the file says." in shown
    assert "Use an API key instead" not in shown
    kept = fresh(connection)
    assert (kept.display_name, kept.health, kept.secret) == ("Of a file", "healthy", "")
    assert kept.saved_at is not None
    assert refused.status_code == 422
    export = Export.objects.get()
    assert (export.account_id, export.audience_name) == (kept.account_id, "Of the file")
    adopted = words(client.post(f"{address}adopt/", follow=True))
    assert "“Of a file” belongs to the pages now." in adopted
