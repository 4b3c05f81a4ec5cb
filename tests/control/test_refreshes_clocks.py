"""Whose clock is wrong does not matter: workers hear each other by heartbeats that change, and never compare times."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from pathlib import Path

import pytest

from segue.control.connections.models import Connection
from segue.control.connections.queries import HEALTH_EVERY, due_for_a_check
from segue.control.exports import operations as export_operations
from segue.control.exports.models import Export
from segue.control.people import own_account
from segue.control.people.models import Person
from segue.control.recurrence import Every, Recurrence
from segue.control.refreshes import data_work, operations, run_work
from segue.control.refreshes.leases import Renewal, Verdict
from segue.control.refreshes.mending import mend_schedules
from segue.control.refreshes.models import Refresh, Run, SystemSchedule
from segue.control.refreshes.run_work import RunEnd
from segue.control.refreshes.silence import Watch
from segue.control.statuses import Status
from tests.control import stage_jobs
from tests.control.stage_jobs import NOW, OTHER, WORKER, taken_over

AN_HOUR = timedelta(hours=1)
WRONG = [AN_HOUR, -AN_HOUR, timedelta(days=3), -timedelta(days=3), timedelta(days=4_000)]


class Observer:
    """Looks at others by seconds that the test moves."""

    def __init__(self) -> None:
        self.seconds = 0.0
        self.watch = Watch(lambda: self.seconds)

    def looks(self, after_s: float, sign: object) -> bool:
        """Look at one worker so many seconds later; return whether it is found silent."""
        self.seconds += after_s
        return bool(self.watch.silent({"one": (sign,)}, after_s=15.0))


def test_whoever_gives_no_other_sign_for_a_lease_is_silent() -> None:
    observer = Observer()

    found = [observer.looks(5.0, "same") for _ in range(4)]

    assert found == [False, False, False, True]


def test_a_sign_that_changes_begins_the_count_anew() -> None:
    observer = Observer()

    found = [observer.looks(5.0, sign) for sign in ("a", "a", "a", "b", "b", "b", "b")]

    assert found == [False, False, False, False, False, False, True]


def test_an_observer_that_slept_accuses_nobody_when_it_wakes_up() -> None:
    observer = Observer()
    observer.looks(0.0, "same")

    assert not observer.looks(3_600.0, "same")
    assert not observer.looks(0.5, "another")


def test_seconds_that_run_backwards_count_nothing() -> None:
    observer = Observer()
    observer.looks(100.0, "same")

    found = [observer.looks(-90.0, "same"), *(observer.looks(5.0, "same") for _ in range(2))]

    assert found == [False, False, False]


@pytest.mark.parametrize("off", WRONG)
def test_two_workers_whose_clocks_differ_do_not_take_a_run_from_each_other(
    alice: Person, tmp_path: Path, off: timedelta
) -> None:
    run, lease = stage_jobs.claimed_run(alice, *stage_jobs.exports(alice, tmp_path))
    other = Observer()

    for second in range(60):
        other.seconds = float(second)
        now = NOW + timedelta(seconds=second)
        assert run_work.renew_run(run, lease, now=now) == Renewal(verdict=Verdict.GO_ON)
        assert run_work.claim_run(owner=OTHER, now=now + off, watch=other.watch) is None

    run.refresh_from_db()
    assert (run.owner, run.fence, run.takeovers) == (WORKER, 1, 0)


@pytest.mark.parametrize("off", WRONG)
def test_two_workers_whose_clocks_differ_do_not_take_a_data_part_from_each_other(
    alice: Person, tmp_path: Path, off: timedelta
) -> None:
    stage_jobs.exports(alice, tmp_path)
    operations.refresh_data(actor=alice, now=NOW)
    claimed = data_work.claim_data(owner=WORKER, now=NOW)
    assert claimed is not None
    refresh, lease = claimed
    other = Observer()

    for second in range(60):
        other.seconds = float(second)
        now = NOW + timedelta(seconds=second)
        assert data_work.renew_data(refresh, lease, now=now) == Renewal(verdict=Verdict.GO_ON)
        assert data_work.claim_data(owner=OTHER, now=now + off, watch=other.watch) is None

    refresh.refresh_from_db()
    assert (refresh.owner, refresh.fence, refresh.takeovers) == (WORKER, 1, 0)


@pytest.mark.parametrize("off", WRONG)
def test_a_dead_worker_s_run_is_taken_over_after_a_lease_whatever_its_clock_said(
    alice: Person, tmp_path: Path, off: timedelta
) -> None:
    run, lease = stage_jobs.claimed_run(alice, *stage_jobs.exports(alice, tmp_path))
    run_work.renew_run(run, lease, now=NOW + off)

    taken = taken_over(run_work.claim_run, now=NOW)

    assert taken is not None
    assert (taken[0].pk, taken[1].owner, taken[1].fence) == (run.pk, OTHER, 2)


@pytest.mark.parametrize("off", WRONG)
def test_a_dead_worker_s_data_part_does_not_block_whatever_its_clock_said(
    alice: Person, tmp_path: Path, off: timedelta
) -> None:
    stage_jobs.exports(alice, tmp_path)
    refresh = operations.refresh_data(actor=alice, now=NOW)
    assert data_work.claim_data(owner=WORKER, now=NOW + off) is not None

    taken = taken_over(data_work.claim_data, now=NOW)

    assert taken is not None
    assert (taken[0].pk, taken[1].fence) == (refresh.pk, 2)


def test_nothing_is_taken_over_by_whoever_has_not_looked_on(alice: Person, tmp_path: Path) -> None:
    stage_jobs.claimed_run(alice, *stage_jobs.exports(alice, tmp_path))
    much_later = NOW + timedelta(days=30)

    assert run_work.claim_run(owner=OTHER, now=much_later) is None
    newcomer = Watch(lambda: 1e9)
    assert run_work.claim_run(owner=OTHER, now=much_later, watch=newcomer) is None


def _waiting_again(alice: Person, folder: Path, *, failed_at: datetime) -> Run:
    run, lease = stage_jobs.claimed_run(alice, *stage_jobs.exports(alice, folder))
    failed = RunEnd(status=Status.FAILED_RETRYING, code="throttled")
    assert run_work.end_run(run, lease, failed, now=failed_at)
    return run


def test_a_run_waits_for_its_next_attempt_as_long_as_it_was_told(
    alice: Person, tmp_path: Path
) -> None:
    _waiting_again(alice, tmp_path, failed_at=NOW)

    assert run_work.claim_run(owner=OTHER, now=NOW + timedelta(seconds=59)) is None
    assert run_work.claim_run(owner=OTHER, now=NOW - AN_HOUR) is None
    assert run_work.claim_run(owner=OTHER, now=NOW + timedelta(seconds=60)) is not None


@pytest.mark.parametrize("ahead", [timedelta(days=1), timedelta(days=400)])
def test_a_run_whose_wait_a_fast_clock_wrote_down_does_not_wait_for_days(
    alice: Person, tmp_path: Path, ahead: timedelta
) -> None:
    run = _waiting_again(alice, tmp_path, failed_at=NOW + ahead)

    claimed = run_work.claim_run(owner=OTHER, now=NOW)

    assert claimed is not None
    assert claimed[0].pk == run.pk
    assert not Refresh.objects.filter(status=Status.FAILED).exists()


def test_a_fast_clock_s_pause_does_not_keep_somebody_from_a_new_password(alice: Person) -> None:
    Person.objects.filter(pk=alice.pk).update(reset_sent_at=NOW + timedelta(days=400))

    sent = [own_account.begin_password_reset(email=alice.email, now=NOW) for _ in range(2)]

    assert sent == [alice, None]


def test_a_fast_clock_s_visit_does_not_end_the_health_checks(alice: Person, tmp_path: Path) -> None:
    (one,) = stage_jobs.exports(alice, tmp_path)
    for checked_at, is_due in [
        (NOW + timedelta(days=400), True),
        (NOW + AN_HOUR, False),
        (NOW - HEALTH_EVERY, True),
    ]:
        Connection.objects.update(health_checked_at=checked_at)
        assert (one.connection in due_for_a_check(NOW)) is is_due, checked_at


DAILY = Recurrence(every=Every.DAY, time_zone="UTC", times=(time(18, 0),))
TODAY = datetime(2026, 3, 2, 18, 0, tzinfo=UTC)
A_DAY = timedelta(days=1)


@pytest.mark.parametrize(
    ("planned", "mended"),
    [
        (TODAY, TODAY),
        (TODAY + A_DAY, TODAY),
        (TODAY + 400 * A_DAY, TODAY),
        (TODAY - A_DAY, TODAY - A_DAY),
    ],
)
def test_schedules_that_a_fast_clock_moved_on_come_round_when_they_should(
    alice: Person, tmp_path: Path, planned: datetime, mended: datetime
) -> None:
    exports = stage_jobs.exports(alice, tmp_path)
    operations.set_system_schedule(is_on=True, recurrence=DAILY, actor=alice, now=NOW)
    export_operations.define_schedules(
        exports=exports, is_on=True, recurrence=DAILY, actor=alice, now=NOW
    )
    SystemSchedule.objects.update(next_at=planned)
    Export.objects.update(next_run_at=planned)

    mend_schedules(now=NOW)

    assert SystemSchedule.objects.get().next_at == mended
    assert Export.objects.get().next_run_at == mended


def test_whoever_is_an_hour_late_moves_no_schedule_back(alice: Person) -> None:
    operations.set_system_schedule(is_on=True, recurrence=DAILY, actor=alice, now=NOW)
    operations.enqueue_due(now=TODAY)

    assert mend_schedules(now=TODAY - AN_HOUR) == 0
    assert SystemSchedule.objects.get().next_at == TODAY + A_DAY
