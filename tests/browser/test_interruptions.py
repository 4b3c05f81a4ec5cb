"""Whoever fills a form in may be interrupted: the real program begins anew, the session ends, they go back and forth."""

from __future__ import annotations

import os
import re
import signal
import time
from http.client import HTTPConnection

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser import beginning
from tests.browser.program import API_KEY, Program
from tests.browser.seed_words import Words
from tests.browser.visitor import ZONE, Visitor
from tests.cast import ALICE
from tests.patience import PATIENCE_MS, PATIENCE_S

pytestmark = [pytest.mark.browser, pytest.mark.slow]

_WEB = re.compile(r"process\.started program=web pid=(\d+)")
SESSION = "segue_session"


def _pid(program: Program) -> int:
    return int(_WEB.findall(program.log())[-1])


def _end(program: Program) -> int:
    """End the web process; it is started anew by itself."""
    old = _pid(program)
    os.kill(old, signal.SIGKILL)
    return old


def _await(program: Program, old: int) -> None:
    until = time.monotonic() + PATIENCE_S
    while time.monotonic() < until:
        if _pid(program) != old and _answers(program):
            return
        time.sleep(0.1)
    raise AssertionError("The web process did not come back")


def _answers(program: Program) -> bool:
    line = HTTPConnection(program.url.partition("//")[2], timeout=PATIENCE_S)
    try:
        line.request("GET", "/sign-in/")
        return line.getresponse().status == 200
    except OSError:
        return False
    finally:
        line.close()


def test_what_was_typed_outlives_whatever_comes_between(
    chromium: Browser, program: Program
) -> None:
    page = chromium.new_context(locale="en", timezone_id=ZONE).new_page()
    page.set_default_timeout(PATIENCE_MS)
    alice = Visitor(page, Words("en"), scripts=True)
    beginning.become_administrator(alice, program.first_link, person=ALICE)

    _restart_while_a_channel_is_added(page, program)
    _go_back_after_saving(page)
    _go_back_after_another_window_saved(page)
    _go_back_and_read_on_in_french(page, program)
    _session_ends_in_the_set_up_of_a_connection(page, program)
    page.context.close()


def _restart_while_a_channel_is_added(page: Page, program: Program) -> None:
    page.goto(f"{program.url}/system/notifications/add/")
    page.locator("[name=way][value=address]").check()
    page.locator("[name=name]").fill("Marketing")
    page.locator("[name=address]").fill("team@office.example")
    _end(program)

    page.locator("#channel-form button.primary").click()

    expect(page.locator("tbody tr", has_text="Marketing")).to_be_visible()


def _go_back_after_saving(page: Page) -> None:
    page.goto(_edit(page, "Marketing"))
    name = page.locator("#channel-form [name=name]")
    name.fill("Marketing and sales")
    name.press("Enter")
    expect(page.locator("tbody tr", has_text="Marketing and sales")).to_be_visible()

    page.go_back()
    expect(name).to_have_value("Marketing and sales")
    name.fill("Sales")
    name.press("Enter")

    expect(page.locator("tbody tr", has_text="Sales")).to_be_visible()
    expect(page.locator("tbody tr", has_text="Marketing")).to_have_count(0)


def _go_back_after_another_window_saved(page: Page) -> None:
    address = _edit(page, "Sales")
    page.goto(address)
    name = page.locator("#channel-form [name=name]")
    name.fill("Mine")
    page.goto(page.url.partition("/system/")[0])
    another = page.context.new_page()
    another.goto(address)
    another.locator("#channel-form [name=name]").fill("Theirs")
    another.locator("#channel-form [name=name]").press("Enter")
    expect(another.locator("tbody tr", has_text="Theirs")).to_be_visible()
    another.close()

    with page.expect_response(address):
        page.go_back()
    expect(name).to_have_value("Mine")
    name.press("Enter")

    expect(page.get_by_role("heading", level=1)).to_contain_text("Changed meanwhile")


def _edit(page: Page, name: str) -> str:
    edit = page.locator("tbody tr", has_text=name).locator("a.button").first
    return str(edit.evaluate("link => link.href"))


def _go_back_and_read_on_in_french(page: Page, program: Program) -> None:
    page.goto(f"{program.url}/sources/definition/")
    page.locator("[name=text]").fill("version: 1\nsources: half of them")
    page.locator(".navigation a[href='/exports/']").click()
    page.wait_for_url("**/exports/")

    page.go_back()
    expect(page.locator("[name=text]")).to_have_value("version: 1\nsources: half of them")
    page.locator(".top-bar button[lang=fr]").click()
    expect(page.locator("html")).to_have_attribute("lang", "fr")
    expect(page.locator("[name=text]")).to_have_value("version: 1\nsources: half of them")
    _await(program, _end(program))
    page.locator("form[enctype] button.primary").click()

    expect(page.locator("[name=text]")).to_have_value("version: 1\nsources: half of them")
    expect(page.locator("main .note-error").first).to_be_visible()


def _session_ends_in_the_set_up_of_a_connection(page: Page, program: Program) -> None:
    page.goto(f"{program.url}/connections/add/")
    page.locator("[name=display_name]").fill("Newsletter account")
    page.locator("[name=agrees]").check()
    page.locator("main button.primary").click()
    page.wait_for_url(re.compile(r"/connections/\d+/"))
    begun = page.url.partition("#")[0]
    page.context.clear_cookies(name=SESSION)
    page.locator("[name=api_key]").evaluate("field => { field.closest('details').open = true; }")
    page.locator("[name=api_key]").fill(API_KEY)
    page.locator("[name=api_key]").press("Enter")
    page.locator("[name=username]").fill(ALICE.email)
    page.locator("[name=password]").fill(beginning.PASSWORD)
    page.locator("[name=password]").press("Enter")

    page.wait_for_url(f"{begun}**")
    expect(page.locator("main")).to_contain_text("Newsletter account")
    expect(page.locator("[name=api_key]")).to_have_value("")
