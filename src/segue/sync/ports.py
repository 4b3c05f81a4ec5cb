"""What the engine needs of the world: a destination. Nothing here does anything.

A destination is an e-mail marketing service that holds audiences of contacts. Implementations pass the one
conformance suite in `tests/contract/`. They never retry; they raise the classes of `core.errors`.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Protocol, TypeAlias

from segue.sync.export import MergeType, NewStatus


class ContactStatus(StrEnum):
    """A contact's status in an audience. Source: FACTS.md §6."""

    SUBSCRIBED = "subscribed"
    UNSUBSCRIBED = "unsubscribed"
    CLEANED = "cleaned"
    PENDING = "pending"
    TRANSACTIONAL = "transactional"
    ARCHIVED = "archived"


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """The account behind a connection. `contacts` is what it counts in all audiences, None when it does not say."""

    account_id: str
    name: str
    role: str
    plan: str
    contacts: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Audience:
    """One audience. `contacts`, `unsubscribed` and `cleaned` are the service's own counts, as a rule minutes old."""

    audience_id: str
    name: str
    double_opt_in: bool
    contacts: int
    unsubscribed: int = 0
    cleaned: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class MergeField:
    """One merge field of an audience. `choices` only for RADIO and DROPDOWN; `phone_format` only for PHONE."""

    merge_id: int
    tag: str
    name: str
    type: MergeType
    required: bool
    choices: tuple[str, ...] = ()
    phone_format: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class MergeFields:
    """All merge fields of an audience and how many it may have (None: the service does not say)."""

    fields: tuple[MergeField, ...]
    limit: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Tag:
    """One tag of an audience. `active_members` counts subscribed contacts only."""

    tag_id: int
    name: str
    active_members: int


FieldValue: TypeAlias = str | Mapping[str, str]
"""What a merge field holds: a text (numbers as their shortest text), or the parts of an address."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Contact:
    """A contact as read back. `subscriber_hash` is the md5 of the lower-cased address, 32 hex digits.

    `tags` are the names of its tags and `fields` what its merge fields hold, by tag, where they were asked for, empty
    otherwise; `has_all_tags` False: it has more tags than were told. `contact_id` stays when the address changes; "" where it
    was not asked for.
    """

    subscriber_hash: str
    address: str
    status: ContactStatus
    changed_at: str
    tags: tuple[str, ...] = ()
    fields: Mapping[str, FieldValue] = field(default_factory=dict)
    has_all_tags: bool = True
    contact_id: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """One page of contacts. `total` counts all that match, `read_at` is the service's own clock at the reading.

    `total` is 0 where it was not asked for, `size_bytes` is what the page took to tell, 0 where that is not known.
    """

    contacts: Sequence[Contact]
    total: int
    read_at: datetime
    size_bytes: int = 0


class Reason(StrEnum):
    """Why one contact was rejected; each has a fix in the reports. Source: FACTS.md §4."""

    INVALID_ADDRESS = "invalid_address"
    FAKE_ADDRESS = "fake_address"
    INVALID_FIELD = "invalid_field"
    TOO_MANY_SIGNUPS = "too_many_signups"
    UNSUBSCRIBED = "unsubscribed"
    COMPLIANCE = "compliance"
    FORGOTTEN = "forgotten"
    ALREADY_THERE = "already_there"
    NOT_SUBSCRIBED = "not_subscribed"
    UNREADABLE = "unreadable"
    GONE = "gone"
    CALL_FAILS = "call_fails"
    OTHER = "other"


@dataclass(frozen=True, slots=True, kw_only=True)
class Rejection:
    """One contact that the service refused: who (by hash), why, in which field, and the service's own words.

    `words` has addresses removed.
    """

    subscriber_hash: str
    reason: Reason
    field: str = ""
    words: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Counted:
    """Contacts as the service counted them, from its reply to the report of the run: new ones and those it held already."""

    created: int = 0
    updated: int = 0

    def plus(self, other: Counted) -> Counted:
        """Return both together."""
        return Counted(created=self.created + other.created, updated=self.updated + other.updated)

    @property
    def named(self) -> int:
        """Return how many contacts the service named as written."""
        return self.created + self.updated


@dataclass(frozen=True, slots=True, kw_only=True)
class Upserted:
    """What the service said to a batch. `unaccounted` are hashes sent but named nowhere in a reply that does not balance.

    `postponed` are hashes that the service asked to send again later: neither written nor refused. `tag_ids` are the
    service's own ids of tags that were asked for, by the name as it was asked for, as far as the reply tells them;
    `contact_ids` those of contacts, by hash.
    """

    counted: Counted
    rejected: tuple[Rejection, ...]
    unaccounted: tuple[str, ...]
    request_id: str
    postponed: tuple[str, ...] = ()
    tag_ids: Mapping[str, int] = field(default_factory=dict)
    contact_ids: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Untagged:
    """What the service said to a removal of one tag from up to 500 contacts; unknown addresses are ignored by it.

    `postponed` as in `Upserted`. `unaccounted` are hashes sent but named nowhere: as a rule they had no such tag.
    """

    removed: int
    rejected: tuple[Rejection, ...]
    request_id: str
    postponed: tuple[str, ...] = ()
    unaccounted: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Column:
    """Template node: the text of a column of the row."""

    name: str


@dataclass(frozen=True, slots=True)
class Constant:
    """Template node: the same text in every row."""

    value: str


@dataclass(frozen=True, slots=True)
class TagNames:
    """Template node: an array of the names of the tags that are set in the row's bit masks."""


@dataclass(frozen=True, slots=True)
class Node:
    """Template node: an object. With `unless_blank`, the empty string instead when any of those columns is blank."""

    members: tuple[tuple[str, Template], ...]
    unless_blank: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class UnlessBlank:
    """Template node, only as a member of an object: left out of it when any of these columns is blank."""

    node: Template
    columns: tuple[str, ...]


Template: TypeAlias = Column | Constant | TagNames | Node | UnlessBlank
"""The shape of one contact in a request, as values: an engine renders it to JSON, one text per row."""


class WriteMode(StrEnum):
    """How a batch treats contacts.

    UPSERT: new ones get the export's status, known ones keep theirs. CREATE: known ones are refused
    (`ALREADY_THERE`), new ones get the status. UPDATE: no status is sent at all.
    """

    UPSERT = "upsert"
    CREATE = "create"
    UPDATE = "update"


class Writing(Protocol):
    """How a destination is written to: what a plan must know of it, without a call."""

    batch_size: int
    honours_status_if_new: bool

    def template(
        self, *, fields: Sequence[tuple[str, Template]], mode: WriteMode, new_status: NewStatus
    ) -> Template:
        """Return the shape of one contact in `upsert`; `fields` pairs merge tag and node. Columns used: `address`."""
        ...


class Destination(Writing, Protocol):
    """One account of the e-mail marketing service.

    Every call may raise TryLater (same call again later), ConnectionLost (stop the connection) or
    ConfigurationProblem (stop the run: the audience is gone, the payload is malformed as a whole, …).
    """

    page_size: int

    async def account(self) -> Account:
        """Return who we are connected as."""
        ...

    async def audience(self, audience_id: str) -> Audience:
        """Return one audience. Raises ConfigurationProblem `audience_not_found` naming the account's audiences."""
        ...

    async def audiences(self) -> Sequence[Audience]:
        """Return all audiences of the account, however many there are."""
        ...

    async def merge_fields(self, audience_id: str) -> MergeFields:
        """Return all merge fields of the audience."""
        ...

    async def create_merge_field(
        self, audience_id: str, *, tag: str, name: str, type: MergeType
    ) -> MergeField:
        """Create a merge field; when one with this tag exists already, return that one."""
        ...

    async def tags(self, audience_id: str) -> Sequence[Tag]:
        """Return all tags of the audience, however many there are."""
        ...

    async def create_tag(self, audience_id: str, name: str) -> Tag:
        """Create a tag that nobody carries; when one with this name exists already, return that one."""
        ...

    async def rename_tag(self, audience_id: str, tag_id: int, name: str) -> Tag:
        """Give a tag another name; whoever carries it keeps it."""
        ...

    async def delete_tag(self, audience_id: str, tag_id: int) -> None:
        """Delete a tag; one that is not there is deleted already."""
        ...

    async def tagged(self, audience_id: str, tag_id: int, *, offset: int, count: int) -> Page:
        """Return one page of the contacts that carry a tag, whatever their status."""
        ...

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

        A page that is not `counted` tells no total, which may save the service seconds.
        """
        ...

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
        ...

    async def contact(self, audience_id: str, subscriber_hash: str) -> Contact | None:
        """Return one contact with tags and merge fields, or None when the service says that it holds none."""
        ...

    async def holds(self, audience_id: str, subscriber_hash: str, member: bytes) -> bool:
        """Return whether the service holds a contact as it was sent; `member` is its rendered JSON, as in `upsert`."""
        ...

    async def carries_out(self, audience_id: str) -> bool:
        """Return whether the service carries out writing calls just now, by one that changes nobody."""
        ...

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
        """Write up to `batch_size` contacts; `members` is their rendered JSON, joined by commas.

        The ids of `tags` are told, and with `identify` those of the contacts.
        """
        ...

    async def untag(self, audience_id: str, tag_id: int, addresses: Sequence[str]) -> Untagged:
        """Take one tag from up to `batch_size` contacts."""
        ...

    async def move(
        self, audience_id: str, subscriber_hash: str, *, address: str
    ) -> Rejection | None:
        """Change a contact's address, leaving its status alone. None: done. A 404 is `Reason.GONE`."""
        ...

    async def archive(self, audience_id: str, subscriber_hash: str) -> None:
        """Archive a contact; archiving an archived one is done already."""
        ...
