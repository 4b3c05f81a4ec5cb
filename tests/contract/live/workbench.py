"""Try things out in a real audience with contacts and tags of its own only, and clean them up. For checks, not for exports.

Every address and tag carries the stamp of this check, and any other is refused before it is sent. Nothing is ever
deleted permanently: Mailchimp would block those addresses for good. Source: FACTS.md §6 (erased → anything).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import msgspec

from segue.core.errors import ContactRejected, Problem, TryLater
from segue.mailchimp.client import Call, Client
from segue.mailchimp.intake import read
from segue.mailchimp.reading import every_row
from segue.mailchimp.replies import Segments
from segue.mailchimp.transport import Reply
from segue.mailchimp.words import hash_of

_LIST = "/lists/{list_id}"
_MEMBER = "/lists/{list_id}/members/{subscriber_hash}"
_SEGMENT = "/lists/{list_id}/segments/{segment_id}"
_segments = msgspec.json.Decoder(Segments)


class TagName(msgspec.Struct, frozen=True):
    """A tag on a contact."""

    name: str


class Seen(msgspec.Struct, frozen=True):
    """A contact as it stands now."""

    email_address: str
    status: str
    last_changed: str = ""
    tags: list[TagName] = []
    merge_fields: dict[str, Any] = {}

    @property
    def tag_names(self) -> frozenset[str]:
        """Return the names of its tags."""
        return frozenset(tag.name for tag in self.tags)


_seen = msgspec.json.Decoder(Seen)


@dataclass(frozen=True, slots=True, kw_only=True)
class CleanUp:
    """What was left behind: contacts archived, tags deleted, and how many of either could not be."""

    archived: int
    tags_deleted: int
    failed: int


class Workbench:
    """Contacts and tags of one check in one audience.

    `domain` is one whose addresses may be used; `stamp` (letters and digits) tells this check from every other.
    """

    def __init__(self, client: Client, *, audience_id: str, domain: str, stamp: str) -> None:
        """Prepare; nothing is sent."""
        self.client = client
        self.audience_id = audience_id
        self._domain = domain
        self._prefix = f"segue-check-{stamp}-"
        self._named: set[str] = set()

    def address(self, name: str) -> str:
        """Return an address of this check, to be archived at its end."""
        address = f"{self._prefix}{name}@{self._domain}".lower()
        self._named.add(address)
        return address

    def malformed(self, name: str) -> str:
        """Return a text of this check that is no address."""
        return f"{self._prefix}{name}"

    def tag(self, name: str) -> str:
        """Return the name of a tag of this check."""
        return f"{self._prefix}{name}"

    async def batch(
        self,
        members: Sequence[Mapping[str, object]],
        *,
        update_existing: bool = True,
        query: Mapping[str, str] | None = None,
    ) -> Reply:
        """Send a batch subscribe and return its reply, whatever its status."""
        for member in members:
            self._own(str(member.get("email_address")))
        body = msgspec.json.encode({"members": members, "update_existing": update_existing})
        return await self._exchange("POST", _LIST, body=body, query=query or {})

    async def subscribe(self, address: str, *tags: str) -> None:
        """Make a contact, subscribed: own contacts only, never anybody's consent."""
        member = {"email_address": address, "status": "subscribed", "tags": list(tags)}
        await self.batch([member])

    async def set_status(self, address: str, status: str) -> Reply:
        """Set a contact's status and return the reply."""
        body = msgspec.json.encode({"status": status})
        return await self._exchange("PATCH", _MEMBER, address, body=body)

    async def archive(self, address: str) -> Reply:
        """Archive a contact and return the reply."""
        return await self._exchange("DELETE", _MEMBER, address)

    async def change_tag(self, tag_id: int, change: str, addresses: Sequence[str]) -> Reply:
        """Add contacts to a tag or remove them (`change` is a key of the request) and return the reply."""
        for address in addresses:
            self._own(address)
        body = msgspec.json.encode({change: list(addresses)})
        return await self._exchange("POST", _SEGMENT, body=body, segment_id=str(tag_id))

    async def seen(self, address: str) -> Seen | None:
        """Return a contact as it stands now; None when there is none."""
        query = {"fields": "email_address,status,last_changed,tags,merge_fields"}
        call = self._call("GET", _MEMBER, address, query=query)
        try:
            reply = await self.client.call(call)
        except ContactRejected as missing:
            if missing.code != "contact_not_found":
                raise
            return None
        return read(_seen, reply.body)

    async def status(self, address: str) -> str:
        """Return a contact's status; empty when there is no such contact."""
        seen = await self.seen(address)
        return seen.status if seen else ""

    async def tag_ids(self) -> dict[str, int]:
        """Return the tags of this check and their ids."""
        rows = await every_row(
            self.client,
            _segments,
            lambda page: (page.segments, page.total_items),
            route="/lists/{list_id}/segments",
            names={"list_id": self.audience_id},
            query={"type": "static", "fields": "segments.id,segments.name,total_items"},
            key=lambda row: row.id,
        )
        return {r.name: r.id for r in rows if r.name.lower().startswith(self._prefix.lower())}

    async def clean_up(self) -> CleanUp:
        """Archive every contact that this check named and delete its tags; go on when one fails."""
        archived = deleted = failed = 0
        for address in sorted(self._named):
            done = await self._try(self._call("DELETE", _MEMBER, address))
            archived, failed = archived + (done is True), failed + (done is None)
        for tag_id in (await self.tag_ids()).values():
            done = await self._try(self._call("DELETE", _SEGMENT, segment_id=str(tag_id)))
            deleted, failed = deleted + (done is True), failed + (done is None)
        return CleanUp(archived=archived, tags_deleted=deleted, failed=failed)

    async def _try(self, call: Call) -> bool | None:
        """Return True when it was done, False when it was not needed (404, 405), None when it failed."""
        try:
            reply = await self.client.exchange(call)
        except TryLater:
            return None
        if 200 <= reply.status < 300:
            return True
        return False if reply.status in (404, 405) else None

    async def _exchange(
        self,
        method: str,
        route: str,
        address: str = "",
        *,
        body: bytes | None = None,
        query: Mapping[str, str] | None = None,
        **names: str,
    ) -> Reply:
        return await self.client.exchange(
            self._call(method, route, address, body=body, query=query or {}, **names)
        )

    def _call(
        self,
        method: str,
        route: str,
        address: str = "",
        *,
        body: bytes | None = None,
        query: Mapping[str, str] | None = None,
        **names: str,
    ) -> Call:
        if address:
            self._own(address)
            names["subscriber_hash"] = hash_of(address)
        return Call(
            method=method,
            route=route,
            names={"list_id": self.audience_id, **names},
            query=query or {},
            body=body,
        )

    def _own(self, address: str) -> None:
        """Refuse every address that is not of this check. Raises: ValueError."""
        if not address.lower().startswith(self._prefix.lower()):
            raise ValueError("The check may touch contacts of its own only.")


def said(problem: Problem) -> str:
    """Return what came in the way of a question, in one line."""
    return f"{problem.code}: {problem.message}"
