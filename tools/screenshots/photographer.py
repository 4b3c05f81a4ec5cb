"""A browser that takes the pictures of one way of looking, and notes what is wrong with a page.

Wrong is what a page writes to the console as error or warning, and what is wider than the screen.
"""

from __future__ import annotations

import base64
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from playwright.sync_api import Browser, BrowserContext, Error, Page

from segue_demo.browser.cast import COLLEAGUES, PASSWORD
from tools.screenshots import acts
from tools.screenshots.places import Look, Place

HEIGHT = 900
TALLEST = 2400
QUALITY = 50
SHRUNK = 0.75
"""How much smaller a wide picture is kept for the documentation."""

PATIENCE_MS = 8_000
_LOCALES = {"en": "en-GB", "fr": "fr-FR"}
_TOO_WIDE = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
_SETTLED = "Promise.all(document.getAnimations().map(one => one.finished.catch(() => null)))"


@dataclass(slots=True, kw_only=True)
class Photographer:
    """Takes the pictures of one way of looking. `url` is the demonstration's, `empty_url` that of an empty installation."""

    url: str
    empty_url: str | None
    folder: Path
    look: Look
    form: str = "webp"
    complaints: list[str] = field(default_factory=list)

    def take(self, browser: Browser, places: Sequence[Place]) -> None:
        """Photograph places; what cannot be reached is a complaint."""
        for who, empty in dict.fromkeys((place.who, place.empty) for place in places):
            url = self.empty_url if empty else self.url
            if url is None:
                continue
            with self._context(browser) as context:
                page = self._come_in(context, url, who)
                for place in places:
                    if (place.who, place.empty) == (who, empty):
                        self._visit(page, url, place)

    @contextmanager
    def _context(self, browser: Browser) -> Iterator[BrowserContext]:
        context = browser.new_context(
            viewport={"width": self.look.width, "height": HEIGHT},
            color_scheme=self.look.scheme,  # type: ignore[arg-type]
            locale=_LOCALES[self.look.language],
            timezone_id="Europe/Paris",
            reduced_motion="reduce",
        )
        context.set_default_timeout(PATIENCE_MS)
        try:
            yield context
        finally:
            context.close()

    def _come_in(self, context: BrowserContext, url: str, who: str) -> Page:
        page = context.new_page()
        page.on("console", lambda said: self._heard(page, said.type, said.text))
        page.on("pageerror", lambda error: self._heard(page, "error", str(error)))
        page.goto(f"{url}/sign-in/")
        self._switch(page)
        for colleague in COLLEAGUES:
            if colleague.name == who:
                page.fill("[name=username]", colleague.email)
                page.fill("[name=password]", PASSWORD)
                page.click("main button.primary")
                page.wait_for_url(f"{url}/")
                self._switch(page)
        return page

    def _heard(self, page: Page, kind: str, text: str) -> None:
        told_by_status = "the server responded with a status of 4" in text
        if kind in ("error", "warning") and not told_by_status:
            self.complaints.append(f"{self.look} {page.url}: {text}")

    def _switch(self, page: Page) -> None:
        with page.expect_navigation():
            page.locator(f".language button[lang={self.look.language}]").click()

    def _visit(self, page: Page, url: str, place: Place) -> None:
        try:
            self._reach(page, url, place)
        except Error as error:
            self.complaints.append(f"{self.look} {place.name}: {str(error).splitlines()[0]}")
            return
        self._shoot(page, place)

    def _reach(self, page: Page, url: str, place: Place) -> None:
        page.goto(url + place.path)
        if place.link:
            page.goto(url + str(page.locator(place.link).first.get_attribute("href")))
        if place.pane:
            self._open(page, place.pane)
        if place.act:
            getattr(acts, place.act)(page)

    def _open(self, page: Page, link: str) -> None:
        found = page.locator(link).first
        menu = found.locator("xpath=ancestor::details[contains(@class, 'menu')]")
        if menu.count():
            menu.locator("summary").click()
        found.click()
        page.wait_for_selector("#pane-title")

    def _shoot(self, page: Page, place: Place) -> None:
        page.wait_for_timeout(150)
        page.evaluate(_SETTLED)
        too_wide = page.evaluate(_TOO_WIDE)
        if too_wide > 0:
            self.complaints.append(f"{self.look} {place.name}: {too_wide} pixels wider than it is")
        whole = not page.locator("#pane > *").count()
        height = page.evaluate("document.documentElement.scrollHeight") if whole else HEIGHT
        size = {"width": self.look.width, "height": min(height, TALLEST)}
        file = self.folder / place.file_name(self.look, form=self.form)
        # What sticks to the edge of the screen is where it belongs only on a screen of that height.
        page.set_viewport_size(size)
        file.write_bytes(self._picture(page, clip={"x": 0, "y": 0, **size}))
        page.set_viewport_size({"width": self.look.width, "height": HEIGHT})

    def _picture(self, page: Page, *, clip: dict[str, int]) -> bytes:
        session = page.context.new_cdp_session(page)
        is_kept = self.form == "webp"
        quality = {"quality": QUALITY} if is_kept else {}
        scale = SHRUNK if is_kept and self.look.width > HEIGHT else 1
        taken = session.send(
            "Page.captureScreenshot",
            {
                "format": self.form,
                "clip": clip | {"scale": scale},
                **quality,
            },
        )
        session.detach()
        return base64.b64decode(taken["data"])
