"""The errors of a batch, contact by contact: told apart by their words, correlated by address, free of addresses."""

from __future__ import annotations

import pytest

from segue.core.emails import subscriber_hash
from segue.core.errors import ContactRejected
from segue.mailchimp.errors import (
    problem_from_reply,
    rejection_from,
    rejection_from_problem,
    rejections_from,
)
from segue.mailchimp.replies import BatchError, SegmentError
from segue.sync.ports import Reason, Rejection
from tests.cast import EMILE, NADIA, OMAR, QUENTIN

TEXTS = [
    ("Please provide a valid email address.", "", "", Reason.INVALID_ADDRESS),
    ("{a} looks fake or invalid, please enter a real email address.", "", "", Reason.FAKE_ADDRESS),
    ("Your merge fields were invalid.", "", "SPENT", Reason.INVALID_FIELD),
    ("Please enter a number", "", "SPENT", Reason.INVALID_FIELD),
    ("Value must be one of: a, b, (not Haddad)", "", "COLOUR", Reason.INVALID_FIELD),
    ("Something new about a field", "", "SPENT", Reason.INVALID_FIELD),
    ("{a} has signed up to a lot of lists very recently", "", "", Reason.TOO_MANY_SIGNUPS),
    ("{a} HAS PREVIOUSLY UNSUBSCRIBED from this list", "", "", Reason.UNSUBSCRIBED),
    ("{a} was previously removed from this audience.", "", "", Reason.UNSUBSCRIBED),
    ("{a} is in a compliance state due to unsubscribe", "", "", Reason.COMPLIANCE),
    ("{a} is already a list member in compliance state", "ERROR_GENERIC", "", Reason.COMPLIANCE),
    ("{a} was permanently deleted and cannot be re-imported", "", "", Reason.FORGOTTEN),
    ("{a} is already a list member, do you want to update?", "ERROR_CONTACT_EXISTS", "", Reason.ALREADY_THERE),
    ("", "ERROR_CONTACT_EXISTS", "", Reason.ALREADY_THERE),
    ("A text nobody has seen", "ERROR_GENERIC", "", Reason.OTHER),
    ("", "ERROR_THAT_IS_NEW", "", Reason.OTHER),
    ("An email address must contain a single @", "", "", Reason.INVALID_ADDRESS),
    ("The domain portion of the email address is invalid (the portion after the @: x)", "", "", Reason.INVALID_ADDRESS),
    ("The username portion of the email address is invalid (the portion before the @: x)", "", "", Reason.INVALID_ADDRESS),
    ("Required fields were not provided: status_if_new", "", "", Reason.GONE),
]  # fmt: skip


@pytest.mark.parametrize(("text", "code", "field", "reason"), TEXTS)
def test_an_error_of_a_batch_is_told_apart_by_its_words(
    text: str, code: str, field: str, reason: Reason
) -> None:
    error = BatchError(NADIA.email, text.format(a=NADIA.email), code or "ERROR_GENERIC", field, "")

    rejection = rejection_from(error)

    assert (rejection.reason, rejection.field) == (reason, field)
    assert rejection.subscriber_hash == subscriber_hash(NADIA.email)
    assert NADIA.email not in rejection.words
    assert "Haddad" not in rejection.words


@pytest.mark.parametrize(
    "written",
    [
        "Nadia@Shop.Example",
        '"nadia@shop.example"',
        '\\"nadia@shop.example\\"',
        " nadia@shop.example ",
        "'NADIA@shop.example'",
    ],
)
def test_capital_letters_and_quotes_find_the_same_contact(written: str) -> None:
    error = BatchError(written, f"{written} looks fake or invalid, please", "ERROR_GENERIC", "", "")

    rejection = rejection_from(error)

    assert rejection.subscriber_hash == subscriber_hash(NADIA.email)
    assert "shop" not in rejection.words.lower()


def test_an_international_domain_finds_the_contact_that_was_sent_in_ascii() -> None:
    error = BatchError("emile@bücher.example", "looks fake or invalid", "ERROR_GENERIC", "", "")

    rejection = rejection_from(error)

    assert rejection.subscriber_hash == subscriber_hash("emile@xn--bcher-kva.example")


def test_an_address_that_is_none_still_gets_a_hash_and_loses_its_words() -> None:
    error = BatchError("Émile Château", "Émile Château is not valid", "ERROR_GENERIC", "", "")

    rejection = rejection_from(error)

    assert len(rejection.subscriber_hash) == 32
    assert rejection.words == "<address> is not valid"


def test_a_key_that_mailchimp_repeats_is_taken_out_of_its_words() -> None:
    key = "0123456789abcdef0123456789abcdef"
    error = BatchError(NADIA.email, f"Key {key}-us6 or token {key} wrong", "ERROR_GENERIC", "", "")

    rejection = rejection_from(error)

    assert rejection.words == "Key <key> or token <key> wrong"


def test_the_words_of_the_field_are_kept() -> None:
    error = BatchError(NADIA.email, "Invalid.", "ERROR_GENERIC", "SPENT", "Please enter a number")

    rejection = rejection_from(error)

    assert rejection == Rejection(
        subscriber_hash=subscriber_hash(NADIA.email),
        reason=Reason.INVALID_FIELD,
        field="SPENT",
        words="Invalid. Please enter a number",
    )


def test_one_reason_of_a_tag_change_marks_each_of_its_addresses() -> None:
    error = SegmentError([OMAR.email, QUENTIN.email], f"{OMAR.email} could not be changed")

    rejections = rejections_from(error)

    assert [r.subscriber_hash for r in rejections] == [
        subscriber_hash(OMAR.email),
        subscriber_hash(QUENTIN.email),
    ]
    assert {r.words for r in rejections} == {"<address> could not be changed"}


def test_a_refused_single_call_becomes_the_rejection_of_its_contact() -> None:
    body = (
        b'{"title":"Invalid Resource","status":400,"detail":"Your merge fields were invalid.",'
        b'"errors":[{"field":"SPENT","message":"Please enter a number"}]}'
    )
    refused = problem_from_reply(
        400, {}, body, method="PATCH", path_template="/lists/{list_id}/members/{subscriber_hash}"
    )
    assert isinstance(refused, ContactRejected)

    rejection = rejection_from_problem(refused, subscriber_hash=subscriber_hash(EMILE.email))

    assert rejection == Rejection(
        subscriber_hash=subscriber_hash(EMILE.email),
        reason=Reason.INVALID_FIELD,
        field="SPENT",
        words="Your merge fields were invalid. SPENT: Please enter a number",
    )
