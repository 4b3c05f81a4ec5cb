"""The three exports of the shop, as somebody would set them up: values only."""

from __future__ import annotations

from collections.abc import Mapping

from segue.control.connections.models import Connection
from segue.control.exports.draft import Draft
from segue.control.exports.models import FirstRun
from segue.sync.export import FieldMatch, SegmentTag
from segue_demo.files import AUDIENCE

CLUB, LETTERS = "f00dca5e02", "f00dca5e03"
"""The audience of the tea club, empty in the beginning, and one that no export fills yet: the tutorial does."""

_NAMES = (
    FieldMatch(tag="FNAME", attribute="first_name", name="First Name"),
    FieldMatch(tag="LNAME", attribute="last_name", name="Last Name"),
)
_NEWSLETTER = {
    "newcomers": "Newcomers",
    "regulars": "Regulars",
    "good_customers": "Good customers",
    "worth_winning_back": "Worth winning back",
    "neighbours": "Neighbours",
    "regulars_abroad": "Regulars abroad",
}
_STATEMENT = (
    "Members of the tea club signed the club's card at the till, which asks for the club's letters."
)


def drafts(connection: Connection) -> dict[str, Draft]:
    """Return the drafts: two letters to the shop's audience, and the tea club's to its own.

    Their first runs are free: nobody is there to approve them while two weeks pass in seconds.
    """
    return {
        "newsletter": Draft(
            name="Monthly newsletter",
            connection=connection,
            audience_id=AUDIENCE,
            email_attribute="email",
            fields=_NAMES,
            segments=_tags(_NEWSLETTER),
            newest_by="signed_up",
            first_run=FirstRun.FREE,
            consent_attribute="newsletter",
        ),
        "birthdays": Draft(
            name="Birthday greetings",
            connection=connection,
            audience_id=AUDIENCE,
            email_attribute="email",
            fields=_NAMES,
            segments=_tags({"birthday_soon": "Birthday soon"}),
            newest_by="signed_up",
            first_run=FirstRun.FREE,
            consent_attribute="newsletter",
        ),
        "club": Draft(
            name="Tea club",
            connection=connection,
            audience_id=CLUB,
            email_attribute="email",
            fields=_NAMES,
            segments=_tags({"tea_lovers": "Tea lovers"}),
            newest_by="signed_up",
            first_run=FirstRun.FREE,
            attestation=_STATEMENT,
        ),
    }


def _tags(labels: Mapping[str, str]) -> tuple[SegmentTag, ...]:
    return tuple(SegmentTag(segment=name, tag=label) for name, label in labels.items())
