"""Clean what Mailchimp writes: fold a text for matching, take addresses and values out of it. No meaning is read here."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from hashlib import md5

from segue.core.emails import canonical, subscriber_hash
from segue.core.names import is_identifier
from segue.mailchimp.limits import ADDRESS_LENGTH, WORDS_READ

_ADDRESS = re.compile(r"[^\s@'\"<>(){}\[\],;:]+@[^\s@'\"<>(){}\[\],;:]+(?<![.!?])")
_KEY = re.compile(r"\b[0-9a-f]{20,}(?:-[a-z]{2,3}\d{1,3})?\b", re.IGNORECASE)
"""What looks like an API key, an access token or the hash of an address: a long hexadecimal word, of a key with its data centre."""
_CONTACT_ID = re.compile("[0-9a-fA-F]{32}")
_QUOTES = " \t\r\n\"'\\`“”‘’<>"
_REFUSED_VALUE = re.compile(r"\(not .*\)", re.DOTALL)
_TAG = re.compile(r"<[^>]*>")
_REQUEST_ID_LENGTH = 100
WORDS_LENGTH = 300
"""Characters of Mailchimp's words that are kept; longer texts end with an ellipsis."""


def folded(text: str) -> str:
    """Return `text` for matching: case folded, typographic quotes straightened, runs of blanks as one blank."""
    straight = text.replace("’", "'").replace("‘", "'").replace("“", '"').replace("”", '"')
    return " ".join(straight.casefold().split())


def request_id_in(headers: Mapping[str, str]) -> str:
    """Return Mailchimp's own id of a request; empty when it gave none that is one."""
    given = headers.get("X-Request-Id", "")
    return given if is_identifier(given, longest=_REQUEST_ID_LENGTH) else ""


def read_of(text: str) -> str:
    """Return as much of a text as is read, up to a blank, so that no part of an address is left of a whole one."""
    if len(text) <= WORDS_READ.value:
        return text
    return text[: WORDS_READ.value].rpartition(" ")[0] + " …"


def clean_address(raw: str) -> str:
    """Return an address as Mailchimp's hash needs it: without quotes and blanks around it, in lower case.

    Source: FACTS.md §4: one client saw embedded escaped quotes, and the case may differ from what was sent.
    """
    return raw[: 2 * ADDRESS_LENGTH.value].strip(_QUOTES).lower()


def hash_of(raw: str) -> str:
    """Return the subscriber hash of an address as Mailchimp wrote it, whatever its case and form.

    An address without canonical form still gets one, so that it can be told apart: md5 of its cleaned text.
    """
    cleaned = clean_address(raw)
    if cleaned.isascii():
        return subscriber_hash(cleaned)
    address = canonical(cleaned).address
    if address is not None:
        return subscriber_hash(address)
    return md5(cleaned.encode(), usedforsecurity=False).hexdigest()


def contact_id_of(told: str) -> str:
    """Return the id of a contact that stays when its address changes, in small letters; "" for what is none (32 hex digits)."""
    return told.lower() if _CONTACT_ID.fullmatch(told) else ""


def hashes_of(raw: Sequence[str]) -> list[str]:
    """Return the subscriber hashes of a page of addresses, each as `hash_of` has it."""
    most = 2 * ADDRESS_LENGTH.value
    cleaned = [text[:most].strip(_QUOTES).lower() for text in raw]
    return [
        md5(text.encode(), usedforsecurity=False).hexdigest() if text.isascii() else hash_of(whole)
        for text, whole in zip(cleaned, raw, strict=True)
    ]


def without_addresses(text: str, *addresses: str) -> str:
    """Return `text` fit for reports and logs: `addresses`, anything like one, keys, and refused values taken out."""
    # Looking for addresses takes time by the square of the length.
    text = read_of(text)
    for address in sorted(filter(None, addresses), key=len, reverse=True):
        text = re.sub(re.escape(address), "<address>", text, flags=re.IGNORECASE)
    text = _ADDRESS.sub("<address>", text)
    text = _KEY.sub("<key>", text)
    text = _REFUSED_VALUE.sub("(not this value)", text)
    text = " ".join(text.split())
    return text if len(text) <= WORDS_LENGTH else text[: WORDS_LENGTH - 1] + "…"


def without_markup(text: str) -> str:
    """Return the words of a page that a gateway sent instead of an answer."""
    return " ".join(_TAG.sub(" ", text).split())
