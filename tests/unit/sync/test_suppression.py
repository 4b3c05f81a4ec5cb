"""Who is held back after a refusal, and for how long."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from segue.sync.export import MergeType
from segue.sync.kinds import Skip
from segue.sync.ports import ContactStatus, MergeField, Reason, Rejection
from segue.sync.suppression import SUPPRESSED, hold_for, rules_of

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


def rejection(reason: Reason) -> Rejection:
    return Rejection(subscriber_hash="0" * 32, reason=reason)


def test_only_who_left_or_is_archived_is_not_written() -> None:
    assert set(SUPPRESSED) == {
        ContactStatus.UNSUBSCRIBED,
        ContactStatus.CLEANED,
        ContactStatus.ARCHIVED,
    }


@pytest.mark.parametrize("reason", [r for r in Reason if r is not Reason.ALREADY_THERE])
def test_every_refusal_but_one_holds_the_contact(reason: Reason) -> None:
    assert hold_for(rejection(reason), now=NOW, tries=0) is not None


def test_who_is_there_already_is_decided_by_the_next_plan() -> None:
    assert hold_for(rejection(Reason.ALREADY_THERE), now=NOW, tries=0) is None


@pytest.mark.parametrize(
    ("tries", "wait"),
    [
        (0, timedelta(minutes=5)),
        (1, timedelta(days=1)),
        (2, timedelta(days=2)),
        (3, timedelta(days=7)),
        (4, None),
        (9, None),
    ],
)
def test_the_waits_for_who_signed_up_to_many_lists(tries: int, wait: timedelta | None) -> None:
    hold = hold_for(rejection(Reason.TOO_MANY_SIGNUPS), now=NOW, tries=tries)

    assert hold is not None
    assert hold.until == (None if wait is None else NOW + wait)
    assert hold.tries == tries + 1


@pytest.mark.parametrize(
    ("reason", "skip"),
    [
        (Reason.UNSUBSCRIBED, Skip.UNSUBSCRIBED),
        (Reason.COMPLIANCE, Skip.COMPLIANCE),
        (Reason.FORGOTTEN, Skip.FORGOTTEN),
        (Reason.FAKE_ADDRESS, Skip.FAKE_ADDRESS),
        (Reason.INVALID_ADDRESS, Skip.INVALID_ADDRESS_SAYS_MAILCHIMP),
    ],
)
def test_what_no_change_of_fields_can_mend_is_held_for_ever(reason: Reason, skip: Skip) -> None:
    hold = hold_for(rejection(reason), now=NOW, tries=3)

    assert hold is not None
    assert (hold.skip, hold.while_fields, hold.until) == (skip, False, None)


@pytest.mark.parametrize("reason", [Reason.INVALID_FIELD, Reason.UNREADABLE])
def test_what_other_fields_may_mend_is_held_while_the_fields_stay(reason: Reason) -> None:
    hold = hold_for(rejection(reason), now=NOW, tries=0)
    without_fields = hold_for(rejection(reason), now=NOW, tries=0, has_fields=False)

    assert hold is not None
    assert (hold.while_fields, hold.until) == (True, None)
    assert without_fields is not None
    assert (without_fields.while_fields, without_fields.until) == (False, NOW + timedelta(days=1))


@pytest.mark.parametrize(
    ("tries", "wait"),
    [(0, timedelta(days=1)), (1, timedelta(days=2)), (2, timedelta(days=7)), (3, None), (9, None)],
)
def test_words_that_nobody_knows_are_tried_again_three_times_and_then_held_while_the_fields_stay(
    tries: int, wait: timedelta | None
) -> None:
    hold = hold_for(rejection(Reason.OTHER), now=NOW, tries=tries)

    assert hold is not None
    assert (hold.skip, hold.while_fields) == (Skip.OTHER, True)
    assert hold.until == (None if wait is None else NOW + wait)


@pytest.mark.parametrize(("tries", "days"), [(0, 1), (1, 2), (2, 7), (3, 7), (9, 7)])
def test_a_removal_that_is_refused_with_unknown_words_is_never_given_up(
    tries: int, days: int
) -> None:
    hold = hold_for(rejection(Reason.OTHER), now=NOW, tries=tries, has_fields=False)

    assert hold is not None
    assert (hold.while_fields, hold.until) == (False, NOW + timedelta(days=days))


@pytest.mark.parametrize("tries", [0, 1, 9])
@pytest.mark.parametrize("reason", [Reason.GONE, Reason.NOT_SUBSCRIBED])
def test_what_the_audience_itself_ends_is_looked_at_again_after_a_day(
    reason: Reason, tries: int
) -> None:
    hold = hold_for(rejection(reason), now=NOW, tries=tries)

    assert hold is not None
    assert (hold.while_fields, hold.until) == (False, NOW + timedelta(days=1))


SIZE = MergeField(
    merge_id=4, tag="SIZE", name="Size", type=MergeType.DROPDOWN, required=False, choices=("S", "M")
)
PHONE = MergeField(
    merge_id=5, tag="PHONE", name="Phone", type=MergeType.PHONE, required=False, phone_format="US"
)


@pytest.mark.parametrize(
    "changed",
    [
        replace(SIZE, required=True),
        replace(SIZE, choices=("S", "M", "L")),
        replace(SIZE, merge_id=9),
        replace(SIZE, type=MergeType.TEXT),
        replace(PHONE, phone_format=""),
    ],
    ids=["required", "choices", "made again", "type", "form of phones"],
)
def test_whatever_an_audience_asks_otherwise_of_a_field_is_another_rule(
    changed: MergeField,
) -> None:
    other = PHONE if changed.tag == "SIZE" else SIZE

    assert rules_of([changed, other]) != rules_of([SIZE, PHONE])


def test_neither_the_order_nor_the_label_of_fields_is_a_rule() -> None:
    assert rules_of([PHONE, replace(SIZE, name="Shirt")]) == rules_of([SIZE, PHONE])
