"""What Mailchimp allows, each limit with its unit, source and date. Values only; who keeps to them stands elsewhere.

`docs/reference/mailchimp-limits.md` shows the same table and is compared with this one by a test.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Limit:
    """One limit: `value` counts `unit`s; `source` says who states it, `as_of` (year-month) when it was read last.

    `verified` is False for what nobody has shown yet; a live check is to settle it.
    """

    name: str
    value: int
    unit: str
    source: str
    as_of: str = "2026-09"
    verified: bool = True


CONNECTIONS = Limit(
    name="connections",
    value=10,
    unit="simultaneous requests per Mailchimp user, over all keys and programs",
    source="FACTS.md §2 (Mailchimp's documentation)",
)
SERVER_TIME_OUT = Limit(
    name="server_time_out",
    value=120,
    unit="seconds that Mailchimp works on one request, also after the caller went away",
    source="FACTS.md §2 (Mailchimp's documentation)",
)
BATCH_MEMBERS = Limit(
    name="batch_members",
    value=500,
    unit="contacts per batch subscribe",
    source="FACTS.md §2 (specification)",
)
TAG_MEMBERS = Limit(
    name="tag_members",
    value=500,
    unit="addresses added to or removed from a tag per request",
    source="FACTS.md §2 (specification; refusal recorded)",
)
PAGE_ROWS = Limit(
    name="page_rows",
    value=1_000,
    unit="rows per page; a larger count is cut without a word",
    source="FACTS.md §2 (specification; cut reported)",
)
MERGE_FIELDS = Limit(
    name="merge_fields",
    value=30,
    unit="merge fields per audience (80 on Premium); the account's own answer counts",
    source="FACTS.md §2 (thread; specification 3.0.91)",
)
MERGE_TAG_LENGTH = Limit(
    name="merge_tag_length",
    value=10,
    unit="characters A-Z, 0-9, _ in a merge tag",
    source="FACTS.md §2 (thread, twice)",
)
TAGS_ON_MEMBER = Limit(
    name="tags_on_member",
    value=50,
    unit="tags shown on one contact; the rest only in the contact's own tag list",
    source="FACTS.md §2 (specification)",
)
TAG_NAME_LENGTH = Limit(
    name="tag_name_length",
    value=100,
    unit="characters in a tag's name",
    source="FACTS.md §2 (general knowledge)",
    verified=False,
)
TEXT_VALUE_LENGTH = Limit(
    name="text_value_length",
    value=255,
    unit="bytes in the value of a text merge field",
    source="FACTS.md §7 (general knowledge)",
    verified=False,
)

ALL = (
    CONNECTIONS,
    SERVER_TIME_OUT,
    BATCH_MEMBERS,
    TAG_MEMBERS,
    PAGE_ROWS,
    MERGE_FIELDS,
    MERGE_TAG_LENGTH,
    TAGS_ON_MEMBER,
    TAG_NAME_LENGTH,
    TEXT_VALUE_LENGTH,
)
