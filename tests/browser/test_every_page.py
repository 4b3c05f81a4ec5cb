"""Every page and pane in a real browser, by the doors of all areas: accessible, nothing wider than the screen, no error.

What axe finds counts in both languages, light and dark, wide and narrow: each place is looked at on two screens, the second
without loading it again, for only style sheets know of screens. Panes are opened where pages lead to them, in one
language on the wide screen, in the other on the narrow one. Contrast takes axe longer than everything else and has
nothing to do with the language, so that it is measured in one. In the other everything has a name of 68 letters without
a blank: nothing overflows, whatever the names. There axe is asked in the long form only; in English the screens between
the widest and the narrowest are.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import time
from pathlib import Path
from typing import Literal

import pytest
from django.urls import resolve
from playwright.sync_api import Browser, ConsoleMessage, Page, expect

from segue.control.exports.models import Export, ScheduleMode
from segue.control.exports.schedules import recurrence_as_json
from segue.control.people.models import Person
from segue.control.recurrence import Every, Recurrence
from segue.control.statuses import Status
from tests.browser.axe import violations
from tests.browser.long_names import lengthen
from tests.browser.people import page_of
from tests.browser.places import addresses
from tests.browser.widths import cramped
from tests.web.world import World, built, placed

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

PANE_LINKS = "a[hx-target='#pane'][href]"
LEFT = ("htmx:afterRequest", "htmx:sendAbort")
"""What htmx says of a request that nobody waited for; one that failed says `htmx:sendError` or `htmx:responseError`."""

FOCUSED = "document.activeElement.matches(\"a[hx-target='#pane'], summary\")"


@dataclass(frozen=True, slots=True, kw_only=True)
class Screen:
    """What a page is looked at on."""

    scheme: Literal["light", "dark"]
    width: int

    def turn(self, page: Page) -> None:
        """Show the page on this screen."""
        page.set_viewport_size({"width": self.width, "height": 900})
        page.emulate_media(color_scheme=self.scheme, reduced_motion="reduce")


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """How pages are looked at: loaded on the first screen, then shown on the second."""

    language: str
    screens: tuple[Screen, Screen]
    asks_axe: bool = True
    looks_between: bool = False
    measures_contrast: bool = False
    has_long_names: bool = False

    def __str__(self) -> str:
        axe = "" if self.asks_axe else ", without axe"
        return f"{self.language}{axe}{', between' if self.looks_between else ''}"


WIDE, NARROW = Screen(scheme="light", width=1440), Screen(scheme="dark", width=360)
BETWEEN = (1920, 1680, 1440, 1439, 1280, 1201, 1000, 961, 768, 480, 320)
"""Pixels: just above the widths at which the layout changes, what tablets have, and the widest and the narrowest."""

LOOKS = (
    Look(language="en", screens=(WIDE, NARROW), measures_contrast=True),
    Look(
        language="fr",
        screens=(NARROW, WIDE),
        asks_axe=False,
        looks_between=True,
        has_long_names=True,
    ),
    pytest.param(
        Look(language="en", screens=(WIDE, NARROW), asks_axe=False, looks_between=True),
        marks=pytest.mark.long,
    ),
    pytest.param(
        Look(language="fr", screens=(NARROW, WIDE), has_long_names=True), marks=pytest.mark.long
    ),
)


@pytest.fixture
def world(chromium: Browser, live_server: object, tmp_path: Path) -> Iterator[World]:
    """Build the world for the server."""
    with placed(tmp_path):
        yield built(tmp_path)


@pytest.mark.parametrize("look", LOOKS, ids=str)
def test_every_page_and_pane_is_accessible_and_fits(
    chromium: Browser, live_server: object, world: World, look: Look
) -> None:
    Person.objects.update(language=look.language)
    if look.has_long_names:
        lengthen()
    page = page_of(chromium, live_server, world.keys["administrator"])
    look.screens[0].turn(page)
    faults: list[str] = []
    page.on("console", lambda message: faults.extend(_told(page, message)))
    page.on("pageerror", lambda error: faults.append(f"{page.url}: {error}"))

    panes: set[str] = set()
    for address in addresses(page, world):
        page.goto(address)
        faults += _faults(page, address, look)
        if look.looks_between:
            faults += _cramped_between(page, address, look)
        for link in _new_panes(page, panes):
            faults += _pane_faults(page, link, look)
    page.context.close()

    assert panes
    assert faults == []


@pytest.mark.parametrize("visitor", ["contributor", "viewer", "administrator"])
def test_the_list_of_exports_fits_for_everybody_with_any_schedule(
    chromium: Browser, live_server: object, world: World, visitor: str
) -> None:
    Person.objects.update(language="fr")
    often = Recurrence(
        every=Every.WEEK,
        time_zone="America/Argentina/ComodRivadavia",
        times=(time(6, 30), time(12, 15), time(18, 45)),
        weekdays=(0, 1, 2, 3, 4, 6),
    )
    Export.objects.update(
        schedule_mode=ScheduleMode.OWN,
        recurrence=recurrence_as_json(often),
        last_status=Status.NEEDS_APPROVAL,
    )
    page = page_of(chromium, live_server, world.keys[visitor])
    page.goto("/exports/")
    faults = _cramped_between(page, "/exports/", LOOKS[0])
    page.context.close()

    assert faults == []


def _new_panes(page: Page, panes: set[str]) -> list[str]:
    """Return the links of the page to panes of a kind that was not opened yet."""
    new = []
    for link in page.locator(PANE_LINKS).all():
        href = link.get_attribute("href") or ""
        name = resolve(href.partition("?")[0]).url_name
        if name not in panes:
            panes.add(name)
            new.append(href)
    return new


def _pane_faults(page: Page, href: str, look: Look) -> list[str]:
    """Open a pane, look at it, leave it by the keyboard and see where the focus is."""
    link = page.locator(f"a[hx-target='#pane'][href='{href}']").first
    menu = link.locator("xpath=ancestor::details")
    if menu.count():
        menu.locator("summary").click()
    link.click()
    expect(page.locator("#pane :focus")).to_have_count(1)
    faults = _faults(page, f"pane {href}", look)
    page.keyboard.press("Escape")
    if page.locator("#pane > *").count():
        faults.append(f"pane {href}: stays after Escape")
    if not page.evaluate(FOCUSED):
        faults.append(f"pane {href}: the focus does not return")
    return faults


def _faults(page: Page, place: str, look: Look) -> list[str]:
    """Look at a place on both screens, and leave it on the first."""
    faults = _faults_on(look.screens[0], page, place, look)
    faults += _faults_on(look.screens[1], page, place, look)
    look.screens[0].turn(page)
    return faults


def _cramped_between(page: Page, place: str, look: Look) -> list[str]:
    """Look whether everything has room on the screens between, where the layout changes."""
    faults = []
    for width in BETWEEN:
        page.set_viewport_size({"width": width, "height": 900})
        faults += [f"{place} at {width}: {what}" for what in cramped(page)]
    look.screens[0].turn(page)
    return faults


def _faults_on(screen: Screen, page: Page, place: str, look: Look) -> list[str]:
    screen.turn(page)
    seen = f"{place} at {screen.width}, {screen.scheme}"
    faults = [f"{seen}: {what}" for what in cramped(page)]
    if not look.asks_axe:
        return faults
    rules = {} if look.measures_contrast else {"color-contrast": {"enabled": False}}
    for violation in violations(page, rules=rules):
        faults.append(f"{seen}: {violation.rule} {[html[:120] for html in violation.places]}")
    return faults


def _told(page: Page, message: ConsoleMessage) -> list[str]:
    if message.type not in ("error", "warning") or message.text.startswith(LEFT):
        return []
    return [f"{page.url}: {message.text}"]
