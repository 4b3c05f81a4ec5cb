"""Somebody at a browser: goes where a person would go, and notes everything that was wrong on the way. No expectations.

A page is wrong when it says something on the console, is not accessible, or is wider than the screen.
"""

from __future__ import annotations

import re
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import ConsoleMessage, Locator, Page, expect

from tests.browser.seed_words import Words
from tests.browser.widths import cramped
from tests.patience import PATIENCE_S

ZONE = "Asia/Tokyo"
"""Where the browsers are, but none of the servers that tests run on."""

AXE = Axe()
VIOLATIONS = "axe.run({resultTypes: ['violations']}).then(results => results.violations)"
REFUSED = "Failed to load resource: the server responded with a status of {status} ({words})"
"""What Chromium itself says of a refused form."""

REASONS = {
    403: "Forbidden",
    404: "Not Found",
    409: "Conflict",
    422: "Unprocessable Entity",
    424: "Failed Dependency",
}


class Visitor:
    """A person at one page; `words` are those of their language. Without scripts axe cannot look at it."""

    def __init__(self, page: Page, words: Words, *, scripts: bool) -> None:
        self.page = page
        self.words = words
        self.has_scripts = scripts
        self.say, self.seed = words.say, words.seed
        self._faults: list[str] = []
        self._told: list[tuple[str, str]] = []
        self._refusals: list[str] = []
        page.on("console", self._hear)
        page.on("pageerror", lambda error: self._told.append((str(error), page.url)))

    def faults(self) -> list[str]:
        """Return everything that was wrong; a refusal that was foreseen is not, one that did not happen is."""
        foreseen = Counter(self._refusals)
        told = []
        for text, place in self._told:
            if foreseen[text]:
                foreseen[text] -= 1
            else:
                told.append(f"{place}: {text}")
        missing = [f"Chromium did not say: {text}" for text in foreseen.elements()]
        return [*self._faults, *told, *missing]

    def look(self) -> None:
        """Look at the page as it is now: accessible, and no wider than the screen."""
        self._faults += [f"{self.page.url}: {what}" for what in cramped(self.page)]
        for violation in self._violations() if self.has_scripts else ():
            nodes = [node["html"][:120] for node in violation["nodes"]]
            self._faults.append(f"{self.page.url}: {violation['id']} {nodes}")

    def _violations(self) -> list[dict[str, Any]]:
        if not self.page.evaluate("'axe' in window"):
            self.page.evaluate(AXE.axe_script)
        found: list[dict[str, Any]] = self.page.evaluate(VIOLATIONS)
        return found

    @contextmanager
    def refused(self, status: int) -> Iterator[None]:
        """Foresee that the server refuses what is done inside, once."""
        self._refusals.append(REFUSED.format(status=status, words=REASONS[status]))
        with self.page.expect_response(lambda response: response.status == status):
            yield

    # where things are

    def pane(self, name: str) -> Locator:
        """Return the side pane with this title, open."""
        pane = self.page.get_by_role("dialog", name=name, exact=True)
        expect(pane).to_be_visible()
        return pane

    def main(self) -> Locator:
        """Return the content of the page."""
        return self.page.get_by_role("main")

    def row(self, name: str) -> Locator:
        """Return the row of a list that is named so."""
        head = self.page.get_by_role("rowheader", name=name)
        return self.main().get_by_role("row").filter(has=head)

    # what people do

    def go_to(self, group: str, link: str) -> None:
        """Follow a link of the navigation, under its heading."""
        navigation = self.page.locator("#navigation")
        heading = navigation.locator("h2", has_text=re.compile(f"^{re.escape(group)}$"))
        links = heading.locator("xpath=following-sibling::ul[1]")
        links.get_by_role("link", name=link, exact=True).click()
        expect(self.page.get_by_role("heading", level=1)).to_have_text(link)

    def press(self, label: str, *, within: Locator | None = None) -> None:
        """Press the button or link with exactly this label."""
        place = within or self.main()
        found = place.get_by_role("button", name=label, exact=True)
        found.or_(place.get_by_role("link", name=label, exact=True)).first.click()

    def reload_until(self, told: Locator) -> None:
        """Load the page again until it tells so: nothing moves by itself there."""
        until = time.monotonic() + PATIENCE_S
        while not told.count():
            assert time.monotonic() < until, (
                f"never told: {told}; the page says: {self.main().inner_text()}"
            )
            self.page.reload()

    def in_menu(self, name: str, label: str) -> None:
        """Open the menu of a row and press one of its lines."""
        row = self.row(name)
        row.locator("summary").click()
        self.press(label, within=row)

    def says(self, text: str) -> None:
        """Wait until the page says that something was done."""
        expect(self.page.get_by_role("status")).to_contain_text(text)

    def _hear(self, message: ConsoleMessage) -> None:
        if message.type in ("error", "warning"):
            self._told.append((message.text, message.location.get("url", "")))


def field(place: Locator | Page, label: str) -> Locator:
    """Return the field with exactly this label, whether it is marked as required or not."""
    return place.get_by_label(re.compile(rf"^{re.escape(label)}( \*)?$"))
