"""How attempts of runs end: tried again a few times, held, superseded, canceled, put back; and what the export is told."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

import pytest

from segue.control.audit.models import Action, Entry
from segue.control.exports.models import Export
from segue.control.people.models import Person
from segue.control.refreshes import operations, run_work
from segue.control.refreshes.models import Run, RunKind
from segue.control.refreshes.run_work import BUSY_AGAIN_AFTER, RunEnd
from segue.control.refreshes.telling import tell_export
from segue.control.statuses import Status
from segue.core.errors import NotAllowed, UnsafePlan
from tests.control import stage_jobs
from tests.control.stage_jobs import NOW, WORKER, status_of
from tests.fixtures.people import PASSWORD

AGAIN = RunEnd(
    status=Status.FAILED_RETRYING, code="mailchimp_unavailable", message="Busy.", action="Wait."
)
DONE = RunEnd(
    status=Status.SUCCESSFUL,
    numbers={"accepted": 900, "created": 900, "to_send": 900},
    digest="d1",
    engine_run_id="run1",
)


def claimed_at(now: datetime) -> tuple[Run, run_work.Lease] | None:
    return run_work.claim_run(owner=WORKER, now=now)


def test_a_run_that_went_well_says_so_with_its_numbers(alice: Person, tmp_path: Path) -> None:
    run, lease = stage_jobs.claimed_run(alice, *stage_jobs.exports(alice, tmp_path))
    later = NOW + timedelta(minutes=3)

    kept = run_work.end_run(run, lease, DONE, now=later)

    run.refresh_from_db()
    assert kept
    assert (run.status, run.accepted, run.digest, run.engine_run_id, run.finished_at) == (
        Status.SUCCESSFUL, 900, "d1", "run1", later
    )  # fmt: skip
    assert (run.owner, run.heartbeat_at, run.step, run.connections_in_use) == ("", None, "", 0)
    export = Export.objects.get(pk=run.export_id)
    assert (export.last_run_id, export.last_status, export.refreshed_at) == (
        run.pk, Status.SUCCESSFUL, later
    )  # fmt: skip


def test_a_failure_that_may_pass_is_tried_four_times_with_longer_and_longer_waits(
    alice: Person, tmp_path: Path
) -> None:
    run, lease = stage_jobs.claimed_run(alice, *stage_jobs.exports(alice, tmp_path))
    now, waits, told = NOW, [], []

    while True:
        run_work.end_run(run, lease, AGAIN, now=now)
        run.refresh_from_db()
        told.append((run.status, status_of(run.export), run.attempt))
        if run.retry_at is None:
            break
        waits.append(run.retry_at - now)
        assert claimed_at(run.retry_at - timedelta(seconds=1)) is None
        now = run.retry_at
        claimed = claimed_at(now)
        assert claimed is not None
        run, lease = claimed

    assert waits == [timedelta(minutes=1), timedelta(minutes=5), timedelta(minutes=15)]
    retrying, failed = Status.FAILED_RETRYING, Status.FAILED
    assert told == [
        (retrying, retrying, 2), (retrying, retrying, 3), (retrying, retrying, 4), (failed, failed, 4)
    ]  # fmt: skip
    assert (run.code, run.message, run.action) == ("mailchimp_unavailable", "Busy.", "Wait.")
    assert run.finished_at == now


def test_a_new_attempt_begins_its_numbers_and_words_anew(alice: Person, tmp_path: Path) -> None:
    run, lease = stage_jobs.claimed_run(alice, *stage_jobs.exports(alice, tmp_path))
    run_work.renew_run(run, lease, now=NOW, accepted=400, to_send=900, push_started_at=NOW)
    run_work.end_run(run, lease, AGAIN, now=NOW)

    claimed = claimed_at(NOW + timedelta(minutes=1))

    assert claimed is not None
    again = claimed[0]
    assert (again.accepted, again.to_send, again.push_started_at, again.code, again.retry_at) == (
        0, 0, None, "", None
    )  # fmt: skip
    assert (again.started_at, again.attempt, claimed[1].fence) == (NOW, 2, 2)


def test_a_plan_is_not_tried_again_by_itself(alice: Person, tmp_path: Path) -> None:
    one, *_ = stage_jobs.exports(alice, tmp_path)
    run, lease = stage_jobs.claimed_run(alice, one, RunKind.PLAN)

    run_work.end_run(run, lease, AGAIN, now=NOW)

    assert status_of(run) == Status.FAILED
    assert status_of(one) == Status.NOT_STARTED


@pytest.mark.parametrize("status", [Status.FAILED_RETRYING, Status.NEEDS_APPROVAL])
def test_an_attempt_that_would_wait_does_not_once_somebody_canceled_it(
    alice: Person, tmp_path: Path, status: Status
) -> None:
    run, lease = stage_jobs.claimed_run(alice, *stage_jobs.exports(alice, tmp_path))
    operations.cancel_run(run=run, actor=alice, now=NOW)

    run_work.end_run(run, lease, RunEnd(status=status), now=NOW)

    run.refresh_from_db()
    assert (run.status, run.retry_at, run.finished_at) == (Status.CANCELED, None, NOW)


def test_a_run_that_ended_well_before_its_cancel_was_heard_stays_so(
    alice: Person, tmp_path: Path
) -> None:
    run, lease = stage_jobs.claimed_run(alice, *stage_jobs.exports(alice, tmp_path))
    operations.cancel_run(run=run, actor=alice, now=NOW)

    run_work.end_run(run, lease, DONE, now=NOW)

    assert status_of(run) == Status.SUCCESSFUL


def test_a_run_that_is_given_back_is_the_next_worker_s_at_once(
    alice: Person, tmp_path: Path
) -> None:
    run, lease = stage_jobs.claimed_run(alice, *stage_jobs.exports(alice, tmp_path))

    given_back = run_work.give_back_run(run, lease, now=NOW)
    told = (status_of(run), status_of(run.export))
    claimed = claimed_at(NOW)

    assert given_back
    assert told == (Status.QUEUED, Status.QUEUED)
    assert claimed is not None
    assert (claimed[0].attempt, claimed[1].fence) == (1, 2)


def test_a_run_whose_account_another_program_uses_waits_a_little_and_lets_others_go(
    alice: Person, tmp_path: Path
) -> None:
    run, lease = stage_jobs.claimed_run(alice, *stage_jobs.exports(alice, tmp_path))

    run_work.give_back_run(run, lease, now=NOW, after=BUSY_AGAIN_AFTER)

    assert claimed_at(NOW + timedelta(seconds=4)) is None
    claimed = claimed_at(NOW + timedelta(seconds=5))
    assert claimed is not None
    assert claimed[0].attempt == 1


def test_a_held_plan_is_approved_by_its_digest_and_runs_without_reading_again(
    alice: Person, tmp_path: Path
) -> None:
    run = stage_jobs.held_run(alice, *stage_jobs.exports(alice, tmp_path))
    later = NOW + timedelta(days=2)

    operations.approve_plan(run=run, digest="digest1", password=PASSWORD, actor=alice, now=later)
    claimed = claimed_at(later)

    assert claimed is not None
    approved = claimed[0]
    assert (approved.pk, approved.approved_digest, approved.approved_by_name) == (
        run.pk, "digest1", "Alice"
    )  # fmt: skip
    assert (approved.started_at, approved.finished_at, approved.approved_at) == (later, None, later)
    assert Entry.objects.filter(action=Action.PLAN_APPROVED).count() == 1


def test_another_digest_approves_nothing(alice: Person, tmp_path: Path) -> None:
    run = stage_jobs.held_run(alice, *stage_jobs.exports(alice, tmp_path))

    with pytest.raises(UnsafePlan) as refused:
        operations.approve_plan(run=run, digest="digest2", password=PASSWORD, actor=alice, now=NOW)

    assert refused.value.code == "plan_not_held"
    assert status_of(run) == Status.NEEDS_APPROVAL


def test_a_plan_is_not_approved_while_a_newer_run_is_open(alice: Person, tmp_path: Path) -> None:
    one, *_ = stage_jobs.exports(alice, tmp_path)
    held = stage_jobs.held_run(alice, one)
    operations.run_exports(exports=[one], actor=alice, now=NOW)

    with pytest.raises(UnsafePlan):
        operations.approve_plan(run=held, digest="digest1", password=PASSWORD, actor=alice, now=NOW)


@pytest.mark.parametrize("status", [Status.SUCCESSFUL, Status.NEEDS_APPROVAL, Status.FAILED])
def test_a_newer_run_supersedes_a_held_plan(alice: Person, tmp_path: Path, status: Status) -> None:
    one, *_ = stage_jobs.exports(alice, tmp_path)
    held = stage_jobs.held_run(alice, one)
    run, lease = stage_jobs.claimed_run(alice, one)

    run_work.end_run(run, lease, RunEnd(status=status), now=NOW)

    held.refresh_from_db()
    assert (held.status, held.code) == (Status.CANCELED, "plan_superseded")
    assert (status_of(run), status_of(one)) == (status, status)


def test_a_mere_plan_supersedes_nothing(alice: Person, tmp_path: Path) -> None:
    one, *_ = stage_jobs.exports(alice, tmp_path)
    held = stage_jobs.held_run(alice, one)
    run, lease = stage_jobs.claimed_run(alice, one, RunKind.PLAN)

    run_work.end_run(run, lease, DONE, now=NOW)

    assert status_of(held) == Status.NEEDS_APPROVAL


def test_a_discarded_plan_is_over(alice: Person, vera: Person, tmp_path: Path) -> None:
    run = stage_jobs.held_run(alice, *stage_jobs.exports(alice, tmp_path))

    with pytest.raises(NotAllowed):
        operations.discard_plan(run=run, actor=vera, now=NOW)
    operations.discard_plan(run=run, actor=alice, now=NOW)

    run.refresh_from_db()
    assert (run.status, run.code, run.canceled_by_name) == (
        Status.CANCELED, "plan_discarded", "Alice"
    )  # fmt: skip
    assert status_of(run.export) == Status.CANCELED


def test_a_waiting_run_is_canceled_at_once(alice: Person, vera: Person, tmp_path: Path) -> None:
    run = stage_jobs.queued_run(alice, *stage_jobs.exports(alice, tmp_path))

    with pytest.raises(NotAllowed):
        operations.cancel_run(run=run, actor=vera, now=NOW)
    operations.cancel_run(run=run, actor=alice, now=NOW)

    run.refresh_from_db()
    assert (run.status, run.canceled_by_name, run.finished_at) == (Status.CANCELED, "Alice", NOW)
    assert claimed_at(NOW) is None
    assert Entry.objects.filter(action=Action.RUN_CANCELED).count() == 1


def test_an_older_run_does_not_speak_for_the_export_any_more(alice: Person, tmp_path: Path) -> None:
    one, *_ = stage_jobs.exports(alice, tmp_path)
    older = stage_jobs.held_run(alice, one)
    newer = stage_jobs.held_run(alice, one)

    tell_export(older, Status.FAILED, now=NOW)

    told = Export.objects.get(pk=one.pk)
    assert (told.last_run_id, told.last_status) == (newer.pk, Status.NEEDS_APPROVAL)


def test_a_failed_run_leaves_when_the_export_was_last_refreshed(
    alice: Person, tmp_path: Path
) -> None:
    one, *_ = stage_jobs.exports(alice, tmp_path)
    run_work.end_run(*stage_jobs.claimed_run(alice, one), DONE, now=NOW)
    later = NOW + timedelta(days=1)

    run, lease = stage_jobs.claimed_run(alice, one)
    run_work.end_run(run, lease, RunEnd(status=Status.FAILED), now=later)

    told = Export.objects.get(pk=one.pk)
    assert (told.refreshed_at, told.last_status, told.last_status_at) == (
        NOW, Status.FAILED, later
    )  # fmt: skip
