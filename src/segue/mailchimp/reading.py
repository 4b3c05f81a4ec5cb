"""Read whole collections of Mailchimp page by page, and turn replies into the engine's values. No decisions here."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import TypeVar

import msgspec

from segue.mailchimp.batches import read
from segue.mailchimp.client import Call, Client
from segue.mailchimp.errors import problem
from segue.mailchimp.limits import PAGE_ROWS
from segue.mailchimp.payloads import paged
from segue.mailchimp.replies import ListRow, Member, Members, MergeFieldRow, SegmentRow
from segue.mailchimp.transport import Reply
from segue.mailchimp.words import hash_of
from segue.sync.export import MergeType
from segue.sync.ports import Audience, Contact, FieldValue, MergeField, Page, Status, Tag

R = TypeVar("R")
P = TypeVar("P")

_members = msgspec.json.Decoder(Members)
_TYPES = {item.value for item in MergeType}


async def every_row(
    client: Client,
    decoder: msgspec.json.Decoder[P],
    rows_of: Callable[[P], tuple[Sequence[R], int]],
    *,
    route: str,
    names: Mapping[str, str],
    query: Mapping[str, str],
) -> tuple[R, ...]:
    """Return all rows of a collection, however many pages it takes; `rows_of` gives a page's rows and the total.

    Raises: TryLater when a page comes back empty before the announced total is reached.
    """
    found: list[R] = []
    while True:
        page = paged(offset=len(found), count=PAGE_ROWS.value)
        reply = await client.call(
            Call(method="GET", route=route, names=names, query={**query, **page})
        )
        rows, total = rows_of(read(decoder, reply.body, request_id=reply.request_id))
        found.extend(rows)
        if len(found) >= total:
            return tuple(found)
        if not rows:
            raise problem(
                "mailchimp_incomplete_listing",
                context={"route": route, "rows": len(found), "announced": total},
            )


def page_of(reply: Reply) -> Page:
    """Return a page of contacts with the service's own time of the reading.

    Raises: TryLater when the reply cannot be read or names no time.
    """
    members = read(_members, reply.body, request_id=reply.request_id)
    return Page(
        contacts=tuple(contact_of(member, reply) for member in members.members),
        total=members.total_items,
        read_at=read_at(reply),
    )


def read_at(reply: Reply) -> datetime:
    """Return the service's own time of a reply, aware, in UTC. Raises: TryLater when it names none."""
    try:
        return parsedate_to_datetime(reply.headers["Date"]).astimezone(UTC)
    except (KeyError, ValueError) as error:
        raise problem(
            "mailchimp_unreadable_reply", context={"request_id": reply.request_id}
        ) from error


def contact_of(member: Member, reply: Reply) -> Contact:
    """Return a contact; the hash is made from the address, as very old lists have other ids.

    Raises: TryLater on a status that is not known: guessing one could write to a person who said no.
    Source: FACTS.md §6.
    """
    try:
        status = Status(member.status)
    except ValueError as error:
        raise problem(
            "mailchimp_unreadable_reply",
            detail="a contact has a status that Segue does not know",
            context={"request_id": reply.request_id},
        ) from error
    return Contact(
        subscriber_hash=hash_of(member.email_address),
        address=member.email_address,
        status=status,
        changed_at=member.last_changed,
        tags=tuple(tag.name for tag in member.tags),
        fields={tag: field_value_of(value) for tag, value in member.merge_fields.items()},
        has_all_tags=member.tags_count <= len(member.tags),
    )


def field_value_of(value: object) -> FieldValue:
    """Return what a merge field holds as text; unset ones are "". Source: FACTS.md §7 (recorded)."""
    if isinstance(value, dict):
        return {str(part): _field_text(one) for part, one in value.items()}
    return _field_text(value)


def _field_text(value: object) -> str:
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() else repr(value)
    return "" if value is None else str(value)


def audience_of(row: ListRow) -> Audience:
    """Return an audience."""
    return Audience(
        audience_id=row.id,
        name=row.name,
        double_opt_in=row.double_optin,
        contacts=row.stats.member_count,
    )


def merge_field_of(row: MergeFieldRow) -> MergeField:
    """Return a merge field.

    Assumption: a type that Mailchimp added later takes text; Mailchimp's own check of the value then decides.
    """
    return MergeField(
        merge_id=row.merge_id,
        tag=row.tag,
        name=row.name,
        type=MergeType(row.type) if row.type in _TYPES else MergeType.TEXT,
        required=row.required,
        choices=tuple(row.options.choices),
        phone_format=row.options.phone_format,
    )


def tag_of(row: SegmentRow) -> Tag:
    """Return a tag. Source: FACTS.md §5 (a tag is a static segment)."""
    return Tag(tag_id=row.id, name=row.name, active_members=row.member_count)
