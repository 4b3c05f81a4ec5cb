"""Credentials, base URLs and routes: nothing secret is printed, nothing travels in the clear, no address is in a URL."""

from __future__ import annotations

from base64 import b64decode

import pytest

from segue.core.errors import ConfigurationProblem
from segue.mailchimp.client import Call, Client, default_encoding
from segue.mailchimp.credentials import (
    AccessToken,
    ApiKey,
    base_url_for_endpoint,
    base_url_for_key,
    checked_base_url,
)

KEY = "0123456789abcdef" * 2 + "-us7"


class NoClock:
    """A clock that nobody asks."""

    def monotonic(self) -> float:
        """Return nothing but zero."""
        return 0.0


def test_an_api_key_is_sent_as_a_basic_password() -> None:
    scheme, _, encoded = ApiKey(KEY).header().partition(" ")

    assert (scheme, b64decode(encoded).decode()) == ("Basic", f"segue:{KEY}")


def test_an_access_token_is_sent_as_bearer() -> None:
    assert AccessToken("t0ken").header() == "Bearer t0ken"


def test_secrets_are_masked_wherever_they_are_printed() -> None:
    client = Client("http://127.0.0.1:1/3.0", ApiKey(KEY), clock=NoClock())  # type: ignore[arg-type]

    shown = f"{ApiKey(KEY)!r} {AccessToken(KEY)} {client!r} {[ApiKey(KEY)]}"

    assert KEY not in shown
    assert repr(client) == "Client('http://127.0.0.1:1/3.0', ApiKey(•••))"


def test_the_data_centre_comes_from_the_key() -> None:
    assert base_url_for_key(KEY) == "https://us7.api.mailchimp.com/3.0"


@pytest.mark.parametrize("key", ["", "0123456789abcdef", "abc-", "abc-us", "abc-us7.evil.example"])
def test_a_key_without_data_centre_is_refused(key: str) -> None:
    with pytest.raises(ConfigurationProblem) as caught:
        base_url_for_key(key)

    assert caught.value.code == "mailchimp_key_without_data_centre"
    assert "abc" not in str(caught.value)


def test_the_base_url_follows_the_metadata() -> None:
    assert base_url_for_endpoint("https://us3.api.mailchimp.com") == (
        "https://us3.api.mailchimp.com/3.0"
    )
    assert base_url_for_endpoint("http://127.0.0.1:8765/3.0/") == "http://127.0.0.1:8765/3.0"


@pytest.mark.parametrize(
    "url",
    ["https://api.mailchimp.com/3.0/", "http://127.0.0.1:8765/3.0", "http://localhost/3.0", "http://[::1]:9/3.0"],
)  # fmt: skip
def test_https_and_this_machine_are_accepted(url: str) -> None:
    assert checked_base_url(url) == url.rstrip("/")


@pytest.mark.parametrize(
    "url",
    ["http://api.mailchimp.com/3.0", "ftp://127.0.0.1", "api.mailchimp.com", "", "https://", "https://user:secret@api.mailchimp.com", "https://api.mailchimp.com/3.0?x=1", "https://a:b/3.0"],
)  # fmt: skip
def test_credentials_never_travel_in_the_clear_or_in_a_url(url: str) -> None:
    with pytest.raises(ConfigurationProblem) as caught:
        checked_base_url(url)

    assert caught.value.code == "mailchimp_base_url_invalid"
    assert "secret" not in str(caught.value)


def test_names_in_a_route_are_escaped_and_times_keep_their_sign() -> None:
    call = Call(
        method="GET",
        route="/lists/{list_id}/members",
        names={"list_id": "a/../b?c"},
        query={
            "fields": "members.id,total_items",
            "since_last_changed": "2026-03-01T00:00:00+00:00",
        },
    )

    assert call.path() == (
        "/lists/a%2F..%2Fb%3Fc/members"
        "?fields=members.id,total_items&since_last_changed=2026-03-01T00:00:00%2B00:00"
    )


def test_replies_are_compressed_unless_they_come_from_this_machine() -> None:
    assert default_encoding("https://us7.api.mailchimp.com/3.0") == "gzip"
    assert default_encoding("http://127.0.0.1:8765/3.0") == "identity"
