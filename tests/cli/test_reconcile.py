"""`segue reconcile` on the real program: what it prints, writes and leaves as exit code."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.cli.program import AUDIENCE, Shop, open_shop


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[Shop]:
    """Return a shop whose export ran: Nadia, Pia and Émile are in the audience."""
    with open_shop(tmp_path) as opened:
        assert opened.segue("run", "--yes").code == 0
        yield opened


def change(shop: Shop) -> None:
    """Take a tag off Nadia, change Pia's name, and erase Émile."""
    shop.sandbox.remove_tag(AUDIENCE, "nadia@shop.example", "French")
    shop.sandbox.set_merge_field(AUDIENCE, "pia@shop.example", tag="FNAME", value="Wrong")
    shop.sandbox.erase(AUDIENCE, "emile@shop.example")


def test_nothing_differs(shop: Shop) -> None:
    ended = shop.segue("reconcile", "news")

    assert (ended.code, ended.err) == (0, "")
    assert "3 contacts looked at." in ended.out
    assert "Nothing differs: the audience holds what Mailchimp acknowledged." in ended.out
    assert shop.segue("reconcile", "news", "--json").json["drift"] == []


def test_what_differs_is_told_and_nothing_is_written(shop: Shop) -> None:
    change(shop)
    shop.sandbox.reset_calls()

    ended = shop.segue("reconcile", "news", "--csv", "people.csv")

    assert (ended.code, ended.err) == (4, "")
    assert "tag taken off people" in ended.out
    assert "other values than those sent" in ended.out
    assert "no longer in the audience" in ended.out
    assert "To repair it: segue reconcile news --repair" in ended.out
    assert "3 people written to people.csv." in ended.out
    assert "@" not in ended.out
    assert shop.sandbox.writes == []
    with (shop.folder / "people.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = [list(row.values()) for row in csv.DictReader(file)]
    assert rows == [
        ["1", "nadia@shop.example", "", "", "French", "", "", ""],
        ["3", "pia@shop.example", "", "", "", "", "FNAME", ""],
        ["4", "emile@shop.example", "", "", "", "", "", "yes"],
    ]


def test_a_repair_mends_it_and_the_next_comparison_finds_nothing_to_repair(shop: Shop) -> None:
    change(shop)

    repaired = shop.segue("reconcile", "news", "--repair", "--yes", "--csv", "people.csv")
    again = shop.segue("reconcile", "news")

    assert (repaired.code, repaired.err) == (0, "")
    assert "2 accepted" in repaired.out
    assert "3 people written to people.csv." in repaired.out
    assert (again.code, again.err) == (0, "")
    assert "no repair adds them" in again.out
    assert "To repair it" not in again.out
    nadia = shop.sandbox.member(AUDIENCE, "nadia@shop.example")
    assert nadia is not None
    assert "French" in nadia.tags
    assert shop.sandbox.member(AUDIENCE, "emile@shop.example") is None
    assert shop.segue("run", "--yes", "--json").json["runs"][0]["outcomes"]["sent"] == 0


def test_json_tells_the_same_for_a_comparison_and_a_repair(shop: Shop) -> None:
    change(shop)
    drift = [
        {"kind": "tag_lost", "subject": "French", "people": 1},
        {"kind": "fields_differ", "subject": "", "people": 1},
        {"kind": "gone", "subject": "", "people": 1},
    ]

    told = shop.segue("reconcile", "news", "--json")
    repaired = shop.segue("reconcile", "news", "--repair", "--json")

    assert told.code == 4
    assert (told.json["export"], told.json["differs"], told.json["looked_at"]) == ("news", True, 2)
    assert told.json["drift"] == repaired.json["drift"] == drift
    assert repaired.code == 0
    assert [run["outcomes"]["accepted"] for run in repaired.json["runs"]] == [2]
    assert repaired.json["errors"] == []


def test_a_repair_that_a_brake_holds_waits_for_exactly_its_approval(shop: Shop) -> None:
    shop.sandbox.remove_tag(AUDIENCE, "nadia@shop.example", "French")
    customers = (shop.folder / "customers.csv").read_text(encoding="utf-8")
    shop.write_customers(customers.replace("3,pia@shop.example,Pia,Spain,true\n", ""))

    told = shop.segue("reconcile", "news", "--json").json
    held = shop.segue("reconcile", "news", "--repair", "--yes")
    approved = shop.segue("reconcile", "news", "--repair", "--approve", told["digest"])

    assert told["needs_approval"] is True
    assert held.code == 4
    assert f"--approve {told['digest']}" in held.out
    assert approved.code == 0
    pia = shop.sandbox.member(AUDIENCE, "pia@shop.example")
    assert pia is not None
    assert pia.tags == frozenset()


def test_it_is_said_in_french(shop: Shop) -> None:
    change(shop)

    ended = shop.segue("--language", "fr", "reconcile", "news")

    assert "2 contacts examinés." in ended.out
    assert "étiquette retirée à des personnes" in ended.out
    assert "Pour réparer\u00a0: segue reconcile news --repair" in ended.out


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("nobody",), "There is no export `nobody`"),
        (("news", "--yes"), "add --repair"),
        (("news", "--approve", "0123"), "add --repair"),
        (("news", "--csv", "no/such/folder.csv"), "cannot be written"),
    ],
)
def test_what_cannot_be_done_is_refused_with_the_next_step(
    shop: Shop, arguments: tuple[str, ...], words: str
) -> None:
    ended = shop.segue("reconcile", *arguments)

    assert ended.code == 2
    assert words in ended.err


def test_an_export_that_never_ran_has_nothing_to_compare(tmp_path: Path) -> None:
    with open_shop(tmp_path) as shop:
        ended = shop.segue("reconcile", "news")

        assert ended.code == 0
        assert "Nothing differs" in ended.out
