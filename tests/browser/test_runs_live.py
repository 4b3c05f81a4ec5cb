"""Work watched in a real browser on a real server: pages follow it, ask where nothing is streamed, and say what they wait for."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import uvicorn
from django.contrib.staticfiles.handlers import ASGIStaticFilesHandler
from django.test import Client
from playwright.sync_api import Page, expect

from segue.control.clock import clock
from segue.control.connections.models import Connection
from segue.control.people.models import Person
from segue.control.refreshes import operations, run_work
from segue.control.statuses import Status
from segue.web.asgi import application
from tests.control import stage_runs
from tests.patience import PATIENCE_S

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


class Server:
    """The pages on a loopback port; `streams` False answers every stream of events with a failure.

    What is posted to an address that ends with `holds` is answered once `go_on` is set.
    """

    def __init__(self) -> None:
        self.streams = True
        self.holds = ""
        self.go_on = threading.Event()
        self._pages: Any = ASGIStaticFilesHandler(application)
        config = uvicorn.Config(
            self._answer,
            port=0,
            interface="asgi3",
            log_config=None,
            lifespan="off",
            timeout_graceful_shutdown=1,
        )
        self._server = uvicorn.Server(config)
        self._thread = threading.Thread(target=self._server.run, daemon=True)

    def start(self) -> str:
        """Serve, and return the address."""
        self._thread.start()
        until = time.monotonic() + PATIENCE_S
        while not self._server.started and time.monotonic() < until:
            self._thread.join(0.05)
        port = self._server.servers[0].sockets[0].getsockname()[1]
        return f"http://127.0.0.1:{port}"

    def stop(self) -> None:
        """End it."""
        self.go_on.set()
        self._server.should_exit = True
        self._thread.join(PATIENCE_S)

    async def _answer(self, scope: Any, receive: Any, send: Any) -> None:
        if not self.streams and scope.get("path", "").endswith("/events/"):
            await send({"type": "http.response.start", "status": 204, "headers": []})
            await send({"type": "http.response.body", "body": b""})
            return
        if self.holds and scope.get("method") == "POST" and scope["path"].endswith(self.holds):
            await asyncio.to_thread(self.go_on.wait, PATIENCE_S)
        await self._pages(scope, receive, send)


@pytest.fixture
def server(settings: Any) -> Iterator[Server]:
    """Return a server whose clock is the machine's."""
    settings.SEGUE_CLOCK = "segue.service.adapters.SystemClock"
    clock.cache_clear()
    made = Server()
    yield made
    made.stop()
    clock.cache_clear()


def _signed_in(page: Page, person: Person, address: str) -> list[str]:
    """Sign the browser in, and return where the errors of its console will be."""
    client = Client()
    client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
    cookie = client.cookies["segue_session"].value
    page.context.add_cookies([{"name": "segue_session", "value": cookie, "url": address}])
    errors: list[str] = []
    page.on("console", lambda line: errors.append(line.text) if line.type == "error" else None)
    return errors


def _ended(work: stage_runs.AtWork) -> None:
    end = run_work.RunEnd(status=Status.SUCCESSFUL, numbers={"accepted": 18204})
    assert run_work.end_run(work.run, work.lease, end, now=datetime.now(UTC))


@pytest.mark.parametrize("streams", [True, False], ids=["streamed", "asked"])
def test_a_page_follows_a_run_to_its_end(
    streams: bool, server: Server, alice: Person, page: Page, tmp_path: Path
) -> None:
    server.streams = streams
    address = server.start()
    errors = _signed_in(page, alice, address)
    begun = datetime.now(UTC) - timedelta(seconds=60)
    work = stage_runs.pushing(alice, stage_runs.small_export(alice, tmp_path), now=begun)
    page.goto(f"{address}/runs/{work.run.pk}/?tab=log")
    expect(page.get_by_text("9,102 of 18,204 contacts accepted")).to_be_visible()

    run_work.renew_run(work.run, work.lease, now=datetime.now(UTC), accepted=12_000)
    expect(page.get_by_text("12,000 of 18,204 contacts accepted")).to_be_visible()
    _ended(work)

    expect(page.get_by_text("Ended: Successful.")).to_be_visible()
    assert page.url == f"{address}/runs/{work.run.pk}/?tab=log"
    assert page.locator("[sse-connect]").count() == 0
    assert errors == []


def test_pages_show_what_is_at_work_without_being_loaded_again(
    server: Server, alice: Person, page: Page, tmp_path: Path
) -> None:
    address = server.start()
    errors = _signed_in(page, alice, address)
    export = stage_runs.small_export(alice, tmp_path)
    work = stage_runs.started(alice, export, now=datetime.now(UTC))
    page.goto(f"{address}/runs/{work.run.pk}/")
    expect(page.get_by_text("No plan yet")).to_be_visible()

    run_work.note_plan(work.run, work.lease, stage_runs.plan(), [])
    expect(page.get_by_text("acknowledged before")).to_be_visible()
    refresh = operations.refresh_data(actor=alice, now=datetime.now(UTC))
    note = page.get_by_text("The data is being refreshed")
    for at in ("/sources/", "/segments/"):
        page.goto(f"{address}{at}")
        expect(note).to_be_visible()
    operations.cancel_refresh(refresh=refresh, actor=alice, now=datetime.now(UTC))

    expect(note).to_be_hidden()
    assert page.url == f"{address}/segments/"
    assert errors == []


BUSY = """() => {
  const busy = document.getElementById("busy");
  const tell = () => busy.hidden || heard(busy.textContent, document.querySelectorAll("[aria-busy=true]").length);
  new MutationObserver(tell).observe(busy, { attributes: true, childList: true });
}"""


@pytest.mark.parametrize("in_pane", [False, True], ids=["page", "pane"])
def test_a_form_that_takes_its_time_says_so_and_cannot_be_sent_again(
    in_pane: bool, server: Server, alice: Person, page: Page, tmp_path: Path
) -> None:
    server.holds = "/check/"
    address = server.start()
    errors = _signed_in(page, alice, address)
    stage_runs.small_export(alice, tmp_path)
    if in_pane:
        page.goto(f"{address}/connections/")
        page.get_by_role("link", name="Newsletter account").click()
    else:
        page.goto(f"{address}/connections/{Connection.objects.get().pk}/")
    button = page.get_by_role("button", name="Check now").last
    expect(button).to_be_visible()
    expect(page.locator("#busy")).to_be_hidden()
    heard: list[tuple[str, int, bool]] = []

    def hear(words: str, forms: int) -> None:
        if not server.go_on.is_set():
            heard.append((words, forms, button.is_disabled() if in_pane else True))
        server.go_on.set()

    page.expose_function("heard", hear)
    page.evaluate(BUSY)
    button.click(no_wait_after=True)

    expect(page.get_by_text("checked just now").last).to_be_visible()
    expect(page.locator("#busy")).to_be_hidden()
    expect(page.locator("[aria-busy=true]")).to_have_count(0)
    assert heard[0] == ("Waiting for Mailchimp…", 1, True)
    assert errors == []
