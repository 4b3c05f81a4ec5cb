"""Held plans: what tripped, who approves, exactly which plan; discarding; canceling."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from django.test import Client

from segue.control.audit.models import Action, Entry
from segue.control.exports.models import Export
from segue.control.people.models import Person
from segue.control.refreshes import papers
from segue.control.refreshes.models import Run
from segue.control.statuses import Status
from segue.sync.brakes import Stop, StopKind
from segue.sync.plan import Plan
from tests.control import stage_runs
from tests.fakes.clocks import START, PageClock
from tests.fixtures.people import PASSWORD
from tests.web.pages import seen

Browse = Callable[[Person | None], Client]


@pytest.fixture
def export(alice: Person, tmp_path: Path) -> Export:
    """Return an export of the VIPs."""
    return stage_runs.small_export(alice, tmp_path)


@pytest.fixture
def held(export: Export, alice: Person) -> Run:
    """Return a run whose plan waits for approval."""
    return stage_runs.held(alice, export)


def _actions() -> list[str]:
    return list(Entry.objects.filter(subject_kind="run").values_list("action", flat=True))


def test_a_held_plan_says_what_tripped_and_the_way_out(
    held: Run, bob: Person, browse: Browse
) -> None:
    page = seen(browse(bob).get(f"/runs/{held.pk}/"))

    assert "This plan waits for approval" in page
    assert "6,000 of 20,000 people would lose tags (limit 20%)." in page
    assert "If so many are meant to lose tags, approve the plan." in page
    assert "Approve these 18,204 changes" in page


@pytest.mark.parametrize("typed", ["18204", "18,204", " 18 204 ", "18\u202f204", "18.204"])
def test_whoever_types_the_number_approves_exactly_this_plan(
    typed: str, held: Run, bob: Person, browse: Browse
) -> None:
    answer = browse(bob).post(
        f"/runs/{held.pk}/approve/", {"digest": held.digest, "count": typed, "password": PASSWORD}
    )

    run = Run.objects.get(pk=held.pk)
    assert answer["Location"] == f"/runs/{held.pk}/"
    assert (run.status, run.approved_digest, run.approved_by_name) == (
        Status.QUEUED,
        held.digest,
        "Bob",
    )
    assert _actions() == [Action.PLAN_APPROVED]


@pytest.mark.parametrize("typed", ["", "18203", "yes", "-18204"])
def test_another_number_approves_nothing(
    typed: str, held: Run, bob: Person, browse: Browse
) -> None:
    answer = browse(bob).post(
        f"/runs/{held.pk}/approve/", {"digest": held.digest, "count": typed, "password": PASSWORD}
    )

    assert answer.status_code == 422
    assert Run.objects.get(pk=held.pk).status == Status.NEEDS_APPROVAL
    assert _actions() == []


def test_a_wrong_number_is_told_beside_the_field(held: Run, bob: Person, browse: Browse) -> None:
    answer = browse(bob).post(
        f"/runs/{held.pk}/approve/", {"digest": held.digest, "count": "12", "password": PASSWORD}
    )

    assert "Type the number of changes * This plan has 18,204 changes." in seen(answer)


def test_a_plan_that_changed_since_is_not_approved_unseen(
    held: Run, bob: Person, browse: Browse
) -> None:
    answer = browse(bob).post(
        f"/runs/{held.pk}/approve/", {"digest": "older", "count": "17000", "password": PASSWORD}
    )

    assert answer.status_code == 422
    assert "it is another one by now. Look at the run again and approve what it shows." in seen(
        answer
    )
    assert Run.objects.get(pk=held.pk).status == Status.NEEDS_APPROVAL


def test_a_plan_is_not_approved_twice(held: Run, bob: Person, browse: Browse) -> None:
    browser, entered = browse(bob), {"digest": held.digest, "count": "18204", "password": PASSWORD}
    browser.post(f"/runs/{held.pk}/approve/", entered)

    answer = browser.post(f"/runs/{held.pk}/approve/", entered)

    assert answer.status_code == 422
    assert "This plan no longer waits for approval" in seen(answer)
    assert _actions() == [Action.PLAN_APPROVED]


def test_a_run_that_found_another_plan_than_the_approved_one_says_so(
    held: Run, alice: Person, browse: Browse
) -> None:
    Run.objects.filter(pk=held.pk).update(code="plan_changed", message="The plan is another.")

    page = seen(browse(alice).get(f"/runs/{held.pk}/"))

    assert "The plan is no longer the one that was approved; nothing was written." in page


def test_a_viewer_sees_a_held_plan_and_no_button(held: Run, vera: Person, browse: Browse) -> None:
    page = browse(vera).get(f"/runs/{held.pk}/")

    assert "Whoever may run this export approves or discards the plan." in seen(page)
    assert "/approve/" not in page.content.decode()
    assert "/discard/" not in page.content.decode()


def test_a_contributor_without_the_connection_cannot_approve(
    held: Run, bob: Person, browse: Browse
) -> None:
    held.export.connection.is_shared = False  # type: ignore[union-attr]
    held.export.connection.save()  # type: ignore[union-attr]

    answer = browse(bob).post(
        f"/runs/{held.pk}/approve/", {"digest": held.digest, "count": "18204", "password": PASSWORD}
    )

    assert answer.status_code == 403
    assert Run.objects.get(pk=held.pk).status == Status.NEEDS_APPROVAL


def test_a_plan_over_the_limit_cannot_be_approved(
    export: Export, alice: Person, browse: Browse
) -> None:
    over = Stop(
        kind=StopKind.PROFILE_LIMIT,
        subject="vip_newsletter",
        count=1_204_000,
        total=1_204_000,
        threshold=1_000_000,
        approvable=False,
    )
    run = stage_runs.held(alice, export, of=stage_runs.plan(stops=(over,)))

    page = browse(alice).get(f"/runs/{run.pk}/")

    assert "its limit is 1,000,000. No approval lifts this." in seen(page)
    assert "This plan cannot be approved." in seen(page)
    assert "/approve/" not in page.content.decode()


def test_discarding_ends_the_run_and_writes_nothing(held: Run, bob: Person, browse: Browse) -> None:
    browser = browse(bob)

    answer = browser.post(f"/runs/{held.pk}/discard/", follow=True)

    run = Run.objects.get(pk=held.pk)
    assert (run.status, run.code, run.accepted) == (Status.CANCELED, "plan_discarded", 0)
    assert "The plan is discarded. Nothing was written." in seen(answer)
    assert "The plan was discarded; nothing was written. The next run plans anew." in seen(answer)
    assert _actions() == [Action.PLAN_DISCARDED]


def test_what_no_longer_waits_is_not_discarded(
    export: Export, alice: Person, browse: Browse
) -> None:
    run = stage_runs.successful(alice, export)

    answer = browse(alice).post(f"/runs/{run.pk}/discard/", follow=True)

    assert "This plan no longer waits for approval." in seen(answer)
    assert Run.objects.get(pk=run.pk).status == Status.SUCCESSFUL_WITH_SKIPS
    assert _actions() == []


def test_canceling_says_first_what_it_means(export: Export, alice: Person, browse: Browse) -> None:
    run = stage_runs.pushing(alice, export).run

    page = seen(browse(alice).get(f"/runs/{run.pk}/cancel/"))

    assert (
        "Afterwards two numbers are told: who was not sent, and who was sent without an answer that is known."
        in page
    )


def test_a_run_at_work_is_canceled_by_its_worker(
    export: Export, alice: Person, browse: Browse
) -> None:
    run = stage_runs.pushing(alice, export).run
    PageClock.at = START + timedelta(minutes=1)

    answer = browse(alice).post(f"/runs/{run.pk}/cancel/", follow=True)

    kept = Run.objects.get(pk=run.pk)
    assert (kept.status, kept.cancel_requested_at) == (Status.PROCESSING, PageClock.at)
    assert "Processing being canceled" in seen(answer)
    assert "Cancel run" not in seen(answer)
    assert "Cancel refresh" in _refresh_page(run, alice, browse)
    browse(alice).post(f"/system/refreshes/{run.refresh_id}/cancel/")
    assert "Cancel refresh" not in _refresh_page(run, alice, browse)
    assert _actions() == [Action.RUN_CANCELED]


def _refresh_page(run: Run, reader: Person, browse: Browse) -> str:
    return seen(browse(reader).get(f"/system/refreshes/{run.refresh_id}/"))


def test_a_waiting_run_is_canceled_at_once(export: Export, alice: Person, browse: Browse) -> None:
    run = stage_runs.queued(alice, export)

    browse(alice).post(f"/runs/{run.pk}/cancel/")

    assert Run.objects.get(pk=run.pk).status == Status.CANCELED


def test_what_is_over_is_not_canceled(export: Export, alice: Person, browse: Browse) -> None:
    run = stage_runs.successful(alice, export)

    answer = browse(alice).post(f"/runs/{run.pk}/cancel/", follow=True)

    assert "The run was over already." in seen(answer)
    assert _actions() == []


def test_a_pane_that_cancels_sends_the_page_along(
    export: Export, alice: Person, browse: Browse
) -> None:
    run = stage_runs.queued(alice, export)

    answer = browse(alice).post(
        f"/runs/{run.pk}/cancel/", headers={"HX-Request": "true", "HX-Target": "pane"}
    )

    assert (answer.status_code, answer["HX-Redirect"]) == (204, f"/runs/{run.pk}/")


def test_a_held_plan_is_told_in_french(held: Run, alice: Person, browse: Browse) -> None:
    alice.language = "fr"
    alice.save()

    page = seen(browse(alice).get(f"/runs/{held.pk}/"))
    answer = browse(alice).post(
        f"/runs/{held.pk}/approve/", {"digest": held.digest, "count": "1", "password": PASSWORD}
    )

    assert "6 000 personnes sur 20 000 perdraient des étiquettes (limite 20 %)." in page
    assert "Approuver ces 18 204 modifications" in page
    assert "Ce plan comporte 18 204 modifications." in seen(answer)


def test_a_plan_that_a_brake_would_hold_is_run_by_whoever_types_its_number(
    export: Export, alice: Person, bob: Person, browse: Browse
) -> None:
    planned = stage_runs.planned(alice, export)
    _keeps(planned, stage_runs.held_plan())
    client = browse(bob)

    page = seen(client.get(f"/runs/{planned.pk}/"))
    wrong = client.post(
        f"/runs/{planned.pk}/approve/", {"digest": "d1g35t", "count": "1", "password": PASSWORD}
    )
    none_yet = Run.objects.filter(kind="export").exists()
    answer = client.post(
        f"/runs/{planned.pk}/approve/", {"digest": "d1g35t", "count": "18204", "password": PASSWORD}
    )

    run = Run.objects.get(kind="export")
    assert "A brake would hold it, so that running it approves it:" in page
    assert "Run this plan (18,204 changes)" in page
    assert (wrong.status_code, none_yet) == (422, False)
    assert answer["Location"] == f"/runs/{run.pk}/"
    assert (run.status, run.approved_digest, run.approved_by_name) == (
        Status.QUEUED,
        "d1g35t",
        "Bob",
    )
    assert run.approved_at == run.created_at
    assert _actions() == [Action.PLAN_APPROVED]


def test_a_plan_that_no_brake_holds_runs_at_one_click_and_only_once(
    export: Export, alice: Person, bob: Person, vera: Person, browse: Browse
) -> None:
    planned = stage_runs.planned(alice, export)
    client, entered = browse(bob), {"digest": "d1g35t"}

    refused = browse(vera).post(f"/runs/{planned.pk}/approve/", entered)
    client.post(f"/runs/{planned.pk}/approve/", entered)
    twice = client.post(f"/runs/{planned.pk}/approve/", entered)

    assert "Run this plan" not in seen(browse(vera).get(f"/runs/{planned.pk}/"))
    assert (refused.status_code, twice.status_code) == (403, 422)
    assert "This is queued or running already." in seen(twice)
    assert Run.objects.filter(kind="export").count() == 1


def _keeps(run: Run, plan: Plan) -> None:
    papers.keep_plan(run, plan, ())
