"""Whoever goes through a form by the keyboard always sees where they are (WCAG 2.2, 2.4.11), and what was wrong first.

Each form is gone through by Tab, on a wide and on a small screen, until the focus comes round: something of the focused
element must be what one sees at its place.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings
from playwright.sync_api import Browser, Page, expect

from segue.control.people.models import Person
from segue.control.segments.models import Segment
from tests.browser.people import page_of
from tests.web.doors import doors
from tests.web.typed_doors import SHOWN_AGAIN
from tests.web.world import World, built, placed

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

SCREENS = ((1440, 900), (360, 740))
MOST_STOPS = 120

HIDDEN = """() => {
  const one = document.activeElement;
  if (!one || one === document.body) return [true, ""];
  const isBack = one.dataset.wasFocused !== undefined;
  one.dataset.wasFocused = "";
  const box = one.getClientRects()[0] || one.getBoundingClientRect();
  if (box.width <= 1 || box.height <= 1) return [isBack, ""];
  const [left, top] = [Math.max(box.left, 0), Math.max(box.top, 0)];
  const [right, bottom] = [Math.min(box.right, innerWidth), Math.min(box.bottom, innerHeight)];
  const points = [[(left + right) / 2, (top + bottom) / 2], [left + 3, top + 3], [right - 3, bottom - 3]];
  const isSeen = points.some(([x, y]) => {
    const seen = document.elementFromPoint(x, y);
    return seen && (one.contains(seen) || [...(one.labels || [])].some((label) => label.contains(seen)));
  });
  return [isBack, isSeen ? "" : one.outerHTML.slice(0, 120)];
}"""
"""Whether the focus has come round, and the focused element if nothing of it is seen."""


@pytest.fixture
def world(chromium: Browser, live_server: object, tmp_path: Path) -> Iterator[World]:
    """Build the world for the server, with more segments than a screen holds."""
    with placed(tmp_path):
        world = built(tmp_path)
        vip = Segment.objects.get(name="vip")
        for number in range(25):
            vip.pk, vip.name, vip.label = None, f"more_{number}", f"More people {number}"
            vip._state.adding = True
            vip.save()
        yield world


def test_the_focus_is_never_hidden_and_goes_to_what_was_wrong(
    chromium: Browser, live_server: object, world: World
) -> None:
    Person.objects.update(language="fr")
    page = page_of(chromium, live_server, world.keys["administrator"], reduced_motion="reduce")
    faults: list[str] = []
    for width, height in SCREENS:
        page.set_viewport_size({"width": width, "height": height})
        for path in _forms(world):
            page.goto(path)
            faults += [f"{path} at {width}: {what}" for what in _hidden(page)]
        page.goto("/exports/")
        page.locator(".commands a", has_text="Ajouter une destination").click()
        expect(page.locator("#pane-title")).to_be_focused()
        faults += [f"pane at {width}: {what}" for what in _hidden(page)]
    assert faults == []

    page.goto("/account/")
    name = page.locator("#account-form [name=name]")
    name.fill(" ")
    name.press("Enter")
    expect(page.locator("#account-form .wrong")).to_be_visible()
    expect(name).to_be_focused()
    name.fill("Alice the Second")
    name.press("Enter")
    expect(page.locator("[data-told]")).to_be_focused()
    expect(page.locator("html")).to_have_attribute("lang", "fr")
    page.context.close()


def test_what_was_typed_outlives_the_session_and_slips_of_the_hand(
    chromium: Browser, live_server: object, world: World
) -> None:
    page = page_of(chromium, live_server, world.keys["administrator"])
    page.goto("/system/notifications/")
    page.locator("a[hx-target='#pane']", has_text="Add channel").first.click()
    name = page.locator("#pane [name=name]")
    name.fill("Marketing")
    page.keyboard.press("Escape")
    expect(page.locator("[data-asks-first]")).to_be_visible()
    expect(page.locator("[data-stays]")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("[data-asks-first]")).to_be_hidden()

    with page.expect_event("dialog") as asked:
        page.evaluate("history.back()")
    asked.value.dismiss()
    expect(name).to_have_value("Marketing")

    page.route("**/system/notifications/add/", lambda route: route.abort())
    page.locator("#pane button", has_text="Save").click()
    expect(page.locator("[data-trouble]")).to_be_focused()
    expect(name).to_have_value("Marketing")
    page.unroute("**/system/notifications/add/")

    cookie = {"name": settings.SESSION_COOKIE_NAME, "value": "0" * 64, "url": str(live_server)}
    page.context.add_cookies([cookie])  # type: ignore[list-item]
    page.locator("#pane [name=way][value=administrators]").check()
    page.locator("#pane button", has_text="Save").click()
    expect(page.get_by_text("Your session has ended.")).to_be_visible()
    page.locator("[name=username]").fill("alice@office.example")
    page.locator("[name=password]").fill("correct horse battery")
    page.locator("#sign-in-form button").click()

    expect(page.locator("[name=name]")).to_have_value("Marketing")
    page.locator(".top-bar button", has_text="FR").click()
    expect(page.locator("html")).to_have_attribute("lang", "fr")
    expect(page.locator("[name=name]")).to_have_value("Marketing")
    page.context.close()


def _forms(world: World) -> list[str]:
    first = {door.name: door for rows in doors().values() for door in reversed(rows) if door.get}
    names = sorted(SHOWN_AGAIN - {"sign-in", "password-reset", "invitation-accept"})
    picked = {"exports": world.export.pk, "segments": "newcomers"}
    paths = []
    for name in names:
        pick = picked.get(name.partition("-")[0])
        paths.append(first[name].path(world) + (f"?pick={pick}" if pick else ""))
    return [*paths, "/segments/", "/exports/"]


def _hidden(page: Page) -> list[str]:
    found: list[str] = []
    for _stop in range(MOST_STOPS):
        page.keyboard.press("Tab")
        is_back, hidden = page.evaluate(HIDDEN)
        if is_back:
            break
        if hidden:
            found.append(hidden)
    return found
