"""A worker says that it is there, and notices when its machine's clock is set."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta

import pytest
from axes.models import AccessAttempt
from django.db.migrations.recorder import MigrationRecorder

from segue.control.exports.schedules import recurrence_as_json
from segue.control.people.failures import TOGETHER, tell_counted
from segue.control.people.models import FailedSignIns, Person
from segue.control.recurrence import Every, Recurrence
from segue.control.refreshes import operations
from segue.control.refreshes.models import ClockMove, Refresh, SystemSchedule
from segue.control.refreshes.models import Worker as WorkerRow
from segue.worker.presence import Presence
from segue.worker.worker import Worker
from tests.fakes.laboratory import StillClock

pytestmark = pytest.mark.django_db

DAILY = Recurrence(every=Every.DAY, time_zone="UTC", times=(time(18, 0),))
TODAY = datetime(2026, 3, 2, 18, 0, tzinfo=UTC)


def signs() -> list[tuple[str, int]]:
    return list(WorkerRow.objects.values_list("name", "signs"))


def test_a_worker_gives_a_sign_at_once_and_then_every_five_seconds() -> None:
    clock = StillClock()
    presence = Presence("one", clock)

    for _ in range(21):
        presence.tell()
        clock.slept_s += 0.5

    assert signs() == [("one", 2)]


def test_a_worker_whose_database_a_newer_segue_brought_up_to_date_begins_nothing_more() -> None:
    clock = StillClock()
    worker = Worker(clock=clock, slots=1, owner="older")
    assert worker.turn()
    assert not worker.is_outdated
    MigrationRecorder.Migration.objects.create(app="exports", name="0999_of_a_newer_segue")
    SystemSchedule.objects.create(
        is_on=True,
        recurrence=recurrence_as_json(DAILY),
        next_at=clock.now(),
        changed_at=clock.now(),
    )

    clock.slept_s += 5
    went_well = worker.turn()

    assert went_well
    assert worker.is_outdated
    assert not Refresh.objects.exists()


def test_a_worker_that_ends_is_no_longer_listed() -> None:
    presence = Presence("one", StillClock())
    presence.tell()

    presence.end()

    assert signs() == []


@pytest.mark.parametrize(
    "by", [timedelta(hours=1), -timedelta(hours=1), timedelta(days=400), -timedelta(days=3)]
)
def test_a_clock_that_is_set_is_noticed_once_and_kept(by: timedelta) -> None:
    clock = StillClock()
    presence = Presence("one", clock)
    presence.tell()
    clock.slept_s += 2
    should = clock.now()
    clock.at += by

    for _ in range(5):
        presence.tell()
        clock.slept_s += 0.5

    (move,) = ClockMove.objects.all()
    assert (move.worker, move.before_at, move.after_at) == ("one", should, should + by)


def test_time_that_passes_or_is_put_right_by_seconds_is_no_move() -> None:
    clock = StillClock()
    presence = Presence("one", clock)

    for _ in range(20):
        presence.tell()
        clock.slept_s += 3_600
        clock.at += timedelta(seconds=30)

    assert not ClockMove.objects.exists()


@pytest.mark.parametrize("while_at_work", [True, False])
def test_once_the_clock_is_right_again_schedules_come_round_when_they_should(
    alice: Person, while_at_work: bool
) -> None:
    clock = StillClock()
    operations.set_system_schedule(is_on=True, recurrence=DAILY, actor=alice, now=clock.now())
    ahead = Presence("one", clock)
    ahead.tell()
    ahead.mend()
    clock.at += timedelta(days=400)
    ahead.tell()
    ahead.mend()
    operations.enqueue_due(now=clock.now())
    moved_on = SystemSchedule.objects.get().next_at

    clock.at -= timedelta(days=400)
    now = ahead if while_at_work else Presence("two", clock)
    now.tell()
    now.mend()

    assert moved_on == TODAY + timedelta(days=400)
    assert SystemSchedule.objects.get().next_at == TODAY


def test_once_the_clock_is_right_again_nobody_is_locked_out_until_next_year() -> None:
    clock = StillClock()
    kept = {"user_agent": "", "ip_address": "192.0.2.1", "failures_since_start": 10}
    for name, late in [("today", timedelta(0)), ("next year", timedelta(days=400))]:
        attempt = AccessAttempt.objects.create(username=name, **kept)
        AccessAttempt.objects.filter(pk=attempt.pk).update(attempt_time=clock.now() + late)

    Presence("one", clock).mend()

    assert list(AccessAttempt.objects.values_list("username", flat=True)) == ["today"]


@pytest.mark.parametrize(
    ("since", "is_told"),
    [(timedelta(0), False), (-TOGETHER, True), (timedelta(days=400), True)],
)
def test_failed_sign_ins_that_a_fast_clock_counted_are_told_all_the_same(
    since: timedelta, is_told: bool
) -> None:
    now = StillClock().now()
    FailedSignIns.objects.create(who="", since=now + since, tries=3)

    tell_counted(now=now)

    assert FailedSignIns.objects.exists() is not is_told
