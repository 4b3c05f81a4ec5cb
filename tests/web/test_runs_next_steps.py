"""A run that did not go well leads somewhere: the failing step, the cause by its name, and what can be done at once."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from django.test import Client

from segue.control.exports.models import Export
from segue.control.people.models import Person
from segue.control.refreshes import run_work
from segue.control.refreshes.models import Refresh, Run
from segue.control.segments.models import Segment
from segue.control.statuses import Status
from segue.core.errors import ConfigurationProblem
from segue.sync.brakes import Stop, StopKind
from segue.sync.report import RunStatus
from tests.control import stage_runs
from tests.fakes.clocks import START, PageClock
from tests.web.pages import seen

Browse = Callable[[Person | None], Client]
_REVOKED = run_work.RunEnd(status=Status.FAILED, code="connection_revoked", message="No more.")


@pytest.fixture
def export(alice: Person, tmp_path: Path) -> Export:
    """Return an export of the VIPs."""
    return stage_runs.small_export(alice, tmp_path)


def failed(alice: Person, export: Export, code: str) -> Run:
    """Return a run that went through all its steps, and whose sending failed."""
    work = stage_runs.pushing(alice, export)
    said = stage_runs.report(status=RunStatus.FAILED, problem=code)
    end = run_work.RunEnd(status=Status.FAILED, code=code, message="It failed.", action="Look.")
    assert run_work.end_run(work.run, work.lease, end, now=START, report=said)
    return Run.objects.get(pk=work.run.pk)


def test_a_run_that_fails_in_the_midst_of_sending_shows_that_step_as_failed_and_leads_to_its_cause(
    export: Export, alice: Person, bob: Person, browse: Browse
) -> None:
    run = failed(alice, export, "connection_revoked")

    page = browse(alice).get(f"/runs/{run.pk}/")
    html = page.content.decode()

    assert "Storing the changes 0.8 s Sending failed" in seen(page)
    assert "Keeping what Mailchimp accepted failed" not in seen(page)
    assert f'href="/connections/{export.connection_id}/"' in html
    assert "Open the connection" in html
    assert f'name="pick" value="{export.pk}"' in html
    assert "Run again" in html
    assert "Open the connection" not in browse(bob).get(f"/runs/{run.pk}/").content.decode()


def test_only_the_last_run_of_an_export_can_be_run_again_and_only_by_who_may(
    export: Export, alice: Person, vera: Person, browse: Browse
) -> None:
    run = failed(alice, export, "audience_not_found")

    offers = ["Run again" in browse(one).get(f"/runs/{run.pk}/").content.decode() for one in (alice, vera)]  # fmt: skip
    stage_runs.queued(alice, export, now=START + timedelta(minutes=1))
    offers.append("Run again" in browse(alice).get(f"/runs/{run.pk}/").content.decode())

    assert offers == [True, False, False]


def test_a_run_that_was_skipped_names_what_failed_before_it_and_leads_there(
    export: Export, alice: Person, browse: Browse
) -> None:
    run = stage_runs.queued(alice, export)
    refresh = Refresh.objects.get(pk=run.refresh_id)
    problem = ConfigurationProblem(
        "The file of 'customers' is not there.", action="Put it back.", code="source_missing"
    )
    stage_runs.failed_data(refresh, problem)

    page = browse(alice).get(f"/runs/{run.pk}/")

    assert "Reading the data sources failed" in seen(page)
    assert "The file of 'customers' is not there." in seen(page)
    assert 'href="/sources/named/customers/"' in page.content.decode()
    assert "Run again" in seen(page)


def test_a_segment_that_is_inactive_is_led_to(
    export: Export, alice: Person, browse: Browse
) -> None:
    run = failed(alice, export, "segment_inactive")
    Segment.objects.update(is_active=False)

    html = browse(alice).get(f"/runs/{run.pk}/").content.decode()

    for one in export.segments.select_related("segment"):
        assert f'href="/segments/{one.segment.name}/"' in html


def test_a_brake_leads_to_its_segment_and_stands_before_everything_else_of_the_run(
    export: Export, alice: Person, browse: Browse
) -> None:
    name = export.segments.select_related("segment")[0].segment.name
    stop = Stop(kind=StopKind.EMPTY_SEGMENT, subject=name, count=0, total=12, threshold=0)
    run = stage_runs.held(alice, export, of=stage_runs.plan(stops=(stop,)))

    html = browse(alice).get(f"/runs/{run.pk}/").content.decode()

    held = html[html.index('class="stops"') : html.index("Discard")]
    assert f'href="/segments/{name}/"' in held
    assert html.index('id="held"') < html.index('id="about-the-run"')


def test_a_run_says_whom_it_waits_for_and_when_it_asks_again(
    export: Export, alice: Person, browse: Browse
) -> None:
    run = stage_runs.pushing(alice, export).run
    Run.objects.filter(pk=run.pk).update(
        wait_attempt=6, wait_code="mailchimp_unavailable", wait_until=START + timedelta(seconds=91)
    )
    told = []

    for after_s in (60, 100):
        PageClock.at = START + timedelta(seconds=after_s)
        told.append(seen(browse(alice).get(f"/runs/{run.pk}/")))
    alice.language = "fr"
    alice.save()
    told.append(seen(browse(alice).get(f"/runs/{run.pk}/")))

    assert (
        "Mailchimp did not serve the request. Segue waits and asks again: attempt 6, next in 31 s."
        in told[0]
    )
    assert "Segue asks again: attempt 6 is under way." in told[1]
    assert "Mailchimp n’a pas traité la requête. Segue repose la question : tentative 6 en cours." in told[2]  # fmt: skip


def test_the_page_of_a_run_without_its_plan_is_loaded_again_when_the_plan_has_come(
    export: Export, alice: Person, browse: Browse
) -> None:
    work = stage_runs.started(alice, export)
    browser = browse(alice)
    asked = []

    before = browser.get(f"/runs/{work.run.pk}/").content.decode()
    asks = f"/runs/{work.run.pk}/live/?unplanned=1"
    asked.append(browser.get(asks).headers.get("HX-Refresh"))
    run_work.note_plan(work.run, work.lease, stage_runs.plan(), [])
    asked.append(browser.get(asks).headers.get("HX-Refresh"))
    asked.append(browser.get(f"/runs/{work.run.pk}/live/").headers.get("HX-Refresh"))
    after = browser.get(f"/runs/{work.run.pk}/").content.decode()

    assert asked == [None, "true", None]
    assert (f'data-asks="{asks}"' in before, f'data-asks="{asks}"' in after) == (True, False)
