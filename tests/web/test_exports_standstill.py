"""Exports that will not run are marked in their list and on their pages, and the home page says so with the way out."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from django.test import Client

from segue.control.connections.models import Connection, Health
from segue.control.exports import queries
from segue.control.exports.models import Export
from segue.control.people.models import Person
from segue.control.refreshes.models import SystemSchedule
from segue.control.refreshes.operations import reason_of
from segue.control.refreshes.standstill import standing_still
from segue.control.segments.models import Segment
from segue.control.statuses import Status
from tests.control import stage, stage_runs
from tests.fakes.clocks import START
from tests.web.pages import seen

Browse = Callable[[Person | None], Client]


@pytest.fixture
def export(alice: Person, tmp_path: Path) -> Export:
    """Return an export of the VIPs that runs with every refresh."""
    made = stage_runs.small_export(alice, tmp_path)
    SystemSchedule.objects.create(pk=1, is_on=True)
    return made


def codes(export: Export, *, is_held: bool = False) -> list[str]:
    found = standing_still(queries.exports(), is_held=is_held)
    return [code for _export, code in found.values()]


def _detached(export: Export) -> None:
    Export.objects.update(connection=None)


def _removed_segment(export: Export) -> None:
    Segment.objects.update(removed_at=START)


def _inactive_segment(export: Export) -> None:
    Segment.objects.update(is_active=False)


def _revoked(export: Export) -> None:
    Connection.objects.update(health=Health.REVOKED)


def _nobody(export: Export) -> None:
    Connection.objects.update(export_user=None)


HARD = [_detached, _removed_segment, _inactive_segment, _revoked, _nobody]


@pytest.mark.parametrize("change", HARD, ids=lambda change: change.__name__)
def test_what_keeps_an_export_from_running_is_told_in_the_list_on_its_page_and_at_home(
    export: Export, alice: Person, browse: Browse, change: Callable[[Export], None]
) -> None:
    change(export)
    one = queries.chosen([export.pk]).get()
    code = queries.why_not_runnable(one)
    assert code is not None
    words = reason_of(code)
    browser = browse(alice)

    pages = {at: seen(browser.get(at)) for at in ("/exports/", "/exports/?only=stopped", "/")}

    assert codes(export) == [code]
    assert f"Will not run {words}" in pages["/exports/"]
    assert "Exports that will not run Show all exports" in pages["/exports/?only=stopped"]
    assert f"1 export will not run. {words} “VIP newsletter”" in pages["/"]
    assert "Nothing needs attention" not in pages["/"]
    if change is not _detached:
        assert f"This export cannot run. {words}" in seen(browser.get(f"/exports/{export.pk}/"))


def test_an_export_that_will_run_bears_no_mark(
    export: Export, alice: Person, browse: Browse
) -> None:
    browser = browse(alice)

    assert codes(export) == []
    assert "Will not run" not in seen(browser.get("/exports/"))
    assert "Nothing needs attention." in seen(browser.get("/"))


def test_an_export_whose_audience_is_gone_will_not_run_until_another_is_chosen(
    export: Export, alice: Person, browse: Browse
) -> None:
    stage_runs.failed(alice, export, status=Status.FAILED, code="audience_not_found")

    assert codes(export) == ["audience_not_found"]
    assert "Choose another audience" in seen(browse(alice).get("/exports/"))


def test_every_export_of_an_installation_that_may_be_a_copy_stands_still(export: Export) -> None:
    assert codes(export, is_held=True) == ["installation_undecided"]


def test_an_export_that_runs_on_demand_only_is_told_quietly(
    export: Export, alice: Person, bob: Person, browse: Browse
) -> None:
    SystemSchedule.objects.update(is_on=False)
    told = [seen(browse(alice).get("/")), seen(browse(alice).get("/exports/"))]
    Export.objects.update(schedule_is_on=False)
    told.append(seen(browse(alice).get("/")))

    assert "1 export does not run by itself. The system refresh is off" in told[0]
    assert "Nothing needs attention." in told[0]
    assert "The system refresh is off: what runs with every refresh runs on demand only." in told[1]
    assert "Will not run" not in told[1]
    assert "1 export does not run by itself. Its schedule is off" in told[2]


def test_the_home_page_groups_by_reason_and_offers_others_only_what_they_can_do(
    export: Export, alice: Person, bob: Person, browse: Browse
) -> None:
    for number in range(6):
        stage.export(alice, export.connection, name=f"Letters {number}", audience_id=f"aud{number}")  # type: ignore[arg-type]
    Connection.objects.update(health=Health.REVOKED)

    (told, theirs) = (browse(one).get("/") for one in (alice, bob))

    assert "7 exports will not run." in seen(told)
    assert "and 2 more" in seen(told)
    assert f'href="/connections/{export.connection_id}/"' in told.content.decode()
    assert f'href="/connections/{export.connection_id}/"' not in theirs.content.decode()


def test_exports_that_wait_for_the_system_refresh_are_counted_whole_and_named_in_part(
    export: Export, alice: Person, browse: Browse
) -> None:
    for number in range(8):
        stage.export(alice, export.connection, name=f"Letters {number}", audience_id=f"aud{number}")  # type: ignore[arg-type]
    SystemSchedule.objects.update(is_on=False)
    Export.objects.filter(name="Letters 0").update(last_status=Status.FAILED)
    Export.objects.filter(name="Letters 1").update(connection=None)

    told = seen(browse(alice).get("/"))

    assert "8 exports do not run by themselves. The system refresh is off" in told
    assert "“Letters 0”, “Letters 2”, “Letters 3”, “Letters 4”, “Letters 5” and 3 more" in told
    assert "1 export will not run. It has no connection. “Letters 1”" in told


def test_the_entire_workflow_names_the_exports_that_it_starts(
    export: Export, alice: Person, browse: Browse
) -> None:
    Export.objects.update(first_run="approve")
    asked = [seen(browse(alice).get("/system/refresh/"))]
    Segment.objects.update(is_active=False)
    asked.append(seen(browse(alice).get("/system/refresh/")))

    assert "1 export starts VIP newsletter Newsletter first run A first run makes" in asked[0]
    assert "No export can run with it now." in asked[1]
