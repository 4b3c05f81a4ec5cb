"""Where requests come from, as far as bounds go: one place is what one stranger has at hand."""

from __future__ import annotations

import ipaddress
from collections.abc import Sequence

_IPV6_PREFIX = 64
"""Whoever has one IPv6 address has the 2^64 of its network: they count as one place. Source: RFC 6177."""


def place(text: str) -> str | None:
    """Return the place of an address; None for what is none."""
    try:
        address = ipaddress.ip_address(text.strip())
    except ValueError:
        return None
    if isinstance(address, ipaddress.IPv6Address):
        if address.ipv4_mapped is not None:
            return str(address.ipv4_mapped)
        return str(ipaddress.ip_network((int(address), _IPV6_PREFIX), strict=False).network_address)
    return str(address)


def is_among(text: str, trusted: Sequence[str]) -> bool:
    """Tell whether an address is one of those, or in one of the networks, that a setting lists."""
    return any(listed in ("*", text) or _is_in(text, listed) for listed in trusted)


def _is_in(text: str, listed: str) -> bool:
    try:
        return ipaddress.ip_address(text) in ipaddress.ip_network(listed, strict=False)
    except ValueError:
        return False
