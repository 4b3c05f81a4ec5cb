"""Decode JSON that was kept in a file, which may be damaged by now."""

from __future__ import annotations

from typing import TypeVar

import msgspec

T = TypeVar("T")


class DamagedDocument(Exception):
    """The content is no JSON, not what was expected, too deep, or no text at all."""


def decoded(content: bytes, expected: type[T]) -> T:
    """Return what a document says. Raises: DamagedDocument.

    Letters that are no UTF-8 are an error of their own for msgspec, and so is a document nested too deep.
    """
    try:
        return msgspec.json.decode(content, type=expected)
    except (ValueError, RecursionError) as error:
        raise DamagedDocument from error
