"""Read what the audience is before anything is decided: opt-outs, merge fields, tags. Writes nothing at Mailchimp.

Contacts are read per status, from the change of the last reading on. A contact that left a status (came back through
a form, was erased) does not show in such a reading; the service's own total does not add up then and the status is
read again in full. An error is never read as absence: it ends the run before the first write.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise
from typing import TypeAlias

from segue.core.errors import TryLater
from segue.sync.pacing import Attempts
from segue.sync.plan import Drift
from segue.sync.ports import Account, Audience, Contact, Destination, MergeFields, Page, Status, Tag
from segue.sync.store import Marks, Store
from segue.sync.tags import folded

OPT_OUTS = (Status.UNSUBSCRIBED, Status.CLEANED, Status.PENDING, Status.ARCHIVED)
"""Statuses whose contacts said no, or did not say yes. Every run reads them and all others: who is known is never guessed."""

OVERLAP = timedelta(seconds=60)
"""How far each reading goes back before the last one. Source: FACTS.md §6 (at least 1 s, exclusive bound)."""

HIDDEN = (Status.PENDING, Status.ARCHIVED)
"""Statuses that a tag's listing of its carriers leaves out. Assumption, see `Destination.tagged`."""

SMALLEST_PAGE = 100
"""Contacts a page; smaller ones are not tried when the service cannot answer in time."""

PAGE_ATTEMPTS = 3
"""How often a page is asked for before it is asked for in halves."""

_Read: TypeAlias = Callable[[int, int], Awaitable[Page]]

READINGS = 3
"""How often one status is read again when contacts moved while its pages were read."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Observation:
    """What the audience was at the time of reading. `totals` counts contacts per status.

    `present` are the positions of our tags that the audience still holds as we wrote them; `drift` is what somebody
    changed there since.
    """

    account: Account
    audience: Audience
    merge_fields: MergeFields
    tags: Sequence[Tag]
    totals: Mapping[Status, int]
    contacts_read: int
    present: frozenset[int]
    drift: tuple[Drift, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class _Reading:
    status: Status
    contacts: Sequence[Contact]
    total: int
    read_at: datetime
    whole: bool


class Observer:
    """Reads one audience through its destination and keeps the result in its store."""

    def __init__(self, destination: Destination, store: Store, attempts: Attempts) -> None:
        self._destination = destination
        self._store = store
        self._attempts = attempts

    async def observe(self, audience_id: str, *, account: Account) -> Observation:
        """Read audience, merge fields, tags and contacts. Raises what the destination raises, unread is unknown."""
        audience = await self._attempts.run(lambda: self._destination.audience(audience_id))
        merge_fields, tags = await asyncio.gather(
            self._attempts.run(lambda: self._destination.merge_fields(audience_id)),
            self._attempts.run(lambda: self._destination.tags(audience_id)),
        )
        readings = await self._read_contacts(audience_id)
        await self._read_foreign(audience_id, tags)
        return Observation(
            account=account,
            audience=audience,
            merge_fields=merge_fields,
            tags=tags,
            totals={r.status: r.total for r in readings},
            contacts_read=sum(len(reading.contacts) for reading in readings),
            present=self._present(tags),
        )

    def _present(self, tags: Sequence[Tag]) -> frozenset[int]:
        held = {folded(tag.name) for tag in tags}
        return frozenset(b.position for b in self._store.tag_bits() if folded(b.name) in held)

    async def _read_contacts(self, audience_id: str) -> Sequence[_Reading]:
        marks = self._store.marks()
        readings = await asyncio.gather(
            *(self._read_status(audience_id, status, marks.since.get(status)) for status in Status)
        )
        self._keep(readings, marks)
        counted = self._store.count_contacts()
        off = [r for r in readings if not r.whole and counted.get(r.status, 0) != r.total]
        if off:
            again = await asyncio.gather(
                *(self._read_status(audience_id, r.status, None) for r in off)
            )
            self._keep(again, self._store.marks())
        return readings

    def _keep(self, readings: Sequence[_Reading], marks: Marks) -> None:
        since = dict(marks.since) | {r.status: r.read_at - OVERLAP for r in readings}
        self._store.keep_contacts(
            [contact for reading in readings for contact in reading.contacts],
            replaced=[reading.status for reading in readings if reading.whole],
            marks=Marks(since=since),
        )

    async def _read_status(
        self, audience_id: str, status: Status, since: datetime | None
    ) -> _Reading:
        async def read(offset: int, count: int) -> Page:
            return await self._destination.contacts(
                audience_id, status=status, since=since, offset=offset, count=count
            )

        for _ in range(READINGS):
            pages = await self._pages(read)
            contacts = {c.subscriber_hash: c for page in pages for c in page.contacts}
            if len(contacts) >= pages[-1].total and _join(pages):
                total = pages[0].total
                if since is not None:
                    total = await self._total(audience_id, status)
                return _Reading(
                    status=status,
                    contacts=tuple(contacts.values()),
                    total=total,
                    read_at=pages[0].read_at,
                    whole=since is None,
                )
        raise TryLater(
            f"The {status} contacts of audience {audience_id} changed faster than they could be read.",
            action="Run the export again when no import or campaign is changing the audience.",
            code="audience_unstable",
            context={"audience": audience_id, "status": status.value},
        )

    async def _total(self, audience_id: str, status: Status) -> int:
        page = await self._attempts.run(
            lambda: self._destination.contacts(
                audience_id, status=status, since=None, offset=0, count=1
            )
        )
        return page.total

    async def _pages(self, read: _Read) -> Sequence[Page]:
        """Read all pages, each beginning with the last row of the one before, so that a shift between them shows."""
        size = self._destination.page_size
        first = await self._one_page(read, 0, size)
        rest = await asyncio.gather(
            *(
                self._one_page(read, offset, size)
                for offset in range(size - 1, first[0].total - 1, size - 1)
            )
        )
        return [*first, *(page for pages in rest for page in pages)]

    async def _one_page(self, read: _Read, offset: int, count: int) -> Sequence[Page]:
        """Read one page; in two halves when the service cannot answer it in time. Source: FACTS.md §2, §4 #30."""
        try:
            attempts = (
                self._attempts if count <= SMALLEST_PAGE else self._attempts.fewer(PAGE_ATTEMPTS)
            )
            return [await attempts.run(lambda: read(offset, count))]
        except TryLater as problem:
            if not problem.timed_out or count <= SMALLEST_PAGE:
                raise
            half = count // 2
            return [
                *await self._one_page(read, offset, half),
                *await self._one_page(read, offset + half - 1, count - half + 1),
            ]

    async def _read_foreign(self, audience_id: str, tags: Sequence[Tag]) -> None:
        """Learn who carried a tag before the first run that writes it: those contacts' tags are never ours."""
        by_name = {folded(tag.name): tag for tag in tags}
        new = [bit for bit in self._store.tag_bits() if not bit.claimed]
        there = {bit: by_name[folded(bit.name)] for bit in new if folded(bit.name) in by_name}
        if not there:
            return
        hidden = [c for status in HIDDEN for c in await self._read_with_tags(audience_id, status)]
        for bit, tag in there.items():
            shown = await self._read_carriers(audience_id, tag)
            carry = [c for c in hidden if folded(bit.name) in {folded(name) for name in c.tags}]
            self._store.keep_foreign(bit, [c.subscriber_hash for c in (*shown, *carry)])

    async def _read_carriers(self, audience_id: str, tag: Tag) -> Sequence[Contact]:
        async def read(offset: int, count: int) -> Page:
            return await self._destination.tagged(
                audience_id, tag.tag_id, offset=offset, count=count
            )

        return [contact for page in await self._pages(read) for contact in page.contacts]

    async def _read_with_tags(self, audience_id: str, status: Status) -> Sequence[Contact]:
        async def read(offset: int, count: int) -> Page:
            return await self._destination.contacts_with_tags(
                audience_id, status=status, offset=offset, count=count
            )

        return [contact for page in await self._pages(read) for contact in page.contacts]


def _join(pages: Sequence[Page]) -> bool:
    """Return whether every page begins with the contact with which the one before ended."""
    full = [page.contacts for page in pages if page.contacts]
    return all(
        left[-1].subscriber_hash == right[0].subscriber_hash for left, right in pairwise(full)
    )
