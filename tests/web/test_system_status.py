"""The status of the system: all tasks in groups, refreshes in progress and past, one refresh as a whole."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from django.test import Client
from django.urls import reverse

from segue.control.audit.models import Action, Entry
from segue.control.exports.models import Export
from segue.control.identity.marks import database_mark
from segue.control.people.models import Person
from segue.control.refreshes import operations
from segue.control.refreshes.models import Refresh, Run, Scope
from segue.control.segments.models import Segment
from segue.control.sources.models import DataSource, ProfileCount, ReadStatus
from segue.control.statuses import Status
from segue.engines.duckdb.reading.sources_problems import file_missing
from tests.control import stage_runs
from tests.fakes.clocks import START, PageClock
from tests.web.pages import seen

Browse = Callable[[Person | None], Client]
_MISSING = file_missing("customers", Path("/data/customers.csv"))


@pytest.fixture
def export(alice: Person, tmp_path: Path) -> Export:
    """Return an export of the VIPs."""
    return stage_runs.small_export(alice, tmp_path)


def _french(person: Person) -> Person:
    person.language, person.time_zone = "fr", "Europe/Paris"
    person.save()
    return person


def test_before_anything_ran_everything_is_listed_and_nothing_has_started(
    export: Export, vera: Person, browse: Browse
) -> None:
    page = seen(browse(vera).get("/system/"))

    assert "Data sources Name Status Refreshed Duration Rows Customers Not started – – –" in page
    assert "Unified customer profiles Not started – – –" in page
    assert "Newcomers Not started – – – VIP Not started – – –" in page
    assert "VIP newsletter Not started – – –" in page
    assert "Nothing has been refreshed yet." in page


def test_profiles_that_did_not_change_are_said_to_have_been_made_again(
    export: Export, alice: Person, browse: Browse
) -> None:
    stage_runs.successful(alice, export)
    ProfileCount.objects.create(at=START, profiles=26_550, snapshot_id="snapshot")
    PageClock.at = START + timedelta(hours=5, seconds=12)
    operations.refresh_data(actor=alice, now=START + timedelta(hours=5))
    stage_runs.next_data_ready(now=START + timedelta(hours=5))

    page = seen(browse(alice).get("/system/"))

    assert "Unified customer profiles Successful just now 12 s 26,550" in page


def test_an_empty_installation_says_so(vera: Person, browse: Browse) -> None:
    assert "Nothing yet: Data sources, Profiles, Segments, Exports." in seen(
        browse(vera).get("/system/")
    )


def test_after_a_refresh_every_task_tells_when_how_long_and_how_many(
    export: Export, alice: Person, vera: Person, browse: Browse
) -> None:
    stage_runs.successful(alice, export)
    DataSource.objects.update(rows=26_600, status=ReadStatus.SUCCESSFUL, refreshed_at=START)
    Segment.objects.filter(name="vip").update(members=26_500, refreshed_at=START)
    ProfileCount.objects.create(at=START, profiles=26_550, snapshot_id="snapshot")
    PageClock.at = START + timedelta(hours=2)

    page = seen(browse(vera).get("/system/"))

    assert "Customers Successful 2 hours ago 12 s 26,600" in page
    assert "Unified customer profiles Successful 2 hours ago 12 s 26,550" in page
    assert "VIP Successful 2 hours ago 12 s 26,500" in page
    assert "VIP newsletter Successful with skips 2 hours ago 1 min 35 s 18,201" in page


@pytest.mark.parametrize("path", ["/system/", "/sources/"])
def test_profiles_made_again_of_unchanged_sources_are_refreshed_then(
    path: str, export: Export, alice: Person, vera: Person, browse: Browse
) -> None:
    counted = START - timedelta(days=3)
    ProfileCount.objects.create(at=counted, profiles=26_550, snapshot_id="snapshot")
    stage_runs.successful(alice, export)
    PageClock.at = START + timedelta(hours=2)

    page = seen(browse(vera).get(path))

    assert "2 hours ago" in page
    assert "3 days ago" not in page


def test_a_source_that_failed_shows_it(export: Export, alice: Person, browse: Browse) -> None:
    refresh = operations.refresh_data(actor=alice, now=START)
    stage_runs.failed_data(refresh, _MISSING)

    assert "Customers Failed (permanent)" in seen(browse(alice).get("/system/"))


def test_what_is_in_progress_stands_first_and_is_followed(
    export: Export, alice: Person, browse: Browse
) -> None:
    run = stage_runs.pushing(alice, export).run
    operations.refresh_data(actor=alice, now=START + timedelta(seconds=30))
    PageClock.at = START + timedelta(minutes=2)

    answer = browse(alice).get("/system/")

    page = seen(answer)
    assert "Chosen exports Processing Alice 2 minutes ago 3 of 3 0 of 1" in page
    assert "Data sources, profiles and segments Queued Alice 2 minutes ago 0 of 4 0 of 0" in page
    assert 'sse-connect="/system/events/" data-asks="/system/live/"' in answer.content.decode()
    assert f'href="/system/refreshes/{run.refresh_id}/"' in answer.content.decode()


def test_a_quiet_system_is_not_followed(export: Export, alice: Person, browse: Browse) -> None:
    stage_runs.successful(alice, export)

    assert "sse-connect" not in browse(alice).get("/system/").content.decode()


def test_refreshes_are_listed_newest_first_and_sorted_by_any_column(
    export: Export, alice: Person, browse: Browse
) -> None:
    stage_runs.successful(alice, export)
    failed = operations.refresh_data(actor=alice, now=START + timedelta(hours=1))
    stage_runs.failed_data(failed, _MISSING, now=START + timedelta(hours=1))
    browser = browse(alice)

    newest = seen(browser.get("/system/")).partition("Last refreshes")[2]
    by_status = seen(browser.get("/system/?sort=-status")).partition("Last refreshes")[2]

    assert newest.index("Data sources, profiles and segments") < newest.index("Chosen exports")
    assert by_status.index("Chosen exports") < by_status.index("Data sources, profiles")


def test_refreshes_are_listed_twenty_a_page(alice: Person, browse: Browse) -> None:
    Refresh.objects.bulk_create(
        Refresh(scope=Scope.DATA, trigger="schedule", status=Status.SUCCESSFUL, created_at=START)
        for _ in range(120)
    )

    assert "Page 1 of 6" in seen(browse(alice).get("/system/"))


def test_the_status_asks_the_database_as_much_for_many_refreshes_as_for_few(
    export: Export,
    alice: Person,
    browse: Browse,
    django_assert_max_num_queries: Callable[..., object],
) -> None:
    for number in range(5):
        stage_runs.successful(alice, export, now=START + timedelta(minutes=5 * number))
    browser = browse(alice)
    database_mark()  # made once by whoever asks first; from then on one question more

    with django_assert_max_num_queries(23):
        browser.get("/system/")


def test_the_status_is_told_in_french(export: Export, alice: Person, browse: Browse) -> None:
    stage_runs.successful(_french(alice), export)

    page = seen(browse(alice).get("/system/"))

    assert "Statut Planification Notifications Audit Installation À propos" in page
    assert "VIP newsletter Réussi avec exclusions" in page
    assert "Dernières actualisations" in page
    assert "Actualiser maintenant" in page


def test_a_refresh_is_shown_from_top_to_bottom(
    export: Export, alice: Person, vera: Person, browse: Browse
) -> None:
    run = stage_runs.successful(alice, export)

    page = seen(browse(vera).get(f"/system/refreshes/{run.refresh_id}/"))

    stages = ("Data sources Name", "Profiles Name", "Segments Name", "Exports Name")
    places = [page.find(stage) for stage in stages]
    assert -1 not in places
    assert places == sorted(places)
    assert "Customers Successful 12 s 26,500" in page
    assert "Reading the audience at Mailchimp 4.2 s · Making the plan 1.1 s" in page
    assert "Successful with skips 1 min 35 s 18,201" in page


def test_a_refresh_that_failed_says_where_and_why(
    export: Export, alice: Person, browse: Browse
) -> None:
    run = stage_runs.queued(alice, export)
    stage_runs.failed_data(run.refresh, _MISSING)

    page = seen(browse(_french(alice)).get(f"/system/refreshes/{run.refresh_id}/"))

    assert (
        "La source de données « customers » lit /data/customers.csv, et ce fichier n’existe pas. Corrigez son chemin."
        in page
    )
    assert "Une étape précédente a échoué ; elle a donc été ignorée." in page


def test_a_refresh_that_reads_everything_again_says_so(alice: Person, browse: Browse) -> None:
    refresh = operations.refresh_data(actor=alice, now=START, read_again=True)

    page = seen(browse(alice).get(f"/system/refreshes/{refresh.pk}/"))

    assert "Everything is read again" in page


def test_an_administrator_refreshes_everything_now(
    export: Export, alice: Person, browse: Browse
) -> None:
    browser = browse(alice)

    asked = seen(browser.get("/system/refresh/"))
    answer = browser.post("/system/refresh/", {"read_again": "yes"})

    refresh = Refresh.objects.get()
    assert "then every export that runs with the system refresh sends its changes" in asked
    assert answer["Location"] == f"/system/refreshes/{refresh.pk}/"
    assert (refresh.scope, refresh.read_again, refresh.runs.count()) == (Scope.WHOLE, True, 1)
    assert Entry.objects.filter(action=Action.REFRESH_REQUESTED, actor_name="Alice").count() == 1


def test_a_contributor_refreshes_data_and_sees_no_button_for_more(
    export: Export, bob: Person, browse: Browse
) -> None:
    browser = browse(bob)

    page = browser.get("/system/").content.decode()
    browser.post("/system/refresh-data/")

    refresh = Refresh.objects.get()
    assert 'href="/system/refresh/"' not in page
    assert (refresh.scope, refresh.read_again, Run.objects.count()) == (Scope.DATA, False, 0)


def test_a_viewer_sees_no_button(export: Export, vera: Person, browse: Browse) -> None:
    page = browse(vera).get("/system/").content.decode()

    assert "/system/refresh" not in page


def test_only_administrators_are_shown_the_parts_that_are_theirs(
    alice: Person, bob: Person, browse: Browse
) -> None:
    theirs = {reverse("notifications"), reverse("audit")}

    pages = {
        person: browse(person).get(reverse("system")).content.decode() for person in (alice, bob)
    }

    shown = {
        person: {place for place in theirs if f'href="{place}"' in page}
        for person, page in pages.items()
    }
    assert shown == {alice: theirs, bob: set()}


def test_a_refresh_is_canceled_with_all_that_is_not_over(
    export: Export, alice: Person, browse: Browse
) -> None:
    run = stage_runs.queued(alice, export)
    browser = browse(alice)

    asked = seen(browser.get(f"/system/refreshes/{run.refresh_id}/cancel/"))
    answer = browser.post(f"/system/refreshes/{run.refresh_id}/cancel/", follow=True)

    assert "The next run of the export does the rest." in asked
    assert "The refresh is being canceled." in seen(answer)
    assert Refresh.objects.get().status == Run.objects.get().status == Status.CANCELED
    assert Entry.objects.filter(action=Action.REFRESH_CANCELED).count() == 1


def test_a_refresh_that_is_over_is_not_canceled(
    export: Export, alice: Person, browse: Browse
) -> None:
    run = stage_runs.successful(alice, export)

    answer = browse(alice).post(f"/system/refreshes/{run.refresh_id}/cancel/", follow=True)

    assert "The refresh was over already." in seen(answer)
    assert Entry.objects.filter(action=Action.REFRESH_CANCELED).count() == 0


def test_whoever_asked_for_a_refresh_may_cancel_it(
    export: Export, bob: Person, browse: Browse
) -> None:
    refresh = operations.refresh_data(actor=bob, now=START)

    answer = browse(bob).post(f"/system/refreshes/{refresh.pk}/cancel/")

    assert answer.status_code == 302
    assert Refresh.objects.get().status == Status.CANCELED
