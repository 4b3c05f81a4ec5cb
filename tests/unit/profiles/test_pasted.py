"""Addresses that somebody pastes: whatever form a line has, the canonical address is taken, and each mistake keeps its line."""

from __future__ import annotations

import pytest

from segue.core.emails import AddressProblem
from segue.profiles.pasted import pasted


def test_addresses_of_any_form_are_taken_once_in_their_order() -> None:
    text = (
        "\ufeffName;E-mail\r\n"
        "Nadia; Nadia@Shop.example \r\n"
        '"Omar","omar@shop.example"\n'
        "\n"
        "Pia Weber <PIA@shop.example>\n"
        "nadia@shop.example\n"
        "rosa@bücher.example\tRosa\n"
    )

    found = pasted(text)

    assert found.addresses == (
        "nadia@shop.example",
        "omar@shop.example",
        "pia@shop.example",
        "rosa@xn--bcher-kva.example",
    )
    assert (found.doubled, found.header, dict(found.problems)) == (1, True, {})


@pytest.mark.parametrize(
    "text",
    [
        "a@shop.example;b@shop.example, c@shop.example\td@shop.example",
        "a@shop.example b@shop.example  c@shop.example\nd@shop.example",
        "A <a@shop.example>; B <b@shop.example>; <c@shop.example>, d@shop.example;",
        '"Doe, Ana" <a@shop.example>, "Roe; B" <b@shop.example>, c@shop.example, \'d@shop.example\'',
        "E-mail\na@shop.example; b@shop.example\nc@shop.example, d@shop.example",
    ],
)
def test_several_addresses_in_a_line_are_all_taken(text: str) -> None:
    found = pasted(text)

    assert [one[0] for one in found.addresses] == ["a", "b", "c", "d"]
    assert dict(found.problems) == {}


def test_of_a_table_one_address_a_row_is_taken() -> None:
    under_a_heading = pasted("E-mail;Manager\na@shop.example;boss@shop.example\n")
    beside_a_name = pasted("Ana;a@shop.example;boss@shop.example\n")

    assert under_a_heading.addresses == beside_a_name.addresses == ("a@shop.example",)


def test_a_mistake_among_several_addresses_is_told() -> None:
    found = pasted("a@shop.example; b@shop; c@shop.example; a@shop.example")

    assert (found.addresses, found.doubled) == (("a@shop.example", "c@shop.example"), 1)
    assert dict(found.problems) == {1: AddressProblem.BAD_DOMAIN}


def test_each_mistake_is_told_with_its_line() -> None:
    found = pasted("a@shop.example\nno address\n\na b@shop.example\nx@y@shop.example\nx@shop\n")

    assert found.addresses == ("a@shop.example",)
    assert dict(found.problems) == {
        2: AddressProblem.CONTAINS_SPACES,
        4: AddressProblem.CONTAINS_SPACES,
        5: AddressProblem.SEVERAL_AT_SIGNS,
        6: AddressProblem.BAD_DOMAIN,
    }


@pytest.mark.parametrize("text", ["", "\n \n", ";;\n,\n", "E-mail"])
def test_nothing_is_no_mistake(text: str) -> None:
    found = pasted(text)

    assert (found.addresses, dict(found.problems)) == ((), {})


def test_a_second_line_without_an_address_is_no_heading() -> None:
    assert pasted("a@shop.example\nE-mail").problems == {2: AddressProblem.NO_AT_SIGN}
