"""Everybody who was sent ends in exactly one outcome, and a sum that does not balance is told."""

from __future__ import annotations

from segue.sync.outcomes import NOTHING_SENT, Tally
from segue.sync.ports import Reason, Rejection
from segue.sync.store import Acknowledgement, Group, Step

WRITE = Group(name="write", step=Step.WRITE)
MOVE = Group(name="move", step=Step.MOVE)
UNTAG = Group(name="untag-0", step=Step.UNTAG)


def refused(number: int, reason: Reason = Reason.INVALID_FIELD) -> Rejection:
    return Rejection(subscriber_hash=f"{number:032x}", reason=reason)


def test_accepted_and_rejected_make_up_what_was_sent() -> None:
    tally = Tally()
    tally.add(
        WRITE,
        Acknowledgement(
            group="write", number=0, sent=500, created=300, updated=199, rejections=(refused(1),)
        ),
    )
    tally.add(MOVE, Acknowledgement(group="move", number=0, sent=3, updated=3))
    tally.add(UNTAG, Acknowledgement(group="untag-0", number=0, sent=10, updated=7))
    tally.not_sent += 20

    found = tally.outcomes()

    assert (found.sent, found.accepted, found.rejected_total, found.not_sent) == (513, 512, 1, 20)
    assert (found.created, found.moved, found.untagged) == (300, 3, 10)
    assert found.rejected == {Reason.INVALID_FIELD: 1}
    assert found.balances


def test_who_was_not_sent_is_neither_accepted_nor_rejected() -> None:
    tally = Tally()
    put_off = tuple(f"{n:032x}" for n in (2, 3))
    tally.add(
        WRITE,
        Acknowledgement(
            group="write", number=0, sent=10, updated=7, rejections=(refused(1),), unsent=put_off
        ),
    )
    tally.add(UNTAG, Acknowledgement(group="untag-0", number=0, sent=4, updated=1, unsent=put_off))

    found = tally.outcomes()

    assert (found.sent, found.accepted, found.rejected_total) == (10, 9, 1)
    assert found.balances


def test_a_reply_that_leaves_somebody_out_does_not_balance() -> None:
    tally = Tally()

    tally.add(WRITE, Acknowledgement(group="write", number=0, sent=500, created=300, updated=199))

    assert not tally.outcomes().balances


def test_a_reply_that_counts_somebody_twice_does_not_balance() -> None:
    tally = Tally()

    tally.add(
        WRITE,
        Acknowledgement(
            group="write", number=0, sent=2, created=1, updated=1, rejections=(refused(1),)
        ),
    )

    assert not tally.outcomes().balances


def test_nothing_sent_balances() -> None:
    assert Tally().outcomes() == NOTHING_SENT
    assert NOTHING_SENT.balances
