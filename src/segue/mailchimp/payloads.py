"""Build what is sent to Mailchimp, and the query of every reading call. Pure: bytes and texts in, bytes and texts out.

Nothing here ever sends `sync_tags` (it would delete other people's tags) or, for contacts that may exist, `status`
(it would resubscribe them). Source: FACTS.md §3 (replaces all tags), §6 (send status_if_new only).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta

import msgspec

from segue.mailchimp.limits import BATCH_MEMBERS, TAG_MEMBERS
from segue.sync.contact_fields import BESIDE_KEYS
from segue.sync.export import MergeType, NewStatus
from segue.sync.ports import Column, Constant, ContactStatus, Node, TagNames, Template, WriteMode

Query = Mapping[str, str]

_UPDATING = b'],"update_existing":true}'
_CREATING = b'],"update_existing":false}'
_MEMBER = "id,email_address,status,last_changed"
_LISTED = "email_address,status,last_changed"
_FED = ("merge_fields", *sorted(BESIDE_KEYS))
"""What an export may have filled."""
_OVERLAP = timedelta(seconds=1)
_OLDEST = datetime(2001, 1, 1, tzinfo=UTC)


def contact_template(
    *, fields: Sequence[tuple[str, Template]], mode: WriteMode, new_status: NewStatus
) -> Template:
    """Return the shape of one contact in a batch: address, the status that the mode allows, what stands beside merge fields, these, tags.

    UPSERT sends `status_if_new` only, CREATE sends `status` (such a batch updates nobody), UPDATE sends neither.
    """
    members: list[tuple[str, Template]] = [("email_address", Column("address"))]
    if mode is WriteMode.UPSERT:
        members.append(("status_if_new", Constant(new_status.value)))
    elif mode is WriteMode.CREATE:
        members.append(("status", Constant(new_status.value)))
    members += [(key, node) for key, node in fields if key in BESIDE_KEYS]
    merge_fields = tuple((tag, node) for tag, node in fields if tag not in BESIDE_KEYS)
    if merge_fields:
        members.append(("merge_fields", Node(members=merge_fields)))
    members.append(("tags", TagNames()))
    return Node(members=tuple(members))


def batch(members: bytes, *, mode: WriteMode) -> bytes:
    """Return the body of a batch subscribe around rendered contacts that are joined by commas."""
    return b'{"members":[' + members + (_CREATING if mode is WriteMode.CREATE else _UPDATING)


def check_count(count: int) -> None:
    """Refuse a number of contacts that no batch may hold, before anything is sent.

    Raises: ValueError: a fault of the caller. Source: FACTS.md §2.
    """
    if not 1 <= count <= min(BATCH_MEMBERS.value, TAG_MEMBERS.value):
        raise ValueError(f"A batch holds 1 to {BATCH_MEMBERS.value} contacts, not {count}.")


def removal(addresses: Sequence[str]) -> bytes:
    """Return the body that takes a tag from contacts."""
    return msgspec.json.encode({"members_to_remove": list(addresses)})


def new_address(address: str) -> bytes:
    """Return the body that changes a contact's address and nothing else: without status, it stays as it is."""
    return msgspec.json.encode({"email_address": address})


def merge_field(*, tag: str, name: str, type: MergeType) -> bytes:
    """Return the body that creates a merge field: optional, and not shown on the sign-up form."""
    return msgspec.json.encode(
        {"tag": tag, "name": name or tag, "type": type.value, "required": False, "public": False}
    )


def tag(name: str, *, is_new: bool) -> bytes:
    """Return the body that creates an empty tag, or gives one another name. Source: FACTS.md §3 (`[]` creates it empty)."""
    return msgspec.json.encode({"name": name, **({"static_segment": []} if is_new else {})})


def paged(*, offset: int, count: int) -> dict[str, str]:
    """Return the part of a query that chooses a page."""
    return {"count": str(count), "offset": str(offset)}


def account_query() -> Query:
    """Return the query of the account's reading."""
    names = "account_id,account_name,role,pricing_plan_type,total_subscribers"
    return {"fields": names}


def _stats(place: str) -> str:
    """Return the counts of an audience that listings of its contacts are measured by."""
    return ",".join(
        f"{place}.{name}" for name in ("member_count", "unsubscribe_count", "cleaned_count")
    )


def audience_query() -> Query:
    """Return the query of one audience's reading."""
    return {"fields": f"id,name,double_optin,{_stats('stats')}"}


def audiences_query() -> Query:
    """Return the query of all audiences, in an order that does not change between pages."""
    names = f"lists.id,lists.name,lists.double_optin,{_stats('lists.stats')},total_items"
    return {"fields": names, "sort_field": "date_created", "sort_dir": "ASC"}


def merge_fields_query() -> Query:
    """Return the query of all merge fields; whole rows, because newer servers add the limit to them."""
    return {"exclude_fields": "_links,merge_fields._links"}


def tags_query() -> Query:
    """Return the query of all tags: a tag is a static segment. Source: FACTS.md §5."""
    names = "segments.id,segments.name,segments.member_count,total_items,list_id"
    return {"type": "static", "fields": names}


def tagged_query() -> Query:
    """Return the query of a tag's contacts, whatever their status; without these switches only active ones come."""
    return {
        "fields": _in_rows(_LISTED),
        "include_cleaned": "true",
        "include_transactional": "true",
        "include_unsubscribed": "true",
    }


def contacts_in_full_query(*, status: ContactStatus, since: datetime | None) -> Query:
    """Return the query of contacts with their tags and merge fields. Source: FACTS.md §2 (at most 50 tags are listed)."""
    fields = ",".join((_MEMBER, "tags", "tags_count", *_FED))
    return {**contacts_query(status=status, since=since), "fields": f"{_in_rows(fields)},list_id"}


def contacts_query(*, status: ContactStatus, since: datetime | None, counted: bool = True) -> Query:
    """Return the query of contacts of one status, oldest change first, changed at or after `since`.

    `since_last_changed` looks exclusive at a resolution of one second, so one second more is asked for; a date
    before Mailchimp existed is left out, because very old ones were reported to hang. Source: FACTS.md §3, §6, §11.14.
    """
    query = {
        "status": status.value,
        "fields": f"{_in_rows(f'{_LISTED},contact_id', counted=counted)},list_id",
        "sort_field": "last_changed",
        "sort_dir": "ASC",
    }
    if since is not None and since > _OLDEST:
        query["since_last_changed"] = timestamp(since - _OVERLAP)
    return query


def contact_query() -> Query:
    """Return the query of one contact, with its tags and merge fields."""
    return {"fields": ",".join((_MEMBER, "tags", "tags_count", *_FED, "list_id"))}


def held_query() -> Query:
    """Return the query of one contact with everything that a batch may have written of it."""
    return {"fields": ",".join(("email_address", "status", "tags", *_FED, "list_id"))}


def timestamp(moment: datetime) -> str:
    """Return an aware instant as Mailchimp writes it: whole seconds, `+00:00`. Source: FACTS.md §3."""
    return moment.astimezone(UTC).replace(microsecond=0).isoformat()


def _in_rows(names: str, *, counted: bool = True) -> str:
    rows = [f"members.{name}" for name in names.split(",")]
    return ",".join([*rows, "total_items"] if counted else rows)
