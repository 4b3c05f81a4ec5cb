"""How failed sign-ins are counted: by whose address and from which place. No address is kept, only its keyed hash."""

from __future__ import annotations

import ipaddress
from collections.abc import Mapping

from axes.handlers.proxy import AxesProxyHandler
from django.http import HttpRequest
from django.utils.crypto import salted_hmac

from segue.control.people.models import Person
from segue.core.emails import canonical

_SALT = "segue.web.people.attempts"
_IPV6_PREFIX = 64
"""Whoever has one IPv6 address has the 2^64 of its network: they count as one place. Source: RFC 6177."""


def counted_name(request: HttpRequest, credentials: Mapping[str, str] | None = None) -> str | None:
    """Return what stands for the address that was tried, however it was typed; None without one."""
    typed = credentials.get("username") if credentials else request.POST.get("username")
    return _hash_of(typed) if typed else None


def place_of(request: HttpRequest) -> str | None:
    """Return where a request comes from; behind a proxy the server has put the proxy's word there already."""
    return _place(request.META.get("REMOTE_ADDR", "").strip())


def was_judged(request: HttpRequest) -> bool:
    """Tell whether a failed sign-in was looked at and counted: during a pause it is not."""
    return getattr(request, "axes_failures_since_start", None) is not None


def is_paused(request: HttpRequest) -> bool:
    """Tell whether further tries are refused for a while."""
    return bool(getattr(request, "axes_locked_out", False))


def forget(person: Person) -> None:
    """Let somebody who has proven otherwise who they are try again at once, from everywhere."""
    AxesProxyHandler.reset_attempts(username=_hash_of(person.email))


def _hash_of(typed: str) -> str:
    address = canonical(typed).address or typed
    return salted_hmac(_SALT, address, algorithm="sha256").hexdigest()


def _place(text: str) -> str | None:
    try:
        address = ipaddress.ip_address(text)
    except ValueError:
        return None
    if address.version == 4:
        return str(address)
    return str(ipaddress.ip_network((int(address), _IPV6_PREFIX), strict=False).network_address)
