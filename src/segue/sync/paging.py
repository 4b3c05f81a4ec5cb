"""Read a listing of contacts page by page: several at once, in halves where the service is too slow, and joined."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from dataclasses import replace
from itertools import pairwise
from typing import TypeAlias

from segue.core.bounds import Bound
from segue.core.errors import TryLater
from segue.core.sentences import said
from segue.sync.pacing import Attempts
from segue.sync.ports import Page
from segue.sync.progress import Progress

SMALLEST_PAGE = 100
"""Contacts a page; smaller ones are not tried when the service cannot answer in time."""

READINGS = 3
"""How often one listing is read again when contacts moved while its pages were read."""

PAGE_ATTEMPTS = 3
"""How often a page is asked for before it is asked for in halves."""

WAVE = 40
"""Pages that are asked for together: so many are in memory at once at most."""

WAVE_BYTES = 32 * 2**20
"""Bytes of pages after which a wave ends, though it could hold more pages."""

READERS = 12
"""Pages of a listing that are on their way at once at most; the pace decides how many of their calls are."""

MOST_CONTACTS = 100_000_000
"""Contacts that one listing may announce."""

BOUNDS = (
    Bound(
        name="contacts of one status in an audience",
        value=MOST_CONTACTS,
        unit="contacts",
        beyond="the run ends before the first write (`listing_too_long`)",
    ),
    Bound(
        name="pages of contacts in memory",
        value=WAVE,
        unit="pages of 1,000 contacts for each status",
        beyond="the next pages are asked for when these are written to disk",
    ),
    Bound(
        name="bytes of the pages of contacts in memory",
        value=WAVE_BYTES,
        unit="bytes for each status, and what is on its way",
        beyond="the next pages are asked for when these are written to disk",
    ),
    Bound(
        name="pages of contacts on their way",
        value=READERS,
        unit="pages for each status; nine calls of a run are under way at once",
        beyond="the next page is asked for when one has come",
    ),
    Bound(
        name="pages in a row that bring nobody new",
        value=0,
        unit="pages, while more contacts are announced",
        beyond="the reading ends (`listing_stands_still`); what was read is not used",
    ),
)
"""What is taken in of listings of contacts."""

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

    async def one(self, read: Callable[[], Awaitable[Page]]) -> Page:
        """Read a page by itself."""
        return await self._attempts.run(read)

    async def waves(
        self, read: Read, *, most: int = MOST_CONTACTS, uncounted: Read | None = None
    ) -> AsyncIterator[Sequence[Page]]:
        """Yield the pages in order, some at a time; `most` contacts may be announced.

        All pages but the first and the last are asked for by `uncounted`, where there is one: it tells no total. After a
        full page there may be another one, whatever total was announced. Raises: TryLater when more are announced, or
        when a page brings nobody new.
        """
        progress = Progress()
        first = await self._one_page(read, 0, self._size)
        total = first[0].total
        check_total(total, most=most)
        offsets = range(self._size - 1, total - 1, self._size - 1)
        yield _seen(first, progress, goes_on=bool(offsets))
        between = read if uncounted is None else _with_total(uncounted, total)
        done, last = 0, first

        async def one(offset: int) -> Sequence[Page]:
            return await self._one_page(
                read if offset == offsets[-1] else between, offset, self._size
            )

        while done < len(offsets):
            wave = _Wave(offsets[done : done + WAVE])
            await wave.fill(one)
            done += len(wave.found)
            last = wave.found[max(wave.found)]
            yield _seen(wave.pages, progress, goes_on=done < len(offsets))
        offset = offsets[-1] if offsets else 0
        # A total may be behind: whoever stands after it would pass for unknown, and be added as new.
        while _rows(last) >= self._size > 1:
            _seen(last[-1:], progress, goes_on=True)
            offset += self._size - 1
            check_total(offset, most=most)
            last = await self._one_page(read, offset, self._size)
            if _rows(last) <= 1:
                return
            yield _seen(last, progress, goes_on=False)

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
            parts = await self._one_page(read, offset, half)
            # Where the listing ends, an empty part would look like one that stands still.
            if _rows(parts) < half:
                return parts
            return [*parts, *await self._one_page(read, offset + half - 1, count - half + 1)]


def _rows(parts: Sequence[Page]) -> int:
    """Return how many contacts a page holds that came in one or several parts, each beginning with the last one's end."""
    return sum(len(part.contacts) for part in parts) - sum(1 for part in parts[1:] if part.contacts)


def _with_total(read: Read, total: int) -> Read:
    async def page(offset: int, count: int) -> Page:
        return replace(await read(offset, count), total=total)

    return page


class _Wave:
    """Pages that are read together, by several readers that each take the next offset."""

    def __init__(self, offsets: Sequence[int]) -> None:
        self.found: dict[int, Sequence[Page]] = {}
        self._left = iter(offsets)
        self._bytes = 0

    @property
    def pages(self) -> Sequence[Page]:
        """Return the pages in order."""
        return [page for offset in sorted(self.found) for page in self.found[offset]]

    async def fill(self, one_page: Callable[[int], Awaitable[Sequence[Page]]]) -> None:
        """Read until every offset is read or the wave is heavy enough."""
        await asyncio.gather(*(self._read(one_page) for _ in range(READERS)))

    async def _read(self, one_page: Callable[[int], Awaitable[Sequence[Page]]]) -> None:
        for offset in self._left:
            pages = await one_page(offset)
            self.found[offset] = pages
            self._bytes += sum(page.size_bytes for page in pages)
            if self._bytes >= WAVE_BYTES:
                return


def check_total(total: int, *, most: int) -> None:
    """Refuse a listing that announces more contacts than there can be. Raises: TryLater `listing_too_long`."""
    if total > most:
        raise TryLater(
            said(
                "Mailchimp announces %(total)s contacts in one listing; by its own counts of the audience there are at most %(most)s.",
                total=total,
                most=most,
            ),
            action="Run the export again later; if it lasts, check that the connection's base URL leads to Mailchimp.",
            code="listing_too_long",
            context={"announced": total, "most": most},
        )


def unstable(audience_id: str, **more: str) -> TryLater:
    """Return the problem of a listing whose contacts moved in each of its readings; `more` goes into its context."""
    return TryLater(
        said(
            "The contacts of audience %(audience_id)s changed faster than they could be read.",
            audience_id=audience_id,
        ),
        action="Run the export again when no import or campaign is changing the audience.",
        code="audience_unstable",
        context={"audience": audience_id, **more},
    )


def _seen(pages: Sequence[Page], progress: Progress, *, goes_on: bool) -> Sequence[Page]:
    """Look at pages and hand them on; the very last one of a listing may be short, whoever joins them sees that."""
    for page in pages if goes_on else pages[:-1]:
        progress.see(page)
    return pages


def join(pages: Sequence[Page]) -> bool:
    """Return whether every page begins with the contact with which the one before ended."""
    full = [page.contacts for page in pages if page.contacts]
    return all(
        left[-1].subscriber_hash == right[0].subscriber_hash for left, right in pairwise(full)
    )
