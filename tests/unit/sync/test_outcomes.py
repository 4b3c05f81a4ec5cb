"""Everybody of a run ends in exactly one outcome, and a reply that does not add up is told."""

from __future__ import annotations

import pytest

from segue.sync.outcomes import NOTHING_SENT, Outcomes
from segue.sync.ports import Counted, Reason, Rejection
from segue.sync.push import newly_accepted, told_of
from segue.sync.store import Acknowledgement, Chunk, Group, Step

WRITE = Group(name="write", step=Step.WRITE)
MOVE = Group(name="move", step=Step.MOVE)
UNTAG = Group(name="untag-0", step=Step.UNTAG)


def sub(number: int) -> str:
    return f"{number:032x}"


def refused(number: int, reason: Reason = Reason.INVALID_FIELD) -> Rejection:
    return Rejection(subscriber_hash=sub(number), reason=reason)


def told(
    group: Group, sent: int, *, created: int = 0, updated: int = 0, **more: object
) -> Outcomes:
    return told_of(group, acknowledged(group, sent, created=created, updated=updated, **more))


def acknowledged(
    group: Group, sent: int, *, created: int = 0, updated: int = 0, **more: object
) -> Acknowledgement:
    counted = Counted(created=created, updated=updated)
    return Acknowledgement(group=group.name, number=0, sent=sent, counted=counted, **more)  # type: ignore[arg-type]


def test_accepted_and_rejected_make_up_what_was_sent() -> None:
    put_off = (sub(2), sub(3))
    written = told(WRITE, 500, created=300, updated=197, rejections=(refused(1),), unsent=put_off)
    fates = Outcomes(
        accepted=510, rejected={Reason.INVALID_FIELD: 1}, not_sent=2, untagged=10, moved=3
    )

    found = fates.plus(written).plus(told(MOVE, 3, updated=3)).plus(told(UNTAG, 10, updated=7))

    assert (found.sent, found.accepted, found.rejected_total, found.not_sent) == (511, 510, 1, 2)
    assert found.counted == Counted(created=300, updated=200)
    assert (found.moved, found.untagged) == (3, 10)
    assert found.balances


def test_outcomes_add_up_reason_by_reason_and_nothing_adds_nothing() -> None:
    one = Outcomes(accepted=1, rejected={Reason.GONE: 2}, unknown=3, archived=1)
    other = Outcomes(accepted=4, rejected={Reason.GONE: 1, Reason.OTHER: 1}, not_sent=2)

    together = one.plus(other)

    assert together == Outcomes(
        accepted=5, rejected={Reason.GONE: 3, Reason.OTHER: 1}, not_sent=2, unknown=3, archived=1
    )
    assert (together.sent, together.left) == (9, 5)
    assert together.plus(NOTHING_SENT) == together == NOTHING_SENT.plus(together)


@pytest.mark.parametrize("counted", [{"created": 300, "updated": 199}, {"updated": 501}])
@pytest.mark.parametrize("group", [WRITE, MOVE])
def test_a_reply_that_leaves_somebody_out_or_counts_somebody_twice_does_not_balance(
    group: Group, counted: dict[str, int]
) -> None:
    assert not Outcomes(accepted=500).plus(told(group, 500, **counted)).balances


def test_two_replies_that_are_wrong_in_opposite_ways_do_not_balance() -> None:
    both = told(WRITE, 5, updated=4).plus(told(WRITE, 5, updated=6))

    assert not Outcomes(accepted=10).plus(both).balances


def test_a_removal_need_not_find_the_tag_on_everybody() -> None:
    assert Outcomes(accepted=10).plus(told(UNTAG, 10, updated=1)).balances


@pytest.mark.parametrize(
    ("sent", "accepted", "reached"), [(9, 0, True), (10, 0, False), (10, 1, True)]
)
def test_a_run_reached_nobody_when_all_of_at_least_ten_were_refused(
    sent: int, accepted: int, reached: bool
) -> None:
    outcomes = Outcomes(accepted=accepted, rejected={Reason.OTHER: sent - accepted})

    assert outcomes.reached_nobody is not reached


def test_nothing_sent_balances() -> None:
    assert Outcomes() == NOTHING_SENT
    assert NOTHING_SENT.balances


def test_who_counts_elsewhere_or_was_not_accepted_adds_nobody_to_the_progress() -> None:
    chunk = Chunk(
        group=UNTAG,
        number=0,
        count=6,
        subs=[sub(n) for n in range(6)],
        counted_elsewhere=(sub(0), sub(1)),
    )
    answer = acknowledged(UNTAG, 6, rejections=(refused(1),), unsent=(sub(2),))

    assert newly_accepted(chunk, answer) == 3
