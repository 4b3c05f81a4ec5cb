"""Read what the audience is before anything is decided: opt-outs, merge fields, tags. Writes nothing at Mailchimp.

Contacts are read per status, from the change of the last reading on. A contact that left a status (came back through
a form, was erased) does not show in such a reading; the service's own total does not add up then and the status is
read again in full. An error is never read as absence: it ends the run before the first write.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import partial

from segue.core.bounds import Bound
from segue.sync.clocks import ClockGap
from segue.sync.export import Export
from segue.sync.identity import Judged
from segue.sync.listed import joined
from segue.sync.looking import Looker, Told
from segue.sync.pacing import Attempts
from segue.sync.paging import MOST_CONTACTS, READINGS, Paging, check_total, join, unstable
from segue.sync.plan import Drift
from segue.sync.ports import Account, Audience, ContactStatus, Destination, MergeFields, Page, Tag
from segue.sync.store import Marks, Store
from segue.sync.tag_readers import TagReader
from segue.sync.tags import folded

OPT_OUTS = (
    ContactStatus.UNSUBSCRIBED,
    ContactStatus.CLEANED,
    ContactStatus.PENDING,
    ContactStatus.ARCHIVED,
)
"""Statuses whose contacts said no, or did not say yes. Every run reads them and all others: who is known is never guessed."""

OVERLAP = timedelta(seconds=60)
"""How far each reading goes back before the last one. Source: FACTS.md §6 (at least 1 s, exclusive bound)."""

COUNTED_TIMES = 2
COUNTED_MORE = 2_000_000
"""How far a listing may go beyond the audience's own count: so many times, and so many contacts.

The counts are minutes old. Source: FACTS.md §3 (cached for at least five minutes); an export may add 5,000 contacts a second.
"""

BOUNDS = (
    Bound(
        name="subscribed, unsubscribed or cleaned contacts beyond the audience's own count of them",
        value=COUNTED_MORE,
        unit=f"contacts more than {COUNTED_TIMES} times the count",
        beyond="the run ends before the first write (`listing_too_long`)",
    ),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Observation:
    """What the audience was at the time of reading. `totals` counts contacts per status.

    `present` are the positions of our tags that the audience still holds as we wrote them, `tag_ids` the service's own
    ids of those that it has, by position; `drift` is what somebody changed there since, found by looking at `looked_at`
    contacts in full. `read_at` is the service's time at the reading, None when nothing was read. `clock_gap` says how far
    our clock is from the service's, None when it can be believed. `judged` says what this installation may do to it.
    """

    account: Account
    audience: Audience
    merge_fields: MergeFields
    tags: Sequence[Tag]
    totals: Mapping[ContactStatus, int]
    contacts_read: int
    present: frozenset[int]
    tag_ids: Mapping[int, int] = field(default_factory=dict)
    drift: tuple[Drift, ...] = ()
    looked_at: int = 0
    read_at: datetime | None = None
    clock_gap: ClockGap | None = None
    judged: Judged = field(default_factory=Judged)

    @property
    def audience_read(self) -> Audience:
        """Return the audience with as many contacts as were read: the service's own count may be older."""
        read = self.totals.get(ContactStatus.SUBSCRIBED, self.audience.contacts)
        return replace(self.audience, contacts=read)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Reading:
    status: ContactStatus
    taken: int
    total: int
    read_at: datetime
    whole: bool


class Observer:
    """Reads one audience through its destination and keeps the result in its store."""

    def __init__(self, destination: Destination, store: Store, attempts: Attempts) -> None:
        self._destination = destination
        self._store = store
        self._attempts = attempts
        self._paging = Paging(attempts, destination.page_size)
        self._tags = TagReader(destination, self._paging)

    async def observe(
        self, export: Export, *, account: Account, whole: bool = False
    ) -> Observation:
        """Read audience, merge fields, tags and contacts, and look for what others changed.

        `whole` reads every status afresh and compares every contact with the ledger. Raises what the destination
        raises, unread is unknown.
        """
        audience_id = export.audience_id
        audience = await self._attempts.run(lambda: self._destination.audience(audience_id))
        merge_fields, listed = await asyncio.gather(
            self._attempts.run(lambda: self._destination.merge_fields(audience_id)),
            self._attempts.run(lambda: self._destination.tags(audience_id)),
        )
        readings = await self._read_contacts(audience, whole=whole)
        tags = await self._tags.with_late(audience_id, listed, self._store)
        looker = Looker(
            self._destination, self._store, self._paging, self._attempts, export, whole=whole
        )
        ours = looker.tags_now(tags)
        await self._read_foreign(audience_id, tags, replaced=ours.replaced)
        told = Told(
            tags=tags,
            fields={one.tag: one.merge_id for one in merge_fields.fields},
            read_at=min(reading.read_at for reading in readings),
        )
        found = await looker.look(ours, told)
        return Observation(
            account=_holding(account, readings),
            audience=audience,
            merge_fields=merge_fields,
            tags=tags,
            totals={r.status: r.total for r in readings},
            contacts_read=sum(reading.taken for reading in readings),
            present=ours.present,
            tag_ids=ours.ids,
            drift=found.drift,
            looked_at=found.looked_at,
            read_at=told.read_at,
        )

    async def _read_contacts(self, audience: Audience, *, whole: bool) -> Sequence[_Reading]:
        since = dict.fromkeys(ContactStatus) if whole else self._since()
        readings = await self._read_and_keep(audience, since)
        counted = self._store.count_contacts()
        off = {r.status for r in readings if not r.whole and counted.get(r.status, 0) != r.total}
        if off:
            await self._read_and_keep(audience, dict.fromkeys(off))
            # Whoever left these may have entered a status that was read before.
            others = {status: at for status, at in self._since().items() if status not in off}
            await self._read_and_keep(audience, others)
        return readings

    def _since(self) -> Mapping[ContactStatus, datetime | None]:
        """Return from when on each status is to be read, None for whole.

        One that held nobody is read whole: its one call tells what changed and how many there are.
        """
        marks, counted = self._store.marks().since, self._store.count_contacts()
        return {
            status: marks.get(status) if counted.get(status) else None for status in ContactStatus
        }

    async def _read_and_keep(
        self, audience: Audience, since: Mapping[ContactStatus, datetime | None]
    ) -> Sequence[_Reading]:
        readings = await asyncio.gather(
            *(self._read_status(audience, status, at) for status, at in since.items())
        )
        marks = dict(self._store.marks().since)
        self._keep(readings, marks | {r.status: r.read_at - OVERLAP for r in readings})
        return readings

    def _keep(self, readings: Sequence[_Reading], since: Mapping[ContactStatus, datetime]) -> None:
        self._store.keep_contacts(
            replaced=[reading.status for reading in readings if reading.whole],
            marks=Marks(since=since),
        )

    async def _read_status(
        self, audience: Audience, status: ContactStatus, since: datetime | None
    ) -> _Reading:
        audience_id, most = audience.audience_id, most_of(status, audience)

        async def read(offset: int, count: int, *, counted: bool = True) -> Page:
            return await self._destination.contacts(
                audience_id,
                status=status,
                since=since,
                offset=offset,
                count=count,
                counted=counted,
            )

        uncounted = partial(read, counted=False)
        for _ in range(READINGS):
            ends = await self._take(
                status, self._paging.waves(read, most=most, uncounted=uncounted)
            )
            taken = self._store.count_taken(status)
            if taken >= ends[-1].total and join(ends):
                total = ends[0].total
                if since is not None:
                    total = await self._total(audience_id, status)
                    check_total(total, most=most)
                return _Reading(
                    status=status,
                    taken=taken,
                    total=total,
                    read_at=ends[0].read_at,
                    whole=since is None,
                )
        raise unstable(audience_id, status=status.value)

    async def _take(
        self, status: ContactStatus, waves: AsyncIterator[Sequence[Page]]
    ) -> Sequence[Page]:
        """Give the store the contacts wave by wave. Returns the pages, of each only its first and its last contact."""
        ends: list[Page] = []
        self._store.begin_reading(status)
        async for wave in waves:
            self._store.take_contacts(status, joined(page.contacts for page in wave))
            ends += [
                replace(page, contacts=(*page.contacts[:1], *page.contacts[-1:])) for page in wave
            ]
        return ends

    async def _total(self, audience_id: str, status: ContactStatus) -> int:
        page = await self._attempts.run(
            lambda: self._destination.contacts(
                audience_id, status=status, since=None, offset=0, count=1
            )
        )
        return page.total

    async def _read_foreign(
        self, audience_id: str, tags: Sequence[Tag], *, replaced: frozenset[int]
    ) -> None:
        """Learn who carried a tag before the first run that writes it: those contacts' tags are never ours.

        A tag that somebody made again is a new one: whoever carries it has it from them.
        """
        by_name = {folded(tag.name) for tag in tags}
        bits = self._store.tag_bits()
        new = [bit for bit in bits if not bit.claimed or bit.position in replaced]
        there = [bit for bit in new if folded(bit.name) in by_name]
        if not there:
            return
        names = [bit.name for bit in there]
        found = await self._tags.of(audience_id, names, tags)
        for bit in there:
            self._store.keep_foreign(bit, [c.subscriber_hash for c in found[bit.name]])


def _holding(account: Account, readings: Sequence[_Reading]) -> Account:
    """Return the account with as many contacts as one of its audiences was read to hold, if it says fewer itself."""
    read = sum(one.total for one in readings if one.status is ContactStatus.SUBSCRIBED)
    return (
        account
        if account.contacts is None
        else replace(account, contacts=max(account.contacts, read))
    )


def most_of(status: ContactStatus, audience: Audience) -> int:
    """Return how many contacts of a status an audience can hold, by its own counts; of some it counts none."""
    counted = {
        ContactStatus.SUBSCRIBED: audience.contacts,
        ContactStatus.UNSUBSCRIBED: audience.unsubscribed,
        ContactStatus.CLEANED: audience.cleaned,
    }
    if status not in counted:
        return MOST_CONTACTS
    return min(MOST_CONTACTS, COUNTED_TIMES * counted[status] + COUNTED_MORE)
