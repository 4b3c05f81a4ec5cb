"""Which addresses messages are never sent to: this machine's, its network's, and those that only machines inside know.

An installation that has a chat service of its own there names the place in `SEGUE_NOTICE_PLACES`.
"""

from __future__ import annotations

import socket
import unicodedata
from collections.abc import Sequence
from ipaddress import (
    IPv4Address,
    IPv4Network,
    IPv6Address,
    IPv6Network,
    ip_address,
    ip_network,
)
from typing import TypeAlias

Address: TypeAlias = IPv4Address | IPv6Address
Network: TypeAlias = IPv4Network | IPv6Network

_NAT64 = IPv6Network("64:ff9b::/96")
"""Where IPv6 networks reach IPv4 addresses, which stand in the last 32 bits. Source: RFC 6052."""

_NOT_PUBLIC: tuple[Network, ...] = tuple(
    ip_network(text)
    for text in (
        "192.0.0.0/24",  # for protocols; a cloud keeps instance metadata here
        "192.88.99.0/24",  # 6to4 relays
        "168.63.129.16/32",  # a cloud's platform, reached from its machines only
        "::/96",  # IPv4 addresses in an old form
        "64:ff9b:1::/48",  # local translation to IPv4
        "2001::/32",  # Teredo: an IPv4 address inside
        "2002::/16",  # 6to4: an IPv4 address inside
        "fec0::/10",  # site-local, of old
    )
)
"""What `is_global` takes for public, and is not. Source: IANA's registries of special-purpose addresses."""

_LOCAL_NAMES = ("localhost", "localdomain", "local", "internal", "home.arpa")
"""Names that lead inside whatever the name server says. Source: RFC 6761, 6762, 8375; `internal`: reserved by ICANN."""


def may_be_sent_to(address: Address, own: Sequence[Network]) -> bool:
    """Tell whether messages may go to an address: a public one, or one of the installation's `own` networks."""
    meant = _meant(address)
    is_own = any(meant in network for network in own if network.version == meant.version)
    return is_own or _is_public(meant)


def is_inside(host: str, own: Sequence[Network]) -> bool:
    """Tell whether a host, as somebody typed it, leads inside whatever the name server says: a number or a local name."""
    name = unicodedata.normalize("NFKC", host).strip("[].").lower()
    address = address_of(name)
    if address is not None:
        return not may_be_sent_to(address, own)
    return name.rpartition(".")[2] in _LOCAL_NAMES or name.endswith(".home.arpa")


def address_of(host: str) -> Address | None:
    """Return the address that a host stands for in any form that programs take: `127.1`, `0x7f000001`, `2130706433`.

    None for a name.
    """
    try:
        return ip_address(host.partition("%")[0])
    except ValueError:
        pass
    try:
        return IPv4Address(socket.inet_aton(host))
    except (OSError, UnicodeError):
        return None


def _meant(address: Address) -> Address:
    if isinstance(address, IPv4Address):
        return address
    if address.ipv4_mapped is not None:
        return address.ipv4_mapped
    return IPv4Address(int(address) & 0xFFFFFFFF) if address in _NAT64 else address


def _is_public(address: Address) -> bool:
    if any(address in network for network in _NOT_PUBLIC if network.version == address.version):
        return False
    return address.is_global and not address.is_multicast and not address.is_reserved
