"""Panes, menus and the narrow navigation by the keyboard alone: where the focus goes, and where it returns."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from segue.control.people.models import Person
from tests.browser.people import key_of, page_of
from tests.control import stage

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def key(alice: Person) -> str:
    """Return the key of Alice's session; there is a connection."""
    stage.connection(alice)
    return key_of(alice)


@pytest.fixture
def page(key: str, chromium: Browser, live_server: object) -> Page:
    """Return the list of connections."""
    page = page_of(chromium, live_server, key)
    page.goto("/connections/")
    return page


def _press(page: Page, *keys: str) -> None:
    for key in keys:
        page.keyboard.press(key)


def _add(page: Page) -> Locator:
    return page.locator(".commands a", has_text="Add connection")


def _menu(page: Page) -> Locator:
    return page.locator("tbody summary")


def test_the_first_stop_leads_past_the_navigation(page: Page) -> None:
    _press(page, "Tab", "Enter", "Tab")

    expect(page.get_by_role("searchbox")).to_be_focused()


def test_a_pane_takes_the_focus_and_gives_it_back(page: Page) -> None:
    _add(page).press("Enter")
    expect(page.locator("#pane-title")).to_be_focused()
    is_behind_out_of_reach = page.locator(".frame").evaluate("frame => frame.inert")
    _press(page, "Escape")

    expect(page.locator("#pane > *")).to_have_count(0)
    expect(_add(page)).to_be_focused()
    assert is_behind_out_of_reach
    assert not page.locator(".frame").evaluate("frame => frame.inert")


def test_tab_goes_round_in_a_pane_both_ways(page: Page) -> None:
    _add(page).press("Enter")
    expect(page.locator("#pane-title")).to_be_focused()

    _press(page, "Shift+Tab")
    expect(page.locator("#pane button", has_text="Connect")).to_be_focused()
    _press(page, "Tab")
    expect(page.locator("#pane [data-close-pane]").first).to_be_focused()
    _press(page, "Shift+Tab")
    expect(page.locator("#pane button", has_text="Connect")).to_be_focused()


def test_what_was_typed_wrong_takes_the_focus(page: Page) -> None:
    _add(page).press("Enter")
    expect(page.locator("#pane-title")).to_be_focused()
    page.locator("#pane button", has_text="Connect").press("Enter")

    expect(page.locator("#pane [name=display_name]")).to_be_focused()
    expect(page.locator("#pane .wrong").first).to_be_visible()


def test_a_step_that_is_done_leads_to_the_next_and_the_focus_still_finds_back(page: Page) -> None:
    _add(page).press("Enter")
    expect(page.locator("#pane-title")).to_be_focused()
    page.locator("#pane [name=display_name]").fill("By keyboard")
    page.locator("#pane [name=agrees]").press("Space")
    page.locator("#pane button", has_text="Connect").press("Enter")

    expect(page.locator("#pane h3", has_text="Mailchimp account")).to_be_focused()
    _press(page, "Escape")
    expect(_add(page)).to_be_focused()
    expect(page.locator("tbody tr")).to_have_count(2)


def test_a_menu_closes_with_escape_and_when_one_leaves_it(page: Page) -> None:
    _menu(page).press("Enter")
    _press(page, "Tab")
    expect(page.locator(".menu-sheet a", has_text="Edit")).to_be_focused()
    _press(page, "Escape")
    expect(_menu(page)).to_be_focused()
    expect(page.locator("details.menu[open]")).to_have_count(0)

    _press(page, "Enter", "Shift+Tab")

    expect(page.locator("details.menu[open]")).to_have_count(0)


def test_a_pane_from_a_menu_gives_the_focus_back_to_the_menu(page: Page) -> None:
    _menu(page).press("Enter")
    _press(page, "Tab", "Enter")
    expect(page.locator("#pane-title")).to_be_focused()
    expect(page.locator("details.menu[open]")).to_have_count(0)

    _press(page, "Escape")

    expect(page.locator("#pane > *")).to_have_count(0)
    expect(_menu(page)).to_be_focused()


def test_the_list_that_is_loaded_again_under_a_pane_keeps_the_way_back(page: Page) -> None:
    _menu(page).press("Enter")
    _press(page, "Tab", "Enter")
    with page.expect_response(lambda response: response.url.endswith("/connections/")):
        page.locator("#pane button", has_text="Check now").press("Enter")

    expect(page.locator("#pane .messages")).to_be_visible()
    _press(page, "Escape")
    expect(_menu(page)).to_be_focused()


def test_the_narrow_navigation_holds_the_focus_until_escape(page: Page) -> None:
    page.set_viewport_size({"width": 360, "height": 780})
    page.locator(".menu-link").press("Enter")
    _press(page, "Tab")
    expect(page.locator(".navigation-close")).to_be_focused()
    _press(page, "Shift+Tab")
    expect(page.locator(".navigation a", has_text="System")).to_be_focused()

    _press(page, "Escape")

    expect(page.locator("#navigation")).to_be_hidden()
    expect(page.locator(".menu-link")).to_be_focused()
