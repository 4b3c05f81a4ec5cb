"""The home page: what it shows, to whom, in both languages, and at what cost."""

from __future__ import annotations

from collections.abc import Callable
from datetime import time, timedelta
from pathlib import Path

import pytest
from django.db import connection as database
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from segue.control.connections.models import Agreement, AudienceCount, Connection, Health
from segue.control.connections.operations import record_health
from segue.control.exports import operations as exports
from segue.control.exports.models import Export
from segue.control.notices.models import Notice
from segue.control.notices.watching import observe
from segue.control.people.models import Person
from segue.control.recurrence import Every, Recurrence
from segue.control.refreshes import operations as refreshes
from segue.control.refreshes.models import Scope
from segue.control.statuses import Status
from tests.control import happenings, stage
from tests.fakes.clocks import START, PageClock
from tests.web.markup import Page

Browse = Callable[[Person | None], Client]
HOUR = timedelta(hours=1)
DAILY = Recurrence(every=Every.DAY, time_zone="UTC", times=(time(6),))


@pytest.fixture
def declared(db: None, tmp_path: Path) -> None:
    """Declare data sources and segments."""
    stage.declared(stage.data_folder(tmp_path))


@pytest.fixture
def connected(alice: Person, declared: None) -> Connection:
    """Return a connection that works."""
    return stage.connection(alice)


@pytest.fixture
def vip(bob: Person, connected: Connection) -> Export:
    """Return an export: the first steps are done."""
    return stage.export(bob, connected)


def home(browse: Browse, person: Person) -> Page:
    """Return the home page as somebody sees it."""
    return Page(browse(person).get(reverse("home")))


def french(person: Person) -> Person:
    """Let a person read French."""
    Person.objects.filter(pk=person.pk).update(language="fr")
    return Person.objects.get(pk=person.pk)


def test_an_empty_installation_shows_the_four_steps_and_the_first_to_do(
    alice: Person, browse: Browse
) -> None:
    page = home(browse, alice)

    assert "Four steps to the first export" in page.text
    assert {name: page.links[name] for name in ("Add connection", "Add destination")} == {
        "Add connection": reverse("connection-add"),
        "Add destination": reverse("export-add"),
    }
    assert page.faults == []


def test_the_steps_tick_themselves_and_vanish_when_all_are_done(
    alice: Person, bob: Person, declared: None, browse: Browse
) -> None:
    with_segments = home(browse, alice).text
    connected = stage.connection(alice)
    with_connection = home(browse, alice).text
    stage.export(bob, connected)
    complete = home(browse, alice).text

    steps = ("Declare data sources", "Declare segments", "Connect Mailchimp", "Add a destination")
    done = [[f"Done {step}" in text for step in steps] for text in (with_segments, with_connection)]
    assert done == [[True, True, False, False], [True, True, True, False]]
    assert "Four steps to the first export" not in complete


def test_each_role_is_only_offered_what_it_may_do(
    alice: Person, bob: Person, vera: Person, browse: Browse
) -> None:
    offered = {
        person.name: [
            name
            for name in ("Add connection", "Add destination")
            if name in home(browse, person).links
        ]
        for person in (alice, bob, vera)
    }

    assert offered == {
        "Alice": ["Add connection", "Add destination"],
        "Bob": ["Add destination"],
        "Vera": [],
    }
    assert "An administrator does this." in home(browse, vera).text


def test_what_needs_attention_comes_in_the_order_of_urgency(
    alice: Person, vera: Person, connected: Connection, vip: Export, browse: Browse
) -> None:
    failed = happenings.run(vip, Status.FAILED, now=START, message="The audience is gone.")
    record_health(connection=connected, health=Health.REVOKED, code="", now=START)
    observe(START)

    for_alice, for_vera = home(browse, alice), home(browse, vera)

    broken = for_alice.text.index("The connection “Newsletter account” is broken.")
    assert broken < for_alice.text.index("The export “VIP newsletter” failed.")
    assert (
        for_alice.links["Look at the run : The export “VIP newsletter” failed."]
        == f"/runs/{failed.pk}/"
    )
    assert "Newsletter account" not in for_vera.text
    assert for_alice.faults == for_vera.faults == []


def test_of_many_worries_six_are_shown_and_the_others_counted(
    vera: Person, vip: Export, browse: Browse
) -> None:
    Notice.objects.bulk_create(
        Notice(
            kind="run_skipped", subject_key=f"export:{n}", subject_name=f"Export {n}", path="/",
            since=START, created_at=START,
        )
        for n in range(300)
    )  # fmt: skip

    page = home(browse, vera)

    assert page.text.count("Look at the refresh : The export “Export ") == 6
    assert page.links["294 more notifications"] == reverse("notices")


def test_a_changed_privacy_text_asks_administrators_to_agree_again(
    alice: Person, bob: Person, connected: Connection, vip: Export, browse: Browse
) -> None:
    Agreement.objects.update(version="an older one")

    for_alice, for_bob = home(browse, alice), home(browse, bob)

    assert for_alice.links[
        "Read and agree : The text on data privacy and compliance has changed."
    ] == reverse("connection", kwargs={"pk": connected.pk})
    assert "agree again for the connection “Newsletter account”." in for_alice.text
    assert "privacy" not in for_bob.text


def test_nothing_to_worry_about_is_said(vera: Person, vip: Export, browse: Browse) -> None:
    page = home(browse, vera)

    assert "Nothing needs attention." in page.text
    assert "No export has run yet." in page.text


def test_the_last_and_the_next_refresh_are_told(
    alice: Person, vera: Person, vip: Export, browse: Browse
) -> None:
    last = happenings.refresh(Status.SUCCESSFUL, now=START - HOUR)
    refreshes.set_system_schedule(is_on=True, recurrence=DAILY, actor=alice, now=START)

    page = home(browse, vera)

    assert (
        "Last refresh today 08:00 (2 Mar 2026 08:00:00 UTC) Entire workflow · Successful"
        in page.text
    )
    assert "Next refresh tomorrow 06:00 (3 Mar 2026 06:00:00 UTC)" in page.text
    assert page.links["today 08:00 (2 Mar 2026 08:00:00 UTC)"] == f"/system/refreshes/{last.pk}/"


@pytest.mark.parametrize("scope", Scope)
def test_the_last_refresh_is_the_one_that_ended_last_whatever_it_went_through(
    vera: Person, vip: Export, browse: Browse, scope: Scope
) -> None:
    last = happenings.refresh(now=START - HOUR, scope=scope, finished_at=START)
    happenings.refresh(now=START - HOUR / 2)
    happenings.refresh(Status.REFRESHING, now=START)

    page = home(browse, vera)

    assert page.links["today 09:00 (2 Mar 2026 09:00:00 UTC)"] == f"/system/refreshes/{last.pk}/"
    assert f"{Scope(scope).label} · Successful" in page.text


def test_a_refresh_that_is_off_is_offered_to_administrators(
    alice: Person, vera: Person, vip: Export, browse: Browse
) -> None:
    assert home(browse, alice).links["Schedule it"] == reverse("system-schedule")
    assert "Schedule it" not in home(browse, vera).links
    assert "The system refresh is off." in home(browse, vera).text


def test_what_is_at_work_and_what_comes_by_its_own_schedule_is_told(
    bob: Person, vip: Export, browse: Browse
) -> None:
    of = happenings.refresh(Status.PROCESSING, now=START)
    happenings.run(vip, Status.PROCESSING, now=START, of=of)
    exports.define_schedules(exports=[vip], is_on=True, recurrence=DAILY, actor=bob, now=START)

    page = home(browse, bob)

    assert "Now Entire workflow Processing 1 run is queued or at work." in page.text
    assert (
        "Next export on its own schedule tomorrow 06:00 (3 Mar 2026 06:00:00 UTC) VIP newsletter"
    ) in page.text


def test_each_export_has_one_row_with_its_last_result_those_that_need_somebody_first(
    bob: Person, vera: Person, vip: Export, browse: Browse
) -> None:
    assert vip.connection is not None
    failed = stage.export(bob, vip.connection, name="Board letter")
    stage.export(bob, vip.connection, name="Autumn letter")
    for number in range(12):
        happenings.run(
            vip,
            Status.SUCCESSFUL_WITH_SKIPS,
            now=START + timedelta(minutes=number),
            accepted=1_000 + number,
            skipped=7,
            rejected=2,
        )
    happenings.run(vip, Status.SUCCESSFUL, now=START + HOUR, kind="plan", accepted=4_711)
    run = happenings.run(failed, Status.FAILED, now=START)
    Export.objects.filter(pk=failed.pk).update(last_status=Status.FAILED)
    Export.objects.filter(pk=vip.pk).update(last_status=Status.SUCCESSFUL_WITH_SKIPS)
    PageClock.at = START + HOUR

    page = home(browse, vera)

    rows = page.text.partition("Rejected Ended ")[2]
    assert rows.startswith("Board letter Failed (permanent) 0 0 0")
    assert "VIP newsletter Successful with skips 1,011 7 2" in rows
    assert rows.count("VIP newsletter") == 1
    assert "Autumn letter Not started – – – –" in rows
    assert "4,711" not in page.text
    assert page.links["Failed (permanent)"] == f"/runs/{run.pk}/"


def test_no_export_and_no_audience_is_cut_without_a_word(
    alice: Person, vip: Export, browse: Browse
) -> None:
    for number in range(60):
        vip.pk, vip.key, vip.name = None, f"copy_{number}", f"Copy {number}"
        vip.audience_id, vip._state.adding = f"b{number:09}", True
        vip.save()

    page = home(browse, alice)

    assert page.links["There are more exports: show all"] == "/exports/?sort=status"
    assert (
        page.links["There are more audiences: show all exports by audience"]
        == "/exports/?sort=audience"
    )


def test_each_audience_shows_its_contacts_with_a_line_and_the_numbers_behind_it(
    vera: Person, vip: Export, browse: Browse
) -> None:
    counted = {70: 1, **{days: 12_000 - 100 * (days - 6) for days in range(1, 9)}, 0: 12_430}
    for days, contacts in counted.items():
        AudienceCount.objects.create(
            account_id="acc1",
            audience_id=stage.AUDIENCE_ID,
            day=(START - timedelta(days=days)).date(),
            contacts=contacts,
        )

    response = browse(vera).get(reverse("home"))
    page = Page(response)

    assert "Newsletter 12,430 +630 since 22 Feb 2026" in page.text
    assert "Day Contacts 23 Feb 2026 11,900 2 Mar 2026 12,430" in page.text
    assert "<title>Contacts of Newsletter over time</title>" in response.content.decode()


def test_an_audience_that_was_never_counted_says_so(
    vera: Person, vip: Export, browse: Browse
) -> None:
    assert "Newsletter – – not counted yet 1" in home(browse, vera).text


def test_audiences_of_one_name_are_told_apart_by_their_ids(
    bob: Person, vera: Person, vip: Export, browse: Browse
) -> None:
    assert vip.connection is not None
    stage.export(bob, vip.connection, name="Board letter", audience_id="b1b2c3d4e5")

    page = home(browse, vera)

    assert "Newsletter (a1b2c3d4e5) – –" in page.text
    assert "Newsletter (b1b2c3d4e5) – –" in page.text


def test_a_removed_export_fills_no_audience(
    bob: Person, vera: Person, vip: Export, browse: Browse
) -> None:
    exports.remove(exports=[vip], actor=bob, now=START)

    assert "Audiences" not in home(browse, vera).text


def test_the_home_page_can_be_read_in_french(alice: Person, vip: Export, browse: Browse) -> None:
    happenings.run(vip, Status.FAILED, now=START)
    happenings.refresh(Status.SUCCESSFUL, now=START)
    observe(START)

    page = home(browse, french(alice))

    for words in (
        "Accueil",
        "Demande votre attention",
        "L’exportation «\u00a0VIP newsletter\u00a0» a échoué.",
        "Dernière actualisation aujourd’hui 09:00",
        "L’actualisation planifiée est désactivée.",
        "Derniers résultats des exportations",
        "Échec (permanent)",
    ):
        assert words in page.text
    assert page.faults == []


def test_the_first_steps_can_be_read_in_french(alice: Person, browse: Browse) -> None:
    text = home(browse, french(alice)).text

    assert "Quatre étapes jusqu’à la première exportation" in text
    assert "Ajouter une destination" in text
    assert "An administrator" not in text


def test_the_number_of_queries_does_not_grow_with_exports_and_runs(
    alice: Person, vip: Export, browse: Browse
) -> None:
    client = browse(alice)

    def queries() -> int:
        with CaptureQueriesContext(database) as captured:
            client.get(reverse("home"))
        return len(captured)

    happenings.run(vip, Status.FAILED, now=START)
    observe(START)
    queries()
    few = queries()
    for number in range(30):
        vip.pk, vip.key, vip.name = None, f"copy_{number}", f"Copy {number}"
        vip.audience_id, vip._state.adding = f"b{number:09}", True
        vip.save()
        for status in (Status.SUCCESSFUL, Status.FAILED):
            happenings.run(vip, status, now=START)
    observe(START)
    many = queries()

    assert Notice.objects.count() == 31
    assert many - few == 1  # the worries are counted only when there are more than can be shown
    assert many <= 33
