"""What Mailchimp allows, each limit with its unit, source and date, and what is taken in of its replies. Values only.

`docs/reference/mailchimp-limits.md` shows the limits and is compared with them by a test; `docs/reference/limits.md` is
written from the bounds of replies.
"""

from __future__ import annotations

from dataclasses import dataclass

from segue.core.bounds import Bound


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

_STRANGE = "the reply is refused as a strange one (`mailchimp_strange_reply`), the field named; nothing of it is kept"
_CLIPPED = "the rest is cut off"

REPLY_BYTES = Bound(
    name="size of one reply, unpacked",
    value=16 * 2**20,
    unit="bytes",
    beyond="reading ends there (`mailchimp_reply_too_large`): a page is asked for in halves, a batch sent in halves",
)
REPLY_VALUES = Bound(
    name="values in one reply",
    value=1_000_000,
    unit="values",
    beyond="the reply is not built (`mailchimp_unreadable_reply`) and asked for again later",
)
REPLY_DEPTH = Bound(
    name="levels of brackets in one reply",
    value=1_000,
    unit="levels; what Segue reads of replies has six",
    beyond="the reply is not built (`mailchimp_unreadable_reply`) and asked for again later",
)
REPLY_SECONDS = Bound(
    name="time for one whole reply",
    value=125,
    unit="seconds from the sending to the last byte, however slowly they drip",
    beyond="the call is given up (`mailchimp_time_out`) and made again when Mailchimp's own 120 seconds are over",
)
ASKED_SECONDS = Bound(
    name="time for one whole reply that a page waits for",
    value=30,
    unit="seconds",
    beyond="the call is given up (`mailchimp_time_out`); nothing is asked again until somebody tries again",
)
QUESTION_SECONDS = Bound(
    name="time for all replies to one question of a page, or to one look at a connection",
    value=60,
    unit="seconds",
    beyond="the question is given up (`mailchimp_time_out`); other connections are looked at all the same",
)
REPLY_ROWS = Bound(
    name="rows of one page",
    value=PAGE_ROWS.value,
    unit="rows, or as many as were asked for",
    beyond=_STRANGE,
)
LISTED_ROWS = Bound(
    name="audiences, merge fields or tags in one listing",
    value=100_000,
    unit="rows",
    beyond=_STRANGE,
)
REFUSALS_PER_CONTACT = Bound(
    name="refusals in the reply to a batch",
    value=10,
    unit="for each contact that was sent",
    beyond="the reply is not believed (`mailchimp_unreadable_reply`); what became of the contacts is looked up",
)
CONTACT_FIELDS = Bound(
    name="merge fields of one contact", value=200, unit="fields", beyond=_STRANGE
)
CONTACT_TAGS = Bound(
    name="tags shown on one contact",
    value=200,
    unit="tags",
    beyond="the contact counts as one that has more tags than were told",
)
CHOICES = Bound(name="choices of one merge field", value=1_000, unit="choices", beyond=_CLIPPED)
ACCOUNT_ID_LENGTH = Bound(
    name="account id",
    value=64,
    unit="letters without accents, digits, _ and -",
    beyond=_STRANGE,
)
AUDIENCE_ID_LENGTH = Bound(
    name="audience id",
    value=40,
    unit="letters without accents, digits, _ and -",
    beyond=_STRANGE,
)
NAME_LENGTH = Bound(
    name="names of accounts, audiences, merge fields and tags",
    value=200,
    unit="characters; signs that nobody sees are shown as \ufffd",
    beyond=_CLIPPED,
)
WORD_LENGTH = Bound(
    name="role and plan of an account, data centre, tag of a merge field",
    value=60,
    unit="characters",
    beyond=_CLIPPED,
)
ADDRESS_LENGTH = Bound(name="address of a contact", value=320, unit="characters", beyond=_CLIPPED)
VALUE_LENGTH = Bound(
    name="value of a merge field", value=10_000, unit="characters", beyond=_CLIPPED
)
WORDS_READ = Bound(
    name="Mailchimp's words about one refusal",
    value=2_000,
    unit="characters that are read; 300 are kept",
    beyond=_CLIPPED,
)
FIELD_ERRORS = Bound(
    name="fields that one refusal names", value=100, unit="fields", beyond="the rest is not read"
)
COUNT = Bound(
    name="counts that are only shown",
    value=10**12,
    unit="(a negative one counts as 0)",
    beyond="the bound is shown. A count that decides something is refused when it is negative or not below 2^63",
)
SECRET_LENGTH = Bound(
    name="access token",
    value=500,
    unit="characters without blanks or control characters",
    beyond=_STRANGE,
)

BOUNDS = (
    REPLY_BYTES,
    REPLY_VALUES,
    REPLY_DEPTH,
    REPLY_SECONDS,
    ASKED_SECONDS,
    QUESTION_SECONDS,
    REPLY_ROWS,
    LISTED_ROWS,
    REFUSALS_PER_CONTACT,
    CONTACT_FIELDS,
    CONTACT_TAGS,
    CHOICES,
    ACCOUNT_ID_LENGTH,
    AUDIENCE_ID_LENGTH,
    NAME_LENGTH,
    WORD_LENGTH,
    ADDRESS_LENGTH,
    VALUE_LENGTH,
    WORDS_READ,
    FIELD_ERRORS,
    COUNT,
    SECRET_LENGTH,
)
"""What is taken in of replies, OAuth's among them."""
