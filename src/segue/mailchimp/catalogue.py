"""The catalogue of Mailchimp's refusals as a table: which reply means what, with which consequence. No code acts here.

Order matters: the first row that fits decides. Numbers are those of FACTS.md §4, where every row has its source.
Nothing is matched on the key `type` of a problem document: it is missing on some and its address changed.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from segue.core.errors import Consequence
from segue.sync.ports import Reason


class Body(Enum):
    """Which body a row needs: any, no problem document at all, or none that gives a detail."""

    ANY = "any"
    BARE = "bare"
    SILENT = "silent"


@dataclass(frozen=True, slots=True, kw_only=True)
class ContactRow:
    """Words about one contact, in a refusal of one call or in the errors of a batch, and the reason they give."""

    number: str
    words: tuple[str, ...]
    reason: Reason


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A whole reply: fits when the status is one of `statuses` (empty: any) and every given part is found.

    `titles` and `words` each need one of their folded fragments; `route` is the end of the path template and
    `method` the verb, empty for any.
    """

    number: str
    code: str
    consequence: Consequence
    statuses: tuple[int, ...] = ()
    titles: tuple[str, ...] = ()
    words: tuple[str, ...] = ()
    body: Body = Body.ANY
    method: str = ""
    route: str = ""
    throttled: bool = False


CONTACT_ROWS = (
    ContactRow(
        number="12",
        words=("permanently deleted", "forgotten email not subscribed"),
        reason=Reason.FORGOTTEN,
    ),
    ContactRow(number="11", words=("compliance state",), reason=Reason.COMPLIANCE),
    ContactRow(
        number="8",
        words=(
            "previously unsubscribed",
            "must opt in again",
            "previously removed from this audience",
        ),
        reason=Reason.UNSUBSCRIBED,
    ),
    ContactRow(number="2", words=("looks fake or invalid",), reason=Reason.FAKE_ADDRESS),
    ContactRow(
        number="1",
        words=(
            "provide a valid email address",
            "invalid email address",
            "email address must contain a single @",
            "domain portion of the email address is invalid",
            "username portion of the email address is invalid",
        ),
        reason=Reason.INVALID_ADDRESS,
    ),
    ContactRow(number="5", words=("signed up to a lot of",), reason=Reason.TOO_MANY_SIGNUPS),
    ContactRow(
        number="6",
        words=("member's status is", "is not subscribed to the list"),
        reason=Reason.NOT_SUBSCRIBED,
    ),
    ContactRow(
        number="7", words=("already in this list with a status",), reason=Reason.ALREADY_THERE
    ),
    ContactRow(
        number="10",
        words=("is already a list member", "member exists"),
        reason=Reason.ALREADY_THERE,
    ),
    ContactRow(
        number="4", words=("required fields were not provided: status_if_new",), reason=Reason.GONE
    ),
    ContactRow(
        number="3",
        words=(
            "merge fields were invalid",
            "please enter a number",
            "please enter the date",
            "please enter a month",
            "please enter a complete address",
            "please enter a zip code",
            "not a valid url",
            "value must be one of",
            "this value should not be blank",
        ),
        reason=Reason.INVALID_FIELD,
    ),
)

TEMPORARY_WORDS = (
    "try again",
    "retry",
    "temporarily",
    "unavailable",
    "timed out",
    "internal error",
    "too many requests",
)
"""Fragments of words about a contact, or a call, that only put it off.

Assumption: no such words are recorded; they are judged only where no row knows better.
"""

_LATER, _STOP, _LOST = Consequence.LATER, Consequence.CONFIGURATION, Consequence.CONNECTION

ROWS = (
    Row(number="27", code="mailchimp_throttled", consequence=_LATER, statuses=(429,), throttled=True),
    Row(number="18", code="mailchimp_key_missing", consequence=_LOST, statuses=(401,), titles=("missing",)),
    Row(number="17", code="mailchimp_key_refused", consequence=_LOST, statuses=(401,)),
    Row(number="22", code="mailchimp_throttled", consequence=_LATER, statuses=(403,), body=Body.BARE, throttled=True),
    Row(number="20", code="mailchimp_user_disabled", consequence=_LOST, statuses=(403,), titles=("user disabled",)),
    Row(number="21", code="mailchimp_wrong_data_centre", consequence=_LOST, statuses=(403,), titles=("wrong datacenter",)),
    Row(number="21", code="mailchimp_wrong_data_centre", consequence=_LOST, statuses=(403,), words=("datacenter", "data center")),
    Row(number="19", code="mailchimp_not_permitted", consequence=_LOST, statuses=(403,)),
    Row(number="23b", code="mailchimp_unclear_not_found", consequence=_LATER, statuses=(404,), body=Body.SILENT),
    Row(number="23", code="contact_not_found", consequence=Consequence.CONTACT, statuses=(404,), route="/members/{subscriber_hash}"),
    Row(number="23", code="tag_not_found", consequence=_STOP, statuses=(404,), route="/segments/{segment_id}"),
    Row(number="23", code="tag_not_found", consequence=_STOP, statuses=(404,), route="/segments/{segment_id}/members"),
    Row(number="23", code="audience_not_found", consequence=_STOP, statuses=(404,)),
    Row(number="24", code="contact_not_archivable", consequence=Consequence.CONTACT, statuses=(405,), method="DELETE", route="/members/{subscriber_hash}"),
    Row(number="13", code="merge_field_limit_reached", consequence=_STOP, statuses=(400,), titles=("merge max limit",)),
    Row(number="14", code="merge_field_exists", consequence=_STOP, statuses=(400,), words=("already exists for this list",), route="/merge-fields"),
    Row(number="15", code="webhook_refused", consequence=_STOP, statuses=(400,), route="/webhooks"),
    Row(number="9", code="mailchimp_too_many_items", consequence=_STOP, statuses=(400,), words=("maximum allowed member items",)),
    Row(number="4", code="mailchimp_refused_payload", consequence=_STOP, statuses=(400,), words=("could not be validated",)),
    Row(number="30", code="mailchimp_gateway_time_out", consequence=_LATER, statuses=(408, 504)),
    Row(number="29", code="mailchimp_account_restricted", consequence=_LOST, statuses=(503,), titles=("compliance related",)),
    Row(number="28", code="mailchimp_unavailable", consequence=_LATER, statuses=(500,)),
    Row(number="30", code="mailchimp_unavailable", consequence=_LATER, statuses=tuple(range(501, 600))),
    Row(number="-", code="mailchimp_redirected", consequence=_STOP, statuses=tuple(range(300, 400))),
    Row(number="-", code="mailchimp_unavailable", consequence=_LATER, statuses=(400,), words=TEMPORARY_WORDS),
    Row(number="16", code="mailchimp_refused_request", consequence=_STOP, statuses=(400,)),
    Row(number="25", code="mailchimp_refused_request", consequence=_STOP, statuses=(405,)),
    Row(number="26", code="mailchimp_refused_request", consequence=_STOP, statuses=(414, 422, 426)),
    Row(number="-", code="mailchimp_refused_request", consequence=_STOP),
)  # fmt: skip

ONE_CONTACT = ("/members/{subscriber_hash}", "/members")
"""Ends of the routes whose refusal concerns one contact."""

MANY_CONTACTS = "/lists/{list_id}"
"""The batch subscribe's route: words about one contact there mean that one of many spoiled the call.

Assumption: such a whole-call refusal is not recorded; it is treated as #4, so that the engine looks for the culprit.
"""

CONSEQUENCES: dict[str, Consequence] = {row.code: row.consequence for row in ROWS} | {
    "mailchimp_time_out": _LATER,
    "mailchimp_unreachable": _LATER,
    "mailchimp_connection_broken": _LATER,
    "mailchimp_unreadable_reply": _LATER,
    "mailchimp_reply_too_large": _LATER,
    "mailchimp_strange_reply": _STOP,
    "mailchimp_incomplete_listing": _LATER,
    "mailchimp_left_out": _LATER,
    "mailchimp_authorisation_failed": _LOST,
    "mailchimp_token_refused": _LOST,
    "mailchimp_state_mismatch": _STOP,
    "mailchimp_base_url_invalid": _STOP,
    "mailchimp_key_without_data_centre": _STOP,
}
"""The consequence of every code, also of those that no reply's words but the transport or a person's input give."""

STRANGE_REPLIES = frozenset(
    {
        "mailchimp_unreadable_reply",
        "mailchimp_reply_too_large",
        "mailchimp_strange_reply",
        "mailchimp_incomplete_listing",
    }
)
"""Codes of replies that came, and that no honest service sends: that is not the same as no answer."""
