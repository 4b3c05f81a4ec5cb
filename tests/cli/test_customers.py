"""Customers of a file: found, and shown with why they are in a segment or not; masked unless somebody asks."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.cli.program import Shop, open_shop

RELATED = """\
related:
  orders:
    source: orders
    profile_key: customer
    attributes:
      total: {column: total, type: decimal}
      placed: {column: placed, type: date}
measures:
  spent: {related: orders, sum: total, label: Spent}
segments:
  buyers:
    label: Buyers
    rules: {all: [{related: orders, sum: total, at_least: 10}, {not: {segment: spanish}}]}
"""
ORDERS = "customer,total,placed\n1,10.50,2026-01-05\n1,4.25,2026-02-05\n4,3,2026-02-06\n"


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[Shop]:
    """Return a shop of which two customers have ordered."""
    with open_shop(tmp_path) as opened:
        text = (tmp_path / "segue.yaml").read_text(encoding="utf-8")
        text = text.replace("profiles:\n", "  orders: {type: csv, path: orders.csv}\nprofiles:\n")
        (tmp_path / "segue.yaml").write_text(
            text.replace("segments:\n", RELATED, 1), encoding="utf-8"
        )
        (tmp_path / "orders.csv").write_text(ORDERS, encoding="utf-8")
        yield opened


def test_customers_are_found_and_masked(shop: Shop) -> None:
    masked = shop.segue("customers", "find", "nadia", "--json")
    in_full = shop.segue("customers", "find", "nadia", "--json", "--show-personal")
    told = shop.segue("customers", "find", "NADIA@shop.example")

    [one, second], [same, _] = masked.json["customers"], in_full.json["customers"]
    assert (one["profile_key"], second["profile_key"]) == ("1", "6")
    assert (one["email"], same["email"]) == ("n•••@s•••.example", "nadia@shop.example")
    assert masked.json["more"] is False
    assert "n•••@s•••.example" in told.out
    assert "nadia@" not in told.out


def test_nobody_is_found_in_both_languages(shop: Shop) -> None:
    english = shop.segue("customers", "find", "nobody@shop.example")
    french = shop.segue("customers", "find", "nobody@shop.example", "--language", "fr")

    assert (english.code, english.out.strip()) == (0, "No customer fits.")
    assert french.out.strip() == "Aucun client ne convient."


@pytest.mark.parametrize("key_type", ["integer", "text"])
@pytest.mark.parametrize("who", ["9" * 20, "9" * 5_000, os.fsdecode(b"\xff"), "'; --", "", "٣"])
def test_what_no_key_can_be_is_nobody(shop: Shop, who: str, key_type: str) -> None:
    file = shop.folder / "segue.yaml"
    text = file.read_text(encoding="utf-8")
    file.write_text(text.replace("id, type: integer", f"id, type: {key_type}"), encoding="utf-8")

    found = shop.segue("customers", "find", "--json", "--", who)
    shown = shop.segue("customers", "show", "--", who)

    assert (found.code, found.json["customers"]) == (0, [])
    assert (shown.code, "customer_unknown" in shown.err) == (2, True)


def test_a_customer_is_shown_with_why(shop: Shop) -> None:
    key = shop.segue("customers", "find", "nadia", "--json").json["customers"][0]["profile_key"]
    shop.segue("run")

    found = shop.segue("customers", "show", key, "--json").json
    told = shop.segue("customers", "show", key).out

    [buyers] = [one for one in found["segments"] if one["segment"] == "buyers"]
    assert [(one["depth"], one["holds"], one["values"], one["rows"]) for one in buyers["lines"]][
        :2
    ] == [
        (0, buyers["member"], [], None),
        (1, True, ["14.75"], 2),
    ]
    assert found["measures"] == {"spent": "14.75"}
    assert [(one["at"], one["values"]) for one in found["events"]] == [
        ("2026-02-05", {"total": "4.25"}),
        ("2026-01-05", {"total": "10.50"}),
    ]
    assert "The sum of total in orders is at least 10 (14.75, 2 rows fit)" in told
    assert "nadia@" not in told


def test_a_customer_is_shown_in_french_with_its_blanks_before_colons(shop: Shop) -> None:
    key = shop.segue("customers", "find", "nadia", "--json").json["customers"][0]["profile_key"]
    shop.segue("run")

    told = shop.segue("customers", "show", key, "--language", "fr").out
    measure = shop.segue("measures", "show", "spent", "--language", "fr").out

    lines = told.splitlines()
    assert [line for line in lines if re.search(r"\w: ", line)] == []
    assert "total\u00a0: 4.25" in told
    assert measure.startswith("Spent\u00a0: ")


def test_a_run_that_touched_a_customer_is_told(shop: Shop) -> None:
    key = shop.segue("customers", "find", "nadia", "--json").json["customers"][0]["profile_key"]
    before = shop.segue("customers", "show", key, "--json").json["audiences"]
    shop.segue("run")
    after = shop.segue("customers", "show", key, "--json").json["audiences"]

    assert [(one["status"], one["runs"]) for one in before] == [(None, [])]
    [audience] = after
    assert [one["fate"] for one in audience["runs"]] == ["accepted"]
    assert audience["exports"][0]["tags"] != []
    assert audience["exports"][0]["left_out"] == []


def test_another_profile_with_the_address_is_told(shop: Shop) -> None:
    shop.segue("run")

    [audience] = shop.segue("customers", "show", "6", "--json").json["audiences"]
    told = shop.segue("customers", "show", "6", "--language", "fr").out

    assert audience["exports"][0]["left_out"] == ["duplicate"]
    assert "laissé de côté" in told.replace("\u00a0", " ")


def test_a_key_that_nobody_has_is_a_mistake_that_names_no_key(shop: Shop) -> None:
    shown = shop.segue("customers", "show", "ada@shop.example")

    assert shown.code == 2
    assert "segue customers find" in shown.err
    assert "ada@" not in shown.err + shown.out
