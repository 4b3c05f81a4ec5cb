"""A schedule that comes round is carried out by the worker, from the data to the audience; what was missed runs once."""

from __future__ import annotations

from datetime import time, timedelta

from segue.control.exports import operations as exports
from segue.control.recurrence import Every, Recurrence
from segue.control.refreshes import operations
from segue.control.refreshes.models import Refresh, Run, Scope, Trigger
from segue.control.statuses import Status
from tests.worker.shop import Shop, fresh

LONG_AGO = timedelta(days=3)
"""Since when a schedule has been on: it came round three times while no worker ran."""


def daily(shop: Shop) -> Recurrence:
    """Return a schedule that does not come round once more while a test runs."""
    far = shop.now() + timedelta(hours=12)
    return Recurrence(every=Every.DAY, time_zone="UTC", times=(time(far.hour, far.minute),))


def test_a_scheduled_refresh_that_is_due_runs_every_export_that_runs_with_it_once(
    shop: Shop,
) -> None:
    with_it, on_demand = shop.export(1), shop.export(2)
    before = shop.now() - LONG_AGO
    exports.switch_schedules(exports=[on_demand], is_on=False, actor=shop.alice, now=before)
    operations.set_system_schedule(is_on=True, recurrence=daily(shop), actor=shop.alice, now=before)

    shop.settle(shop.worker())

    refresh = Refresh.objects.get()
    assert (refresh.scope, refresh.trigger, refresh.status) == (
        Scope.WHOLE, Trigger.SCHEDULE, Status.SUCCESSFUL
    )  # fmt: skip
    assert [(run.export_id, run.status) for run in Run.objects.all()] == [
        (with_it.pk, Status.SUCCESSFUL)
    ]
    assert shop.tagged(with_it) == {"Newcomers": 10}
    assert shop.tagged(on_demand) == {}


def test_an_export_s_own_schedule_that_is_due_runs_it_alone(shop: Shop) -> None:
    own, other = shop.export(1), shop.export(2)
    exports.define_schedules(
        exports=[own],
        is_on=True,
        recurrence=daily(shop),
        actor=shop.alice,
        now=shop.now() - LONG_AGO,
    )

    shop.settle(shop.worker())

    refresh = Refresh.objects.get()
    assert (refresh.scope, refresh.trigger) == (Scope.EXPORTS, Trigger.EXPORT_SCHEDULE)
    assert fresh(own).last_status == Status.SUCCESSFUL
    assert fresh(other).last_status == Status.NOT_STARTED
    assert fresh(own).next_run_at > shop.now()
    assert (shop.tagged(own), shop.tagged(other)) == ({"Newcomers": 10}, {})
