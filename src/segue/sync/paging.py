"""Read a listing of contacts page by page: several at once, in halves where the service is too slow, and joined."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from itertools import pairwise
from typing import TypeAlias

from segue.core.errors import TryLater
from segue.sync.pacing import Attempts
from segue.sync.ports import Page

SMALLEST_PAGE = 100
"""Contacts a page; smaller ones are not tried when the service cannot answer in time."""

PAGE_ATTEMPTS = 3
"""How often a page is asked for before it is asked for in halves."""

WAVE = 40
"""Pages that are asked for together: so many are in memory at once at most."""

Read: TypeAlias = Callable[[int, int], Awaitable[Page]]
"""Asks for one page: offset and count."""


class Paging:
    """Reads listings in pages of `size` contacts."""

    def __init__(self, attempts: Attempts, size: int) -> None:
        self._attempts = attempts
        self._size = size

    async def all(self, read: Read) -> Sequence[Page]:
        """Read all pages, each beginning with the last row of the one before, so that a shift between them shows."""
        return [page async for wave in self.waves(read) for page in wave]

    async def waves(self, read: Read) -> AsyncIterator[Sequence[Page]]:
        """Yield the pages in order, some at a time."""
        first = await self._one_page(read, 0, self._size)
        yield first
        offsets = range(self._size - 1, first[0].total - 1, self._size - 1)
        for start in range(0, len(offsets), WAVE):
            wave = offsets[start : start + WAVE]
            found = await asyncio.gather(*(self._one_page(read, o, self._size) for o in wave))
            yield [page for pages in found for page in pages]

    async def _one_page(self, read: Read, offset: int, count: int) -> Sequence[Page]:
        """Read one page; in two halves when the service cannot answer it in time. Source: FACTS.md §2, §4 #30."""
        try:
            attempts = (
                self._attempts if count <= SMALLEST_PAGE else self._attempts.fewer(PAGE_ATTEMPTS)
            )
            return [await attempts.run(lambda: read(offset, count))]
        except TryLater as problem:
            if count <= SMALLEST_PAGE:
                raise
            if not problem.timed_out:  # a smaller page would fare no better: the usual patience
                return [await self._attempts.run(lambda: read(offset, count))]
            half = count // 2
            return [
                *await self._one_page(read, offset, half),
                *await self._one_page(read, offset + half - 1, count - half + 1),
            ]


def join(pages: Sequence[Page]) -> bool:
    """Return whether every page begins with the contact with which the one before ended."""
    full = [page.contacts for page in pages if page.contacts]
    return all(
        left[-1].subscriber_hash == right[0].subscriber_hash for left, right in pairwise(full)
    )
