"""Bits of tags: each tag of an audience has one bit for ever, in words of 62. Values only; stores keep the registry."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

BITS_PER_WORD = 62
"""A signed 64-bit integer less its sign and one spare bit. Source: ENGINE-FACTS §2."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TagBit:
    """One registered tag. `claimed` is True from the first run that writes it; bits are never reused.

    `tag_id` is the service's own id when we last wrote it, None when it is not known (yet).
    """

    name: str
    position: int
    claimed: bool
    tag_id: int | None = None

    @property
    def word(self) -> int:
        """Return which mask column holds the bit."""
        return self.position // BITS_PER_WORD

    @property
    def value(self) -> int:
        """Return the bit's value inside its mask column."""
        return 1 << (self.position % BITS_PER_WORD)


def folded(name: str) -> str:
    """Return the form in which two tag names are the same tag. Source: FACTS.md §5 (Mailchimp ignores case)."""
    return name.strip().casefold()


def word_count(bits: Iterable[TagBit]) -> int:
    """Return how many mask columns hold these bits; at least one."""
    return max((bit.word for bit in bits), default=0) + 1


def masks(bits: Iterable[TagBit], *, words: int) -> tuple[int, ...]:
    """Return the bits as one integer per mask column."""
    values = [0] * words
    for bit in bits:
        values[bit.word] |= bit.value
    return tuple(values)


def names_of(bits: Sequence[TagBit], mask: Sequence[int]) -> tuple[str, ...]:
    """Return the names of the tags that are set in the mask columns, in order of their position."""
    return tuple(bit.name for bit in bits if mask[bit.word] & bit.value)
