"""Decode what was kept in a file, which may be damaged by now."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")


class DamagedDocument(Exception):
    """The content is not of its format, not what was expected, too deep, or no text at all."""


def decoded(content: bytes, decode: Callable[[bytes], T]) -> T:
    """Return what a document says, by a decoder that raises some ValueError. Raises: DamagedDocument.

    Letters that are no UTF-8 are an error of their own for msgspec, and so is a document nested too deep.
    """
    try:
        return decode(content)
    except (ValueError, RecursionError) as error:
        raise DamagedDocument from error
