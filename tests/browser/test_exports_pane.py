"""The set-up pane of an export in a real browser, in French: fields that check, rows that come, sizes that follow."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as django_settings
from django.test import Client

from mailchimp_sandbox.server import Sandbox
from mailchimp_sandbox.switches import Switches
from segue.control.connections.models import Connection
from segue.control.exports.draft import draft_of
from segue.control.exports.models import Export
from segue.control.people.models import Person
from segue.service.configured import workspace
from segue.sync.export import SegmentTag
from tests.browser.axe import violations
from tests.control import stage

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def sandbox() -> Iterator[Sandbox]:
    """Serve the account of `stage.account` with an audience that requires a city."""
    shop = stage.account()
    with Sandbox.in_thread(switches=Switches(stats_cache_s=0)) as running:
        running.set_account(account_id=shop.account_id, name=shop.name)
        running.add_audience(stage.AUDIENCE_ID, name="Newsletter")
        running.add_merge_field(stage.AUDIENCE_ID, "CITY", required=True)
        yield running


@pytest.fixture
def connected(alice: Person, sandbox: Sandbox, tmp_path: Path, settings: Any) -> Connection:
    """Declare data, read it, and return a shared connection to the sandbox."""
    settings.SEGUE_HOME = tmp_path / "home"
    folder = tmp_path / "given"
    folder.mkdir()
    stage.declared(stage.data_folder(folder, people=3))
    workspace().refresh()
    return stage.connection(alice, base_url=sandbox.base_url, secret=sandbox.api_key)


@pytest.fixture
def signed_in(bob: Person, live_server: Any, page: Any) -> Any:
    """Return a page of Bob's, who reads French, with everything that the console complains of."""
    Person.objects.filter(pk=bob.pk).update(language="fr")
    client = Client()
    client.force_login(bob, backend="django.contrib.auth.backends.ModelBackend")
    name = django_settings.SESSION_COOKIE_NAME
    cookie = {"name": name, "value": client.cookies[name].value, "url": live_server.url}
    page.context.add_cookies([cookie])
    page.complaints = []
    page.on(
        "console", lambda said: page.complaints.append(said.text) if said.type == "error" else None
    )
    page.on("pageerror", lambda error: page.complaints.append(str(error)))
    return page


def test_an_export_is_set_up_in_the_pane_word_by_word(
    signed_in: Any, live_server: Any, connected: Connection
) -> None:
    page = signed_in
    page.goto(f"{live_server.url}/exports/")
    page.get_by_role("link", name="Ajouter une destination").first.click()
    pane = page.get_by_role("dialog", name="Ajouter une destination")
    pane.wait_for()
    section = pane.locator("optgroup[label=Mailchimp] option")
    assert section.all_text_contents() == ["Newsletter account"]

    pane.get_by_label("Connexion pour l’exportation").select_option(label="Newsletter account")
    pane.get_by_label("Nom d’affichage").fill("Clients fidèles")
    pane.get_by_label("ID d’audience Mailchimp").fill("zzz")
    pane.get_by_label("ID d’audience Mailchimp").press("Tab")
    pane.get_by_text("Il n’y a pas d’audience avec l’ID zzz").wait_for()
    pane.get_by_label("ID d’audience Mailchimp").fill(stage.AUDIENCE_ID)
    pane.get_by_label("ID d’audience Mailchimp").press("Tab")
    pane.get_by_text("0 contact abonné").wait_for()

    pane.get_by_text("Ajouter un attribut", exact=True).click()
    pane.get_by_role("button", name="Prénom FNAME").click()
    pane.locator(".sample", has_text="Nadia").wait_for()
    assert pane.get_by_label("E-mail", exact=False).first.input_value() == "email"
    assert page.evaluate("document.activeElement.id") == "id-attribute-FNAME"

    pane.get_by_label("Rechercher des segments").fill("VIP")
    assert pane.locator("#segment-list li:visible").count() == 1
    pane.get_by_role("checkbox", name="VIP").check()
    pane.get_by_label("Étiquette VIP").fill("Fidèles")
    pane.get_by_label("Attribut qui doit être vrai").select_option(label="opted in")
    pane.get_by_text("Environ 6 contacts, dont 6 nouveaux.").wait_for()
    assert violations(page) == []

    pane.get_by_role("button", name="Enregistrer").click()
    page.wait_for_url(re.compile(r"/exports/\d+/$"))
    said = page.get_by_role("status").inner_text()
    assert "L’enregistrement d’une exportation n’exécute pas l’exportation immédiatement." in said
    kept = draft_of(Export.objects.get())
    assert kept.segments == (SegmentTag(segment="vip", tag="Fidèles"),)
    assert [(match.tag, match.attribute) for match in kept.fields] == [
        ("CITY", "city"),
        ("FNAME", "first_name"),
    ]
    assert violations(page) == []
    assert page.complaints == []


def test_what_was_wrong_is_no_longer_said_beside_a_field_that_was_corrected(
    signed_in: Any, live_server: Any, connected: Connection
) -> None:
    page = signed_in
    page.goto(f"{live_server.url}/exports/")
    page.get_by_role("link", name="Ajouter une destination").first.click()
    pane = page.get_by_role("dialog", name="Ajouter une destination")
    pane.get_by_label("Connexion pour l’exportation").select_option(label="Newsletter account")
    pane.get_by_label("ID d’audience Mailchimp").fill("zzz")
    pane.get_by_role("button", name="Enregistrer").click()
    pane.get_by_text("Donnez un nom à l’exportation.").wait_for()

    pane.get_by_label("ID d’audience Mailchimp").fill(stage.AUDIENCE_ID)
    pane.get_by_label("ID d’audience Mailchimp").press("Tab")
    pane.get_by_text("0 contact abonné").wait_for()
    pane.get_by_role("checkbox", name="VIP").check()

    assert pane.get_by_text("Il n’y a pas d’audience avec l’ID zzz").count() == 0
    assert pane.get_by_text("Aucun segment n’est choisi.").count() == 0
    assert pane.get_by_text("Donnez un nom à l’exportation.").count() == 1
    assert violations(page) == []


def test_ticked_exports_are_scheduled_together_in_a_pane(
    signed_in: Any, live_server: Any, bob: Person, connected: Connection
) -> None:
    exports = [stage.export(bob, connected, name=name) for name in ("Un", "Deux")]
    page = signed_in
    page.goto(f"{live_server.url}/exports/")
    assert page.get_by_role("button", name="Planifier").is_disabled()
    assert violations(page) == []

    page.get_by_label("Tout choisir sur cette page").check()
    page.get_by_role("button", name="Planifier").click()
    pane = page.get_by_role("dialog", name="Planification")
    pane.get_by_label("Définir une nouvelle planification").check()
    pane.get_by_label("Récurrence").select_option(label="Quotidienne")
    pane.get_by_label("Fuseau horaire").select_option("Europe/Paris")
    pane.get_by_role("heading", name="Prochaines exécutions").wait_for()
    pane.get_by_role("button", name="Ajouter une heure").click()
    pane.get_by_label("Heure 2").fill("18:30")
    assert violations(page) == []
    pane.get_by_role("button", name="Enregistrer").click()
    page.get_by_text("chaque jour à 06:00 et 18:30 (Paris)").first.wait_for()

    kept = Export.objects.filter(pk__in=[export.pk for export in exports])
    assert {export.schedule_mode for export in kept} == {"own"}
    assert page.complaints == []


def test_what_is_chosen_while_mailchimp_is_asked_stays(
    signed_in: Any, live_server: Any, connected: Connection, sandbox: Sandbox
) -> None:
    sandbox.set_latency(0.5)
    page = signed_in
    page.goto(f"{live_server.url}/exports/add/")
    page.get_by_label("Connexion pour l’exportation").select_option(label="Newsletter account")
    audience = page.get_by_label("ID d’audience Mailchimp")
    audience.fill(stage.AUDIENCE_ID)
    with page.expect_response("**/exports/audience/") as asked:
        audience.press("Tab")
        page.locator("#id_email_attribute").select_option("")
    assert asked.value.ok

    page.locator(".note-success").wait_for()

    assert page.locator("#id_email_attribute").input_value() == ""
    assert page.complaints == []


def test_the_next_attribute_can_be_chosen_while_the_last_one_is_looked_at(
    signed_in: Any, live_server: Any, connected: Connection
) -> None:
    page = signed_in
    page.goto(f"{live_server.url}/exports/add/")
    page.get_by_label("Connexion pour l’exportation").select_option(label="Newsletter account")
    page.get_by_label("ID d’audience Mailchimp").fill(stage.AUDIENCE_ID)
    page.get_by_label("ID d’audience Mailchimp").press("Tab")
    page.locator("#id-attribute-CITY").wait_for()
    held: list[Any] = []
    page.route("**/exports/audience/", lambda route: held.append(route))  # noqa: PLW0108 - it is written to

    with page.expect_request("**/exports/audience/"):
        page.locator("#id-attribute-CITY").select_option("last_name")
    page.get_by_text("Ajouter un attribut", exact=True).click()
    with page.expect_response("**/exports/audience/"):
        held[0].continue_()
    page.locator(".sample", has_text="Haddad").wait_for()

    assert page.get_by_role("button", name="Prénom FNAME").is_visible()
    assert page.complaints == []
