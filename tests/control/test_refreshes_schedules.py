"""Schedules start what has come round: once, however long no worker ran, and right over both clock changes."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from pathlib import Path
from threading import Barrier, Thread

import pytest
from django.db import connection

from segue.control.audit.models import Action, Entry
from segue.control.exports import operations as export_operations
from segue.control.exports.models import Export
from segue.control.people.models import Person
from segue.control.recurrence import Every, Recurrence
from segue.control.refreshes import data_work, operations
from segue.control.refreshes.models import Refresh, Run, Scope, SystemSchedule, Trigger
from segue.control.refreshes.queries import system_schedule
from segue.control.statuses import Status
from segue.core.errors import ConfigurationProblem
from tests.control import stage_jobs
from tests.control.stage_jobs import NOW, WORKER
from tests.patience import PATIENCE_S

DAILY = Recurrence(every=Every.DAY, time_zone="Europe/Paris", times=(time(2, 30), time(18, 0)))
FIRST = datetime(2026, 3, 2, 17, 0, tzinfo=UTC)
"""18:00 in Paris on the first day."""


def switched_on(actor: Person, recurrence: Recurrence = DAILY, now: datetime = NOW) -> None:
    operations.set_system_schedule(is_on=True, recurrence=recurrence, actor=actor, now=now)


def over(refresh: Refresh) -> None:
    """Let a refresh read its data, so that it waits no longer."""
    claimed = data_work.claim_data(owner=WORKER, now=refresh.created_at)
    assert claimed is not None
    assert data_work.finish_data(*claimed, snapshot_id="s", now=refresh.created_at)
    refresh.runs.all().delete()


def begun_in(first: datetime, hours: int) -> list[str]:
    """Look for due schedules every ten minutes; return when refreshes began, in UTC."""
    found = []
    for step in range(hours * 6 + 1):
        now = first + timedelta(minutes=10 * step)
        for refresh in operations.enqueue_due(now=now):
            found.append(f"{now:%d %H:%M}")
            over(refresh)
    return found


def test_nothing_comes_round_before_somebody_switches_it_on(alice: Person) -> None:
    assert operations.enqueue_due(now=NOW + timedelta(days=400)) == []
    assert not system_schedule().is_on


def test_the_system_refresh_begins_at_its_time_as_the_entire_workflow(
    alice: Person, tmp_path: Path
) -> None:
    stage_jobs.exports(alice, tmp_path)
    switched_on(alice)

    before = operations.enqueue_due(now=FIRST - timedelta(seconds=1))
    begun = operations.enqueue_due(now=FIRST)
    again = operations.enqueue_due(now=FIRST + timedelta(seconds=1))

    assert (before, again) == ([], [])
    assert [(r.scope, r.trigger, r.requested_by_name) for r in begun] == [
        (Scope.WHOLE, Trigger.SCHEDULE, "")
    ]
    assert Run.objects.get().status == Status.QUEUED
    assert system_schedule().next_at == datetime(2026, 3, 3, 1, 30, tzinfo=UTC)


def test_what_was_missed_for_days_is_made_up_for_once(alice: Person, tmp_path: Path) -> None:
    stage_jobs.exports(alice, tmp_path)
    switched_on(alice)
    on_start = FIRST + timedelta(days=5, minutes=7)

    begun = operations.enqueue_due(now=on_start)
    again = operations.enqueue_due(now=on_start + timedelta(minutes=1))

    assert (len(begun), again) == (1, [])
    assert system_schedule().next_at == datetime(2026, 3, 8, 1, 30, tzinfo=UTC)


def test_in_spring_the_skipped_time_happens_once_just_after_the_gap(
    alice: Person, tmp_path: Path
) -> None:
    stage_jobs.exports(alice, tmp_path)
    saturday = datetime(2026, 3, 28, 12, 0, tzinfo=UTC)
    switched_on(alice, now=saturday)

    assert begun_in(saturday, 48) == ["28 17:00", "29 01:00", "29 16:00", "30 00:30"]


def test_in_autumn_the_time_that_comes_twice_happens_once(alice: Person, tmp_path: Path) -> None:
    stage_jobs.exports(alice, tmp_path)
    saturday = datetime(2026, 10, 24, 12, 0, tzinfo=UTC)
    switched_on(alice, now=saturday)

    assert begun_in(saturday, 48) == ["24 16:00", "25 00:30", "25 17:00", "26 01:30"]


def test_a_refresh_that_comes_round_while_the_last_still_waits_is_not_doubled(
    alice: Person, tmp_path: Path
) -> None:
    stage_jobs.exports(alice, tmp_path)
    switched_on(alice)
    operations.enqueue_due(now=FIRST)

    begun = operations.enqueue_due(now=FIRST + timedelta(days=1))

    assert begun == []
    assert Refresh.objects.count() == 1
    assert system_schedule().next_at == datetime(2026, 3, 4, 1, 30, tzinfo=UTC)


def test_switched_off_it_no_longer_comes_round(alice: Person, tmp_path: Path) -> None:
    stage_jobs.exports(alice, tmp_path)
    switched_on(alice)

    operations.set_system_schedule(is_on=False, recurrence=DAILY, actor=alice, now=NOW)

    assert operations.enqueue_due(now=FIRST + timedelta(days=9)) == []
    kept = system_schedule()
    assert (kept.is_on, kept.next_at, kept.recurrence is not None) == (False, None, True)
    assert Entry.objects.filter(action=Action.REFRESH_SCHEDULED).count() == 2


@pytest.mark.parametrize("every", [None, Every.MONTH, Every.CRON])
def test_the_system_refresh_is_daily_or_weekly(alice: Person, every: Every | None) -> None:
    recurrence = every and Recurrence(
        every=every, time_zone="UTC", times=(time(6),), month_days=(1,), cron="0 6 * * *"
    )

    with pytest.raises(ConfigurationProblem) as refused:
        operations.set_system_schedule(is_on=True, recurrence=recurrence, actor=alice, now=NOW)

    assert refused.value.code == "schedule_kind"
    assert not SystemSchedule.objects.exists()


def with_own_schedule(alice: Person, folder: Path, count: int = 2) -> list[Export]:
    exports = stage_jobs.exports(alice, folder, count)
    hourly = Recurrence(every=Every.CRON, time_zone="UTC", cron="0 * * * *")
    export_operations.define_schedules(
        exports=exports, is_on=True, recurrence=hourly, actor=alice, now=NOW
    )
    return exports


def test_exports_of_their_own_schedule_run_together_and_once_for_all_that_was_missed(
    alice: Person, tmp_path: Path
) -> None:
    exports = with_own_schedule(alice, tmp_path)
    late = NOW + timedelta(hours=30, minutes=5)

    begun = operations.enqueue_due(now=late)
    again = operations.enqueue_due(now=late)

    assert [(r.scope, r.trigger, r.runs.count()) for r in begun] == [
        (Scope.EXPORTS, Trigger.EXPORT_SCHEDULE, 2)
    ]
    assert again == []
    following = {Export.objects.get(pk=one.pk).next_run_at for one in exports}
    assert following == {NOW + timedelta(hours=31)}


def test_an_export_that_is_still_at_work_is_left_out_and_comes_round_again(
    alice: Person, tmp_path: Path
) -> None:
    first, _ = with_own_schedule(alice, tmp_path)
    operations.run_exports(exports=[first], actor=alice, now=NOW)

    begun = operations.enqueue_due(now=NOW + timedelta(hours=1))

    assert [list(r.runs.values_list("export_name", flat=True)) for r in begun] == [["Export 2"]]


def test_detached_removed_and_switched_off_exports_do_not_come_round(
    alice: Person, tmp_path: Path
) -> None:
    detached, removed, off = with_own_schedule(alice, tmp_path, 3)
    export_operations.detach(exports=[detached], actor=alice, now=NOW)
    export_operations.remove(exports=[removed], actor=alice, now=NOW)
    export_operations.switch_schedules(exports=[off], is_on=False, actor=alice, now=NOW)

    assert operations.enqueue_due(now=NOW + timedelta(days=1)) == []


@pytest.mark.django_db(transaction=True)
def test_workers_that_look_at_the_same_instant_begin_everything_once(
    alice: Person, tmp_path: Path
) -> None:
    with_own_schedule(alice, tmp_path)
    switched_on(alice)
    workers, due, begun = 4, FIRST + timedelta(minutes=1), []
    barrier = Barrier(workers)

    def look() -> None:
        try:
            barrier.wait(timeout=PATIENCE_S)
            begun.extend(operations.enqueue_due(now=due))
        finally:
            connection.close()

    threads = [Thread(target=look) for _ in range(workers)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=PATIENCE_S)

    assert sorted(refresh.trigger for refresh in begun) == ["export_schedule", "schedule"]
    assert Refresh.objects.count() == 2
    assert Run.objects.count() == 2
