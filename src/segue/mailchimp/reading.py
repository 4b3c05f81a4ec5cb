"""Read whole collections of Mailchimp page by page, and turn replies into the engine's values. No decisions here."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import TypeVar

import msgspec

from segue.core.errors import Problem
from segue.mailchimp import shapes
from segue.mailchimp.client import Call, Client
from segue.mailchimp.errors import problem
from segue.mailchimp.intake import read
from segue.mailchimp.limits import (
    ACCOUNT_ID_LENGTH,
    AUDIENCE_ID_LENGTH,
    CHOICES,
    CONTACT_FIELDS,
    CONTACT_TAGS,
    LISTED_ROWS,
    PAGE_ROWS,
)
from segue.mailchimp.payloads import paged
from segue.mailchimp.replies import (
    HeldMember,
    ListedMember,
    ListedMembers,
    ListRow,
    Member,
    Members,
    MergeFieldRow,
    OfAudience,
    Root,
    SegmentRow,
    UncountedMembers,
)
from segue.mailchimp.transport import Reply
from segue.mailchimp.words import contact_id_of, hash_of, hashes_of
from segue.sync.contact_fields import BESIDE, BESIDE_KEYS, MERGE_TYPES
from segue.sync.export import MergeType
from segue.sync.listed import Listed
from segue.sync.ports import (
    Account,
    Audience,
    Contact,
    ContactStatus,
    FieldValue,
    MergeField,
    Page,
    Tag,
)

R = TypeVar("R")
P = TypeVar("P")

_member = msgspec.json.Decoder(Member)
_held = msgspec.json.Decoder(HeldMember)
_members = msgspec.json.Decoder(Members)
_listed_members = msgspec.json.Decoder(ListedMembers)
_uncounted_members = msgspec.json.Decoder(UncountedMembers)
_TYPES = {item.value for item in MERGE_TYPES}
_STATUSES = {item.value: item for item in ContactStatus}
_YEARS = range(1990, 2200)
"""Years that a time of Mailchimp's can be in: reckoning with others ends outside the calendar."""


def check_removal(reply: Reply) -> None:
    """Return when a reply says that something was removed: by 204 and nothing more. Source: FACTS.md §1, §10 no. 2.

    Raises: TryLater for any other reply that is no error: a proxy or a stranger gave it, and nothing may have been done.
    """
    if reply.body.strip():
        raise problem("mailchimp_unreadable_reply", context={"request_id": reply.request_id})


def account_of(root: Root) -> Account:
    """Return the account. Raises: ConfigurationProblem when its id can be none."""
    return Account(
        account_id=shapes.identifier(
            root.account_id, field="account_id", longest=ACCOUNT_ID_LENGTH.value
        ),
        name=shapes.name(root.account_name),
        role=shapes.word(root.role),
        plan=shapes.word(root.pricing_plan_type),
        contacts=None if root.total_subscribers is None else shapes.count(root.total_subscribers),
    )


async def every_row(
    client: Client,
    decoder: msgspec.json.Decoder[P],
    rows_of: Callable[[P], tuple[Sequence[R], int]],
    *,
    route: str,
    names: Mapping[str, str],
    query: Mapping[str, str],
    key: Callable[[R], object],
) -> tuple[R, ...]:
    """Return all rows of a collection, each once, however many pages it takes; `rows_of` gives a page's rows and the total.

    Raises: TryLater when a page brings no row that is new, by its `key`, before the announced total is reached;
    ConfigurationProblem for more rows than asked for, or than any account holds.
    """
    found: dict[object, R] = {}
    offset = 0
    while True:
        page = paged(offset=offset, count=PAGE_ROWS.value)
        reply = await client.call(
            Call(method="GET", route=route, names=names, query={**query, **page})
        )
        told = read(decoder, reply.body, request_id=reply.request_id)
        if isinstance(told, OfAudience):
            check_audience(told, reply, asked=names["list_id"])
        rows, total = rows_of(told)
        _check_rows(len(rows), asked=PAGE_ROWS.value)
        _check_rows(total, asked=LISTED_ROWS.value, field="total_items")
        before, offset = len(found), offset + len(rows)
        found |= {key(row): row for row in rows}
        is_new = len(found) > before
        # A total may be behind: after a full page there may be more.
        if offset >= total and not (is_new and len(rows) == PAGE_ROWS.value):
            return tuple(found.values())
        if not is_new:
            raise problem(
                "mailchimp_incomplete_listing",
                context={"route": route, "rows": len(found), "announced": total},
            )


def page_of(reply: Reply, *, audience_id: str, count: int, counted: bool = True) -> Page:
    """Return a page of at most `count` contacts of an audience with the service's own time of the reading.

    `counted`: the total was asked for. Raises: TryLater when the reply cannot be read, names no time or tells of another
    audience; ConfigurationProblem for more contacts.
    """
    members: ListedMembers | UncountedMembers
    if counted:
        members = read(_listed_members, reply.body, request_id=reply.request_id)
    else:
        members = read(_uncounted_members, reply.body, request_id=reply.request_id)
    check_audience(members, reply, asked=audience_id)
    _check_rows(len(members.members), asked=count)
    return Page(
        contacts=_listed(members.members, reply),
        total=members.total_items if counted else 0,
        read_at=read_at(reply),
        size_bytes=len(reply.body),
    )


def full_page_of(reply: Reply, *, audience_id: str, count: int) -> Page:
    """Return a page of contacts with their tags and merge fields. Raises: as `page_of`."""
    members = read(_members, reply.body, request_id=reply.request_id)
    check_audience(members, reply, asked=audience_id)
    _check_rows(len(members.members), asked=count)
    return Page(
        contacts=tuple([contact_of(member, reply) for member in members.members]),
        total=members.total_items,
        read_at=read_at(reply),
        size_bytes=len(reply.body),
    )


def read_at(reply: Reply) -> datetime:
    """Return the service's own time of a reply, aware, in UTC. Raises: TryLater when it names none that can be."""
    try:
        told = parsedate_to_datetime(reply.headers["Date"]).astimezone(UTC)
    except (KeyError, ValueError, OverflowError) as error:
        raise _without_time(reply) from error
    if told.year not in _YEARS:
        raise _without_time(reply)
    return told


def the_contact_of(reply: Reply, *, audience_id: str, subscriber_hash: str) -> Contact:
    """Return the contact that was asked for. Raises: TryLater when the reply tells of another one; as `contact_of`."""
    member = read(_member, reply.body, request_id=reply.request_id)
    _check_contact(member, reply, audience_id=audience_id, subscriber_hash=subscriber_hash)
    return contact_of(member, reply)


def the_held_of(reply: Reply, *, audience_id: str, subscriber_hash: str) -> HeldMember:
    """Return what the contact that was asked for holds. Raises: TryLater when the reply tells of another one."""
    held = read(_held, reply.body, request_id=reply.request_id)
    _check_contact(held, reply, audience_id=audience_id, subscriber_hash=subscriber_hash)
    return held


def _check_contact(
    told: Member | HeldMember, reply: Reply, *, audience_id: str, subscriber_hash: str
) -> None:
    """Raise: TryLater when a reply tells of another contact: what that one holds says nothing of the one asked for."""
    check_audience(told, reply, asked=audience_id)
    if hash_of(told.email_address) != subscriber_hash:
        raise _odd(reply, "it tells of another contact than was asked for")


def check_audience(told: OfAudience, reply: Reply, *, asked: str) -> None:
    """Raise: TryLater when a reply says that what it tells belongs to another audience than was asked for."""
    if told.list_id and told.list_id.casefold() != asked.casefold():
        raise _odd(reply, "it tells of another audience than was asked for")


def contact_of(member: Member, reply: Reply) -> Contact:
    """Return a contact with its tags and merge fields; the hash is made from the address, as very old lists have other ids.

    Raises: TryLater for a status or a time that is none; ConfigurationProblem for too many fields.
    """
    if len(member.merge_fields) > CONTACT_FIELDS.value:
        raise shapes.strange("merge_fields")
    return Contact(
        subscriber_hash=hash_of(member.email_address),
        address=shapes.address(member.email_address),
        status=_status(member.status, reply),
        changed_at=_time(member.last_changed, reply),
        tags=tuple([shapes.name(tag.name) for tag in member.tags[: CONTACT_TAGS.value]]),
        fields={
            **{tag: field_value_of(value) for tag, value in member.merge_fields.items()},
            **{key: field_value_of(getattr(member, key)) for key in BESIDE_KEYS},
        },
        has_all_tags=member.tags_count <= len(member.tags) <= CONTACT_TAGS.value,
    )


def _listed(members: Sequence[ListedMember], reply: Reply) -> Listed:
    """Return a page's contacts by column. What many of them share, a status or a second, is looked at once."""
    addresses = [member.email_address for member in members]
    changes = [member.last_changed for member in members]
    statuses = [member.status for member in members]
    for changed in set(changes):
        _time(changed, reply)
    known = {text: _status(text, reply) for text in set(statuses)}
    return Listed(
        hashes=hashes_of(addresses),
        addresses=shapes.addresses(addresses),
        statuses=[known[text] for text in statuses],
        changes=changes,
        ids=[contact_id_of(member.contact_id) for member in members],
    )


def _status(text: str, reply: Reply) -> ContactStatus:
    """Return a status that is known: guessing one could write to a person who said no. Source: FACTS.md §6."""
    status = _STATUSES.get(text)
    if status is None:
        raise _odd(reply, "a contact has a status that Segue does not know")
    return status


def _time(text: str, reply: Reply) -> str:
    """Return a contact's time as it was told, "" for none."""
    try:
        if text and datetime.fromisoformat(text).year not in _YEARS:
            raise ValueError
    except ValueError as error:
        raise _odd(reply, "a contact has a time that is none") from error
    return text


def field_value_of(value: object) -> FieldValue:
    """Return what a merge field holds as text; unset ones are "". Source: FACTS.md §7 (recorded)."""
    if isinstance(value, str):
        return shapes.value(value)
    if isinstance(value, dict):
        return {shapes.word(part): _field_text(one) for part, one in value.items()}
    return _field_text(value)


def _field_text(value: object) -> str:
    if isinstance(value, str):
        return shapes.value(value)
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() else repr(value)
    return str(value) if isinstance(value, int) else ""


def _check_rows(rows: int, *, asked: int, field: str = "rows") -> None:
    if rows > asked:
        raise shapes.strange(field)


def _odd(reply: Reply, detail: str) -> Problem:
    return problem(
        "mailchimp_unreadable_reply", detail=detail, context={"request_id": reply.request_id}
    )


def _without_time(reply: Reply) -> Problem:
    return problem("mailchimp_unreadable_reply", context={"request_id": reply.request_id})


def audience_of(row: ListRow) -> Audience:
    """Return an audience."""
    return Audience(
        audience_id=shapes.identifier(row.id, field="lists.id", longest=AUDIENCE_ID_LENGTH.value),
        name=shapes.name(row.name),
        double_opt_in=row.double_optin,
        contacts=shapes.count(row.stats.member_count),
        unsubscribed=shapes.count(row.stats.unsubscribe_count),
        cleaned=shapes.count(row.stats.cleaned_count),
    )


def the_audience_of(row: ListRow, *, asked: str, request_id: str) -> Audience:
    """Return the audience that was asked for. Raises: TryLater when the reply tells of another one.

    Whoever cannot be written is read by it: another audience's people would stand for them.
    """
    found = audience_of(row)
    if found.audience_id.casefold() != asked.casefold():
        raise problem("mailchimp_unreadable_reply", context={"request_id": request_id})
    return found


def merge_field_of(row: MergeFieldRow) -> MergeField:
    """Return a merge field.

    Assumption: a type that Mailchimp added later takes text; Mailchimp's own check of the value then decides.
    """
    return MergeField(
        merge_id=row.merge_id,
        tag=shapes.word(row.tag),
        name=shapes.name(row.name),
        type=MergeType(row.type) if row.type in _TYPES else MergeType.TEXT,
        required=row.required,
        choices=tuple(shapes.choice(one) for one in row.options.choices[: CHOICES.value]),
        phone_format=shapes.word(row.options.phone_format),
    )


def contact_fields() -> Iterator[MergeField]:
    """Yield what every audience lets contacts hold beside merge fields, as fields that can be fed. Source: FACTS.md §4."""
    for one in BESIDE:
        yield MergeField(merge_id=0, tag=one.key, name=str(one.name), type=one.type, required=False)


def tag_of(row: SegmentRow) -> Tag:
    """Return a tag. Source: FACTS.md §5 (a tag is a static segment)."""
    return Tag(
        tag_id=row.id,
        name=shapes.name(row.name),
        active_members=shapes.count(row.member_count),
    )
