"""The first run of an export waits for approval, whatever starts it: a person, "run all", a schedule, a repeated attempt."""

from __future__ import annotations

from datetime import time, timedelta
from typing import Any

import pytest

from mailchimp_sandbox.faults import Fault
from segue.control.audit.models import Action, Entry
from segue.control.exports.models import Export, FirstRun
from segue.control.notices.models import Notice
from segue.control.notices.watching import observe
from segue.control.recurrence import Every, Recurrence
from segue.control.refreshes import operations, queries
from segue.control.refreshes.models import Run, RunKind
from segue.control.statuses import Status
from segue.sync.brakes import StopKind
from tests.fixtures.people import PASSWORD
from tests.worker.shop import Shop, facts_of, fresh

ASKED = (Status.NEEDS_APPROVAL, "first_run_needs_approval")


def new(shop: Shop, number: int = 1, **changes: Any) -> Export:
    """Add an export whose first run waits, as a new one does unless somebody says otherwise."""
    return shop.export(number, first_run=FirstRun.APPROVE, **changes)


def approve(shop: Shop, run: Run) -> None:
    held = fresh(run)
    operations.approve_plan(
        run=held, digest=held.digest, password=PASSWORD, actor=shop.alice, now=shop.now()
    )


def test_it_waits_with_its_plan_is_told_once_and_runs_once_it_is_approved(shop: Shop) -> None:
    export = new(shop)
    (run,) = shop.run(export)
    shop.settle(shop.worker())
    for _ in range(2):
        observe(shop.now())

    plan = queries.plan_of(run)
    assert facts_of([run]) == [ASKED]
    assert plan is not None
    assert [(stop.kind, stop.count) for stop in plan.stops] == [(StopKind.FIRST_RUN, 10)]
    assert shop.sandbox.writes == []
    notice = Notice.objects.get()
    assert (notice.kind, notice.values) == ("needs_approval", {"changes": 10})

    approve(shop, run)
    shop.settle(shop.worker())
    observe(shop.now())

    assert facts_of([run]) == [(Status.SUCCESSFUL, "")]
    assert shop.tagged(export) == {"Newcomers": 10}
    assert fresh(notice).resolved_at is not None


@pytest.mark.one_database
def test_later_runs_ask_nobody(shop: Shop) -> None:
    export = new(shop)
    (first,) = shop.run(export)
    shop.settle(shop.worker())
    approve(shop, first)
    shop.settle(shop.worker())
    shop.people(12)

    (second,) = shop.run(export)
    shop.settle(shop.worker())

    assert facts_of([second]) == [(Status.SUCCESSFUL, "")]
    assert shop.tagged(export) == {"Newcomers": 12}


@pytest.mark.one_database
def test_run_all_starts_nothing_that_never_ran(shop: Shop) -> None:
    asked, free = new(shop, 1), shop.export(2)

    operations.run_all(actor=shop.alice, now=shop.now())
    shop.settle(shop.worker())

    runs = Run.objects.order_by("export_id")
    assert facts_of(runs) == [ASKED, (Status.SUCCESSFUL, "")]
    assert (shop.tagged(asked), shop.tagged(free)) == ({}, {"Newcomers": 10})


def test_a_schedule_starts_nothing_that_never_ran(shop: Shop) -> None:
    export = new(shop)
    far = shop.now() + timedelta(hours=12)
    daily = Recurrence(every=Every.DAY, time_zone="UTC", times=(time(far.hour, far.minute),))
    operations.set_system_schedule(
        is_on=True, recurrence=daily, actor=shop.alice, now=shop.now() - timedelta(days=3)
    )

    shop.settle(shop.worker())

    assert facts_of(Run.objects.all()) == [ASKED]
    assert fresh(export).last_status == Status.NEEDS_APPROVAL
    assert shop.sandbox.writes == []


@pytest.mark.one_database
def test_a_plan_only_tells_that_it_would_be_the_first_run(shop: Shop) -> None:
    (run,) = shop.run(new(shop), kind=RunKind.PLAN)

    shop.settle(shop.worker())

    plan = queries.plan_of(run)
    assert facts_of([run]) == [(Status.SUCCESSFUL, "")]
    assert plan is not None
    assert [stop.kind for stop in plan.stops] == [StopKind.FIRST_RUN]


@pytest.mark.one_database
@pytest.mark.parametrize("after", [0, 1])
def test_an_attempt_that_goes_on_after_a_failure_asks_nobody_again(shop: Shop, after: int) -> None:
    shop.people(700)
    export = new(shop)
    (run,) = shop.run(export)
    shop.settle(shop.worker())
    fault = {"kind": "401", "method": "POST", "path_pattern": "/lists/{list_id}"}
    shop.sandbox.add_fault(Fault(**fault, after=after, times=None))
    approve(shop, run)
    shop.settle(shop.worker())
    assert fresh(run).status == Status.FAILED
    shop.sandbox.clear_faults()
    connection = shop.connections[0]
    type(connection).objects.filter(pk=connection.pk).update(health="healthy", health_code="")

    (next_run,) = shop.run(export)
    shop.settle(shop.worker())

    assert facts_of([next_run]) == [(Status.SUCCESSFUL, "")]
    assert shop.tagged(export) == {"Newcomers": 700}


@pytest.mark.one_database
def test_another_brake_beside_it_is_never_passed_by_standing_consent(shop: Shop) -> None:
    shop.people(40)
    export = new(shop)
    (first,) = shop.run(export)
    shop.settle(shop.worker())
    approve(shop, first)
    shop.settle(shop.worker())
    (second,) = shop.run(export)
    shop.settle(shop.worker())
    shop.people(5)

    (third,) = shop.run(export)
    shop.settle(shop.worker())

    assert facts_of([second, third]) == [
        (Status.SUCCESSFUL, ""),
        (Status.NEEDS_APPROVAL, "plan_needs_approval"),
    ]


def test_a_free_first_run_is_on_record(shop: Shop) -> None:
    shop.export()

    added = Entry.objects.get(action=Action.EXPORT_ADDED)

    assert added.details["first_run"] == "free"
