"""A destination in memory for the sending half: what it holds, whom it fails for, how many calls run at once.

It answers as the port says and knows nothing of Mailchimp. What a test does not ask of it, it does not have.
"""

from __future__ import annotations

import asyncio
import json
from collections import Counter
from collections.abc import Callable, Collection, Sequence
from datetime import UTC, datetime
from functools import cache
from typing import Any

from segue.core.emails import subscriber_hash
from segue.core.errors import Problem
from segue.sync.ports import (
    Contact,
    ContactStatus,
    Counted,
    Page,
    Rejection,
    Untagged,
    Upserted,
    WriteMode,
)

_hash = cache(subscriber_hash)

Fault = Callable[[str, Sequence[str]], Problem | None]
"""Gets a call's name and the addresses in it; returns the problem that the call raises, None when it goes well."""


def never(_name: str, _addresses: Sequence[str]) -> Problem | None:
    """Fail for nobody."""
    return None


class Service:
    """One audience. `fault` says which calls fail; `passes_over` are left out of replies, written only if `writes_them`."""

    batch_size = 500
    page_size = 1_000
    honours_status_if_new = True

    def __init__(self, fault: Fault = never) -> None:
        self.fault = fault
        self.held: dict[str, dict[str, Any]] = {}
        self.carriers: set[str] = set()
        self.refuses: dict[str, Rejection] = {}
        self.puts_off: set[str] = set()
        self.passes_over: set[str] = set()
        self.writes_them = False
        self.calls: Counter[str] = Counter()
        self.under_way = 0
        self.most = 0

    async def upsert(
        self,
        audience_id: str,
        members: bytes,
        *,
        count: int,
        mode: WriteMode,
        tags: Collection[str] = (),
        identify: bool = False,
    ) -> Upserted:
        """Write contacts."""
        people: dict[str, dict[str, Any]] = {
            one["email_address"]: one for one in json.loads(b"[" + members + b"]")
        }
        assert len(people) == count
        await self._called("upsert", list(people))
        refused = [self.refuses[a] for a in people if a in self.refuses]
        silent = self.passes_over & people.keys()
        for address, one in people.items():
            if address in self.refuses or address in self.puts_off:
                continue
            if address not in silent or self.writes_them:
                self.held[_hash(address)] = one
        put_off = self.puts_off & people.keys()
        return Upserted(
            counted=Counted(updated=count - len(refused) - len(silent) - len(put_off)),
            rejected=tuple(refused),
            unaccounted=tuple(_hash(a) for a in sorted(silent)),
            request_id="request",
            postponed=tuple(_hash(a) for a in sorted(put_off)),
        )

    async def untag(self, audience_id: str, tag_id: int, addresses: Sequence[str]) -> Untagged:
        """Take the tag away; who does not carry it, or is passed over, is named nowhere."""
        await self._called("untag", addresses)
        taken = self.carriers & set(addresses)
        taken -= set() if self.writes_them else self.passes_over
        self.carriers -= taken
        named = taken - self.passes_over
        return Untagged(
            removed=len(named),
            rejected=(),
            request_id="request",
            unaccounted=tuple(_hash(a) for a in addresses if a not in named),
        )

    async def tagged(self, audience_id: str, tag_id: int, *, offset: int, count: int) -> Page:
        """Read a page of the tag's carriers."""
        await self._called("tagged", [])
        some = sorted(self.carriers)[offset : offset + count]
        contacts = tuple(self._contact(_hash(address)) for address in some)
        return Page(
            contacts=contacts, total=len(self.carriers), read_at=datetime(2026, 3, 2, tzinfo=UTC)
        )

    async def move(
        self, audience_id: str, subscriber_hash: str, *, address: str
    ) -> Rejection | None:
        """Rename a contact."""
        await self._called("move", [address])
        return self.refuses.get(address)

    async def archive(self, audience_id: str, subscriber_hash: str) -> None:
        """Archive a contact."""
        await self._called("archive", [subscriber_hash])

    async def holds(self, audience_id: str, subscriber_hash: str, member: bytes) -> bool:
        """Compare what is held."""
        await self._called("holds", [])
        return self.held.get(subscriber_hash) == json.loads(member)

    async def contact(self, audience_id: str, subscriber_hash: str) -> Contact | None:
        """Read one contact."""
        await self._called("contact", [])
        carriers = {_hash(address) for address in self.carriers}
        if subscriber_hash not in self.held and subscriber_hash not in carriers:
            return None
        return self._contact(subscriber_hash)

    async def carries_out(self, audience_id: str) -> bool:
        """Change nobody."""
        await self._called("carries_out", [])
        return True

    def _contact(self, sub: str) -> Contact:
        by_hash = {_hash(address): address for address in self.carriers}
        tags = ("Vip",) if sub in by_hash else ()
        return Contact(
            subscriber_hash=sub,
            address=by_hash.get(sub, ""),
            status=ContactStatus.SUBSCRIBED,
            changed_at="",
            tags=tags,
        )

    async def _called(self, name: str, addresses: Sequence[str]) -> None:
        self.calls[name] += 1
        self.under_way += 1
        self.most = max(self.most, self.under_way)
        try:
            for _ in range(3):
                await asyncio.sleep(0)
            if (problem := self.fault(name, addresses)) is not None:
                raise problem
        finally:
            self.under_way -= 1
