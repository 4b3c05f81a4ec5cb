"""`make wander`: two people wander through a demonstration while its processes end and its Mailchimp is slow.

Every choice comes from the seed and is printed. The first fault ends the walk with code 1: what it is, where everybody
is, a picture of it, and what was done before. How fast pages answer decides what there is to choose from, so that two
walks of one seed are alike only while the machine is.
"""

from __future__ import annotations

import argparse
import random
import shutil
import signal
import socket
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

from playwright.sync_api import Browser, Error, sync_playwright

from mailchimp_sandbox.remote import RemoteSandbox
from segue_demo.browser.cast import ALICE, BOB, PASSWORD, Colleague
from tests.browser.conftest import QUIET
from tests.browser.wandering.numbers import contradictions
from tests.browser.wandering.stage import Stage, demonstration
from tests.browser.wandering.wanderer import Wanderer
from tests.browser.wandering.watch import Watch

DISTURBED, COMPARED = 0.03, 0.02
"""The share of steps in which something happens behind the pages, and in which numbers are compared."""

REMEMBERED = 10
PATIENCE_MS = 20_000


class Walk:
    """A walk of several people through one demonstration."""

    def __init__(self, browser: Browser, stage: Stage, *, seed: int, goes_on: bool) -> None:
        self.browser, self.stage, self.watch, self.url = browser, stage, stage.watch, stage.url
        self.seed, self.goes_on = seed, goes_on
        self.chance = random.Random(seed)
        self.reader = self._come(ALICE)
        self.people = [self._come(ALICE), self._come(BOB)]
        self.told: list[str] = []
        self.found = 0

    def run(self, minutes: float) -> int:
        """Walk for so long; return 1 when something was wrong."""
        until = time.monotonic() + 60 * minutes
        while time.monotonic() < until:
            self._step()
            self.watch.faults += self.stage.mistakes()
            if self.watch.faults:
                self._tell_faults()
            if self.found and not self.goes_on:
                break
        answers = dict(sorted(self.watch.statuses.items()))
        print(f"{len(self.told)} steps, {self.found} faults; answers by status: {answers}")
        return 1 if self.found else 0

    def _come(self, who: Colleague) -> Wanderer:
        context = self.browser.new_context(
            viewport={"width": 1440, "height": 900}, locale="en-GB", timezone_id="Europe/Paris"
        )
        context.set_default_timeout(PATIENCE_MS)
        self.watch.over(context)
        one = Wanderer(
            name=who.name,
            email=who.email,
            password=PASSWORD,
            page=context.new_page(),
            url=self.url,
            chance=random.Random(f"{self.seed} {who.name}"),
            watch=self.watch,
        )
        one.page.on("dialog", lambda dialog: dialog.accept())
        one.page.goto(f"{self.url}/sign-in/")
        one.sign_in()
        return one

    def _step(self) -> None:
        chosen = self.chance.random()
        person = self.chance.choice(self.people)
        if chosen < DISTURBED:
            self._say(f"— {self.stage.disturb()}")
        elif chosen < DISTURBED + COMPARED:
            self._compare()
        else:
            self._say(person.act())
            person.look()

    def _compare(self) -> None:
        self.stage.be_quick()
        found = contradictions(self.reader.page, self.url)
        self.watch.faults += found
        self._say(f"— numbers {'differ' if found else 'are alike'}")

    def _say(self, what: str) -> None:
        self.told.append(what)
        print(f"{len(self.told):5} {time.strftime('%H:%M:%S')} {what}", flush=True)

    def _tell_faults(self) -> None:
        for fault in self.watch.faults:
            print(f"FAULT {fault}")
        self.found += len(self.watch.faults)
        self.watch.faults.clear()
        for one in self.people:
            name = f"wander-{self.seed}-{len(self.told)}-{one.name}.png"
            print(f"      {one.name} is at {one.page.url}, picture: {self._picture(one, name)}")
        before = "\n              ".join(self.told[-REMEMBERED:])
        print(f"      before: {before}", flush=True)

    def _picture(self, one: Wanderer, name: str) -> str:
        place = Path(tempfile.gettempdir()) / name
        try:
            # Hiding the caret would leave style attributes behind, which pages forbid.
            one.page.screenshot(path=place, caret="initial")
        except Error as error:
            return str(error).splitlines()[0]
        return str(place)


def main(arguments: Sequence[str] | None = None) -> int:
    """Walk as the command line says."""
    parser = argparse.ArgumentParser(prog="wander", description=__doc__)
    parser.add_argument("--minutes", type=float, default=30)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--go-on", action="store_true", help="note faults and walk on")
    options = parser.parse_args(arguments)
    # Ended from outside, the walk ends its demonstration too.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    program = shutil.which("chromium") or shutil.which("chromium-browser")
    if program is None:
        parser.error("Chromium is not installed (Debian: apt install chromium)")
    with (
        tempfile.TemporaryDirectory(prefix="segue-wander-") as folder,
        demonstration(Path(folder) / "demo", port=_free_port()) as (url, mailchimp),
        sync_playwright() as driver,
    ):
        browser = driver.chromium.launch(executable_path=program, args=[*QUIET, "--no-sandbox"])
        stage = Stage(
            url=url,
            log=Path(folder) / "demo" / "serving.log",
            sandbox=RemoteSandbox(mailchimp),
            chance=random.Random(f"{options.seed} stage"),
            watch=Watch(),
        )
        return Walk(browser, stage, seed=options.seed, goes_on=options.go_on).run(options.minutes)


def _free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


if __name__ == "__main__":
    sys.exit(main())
