"""The shapes of Mailchimp's answers, decoded straight from bytes; only the keys that are used. No meaning is read here.

Source: FACTS.md §3 and §4; every key is checked against the specification in tests/contract/destination.
"""

from __future__ import annotations

from typing import Any

import msgspec


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

    total_created: int
    total_updated: int
    error_count: int
    errors: list[BatchError]


class Addressed(msgspec.Struct, frozen=True):
    """Anything that names a contact by address, in a request or a reply."""

    email_address: str = ""


class BatchNames(msgspec.Struct, frozen=True):
    """Who a batch subscribe says it created and updated."""

    new_members: list[Addressed] = []
    updated_members: list[Addressed] = []


class SegmentError(msgspec.Struct, frozen=True):
    """One reason, and the addresses that a tag change refused for it."""

    email_addresses: list[str] = []
    error: str = ""


class SegmentTotals(msgspec.Struct, frozen=True):
    """The counts and errors of a tag change for many contacts."""

    total_added: int
    total_removed: int
    error_count: int
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


class ListRow(msgspec.Struct, frozen=True):
    """One audience."""

    id: str
    name: str = ""
    double_optin: bool = False
    stats: ListStats = ListStats()


class Lists(msgspec.Struct, frozen=True):
    """One page of audiences."""

    lists: list[ListRow]
    total_items: int


class MergeOptions(msgspec.Struct, frozen=True):
    """Options of a merge field."""

    choices: list[str] = []
    phone_format: str = ""


class MergeFieldRow(msgspec.Struct, frozen=True):
    """One merge field."""

    merge_id: int
    tag: str
    name: str
    type: str
    required: bool = False
    options: MergeOptions = MergeOptions()
    merge_field_limit: int | None = None


class MergeFieldRows(msgspec.Struct, frozen=True):
    """One page of merge fields. `merge_field_limit` is None on older servers."""

    merge_fields: list[MergeFieldRow]
    total_items: int
    merge_field_limit: int | None = None


class SegmentRow(msgspec.Struct, frozen=True):
    """One static segment, which is a tag."""

    id: int
    name: str
    member_count: int = 0


class Segments(msgspec.Struct, frozen=True):
    """One page of static segments."""

    segments: list[SegmentRow]
    total_items: int


class MemberTag(msgspec.Struct, frozen=True):
    """One tag inside a contact."""

    name: str


class Member(msgspec.Struct, frozen=True):
    """A contact, reduced to what suppression and the comparison with the ledger need."""

    id: str
    email_address: str
    status: str
    last_changed: str = ""
    tags: list[MemberTag] = []
    tags_count: int = 0
    merge_fields: dict[str, Any] = {}


class HeldMember(msgspec.Struct, frozen=True):
    """A contact with everything that a batch may have written of it."""

    status: str
    merge_fields: dict[str, Any] = {}
    tags: list[MemberTag] = []


class SentMember(msgspec.Struct, frozen=True):
    """The same of a contact as it was sent."""

    merge_fields: dict[str, Any] = {}
    tags: list[str] = []


class Members(msgspec.Struct, frozen=True):
    """One page of contacts."""

    members: list[Member]
    total_items: int


class TokenReply(msgspec.Struct, frozen=True):
    """The answer to an OAuth code exchange; errors use the same body."""

    access_token: str = ""
    error: str = ""
    error_description: str = ""


class MetadataLogin(msgspec.Struct, frozen=True):
    """Who authorised a token."""

    login_id: int | None = None
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


def document_in(body: bytes) -> ProblemDocument | None:
    """Return the problem document in `body`; None when it holds none (empty, HTML, another kind of JSON)."""
    try:
        raw: Any = msgspec.json.decode(body)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return None
    if not isinstance(raw, dict) or not any(raw.get(key) for key in ("title", "detail", "errors")):
        return None
    rows = raw.get("errors")
    errors = [row for row in rows if isinstance(row, dict)] if isinstance(rows, list) else []
    return ProblemDocument(
        title=_text(raw.get("title")),
        detail=_text(raw.get("detail")),
        errors=[FieldError(_text(row.get("field")), _text(row.get("message"))) for row in errors],
    )


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""
