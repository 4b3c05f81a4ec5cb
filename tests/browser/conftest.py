"""A real Chromium for the browser tests: Debian's. Without it they are skipped, and fail on CI (`CI=true`).

While the driver of a browser lives, its thread runs an event loop: it can begin no other, and Django has to be told that
the database may be used all the same. A driver therefore lives for one module; one that lived longer would stand in the
way of every test after it.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from typing import Protocol

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

from tests.browser.program import Program, program_running
from tests.browser.seed_words import Words
from tests.browser.visitor import ZONE, Visitor
from tests.patience import PATIENCE_MS


class Visit(Protocol):
    """Gives a browser of its own to somebody; without `scripts` none run in it."""

    def __call__(self, *, scripts: bool = True) -> Visitor: ...


QUIET = ["--disable-gpu", "--disable-background-networking", "--no-first-run", "--disable-sync"]


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """Start Debian's Chromium, quiet and without any call home."""
    program = shutil.which("chromium") or shutil.which("chromium-browser")
    if program is None:
        reason = "Chromium is not installed (Debian: apt install chromium)"
        if os.environ.get("CI") == "true":
            pytest.fail(f"{reason}; on CI it must be", pytrace=False)
        pytest.skip(reason)
    as_root = ["--no-sandbox"] if os.geteuid() == 0 else []
    with pytest.MonkeyPatch.context() as patch, sync_playwright() as driver:
        patch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
        expect.set_options(timeout=PATIENCE_MS)
        browser = driver.chromium.launch(executable_path=program, args=[*QUIET, *as_root])
        yield browser
        browser.close()


@pytest.fixture
def page(chromium: Browser) -> Iterator[Page]:
    """Return a page of a browser that knows nobody yet."""
    context = chromium.new_context()
    yield context.new_page()
    context.close()


@pytest.fixture(scope="module")
def program(chromium: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Program]:
    """Run the real program for a module; without a browser it is not even started."""
    with program_running(tmp_path_factory.mktemp("program")) as running:
        yield running


@pytest.fixture
def visit(chromium: Browser, request: pytest.FixtureRequest) -> Iterator[Visit]:
    """Return what lets somebody visit, in the test's language; at the end no page may have been wrong."""
    words = Words(request.param)
    visitors: list[Visitor] = []

    def begun(*, scripts: bool = True) -> Visitor:
        context = chromium.new_context(
            locale=words.language, timezone_id=ZONE, java_script_enabled=scripts
        )
        context.set_default_timeout(PATIENCE_MS)
        visitors.append(Visitor(context.new_page(), words, scripts=scripts))
        return visitors[-1]

    yield begun
    faults = [fault for visitor in visitors for fault in visitor.faults()]
    for visitor in visitors:
        visitor.page.context.close()
    assert faults == []
