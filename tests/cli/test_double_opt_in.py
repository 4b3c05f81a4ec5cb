"""An audience that asks new contacts to confirm: the file must say what they become, and every door tells what that does."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from mailchimp_sandbox.server import Sandbox
from tests.cli.program import AUDIENCE, Shop, open_shop

ASKING = "d0b1e0p71n"


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[Shop]:
    """Return a shop whose export fills an audience with double opt-in, and says nothing of new contacts."""
    with open_shop(tmp_path) as opened:
        opened.sandbox.add_audience(ASKING, name="Asking", double_opt_in=True)
        change(opened, f"audience: {AUDIENCE}", f"audience: {ASKING}")
        yield opened


def change(shop: Shop, old: str, new: str) -> None:
    file = shop.folder / "segue.yaml"
    text = file.read_text(encoding="utf-8")
    assert text.count(old) == 1
    file.write_text(text.replace(old, new), encoding="utf-8")


def become(shop: Shop, status: str) -> None:
    change(shop, "    first_run: free\n", f"    first_run: free\n    new_contacts: {status}\n")


def statuses(sandbox: Sandbox) -> list[str]:
    return [member.status for member in sandbox.members(ASKING)]


@pytest.mark.parametrize("command", [("plan",), ("run", "--yes"), ("check", "--connection")])
def test_what_new_contacts_become_must_be_said(shop: Shop, command: tuple[str, ...]) -> None:
    english, french = shop.segue(*command), shop.segue(*command, "--language", "fr")

    assert (english.code, french.code) == (2, 2)
    said = english.out + english.err
    assert f"The audience Asking ({ASKING}) asks new contacts to confirm (double opt-in)" in said
    assert "Set 'new_contacts: pending', and Mailchimp asks each of them by mail, or" in said
    assert "'new_contacts: subscribed', which passes the confirmation over." in said
    assert "new_contacts_unsaid" in said
    assert "demande aux nouveaux contacts de confirmer" in french.out + french.err
    assert statuses(shop.sandbox) == []


def test_json_names_the_code(shop: Shop) -> None:
    ran = shop.segue("run", "--yes", "--json")
    checked = shop.segue("check", "--connection", "--json")

    assert [error["code"] for error in ran.json["errors"]] == ["new_contacts_unsaid"]
    (connection,) = checked.json["connections"]
    assert [problem["code"] for problem in connection["problems"]] == ["new_contacts_unsaid"]
    assert [a["double_opt_in"] for a in connection["audiences"]] == [False, True]


@pytest.mark.parametrize(
    ("status", "checked", "planned"),
    [
        (
            "subscribed",
            "It asks new contacts to confirm; new_contacts: subscribed passes that over.",
            "4 new contacts would be subscribed without the confirmation that the audience asks for.",
        ),
        (
            "pending",
            "It asks new contacts to confirm; new_contacts: pending lets Mailchimp ask each of them by mail.",
            "Mailchimp would send 4 mails that ask new contacts to confirm.",
        ),
    ],
)
def test_check_and_plan_tell_what_the_choice_does(
    shop: Shop, status: str, checked: str, planned: str
) -> None:
    become(shop, status)

    check, plan = shop.segue("check", "--connection"), shop.segue("plan")
    (told,) = shop.segue("plan", "--json").json["plans"]
    ran = shop.segue("run")

    assert (
        f"Audience Asking ({ASKING}) asks new contacts to confirm (double opt-in).\n" in check.out
    )
    assert checked in check.out
    assert planned in plan.out
    assert told["double_opt_in"] is True
    assert (told["unconfirmed"], told["confirmations"]) == (
        (4, 0) if status == "subscribed" else (0, 4)
    )
    assert ran.code == 0
    assert statuses(shop.sandbox) == [status] * 4


def test_an_audience_that_does_not_ask_needs_no_word(shop: Shop) -> None:
    change(shop, f"audience: {ASKING}", f"audience: {AUDIENCE}")

    plan = shop.segue("plan")
    (told,) = shop.segue("plan", "--json").json["plans"]

    assert plan.code == 0
    assert "confirm" not in plan.out
    assert (told["double_opt_in"], told["unconfirmed"], told["confirmations"]) == (False, 0, 0)
