"""What is photographed, on stage: a demonstration with a connection half-way, an invitation and a proposed definition."""

from __future__ import annotations

import os
import pty
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser, Page

from segue_demo.browser.cast import ALICE, PASSWORD

PATIENCE_S = 180
_SEGUE = (sys.executable, "-m", "segue")


@contextmanager
def at_a_plain_place(name: str) -> Iterator[Path]:
    """Yield a folder for a demonstration whose path may be seen in pictures. Raises FileExistsError when it is there."""
    folder = Path(tempfile.gettempdir()) / name
    folder.mkdir()
    try:
        yield folder / "demo"
    finally:
        shutil.rmtree(folder)


@contextmanager
def demonstration(folder: Path, *, port: int) -> Iterator[str]:
    """Serve a demonstration from `folder` and yield its address."""
    ours, theirs = pty.openpty()
    command = [*_SEGUE, "demo", "--home", str(folder), "--port", str(port)]
    process = subprocess.Popen(command, stdin=theirs, stdout=theirs, stderr=theirs)  # noqa: S603
    os.close(theirs)
    try:
        _told(ours, process, "Ctrl-C ends it")
        yield f"http://127.0.0.1:{port}"
    finally:
        process.send_signal(signal.SIGINT)
        process.wait()
        os.close(ours)


@contextmanager
def empty_installation(folder: Path, *, port: int) -> Iterator[tuple[str, str]]:
    """Serve an installation in which nobody is yet; yield its address and the link of the first administrator."""
    ours, theirs = os.pipe()
    command = [*_SEGUE, "up", "--home", str(folder), "--port", str(port)]
    process = subprocess.Popen(  # noqa: S603
        command, stdin=subprocess.DEVNULL, stdout=theirs, stderr=subprocess.DEVNULL
    )
    os.close(theirs)
    try:
        told = _told(ours, process, "Ctrl-C ends it")
        link = re.search(r"http://\S+/invitation/\S+", told)
        assert link is not None
        yield f"http://127.0.0.1:{port}", link.group()
    finally:
        process.terminate()
        process.wait()
        os.close(ours)


def begin_empty(browser: Browser, link: str) -> None:
    """Let Alice be the first administrator."""
    page = browser.new_page()
    page.goto(link)
    page.fill("[name=name]", ALICE.name)
    page.fill("[name=email]", ALICE.email)
    for field in page.locator("[type=password]").all():
        field.fill(PASSWORD)
    page.click("main button.primary")
    page.wait_for_load_state()
    page.close()


def set_stage(browser: Browser, url: str) -> None:
    """Do as Alice what the pictures show: a connection half-way, an invitation, measures, a proposed definition."""
    page = browser.new_page()
    page.goto(f"{url}/sign-in/")
    page.fill("[name=username]", ALICE.email)
    page.fill("[name=password]", PASSWORD)
    page.click("main button.primary")
    page.wait_for_url(f"{url}/")
    _begin_connection(page, url)
    _invite(page, url)
    _measure(page, url)
    _propose(page, url)
    page.close()


def _begin_connection(page: Page, url: str) -> None:
    page.goto(f"{url}/connections/")
    if page.locator("tbody tr").count() > 1:
        return
    page.goto(f"{url}/connections/add/")
    page.fill("[name=display_name]", "Wholesale newsletters")
    page.check("[name=agrees]")
    page.click("main button.primary")
    page.wait_for_load_state()


def _invite(page: Page, url: str) -> None:
    page.goto(f"{url}/permissions/")
    if page.get_by_text("nadia@larkspur.example").count():
        return
    page.goto(f"{url}/permissions/invite/")
    page.fill("[name=email]", "nadia@larkspur.example")
    page.click("main button.primary")
    page.wait_for_load_state()


def _measure(page: Page, url: str) -> None:
    page.goto(f"{url}/measures/")
    if page.locator("tbody tr").count():
        return
    for label, function, of, where in (
        ("Spent in total", "sum", "orders.total", "{attribute: status, is: paid}"),
        ("Orders made", "count", "orders", ""),
        ("Last order", "max", "orders.placed_at", ""),
    ):
        page.goto(f"{url}/measures/new-measure/")
        page.fill("[name=label]", label)
        page.select_option("[name=function]", function)
        page.select_option("[name=of]", of)
        page.locator("#as-yaml summary").click()
        page.fill("[name=where]", where)
        page.click("button.primary[name=save]")
        page.wait_for_url(f"{url}/measures/{label.lower().replace(' ', '_')}/")


def _propose(page: Page, url: str) -> None:
    page.goto(f"{url}/sources/definition/")
    page.goto(url + str(page.locator("tbody th a").first.get_attribute("href")))
    text = page.locator("pre").inner_text()
    for before, after in (
        ("within_last: {days: 90}", "within_last: {days: 60}"),
        ("at_least: 150", "at_least: 200"),
        ("\n    city:       city", ""),
        ("\n  asleep:", "\n  abroad:\n    label: Abroad\n"
         "    rules: {attribute: country, none_of: [France]}\n\n  asleep:"),
    ):  # fmt: skip
        text = text.replace(before, after)
    page.goto(f"{url}/sources/definition/")
    page.fill("[name=text]", text)
    page.click("form[enctype] button.primary")
    page.wait_for_load_state()


def _told(stream: int, process: subprocess.Popen[bytes], words: str) -> str:
    """Read what a process tells until it says `words`."""
    told, until = "", time.monotonic() + PATIENCE_S
    while words not in told:
        try:
            piece = os.read(stream, 4096)
        except OSError:
            piece = b""
        if not piece or time.monotonic() > until:
            process.terminate()
            raise RuntimeError(f"It did not say “{words}”:\n{told}")
        told += piece.decode("utf-8", "replace")
    return told
