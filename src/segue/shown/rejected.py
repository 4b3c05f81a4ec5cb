"""Rejected contacts: why, how to fix it, and as rows of a file that is the same from the terminal and from a page."""

from __future__ import annotations

from segue.sync.people import RejectedContact
from segue.sync.ports import Reason
from segue.words.catalogue import in_language
from segue.words.refusals import Explanation, explain, explain_problem

COLUMNS = (
    "address",
    "profile_key",
    "reason",
    "field",
    "what_happened",
    "what_to_do",
    "mailchimp_says",
    "held_since",
    "held_until",
)
"""The columns of a file of rejected contacts."""


def refusal(reason: Reason, language: str) -> Explanation:
    """Return why Mailchimp refused a contact, and how to fix it."""
    return _told(explain(reason), language)


def call_failure(code: str, language: str) -> Explanation:
    """Return what the code of a failed call means, and the next step."""
    return _told(explain_problem(code), language)


def file_row(contact: RejectedContact, language: str) -> list[str]:
    """Return a rejected contact as a row of a file, in the order of `COLUMNS`: in full."""
    return [
        contact.address,
        contact.profile_key,
        contact.reason.value,
        contact.field,
        *refusal(contact.reason, language),
        contact.words,
        contact.known_since.isoformat() if contact.known_since else "",
        contact.held_until.isoformat() if contact.held_until else "",
    ]


def _told(words: Explanation, language: str) -> Explanation:
    return Explanation(*(in_language(text, language) for text in words))
