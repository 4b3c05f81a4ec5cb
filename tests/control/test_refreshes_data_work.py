"""How the data part of a refresh goes on and ends, what is skipped after a failure, and when a refresh as a whole is over."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path

import pytest

from segue.control.audit.models import Action, Entry
from segue.control.people.models import Person
from segue.control.refreshes import data_work, operations, run_work
from segue.control.refreshes.data_work import TaskEnd
from segue.control.refreshes.leases import Lease
from segue.control.refreshes.models import Refresh, TaskKind
from segue.control.refreshes.run_work import RunEnd
from segue.control.statuses import Status
from segue.core.errors import ConfigurationProblem, NotAllowed
from segue.sync.export import SegmentTag
from tests.control import stage_jobs
from tests.control.stage_jobs import NOW, OTHER, WORKER, status_of

LATER = NOW + timedelta(minutes=1)
UNREADABLE = ConfigurationProblem("Source gone.", action="Put it back.", code="source_file_missing")


def begun(actor: Person, folder: Path, exports: int = 1) -> tuple[Refresh, Lease]:
    """Return the claimed data part of an entire workflow over so many exports."""
    stage_jobs.exports(actor, folder, exports)
    operations.refresh_everything(actor=actor, now=NOW)
    claimed = data_work.claim_data(owner=WORKER, now=NOW)
    assert claimed is not None
    return claimed


def ended(refresh: Refresh, statuses: Sequence[Status]) -> None:
    """Let the runs of a refresh end so, in their order."""
    for status in statuses:
        claimed = run_work.claim_run(owner=WORKER, now=NOW)
        assert claimed is not None
        run_work.end_run(*claimed, RunEnd(status=status), now=LATER)


def test_tasks_tell_what_is_being_done_and_how_it_ended(alice: Person, tmp_path: Path) -> None:
    refresh, lease = begun(alice, tmp_path)

    data_work.start_tasks(refresh, lease, TaskKind.SOURCE, now=NOW)
    working = [(task.name, task.status, task.started_at) for task in refresh.tasks.all()]
    read = TaskEnd(status=Status.SUCCESSFUL, count=6)
    data_work.end_tasks(refresh, lease, TaskKind.SOURCE, {"customers": read}, now=LATER)

    assert working[:2] == [
        ("customers", Status.REFRESHING, NOW),
        ("profiles", Status.QUEUED, None),
    ]
    task = refresh.tasks.get(name="customers")
    assert (task.status, task.count, task.finished_at) == (Status.SUCCESSFUL, 6, LATER)


def test_some_tasks_of_a_kind_may_begin_alone(alice: Person, tmp_path: Path) -> None:
    refresh, lease = begun(alice, tmp_path)

    data_work.start_tasks(refresh, lease, TaskKind.SEGMENT, now=NOW, names=["vip"])

    working = refresh.tasks.filter(status=Status.REFRESHING)
    assert list(working.values_list("name", flat=True)) == ["vip"]


def test_when_the_data_is_ready_the_runs_may_begin(alice: Person, tmp_path: Path) -> None:
    refresh, lease = begun(alice, tmp_path)

    kept = data_work.finish_data(refresh, lease, snapshot_id="s7", now=LATER)

    refresh.refresh_from_db()
    assert kept
    assert (refresh.status, refresh.snapshot_id, refresh.data_ready_at, refresh.owner) == (
        Status.PROCESSING, "s7", LATER, ""
    )  # fmt: skip
    assert run_work.claim_run(owner=WORKER, now=LATER) is not None


def test_what_follows_a_failure_is_skipped_with_the_words_of_the_failure(
    alice: Person, tmp_path: Path
) -> None:
    refresh, lease = begun(alice, tmp_path)
    failed = TaskEnd(status=Status.FAILED, code=UNREADABLE.code, message=UNREADABLE.message)
    data_work.end_tasks(refresh, lease, TaskKind.SOURCE, {"customers": failed}, now=NOW)

    data_work.fail_data(refresh, lease, UNREADABLE, now=LATER)

    refresh.refresh_from_db()
    assert (refresh.status, refresh.code, refresh.finished_at) == (
        Status.FAILED, "source_file_missing", LATER
    )  # fmt: skip
    assert [(task.status, task.code) for task in refresh.tasks.all()] == [
        (Status.FAILED, "source_file_missing"),
        *[(Status.SKIPPED, "upstream_failed")] * 3,
    ]
    run = refresh.runs.get()
    assert (run.status, run.code, run.message, run.action) == (
        Status.SKIPPED, "upstream_failed", "Source gone.", "Put it back."
    )  # fmt: skip
    assert status_of(run.export) == Status.SKIPPED


def test_only_the_runs_of_a_segment_that_could_not_be_counted_are_skipped(
    alice: Person, tmp_path: Path
) -> None:
    stage_jobs.exports(alice, tmp_path)
    stage_jobs.export(alice, 2, segments=(SegmentTag(segment="newcomers", tag="New"),))
    operations.refresh_everything(actor=alice, now=NOW)
    claimed = data_work.claim_data(owner=WORKER, now=NOW)
    assert claimed is not None

    data_work.finish_data(*claimed, snapshot_id="s", now=LATER, uncounted={"newcomers"})

    runs = claimed[0].runs.order_by("id")
    assert [(run.export_name, run.status, run.code) for run in runs] == [
        ("Export 1", Status.QUEUED, ""),
        ("Export 2", Status.SKIPPED, "upstream_failed"),
    ]
    assert runs[1].message == "A segment of the export could not be counted: newcomers."


def test_a_data_part_that_is_put_back_begins_anew(alice: Person, tmp_path: Path) -> None:
    refresh, lease = begun(alice, tmp_path)
    data_work.start_tasks(refresh, lease, TaskKind.SOURCE, now=NOW)

    put_back = data_work.postpone_data(refresh, lease)

    assert put_back
    assert status_of(refresh) == Status.QUEUED
    assert {(task.status, task.started_at) for task in refresh.tasks.all()} == {
        (Status.QUEUED, None)
    }
    claimed = data_work.claim_data(owner=OTHER, now=NOW)
    assert claimed is not None
    assert claimed[1].fence == 2


def test_a_canceled_data_part_ends_with_everything_that_waits_for_it(
    alice: Person, tmp_path: Path
) -> None:
    refresh, lease = begun(alice, tmp_path)
    operations.cancel_refresh(refresh=refresh, actor=alice, now=NOW)

    data_work.cancel_data(refresh, lease, now=LATER)

    refresh.refresh_from_db()
    assert (refresh.status, refresh.canceled_by_name, refresh.finished_at) == (
        Status.CANCELED, "Alice", LATER
    )  # fmt: skip
    assert {task.status for task in refresh.tasks.all()} == {Status.CANCELED}
    assert {run.status for run in refresh.runs.all()} == {Status.CANCELED}


def test_a_waiting_refresh_is_canceled_at_once(alice: Person, tmp_path: Path) -> None:
    stage_jobs.exports(alice, tmp_path)
    refresh = operations.refresh_everything(actor=alice, now=NOW)

    operations.cancel_refresh(refresh=refresh, actor=alice, now=NOW)

    assert status_of(refresh) == Status.CANCELED
    assert {task.status for task in refresh.tasks.all()} == {Status.CANCELED}
    assert data_work.claim_data(owner=WORKER, now=NOW) is None
    assert Entry.objects.filter(action=Action.REFRESH_CANCELED).count() == 1


def test_a_contributor_cancels_only_what_they_asked_for(
    alice: Person, bob: Person, tmp_path: Path
) -> None:
    exports = stage_jobs.exports(alice, tmp_path, 2)
    hers = operations.run_exports(exports=exports[:1], actor=alice, now=NOW)
    his = operations.run_exports(exports=exports[1:], actor=bob, now=NOW)

    operations.cancel_refresh(refresh=his, actor=bob, now=NOW)
    with pytest.raises(NotAllowed):
        operations.cancel_refresh(refresh=hers, actor=bob, now=NOW)

    assert (status_of(his), status_of(hers)) == (Status.CANCELED, Status.QUEUED)


ENDS = [
    ([Status.SUCCESSFUL, Status.SUCCESSFUL], Status.SUCCESSFUL),
    ([Status.SUCCESSFUL, Status.SUCCESSFUL_WITH_SKIPS], Status.SUCCESSFUL_WITH_SKIPS),
    ([Status.SUCCESSFUL, Status.NEEDS_APPROVAL], Status.SUCCESSFUL_WITH_SKIPS),
    ([Status.SUCCESSFUL, Status.FAILED], Status.FAILED),
    ([Status.NEEDS_APPROVAL, Status.FAILED], Status.FAILED),
    ([Status.SUCCESSFUL, Status.CANCELED], Status.SUCCESSFUL_WITH_SKIPS),
    ([Status.CANCELED, Status.CANCELED], Status.CANCELED),
]


@pytest.mark.parametrize(("runs", "status"), ENDS)
def test_a_refresh_is_over_with_its_last_run_and_says_what_was_gravest(
    alice: Person, tmp_path: Path, runs: list[Status], status: Status
) -> None:
    refresh, lease = begun(alice, tmp_path, exports=2)
    data_work.finish_data(refresh, lease, snapshot_id="s", now=NOW)
    ended(refresh, runs[:1])
    too_early = data_work.close_finished(now=LATER)
    ended(refresh, runs[1:])

    closed = data_work.close_finished(now=LATER)

    assert (too_early, closed) == ([], [refresh])
    found = Refresh.objects.get(pk=refresh.pk)
    assert (found.status, found.finished_at, closed[0].status) == (status, LATER, status)
    assert data_work.close_finished(now=LATER) == []


def test_a_refresh_waits_for_a_run_that_will_be_tried_again(alice: Person, tmp_path: Path) -> None:
    refresh, lease = begun(alice, tmp_path)
    data_work.finish_data(refresh, lease, snapshot_id="s", now=NOW)
    ended(refresh, [Status.FAILED_RETRYING])

    assert data_work.close_finished(now=LATER) == []


def test_a_refresh_without_runs_is_over_with_its_data(alice: Person, tmp_path: Path) -> None:
    stage_jobs.exports(alice, tmp_path)
    refresh = stage_jobs.ready(operations.refresh_data(actor=alice, now=NOW))

    data_work.close_finished(now=LATER)

    assert status_of(refresh) == Status.SUCCESSFUL


def test_a_refresh_in_which_a_segment_failed_says_so(alice: Person, tmp_path: Path) -> None:
    refresh, lease = begun(alice, tmp_path)
    failed = {"newcomers": TaskEnd(status=Status.FAILED, code="segment_unusable")}
    data_work.end_tasks(refresh, lease, TaskKind.SEGMENT, failed, now=NOW)
    data_work.finish_data(refresh, lease, snapshot_id="s", now=NOW, uncounted=failed)
    ended(refresh, [Status.SUCCESSFUL])

    data_work.close_finished(now=LATER)

    assert status_of(refresh) == Status.FAILED


def test_a_refresh_that_was_canceled_while_its_runs_were_at_work_says_so(
    alice: Person, tmp_path: Path
) -> None:
    refresh, lease = begun(alice, tmp_path)
    data_work.finish_data(refresh, lease, snapshot_id="s", now=NOW)
    claimed = run_work.claim_run(owner=WORKER, now=NOW)
    assert claimed is not None
    operations.cancel_refresh(refresh=refresh, actor=alice, now=NOW)
    run_work.end_run(*claimed, RunEnd(status=Status.CANCELED), now=LATER)

    data_work.close_finished(now=LATER)

    assert status_of(refresh) == Status.CANCELED
