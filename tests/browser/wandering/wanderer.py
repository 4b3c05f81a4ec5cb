"""Somebody who wanders through the pages: chooses by chance among what a person could do next, and does it."""

from __future__ import annotations

import random
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from playwright.sync_api import ElementHandle, Error, JSHandle, Page

from tests.browser.wandering.watch import Watch
from tests.browser.widths import cramped

PLACES = (
    "/", "/exports/", "/sources/", "/segments/", "/system/", "/notices/", "/account/", "/connections/", "/permissions/",
    "/help/", "/system/audit/", "/system/schedule/", "/system/installation/", "/system/about/", "/system/notifications/",
    "/exports/add/", "/sources/definition/", "/nowhere/", "/runs/99999/",
)  # fmt: skip
SHUT = re.compile(
    r"sign-out|/account/|/permissions/\d+/|/connections/\d+/(remove|share|api-key|authenticate|export-user)"
    r"|sessions|/system/installation/"
)
"""Where forms lock people out of the walk itself: nobody would be left to go on."""
LANGUAGE = "/language/"
PRESSABLE = "button, summary, [role=button]"
REASON = 120
"""How many characters are told of why something could not be done."""

WAIT_MS = 15_000
QUICK_MS = 1_500

_OFFERS = """({what, everywhere}) => {
  const pane = document.querySelector('#pane .pane-sheet');
  const place = pane && !everywhere ? pane : document;
  return [...place.querySelectorAll(what)].filter(one => one.checkVisibility({visibilityProperty: true}) && !one.disabled);
}"""
_FACTS = """found => found.map(one => ({
  words: (one.innerText || one.getAttribute('aria-label') || '').trim().slice(0, 40),
  href: one.tagName === 'A' ? one.getAttribute('href') || '' : '',
  action: one.form ? one.getAttribute('formaction') || one.form.getAttribute('action') || location.pathname : '',
  downloads: one.hasAttribute('download'),
}))"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """Something on the page that could be chosen. `href` is empty where it is no link, `action` where it sends no form."""

    found: JSHandle
    number: int
    words: str
    href: str
    action: str
    downloads: bool

    @property
    def element(self) -> ElementHandle:
        """Return the element. Raises: Error when the page has gone on."""
        element = self.found.get_property(str(self.number)).as_element()
        assert element is not None
        return element


@dataclass(slots=True, kw_only=True)
class Wanderer:
    """A person at a page of their own browser.

    `works`: they run exports, approve plans and set exports up on purpose too, which takes a worker and a Mailchimp.
    """

    name: str
    email: str
    password: str
    page: Page
    url: str
    chance: random.Random
    watch: Watch
    works: bool = True
    did: list[str] = field(default_factory=list)

    def act(self) -> str:
        """Do one thing that a person could do here, and return what it was."""
        (act,) = self.chance.choices([act for _, act in self._acts()], [w for w, _ in self._acts()])
        try:
            done = act()
        except Error as error:
            done = f"{act.__name__}: {str(error).splitlines()[0][:REASON]}"
        self.did.append(f"{self.name}: {done} → {self.place()}")
        return self.did[-1]

    def _acts(self) -> list[tuple[int, Callable[[], str]]]:
        """Return what a person does, each with its weight."""
        looks = [
            (28, self.follow), (24, self.press), (8, self.press_twice), (8, self.back), (3, self.forward),
            (5, self.reload), (9, self.go), (5, self.switch_language), (3, self.escape), (4, self.resize),
            (6, self.type_something),
        ]  # fmt: skip
        works = [(6, self.run_export), (4, self.approve), (4, self.add_export), (2, self.refresh)]
        return [*looks, *works] if self.works else looks

    def place(self) -> str:
        """Return the path of where the person is."""
        parts = urlsplit(self.page.url)
        return parts.path + (f"?{parts.query}" if parts.query else "")

    def look(self) -> None:
        """Look at the page as it is now, and sign in or come back where the walk has left the program."""
        self.settle()
        try:
            if not self.page.url.startswith(self.url):
                self._come_back()
            elif "/sign-in/" in self.page.url:
                self.sign_in()
            self.watch.look(self.page, cramped(self.page))
        except Error as error:
            passes = "Execution context" in str(error) or "Timeout" in str(error)
            if not (passes or self.watch.is_away()):
                self.watch.fault(f"{self.page.url}: {str(error).splitlines()[0]}")

    def settle(self) -> None:
        """Wait until the page has loaded."""
        try:
            self.page.wait_for_load_state("domcontentloaded", timeout=WAIT_MS)
            self.page.wait_for_timeout(self.chance.choice((20, 150, 400, 900)))
        except Error:
            return

    def sign_in(self) -> None:
        """Sign in where the page asks for it."""
        self.page.fill("[name=username]", self.email)
        self.page.fill("[name=password]", self.password)
        self.page.click("main button.primary")
        self.page.wait_for_load_state()

    def _come_back(self) -> None:
        allow = self.page.get_by_role("button", name="Allow")
        if allow.count():
            allow.click()
        else:
            self.page.goto(f"{self.url}/")

    # what a person does

    def go(self) -> str:
        """Type an address."""
        place = self.chance.choice(PLACES)
        self.page.goto(self.url + place, wait_until="domcontentloaded")
        return f"go {place}"

    def follow(self) -> str:
        """Click a link."""
        links = [one for one in self._offered("a[href]") if _may_follow(one)]
        if not links:
            return self.go()
        link = self.chance.choice(links)
        link.element.click(timeout=QUICK_MS, force=True, no_wait_after=True)
        return f"follow {link.href}"

    def press(self) -> str:
        """Press a button."""
        return self._pressed(
            lambda one: one.click(timeout=QUICK_MS, force=True, no_wait_after=True), "press"
        )

    def press_twice(self) -> str:
        """Double-click a button or link."""
        return self._pressed(
            lambda one: one.dblclick(timeout=QUICK_MS, force=True, no_wait_after=True),
            "double",
            also=", a[href]",
        )

    def back(self) -> str:
        """Go back, sometimes by two."""
        steps = self.chance.choice((1, 1, 2))
        self.page.evaluate(f"history.go(-{steps})")
        self.page.wait_for_timeout(200)
        if self.page.url == "about:blank":
            self.page.goto(f"{self.url}/")
        return f"back {steps}"

    def forward(self) -> str:
        """Go forward."""
        self.page.evaluate("history.forward()")
        self.page.wait_for_timeout(200)
        return "forward"

    def reload(self) -> str:
        """Load the page again."""
        self.page.reload(wait_until="domcontentloaded", timeout=WAIT_MS)
        return "reload"

    def escape(self) -> str:
        """Press Escape."""
        self.page.keyboard.press("Escape")
        return "escape"

    def resize(self) -> str:
        """Look on another screen."""
        width = self.chance.choice((1440, 1440, 1000, 360))
        self.page.set_viewport_size({"width": width, "height": 900})
        self.page.emulate_media(color_scheme=self.chance.choice(("light", "dark")))
        return f"width {width}"

    def switch_language(self) -> str:
        """Switch to the other language, sometimes with a form typed into."""
        choices = self._seen(".language button")
        if not choices:
            return self.go()
        self.chance.choice(choices).click(timeout=QUICK_MS)
        return "language"

    def run_export(self) -> str:
        """Run some export, or all."""
        self.page.goto(f"{self.url}/exports/")
        picks = self._seen("input[name=pick]")
        if not picks:
            return self.add_export()
        for one in self.chance.sample(picks, min(len(picks), self.chance.choice((1, 1, 2, 3)))):
            one.check(timeout=QUICK_MS)
        twice = self.chance.random() < 0.3
        button = self.page.locator("[formaction='/exports/run/']").first
        (button.dblclick if twice else button.click)(timeout=QUICK_MS)
        return f"run{' twice' if twice else ''}"

    def approve(self) -> str:
        """Approve a plan that waits, rightly or wrongly."""
        self.page.goto(f"{self.url}/notices/")
        waiting = self._seen("main a[href^='/runs/']")
        if not waiting:
            return "approve: none waits"
        self.chance.choice(waiting).click(timeout=QUICK_MS)
        self.page.wait_for_load_state()
        form = self.page.locator("form[action$='/approve/']")
        if not form.count():
            return "approve: no form"
        if self.chance.random() < 0.8:
            shown = re.sub(r"\D", "", form.locator("button.primary").inner_text()) or "1"
            form.locator("[name=count]").fill(shown)
            secret = form.locator("[type=password]")
            if secret.count():
                secret.fill(self.password)
        form.locator("button.primary").click(timeout=QUICK_MS)
        return "approve"

    def add_export(self) -> str:
        """Set up an export in the pane."""
        self.page.goto(f"{self.url}/exports/")
        self.page.locator("a[href$='/exports/add/']:visible").first.click(timeout=QUICK_MS)
        form = self.page.locator("#export-form")
        form.locator("[name=connection]").select_option(index=1, timeout=QUICK_MS)
        form.locator("[name=name]").fill(f"Wander {self.chance.randrange(10_000)}")
        audience = self.chance.choice(("f00dca5e01", "f00dca5e02", "f00dca5e03", "abc"))
        form.locator("[name=audience_id]").fill(audience)
        form.locator("[name=audience_id]").press("Tab")
        form.locator(".note-success, .wrong").first.wait_for(timeout=WAIT_MS)
        email = form.locator("[name=email_attribute]")
        if email.count():
            email.select_option(index=1, timeout=QUICK_MS)
        segments = self._seen("#export-form [name=segment]")
        for one in self.chance.sample(segments, min(len(segments), 2)):
            one.check(timeout=QUICK_MS)
        consent = form.locator("[name=consent_attribute]")
        if consent.count():
            consent.select_option(index=1, timeout=QUICK_MS)
        self.page.wait_for_timeout(500)
        save = form.locator(".save-bar .primary")
        (save.dblclick if self.chance.random() < 0.4 else save.click)(timeout=QUICK_MS)
        self.page.wait_for_timeout(800)
        return f"add export to {audience}"

    def refresh(self) -> str:
        """Refresh everything."""
        self.page.goto(f"{self.url}/system/")
        buttons = self._seen("form[action^='/system/refresh'] button")
        if not buttons:
            return "refresh: no button"
        self.chance.choice(buttons).click(timeout=QUICK_MS)
        return "refresh"

    def type_something(self) -> str:
        """Type into the fields of the page without sending them."""
        fields = self._seen(
            "input:not([type=hidden]):not([type=file]):not([type=checkbox]):not([type=radio]), select,"
            " textarea, input[type=checkbox], input[type=radio]"
        )
        done = []
        for one in self.chance.sample(fields, min(len(fields), 3)):
            done.append(self._filled(one))
        return f"type {done}"

    # how

    def _filled(self, one: ElementHandle) -> str:
        tag, kind, name = one.evaluate("e => [e.tagName, e.type, e.name]")
        if tag == "SELECT":
            count = one.evaluate("e => e.options.length")
            one.select_option(index=self.chance.randrange(max(count, 1)), timeout=QUICK_MS)
        elif kind in ("checkbox", "radio"):
            one.check(timeout=QUICK_MS)
        elif kind == "time":
            one.fill(f"{self.chance.randrange(24):02}:30", timeout=QUICK_MS)
        elif kind == "date":
            one.fill("2026-11-20", timeout=QUICK_MS)
        elif kind == "number":
            one.fill(str(self.chance.randrange(1000)), timeout=QUICK_MS)
        elif kind == "password":
            one.fill(self.password, timeout=QUICK_MS)
        else:
            text = ("Thé", "x" * 68, "wander@shop.example", "12", "<b>", "0", "")
            one.fill(self.chance.choice(text), timeout=QUICK_MS)
        return str(name)

    def _pressed(self, press: Callable[[ElementHandle], None], verb: str, *, also: str = "") -> str:
        offered = [one for one in self._offered(PRESSABLE + also) if _may_press(one)]
        if not offered:
            return self.go()
        chosen = self.chance.choice(offered)
        press(chosen.element)
        return f"{verb} “{chosen.words}”"

    def _seen(self, what: str) -> list[ElementHandle]:
        """Return what is there; while a pane is open, mostly what is in it."""
        return [one.element for one in self._offered(what)]

    def _offered(self, what: str) -> list[Offer]:
        """Find what can be chosen on the page, in one question."""
        found = self.page.evaluate_handle(
            _OFFERS, {"what": what, "everywhere": self.chance.random() < 0.1}
        )
        facts = found.evaluate(_FACTS)
        return [Offer(found=found, number=n, **one) for n, one in enumerate(facts)]


def _may_follow(link: Offer) -> bool:
    goes_away = link.downloads or ".csv" in link.href or "download" in link.href
    inside = link.href.startswith(("/", "?", "#")) and not link.href.startswith("//")
    return inside and not goes_away


def _may_press(one: Offer) -> bool:
    return _may_follow(one) if one.href else not SHUT.search(one.action) and one.action != LANGUAGE
