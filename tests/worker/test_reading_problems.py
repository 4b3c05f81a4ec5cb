"""What could not be read, through a worker: the status of sources and tasks, the number of the run, and the brake."""

from __future__ import annotations

import pytest

from segue.control.refreshes import operations, queries
from segue.control.refreshes.models import Refresh
from segue.control.sources.models import DataSource, ReadStatus
from segue.control.statuses import Status
from segue.sync.brakes import StopKind
from segue.sync.kinds import Skip
from tests.fixtures.people import PASSWORD
from tests.worker.shop import Shop, facts_of, fresh

pytestmark = pytest.mark.one_database


def spoil(shop: Shop, people: int) -> None:
    """Write the yes of so many people in a way that cannot be read."""
    file = shop.folder / "customers.csv"
    *kept, last = file.read_text(encoding="utf-8").rpartition("id,email")[2].splitlines()
    rows = [*kept, last]
    for place in range(1, people + 1):
        rows[-place] = rows[-place].replace(",true", ",perhaps")
    file.write_text("id,email" + "\n".join(rows) + "\n", encoding="utf-8")


def test_a_source_and_its_task_say_that_they_were_read_with_problems(shop: Shop) -> None:
    spoil(shop, 1)
    operations.refresh_data(actor=shop.alice, now=shop.now())

    shop.settle(shop.worker())

    source, refresh = DataSource.objects.get(), Refresh.objects.get()
    assert (source.status, source.problems) == (ReadStatus.READ_WITH_PROBLEMS, 1)
    assert {task.name: task.status for task in refresh.tasks.all()} == {
        "customers": Status.READ_WITH_PROBLEMS,
        "profiles": Status.SUCCESSFUL,
        "vip": Status.SUCCESSFUL,
        "newcomers": Status.SUCCESSFUL,
    }
    assert refresh.status == Status.SUCCESSFUL


def test_a_run_counts_what_it_stands_on_and_holds_back_whose_consent_could_not_be_read(
    shop: Shop,
) -> None:
    export = shop.export()
    spoil(shop, 2)

    (run,) = shop.run(export)
    shop.settle(shop.worker())

    plan = queries.plan_of(run)
    assert plan is not None
    assert facts_of([run]) == [(Status.SUCCESSFUL_WITH_SKIPS, "")]
    assert (fresh(run).unread, plan.skips) == (2, {Skip.NO_CONSENT: 2})
    assert [(one.loss.label, one.loss.lost) for one in plan.unread] == [("opted_in", 2)]
    assert shop.tagged(export) == {"Newcomers": 8}


def test_an_export_that_does_not_stand_on_it_runs_and_says_nothing(shop: Shop) -> None:
    export = shop.export(consent_attribute="", attestation="Asked at the counter")
    spoil(shop, 10)

    (run,) = shop.run(export)
    shop.settle(shop.worker())

    plan = queries.plan_of(run)
    assert plan is not None
    assert facts_of([run]) == [(Status.SUCCESSFUL, "")]
    assert (fresh(run).unread, plan.unread, plan.unread_elsewhere) == (0, [], 10)


def test_too_much_of_it_waits_until_somebody_approves_and_then_no_more(shop: Shop) -> None:
    export = shop.export()
    spoil(shop, 10)
    (run,) = shop.run(export)
    shop.settle(shop.worker())

    plan, held = queries.plan_of(run), fresh(run)
    assert plan is not None
    assert facts_of([run]) == [(Status.NEEDS_APPROVAL, "plan_needs_approval")]
    assert [(s.kind, s.subject, s.count, s.total) for s in plan.stops] == [
        (StopKind.VALUES_UNREAD, "opted_in", 10, 16)
    ]
    assert held.unread == 10
    operations.approve_plan(
        run=held, digest=held.digest, password=PASSWORD, actor=shop.alice, now=shop.now()
    )
    shop.settle(shop.worker())
    assert facts_of([run]) == [(Status.SUCCESSFUL_WITH_SKIPS, "")]

    (later,) = shop.run(export)
    shop.settle(shop.worker())
    assert facts_of([later]) == [(Status.SUCCESSFUL_WITH_SKIPS, "")]
    assert shop.tagged(export) == {}


def test_a_file_of_another_form_waits_however_often_it_is_read_again(shop: Shop) -> None:
    export = shop.export()
    shop.run(export)
    shop.settle(shop.worker())
    file = shop.folder / "customers.csv"
    file.write_text(file.read_text(encoding="utf-8").replace(",", ";"), encoding="utf-8")
    operations.refresh_data(actor=shop.alice, now=shop.now())
    shop.settle(shop.worker())
    operations.refresh_data(actor=shop.alice, now=shop.now(), read_again=True)
    shop.settle(shop.worker())

    (run,) = shop.run(export)
    shop.settle(shop.worker())

    plan = queries.plan_of(run)
    assert plan is not None
    assert [(s.kind, s.subject, s.before, s.after) for s in plan.stops] == [
        (StopKind.SEPARATOR_CHANGED, "customers", ",", ";")
    ]
    assert facts_of([run]) == [(Status.NEEDS_APPROVAL, "plan_needs_approval")]
