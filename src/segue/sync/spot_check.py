"""Look at a few contacts in every run: whether the merge fields that we filled are filled at all.

A merge field that is deleted and made again comes back empty, perhaps with the same id, and no contact counts as changed
for it. What a handful of contacts hold tells; a field that is blank in all of them is taken for a new one.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from segue.sync.export import Export
from segue.sync.held_values import held_text
from segue.sync.pacing import Attempts
from segue.sync.ports import Contact, Destination
from segue.sync.store import Holder, Store

WITNESSES = 5
"""Contacts that are asked about a field that is blank in one of them."""


class SpotCheck:
    """Asks about the fields of one export in its audience. `seen` are the contacts that were read."""

    def __init__(
        self, destination: Destination, store: Store, attempts: Attempts, export: Export
    ) -> None:
        self.seen: dict[str, Contact] = {}
        self._destination = destination
        self._store = store
        self._attempts = attempts
        self._export = export

    async def emptied(self, positions: Sequence[int]) -> Sequence[int]:
        """Return which of the fields, by their places in the registry, hold nothing in anybody who was asked."""
        suspected, asked = [], set[int]()
        for position in positions:
            if position in asked:
                continue
            for holder in self._store.holders(positions, position, 1):
                blank = await self._blank(positions, holder)
                asked |= set(holder.positions)
                suspected += [one for one in blank if one not in suspected]
        return [one for one in suspected if await self._is_blank_in_all(positions, one)]

    async def filled(self, positions: Sequence[int]) -> Sequence[int]:
        """Return which of the fields, taken for empty because they were made again, hold something in somebody asked."""
        found: set[int] = set()
        by_position = dict(zip(positions, self._export.fields, strict=True))
        for sub in self._store.some_contacts(WITNESSES):
            if contact := await self._contact(sub):
                found |= {
                    position
                    for position, match in by_position.items()
                    if held_text(match, contact.fields.get(match.tag))
                }
        return sorted(found)

    async def _is_blank_in_all(self, positions: Sequence[int], position: int) -> bool:
        holders = self._store.holders(positions, position, WITNESSES)
        return all([position in await self._blank(positions, holder) for holder in holders])

    async def _blank(self, positions: Sequence[int], holder: Holder) -> Sequence[int]:
        """Return the fields that should hold something in a contact, and do not. One that is gone tells nothing."""
        contact = await self._contact(holder.subscriber_hash)
        if contact is None:
            return ()
        by_position = dict(zip(positions, self._export.fields, strict=True))
        return [
            position
            for position in holder.positions
            if not held_text(match := by_position[position], contact.fields.get(match.tag))
        ]

    async def _contact(self, sub: str) -> Contact | None:
        if sub not in self.seen:
            audience_id = self._export.audience_id
            found = await self._attempts.run(lambda: self._destination.contact(audience_id, sub))
            if found is None:
                return None
            self.seen[sub] = found
        return self.seen[sub]


def by_tag(fields: Mapping[str, int], export: Export) -> Sequence[tuple[str, int | None]]:
    """Return the merge tags of an export with the service's ids, None for those that are not there."""
    return [(match.tag, fields.get(match.tag)) for match in export.fields]
