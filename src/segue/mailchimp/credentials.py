"""Credentials and the base URL that goes with them. Secrets are masked wherever they could be printed."""

from __future__ import annotations

import re
from base64 import b64encode
from dataclasses import dataclass, field
from ipaddress import ip_address
from typing import TypeAlias
from urllib.parse import urlsplit

from segue.mailchimp.errors import problem

_DATA_CENTRE = re.compile(r"[a-z]{2}\d{1,3}")
GENERIC_BASE_URL = "https://api.mailchimp.com/3.0"
"""One host for every account, in preview. Source: FACTS.md §1; whether every key works there: §11.10."""


@dataclass(frozen=True, slots=True)
class ApiKey:
    """An API key; its end after the dash names the data centre."""

    secret: str = field(repr=False)

    def header(self) -> str:
        """Return the Authorization header: Basic, any user name. Source: FACTS.md §1."""
        return "Basic " + b64encode(f"segue:{self.secret}".encode()).decode()

    def __repr__(self) -> str:
        return "ApiKey(•••)"


@dataclass(frozen=True, slots=True)
class AccessToken:
    """An OAuth access token; it has no expiry, and one that stops working was revoked."""

    secret: str = field(repr=False)

    def header(self) -> str:
        """Return the Authorization header: Bearer. Source: FACTS.md §1."""
        return f"Bearer {self.secret}"

    def __repr__(self) -> str:
        return "AccessToken(•••)"


Credentials: TypeAlias = ApiKey | AccessToken


def base_url_for_key(key: str) -> str:
    """Return the base URL of the data centre that an API key names.

    Raises: ConfigurationProblem when the key names none.
    """
    data_centre = key.strip().rpartition("-")[2].lower()
    if "-" not in key or not _DATA_CENTRE.fullmatch(data_centre):
        raise problem("mailchimp_key_without_data_centre")
    return base_url_for_data_centre(data_centre)


def base_url_for_data_centre(data_centre: str) -> str:
    """Return the base URL of a data centre such as `us1`."""
    return f"https://{data_centre}.api.mailchimp.com/3.0"


def base_url_for_endpoint(api_endpoint: str) -> str:
    """Return the base URL for the `api_endpoint` of OAuth's metadata."""
    return checked_base_url(api_endpoint.rstrip("/").removesuffix("/3.0") + "/3.0")


def checked_base_url(url: str) -> str:
    """Return a configured base URL without a slash at its end.

    Raises: ConfigurationProblem unless it is https, or http on this machine: credentials never travel in the clear.
    """
    try:
        parts = urlsplit(url.strip())
        port = parts.port
    except ValueError:
        raise problem("mailchimp_base_url_invalid", detail="it is no URL") from None
    if not parts.hostname or parts.username or parts.query or parts.fragment or port == 0:
        raise problem(
            "mailchimp_base_url_invalid", detail="it needs a host and nothing after the path"
        )
    if parts.scheme != "https" and not (parts.scheme == "http" and is_loopback(parts.hostname)):
        raise problem("mailchimp_base_url_invalid", detail=f"{parts.scheme or 'no'} scheme")
    return url.strip().rstrip("/")


def is_loopback(host: str) -> bool:
    """Tell whether a host name means this machine."""
    if host == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False
