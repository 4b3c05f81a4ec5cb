"""Everybody of a run ends in exactly one outcome, and a reply that does not add up is told."""

from __future__ import annotations

from dataclasses import replace

import pytest

from segue.sync.outcomes import NOTHING_SENT, Fates, Tally, newly_accepted
from segue.sync.ports import Reason, Rejection
from segue.sync.store import Acknowledgement, Chunk, Group, Step

WRITE = Group(name="write", step=Step.WRITE)
MOVE = Group(name="move", step=Step.MOVE)
UNTAG = Group(name="untag-0", step=Step.UNTAG)


def sub(number: int) -> str:
    return f"{number:032x}"


def refused(number: int, reason: Reason = Reason.INVALID_FIELD) -> Rejection:
    return Rejection(subscriber_hash=sub(number), reason=reason)


def told(group: Group, sent: int, **more: object) -> Acknowledgement:
    return Acknowledgement(group=group.name, number=0, sent=sent, **more)  # type: ignore[arg-type]


def test_accepted_and_rejected_make_up_what_was_sent() -> None:
    tally = Tally()
    put_off = (sub(2), sub(3))
    tally.add(
        WRITE, told(WRITE, 500, created=300, updated=197, rejections=(refused(1),), unsent=put_off)
    )
    tally.add(MOVE, told(MOVE, 3, updated=3))
    tally.add(UNTAG, told(UNTAG, 10, updated=7))
    fates = Fates(
        accepted=510, rejected={Reason.INVALID_FIELD: 1}, not_sent=2, untagged=10, moved=3
    )

    found = tally.outcomes(fates)

    assert (found.sent, found.accepted, found.rejected_total, found.not_sent) == (511, 510, 1, 2)
    assert (found.created, found.updated, found.moved, found.untagged) == (300, 200, 3, 10)
    assert found.balances


@pytest.mark.parametrize("counted", [{"created": 300, "updated": 199}, {"updated": 501}])
@pytest.mark.parametrize("group", [WRITE, MOVE])
def test_a_reply_that_leaves_somebody_out_or_counts_somebody_twice_does_not_balance(
    group: Group, counted: dict[str, int]
) -> None:
    tally = Tally()

    tally.add(group, told(group, 500, **counted))

    assert not tally.outcomes(Fates(accepted=500)).balances


def test_two_replies_that_are_wrong_in_opposite_ways_do_not_balance() -> None:
    tally = Tally()

    tally.add(WRITE, told(WRITE, 5, updated=4))
    tally.add(WRITE, told(WRITE, 5, updated=6))

    assert not tally.outcomes(Fates(accepted=10)).balances


def test_a_removal_need_not_find_the_tag_on_everybody() -> None:
    tally = Tally()

    tally.add(UNTAG, told(UNTAG, 10, updated=1))

    assert tally.outcomes(Fates(accepted=10)).balances


@pytest.mark.parametrize(
    ("sent", "accepted", "reached"), [(9, 0, True), (10, 0, False), (10, 1, True)]
)
def test_a_run_reached_nobody_when_all_of_at_least_ten_were_refused(
    sent: int, accepted: int, reached: bool
) -> None:
    outcomes = replace(NOTHING_SENT, sent=sent, accepted=accepted)

    assert outcomes.reached_nobody is not reached


def test_nothing_sent_balances() -> None:
    assert Tally().outcomes(Fates()) == NOTHING_SENT
    assert NOTHING_SENT.balances


def test_who_counts_elsewhere_or_was_not_accepted_adds_nobody_to_the_progress() -> None:
    chunk = Chunk(
        group=UNTAG,
        number=0,
        count=6,
        subs=[sub(n) for n in range(6)],
        counted_elsewhere=(sub(0), sub(1)),
    )
    acknowledged = told(UNTAG, 6, rejections=(refused(1),), unsent=(sub(2),))

    assert newly_accepted(chunk, acknowledged) == 3
