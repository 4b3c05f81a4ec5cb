"""Read who carries tags of an audience, whatever the status."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from segue.sync.paging import Paging
from segue.sync.ports import Contact, ContactStatus, Destination, Page, Tag
from segue.sync.tags import folded

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
        """Return who carries the named tags now; `tags` are those of the audience. A tag that is not there has nobody."""
        by_name = {folded(tag.name): tag for tag in tags}
        hidden = [c for status in HIDDEN for c in await self._read_with_tags(audience_id, status)]
        found: dict[str, Sequence[Contact]] = {}
        for name in names:
            tag = by_name.get(folded(name))
            shown = await self._read(audience_id, tag) if tag else []
            carry = [c for c in hidden if folded(name) in {folded(other) for other in c.tags}]
            found[name] = list({c.subscriber_hash: c for c in (*shown, *carry)}.values())
        return found

    async def _read(self, audience_id: str, tag: Tag) -> Sequence[Contact]:
        async def read(offset: int, count: int) -> Page:
            return await self._destination.tagged(
                audience_id, tag.tag_id, offset=offset, count=count
            )

        return [contact for page in await self._paging.all(read) for contact in page.contacts]

    async def _read_with_tags(self, audience_id: str, status: ContactStatus) -> Sequence[Contact]:
        async def read(offset: int, count: int) -> Page:
            return await self._destination.contacts_in_full(
                audience_id, status=status, since=None, offset=offset, count=count
            )

        return [contact for page in await self._paging.all(read) for contact in page.contacts]
