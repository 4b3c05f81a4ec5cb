"""The demonstration in the browser, from an empty folder to a link to click: the order of it, and what is told."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from mailchimp_sandbox.remote import RemoteSandbox
from segue.cli.serving import database, home
from segue.cli.serving.listening import listen, url_of
from segue.core.errors import ConfigurationProblem, TryLater
from segue.core.sentences import said
from segue.observability.logs import set_up_logging
from segue_demo.browser.authorising import CLIENT_ID, CLIENT_SECRET, register
from segue_demo.browser.cast import ALICE, COLLEAGUES, PASSWORD
from segue_demo.browser.timetable import beginning
from segue_demo.folder import DemoFolder, prepared
from segue_demo.shop import AtMailchimp, Shop, opened
from segue_demo.stage import sandbox_running
from segue_demo.telling import Teller

LEAST_PEOPLE = 300
PORTS = range(8080, 8100)

_LOOKED_AT_S = 0.6
"""How long the sandbox lets a call take once somebody looks on, so that a run can be watched."""

_NOT_OURS = ("DATABASE_URL", "SEGUE_")
HOST = "larkspur"
"""What the machine is called in the pages: what it is really called is nobody's business who is shown a picture."""
"""Settings that may be those of a real installation: none of them reaches the demonstration."""


def show(
    *, people: int, folder: Path, language: str = "en", pause: bool = True, port: int | None = None
) -> None:
    """Make the demonstration and serve it until Ctrl-C; without a terminal, or pause, prove that it works and end.

    Raises: ValueError for fewer than 300 people; ConfigurationProblem when the folder is not ours or the port is in
    use; Problem when a page does not answer as it should.
    """
    if people < LEAST_PEOPLE:
        raise ValueError(f"The story needs at least {LEAST_PEOPLE} people.")
    waits = pause and sys.stdin.isatty() and sys.stdout.isatty()
    began, now = time.monotonic(), datetime.now(UTC)
    held = _held_port(port)
    url = url_of(held)
    made = prepared(folder)
    teller = Teller()
    teller.line(f"Making a shop with {people:,} customers and two weeks of exports …")
    shop = opened(made, people, today=beginning(now).date())
    with (
        made.log.open("a", encoding="utf-8") as log,
        sandbox_running(made, latency_scale=0.0) as sandbox,
    ):
        set_up_logging(log)
        redirect_uri = register(sandbox, url=url)
        _settle(made, sandbox, url=url)
        _make(shop, sandbox, teller, redirect_uri=redirect_uri, language=language, now=now)
        held.close()
        with _serving(made, url=url) as process:
            _tell(teller, sandbox, made, url=url)
            if waits:
                sandbox.act("set_latency", fixed_s=_LOOKED_AT_S)
                _stay(teller, process, log=made.log)
            else:
                _prove(teller, url)
                teller.line(f"It took {time.monotonic() - began:.0f} seconds.")


def _settle(folder: DemoFolder, sandbox: RemoteSandbox, *, url: str) -> None:
    """Set the environment of the installation, before anything reads its settings."""
    for name in [name for name in os.environ if name.startswith(_NOT_OURS)]:
        del os.environ[name]
    home.work_in(folder.home.absolute())
    os.environ |= {
        "SEGUE_URL": url,
        "SEGUE_ENVIRONMENT_NAME": "Demonstration",
        "SEGUE_HOST": HOST,
        "SEGUE_DATA_FOLDER": str(folder.path.absolute()),
        "SEGUE_MAILCHIMP_CLIENT_ID": CLIENT_ID,
        "SEGUE_MAILCHIMP_CLIENT_SECRET": CLIENT_SECRET,
        "SEGUE_MAILCHIMP_LOGIN_URL": f"{sandbox.origin}/oauth2",
        "SEGUE_MAILCHIMP_API_URL": sandbox.base_url,
    }


def _make(
    shop: Shop,
    sandbox: RemoteSandbox,
    teller: Teller,
    *,
    redirect_uri: str,
    language: str,
    now: datetime,
) -> None:
    """Found the installation and live its two weeks."""
    _install(shop.folder.home.absolute())
    from segue_demo.browser.drafts import CLUB, LETTERS
    from segue_demo.browser.founding import found
    from segue_demo.browser.history import History

    # Mailchimp's counts lag behind by minutes; two weeks pass in seconds here.
    sandbox.set_switches(stats_cache_s=0)
    for list_id, name in ((CLUB, "Tea club"), (LETTERS, "Loyalty letters")):
        sandbox.act("add_audience", list_id=list_id, name=name)
    founded = found(
        shop.folder, sandbox, redirect_uri=redirect_uri, language=language, at=beginning(now)
    )
    told = History(shop=shop, mailchimp=AtMailchimp(sandbox), founded=founded).live(until=now)
    teller.table(
        "What lies behind you",
        [
            ("customers", len(shop.customers)),
            ("refreshes", told.refreshes),
            ("runs of exports, by the real engine", told.runs),
            ("plans that wait for approval", int(told.held is not None)),
        ],
    )


def _install(folder: Path) -> None:
    """Make the state folder, its keys and its database."""
    from segue.service.django import start

    home.make_home(folder)
    home.make_keys_once(os.environ, folder, wanted=False)
    start(folder)
    from django.conf import settings

    database.make_file(settings.DATABASES["default"])
    database.migrated(folder)


@contextmanager
def _serving(folder: DemoFolder, *, url: str) -> Iterator[subprocess.Popen[bytes]]:
    """Run `segue up` on the demonstration as a process that ends with this one."""
    command = [sys.executable, "-m", "segue.cli.serving.child", str(os.getpid()), "segue"]
    options = ["up", "--home", str(folder.home.absolute()), "--port", url.rpartition(":")[2]]
    with folder.log.open("ab") as log:
        process = subprocess.Popen(  # noqa: S603 - our own program
            [*command, *options],
            stdin=subprocess.DEVNULL, stdout=log, stderr=log, process_group=0,
        )  # fmt: skip
    try:
        _await_answer(process, url, log=folder.log)
        yield process
    finally:
        process.terminate()
        process.wait()


def _await_answer(process: subprocess.Popen[bytes], url: str, *, log: Path) -> None:
    """Return once the pages answer. Raises: TryLater when the program ends before."""
    from http.client import HTTPConnection

    while process.poll() is None:
        connection = HTTPConnection(url.partition("//")[2], timeout=60)
        try:
            connection.request("GET", "/sign-in/")
            connection.getresponse()
        except OSError:
            time.sleep(0.1)
        else:
            return
        finally:
            connection.close()
    raise _silent(log)


def _silent(log: Path) -> TryLater:
    return TryLater(
        "The pages of the demonstration have ended.",
        action=said("Look at the end of %(log)s, then run the demonstration again.", log=log),
        code="demo_pages_silent",
    )


def _tell(teller: Teller, sandbox: RemoteSandbox, folder: DemoFolder, *, url: str) -> None:
    teller.line()
    teller.line("Open this address and sign in:")
    teller.command(url)
    for one in COLLEAGUES:
        teller.line(f"  {one.email:<24} {PASSWORD}   {one.name}, {one.role}: {one.can}")
    teller.line(f"What Mailchimp holds (the sandbox plays it): {sandbox.origin}")
    teller.line(f"The shop's files: {folder.path}; what the program logs: {folder.log.name}")


def _stay(teller: Teller, process: subprocess.Popen[bytes], *, log: Path) -> None:
    teller.line("Ctrl-C ends it. `segue demo` begins anew.")
    try:
        process.wait()
    except KeyboardInterrupt:
        teller.line()
        return
    raise _silent(log)


def _prove(teller: Teller, url: str) -> None:
    from segue.control.refreshes.models import Run
    from segue_demo.browser.proof import Visitor

    visitor = Visitor(url)
    visitor.sign_in(ALICE.email)
    run = Run.objects.order_by("-accepted").first()
    assert run is not None  # the history has run every export
    pages = {"/": "Segue", "/exports/": "Monthly newsletter", f"/runs/{run.pk}/": "Segue"}
    for path, text in pages.items():
        visitor.read(path, shows=text)
    teller.line(f"✓ Signed in as {ALICE.name}; these pages answer: {', '.join(pages)}")


def _held_port(wanted: int | None) -> socket.socket:
    """Return a socket that keeps a port ours while the history is made: another demonstration may begin meanwhile."""
    if wanted is not None:
        return listen("127.0.0.1", wanted)
    for port in PORTS:
        try:
            return listen("127.0.0.1", port)
        except ConfigurationProblem:
            continue
    raise ConfigurationProblem(
        said(
            "All ports from %(start)s to %(stop)s are in use.",
            start=PORTS.start,
            stop=PORTS.stop - 1,
        ),
        action="Name a free one with --port.",
        code="port_in_use",
    )
