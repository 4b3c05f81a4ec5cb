"""The words of plans and runs: what is done with people, why they are left out, the steps of a run. One set for all faces."""

from __future__ import annotations

from collections.abc import Mapping

from segue.core.sentences import phrase
from segue.sync.kinds import Kind, Skip
from segue.words.catalogue import looked_up

KINDS: Mapping[Kind, str] = {
    Kind.SAME: phrase("unchanged"),
    Kind.ADD: phrase("add"),
    Kind.UPDATE: phrase("update"),
    Kind.TAG: phrase("add tags only"),
    Kind.UNTAG: phrase("remove tags"),
    Kind.LEAVE: phrase("leave the export (lose its tags)"),
    Kind.MOVE: phrase("change the address"),
    Kind.RELEASE: phrase("tags given up, not removed"),
    Kind.SKIP: phrase("skip"),
}

SKIPS: Mapping[Skip, str] = {
    Skip.MISSING_ADDRESS: phrase("no e-mail address"),
    Skip.INVALID_ADDRESS: phrase("e-mail address not valid"),
    Skip.DUPLICATE: phrase("another profile with this address wins"),
    Skip.NO_CONSENT: phrase("no consent"),
    Skip.UNREAD: phrase("a value that may leave the person out could not be read"),
    Skip.OTHER_PROFILE_LEFT_OUT: phrase(
        "another profile with this address is left out by a yes or a no"
    ),
    Skip.UNSUBSCRIBED: phrase("unsubscribed"),
    Skip.CLEANED: phrase("cleaned by Mailchimp (address bounces)"),
    Skip.ARCHIVED: phrase("archived in Mailchimp"),
    Skip.FORGOTTEN: phrase("permanently deleted in Mailchimp"),
    Skip.COMPLIANCE: phrase("in a compliance state in Mailchimp"),
    Skip.UNSUBSCRIBED_BEFORE_MOVE: phrase("unsubscribed under the earlier address"),
    Skip.FORGOTTEN_BEFORE_MOVE: phrase("permanently deleted under the earlier address"),
    Skip.GONE: phrase("no longer in the audience under this address"),
    Skip.INVALID_ADDRESS_SAYS_MAILCHIMP: phrase("Mailchimp finds the address not valid"),
    Skip.FAKE_ADDRESS: phrase("Mailchimp takes the address for fake"),
    Skip.INVALID_FIELD: phrase("Mailchimp refused a field’s value"),
    Skip.TOO_MANY_SIGNUPS: phrase("held back by Mailchimp for a time"),
    Skip.ALREADY_THERE: phrase("the address belongs to another contact"),
    Skip.NOT_SUBSCRIBED: phrase("not subscribed, so not moved"),
    Skip.UNREADABLE: phrase("Mailchimp could not read the contact"),
    Skip.OTHER: phrase("refused by Mailchimp"),
    Skip.CALL_FAILS: phrase("every call with this person fails at Mailchimp"),
}

STEPS: Mapping[str, str] = {
    "refresh": phrase("Reading the data sources"),
    "observe": phrase("Reading the audience at Mailchimp"),
    "plan": phrase("Making the plan"),
    "prepare": phrase("Storing the changes"),
    "push": phrase("Sending"),
    "ledger": phrase("Keeping what Mailchimp accepted"),
    "report": phrase("Writing the report"),
}
"""The steps of a run in their order; the first is the refresh's, the others the engine's own names."""

BEFORE_STEPS = "before"
"""The name under which is kept how long it took what went before the steps of a run's last attempt."""

_BEFORE = phrase("Earlier attempts, and waiting for the next")


def kind_words(kind: Kind, language: str) -> str:
    """Return what is done with a person."""
    return looked_up(KINDS[kind], language)


def skip_words(skip: Skip, language: str) -> str:
    """Return why a person is left out; "" for one who is not."""
    return looked_up(SKIPS[skip], language) if skip else ""


def step_words(step: str, language: str) -> str:
    """Return what a step of a run does, or what went before its steps."""
    return looked_up(_BEFORE if step == BEFORE_STEPS else STEPS[step], language)
