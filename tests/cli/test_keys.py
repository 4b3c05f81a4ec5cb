"""Profile keys on the terminal: personal ones are masked where addresses are, and who is who does not hang on capitals."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.cli.program import Shop, open_shop

PEOPLE = """\
email,phone,first,country,agreed
Nadia@Shop.example,+33600000001,Nadia,France,true
nadia@shop.example,+33600000001,Nadia again,France,true
omar@shop.example,+33600000002,Omar,France,true
"""
ORDERS = "who,total\nNADIA@shop.example,5\nnobody@shop.example,6\nomar@shop.example,x\n"
ADDRESSES = ("nadia@shop.example", "omar@shop.example", "nobody@shop.example")
PHONES = ("+33600000001", "+33600000002")


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[Shop]:
    with open_shop(tmp_path) as opened:
        (tmp_path / "customers.csv").write_text(PEOPLE, encoding="utf-8")
        (tmp_path / "orders.csv").write_text(ORDERS, encoding="utf-8")
        yield opened


def keyed_by(folder: Path, key: str, *, phone: str = "") -> None:
    """Declare the key, orders by the address, and perhaps the phone as a personal attribute."""
    path = folder / "segue.yaml"
    text = path.read_text(encoding="utf-8")
    text = text.replace("key: {column: id, type: integer}", f"key: {key}")
    text = text.replace("    country: country\n", f"    country: country\n{phone}")
    text = text.replace(
        "  customers: {type: csv, path: customers.csv}\n",
        "  customers: {type: csv, path: customers.csv}\n  orders: {type: csv, path: orders.csv}\n",
    )
    orders = (
        "{source: orders, profile_key: who, attributes: {total: {column: total, type: decimal}}}"
    )
    path.write_text(
        text.replace("segments:\n  french", f"related:\n  orders: {orders}\nsegments:\n  french"),
        encoding="utf-8",
    )


@pytest.mark.parametrize(
    "command",
    [
        ("plan",),
        ("plan", "--json"),
        ("segments", "sample", "french"),
        ("segments", "sample", "french", "--json"),
        ("profiles", "--problems"),
        ("profiles", "--problems", "--json"),
        ("profiles", "--json"),
        ("run", "--yes", "--json"),
        ("report", "--json"),
    ],
)
def test_no_command_shows_an_address_as_key_in_full(
    shop: Shop, tmp_path: Path, command: tuple[str, ...]
) -> None:
    keyed_by(tmp_path, "email")

    done = shop.segue(*command)

    assert done.code in (0, 4), done.err
    assert not [one for one in ADDRESSES if one in (done.out + done.err).lower()]


@pytest.mark.parametrize(
    ("key", "phone"),
    [
        ("phone", "    phone: {column: phone, personal: true}\n"),
        ("{column: phone, personal: true}", ""),
    ],
)
@pytest.mark.parametrize(
    "command",
    [
        ("plan", "--json"),
        ("segments", "sample", "french", "--json"),
        ("profiles", "--problems", "--json"),
    ],
)
def test_no_command_shows_a_phone_as_key_in_full(
    shop: Shop, tmp_path: Path, command: tuple[str, ...], key: str, phone: str
) -> None:
    keyed_by(tmp_path, key, phone=phone)

    done = shop.segue(*command)

    assert done.code in (0, 4), done.err
    assert not [one for one in PHONES if one in done.out + done.err]


def test_whoever_asks_sees_keys_in_full(shop: Shop, tmp_path: Path) -> None:
    keyed_by(tmp_path, "email")

    plan = shop.segue("plan", "--json", "--show-addresses").json["plans"][0]
    sample = shop.segue("segments", "sample", "french", "--json", "--show-personal").json
    problems = shop.segue("profiles", "--problems", "--json", "--show-personal").json["problems"]

    assert {one["profile_key"] for one in plan["samples"]} == set(ADDRESSES[:2])
    assert {one["profile_key"] for one in sample["members"]} == set(ADDRESSES[:2])
    assert "nobody@shop.example" in {one["key"] for one in problems}


def test_a_report_names_the_row_that_won(shop: Shop, tmp_path: Path) -> None:
    keyed_by(tmp_path, "email")

    english = shop.segue("profiles", "--problems", "--kind", "key_repeated").out
    french = shop.segue("--language", "fr", "profiles", "--problems", "--kind", "key_repeated").out

    assert "Row 2 won." in english
    assert "La ligne 2 l’emporte." in french
