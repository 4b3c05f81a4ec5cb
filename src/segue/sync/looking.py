"""Look whether the audience still holds what the ledger says: tags, merge fields, contacts that others changed.

What every run reads anyway is compared with the ledger: the ids and counts of tags, and which contacts changed after
our last write. Only where they differ the tag's carriers or the contacts concerned are read in full. What is found
becomes part of the ledger as the plan sees it, so that the plan repairs it like any other difference.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from segue.sync.export import Blanks, Export
from segue.sync.held_values import held_text
from segue.sync.pacing import Attempts
from segue.sync.paging import Paging
from segue.sync.plan import Drift, DriftKind
from segue.sync.ports import Contact, Destination, Page, Status, Tag
from segue.sync.spot_check import SpotCheck, by_tag
from segue.sync.store import SeenContact, Store
from segue.sync.tags import TagBit, folded

WRITTEN = (Status.SUBSCRIBED, Status.PENDING, Status.TRANSACTIONAL)
"""Statuses whose contacts are written: what the others hold is nobody's to repair."""

COUNTS_LAG = timedelta(minutes=10)
"""How long Mailchimp's counts may be behind. Source: FACTS.md §3 (cached for at least five minutes)."""

MANY = 5_000
"""Carriers of a tag that are not read again only because a count that may lag differs."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What the service said of an audience in this run: tags, ids of merge fields by tag, when, and who changed by status."""

    tags: Sequence[Tag]
    fields: Mapping[str, int]
    read_at: datetime
    changed: Mapping[Status, Sequence[Contact]]


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
        carriers = self._store.carriers()
        for bit in gone:
            if people := carriers.get(bit.position, 0):
                is_renamed = bit.tag_id is not None and bit.tag_id in names
                kind = DriftKind.TAG_RENAMED if is_renamed else DriftKind.TAG_DELETED
                yield Drift(kind=kind, subject=bit.name, people=people)

    async def look(self, now: TagsNow, told: Told) -> tuple[Drift, ...]:
        """Read what may differ, keep it for the plan, and return what was found."""
        check = SpotCheck(self._destination, self._store, self._attempts, self._export)
        for position in await check.emptied(self._placed(told)):
            self._store.forget_field(position)
        self._store.begin_looking(self._placed(told))
        self._store.see([self._seen(contact) for contact in check.seen.values()])
        await self._read_contacts(told)
        for tag, bit in self._suspicious(now, told):
            await self._read_carriers(tag, bit)
        found = self._store.differing(present=now.present, clears=self._clears())
        lost = [
            Drift(kind=DriftKind.TAG_LOST, subject=bit.name, people=found.lost[bit.position])
            for bit in self._store.tag_bits()
            if found.lost.get(bit.position)
        ]
        differ = [Drift(kind=DriftKind.FIELDS_DIFFER, people=found.differing)]
        return (*now.drift, *lost, *(differ if found.differing else ()))

    def _placed(self, told: Told) -> Sequence[int]:
        wanted = by_tag(told.fields, self._export)
        places = self._store.place_fields(wanted, observed=told.fields)
        return [place.position for place in places]

    def _clears(self) -> Sequence[bool]:
        return [match.blanks is Blanks.CLEAR for match in self._export.fields]

    async def _read_contacts(self, told: Told) -> None:
        since = self._store.quiet_since()
        for status in WRITTEN:
            if self._whole:
                await self._read_in_full(status, None)
            elif since is not None and any(
                _changed_at(one) >= since for one in told.changed.get(status, ())
            ):
                await self._read_in_full(status, since)

    async def _read_in_full(self, status: Status, since: datetime | None) -> None:
        async def read(offset: int, count: int) -> Page:
            return await self._destination.contacts_in_full(
                self._export.audience_id, status=status, since=since, offset=offset, count=count
            )

        async for pages in self._paging.waves(read):
            self._store.see([self._seen(c) for page in pages for c in page.contacts])

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
        since = self._store.quiet_since()
        lags = since is not None and told.read_at - since < COUNTS_LAG
        for bit in self._store.tag_bits():
            if bit.position in now.present and bit.claimed and folded(bit.name) in mine:
                tag = tags[now.ids[bit.position]]
                differs = tag.active_members != expected.get(bit.position, 0)
                if self._whole or (differs and not (lags and tag.active_members > MANY)):
                    yield tag, bit

    async def _read_carriers(self, tag: Tag, bit: TagBit) -> None:
        async def read(offset: int, count: int) -> Page:
            return await self._destination.tagged(
                self._export.audience_id, tag.tag_id, offset=offset, count=count
            )

        subs: list[str] = []
        async for pages in self._paging.waves(read):
            subs.extend(c.subscriber_hash for page in pages for c in page.contacts)
        self._store.see_carriers(bit, subs)


def _is_gone(bit: TagBit, tag: Tag | None) -> bool:
    return tag is None or (bit.tag_id is not None and tag.tag_id != bit.tag_id)


def _changed_at(contact: Contact) -> datetime:
    return datetime.fromisoformat(contact.changed_at)


def quiet_from(read_at: datetime, *, begun: datetime, ended: datetime) -> datetime:
    """Return from when on, by the service's clock, changes are not ours: whole seconds, the last one of our writing included.

    `read_at` is the service's time at the reading, when our clock said `begun`; `ended` is ours at the end of the push.
    """
    return (read_at + (ended - begun)).replace(microsecond=0)
