"""E-mail addresses as Mailchimp sees them: the key of a contact, what is valid and what looks fake."""

from __future__ import annotations

import re
from hashlib import md5

_VALID = re.compile(
    r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]+@(?:[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.)+[A-Za-z0-9-]{2,63}"
)
# Source: FACTS.md §4 #2 and §9.11: example.com is recorded, gmil.com reported.
_FAKE_DOMAINS = frozenset({"example.com", "example.net", "example.org", "gmil.com"})
_FAKE_ENDINGS = (".test", ".invalid", ".localhost")


def key_of(address: str) -> str:
    """Return the md5 of the trimmed, lower-cased address, 32 hex digits. Source: FACTS.md §6."""
    return md5(address.strip().lower().encode(), usedforsecurity=False).hexdigest()


def is_valid(address: str) -> bool:
    """Tell whether the address has a form that is accepted. Source: FACTS.md §4 #1."""
    return _VALID.fullmatch(address) is not None and ".." not in address


def looks_fake(address: str) -> bool:
    """Tell whether the domain is one that is refused as fake. Source: FACTS.md §4 #2."""
    domain = address.rpartition("@")[2].lower()
    return domain in _FAKE_DOMAINS or domain.endswith(_FAKE_ENDINGS)
