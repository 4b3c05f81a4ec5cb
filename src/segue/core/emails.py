"""THE canonical form of an e-mail address and THE hash by which Mailchimp knows a contact. No text of ours is sent.

The same rules exist once more as query expressions (`engines/duckdb/profiles/addresses.py`), built from the patterns of this
file; tests prove both equal. The patterns use only what RE2 and Python's `re` read alike: anchored ASCII classes.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from enum import StrEnum

TRIMMED = (
    "\t\n\x0b\x0c\r "  # ASCII white space
    "\x1c\x1d\x1e\x1f\x85"  # separators that str.strip() takes away too
    "\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a"  # spaces, NBSP first
    "\u2028\u2029\u202f\u205f\u3000"
    "\u200b\u200c\u200d\u2060\ufeff"  # zero width: space, non-joiner, joiner, word joiner, byte order mark
)
"""The characters taken away at both ends of an address. Inside, blanks make it invalid, what nobody sees is `INVISIBLE`."""

JOINERS = "\u200c\u200d"
"""Zero-width non-joiner and joiner: letters of a few scripts need them, so they stay in an address of other letters."""

INVISIBLE = (
    "\u00ad"  # soft hyphen
    "\u034f\u061c\u180e"  # grapheme joiner, Arabic letter mark, Mongolian vowel separator
    "\u200b\u200e\u200f"  # zero-width space, marks of direction
    "\u202a\u202b\u202c\u202d\u202e"  # embeddings and overrides of direction, and their end
    "\u2060\u2061\u2062\u2063\u2064"  # word joiner, invisible operators
    "\u2066\u2067\u2068\u2069\u206a\u206b\u206c\u206d\u206e\u206f"  # isolates, shaping of old
    "\ufe00\ufe01\ufe02\ufe03\ufe04\ufe05\ufe06\ufe07"  # variants of a letter's picture
    "\ufe08\ufe09\ufe0a\ufe0b\ufe0c\ufe0d\ufe0e\ufe0f"
    "\ufeff"  # byte order mark
)
"""Signs without a picture that chats, browsers and spreadsheets leave behind: never a part of an address, taken away anywhere."""

INVISIBLE_PATTERN = f"[{INVISIBLE}]"

JOINERS_PATTERN = f"[{JOINERS}]"

LOCAL_LENGTH = 64
"""Octets before the sign @. Source: RFC 5321 §4.5.3.1.1."""

ADDRESS_LENGTH = 254
"""Octets of a whole address: a path of 256 without its angle brackets. Source: RFC 5321 §4.5.3.1.3, erratum 1690."""

DOMAIN_LENGTH = 253
"""Octets of a domain in its written form. Source: RFC 1035 §2.3.4 (255 on the wire)."""

LABEL_LENGTH = 63
"""Octets of one part of a domain. Source: RFC 1035 §2.3.4."""

LOCAL_PATTERN = r"[a-z0-9!#$%&'*+/=?^_`{|}~-]+(\.[a-z0-9!#$%&'*+/=?^_`{|}~-]+)*"
"""A dot-atom, lower-cased; quoted local parts are refused. Source: RFC 5322 §3.2.3."""

DOMAIN_PATTERN = r"([a-z0-9]([a-z0-9-]*[a-z0-9])?\.)+[a-z0-9]([a-z0-9-]*[a-z0-9])?"
"""At least two parts of letters, digits and inner hyphens. Source: RFC 1123 §2.1."""

LONG_LABEL_PATTERN = r"[a-z0-9-]{64}"
"""Found in a domain whose label is longer than 63."""

NUMERIC_TOP_PATTERN = r"\.[0-9]+$"
"""Found in a domain whose last part is all digits, which no top-level domain is. Source: RFC 3696 §2."""

_SEEN_BLANKS = "".join(c for c in TRIMMED if ord(c) > 0x20 and c not in INVISIBLE + JOINERS)
INNER_SPACE_PATTERN = "[\\x00-\\x20\\x7f" + _SEEN_BLANKS + "]"
"""Found in an address that holds a space or a control character."""


class AddressProblem(StrEnum):
    """Why a text has no canonical address."""

    MISSING = "missing"
    CONTAINS_SPACES = "contains_spaces"
    NO_AT_SIGN = "no_at_sign"
    SEVERAL_AT_SIGNS = "several_at_signs"
    NON_ASCII_LOCAL_PART = "non_ascii_local_part"
    BAD_LOCAL_PART = "bad_local_part"
    BAD_DOMAIN = "bad_domain"
    TOO_LONG = "too_long"


@dataclass(frozen=True, slots=True, kw_only=True)
class Canonical:
    """The canonical address, or the reason why there is none: exactly one of the two is None."""

    address: str | None
    problem: AddressProblem | None


def canonical(text: str | None) -> Canonical:
    """Trim, lower-case and check an address; write an international domain in its ASCII form.

    Mailchimp finds a contact by the lower-cased, trimmed address (Source: FACTS.md §6); a non-ASCII local part is
    refused because no two engines lower-case it alike (Source: ENGINE-FACTS.md §6).
    """
    trimmed = _without_unseen((text or "").strip(TRIMMED))
    problem = _shape_problem(trimmed)
    if problem is not None:
        return Canonical(address=None, problem=problem)
    local, _, raw_domain = trimmed.partition("@")
    local = _ascii_lower(local)
    domain = ascii_domain(raw_domain)
    problem = _local_problem(local)
    if problem is not None or domain is None:
        return Canonical(address=None, problem=problem or AddressProblem.BAD_DOMAIN)
    if len(local) + 1 + len(domain) > ADDRESS_LENGTH:
        return Canonical(address=None, problem=AddressProblem.TOO_LONG)
    return Canonical(address=f"{local}@{domain}", problem=None)


def ascii_domain(domain: str) -> str | None:
    """Return the domain in lower-case ASCII, or None when it is not one.

    International names are mapped by UTS 46, non-transitional. Source: RFC 5891, Unicode TR 46.
    """
    written = _ascii_lower(domain) if domain.isascii() else _encoded(domain)
    if written is None or len(written) > DOMAIN_LENGTH:
        return None
    if not re.fullmatch(DOMAIN_PATTERN, written) or re.search(LONG_LABEL_PATTERN, written):
        return None
    return None if re.search(NUMERIC_TOP_PATTERN, written) else written


def subscriber_hash(address: str) -> str:
    """Return the hexadecimal MD5 of a canonical address: Mailchimp's id of the contact. Source: FACTS.md §6."""
    return hashlib.md5(address.encode("ascii"), usedforsecurity=False).hexdigest()


def _without_unseen(text: str) -> str:
    """Take away what nobody sees; joiners stay beside letters of other scripts."""
    if text.isascii():
        return text
    seen = re.sub(INVISIBLE_PATTERN, "", text).strip(TRIMMED)
    bare = re.sub(JOINERS_PATTERN, "", seen)
    return bare if bare.isascii() else seen


def _shape_problem(trimmed: str) -> AddressProblem | None:
    if not trimmed:
        return AddressProblem.MISSING
    if re.search(INNER_SPACE_PATTERN, trimmed):
        return AddressProblem.CONTAINS_SPACES
    at_signs = trimmed.count("@")
    if at_signs == 1:
        return None
    return AddressProblem.NO_AT_SIGN if at_signs == 0 else AddressProblem.SEVERAL_AT_SIGNS


def _local_problem(local: str) -> AddressProblem | None:
    if not local.isascii():
        return AddressProblem.NON_ASCII_LOCAL_PART
    if len(local) > LOCAL_LENGTH:
        return AddressProblem.TOO_LONG
    if not re.fullmatch(LOCAL_PATTERN, local):
        return AddressProblem.BAD_LOCAL_PART
    return None


def _ascii_lower(text: str) -> str:
    return text.lower() if text.isascii() else text


def _encoded(domain: str) -> str | None:
    import idna

    try:
        encoded = idna.encode(domain, uts46=True, std3_rules=True, transitional=False)
    except UnicodeError:  # idna.IDNAError is one
        return None
    return encoded.decode("ascii").lower()
