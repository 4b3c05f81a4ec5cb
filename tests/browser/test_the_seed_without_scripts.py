"""The request's two set-ups where no script runs: the connection by an API key, the export page by page."""

from __future__ import annotations

import pytest
from playwright.sync_api import Locator, expect

from tests.browser import beginning, connecting, exporting, shop
from tests.browser.conftest import Visit
from tests.browser.exporting import Wanted
from tests.browser.program import API_KEY, Program
from tests.browser.visitor import Visitor, field
from tests.cast import ALICE

pytestmark = [pytest.mark.browser, pytest.mark.slow]

WANTED = Wanted(
    name="Lyon newsletter",
    connection="Newsletter account",
    audience_id=shop.AUDIENCE_ID,
    audience_name=shop.AUDIENCE_NAME,
    segments=("Lyon", "VIP"),
)


@pytest.mark.parametrize("visit", ["fr"], indirect=True)
def test_connection_and_export_are_set_up_without_scripts(program: Program, visit: Visit) -> None:
    alice = visit(scripts=False)
    definition = shop.write_files(program.data_folder, shop.customers())
    shop.fill_audiences(program.sandbox)
    beginning.become_administrator(alice, program.first_link, person=ALICE)
    beginning.upload(alice, definition, read="Read with problems")

    connect_by_key(alice)
    export(alice)

    assert alice.words.read == [
        label for label in alice.words.all_of_seed() if label != "S’authentifier avec Mailchimp"
    ]
    assert program.writes() == []
    alice.press(alice.say("Run"))
    alice.reload_until(told(alice, "Needs approval"))
    assert program.writes() == []
    approve(alice)
    alice.reload_until(told(alice, "Successful"))
    assert program.sandbox.members(shop.AUDIENCE_ID) == shop.expected(new=True)


def told(alice: Visitor, status: str) -> Locator:
    """Return the place where the page of a run tells this status."""
    return alice.main().locator("dl.facts").first.get_by_text(alice.say(status))


def approve(alice: Visitor) -> None:
    """Approve the plan of the first run by typing how many changes it has."""
    held = alice.main().locator(".held")
    approves = held.locator("button.primary")
    changes = "".join(filter(str.isdigit, approves.inner_text()))
    field(held, alice.say("Type the number of changes")).fill(changes)
    field(held, alice.say("Your Segue password")).fill(beginning.PASSWORD)
    approves.click()


def connect_by_key(alice: Visitor) -> None:
    """Do the nine steps, an API key in place of Mailchimp's sign-in page."""
    connecting.open_connections(alice)
    alice.press(alice.seed("Add connection"))
    page = titled(alice, alice.say("Add connection"))
    page.get_by_role("radio", name=alice.seed("Mailchimp"), exact=True).check()
    connecting.name_it(alice, page, WANTED.connection)
    connecting.share_with_contributors(alice, page)
    connecting.agree(alice, page)
    alice.press(alice.seed("Connect"))
    page.get_by_text(alice.say("Use an API key instead"), exact=True).click()
    field(page, alice.say("API key")).fill(API_KEY)
    alice.press(alice.say("Connect with this key"))
    connecting.add_export_user(alice, alice.main())
    connecting.save(alice, alice.main(), WANTED.connection)


def export(alice: Visitor) -> None:
    """Do the eight steps, each button that looks something up being a page."""
    exporting.open_exports(alice)
    alice.press(alice.seed("Add destination"))
    page = titled(alice, alice.say("Add destination"))
    exporting.choose_connection(alice, page, WANTED)
    field(page, alice.seed("Mailchimp audience ID")).fill(WANTED.audience_id)
    alice.press(alice.say("Check the audience"))
    expect(page.locator(".note-success strong")).to_have_text(WANTED.audience_name)
    exporting.match_email(alice, page)
    exporting.add_names(alice, page)
    exporting.choose_segments(alice, page, WANTED)
    exporting.save(alice, page, WANTED)


def titled(visitor: Visitor, title: str) -> Locator:
    """Return the content of the page, once it is the one with this title."""
    expect(visitor.page.get_by_role("heading", level=1)).to_have_text(title)
    return visitor.main()
