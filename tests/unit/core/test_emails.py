"""The canonical form of an e-mail address, reason by reason."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from segue.core.emails import (
    TRIMMED,
    AddressProblem,
    Canonical,
    ascii_domain,
    canonical,
    subscriber_hash,
)

LONGEST_LOCAL = "a" * 64
LABEL = "b" * 63

GOOD = [
    ("nadia@shop.example", "nadia@shop.example"),
    ("  Nadia@Shop.EXAMPLE\r\n", "nadia@shop.example"),
    ("\u00a0nadia@shop.example\u200b", "nadia@shop.example"),
    ("\ufeffnadia@shop.example", "nadia@shop.example"),
    ("nadia@shop.example\u200e", "nadia@shop.example"),
    ("\u202anadia@shop.example\u202c", "nadia@shop.example"),
    ("\u2068Nadia@shop.example\u2069 \u200f", "nadia@shop.example"),
    ("na\u200bdia@shop.example", "nadia@shop.example"),
    ("na\u00addia@sh\u200dop.exam\ufeffple", "nadia@shop.example"),
    ("nadia\ufe0f@shop\u200c.example", "nadia@shop.example"),
    ("nadia@ca\u200bfé.example\u200e", "nadia@xn--caf-dma.example"),
    ("n@\u0646\u0627\u0645\u0647\u200c\u0627\u06cc.example", "n@xn--mgba3gch31f060k.example"),
    ("nadia+news@shop.example", "nadia+news@shop.example"),
    ("n.a.d.i.a@shop.example", "n.a.d.i.a@shop.example"),
    ("o'mar@shop.example", "o'mar@shop.example"),
    ("!#$%&'*+/=?^_`{|}~-@shop.example", "!#$%&'*+/=?^_`{|}~-@shop.example"),
    ("nadia@café.example", "nadia@xn--caf-dma.example"),
    ("Nadia@CAFÉ.example", "nadia@xn--caf-dma.example"),
    ("nadia@cafe\u0301.example", "nadia@xn--caf-dma.example"),
    ("nadia@straße.example", "nadia@xn--strae-oqa.example"),
    ("nadia@XN--CAF-DMA.example", "nadia@xn--caf-dma.example"),
    ("nadia@shop。example", "nadia@shop.example"),
    ("nadia@1.2.example", "nadia@1.2.example"),
    (f"{LONGEST_LOCAL}@shop.example", f"{LONGEST_LOCAL}@shop.example"),
    (f"n@{LABEL}.example", f"n@{LABEL}.example"),
    (
        f"{LONGEST_LOCAL}@{LABEL}.{LABEL}.{'c' * 53}.example",
        f"{LONGEST_LOCAL}@{LABEL}.{LABEL}.{'c' * 53}.example",
    ),
]

BAD = [
    (None, AddressProblem.MISSING),
    ("", AddressProblem.MISSING),
    (" \t\u00a0\u200b", AddressProblem.MISSING),
    ("\u200e\u202a \u202c", AddressProblem.MISSING),
    ("nadia", AddressProblem.NO_AT_SIGN),
    ("n/a", AddressProblem.NO_AT_SIGN),
    ("nadia＠shop.example", AddressProblem.NO_AT_SIGN),
    ("nadia@omar@shop.example", AddressProblem.SEVERAL_AT_SIGNS),
    ("nadia@@shop.example", AddressProblem.SEVERAL_AT_SIGNS),
    ("nadia @shop.example", AddressProblem.CONTAINS_SPACES),
    ("nadia@shop. example", AddressProblem.CONTAINS_SPACES),
    ("na\u00a0dia@shop.example", AddressProblem.CONTAINS_SPACES),
    ("na\x00dia@shop.example", AddressProblem.CONTAINS_SPACES),
    ("na\ndia@shop.example", AddressProblem.CONTAINS_SPACES),
    ("Nadia <nadia@shop.example>", AddressProblem.CONTAINS_SPACES),
    ("émile@shop.example", AddressProblem.NON_ASCII_LOCAL_PART),
    ("nad\u0131a@shop.example", AddressProblem.NON_ASCII_LOCAL_PART),
    ("\u212aarl@shop.example", AddressProblem.NON_ASCII_LOCAL_PART),
    ("@shop.example", AddressProblem.BAD_LOCAL_PART),
    (".nadia@shop.example", AddressProblem.BAD_LOCAL_PART),
    ("nadia.@shop.example", AddressProblem.BAD_LOCAL_PART),
    ("na..dia@shop.example", AddressProblem.BAD_LOCAL_PART),
    ("<nadia@shop.example>", AddressProblem.BAD_LOCAL_PART),
    ('"nadia"@shop.example', AddressProblem.BAD_LOCAL_PART),
    ("na,dia@shop.example", AddressProblem.BAD_LOCAL_PART),
    ("mailto:nadia@shop.example", AddressProblem.BAD_LOCAL_PART),
    ("nadia@", AddressProblem.BAD_DOMAIN),
    ("nadia@shop", AddressProblem.BAD_DOMAIN),
    ("nadia@.example", AddressProblem.BAD_DOMAIN),
    ("nadia@shop..example", AddressProblem.BAD_DOMAIN),
    ("nadia@shop.example.", AddressProblem.BAD_DOMAIN),
    ("nadia@-shop.example", AddressProblem.BAD_DOMAIN),
    ("nadia@shop-.example", AddressProblem.BAD_DOMAIN),
    ("nadia@sh_op.example", AddressProblem.BAD_DOMAIN),
    ("nadia@127.0.0.1", AddressProblem.BAD_DOMAIN),
    ("nadia@[127.0.0.1]", AddressProblem.BAD_DOMAIN),
    ("nadia@shop,example", AddressProblem.BAD_DOMAIN),
    (f"n@{LABEL}b.example", AddressProblem.BAD_DOMAIN),
    ("nadia@☃.example..", AddressProblem.BAD_DOMAIN),
    ("nadia@\u0327.example", AddressProblem.BAD_DOMAIN),
    (f"a{LONGEST_LOCAL}@shop.example", AddressProblem.TOO_LONG),
    (f"{LONGEST_LOCAL}@{LABEL}.{LABEL}.{'c' * 54}.example", AddressProblem.TOO_LONG),
]


@pytest.mark.parametrize(("text", "address"), GOOD)
def test_an_address_has_one_canonical_form(text: str, address: str) -> None:
    found = canonical(text)

    assert found == Canonical(address=address, problem=None)


@pytest.mark.parametrize(("text", "problem"), BAD)
def test_a_bad_address_says_why(text: str | None, problem: AddressProblem) -> None:
    found = canonical(text)

    assert found == Canonical(address=None, problem=problem)


def test_capital_letters_find_the_same_contact() -> None:
    lower = canonical("nadia@shop.example").address
    capital = canonical("NADIA@SHOP.EXAMPLE").address

    assert lower is not None
    assert lower == capital
    assert subscriber_hash(lower) == "85932b5b9498683e0e24b4b7a6acca21"


@given(st.text(max_size=40) | st.emails())
def test_the_canonical_form_of_a_canonical_form_is_itself(text: str) -> None:
    found = canonical(text)

    assert (found.address is None) != (found.problem is None)
    if found.address is not None:
        assert canonical(found.address) == found
        assert re.fullmatch(r"[!-?A-~@]+", found.address)
        assert found.address == found.address.strip(TRIMMED).lower()


@given(st.text(max_size=20))
def test_a_domain_is_ascii_or_refused(text: str) -> None:
    domain = ascii_domain(text)

    assert domain is None or (domain.isascii() and ascii_domain(domain) == domain)
