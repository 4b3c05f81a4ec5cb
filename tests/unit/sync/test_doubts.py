"""Whose answer nobody heard: in doubt from the call on, until a reply tells, and for ever when none does."""

from __future__ import annotations

import asyncio

import pytest

from segue.core.errors import BrokenOff, ConfigurationProblem, ConnectionLost, Problem, TryLater
from segue.sync.doubts import Doubts

NADIA, OMAR, PIA = "nadia", "omar", "pia"


def later(code: str, status: int = 0, *, throttled: bool = False) -> TryLater:
    context = {"http_status": status} if status else {}
    return TryLater("Busy.", action="Wait.", code=code, context=context, throttled=throttled)


SURE = [
    later("mailchimp_throttled", 429, throttled=True),
    later("mailchimp_unreachable"),
    later("mailchimp_unavailable", 503),
    later("mailchimp_unavailable", 400),
    ConfigurationProblem("Refused.", action="Look.", code="mailchimp_refused_payload"),
    ConnectionLost("Gone.", action="Connect.", code="mailchimp_key_revoked"),
    BrokenOff("Stopped.", action="Run.", code="run_canceled"),
]
UNSURE = [
    later("mailchimp_time_out"),
    later("mailchimp_connection_broken"),
    later("mailchimp_unavailable", 500),
    later("mailchimp_gateway_time_out", 504),
    later("mailchimp_unreadable_reply", 200),
]


def failed(doubts: Doubts, problem: BaseException, *people: str) -> None:
    with pytest.raises(type(problem)), doubts.sending(people):
        raise problem


@pytest.mark.parametrize("problem", SURE, ids=lambda p: f"{p.code}-{p.context.get('http_status')}")
def test_nobody_is_in_doubt_after_a_call_that_surely_did_nothing(problem: Problem) -> None:
    doubts = Doubts()

    failed(doubts, problem, NADIA)

    assert doubts.people == frozenset()


@pytest.mark.parametrize("problem", UNSURE, ids=lambda p: p.code)
def test_everybody_of_a_call_without_an_answer_is_in_doubt_until_a_reply_tells(
    problem: Problem,
) -> None:
    doubts = Doubts()

    failed(doubts, problem, NADIA, OMAR)
    failed(doubts, later("mailchimp_throttled", 429, throttled=True), NADIA, OMAR, PIA)
    before = doubts.people
    with doubts.sending([NADIA]):
        pass

    assert (before, doubts.people) == ({NADIA, OMAR}, {OMAR})


def test_who_is_abandoned_in_the_midst_of_a_call_stays_in_doubt() -> None:
    doubts = Doubts()

    failed(doubts, asyncio.CancelledError(), NADIA)

    assert doubts.people == {NADIA}


def test_whom_a_reply_passes_over_is_in_doubt_until_that_is_found_out() -> None:
    doubts = Doubts()

    with doubts.sending([NADIA, OMAR, PIA]) as doubt:
        doubt.left = [OMAR, PIA]
    doubts.settle([PIA])

    assert doubts.people == {OMAR}


def test_everybody_is_in_doubt_while_a_call_is_under_way() -> None:
    doubts = Doubts()

    with doubts.sending([NADIA, OMAR]):
        with doubts.sending([PIA]):
            both = doubts.people
        one = doubts.people

    assert (both, one, doubts.people) == ({NADIA, OMAR, PIA}, {NADIA, OMAR}, frozenset())


def test_only_calls_that_ended_without_an_answer_are_earlier_ones() -> None:
    doubts = Doubts()

    assert doubts.left_by_earlier([NADIA]) == frozenset()
    failed(doubts, asyncio.CancelledError(), NADIA)
    with doubts.sending([OMAR]):
        assert doubts.left_by_earlier([NADIA, OMAR, PIA]) == {NADIA}
