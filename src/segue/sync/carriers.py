"""Find out who still carries a tag after a removal whose reply passed them over. Reads only; decides nothing."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence

from segue.core.errors import TryLater
from segue.sync.pacing import Attempts
from segue.sync.paging import Paging, join
from segue.sync.ports import Destination, Page, Tag
from segue.sync.tags import folded

LOOK_UPS = 48
"""Contacts that a run looks up one by one."""

PAGES = 100
"""Pages of carriers that a run reads; a tag of more people is not read through."""

TAGS_TOLD = 50
"""Tags that are told of one contact at most; who has as many may have more. Source: FACTS.md §2."""


class Carriers:
    """Who carries which tag of one audience. Each tag is read through once, when more than a few are in question."""

    def __init__(self, destination: Destination, attempts: Attempts, audience_id: str) -> None:
        self._destination = destination
        self._attempts = attempts
        self._paging = Paging(attempts, destination.page_size)
        self._audience_id = audience_id
        self._look_ups_left = LOOK_UPS
        self._pages_left = PAGES
        self._read: dict[int, frozenset[str] | None] = {}
        self._one_at_a_time = asyncio.Lock()

    async def doubtful(self, tag: Tag, subs: Sequence[str]) -> Mapping[str, bool]:
        """Return those who carry the tag (True), or of whom that could not be found out (False).

        Mailchimp passes over contacts without the tag: who was not among its carriers when these were read had nothing
        to lose. Who was, is looked up again.
        """
        async with self._one_at_a_time:
            if len(subs) > self._look_ups_left and tag.tag_id not in self._read:
                self._read[tag.tag_id] = await self._carriers(tag)
        known = self._read.get(tag.tag_id)
        open_ = [sub for sub in subs if known is None or sub in known]
        asked = open_[: self._look_ups_left]
        self._look_ups_left -= len(asked)
        found = await asyncio.gather(*(self._carries(tag, sub) for sub in asked))
        told = {
            s: is_so is True for s, is_so in zip(asked, found, strict=True) if is_so is not False
        }
        return told | dict.fromkeys(open_[len(asked) :], False)

    async def _carriers(self, tag: Tag) -> frozenset[str] | None:
        """Read all carriers of a tag, None when they are too many, moved meanwhile or cannot be read now.

        Removals that are under way shorten the listing between its pages: whoever is passed over would count as untagged.
        """

        async def read(offset: int, count: int) -> Page:
            return await self._destination.tagged(
                self._audience_id, tag.tag_id, offset=offset, count=count
            )

        most = self._pages_left * (self._destination.page_size - 1)
        if tag.active_members > most:
            return None
        try:
            pages = [p async for wave in self._paging.waves(read, most=most) for p in wave]
        except TryLater:
            return None
        self._pages_left -= len(pages)
        found = frozenset(contact.subscriber_hash for page in pages for contact in page.contacts)
        is_whole = join(pages) and len(found) >= pages[0].total
        return found if is_whole else None

    async def _carries(self, tag: Tag, sub: str) -> bool | None:
        """Look one contact up. None: that did not tell."""
        try:
            contact = await self._attempts.run(
                lambda: self._destination.contact(self._audience_id, sub)
            )
        except TryLater:
            return None
        if contact is None:
            return False
        if folded(tag.name) in {folded(name) for name in contact.tags}:
            return True
        return None if len(contact.tags) >= TAGS_TOLD else False
