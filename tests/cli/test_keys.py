"""Profile keys on the terminal: personal ones are masked where addresses are, and who is who does not hang on capitals."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.cli.program import AUDIENCE, Shop, open_shop

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


@pytest.mark.crossing
@pytest.mark.parametrize(
    ("key", "phone"),
    [
        ("phone", "    phone: {column: phone, personal: true}\n"),
        ("{column: phone, personal: true}", ""),
        ("phone", ""),
    ],
)
@pytest.mark.parametrize(
    "command",
    [
        ("plan", "--json"),
        ("profiles", "--json"),
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
    assert "La ligne 2 est retenue." in french


def buyers(folder: Path) -> None:
    """Let the export send whoever has an order, and the segment of France."""
    path = folder / "segue.yaml"
    text = path.read_text(encoding="utf-8")
    rule = "  buyers: {label: Buyers, rules: {related: orders, exists: true}}\n"
    text = text.replace("segments:\n  french", f"segments:\n{rule}  french")
    path.write_text(text.replace("[french, spanish]", "[french, buyers]"), encoding="utf-8")


def sent(shop: Shop) -> dict[str, set[str]]:
    """Return the tags of everybody whom the audience holds as subscribed."""
    members = shop.sandbox.members(AUDIENCE, status="subscribed")
    return {one.email: set(one.tags) for one in members}


def test_orders_count_whose_address_is_written_in_other_capitals(
    shop: Shop, tmp_path: Path
) -> None:
    keyed_by(tmp_path, "email")
    buyers(tmp_path)

    assert shop.segue("run", "--yes").code == 0

    assert sent(shop) == {"nadia@shop.example": {"French", "Buyers"}}


def test_a_change_of_capitals_moves_nobody_and_sends_nothing(shop: Shop, tmp_path: Path) -> None:
    keyed_by(tmp_path, "email")
    shop.segue("run", "--yes")
    shop.write_customers(PEOPLE.replace("Nadia@Shop.example", "NADIA@shop.EXAMPLE"))

    plan = shop.segue("plan", "--json").json["plans"][0]

    assert plan["is_empty"]


@pytest.mark.crossing
@pytest.mark.parametrize("winner", ["first_row", "{newest_by: seen}"])
@pytest.mark.parametrize("answers", [("true", "false"), ("false", "true"), ("true", "perhaps")])
def test_an_opted_out_row_never_loses_against_another_of_the_same_person(
    shop: Shop, tmp_path: Path, winner: str, answers: tuple[str, str]
) -> None:
    keyed_by(tmp_path, "email", phone="    seen: {column: phone, type: date}\n")
    path = tmp_path / "segue.yaml"
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace("  key: email\n", f"  key: email\n  winner: {winner}\n"), "utf-8")
    shop.write_customers(
        "email,phone,first,country,agreed\n"
        f"Nadia@Shop.example,2026-01-01,Nadia,France,{answers[0]}\n"
        f"nadia@shop.example,2026-02-01,Nadia,France,{answers[1]}\n"
        "pia@shop.example,2026-01-01,Pia,France,true\n"
    )

    assert shop.segue("run", "--yes").code == 0

    assert sent(shop) == {"pia@shop.example": {"French"}}


def test_what_data_holds_does_not_steer_the_terminal(shop: Shop, tmp_path: Path) -> None:
    keyed_by(tmp_path, "first")
    rows = (
        "email,phone,first,country,agreed\n"
        + "o@shop.example,1,\x1b]0;x\x07Omar\x9b,France,\x1b[2Jyes\n" * 2
    )
    (tmp_path / "customers.csv").write_text(rows, encoding="utf-8")

    told = shop.segue("profiles").out + shop.segue("profiles", "--problems").out
    told += shop.segue("plan").out + shop.segue("run", "--yes").out

    assert "␛[2Jyes" in told
    assert not [sign for sign in "\x00\x07\x1b\x9b" if sign in told]
