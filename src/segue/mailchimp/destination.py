"""Mailchimp as a destination of the engine: one method per call of `sync.ports.Destination`. Never retries."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import datetime

import msgspec

from segue.core.errors import ConfigurationProblem, ContactRejected
from segue.core.sentences import commas, said
from segue.mailchimp import payloads, reading, replies
from segue.mailchimp.batches import contact_ids_of, outcome_of, tag_ids_of, untagged_of
from segue.mailchimp.client import Call, Client
from segue.mailchimp.errors import problem, rejection_from_problem
from segue.mailchimp.holding import is_held
from segue.mailchimp.intake import read
from segue.mailchimp.limits import BATCH_MEMBERS, PAGE_ROWS
from segue.mailchimp.transport import Reply
from segue.mailchimp.words import hash_of
from segue.sync.export import MergeType, NewStatus
from segue.sync.ports import (
    Account,
    Audience,
    Contact,
    ContactStatus,
    Destination,
    MergeField,
    MergeFields,
    Page,
    Rejection,
    Tag,
    Template,
    Untagged,
    Upserted,
    WriteMode,
)
from segue.sync.tags import folded

_root = msgspec.json.Decoder(replies.Root)
_list = msgspec.json.Decoder(replies.ListRow)
_lists = msgspec.json.Decoder(replies.Lists)
_merge_field = msgspec.json.Decoder(replies.MergeFieldRow)
_merge_fields = msgspec.json.Decoder(replies.MergeFieldRows)
_segment = msgspec.json.Decoder(replies.SegmentRow)
_segments = msgspec.json.Decoder(replies.Segments)

_NO_CONTENT = 204
_LIST = "/lists/{list_id}"
_MEMBERS = "/lists/{list_id}/members"
_MEMBER = "/lists/{list_id}/members/{subscriber_hash}"
_FIELDS = "/lists/{list_id}/merge-fields"
_SEGMENTS = "/lists/{list_id}/segments"
_SEGMENT = "/lists/{list_id}/segments/{segment_id}"
_SEGMENT_MEMBERS = "/lists/{list_id}/segments/{segment_id}/members"
_NAMED_AUDIENCES = 20


class MailchimpDestination:
    """One Mailchimp account. The client is opened and closed by whoever made it.

    `honours_status_if_new`: a live check found that batches of this account honour it; False, until it has, is safe
    whatever they do. Source: FACTS.md §11.1.
    """

    batch_size = BATCH_MEMBERS.value
    page_size = PAGE_ROWS.value

    def __init__(self, client: Client, *, honours_status_if_new: bool = False) -> None:
        """Serve from `client`; nothing is sent."""
        self.honours_status_if_new = honours_status_if_new
        self._client = client

    async def account(self) -> Account:
        """Return who we are connected as."""
        reply = await self._get("/", query=payloads.account_query())
        return reading.account_of(read(_root, reply.body, request_id=reply.request_id))

    async def audience(self, audience_id: str) -> Audience:
        """Return one audience. Raises: ConfigurationProblem `audience_not_found` naming those that exist."""
        try:
            reply = await self._get(_LIST, audience_id, query=payloads.audience_query())
        except ConfigurationProblem as missing:
            if missing.code != "audience_not_found":
                raise
            raise _no_such_audience(audience_id, await self.audiences()) from missing
        row = read(_list, reply.body, request_id=reply.request_id)
        return reading.the_audience_of(row, asked=audience_id, request_id=reply.request_id)

    async def audiences(self) -> Sequence[Audience]:
        """Return all audiences of the account, however many there are."""
        rows = await reading.every_row(
            self._client,
            _lists,
            lambda page: (page.lists, page.total_items),
            route="/lists",
            names={},
            query=payloads.audiences_query(),
            key=lambda row: row.id,
        )
        return [reading.audience_of(row) for row in rows]

    async def merge_fields(self, audience_id: str) -> MergeFields:
        """Return all merge fields of the audience, what else of a contact can be fed, and, from newer servers, the limit."""
        limits: list[int | None] = []

        def rows_of(
            page: replies.MergeFieldRows,
        ) -> tuple[Sequence[replies.MergeFieldRow], int]:
            limits.extend(
                (page.merge_field_limit, *(r.merge_field_limit for r in page.merge_fields))
            )
            return page.merge_fields, page.total_items

        rows = await reading.every_row(
            self._client,
            _merge_fields,
            rows_of,
            route=_FIELDS,
            names={"list_id": audience_id},
            query=payloads.merge_fields_query(),
            key=lambda row: row.merge_id,
        )
        return MergeFields(
            fields=(*(reading.merge_field_of(row) for row in rows), *reading.contact_fields()),
            limit=next((limit for limit in limits if limit is not None), None),
        )

    async def create_merge_field(
        self, audience_id: str, *, tag: str, name: str, type: MergeType
    ) -> MergeField:
        """Create a merge field; when one with this tag exists already, return that one. Source: FACTS.md §4 #14."""
        body = payloads.merge_field(tag=tag, name=name, type=type)
        call = Call(method="POST", route=_FIELDS, names={"list_id": audience_id}, body=body)
        try:
            reply = await self._client.call(call)
        except ConfigurationProblem as refused:
            if refused.code != "merge_field_exists":
                raise
            existing = (await self.merge_fields(audience_id)).fields
            found = next((f for f in existing if f.tag.casefold() == tag.casefold()), None)
            if found is None:
                raise
            return found
        return reading.merge_field_of(read(_merge_field, reply.body, request_id=reply.request_id))

    async def tags(self, audience_id: str) -> Sequence[Tag]:
        """Return all tags of the audience, however many there are."""
        rows = await reading.every_row(
            self._client,
            _segments,
            lambda page: (page.segments, page.total_items),
            route=_SEGMENTS,
            names={"list_id": audience_id},
            query=payloads.tags_query(),
            key=lambda row: row.id,
        )
        return [reading.tag_of(row) for row in rows]

    async def create_tag(self, audience_id: str, name: str) -> Tag:
        """Create a tag that nobody carries; when one with this name exists already, return that one.

        Assumption: the words that refuse a name which is taken are not recorded, so that the listing tells.
        """
        body = payloads.tag(name, is_new=True)
        call = Call(method="POST", route=_SEGMENTS, names={"list_id": audience_id}, body=body)
        try:
            return await self._tag(call)
        except ConfigurationProblem as refused:
            if refused.code not in ("mailchimp_refused_request", "mailchimp_refused_payload"):
                raise
            there = [t for t in await self.tags(audience_id) if folded(t.name) == folded(name)]
            if not there:
                raise
            return there[0]

    async def rename_tag(self, audience_id: str, tag_id: int, name: str) -> Tag:
        """Give a tag another name; whoever carries it keeps it."""
        names = {"list_id": audience_id, "segment_id": str(tag_id)}
        body = payloads.tag(name, is_new=False)
        return await self._tag(Call(method="PATCH", route=_SEGMENT, names=names, body=body))

    async def delete_tag(self, audience_id: str, tag_id: int) -> None:
        """Delete a tag; one that is not there is deleted already."""
        names = {"list_id": audience_id, "segment_id": str(tag_id)}
        try:
            reply = await self._client.call(Call(method="DELETE", route=_SEGMENT, names=names))
            reading.check_removal(reply)
        except ConfigurationProblem as refused:
            if refused.code != "tag_not_found":
                raise

    async def _tag(self, call: Call) -> Tag:
        reply = await self._client.call(call)
        return reading.tag_of(read(_segment, reply.body, request_id=reply.request_id))

    async def tagged(self, audience_id: str, tag_id: int, *, offset: int, count: int) -> Page:
        """Return one page of the contacts that carry a tag, whatever their status.

        Assumption: archived contacts are not among them; the specification has no switch that includes them.
        """
        query = {**payloads.tagged_query(), **payloads.paged(offset=offset, count=count)}
        reply = await self._get(_SEGMENT_MEMBERS, audience_id, segment_id=str(tag_id), query=query)
        return reading.page_of(reply, audience_id=audience_id, count=count)

    async def contacts(
        self,
        audience_id: str,
        *,
        status: ContactStatus,
        since: datetime | None,
        offset: int,
        count: int,
        counted: bool = True,
    ) -> Page:
        """Return one page of contacts of one status, oldest change first, changed at or after `since`.

        Contacts changed up to a second earlier may be among them. Archived ones come only when asked for as such. A page
        that is not `counted` tells no total: counting takes Mailchimp about two seconds a page. Source: FACTS.md §2.
        """
        query = {
            **payloads.contacts_query(status=status, since=since, counted=counted),
            **payloads.paged(offset=offset, count=count),
        }
        reply = await self._get(_MEMBERS, audience_id, query=query)
        return reading.page_of(reply, audience_id=audience_id, count=count, counted=counted)

    async def contacts_in_full(
        self,
        audience_id: str,
        *,
        status: ContactStatus,
        since: datetime | None,
        offset: int,
        count: int,
    ) -> Page:
        """Return one page of contacts as `contacts` does, with the names of their tags and their merge fields."""
        query = {
            **payloads.contacts_in_full_query(status=status, since=since),
            **payloads.paged(offset=offset, count=count),
        }
        reply = await self._get(_MEMBERS, audience_id, query=query)
        return reading.full_page_of(reply, audience_id=audience_id, count=count)

    async def contact(self, audience_id: str, subscriber_hash: str) -> Contact | None:
        """Return one contact with its tags, or None when the audience, known to exist, holds none."""
        query = payloads.contact_query()
        try:
            reply = await self._get(
                _MEMBER, audience_id, subscriber_hash=subscriber_hash, query=query
            )
        except ContactRejected as refused:
            await self._must_be_missing(refused, audience_id)
            return None
        asked = {"audience_id": audience_id, "subscriber_hash": subscriber_hash}
        return reading.the_contact_of(reply, **asked)

    async def holds(self, audience_id: str, subscriber_hash: str, member: bytes) -> bool:
        """Return whether the audience holds a contact as it was sent; `member` is its rendered JSON."""
        query = payloads.held_query()
        try:
            reply = await self._get(
                _MEMBER, audience_id, subscriber_hash=subscriber_hash, query=query
            )
        except ContactRejected as refused:
            await self._must_be_missing(refused, audience_id)
            return False
        asked = {"audience_id": audience_id, "subscriber_hash": subscriber_hash}
        return is_held(member, reading.the_held_of(reply, **asked))

    async def carries_out(self, audience_id: str) -> bool:
        """Return whether Mailchimp carries out writing calls just now, by a batch without contacts.

        Assumption: what it answers to an empty batch is not recorded; any answer but a failure shows that it works, if it
        is one to a batch, or empty: what a proxy or a stranger answers in Mailchimp's place cannot be read as one.

        Raises: TryLater when no answer came, or none that can be read.
        """
        body = payloads.batch(b"", mode=WriteMode.UPDATE)
        call = Call(method="POST", route=_LIST, names={"list_id": audience_id}, body=body)
        try:
            reply = await self._client.call(call)
        except ConfigurationProblem as refused:
            return refused.code != "audience_not_found"
        if reply.body or reply.status != _NO_CONTENT:
            outcome_of(reply.body, members=b"", count=0, request_id=reply.request_id)
        return True

    def template(
        self, *, fields: Sequence[tuple[str, Template]], mode: WriteMode, new_status: NewStatus
    ) -> Template:
        """Return the shape of one contact in `upsert`; `fields` pairs merge tag and node. Column used: `address`."""
        return payloads.contact_template(fields=fields, mode=mode, new_status=new_status)

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
        """Write up to `batch_size` contacts, `members` as JSON, joined by commas; tell the ids of `tags`, and to `identify` theirs."""
        payloads.check_count(count)
        reply = await self._client.call(
            Call(
                method="POST",
                route=_LIST,
                names={"list_id": audience_id},
                body=payloads.batch(members, mode=mode),
            )
        )
        done = outcome_of(reply.body, members=members, count=count, request_id=reply.request_id)
        ids = tag_ids_of(reply.body, tags) if tags else {}
        known = contact_ids_of(reply.body) if identify else {}
        return replace(done, tag_ids=ids, contact_ids=known)

    async def untag(self, audience_id: str, tag_id: int, addresses: Sequence[str]) -> Untagged:
        """Take one tag from up to `batch_size` contacts; those without the tag, or unknown, are passed over."""
        payloads.check_count(len(addresses))
        reply = await self._client.call(
            Call(
                method="POST",
                route=_SEGMENT,
                names={"list_id": audience_id, "segment_id": str(tag_id)},
                body=payloads.removal(addresses),
            )
        )
        return untagged_of(reply.body, addresses=addresses, request_id=reply.request_id)

    async def move(
        self, audience_id: str, subscriber_hash: str, *, address: str
    ) -> Rejection | None:
        """Change a contact's address, leaving its status alone. None: done. A 404 is `Reason.GONE`.

        Raises: TryLater, also when what came back is no contact: it may have been done.
        """
        names = {"list_id": audience_id, "subscriber_hash": subscriber_hash}
        body = payloads.new_address(address)
        try:
            reply = await self._client.call(
                Call(method="PATCH", route=_MEMBER, names=names, body=body)
            )
            renamed = hash_of(address)
            reading.the_contact_of(reply, audience_id=audience_id, subscriber_hash=renamed)
        except ContactRejected as refused:
            if refused.code == "contact_not_found":
                await self._must_be_missing(refused, audience_id)
            return rejection_from_problem(refused, subscriber_hash=subscriber_hash)
        return None

    async def archive(self, audience_id: str, subscriber_hash: str) -> None:
        """Archive a contact; one that is archived, pending or cleaned (405), or is not there, needs nothing more."""
        names = {"list_id": audience_id, "subscriber_hash": subscriber_hash}
        try:
            reply = await self._client.call(Call(method="DELETE", route=_MEMBER, names=names))
            reading.check_removal(reply)
        except ContactRejected as refused:
            if refused.code != "contact_not_archivable":
                await self._must_be_missing(refused, audience_id)

    async def _get(
        self, route: str, audience_id: str = "", *, query: payloads.Query, **names: str
    ) -> Reply:
        all_names = {"list_id": audience_id, **names}
        return await self._client.call(
            Call(method="GET", route=route, names=all_names, query=query)
        )

    async def _must_be_missing(self, refused: ContactRejected, audience_id: str) -> None:
        """Read a 404 as a missing contact only when the audience answers: its own 404 has the same words."""
        if refused.code != "contact_not_found":
            raise refused
        await self.audience(audience_id)


def mailchimp_destination(client: Client, *, honours_status_if_new: bool = False) -> Destination:
    """Return Mailchimp behind `client` as a destination of the engine."""
    return MailchimpDestination(client, honours_status_if_new=honours_status_if_new)


def _no_such_audience(audience_id: str, known: Sequence[Audience]) -> ConfigurationProblem:
    there = commas(f"{a.audience_id} ({a.name})" for a in known[:_NAMED_AUDIENCES])
    more = len(known) - _NAMED_AUDIENCES
    if more > 0:
        there = said("%(names)s, and %(more)s more", names=there, more=more)
    missing = problem("audience_not_found", context={"audience_id": audience_id})
    return ConfigurationProblem(
        said(
            "The account holds no audience '%(audience_id)s'; it holds %(there)s.",
            audience_id=audience_id,
            there=there or said("none at all"),
        ),
        action=missing.action,
        code=missing.code,
        context=missing.context,
    )
