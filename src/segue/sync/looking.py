"""Look whether the audience still holds what the ledger says: tags, merge fields, contacts that others changed.

What every run reads anyway is compared with the ledger: the ids and counts of tags, the ids of merge fields, and which
contacts changed after this export's last write. Only where they differ the tag's carriers or the contacts concerned are
read in full; a whole comparison reads all of them. What is found becomes part of the ledger as the plan sees it, so
that the plan repairs it like any other difference.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from segue.sync.export import Blanks, Export
from segue.sync.held_values import held_text
from segue.sync.pacing import Attempts
from segue.sync.paging import READINGS, Paging, Read, unstable
from segue.sync.plan import Drift, DriftKind
from segue.sync.ports import Contact, ContactStatus, Destination, Page, Tag
from segue.sync.spot_check import SpotCheck, by_tag
from segue.sync.store import Placement, SeenContact, Store
from segue.sync.tags import TagBit, folded

WRITTEN = (ContactStatus.SUBSCRIBED, ContactStatus.PENDING, ContactStatus.TRANSACTIONAL)
"""Statuses whose contacts are written: what the others hold is nobody's to repair."""

COUNTS_LAG = timedelta(minutes=10)
"""How long Mailchimp's counts may be behind. Source: FACTS.md §3 (cached for at least five minutes)."""

MANY = 5_000
"""Carriers of a tag that are not read only because its first count, which may lag, differs."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What the service said of an audience in this run: tags, ids of merge fields by tag, and when."""

    tags: Sequence[Tag]
    fields: Mapping[str, int]
    read_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """What was found, and how many contacts were looked at in full for it."""

    drift: tuple[Drift, ...]
    looked_at: int


@dataclass(frozen=True, slots=True, kw_only=True)
class TagsNow:
    """Our tags as the audience has them. `ids` by position; `replaced` were deleted and made again, or renamed away."""

    ids: Mapping[int, int]
    present: frozenset[int]
    replaced: frozenset[int]
    drift: tuple[Drift, ...]


class Looker:
    """Compares one audience with one export's ledger. `whole` reads every contact instead of those that changed."""

    def __init__(
        self,
        destination: Destination,
        store: Store,
        paging: Paging,
        attempts: Attempts,
        export: Export,
        *,
        whole: bool = False,
    ) -> None:
        self._destination = destination
        self._store = store
        self._paging = paging
        self._attempts = attempts
        self._export = export
        self._whole = whole

    def tags_now(self, tags: Sequence[Tag]) -> TagsNow:
        """Tell our tags that are still there from those that somebody deleted, made again or renamed."""
        by_name = {folded(tag.name): tag for tag in tags}
        names = {tag.tag_id: tag.name for tag in tags}
        bits = self._store.tag_bits()
        there = {b.position: by_name[folded(b.name)] for b in bits if folded(b.name) in by_name}
        gone = [b for b in bits if b.claimed and _is_gone(b, there.get(b.position))]
        lost = {b.position for b in gone}
        return TagsNow(
            ids={position: tag.tag_id for position, tag in there.items()},
            present=frozenset(there) - lost,
            replaced=frozenset(there) & lost,
            drift=tuple(self._deleted(gone, names)),
        )

    def _deleted(self, gone: Sequence[TagBit], names: Mapping[int, str]) -> Iterator[Drift]:
        carriers = self._store.carriers() if gone else {}
        for bit in gone:
            if people := carriers.get(bit.position, 0):
                is_renamed = bit.tag_id is not None and bit.tag_id in names
                kind = DriftKind.TAG_RENAMED if is_renamed else DriftKind.TAG_DELETED
                yield Drift(kind=kind, subject=bit.name, people=people)

    async def look(self, now: TagsNow, told: Told) -> Found:
        """Read what may differ, keep it for the plan, and return what was found.

        Raises: TryLater `audience_unstable` when contacts changed faster than they could be read.
        """
        check = SpotCheck(self._destination, self._store, self._attempts, self._export)
        before = [place.position for place in self._placed(told)]
        for position in await check.emptied(before):
            self._store.forget_field(position)
        places = await self._checked(self._placed(told), told, check)
        self._store.begin_looking([place.position for place in places])
        self._store.see([self._seen(contact) for contact in check.seen.values()])
        await self._read_contacts()
        for tag, bit in self._suspicious(now, told):
            await self._read_carriers(tag, bit, told)
        found = self._store.differing(present=now.present, clears=self._clears())
        renewed = zip(self._export.fields, self._store.renewed(places), strict=True)
        new = [
            Drift(kind=DriftKind.FIELD_NEW, subject=match.tag, people=people)
            for match, people in renewed
            if people
        ]
        lost = [
            Drift(kind=DriftKind.TAG_LOST, subject=bit.name, people=found.lost[bit.position])
            for bit in self._store.tag_bits()
            if found.lost.get(bit.position)
        ]
        differ = [Drift(kind=DriftKind.FIELDS_DIFFER, people=found.differing)]
        drift = (*now.drift, *lost, *new, *(differ if found.differing else ()))
        return Found(drift=drift, looked_at=found.looked_at)

    async def _checked(
        self, places: Sequence[Placement], told: Told, check: SpotCheck
    ) -> Sequence[Placement]:
        """Believe of a field that was made again that it is empty only where nobody who is asked holds a value in it."""
        matched = zip(places, self._export.fields, strict=True)
        again = [place for place, match in matched if place.is_empty and match.tag in told.fields]
        if not again:
            return places
        filled = await check.filled([place.position for place in places])
        for place in again:
            if place.position in filled:
                self._store.fill_field(place.position)
        return self._placed(told)

    def _placed(self, told: Told) -> Sequence[Placement]:
        wanted = by_tag(told.fields, self._export)
        return self._store.place_fields(wanted, observed=told.fields)

    def _clears(self) -> Sequence[bool]:
        return [match.blanks is Blanks.CLEAR for match in self._export.fields]

    async def _read_contacts(self) -> None:
        since = None if self._whole else self._store.quiet_since()
        changed = (
            self._store.changed_since(since) if since is not None else frozenset[ContactStatus]()
        )
        for status in WRITTEN:
            if self._whole or status in changed:
                await self._read_in_full(status, since)

    async def _read_in_full(self, status: ContactStatus, since: datetime | None) -> None:
        async def read(offset: int, count: int) -> Page:
            return await self._destination.contacts_in_full(
                self._export.audience_id, status=status, since=since, offset=offset, count=count
            )

        await self._every_page(
            read, lambda page: self._store.see([self._seen(c) for c in page.contacts])
        )

    async def _every_page(self, read: Read, take: Callable[[Page], None]) -> None:
        """Hand on every page of a listing, some of them in memory at a time.

        Where contacts moved from page to page meanwhile the listing is read again: who was not seen would pass for
        looked at. Raises: TryLater `audience_unstable`.
        """
        for _ in range(READINGS):
            seen: set[str] = set()
            last, is_joined, total = "", True, 0
            async for pages in self._paging.waves(read):
                for page in pages:
                    hashes = [contact.subscriber_hash for contact in page.contacts]
                    is_joined = is_joined and (not last or not hashes or hashes[0] == last)
                    last, total = hashes[-1] if hashes else last, page.total
                    seen.update(hashes)
                    take(page)
            if is_joined and len(seen) >= total:
                return
        raise unstable(self._export.audience_id)

    def _seen(self, contact: Contact) -> SeenContact:
        return SeenContact(
            subscriber_hash=contact.subscriber_hash,
            changed_at=contact.changed_at,
            tags=contact.tags if contact.has_all_tags else None,
            values=[
                held_text(match, contact.fields.get(match.tag)) for match in self._export.fields
            ],
        )

    def _suspicious(self, now: TagsNow, told: Told) -> Iterator[tuple[Tag, TagBit]]:
        """Yield our tags that are carried by another number of people than we know of."""
        expected = self._store.active_carriers()
        tags = {tag.tag_id: tag for tag in told.tags}
        mine = {folded(chosen.tag) for chosen in self._export.segments}
        lags = self._lags(told)
        seen = self._store.seen_counts()
        for bit in self._store.tag_bits():
            if bit.position in now.present and bit.claimed and folded(bit.name) in mine:
                tag = tags[now.ids[bit.position]]
                differs = tag.active_members != expected.get(bit.position, 0)
                if self._whole or (differs and not (lags and _is_old(tag, seen.get(bit.position)))):
                    yield tag, bit

    def _lags(self, told: Told) -> bool:
        """Return whether listings may still show what was before this export's last writes."""
        since = self._store.quiet_since()
        return since is not None and told.read_at - since < COUNTS_LAG

    async def _read_carriers(self, tag: Tag, bit: TagBit, told: Told) -> None:
        async def read(offset: int, count: int) -> Page:
            return await self._destination.tagged(
                self._export.audience_id, tag.tag_id, offset=offset, count=count
            )

        subs: set[str] = set()
        # Whoever is missed for moving between the pages is given the tag once more, which changes nothing.
        async for pages in self._paging.waves(read):
            subs.update(c.subscriber_hash for page in pages for c in page.contacts)
        self._store.see_carriers(bit, sorted(subs), settled=not self._lags(told))


def _is_old(tag: Tag, seen: int | None) -> bool:
    """Return whether a count is likely the one from before our last writes: that of the last run's reading, or a new tag's."""
    return tag.active_members > MANY if seen is None else tag.active_members == seen


def _is_gone(bit: TagBit, tag: Tag | None) -> bool:
    return tag is None or (bit.tag_id is not None and tag.tag_id != bit.tag_id)


def quiet_from(read_at: datetime, *, begun: datetime, ended: datetime) -> datetime:
    """Return from when on, by the service's clock, changes are not ours: whole seconds, the last one of our writing included.

    `read_at` is the service's time at the reading, when our clock said `begun`; `ended` is ours at the end of the push.
    """
    return (read_at + (ended - begun)).replace(microsecond=0)
