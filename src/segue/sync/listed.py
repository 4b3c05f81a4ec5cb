"""Contacts of a listing, kept by column: of a million nobody is made a value of their own unless somebody asks. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import overload

from segue.sync.ports import Contact, ContactStatus


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Listed(Sequence[Contact]):
    """Contacts without tags and fields. The columns are of one length, as in `Contact`."""

    hashes: Sequence[str]
    addresses: Sequence[str]
    statuses: Sequence[ContactStatus]
    changes: Sequence[str]
    ids: Sequence[str]

    def __len__(self) -> int:
        return len(self.hashes)

    @overload
    def __getitem__(self, index: int) -> Contact: ...
    @overload
    def __getitem__(self, index: slice) -> Sequence[Contact]: ...
    def __getitem__(self, index: int | slice) -> Contact | Sequence[Contact]:
        if isinstance(index, slice):
            return tuple([self[at] for at in range(*index.indices(len(self)))])
        return Contact(
            subscriber_hash=self.hashes[index],
            address=self.addresses[index],
            status=self.statuses[index],
            changed_at=self.changes[index],
            contact_id=self.ids[index],
        )


def listed(contacts: Sequence[Contact]) -> Listed:
    """Return contacts by column."""
    if isinstance(contacts, Listed):
        return contacts
    return Listed(
        hashes=[one.subscriber_hash for one in contacts],
        addresses=[one.address for one in contacts],
        statuses=[one.status for one in contacts],
        changes=[one.changed_at for one in contacts],
        ids=[one.contact_id for one in contacts],
    )


def joined(pages: Iterable[Sequence[Contact]]) -> Listed:
    """Return the contacts of several pages, one after another."""
    parts = [listed(page) for page in pages]
    return Listed(
        hashes=list(chain.from_iterable(part.hashes for part in parts)),
        addresses=list(chain.from_iterable(part.addresses for part in parts)),
        statuses=list(chain.from_iterable(part.statuses for part in parts)),
        changes=list(chain.from_iterable(part.changes for part in parts)),
        ids=list(chain.from_iterable(part.ids for part in parts)),
    )
