"""Pages that show work ask by themselves whether anything has changed, and are loaded again only then."""

from __future__ import annotations

import re
from collections.abc import Callable
from html import unescape
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from segue.control.exports.models import Export
from segue.control.people.models import Person
from segue.control.refreshes import operations, run_work
from segue.control.statuses import Status
from tests.control import stage_runs
from tests.fakes.clocks import START
from tests.web.pages import seen

Browse = Callable[[Person | None], Client]
PAGES = ("/", "/sources/", "/sources/named/customers/", "/segments/", "/segments/vip/")


@pytest.fixture
def export(alice: Person, tmp_path: Path) -> Export:
    """Return an export of the VIPs."""
    return stage_runs.small_export(alice, tmp_path)


def asks(page: Any) -> tuple[str, str]:
    """Return the address that a page asks, and how often."""
    found = re.search(r'data-watches hx-get="([^"]+)" hx-trigger="([^"]+)"', page.content.decode())
    assert found is not None
    return unescape(found[1]), found[2]


def again(browser: Client, address: str) -> Any:
    return browser.get(address, headers={"HX-Request": "true"})


@pytest.mark.parametrize("at", PAGES)
def test_a_page_is_loaded_again_when_work_begins_goes_on_or_ends_and_only_then(
    export: Export, alice: Person, browse: Browse, at: str
) -> None:
    browser = browse(alice)
    address, quiet = asks(browser.get(at))
    told = [again(browser, address).status_code]

    work = stage_runs.started(alice, export)
    begun = again(browser, address)
    address, busy = asks(begun)
    told += [begun.status_code, again(browser, address).status_code]
    assert run_work.end_run(
        work.run, work.lease, run_work.RunEnd(status=Status.SUCCESSFUL), now=START
    )
    ended = again(browser, address)

    assert told == [204, 200, 204]
    assert (quiet, busy, ended.status_code) == ("every 10s", "every 2s", 200)
    assert 'id="watched"' in ended.content.decode()


def test_a_refresh_that_is_asked_for_is_seen_without_loading_the_page_again(
    export: Export, alice: Person, browse: Browse
) -> None:
    browser = browse(alice)
    page = browser.post("/sources/refresh/", {"from": "sources"}, follow=True)
    address, every = asks(page)

    operations.cancel_refresh(refresh=export_refresh(), actor=alice, now=START)
    over = again(browser, address)

    assert every == "every 2s"
    assert "The data is being refreshed" in seen(page)
    assert "The data is being refreshed" not in seen(over)


def export_refresh() -> Any:
    from segue.control.refreshes.models import Refresh

    return Refresh.objects.latest("pk")


def test_what_a_page_asks_by_itself_takes_no_message_away_and_keeps_the_list_as_it_is(
    export: Export, alice: Person, browse: Browse
) -> None:
    browser = browse(alice)
    address, _every = asks(browser.get("/segments/?sort=-members&show=active"))
    operations.refresh_data(actor=alice, now=START)
    browser.post("/exports/run/", {})  # leaves a message: nothing was ticked

    asked = again(browser, address)
    opened = browser.get("/exports/")

    watched = asked.content.decode().split('id="watched"')[1]
    assert watched.count("seen=") == 1  # the address that it asks next, and no link of the list
    assert "sort=-members&amp;show=active&amp;seen=" in asked.content.decode()
    assert "No export is chosen" not in seen(asked)
    assert "No export is chosen" in seen(opened)


def test_who_is_signed_out_is_not_led_away_by_what_a_page_asks_by_itself(
    export: Export, alice: Person, browse: Browse
) -> None:
    address, _every = asks(browse(alice).get("/sources/"))

    asked = again(browse(None), address)

    assert (asked.status_code, asked.headers.get("HX-Redirect")) == (204, None)
