"""What stops a run in the middle of its push stops it at once, and the next run does the rest and no more."""

from __future__ import annotations

from math import ceil
from typing import Any

import pytest

from mailchimp_sandbox.faults import Fault
from segue.control.exports import operations as export_operations
from segue.control.exports.models import Export
from segue.control.people.models import Person
from segue.control.refreshes import operations, queries, run_work
from segue.control.refreshes.models import Refresh, Run
from segue.control.statuses import Status
from segue.worker.worker import Worker
from tests.control.stage_jobs import taken_over
from tests.fixtures.forms import long_but
from tests.patience import AT_ONCE_S, HANGS_S
from tests.worker.shop import Shop, facts_of, fresh, wait_for

PEOPLE = 5_500
FIRST_WAVE = 9
"""Calls that a run has under way at once; each takes 500 people."""


def in_a_push(shop: Shop, export: Export) -> tuple[Worker, Run]:
    """Return a worker whose push has people accepted and calls under way that will not end soon."""
    shop.people(PEOPLE)
    shop.sandbox.set_latency(0.05)
    shop.sandbox.add_fault(
        Fault(
            kind="slow",
            method="POST",
            path_pattern="/lists/{list_id}",
            seconds=HANGS_S,  # one that is abandoned goes on at Mailchimp, and is carried out in the end
            after=FIRST_WAVE,
            times=None,
        )
    )
    (run,) = shop.run(export)
    worker = shop.worker()
    wait_for(lambda: worker.turn() and fresh(run).accepted == FIRST_WAVE * 500)
    return worker, run


def stopped_at_once(worker: Worker, run: Run) -> Run:
    """Wait until the worker has stopped, which is long before its calls would end, and return the run's row."""
    assert worker.wait(AT_ONCE_S)
    found: Run = fresh(run)
    return found


def batches(shop: Shop) -> int:
    return sum(1 for call in shop.sandbox.writes if call.template == "/lists/{list_id}")


def the_rest_is_sent(shop: Shop, export: Export, accepted: int) -> None:
    """Let the export run again, and see that everybody is there and nobody who was acknowledged was sent again."""
    shop.sandbox.clear_faults()
    wait_for(lambda: batches(shop) == ceil(PEOPLE / 500))
    shop.sandbox.reset_calls()
    (run,) = shop.run(export)

    shop.settle(shop.worker())

    found = fresh(run)
    assert (found.status, found.to_send, found.accepted) == (
        Status.SUCCESSFUL, PEOPLE - accepted, PEOPLE - accepted
    )  # fmt: skip
    assert batches(shop) == ceil((PEOPLE - accepted) / 500)
    assert shop.tagged(export) == {"Newcomers": PEOPLE}
    assert shop.statuses(export) == {"subscribed": PEOPLE}


def test_a_canceled_push_stops_at_once_and_the_next_run_does_the_rest(
    shop: Shop,
) -> None:
    export = shop.export()
    worker, run = in_a_push(shop, export)

    operations.cancel_run(run=run, actor=shop.alice, now=shop.now())
    found = stopped_at_once(worker, run)

    assert (found.status, found.code, found.canceled_by_name) == (
        Status.CANCELED, "run_canceled", "Alice"
    )  # fmt: skip
    assert (found.accepted, found.not_sent, found.unknown) == (4_500, 0, 1_000)
    report = queries.report_of(run)
    assert report is not None
    assert report.outcomes.accepted == 4_500
    worker.turn()
    assert Refresh.objects.get().status == Status.CANCELED
    assert fresh(export).last_status == Status.CANCELED
    the_rest_is_sent(shop, export, accepted=4_500)


@pytest.mark.one_database
def test_a_canceled_push_whose_last_calls_are_answered_in_time_has_sent_everything(
    shop: Shop, settings: Any
) -> None:
    settings.SEGUE_CANCEL_WAIT_S = HANGS_S
    worker, run = in_a_push(shop, shop.export())

    operations.cancel_run(run=run, actor=shop.alice, now=shop.now())
    (job,) = worker._runs.values()
    wait_for(lambda: job.beat.permit.reason is not None)
    shop.sandbox.clear_faults()
    found = stopped_at_once(worker, run)

    assert (found.status, found.accepted, found.not_sent, found.unknown) == (
        Status.SUCCESSFUL, 5_500, 0, 0
    )  # fmt: skip


def _remove(shop: Shop, run: Run) -> None:
    export_operations.remove(exports=[run.export], actor=shop.alice, now=shop.now())


def _remove_connection(shop: Shop, run: Run) -> None:
    fates = {run.export_id: export_operations.Fate.DETACH}
    export_operations.remove_connection(
        connection=shop.connections[0], fates=fates, actor=shop.alice, now=shop.now()
    )


def _deactivate(shop: Shop, run: Run) -> None:
    Person.objects.filter(pk=shop.alice.pk).update(is_active=False)


@pytest.mark.one_database
@pytest.mark.parametrize(
    ("change", "status", "code"),
    long_but(
        [
            (_remove, Status.CANCELED, "export_removed"),
            (_remove_connection, Status.CANCELED, "export_detached"),
            (_deactivate, Status.FAILED, "export_user_gone"),
        ],
        _remove,
        _deactivate,
    ),
)
def test_what_takes_the_ground_away_from_a_run_stops_its_transfers_at_once(
    shop: Shop, change: Any, status: Status, code: str
) -> None:
    worker, run = in_a_push(shop, shop.export())
    before = batches(shop)

    change(shop, run)
    found = stopped_at_once(worker, run)
    worker.turn()

    assert (found.status, found.code, found.accepted) == (status, code, 4_500)
    assert found.message
    assert before == batches(shop) == FIRST_WAVE
    assert worker.is_idle


def test_a_worker_that_loses_the_run_sends_nothing_more_and_its_word_does_not_count(
    shop: Shop,
) -> None:
    export = shop.export()
    worker, run = in_a_push(shop, export)

    taken = None
    while taken is None:  # a heartbeat may come in between
        taken = taken_over(run_work.claim_run, now=shop.now(), owner="another")
    found = stopped_at_once(worker, run)

    assert (found.status, found.owner, found.fence) == (Status.PROCESSING, "another", 2)
    assert batches(shop) == FIRST_WAVE
    assert run_work.give_back_run(*taken, now=shop.now())
    shop.sandbox.clear_faults()
    shop.settle(shop.worker())
    assert facts_of([run]) == [(Status.SUCCESSFUL, "")]
    assert fresh(run).accepted == PEOPLE - 4_500
    assert shop.statuses(export) == {"subscribed": PEOPLE}


def test_a_worker_that_ends_gives_its_run_back_and_another_goes_on_at_once(shop: Shop) -> None:
    export = shop.export()
    worker, run = in_a_push(shop, export)

    gave_all_back = worker.end(AT_ONCE_S)
    given_back = fresh(run)
    worker.turn()

    assert gave_all_back
    assert (given_back.status, given_back.owner, given_back.retry_at, given_back.attempt) == (
        Status.QUEUED, "", None, 1
    )  # fmt: skip
    assert fresh(run).status == Status.QUEUED
    shop.sandbox.clear_faults()
    shop.settle(shop.worker())
    assert facts_of([run]) == [(Status.SUCCESSFUL, "")]
    assert fresh(run).accepted == PEOPLE - 4_500
    assert shop.statuses(export) == {"subscribed": PEOPLE}


@pytest.mark.one_database
def test_progress_is_told_while_a_push_goes_on(shop: Shop) -> None:
    worker, run = in_a_push(shop, shop.export())

    found = fresh(run)
    worker.end(AT_ONCE_S)

    assert (found.status, found.step, found.to_send, found.accepted) == (
        Status.PROCESSING, "push", PEOPLE, 4_500
    )  # fmt: skip
    assert found.connections_in_use == 2
    assert found.started_at <= found.push_started_at <= found.step_at
    plan = queries.plan_of(run)
    assert plan is not None
    assert plan.writes == PEOPLE
