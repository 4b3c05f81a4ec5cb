"""Workers give signs; who gives none is gone by the ears of whoever listens, whatever anybody's clock says."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from segue.control.people.models import Person
from segue.control.refreshes import run_work, workers
from segue.control.refreshes.models import ClockMove, Run, Worker
from segue.control.refreshes.run_work import RunEnd
from segue.control.refreshes.silence import Watch
from segue.control.refreshes.workers import Attendance
from segue.control.statuses import Status
from segue.core.retention import MOVES_KEPT
from tests.control import stage_jobs
from tests.control.stage_jobs import NOW

pytestmark = pytest.mark.django_db

A_YEAR = timedelta(days=365)


class Listener:
    """Whoever listens, by seconds that the test moves."""

    def __init__(self) -> None:
        self.seconds = 0.0
        self.heard = Attendance(Watch(lambda: self.seconds))

    def listens(self, for_s: float) -> Iterator[None]:
        """Look every ten seconds for so long."""
        until = self.seconds + for_s
        while self.seconds < until:
            self.seconds += 10
            self.heard.look()
            yield

    def waits(self, for_s: float) -> None:
        """Look on while nothing happens."""
        for _ in self.listens(for_s):
            pass

    @property
    def gone(self) -> dict[str, bool]:
        """Return who is gone."""
        return {one.name: one.is_gone for one in self.heard.standing()}


@pytest.mark.parametrize("off", [timedelta(0), A_YEAR, -A_YEAR])
def test_a_worker_that_gives_signs_is_there_whatever_its_clock_says(off: timedelta) -> None:
    listener = Listener()

    for _ in listener.listens(300):
        workers.give_sign("one", now=NOW + off)

    assert not listener.heard.is_nobody_there
    assert listener.gone == {"one": False}


@pytest.mark.parametrize("off", [timedelta(0), A_YEAR, -A_YEAR])
def test_the_only_worker_is_gone_a_minute_after_its_last_sign(off: timedelta) -> None:
    workers.give_sign("one", now=NOW + off)
    listener = Listener()
    listener.waits(60)
    before = listener.heard.is_nobody_there

    listener.waits(10)

    assert (before, listener.heard.is_nobody_there) == (False, True)
    assert listener.gone == {"one": True}
    assert workers.last_heard_at() == NOW + off


def test_without_any_worker_nobody_is_there() -> None:
    listener = Listener()

    listener.waits(70)

    assert listener.heard.is_nobody_there
    assert workers.last_heard_at() is None


def test_one_that_is_gone_beside_one_that_lives_is_told_by_name() -> None:
    workers.give_sign("dead", now=NOW)
    listener = Listener()

    for _ in listener.listens(100):
        workers.give_sign("alive", now=NOW)

    assert not listener.heard.is_nobody_there
    assert listener.gone == {"alive": False, "dead": True}


def test_when_a_worker_comes_somebody_is_there_again() -> None:
    listener = Listener()
    listener.waits(70)

    workers.give_sign("new", now=NOW)
    listener.waits(10)

    assert not listener.heard.is_nobody_there


def test_a_worker_that_ends_in_order_leaves_no_trace() -> None:
    workers.give_sign("one", now=NOW)

    workers.leave("one")

    assert not Worker.objects.exists()


def test_the_living_forget_who_has_been_silent_for_long() -> None:
    workers.give_sign("dead", now=NOW + A_YEAR)
    seconds = 0.0
    watch = Watch(lambda: seconds)

    for step in range(130):
        seconds = 5.0 * step
        workers.give_sign("alive", now=NOW)
        workers.forget_gone(watch)

    assert list(Worker.objects.values_list("name", flat=True)) == ["alive"]


def _run(alice: Person, folder: Path, *, hours: int) -> Run:
    run, lease = stage_jobs.claimed_run(alice, *stage_jobs.exports(alice, folder))
    done = RunEnd(status=Status.SUCCESSFUL)
    assert run_work.end_run(run, lease, done, now=NOW + timedelta(hours=hours))
    run.refresh_from_db()
    return run


@pytest.mark.parametrize(
    ("before_h", "after_h", "ended_h", "is_told"),
    [
        (1, 5, 6, True),
        (1, -3, -2, True),
        (-1, -5, 1, False),
        (3, 7, 2, False),
    ],
)
def test_a_run_tells_when_the_clock_was_set_while_it_was_at_work(
    alice: Person, tmp_path: Path, before_h: int, after_h: int, ended_h: int, is_told: bool
) -> None:
    before, after = NOW + timedelta(hours=before_h), NOW + timedelta(hours=after_h)
    workers.note_clock_move("one", before=before, after=after)

    told = workers.clock_moves_during(_run(alice, tmp_path, hours=ended_h))

    assert [(one.before_at, one.after_at) for one in told] == [(before, after)] * is_told


def test_that_a_clock_was_set_is_forgotten_after_a_month() -> None:
    workers.note_clock_move("one", before=NOW, after=NOW)

    assert workers.forget_clock_moves(now=NOW + MOVES_KEPT) == 0
    assert workers.forget_clock_moves(now=NOW + MOVES_KEPT + timedelta(seconds=1)) == 1
    assert not ClockMove.objects.exists()
