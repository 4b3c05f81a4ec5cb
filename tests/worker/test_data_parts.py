"""A worker reads data sources, makes profiles and counts segments: each task with its end, failures with their own words."""

from __future__ import annotations

import time
from threading import Thread

import pytest

from segue.control.refreshes import operations
from segue.control.refreshes.data_work import claim_data, close_finished
from segue.control.refreshes.models import Refresh, Run
from segue.control.segments import operations as segment_operations
from segue.control.segments.models import Segment, SegmentCount, SegmentStatus
from segue.control.sources.models import DataSource, Definition, ProfileCount, ReadStatus
from segue.control.statuses import Status
from segue.service.adapters import WorkerClock
from segue.service.locks import only_one
from segue.worker.data_part import DataPart
from tests.control import stage
from tests.patience import PATIENCE_S
from tests.worker.shop import Shop, facts_of, fresh, wait_for

TWO_SOURCES = """\
version: 1
sources:
  customers: {type: csv, path: customers.csv}
  orders: {type: csv, path: orders.csv}
  attic: {type: csv, path: attic.csv}
profiles:
  source: customers
  key: id
  attributes:
    email: {column: email, type: email, personal: true}
    first_name: {column: first_name, type: text}
    city: {column: city, type: text}
    joined: {column: joined, type: date}
    opted_in: {column: opted_in, type: boolean}
related:
  orders:
    source: orders
    profile_key: customer
    attributes:
      total: {column: total, type: decimal}
segments:
  vip:
    label: VIP
    rules: {attribute: city, is: Lyon}
  newcomers:
    label: Newcomers
    rules: {attribute: joined, after: 2026-01-01}
"""


def data_refresh(shop: Shop, *, read_again: bool = False) -> Refresh:
    return operations.refresh_data(actor=shop.alice, now=shop.now(), read_again=read_again)


def tasks_of(refresh: Refresh) -> dict[str, tuple[str, str, int | None]]:
    return {task.name: (task.status, task.code, task.count) for task in refresh.tasks.all()}


def test_every_task_tells_what_it_found(shop: Shop) -> None:
    refresh = data_refresh(shop)

    shop.settle(shop.worker())

    assert fresh(refresh).status == Status.SUCCESSFUL
    assert tasks_of(refresh) == {
        "customers": (Status.SUCCESSFUL, "", 16),
        "profiles": (Status.SUCCESSFUL, "", 16),
        "vip": (Status.SUCCESSFUL, "", 6),
        "newcomers": (Status.SUCCESSFUL, "", 10),
    }
    times = [(task.started_at, task.finished_at) for task in refresh.tasks.all()]
    assert all(begun <= ended for begun, ended in times)
    assert sorted(begun for begun, _ in times) == [begun for begun, _ in times]


def test_sources_profiles_and_segments_keep_what_was_found(shop: Shop) -> None:
    refresh = data_refresh(shop)

    shop.settle(shop.worker())

    source, count = DataSource.objects.get(), ProfileCount.objects.get()
    assert (source.status, source.rows, source.message) == (ReadStatus.SUCCESSFUL, 16, "")
    assert source.refreshed_at is not None
    assert (count.profiles, count.snapshot_id) == (16, fresh(refresh).snapshot_id)
    assert dict(Segment.objects.values_list("name", "members")) == {"vip": 6, "newcomers": 10}
    assert SegmentCount.objects.count() == 2


@pytest.mark.one_database
def test_what_has_not_changed_is_counted_again_and_not_read_again(shop: Shop) -> None:
    data_refresh(shop)
    shop.settle(shop.worker())
    first = ProfileCount.objects.get()

    again = data_refresh(shop)
    shop.settle(shop.worker())
    forced = data_refresh(shop, read_again=True)
    shop.settle(shop.worker())

    assert tasks_of(again)["customers"] == (Status.SUCCESSFUL, "", 16)
    assert fresh(again).snapshot_id == first.snapshot_id
    assert fresh(forced).snapshot_id != first.snapshot_id
    assert SegmentCount.objects.count() == 6


@pytest.mark.one_database
def test_a_source_that_cannot_be_read_says_why_and_what_follows_is_skipped(shop: Shop) -> None:
    (run,) = shop.run(shop.export())
    (shop.folder / "customers.csv").unlink()

    shop.settle(shop.worker())

    refresh = Refresh.objects.get()
    assert (refresh.status, refresh.code) == (Status.FAILED, "source_file_missing")
    assert tasks_of(refresh) == {
        "customers": (Status.FAILED, "source_file_missing", None),
        "profiles": (Status.SKIPPED, "upstream_failed", None),
        "newcomers": (Status.SKIPPED, "upstream_failed", None),
    }
    assert "there is no such file" in refresh.tasks.get(name="customers").message
    source = DataSource.objects.get()
    assert (source.status, source.rows) == (ReadStatus.FAILED, None)
    assert "there is no such file" in source.message
    assert facts_of([run]) == [(Status.SKIPPED, "upstream_failed")]


@pytest.mark.one_database
def test_of_several_sources_only_those_that_failed_are_marked_so(shop: Shop) -> None:
    stage.declared(shop.folder, text=TWO_SOURCES)
    (shop.folder / "attic.csv").write_text("id\n1\n", encoding="utf-8")
    refresh = data_refresh(shop)

    shop.settle(shop.worker())

    found = {name: (status, code) for name, (status, code, _) in tasks_of(refresh).items()}
    assert found["orders"] == (Status.FAILED, "source_file_missing")
    assert found["customers"] == found["attic"] == (Status.SKIPPED, "upstream_failed")
    assert {s.name: s.status for s in DataSource.objects.all()} == {
        "orders": ReadStatus.FAILED,
        "customers": ReadStatus.NOT_STARTED,
        "attic": ReadStatus.NOT_STARTED,
    }


@pytest.mark.one_database
def test_a_source_that_nothing_uses_is_not_read_and_says_so(shop: Shop) -> None:
    stage.declared(shop.folder, text=TWO_SOURCES)
    (shop.folder / "orders.csv").write_text(
        "customer,total\n1000,3.50\n1001,4.00\n7,1\n", encoding="utf-8"
    )
    refresh = data_refresh(shop)

    shop.settle(shop.worker())

    found = tasks_of(refresh)
    assert found["orders"] == (Status.READ_WITH_PROBLEMS, "", 3)  # one is nobody's
    assert found["attic"] == (Status.SKIPPED, "source_unused", None)
    assert fresh(refresh).status == Status.SUCCESSFUL


@pytest.mark.one_database
def test_a_failed_refresh_is_repaired_by_the_next(shop: Shop) -> None:
    (shop.folder / "customers.csv").unlink()
    data_refresh(shop)
    shop.settle(shop.worker())
    shop.people(3)

    refresh = data_refresh(shop)
    shop.settle(shop.worker())

    assert fresh(refresh).status == Status.SUCCESSFUL
    source = DataSource.objects.get()
    assert (source.status, source.rows, source.message) == (ReadStatus.SUCCESSFUL, 9, "")


@pytest.mark.one_database
def test_only_active_segments_are_counted(shop: Shop) -> None:
    vip = Segment.objects.get(name="vip")
    before = data_refresh(shop)
    segment_operations.set_active(segment=vip, active=False, actor=shop.alice, now=shop.now())

    shop.settle(shop.worker())

    assert tasks_of(before)["vip"] == (Status.SKIPPED, "segment_inactive", None)
    assert fresh(vip).status == SegmentStatus.NOT_STARTED
    assert fresh(before).status == Status.SUCCESSFUL


def test_without_a_definition_there_is_nothing_to_read(shop: Shop) -> None:
    Definition.objects.all().delete()
    refresh = data_refresh(shop)

    shop.settle(shop.worker())

    assert (fresh(refresh).status, fresh(refresh).code) == (Status.FAILED, "definition_missing")
    assert refresh.tasks.get(name="customers").status == Status.FAILED


@pytest.mark.one_database
def test_sources_that_another_program_is_reading_are_waited_for(shop: Shop) -> None:
    refresh = data_refresh(shop)
    worker = shop.worker()

    with only_one(shop.home / "locks" / "refresh.lock", what="the data sources"):
        wait_for(lambda: worker.turn() and fresh(refresh).fence)
        assert worker.wait(PATIENCE_S)
        waiting = fresh(refresh)
        worker.turn()

    assert (waiting.status, waiting.owner, waiting.code) == (Status.QUEUED, "", "")
    assert fresh(refresh).fence == 1
    shop.settle(shop.worker())
    assert fresh(refresh).status == Status.SUCCESSFUL


def begun(shop: Shop) -> tuple[DataPart, Thread]:
    """Claim the data part that waits, and work on it until its sources are being read."""
    claimed = claim_data(owner="worker", now=shop.now())
    assert claimed is not None
    clock = WorkerClock()
    part = DataPart(*claimed, clock=clock, since=clock.monotonic())
    thread = Thread(target=part.work)
    thread.start()
    tasks = claimed[0].tasks
    wait_for(lambda: tasks.filter(status=Status.REFRESHING).exists(), every_s=0.01)
    return part, thread


def test_a_canceled_data_part_ends_at_once_and_keeps_the_last_snapshot(shop: Shop) -> None:
    shop.people(60_000)
    shop.run(shop.export())
    refresh = Refresh.objects.get()
    part, thread = begun(shop)

    operations.cancel_refresh(refresh=refresh, actor=shop.alice, now=shop.now())
    part.beat.once()
    thread.join(PATIENCE_S)

    assert not thread.is_alive()
    assert fresh(refresh).status == Status.CANCELED
    assert refresh.tasks.get(name="newcomers").status == Status.CANCELED
    assert not refresh.tasks.exclude(status__in=[Status.CANCELED, Status.SUCCESSFUL]).exists()
    assert {run.status for run in Run.objects.all()} == {Status.CANCELED}
    assert not (shop.home / "snapshots" / "current").exists()


def test_a_worker_that_ends_puts_its_data_part_back(shop: Shop) -> None:
    shop.people(60_000)
    refresh = data_refresh(shop)
    worker = shop.worker()
    worker.turn()
    wait_for(lambda: refresh.tasks.filter(status=Status.REFRESHING).exists(), every_s=0.01)

    gave_all_back = worker.end(PATIENCE_S)

    found = fresh(refresh)
    assert gave_all_back
    assert (found.status, found.owner, found.fence) == (Status.QUEUED, "", 1)
    shop.settle(shop.worker())
    assert fresh(refresh).status == Status.SUCCESSFUL


@pytest.mark.parametrize("after_s", [0.0, 0.1, 0.2, 0.3, 0.4])
def test_a_cancel_at_any_moment_ends_in_a_cancel_and_never_in_a_bug(
    shop: Shop, after_s: float
) -> None:
    shop.people(60_000)
    refresh = data_refresh(shop)
    part, thread = begun(shop)

    time.sleep(after_s)
    operations.cancel_refresh(refresh=refresh, actor=shop.alice, now=shop.now())
    part.beat.once()
    thread.join(PATIENCE_S)
    close_finished(now=shop.now())

    assert not thread.is_alive()
    assert fresh(refresh).status == Status.CANCELED
    assert not refresh.tasks.filter(status=Status.FAILED).exists()


def test_what_goes_wrong_while_a_canceled_data_part_stops_is_no_failure(shop: Shop) -> None:
    shop.people(10)
    refresh = data_refresh(shop)
    (shop.folder / "customers.csv").unlink()
    claimed = claim_data(owner="one", now=shop.now())
    assert claimed is not None
    part = DataPart(*claimed, clock=WorkerClock(), since=WorkerClock().monotonic())

    operations.cancel_refresh(refresh=refresh, actor=shop.alice, now=shop.now())
    part.beat.once()
    part.work()
    close_finished(now=shop.now())

    assert fresh(refresh).status == Status.CANCELED
