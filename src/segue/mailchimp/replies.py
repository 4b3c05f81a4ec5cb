"""The shapes of Mailchimp's answers, decoded straight from bytes; only the keys that are used. No meaning is read here.

Source: FACTS.md §3 and §4; every key is checked against the specification in tests/contract/destination.
"""

from __future__ import annotations

from typing import Annotated, Any

import msgspec

from segue.mailchimp.decoding import UnreadableError, decoded
from segue.mailchimp.limits import FIELD_ERRORS
from segue.mailchimp.words import read_of

Counted = Annotated[int, msgspec.Meta(ge=0, le=2**63 - 1)]
"""A count or an id that something is decided by: a reply with another one is not believed."""

Scalar = str | int | float | bool | None
FieldValue = Scalar | dict[str, Scalar] | list[msgspec.Raw]
"""What a merge field may hold. Lists hold nothing; their parts are skipped without building them."""


class OfAudience(msgspec.Struct, frozen=True, kw_only=True):
    """What belongs to an audience, and says to which; "" where a reply does not tell."""

    list_id: str = ""


class FieldError(msgspec.Struct, frozen=True):
    """One entry of a problem document's `errors`: a merge tag or a dotted path, and a text."""

    field: str = ""
    message: str = ""


class ProblemDocument(msgspec.Struct, frozen=True):
    """An error's body. `type` is not read: it is missing on some and its address changed over the years."""

    title: str = ""
    detail: str = ""
    errors: list[FieldError] = []


class BatchError(msgspec.Struct, frozen=True):
    """One contact that a batch subscribe refused."""

    email_address: str = ""
    error: str = ""
    error_code: str = ""
    field: str = ""
    field_message: str = ""


class BatchTotals(msgspec.Struct, frozen=True):
    """The counts and errors of a batch subscribe; the contacts themselves are skipped without building them."""

    total_created: Counted
    total_updated: Counted
    error_count: Counted
    errors: list[BatchError]


class Addressed(msgspec.Struct, frozen=True):
    """Anything that names a contact by address, in a request or a reply."""

    email_address: str = ""


class BatchNames(msgspec.Struct, frozen=True):
    """Who a batch subscribe says it created and updated."""

    new_members: list[Addressed] = []
    updated_members: list[Addressed] = []


class Identified(Addressed, frozen=True):
    """The same with the id that stays when the address changes; "" on older servers. Source: FACTS.md §3, §6."""

    contact_id: str = ""


class BatchIds(msgspec.Struct, frozen=True):
    """Everybody whom a batch subscribe says it created or updated, with their ids."""

    new_members: list[Identified] = []
    updated_members: list[Identified] = []


class NamedTag(msgspec.Struct, frozen=True, gc=False):
    """One tag inside a contact, with its id."""

    id: Counted
    name: str


class TaggedMember(msgspec.Struct, frozen=True):
    """A contact of a batch with its tags, of which at most 50 are told."""

    tags: list[NamedTag] = []


class BatchTags(msgspec.Struct, frozen=True):
    """The tags of everybody whom a batch subscribe says it created or updated."""

    new_members: list[TaggedMember] = []
    updated_members: list[TaggedMember] = []


class SegmentError(msgspec.Struct, frozen=True):
    """One reason, and the addresses that a tag change refused for it."""

    email_addresses: list[str] = []
    error: str = ""


class SegmentTotals(msgspec.Struct, frozen=True):
    """The counts and errors of a tag change for many contacts."""

    total_added: Counted
    total_removed: Counted
    error_count: Counted
    errors: list[SegmentError]


class SegmentNames(msgspec.Struct, frozen=True):
    """Who a tag change says it took the tag from."""

    members_removed: list[Addressed] = []


class Root(msgspec.Struct, frozen=True):
    """The account. `total_subscribers` is None when the account does not say."""

    account_id: str
    account_name: str = ""
    role: str = ""
    pricing_plan_type: str = ""
    total_subscribers: int | None = None


class ListStats(msgspec.Struct, frozen=True):
    """Counts of an audience, cached by Mailchimp for at least five minutes."""

    member_count: int = 0
    unsubscribe_count: int = 0
    cleaned_count: int = 0


class ListRow(msgspec.Struct, frozen=True):
    """One audience."""

    id: str
    name: str = ""
    double_optin: bool = False
    stats: ListStats = ListStats()


class Lists(msgspec.Struct, frozen=True):
    """One page of audiences."""

    lists: list[ListRow]
    total_items: Counted


class MergeOptions(msgspec.Struct, frozen=True):
    """Options of a merge field."""

    choices: list[str] = []
    phone_format: str = ""


class MergeFieldRow(msgspec.Struct, frozen=True):
    """One merge field."""

    merge_id: Counted
    tag: str
    name: str
    type: str
    required: bool = False
    options: MergeOptions = MergeOptions()
    merge_field_limit: Counted | None = None


class MergeFieldRows(OfAudience, frozen=True, kw_only=True):
    """One page of merge fields. `merge_field_limit` is None on older servers."""

    merge_fields: list[MergeFieldRow]
    total_items: Counted
    merge_field_limit: Counted | None = None


class SegmentRow(msgspec.Struct, frozen=True):
    """One static segment, which is a tag."""

    id: Counted
    name: str
    member_count: int = 0


class Segments(OfAudience, frozen=True, kw_only=True):
    """One page of static segments."""

    segments: list[SegmentRow]
    total_items: Counted


class MemberTag(msgspec.Struct, frozen=True):
    """One tag inside a contact."""

    name: str


class Beside(OfAudience, frozen=True, kw_only=True):
    """What a contact holds beside merge fields, by the keys of `sync.contact_fields`. None: not told, or not sent."""

    language: str | None = None


class Member(Beside, frozen=True, kw_only=True):
    """A contact, reduced to what suppression and the comparison with the ledger need."""

    id: str
    email_address: str
    status: str
    last_changed: str = ""
    tags: list[MemberTag] = []
    tags_count: Counted = 0
    merge_fields: dict[str, FieldValue] = {}


class HeldMember(Beside, frozen=True, kw_only=True):
    """A contact with everything that a batch may have written of it."""

    status: str
    email_address: str = ""
    merge_fields: dict[str, FieldValue] = {}
    tags: list[MemberTag] = []


class SentMember(Beside, frozen=True):
    """The same of a contact as it was sent."""

    merge_fields: dict[str, Any] = {}
    tags: list[str] = []


class ListedMember(msgspec.Struct, frozen=True, gc=False):
    """A contact of a listing that asks for no more; whatever else comes is skipped without building it."""

    email_address: str
    status: str
    last_changed: str = ""
    contact_id: str = ""


class ListedMembers(OfAudience, frozen=True, kw_only=True):
    """One page of such contacts."""

    members: list[ListedMember]
    total_items: Counted


class UncountedMembers(OfAudience, frozen=True, kw_only=True):
    """One page of such contacts that was asked for without the total."""

    members: list[ListedMember]
    total_items: Counted = 0


class Members(OfAudience, frozen=True, kw_only=True):
    """One page of contacts with their tags and merge fields."""

    members: list[Member]
    total_items: Counted


class TokenReply(msgspec.Struct, frozen=True):
    """The answer to an OAuth code exchange; errors use the same body."""

    access_token: str = ""
    error: str = ""
    error_description: str = ""


class MetadataLogin(msgspec.Struct, frozen=True):
    """Who authorised a token."""

    login_name: str = ""


class MetadataReply(msgspec.Struct, frozen=True):
    """What a token stands for. Without `api_endpoint` it is an error, whatever the HTTP status."""

    api_endpoint: str = ""
    dc: str = ""
    accountname: str = ""
    role: str = ""
    login: MetadataLogin = MetadataLogin()
    error: str = ""
    error_description: str = ""


_anything = msgspec.json.Decoder(Any)


def document_in(body: bytes) -> ProblemDocument | None:
    """Return the problem document in `body`; None when it holds none (empty, HTML, another kind of JSON)."""
    try:
        raw = decoded(_anything, body)
    except UnreadableError:
        return None
    if not isinstance(raw, dict) or not any(raw.get(key) for key in ("title", "detail", "errors")):
        return None
    rows = raw.get("errors")
    errors = [row for row in rows if isinstance(row, dict)] if isinstance(rows, list) else []
    del errors[FIELD_ERRORS.value :]
    return ProblemDocument(
        title=_text(raw.get("title")),
        detail=_text(raw.get("detail")),
        errors=[FieldError(_text(row.get("field")), _text(row.get("message"))) for row in errors],
    )


def _text(value: object) -> str:
    return read_of(value) if isinstance(value, str) else ""
