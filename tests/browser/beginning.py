"""How a newcomer begins: the printed link, the definition with its plan of changes, the first refresh, the colleagues."""

from __future__ import annotations

from pathlib import Path

from playwright.sync_api import expect

from tests.browser.visitor import ZONE, Visitor, field
from tests.cast import Person

PASSWORD = "correct horse battery"
"""Everybody's password."""


def become_administrator(alice: Visitor, link: str, *, person: Person) -> None:
    """Open the link that the program printed, and become its first administrator."""
    alice.page.goto(link)
    field(alice.page, alice.say("E-mail")).fill(person.email)
    accept(alice, person)


def accept(visitor: Visitor, person: Person) -> None:
    """Choose name and password on the page of an invitation, and arrive at home."""
    expect(visitor.page.get_by_role("heading", level=1)).to_have_text(
        visitor.say("Welcome to Segue")
    )
    if visitor.has_scripts:
        expect(field(visitor.page, visitor.say("Time zone"))).to_have_value(ZONE)
    field(visitor.page, visitor.say("Name")).fill(person.name)
    field(visitor.page, visitor.say("Password")).fill(PASSWORD)
    field(visitor.page, visitor.say("Repeat the password")).fill(PASSWORD)
    visitor.look()
    visitor.press(visitor.say("Start"))
    expect(visitor.page.get_by_role("heading", level=1)).to_have_text(visitor.say("Home"))
    visitor.look()


def upload(alice: Visitor, definition: Path, *, read: str = "Successful") -> None:
    """Upload a definition, look at what it changes, apply it, and refresh the data, which ends with the status `read`."""
    alice.go_to(alice.say("Data"), alice.say("Data sources"))
    alice.press(alice.say("Upload a definition"))
    alice.page.locator("input[type=file]").set_input_files(definition)
    alice.press(alice.say("Show the plan of changes"))
    expect(alice.page.get_by_role("heading", level=1)).to_have_text(alice.say("Plan of changes"))
    expect(alice.row("customers")).to_be_visible()
    alice.look()
    alice.press(alice.say("Apply these changes"))
    refresh_data(alice, read=read)


def refresh_data(alice: Visitor, *, read: str) -> None:
    """Read the data sources on their page, and wait until it is done."""
    alice.press(alice.say("Refresh"))
    alice.look()
    alice.reload_until(alice.row("customers").get_by_text(alice.say(read)))


def invite(alice: Visitor, person: Person, *, role: str) -> str:
    """Invite somebody and return the one-time link that the page shows."""
    alice.go_to(alice.say("Administrator"), alice.say("Permissions"))
    alice.press(alice.say("Invite a person"))
    pane = alice.pane(alice.say("Invite a person"))
    field(pane, alice.say("E-mail")).fill(person.email)
    pane.get_by_role("radio", name=alice.say(role)).check()
    field(pane, alice.say("Your Segue password")).fill(PASSWORD)
    alice.look()
    alice.press(alice.say("Invite"), within=pane)
    link = alice.page.get_by_label(alice.say("One-time link for")).input_value()
    alice.look()
    alice.press(alice.say("Done"), within=alice.page.locator("#pane"))
    return link
