"""The heartbeat of a job: who asks when, what it hears, and that a worker without an answer judges by its own clock."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest

from segue.control.refreshes.leases import Renewal, Verdict
from segue.core.errors import BrokenOff
from segue.worker.beat import Beat
from tests.fakes.laboratory import StillClock
from tests.worker.shop import wait_for

pytestmark = pytest.mark.django_db

GO_ON = Renewal(verdict=Verdict.GO_ON)


class Answers:
    """Answers renewals with what the test put there; None: the database is away."""

    def __init__(self, *answers: Renewal | None) -> None:
        self.answers = list(answers)
        self.asked: list[datetime] = []

    def __call__(self, now: datetime) -> Renewal:
        self.asked.append(now)
        answer = self.answers.pop(0) if self.answers else GO_ON
        if answer is None:
            raise ConnectionError("the database is away")
        return answer


def beat(clock: StillClock, *answers: Renewal | None) -> Beat:
    return Beat(Answers(*answers), clock=clock, since=clock.monotonic(), job="run 1")


def test_a_job_goes_on_while_its_lease_is_renewed() -> None:
    clock = StillClock()
    made = beat(clock)

    for _ in range(10):
        clock.slept_s += 11
        made.once()

    assert made.permit.reason is None


@pytest.mark.parametrize(
    ("renewal", "code"),
    [
        (Renewal(verdict=Verdict.LOST), "lease_lost"),
        (Renewal(verdict=Verdict.CANCEL), "run_canceled"),
        (Renewal(verdict=Verdict.CANCEL, code="export_removed"), "export_removed"),
        (Renewal(verdict=Verdict.CANCEL, code="export_detached"), "export_detached"),
        (Renewal(verdict=Verdict.FAIL, code="export_user_gone"), "export_user_gone"),
    ],
)
def test_what_the_database_says_against_the_job_stops_it(renewal: Renewal, code: str) -> None:
    made = beat(StillClock(), GO_ON, renewal)

    made.once()
    before = made.permit.reason
    made.once()

    assert before is None
    assert made.permit.reason is not None
    assert made.permit.reason.code == code
    assert made.permit.reason.message


def test_without_an_answer_a_job_goes_on_until_its_lease_is_nearly_over() -> None:
    clock = StillClock()
    made = beat(clock, GO_ON, None, None)
    made.once()

    clock.slept_s = 11.9
    made.once()
    before = made.permit.reason
    clock.slept_s = 12.1
    made.once()

    assert before is None
    assert made.permit.reason is not None
    assert made.permit.reason.code == "lease_lost"


def test_a_worker_that_wakes_up_late_may_not_go_on_before_it_was_renewed() -> None:
    clock = StillClock()
    made = beat(clock)
    clock.slept_s = 60

    with pytest.raises(BrokenOff) as stopped:
        made.permit.check()

    assert stopped.value.code == "lease_lost"


def test_the_time_counts_from_before_the_renewal_was_asked_for() -> None:
    clock = StillClock()

    def slow(now: datetime) -> Renewal:
        clock.slept_s += 10
        return GO_ON

    made = Beat(slow, clock=clock, since=0.0, job="run 1")
    made.once()
    clock.slept_s = 12.1

    assert made.permit.reason is not None


def test_it_asks_again_and_again_in_the_background_until_the_work_is_done(settings: Any) -> None:
    settings.SEGUE_LEASE_S = 1
    clock, answers = StillClock(), Answers()

    with Beat(answers, clock=clock, since=0.0, job="run 1"):
        wait_for(lambda: len(answers.asked) >= 2)
    asked = len(answers.asked)

    assert set(answers.asked) == {clock.now()}
    assert len(answers.asked) == asked
