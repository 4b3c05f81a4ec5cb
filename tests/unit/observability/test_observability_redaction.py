"""Nothing that looks like an address or a secret passes the masks."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from segue.observability.redact import mask_address, redacted
from tests.fixtures.logs import secrets_in

KEY = "0123456789abcdef" * 2 + "-us19"


@pytest.mark.parametrize(
    ("address", "masked"),
    [
        ("nadia@shop.example", "n•••@s•••.example"),
        ("Emile@mail.shop.example", "E•••@m•••.example"),
        ("a@b", "a•••@b•••"),
        ("no address", "n•••"),
        ("", "•••"),
    ],
)
def test_an_address_is_masked_so_that_its_owner_knows_it(address: str, masked: str) -> None:
    assert mask_address(address) == masked


@pytest.mark.parametrize(
    ("text", "safe"),
    [
        ("to nadia@shop.example now", "to [address] now"),
        (f"key {KEY}", "key [secret]"),
        ("Authorization: Bearer abcdef0123456789", "Authorization: Bearer [secret]"),
        ("Authorization: Basic c2VndWU6a2V5LXVzMQ==", "Authorization: Basic [secret]"),
        ('{"access_token": "abc123"}', '{"access_token": "[secret]"}'),
        ("client_secret=hush&code=1", "client_secret=[secret]&code=1"),
        ("postgresql://shop:pa55@db.shop.example/shop", "postgresql://shop:[secret]@db.shop.example/shop"),
        ("run 01JD at 12:00, token bucket", "run 01JD at 12:00, token bucket"),
    ],
)  # fmt: skip
def test_logs_are_redacted(text: str, safe: str) -> None:
    assert redacted(text) == safe


@given(
    st.text(max_size=30),
    st.from_regex(r"[a-z0-9.+_-]{1,12}@[a-z0-9-]{1,10}\.example", fullmatch=True),
    st.text(max_size=30),
)
def test_logs_hold_no_address(before: str, address: str, after: str) -> None:
    assert secrets_in(redacted(f"{before} {address} {after}")) == []
