"""A measure that is made by clicking in a real browser, in both languages: a segment asks for it, an export fills a field with it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as django_settings
from django.test import Client
from playwright.sync_api import Page, expect

from mailchimp_sandbox.server import Sandbox
from mailchimp_sandbox.switches import Switches
from segue.control.exports.draft import draft_of
from segue.control.exports.models import Export
from segue.control.people.models import Person
from segue.control.segments.models import Measure, Segment
from tests.browser.axe import violations
from tests.browser.building import Builder, Step, tab_to
from tests.browser.widths import cramped
from tests.control import stage
from tests.control.test_measures import BASE

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.django_db(transaction=True)]

Words = Mapping[str, str]
WORDS = {
    "Measures": "Mesures",
    "New measure": "Nouvelle mesure",
    "What is computed": "Ce qui est calculé",
    "Of what": "De quoi",
    "Formula": "Formule",
    "Preview": "Aperçu",
    "Save": "Enregistrer",
    "Segments": "Segments",
    "New segment": "Nouveau segment",
    "Exports": "Exportations",
    "Add destination": "Ajouter une destination",
}
ORDERS = ["customer,total,placed", "1,10.50,2026-01-05", "1,4.00,2026-02-05", "2,7,2025-12-24"]


@pytest.fixture
def sandbox() -> Iterator[Sandbox]:
    """Serve an account with an audience that has a number for what somebody spent."""
    shop = stage.account()
    with Sandbox.in_thread(switches=Switches(stats_cache_s=0)) as running:
        running.set_account(account_id=shop.account_id, name=shop.name)
        running.add_audience(stage.AUDIENCE_ID, name="Newsletter")
        running.add_merge_field(stage.AUDIENCE_ID, "SPENT", "number", required=True)
        yield running


@pytest.fixture
def installed(alice: Person, sandbox: Sandbox, tmp_path: Path, settings: Any) -> None:
    """Declare customers and their orders, read them, and connect the account."""
    settings.SEGUE_HOME = tmp_path / "home"
    stage.data_folder(tmp_path)
    (tmp_path / "orders.csv").write_text("\n".join(ORDERS) + "\n", encoding="utf-8")
    stage.declared(tmp_path, text=BASE)
    stage.read(tmp_path)
    stage.connection(alice, base_url=sandbox.base_url, secret=sandbox.api_key)


@pytest.fixture(params=["en", "fr"])
def words(request: pytest.FixtureRequest, bob: Person) -> Words:
    """Return the words of Bob's language."""
    Person.objects.filter(pk=bob.pk).update(language=request.param)
    return {
        english: french if request.param == "fr" else english for english, french in WORDS.items()
    }


@pytest.fixture
def at(bob: Person, installed: None, live_server: Any, page: Any, words: Words) -> Iterator[Page]:
    """Return a page of Bob's; at the end nothing was wrong on the console."""
    client = Client()
    client.force_login(bob, backend="django.contrib.auth.backends.ModelBackend")
    name = django_settings.SESSION_COOKIE_NAME
    cookie = {"name": name, "value": client.cookies[name].value, "url": live_server.url}
    page.context.add_cookies([cookie])
    faults: list[str] = []
    page.on("console", lambda said: faults.append(said.text) if said.type == "error" else None)
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.goto(f"{live_server.url}/")
    yield page
    assert faults == []


def _looked_at(page: Page) -> None:
    faults = []
    for width in (360, 1440):
        page.set_viewport_size({"width": width, "height": 900})
        faults += [f"{width}: {one}" for one in [*cramped(page), *violations(page)]]
    assert faults == []


def test_a_measure_is_made_and_used_in_a_segment_and_as_a_merge_field(
    at: Page, words: Words
) -> None:
    page = at
    _make(page, words)
    _build_a_segment(page, words)
    _feed_a_field(page, words)

    assert Measure.objects.get().definition == {
        "related": "orders",
        "sum": "total",
        "where": {"attribute": "placed", "after": "2025-12-31"},
    }
    row = Segment.objects.get(name="spenders")
    assert (row.rule, row.members) == ({"attribute": "spent_lately", "at_least": 10}, 1)
    kept = draft_of(Export.objects.get())
    assert [(one.tag, one.attribute) for one in kept.fields] == [("SPENT", "spent_lately")]


def test_conditions_are_made_undone_and_saved_by_keys_alone(at: Page) -> None:
    page = at
    page.goto(f"{page.url}measures/new-measure/")
    page.locator("[name=label]").fill("Great ones")
    page.locator("[name=function]").select_option("sum")
    page.locator("[name=of]").select_option("orders.total")
    builder = Builder(page, with_keys=True)
    builder.build({"attribute": "placed", "after": "2025-12-31"})
    total = page.locator("[name=n2-value]")
    with Step(page):
        page.keyboard.press("Alt+A")
        page.keyboard.type("total")
        page.keyboard.press("Enter")
    expect(page.locator("#n2-attribute")).to_be_focused()
    tab_to(total)
    with Step(page):
        page.keyboard.type("10")
        page.keyboard.press("Enter")
    expect(total).to_have_value("10")

    with Step(page):
        page.keyboard.press("Control+Z")
    expect(total).to_have_value("")
    with Step(page):
        page.keyboard.press("Control+Shift+Z")
    expect(total).to_have_value("10")
    expect(page.locator("[name=label]")).to_have_value("Great ones")
    page.keyboard.press("Control+S")

    page.wait_for_url("**/measures/great_ones/")
    assert Measure.objects.get().definition["where"] == {
        "all": [
            {"attribute": "placed", "after": "2025-12-31"},
            {"attribute": "total", "at_least": 10},
        ]
    }


def _make(page: Page, words: Words) -> None:
    page.get_by_role("link", name=words["Measures"], exact=True).click()
    _looked_at(page)
    page.get_by_role("link", name=words["New measure"]).click()
    page.locator("[name=label]").fill("Spent lately")
    page.get_by_label(words["What is computed"]).select_option("sum")
    page.get_by_label(words["Of what"]).select_option("orders.total")
    expect(page.locator("button[value='add:attribute:placed']")).to_be_visible()
    Builder(page).build({"attribute": "placed", "after": "2025-12-31"})
    expect(page.get_by_label(words["Formula"], exact=True)).to_be_hidden()
    _looked_at(page)
    page.get_by_role("button", name=words["Preview"], exact=True).click()
    expect(page.locator("#preview")).to_be_visible()
    _looked_at(page)
    page.get_by_role("button", name=words["Save"], exact=True).click()
    page.wait_for_url("**/measures/spent_lately/")
    _looked_at(page)
    page.get_by_role("link", name=words["Preview"], exact=True).click()
    expect(page.locator("#preview")).to_be_visible()
    _looked_at(page)


def _build_a_segment(page: Page, words: Words) -> None:
    page.get_by_role("link", name=words["Segments"], exact=True).click()
    page.get_by_role("button", name=words["New segment"]).first.click()
    expect(page.locator("#builder")).to_be_visible()
    builder = Builder(page)
    builder.build({"attribute": "spent_lately", "at_least": 10})
    builder.call_it("Spenders")
    builder.save()
    page.wait_for_url("**/segments/spenders/")


def _feed_a_field(page: Page, words: Words) -> None:
    page.get_by_role("link", name=words["Exports"], exact=True).click()
    page.get_by_role("link", name=words["Add destination"]).first.click()
    pane = page.locator("#pane")
    pane.locator("[name=connection]").select_option(label="Newsletter account")
    pane.locator("[name=name]").fill("Letters")
    pane.locator("[name=audience_id]").fill(stage.AUDIENCE_ID)
    pane.locator("[name=audience_id]").press("Tab")
    expect(pane.locator(".note-success")).to_be_visible()
    pane.locator("#id-attribute-SPENT").select_option(label="Spent lately")
    expect(pane.locator(".sample", has_text="14")).to_be_visible()
    pane.get_by_role("checkbox", name="Spenders").check()
    pane.locator("select[name=consent_attribute]").select_option(label="opted in")
    pane.get_by_role("button", name=words["Save"], exact=True).click()
    page.wait_for_url(re.compile(r"/exports/\d+/$"))
