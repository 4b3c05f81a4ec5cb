"""A worker writes nothing from an installation that may not be the real one, whoever asks; a person decides once."""

from __future__ import annotations

from typing import Any

import pytest
from django.utils.translation import override

from segue.control.audit.models import Action, Entry
from segue.control.identity.models import DatabaseMark
from segue.control.notices.models import Notice
from segue.control.notices.sentences import said
from segue.control.notices.watching import observe
from segue.control.refreshes import operations, queries
from segue.control.refreshes.models import Run, RunKind
from segue.control.statuses import Status
from segue.service.deciding import Decision
from segue.service.identity import kept_identity
from segue.service.this_installation import decide_here
from segue.sync.brakes import StopKind
from tests.fixtures.people import PASSWORD
from tests.worker.shop import Shop, facts_of, fresh

WAITS = (Status.NEEDS_APPROVAL, "installation_undecided")


@pytest.fixture
def export(shop: Shop) -> Any:
    """Return an export that ran once, and will have more to write."""
    found = shop.export()
    ended(shop, shop.run(found))
    shop.people(13)
    operations.refresh_data(actor=shop.alice, now=shop.now())
    shop.settle(shop.worker())
    shop.sandbox.reset_calls()
    return found


def ended(shop: Shop, runs: list[Run]) -> list[tuple[str, str]]:
    shop.settle(shop.worker())
    return facts_of(runs)


def stops(run: Run) -> list[StopKind]:
    plan = queries.plan_of(run)
    assert plan is not None
    return [stop.kind for stop in plan.stops]


def decide(shop: Shop, decision: Decision) -> None:
    decide_here(decision, actor=shop.alice, password=PASSWORD, now=shop.now())


def test_the_first_run_stamps_its_audience_and_records_the_database(
    shop: Shop, export: Any
) -> None:
    identity = kept_identity(shop.home)

    assert identity is not None
    assert identity.place.database == DatabaseMark.objects.get().mark
    assert shop.stamps(export) == [identity.id]
    assert shop.tagged(export) == {"Newcomers": 10}


def test_another_database_holds_every_run_is_told_and_no_approval_lifts_it(
    shop: Shop, export: Any
) -> None:
    DatabaseMark.objects.update(mark="another")
    (run,) = shop.run(export)
    assert ended(shop, [run]) == [WAITS]
    held = fresh(run)
    operations.approve_plan(
        run=held, digest=held.digest, password=PASSWORD, actor=shop.alice, now=shop.now()
    )
    assert ended(shop, [run]) == [WAITS]
    observe(shop.now())

    assert stops(run) == [StopKind.INSTALLATION_DATABASE]
    assert shop.sandbox.writes == []
    notice = Notice.objects.get()
    with override("fr"):
        french = said(notice, now=shop.now())
    assert "System › Installation" in said(notice, now=shop.now()).advice
    assert "Il n’est pas sûr que cette installation soit la vraie." in french.reason

    decide(shop, Decision.THIS_ONE)
    (again,) = shop.run(export)

    assert ended(shop, [again]) == [(Status.SUCCESSFUL, "")]
    assert Entry.objects.filter(action=Action.INSTALLATION_DECIDED).count() == 1


@pytest.mark.one_database
def test_a_moved_folder_holds_and_goes_on_once_somebody_decided(
    shop: Shop, export: Any, settings: Any
) -> None:
    settings.SEGUE_HOME = shop.home.rename(shop.home.parent / "moved")
    (run,) = shop.run(export)
    assert ended(shop, [run]) == [WAITS]
    assert shop.sandbox.writes == []

    decide(shop, Decision.THIS_ONE)
    (again,) = shop.run(export)

    assert ended(shop, [again]) == [(Status.SUCCESSFUL, "")]
    assert len(shop.stamps(export)) == 1


@pytest.mark.one_database
def test_the_name_of_the_host_is_compared_and_the_setting_gives_it(
    shop: Shop, export: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SEGUE_HOST", "staging")
    (run,) = shop.run(export)

    assert ended(shop, [run]) == [WAITS]
    assert stops(run) == [StopKind.INSTALLATION_HOST]
    assert shop.sandbox.writes == []


@pytest.mark.one_database
def test_a_copy_never_writes_to_the_audiences_that_it_was_copied_with(
    shop: Shop, export: Any, settings: Any
) -> None:
    settings.SEGUE_HOME = shop.home.rename(shop.home.parent / "copy")
    decide(shop, Decision.A_COPY)
    second = shop.export(2)
    runs = shop.run(export) + shop.run(second)

    assert ended(shop, runs) == [WAITS, (Status.SUCCESSFUL, "")]
    assert shop.tagged(export)["Newcomers"] == 10


@pytest.mark.one_database
def test_a_held_plan_that_was_asked_for_says_why_and_fails_nothing(shop: Shop, export: Any) -> None:
    DatabaseMark.objects.update(mark="another")
    (run,) = shop.run(export, kind=RunKind.PLAN)

    assert ended(shop, [run]) == [(Status.SUCCESSFUL, "")]
    assert stops(run) == [StopKind.INSTALLATION_DATABASE]
