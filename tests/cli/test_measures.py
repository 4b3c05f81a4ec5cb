"""Measures of a file: listed, shown, sent as merge fields, and every mistake at its line."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.cli.program import AUDIENCE, Shop, open_shop

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
  per_order: {formula: spent / orders_made, decimals: 1}
  orders_made: {related: orders, count: true}
segments:
"""
ORDERS = "customer,total,placed\n1,10.50,2026-01-05\n1,4.25,2026-02-05\n4,3,2026-02-06\n"


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[Shop]:
    """Return a shop of which two customers have ordered; its export feeds SPENT from a measure."""
    with open_shop(tmp_path) as opened:
        text = (tmp_path / "segue.yaml").read_text(encoding="utf-8")
        text = text.replace("profiles:\n", "  orders: {type: csv, path: orders.csv}\nprofiles:\n")
        text = text.replace("segments:\n", RELATED, 1).replace(
            "{FNAME: first_name}",
            "{FNAME: first_name, SPENT: {attribute: spent, type: number, create: true}}",
        )
        (tmp_path / "segue.yaml").write_text(text, encoding="utf-8")
        (tmp_path / "orders.csv").write_text(ORDERS, encoding="utf-8")
        yield opened


def test_measures_are_listed_in_both_languages(shop: Shop) -> None:
    english, french = shop.segue("measures"), shop.segue("measures", "list", "--language", "fr")

    assert "The sum of total in orders" in english.out
    assert "Spent ÷ orders made" in english.out
    assert "La somme de total dans orders" in french.out


def test_a_measure_is_shown_with_its_distribution(shop: Shop) -> None:
    shown = shop.segue("measures", "show", "spent", "--json")
    told = shop.segue("measures", "show", "per_order")
    unknown = shop.segue("measures", "show", "spend")

    found = shown.json
    assert {key: found[key] for key in ("profiles", "people", "least", "median", "most")} == {
        "profiles": 7,
        "people": 2,
        "least": "3.00",
        "median": "3.00",
        "most": "14.75",
    }
    assert [one["people"] for one in found["bars"]] == [1, *[0] * 8, 1]
    assert found["samples"] == [{"key": "1", "value": "14.75"}, {"key": "4", "value": "3.00"}]
    assert "With a value: 2 of 7." in told.out
    assert unknown.code == 2
    assert "Did you mean `spent`?" in unknown.err


def test_a_run_sends_a_measure_and_a_second_one_nothing(shop: Shop) -> None:
    first = shop.segue("run")
    shop.sandbox.reset_calls()
    again = shop.segue("run")
    writes = [*shop.sandbox.writes]

    held = {one.email: one.merge_fields.get("SPENT") for one in shop.sandbox.members(AUDIENCE)}
    assert (first.code, again.code, writes) == (0, 0, [])
    assert held["nadia@shop.example"] == 14.75
    assert held["emile@shop.example"] == 3
    assert {one for one, value in held.items() if value} == {
        "nadia@shop.example",
        "emile@shop.example",
    }
    (shop.folder / "orders.csv").write_text(ORDERS + "4,7,2026-02-07\n", encoding="utf-8")
    shop.segue("run")
    held = {one.email: one.merge_fields.get("SPENT") for one in shop.sandbox.members(AUDIENCE)}
    assert held["emile@shop.example"] == 10


def test_every_mistake_is_told_at_its_line(shop: Shop) -> None:
    path = shop.folder / "segue.yaml"
    text = path.read_text(encoding="utf-8")
    lines = text.splitlines()
    at = 1 + lines.index("measures:")
    text = text.replace("sum: total", "sum: totl").replace("decimals: 1", "decimals: 7")
    path.write_text(text.replace("count: true}", "counts: true}"), encoding="utf-8")

    checked = shop.segue("check")

    assert checked.code == 2
    for line, words in (
        (at + 1, "Related table `orders` has no attribute `totl`."),
        (at + 2, "`decimals` is out of range: 7."),
        (at + 3, "`counts` is not a setting"),
    ):
        [told] = [one for one in checked.err.splitlines() if one.strip().startswith(f"{line}:")]
        assert words in told
