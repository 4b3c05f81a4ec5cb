"""What single settings of the environment say: read, and refused by name. A value may be a secret and is never repeated."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from ipaddress import IPv4Network, IPv6Network, ip_network
from urllib.parse import SplitResult, unquote, urlsplit

from segue.core.errors import ConfigurationProblem
from segue.core.sentences import said

MOST = 100_000
"""No number of a setting is larger: spans of so many days or hours are still dates that can be written."""

_ON = frozenset({"1", "true", "yes", "on"})
_OFF = frozenset({"0", "false", "no", "off"})
_MAIL_PORTS = {"smtp": 25, "smtp+tls": 587, "smtps": 465}
_HOST = re.compile(r"\*|\.?[a-z0-9_](?:[a-z0-9_.-]*[a-z0-9_])?|\[[0-9a-f:.]+\]", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Environment:
    """The settings by name. All of its methods raise ConfigurationProblem `setting_invalid` for a value that is none."""

    values: Mapping[str, str]

    def text(self, name: str, default: str = "") -> str:
        """Return a setting without blanks around it."""
        return self.values.get(name, "").strip() or default

    def listed(self, name: str) -> list[str]:
        """Return the parts between commas."""
        return [part.strip() for part in self.text(name).split(",") if part.strip()]

    def whole(self, name: str, default: int, *, least: int) -> int:
        """Return a whole number, at most `MOST`."""
        given = self.text(name, str(default))
        if not (given.isascii() and given.isdecimal() and len(given) <= len(str(MOST))):
            number = -1
        else:
            number = int(given)
        if not least <= number <= MOST:
            raise refused(
                name,
                said("Give a whole number from %(least)s to %(most)s.", least=least, most=MOST),
            )
        return number

    def site(self, name: str, default: str) -> str:
        """Return the address of a site: scheme, host and port, without a path. A user or password would stand in every letter."""
        url = self.text(name, default).rstrip("/")
        parts = _web_address(url)
        if parts is None or parts.path or parts.query or parts.fragment:
            raise refused(name, said("Write it as https://segue.shop.example, without a path."))
        return url

    def service(self, name: str, default: str = "") -> str:
        """Return the address of a service on the web, with its path; empty where there is none."""
        url = self.text(name, default)
        if url and _web_address(url) is None:
            raise refused(name, said("Write it as https://service.example/path."))
        return url

    def hosts(self, name: str) -> list[str]:
        """Return names of hosts, without scheme and port."""
        listed = self.listed(name)
        if not all(_HOST.fullmatch(one) for one in listed):
            raise refused(
                name,
                said("List names of hosts without scheme and port, such as segue.shop.example."),
            )
        return listed

    def proxies(self, name: str) -> list[str]:
        """Return the addresses of the proxies that are believed; a plain yes means one on this machine."""
        listed = self.listed(name)
        if len(listed) == 1 and listed[0].lower() in _ON:
            return ["127.0.0.1", "::1"]
        if len(listed) == 1 and listed[0].lower() in _OFF:
            return []
        try:
            for one in listed:
                if one != "*":
                    ip_network(one, strict=False)
        except ValueError:
            raise refused(
                name,
                said(
                    "List addresses or networks, such as 10.1.2.3, 10.4.0.0/16; 1 for this machine."
                ),
            ) from None
        return listed

    def networks(self, name: str) -> Sequence[IPv4Network | IPv6Network]:
        """Return the addresses and networks that a setting lists."""
        try:
            return [ip_network(listed) for listed in self.listed(name)]
        except ValueError:
            raise refused(
                name, said("List addresses or networks, such as 10.1.2.3, 10.4.0.0/16.")
            ) from None

    def mail_server(self, name: str) -> MailServer | None:
        """Return the mail server; None where the setting is empty, and nowhere else: mails would be kept in silence."""
        given = self.text(name)
        parts = _split(given)
        if not given:
            return None
        if (
            parts is None
            or parts.scheme not in _MAIL_PORTS
            or not parts.hostname
            or parts.path.strip("/")
            or parts.query
            or parts.fragment
        ):
            raise refused(name, said("Write smtp+tls://user:password@mail.shop.example:587."))
        return MailServer(
            host=parts.hostname,
            port=parts.port or _MAIL_PORTS[parts.scheme],
            scheme=parts.scheme,
            user=unquote(parts.username or ""),
            password=unquote(parts.password or ""),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class MailServer:
    """A mail server and who sends there. `scheme` is `smtp`, `smtp+tls` (STARTTLS) or `smtps`."""

    host: str
    port: int
    scheme: str
    user: str
    password: str = field(repr=False)


def refused(name: str, action: str) -> ConfigurationProblem:
    """Return the refusal of a setting."""
    return ConfigurationProblem(
        said("The setting %(name)s cannot be used as it is.", name=name),
        action=action,
        code="setting_invalid",
    )


def _web_address(url: str) -> SplitResult | None:
    """Return the parts of an address of the web without a user; None for what is none."""
    parts = _split(url)
    is_one = parts is not None and parts.scheme in ("http", "https") and parts.hostname
    return parts if is_one and parts is not None and "@" not in parts.netloc else None


def _split(url: str) -> SplitResult | None:
    """Return the parts of an address; None for half a bracket, a port that is no number, or a blank within."""
    try:
        parts = urlsplit(url)
        _ = parts.port
    except ValueError:
        return None
    return None if re.search(r"\s", url) else parts
