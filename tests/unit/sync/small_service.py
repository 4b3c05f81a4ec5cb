"""A destination of a few lists and a store of a few dictionaries: stand-ins at the two ports that an observation has."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any

from segue.core.errors import TryLater
from segue.sync.pacing import Attempts, Pace
from segue.sync.ports import Audience, Contact, ContactStatus, MergeFields, Page, Tag
from segue.sync.store import Differing, Holder, Marks, Placement, SeenContact
from segue.sync.tags import TagBit
from tests.fakes.laboratory import StillClock

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


def attempts() -> Attempts:
    return Attempts(clock=StillClock(), chance=Random(1), pace=Pace())


def contact(
    name: str,
    status: ContactStatus = ContactStatus.SUBSCRIBED,
    *,
    minutes: float = -600,
    **more: Any,
) -> Contact:
    """Return a contact that changed so many minutes after NOW."""
    return Contact(
        subscriber_hash=name.ljust(32, "-"),
        address=f"{name}@shop.example",
        status=status,
        changed_at=(NOW + timedelta(minutes=minutes)).isoformat(),
        **more,
    )


@dataclass
class SmallService:
    """An audience as a destination tells it. `calls` notes every listing that was asked for, by name and detail."""

    contacts_held: list[Contact] = field(default_factory=list)
    tags_held: list[Tag] = field(default_factory=list)
    carriers: Mapping[int, Sequence[Contact]] = field(default_factory=dict)
    fields_held: MergeFields = field(default_factory=lambda: MergeFields(fields=(), limit=None))
    page_size: int = 4
    calls: list[tuple[Any, ...]] = field(default_factory=list)
    slow_above: int = 1_000_000
    off_by: dict[ContactStatus, int] = field(default_factory=dict)

    async def audience(self, audience_id: str) -> Audience:
        return Audience(audience_id=audience_id, name="A", double_opt_in=False, contacts=0)

    async def merge_fields(self, _: str) -> MergeFields:
        return self.fields_held

    async def tags(self, _: str) -> Sequence[Tag]:
        return self.tags_held

    async def contacts(
        self,
        _: str,
        *,
        status: ContactStatus,
        since: datetime | None,
        offset: int,
        count: int,
        counted: bool = True,
    ) -> Page:
        self.calls.append(("contacts", status, since, offset, count))
        page = self._page(self._of(status, since), offset, count)
        total = page.total + self.off_by.get(status, 0) if counted else 0
        return Page(contacts=page.contacts, total=total, read_at=NOW)

    async def contacts_in_full(
        self, _: str, *, status: ContactStatus, since: datetime | None, offset: int, count: int
    ) -> Page:
        self.calls.append(("in full", status, since, offset, count))
        return self._page(self._of(status, since), offset, count)

    async def tagged(self, _: str, tag_id: int, *, offset: int, count: int) -> Page:
        self.calls.append(("tagged", tag_id, offset, count))
        return self._page(self.carriers.get(tag_id, ()), offset, count)

    async def contact(self, _: str, subscriber_hash: str) -> Contact | None:
        self.calls.append(("contact", subscriber_hash))
        held = {one.subscriber_hash: one for one in self.contacts_held}
        return held.get(subscriber_hash)

    def asked(self, name: str) -> list[Any]:
        """Return what a kind of listing was asked for, each status or tag once."""
        return list(dict.fromkeys(call[1] for call in self.calls if call[0] == name))

    def _of(self, status: ContactStatus, since: datetime | None) -> Sequence[Contact]:
        return [
            one
            for one in self.contacts_held
            if one.status is status
            and (since is None or datetime.fromisoformat(one.changed_at) >= since)
        ]

    def _page(self, found: Sequence[Contact], offset: int, count: int) -> Page:
        if count > self.slow_above:
            raise TryLater("Too slow.", action="Again.", code="timeout", timed_out=True)
        return Page(contacts=tuple(found[offset : offset + count]), total=len(found), read_at=NOW)


@dataclass
class SmallStore:
    """What a store keeps of an observation, in dictionaries."""

    bits: Sequence[TagBit] = ()
    since: dict[ContactStatus, datetime] = field(default_factory=dict)
    kept: dict[str, Contact] = field(default_factory=dict)
    arrived: dict[ContactStatus, dict[str, Contact]] = field(default_factory=dict)
    replaced: list[list[ContactStatus]] = field(default_factory=list)
    foreign: dict[int, list[str]] = field(default_factory=dict)
    carried: Mapping[int, int] = field(default_factory=dict)
    active: Mapping[int, int] = field(default_factory=dict)
    quiet: datetime | None = None
    seen: list[SeenContact] = field(default_factory=list)
    seen_carriers: dict[int, list[str]] = field(default_factory=dict)
    found: Differing = field(default_factory=lambda: Differing(lost={}, differing=0, looked_at=0))
    compared: list[tuple[frozenset[int], tuple[bool, ...]]] = field(default_factory=list)
    holding: Sequence[Holder] = ()
    changed: Sequence[ContactStatus] = ()
    forgotten: list[int] = field(default_factory=list)
    counts: Mapping[int, int] = field(default_factory=dict)

    def marks(self) -> Marks:
        return Marks(since=dict(self.since))

    def count_contacts(self) -> Mapping[ContactStatus, int]:
        return {s: sum(c.status is s for c in self.kept.values()) for s in ContactStatus}

    def begin_reading(self, status: ContactStatus) -> None:
        self.arrived[status] = {}

    def take_contacts(self, status: ContactStatus, contacts: Sequence[Contact]) -> None:
        self.arrived[status] |= {c.subscriber_hash: c for c in contacts}

    def count_taken(self, status: ContactStatus) -> int:
        return len(self.arrived[status])

    def keep_contacts(self, *, replaced: Sequence[ContactStatus], marks: Marks) -> None:
        self.kept = {h: c for h, c in self.kept.items() if c.status not in replaced}
        for arrived in self.arrived.values():
            self.kept |= arrived
        self.arrived = {}
        self.replaced.append(list(replaced))
        self.since = dict(marks.since)

    def keep_foreign(self, bit: TagBit, subs: Sequence[str]) -> None:
        self.foreign[bit.position] = list(subs)

    def tag_bits(self) -> Sequence[TagBit]:
        return self.bits

    def carriers(self) -> Mapping[int, int]:
        return self.carried

    def active_carriers(self) -> Mapping[int, int]:
        return self.active

    def seen_counts(self) -> Mapping[int, int]:
        return self.counts

    def keep_counts(self, counts: Mapping[int, int]) -> None:
        self.counts = dict(counts)

    def quiet_since(self) -> datetime | None:
        return self.quiet

    def place_fields(
        self, fields: Sequence[tuple[str, int | None]], *, observed: Mapping[str, int]
    ) -> Sequence[Placement]:
        return [Placement(position=n, is_empty=False) for n in range(len(fields))]

    def holders(self, positions: Sequence[int], position: int, count: int) -> Sequence[Holder]:
        return [one for one in self.holding if position in one.positions][:count]

    def changed_since(self, since: datetime) -> frozenset[ContactStatus]:
        return frozenset(self.changed)

    def renewed(self, places: Sequence[Placement]) -> Sequence[int]:
        return [0 for _ in places]

    def forget_field(self, position: int) -> None:
        self.forgotten.append(position)

    def begin_looking(self, positions: Sequence[int]) -> None:
        self.seen = []

    def see(self, contacts: Sequence[SeenContact]) -> None:
        self.seen += contacts

    def see_carriers(self, bit: TagBit, subs: Sequence[str], *, settled: bool) -> None:
        self.seen_carriers[bit.position] = list(subs)

    def differing(self, *, present: frozenset[int], clears: Sequence[bool]) -> Differing:
        self.compared.append((present, tuple(clears)))
        return self.found
