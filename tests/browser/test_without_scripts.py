"""Everything can be read and saved where scripts do not run."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Browser, Page, expect

from mailchimp_sandbox.server import Sandbox
from segue.control.connections.models import Connection, Health
from segue.control.notices.models import Channel
from segue.control.people.models import Person, Role
from tests.browser.people import key_of, page_of
from tests.fixtures.people import PASSWORD

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def key(alice: Person) -> str:
    """Return the key of Alice's session."""
    return key_of(alice)


@pytest.fixture
def page(key: str, chromium: Browser, live_server: object) -> Page:
    """Return a page of Alice's without scripts."""
    return page_of(chromium, live_server, key, java_script_enabled=False)


def test_a_connection_is_set_up_by_an_api_key(mailchimp: Sandbox, page: Page) -> None:
    page.goto("/connections/")
    page.locator(".empty a").click()
    connect = page.get_by_role("button", name="Connect", exact=True)
    connect.click()
    expect(page.locator(".wrong")).to_have_count(2)
    page.fill("[name=display_name]", "Newsletter account")
    page.check("[name=contributors]")
    page.check("[name=agrees]")
    connect.click()
    expect(page).to_have_url(re.compile(r"/connections/\d+/#next$"))

    page.click("text=Use an API key instead")
    page.fill("[name=api_key]", "sandbox-key-us1")
    page.click("text=Connect with this key")
    page.fill("[name=password]", PASSWORD)
    page.click("text=Add yourself as export user")
    page.locator("button", has_text="Save").click()

    expect(page.locator(".note-success")).to_contain_text("“Newsletter account” is saved.")
    made = Connection.objects.get()
    assert (made.health, made.is_shared, made.saved_at is not None) == (Health.HEALTHY, True, True)


def test_a_role_is_changed_from_a_menu(page: Page, bob: Person) -> None:
    page.goto("/permissions/")
    row = page.locator("tr", has_text="bob@office.example")
    row.locator("summary").click()
    row.locator("text=Change role").click()
    page.check("[value=viewer]")
    page.fill("[name=password]", PASSWORD)
    page.locator("main button", has_text="Save").click()

    expect(page).to_have_url(re.compile("/permissions/$"))
    assert Person.objects.get(pk=bob.pk).role == Role.VIEWER


def test_every_field_of_a_channel_can_be_filled(page: Page) -> None:
    page.goto("/system/notifications/add/")
    page.check("[value=service]")
    page.fill("[name=name]", "Team chat")
    page.fill("[name=service]", "json://hooks.office.example/segue")
    page.locator("main button", has_text="Save").click()

    expect(page.locator("tbody", has_text="Team chat")).to_be_visible()
    assert Channel.objects.filter(name="Team chat").exists()


def test_what_only_scripts_can_do_is_not_offered(page: Page) -> None:
    page.goto("/permissions/invite/")
    page.fill("[name=email]", "dan@office.example")
    page.locator("main button", has_text="Invite").click()

    expect(page.locator("#one-time-link")).to_be_visible()
    expect(page.locator("text=Copy the link")).to_be_hidden()
