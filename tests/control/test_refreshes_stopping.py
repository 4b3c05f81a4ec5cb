"""Stopping what runs: it is said whether anything stopped, and only that is written down; the wait for approval."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from segue.control.audit.models import Action, Entry
from segue.control.exports.models import Export
from segue.control.people.models import Person
from segue.control.refreshes import operations
from segue.control.refreshes.models import Refresh, Run
from segue.control.statuses import Status
from tests.control import stage_runs
from tests.fakes.clocks import START
from tests.fixtures.people import PASSWORD


@pytest.fixture
def export(alice: Person, tmp_path: Path) -> Export:
    """Return an export of the VIPs."""
    return stage_runs.small_export(alice, tmp_path)


def _written(action: Action) -> int:
    return Entry.objects.filter(action=action).count()


def test_canceling_tells_whether_anything_was_canceled(export: Export, alice: Person) -> None:
    run = stage_runs.queued(alice, export)

    first = operations.cancel_run(run=run, actor=alice, now=START)
    second = operations.cancel_run(run=run, actor=alice, now=START)

    assert (first, second) == (True, False)
    assert _written(Action.RUN_CANCELED) == 1


def test_canceling_a_refresh_tells_whether_anything_was_canceled(
    export: Export, alice: Person
) -> None:
    refresh = stage_runs.queued(alice, export).refresh

    first = operations.cancel_refresh(refresh=refresh, actor=alice, now=START)
    second = operations.cancel_refresh(refresh=refresh, actor=alice, now=START)

    assert (first, second) == (True, False)
    assert _written(Action.REFRESH_CANCELED) == 1


def test_who_cancels_first_is_told_and_written_down(
    export: Export, alice: Person, bob: Person
) -> None:
    run = stage_runs.pushing(alice, export).run
    Refresh.objects.update(status=Status.PROCESSING)
    refresh = Refresh.objects.get()

    canceled = [operations.cancel_run(run=run, actor=one, now=START) for one in (alice, bob)]
    all_of_it = [
        operations.cancel_refresh(refresh=refresh, actor=one, now=START) for one in (alice, alice)
    ]

    assert (canceled, all_of_it) == ([True, True], [True, True])
    assert Run.objects.get(pk=run.pk).canceled_by_name == "Alice"
    assert _written(Action.RUN_CANCELED) == _written(Action.REFRESH_CANCELED) == 1


def test_discarding_tells_whether_the_plan_still_waited(export: Export, alice: Person) -> None:
    run = stage_runs.held(alice, export)

    first = operations.discard_plan(run=run, actor=alice, now=START)
    second = operations.discard_plan(run=run, actor=alice, now=START)

    assert (first, second) == (True, False)
    assert _written(Action.PLAN_DISCARDED) == 1


def test_a_discarded_plan_no_longer_speaks_of_approval(export: Export, alice: Person) -> None:
    run = stage_runs.held(alice, export)

    operations.discard_plan(run=run, actor=alice, now=START)

    kept = Run.objects.get(pk=run.pk)
    assert (kept.code, kept.message, kept.action) == ("plan_discarded", "", "")


def test_the_wait_for_approval_does_not_count_as_running(export: Export, alice: Person) -> None:
    run = stage_runs.held(alice, export)
    friday = START + timedelta(days=4)

    operations.approve_plan(run=run, digest=run.digest, password=PASSWORD, actor=alice, now=friday)
    begun = stage_runs.begun(now=friday + timedelta(minutes=1)).run

    assert (begun.status, begun.started_at) == (Status.PROCESSING, friday + timedelta(minutes=1))
