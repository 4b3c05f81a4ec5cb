"""Decode a foreign document, unless it holds more than any of Mailchimp's does. Says nothing of what it means."""

from __future__ import annotations

from typing import TypeVar

import msgspec

from segue.mailchimp.limits import REPLY_VALUES

T = TypeVar("T")


class UnreadableError(Exception):
    """The document is cut, no JSON, not what was expected, too deep or too full."""


def decoded(decoder: msgspec.json.Decoder[T], body: bytes) -> T:
    """Return a document's values. Raises: UnreadableError."""
    if _is_too_full(body):
        raise UnreadableError
    try:
        return decoder.decode(body)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise UnreadableError from error


def _is_too_full(body: bytes) -> bool:
    """Count the values before they are built: an empty list of three bytes takes a hundred in memory.

    Every value but the first of each list or object follows a comma, and lists in lists in lists end at the depth. A
    comma and its value are two bytes, so that replies of usual sizes need no counting.
    """
    most = REPLY_VALUES.value
    return len(body) > 2 * most and body.count(b",") > most
