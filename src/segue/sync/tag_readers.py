"""Read who carries tags of an audience, whatever the status."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence

from segue.core.errors import ConfigurationProblem
from segue.sync.paging import READINGS, Paging, Read, join, unstable
from segue.sync.ports import Contact, ContactStatus, Destination, Page, Tag
from segue.sync.store import Store
from segue.sync.tags import TagBit, folded

NOT_FOUND = "tag_not_found"
"""The code of a call for a tag that is not there."""

HIDDEN = (ContactStatus.PENDING, ContactStatus.ARCHIVED)
"""Statuses that a tag's listing of its carriers leaves out. Assumption, see `Destination.tagged`."""


class TagReader:
    """Reads who carries tags of one account."""

    def __init__(self, destination: Destination, paging: Paging) -> None:
        self._destination = destination
        self._paging = paging

    async def of(
        self, audience_id: str, names: Sequence[str], tags: Sequence[Tag]
    ) -> Mapping[str, Sequence[Contact]]:
        """Return who carries the named tags now; `tags` are those of the audience. A tag that is not there has nobody.

        Whoever is missed would lose somebody else's tag as if it were ours: of whom the service does not tell all tags
        may carry any of them. Raises: TryLater `audience_unstable` when contacts moved while they were read.
        """
        by_name = {folded(tag.name): tag for tag in tags}
        hidden = [c for status in HIDDEN for c in await self._read_with_tags(audience_id, status)]
        found: dict[str, Sequence[Contact]] = {}
        for name in names:
            tag = by_name.get(folded(name))
            shown = await self._read(audience_id, tag) if tag else []
            carry = [c for c in hidden if _carries(c, name) or (tag and not c.has_all_tags)]
            found[name] = list({c.subscriber_hash: c for c in (*shown, *carry)}.values())
        return found

    async def with_late(self, audience_id: str, tags: Sequence[Tag], store: Store) -> Sequence[Tag]:
        """Return the audience's tags with those of ours that its listing leaves out, and that are there when asked for.

        A tag that was just made may be listed later: taken for deleted, it would be left on everybody who leaves. Of one
        that nobody has from us nothing can be left.
        """
        listed = {tag.tag_id for tag in tags}
        names = {folded(tag.name) for tag in tags}
        left_out = [
            bit
            for bit in store.tag_bits()
            if bit.claimed and bit.tag_id not in (None, *listed) and folded(bit.name) not in names
        ]
        people = store.carriers() if left_out else {}
        asked = [bit for bit in left_out if people.get(bit.position)]
        found = await asyncio.gather(*(self._asked(audience_id, bit) for bit in asked))
        return [*tags, *(tag for tag in found if tag is not None)]

    async def _asked(self, audience_id: str, bit: TagBit) -> Tag | None:
        tag_id = bit.tag_id or 0
        try:
            page = await self._paging.one(
                lambda: self._destination.tagged(audience_id, tag_id, offset=0, count=1)
            )
        except ConfigurationProblem as problem:
            if problem.code != NOT_FOUND:
                raise
            return None
        return Tag(tag_id=tag_id, name=bit.name, active_members=page.total)

    async def _read(self, audience_id: str, tag: Tag) -> Sequence[Contact]:
        async def read(offset: int, count: int) -> Page:
            return await self._destination.tagged(
                audience_id, tag.tag_id, offset=offset, count=count
            )

        return await self._whole(audience_id, read)

    async def _read_with_tags(self, audience_id: str, status: ContactStatus) -> Sequence[Contact]:
        async def read(offset: int, count: int) -> Page:
            return await self._destination.contacts_in_full(
                audience_id, status=status, since=None, offset=offset, count=count
            )

        return await self._whole(audience_id, read)

    async def _whole(self, audience_id: str, read: Read) -> Sequence[Contact]:
        for _ in range(READINGS):
            pages = await self._paging.all(read)
            found = {c.subscriber_hash: c for page in pages for c in page.contacts}
            if join(pages) and len(found) >= pages[0].total:
                return list(found.values())
        raise unstable(audience_id)


def _carries(contact: Contact, name: str) -> bool:
    return folded(name) in {folded(other) for other in contact.tags}
