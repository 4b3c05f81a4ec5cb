"""The schedule of the system refresh: read by everybody, changed by administrators, with and without JavaScript."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, time
from typing import Any

import pytest
from django.test import Client

from segue.control.audit.models import Action, Entry
from segue.control.people.models import Person
from segue.control.recurrence import Every, Recurrence
from segue.control.refreshes import operations
from segue.control.refreshes.models import SystemSchedule
from tests.fakes.clocks import START
from tests.web.pages import seen

Browse = Callable[[Person | None], Client]
_DAILY: dict[str, Any] = {
    "is_on": "on",
    "every": "daily",
    "times": ["18:00", "06:30"],
    "time_zone": "Europe/Paris",
}
_TWICE = Recurrence(every=Every.DAY, time_zone="Europe/Paris", times=(time(6, 30), time(18)))


def _entries() -> list[str]:
    return list(Entry.objects.values_list("action", flat=True))


def test_the_system_refresh_is_off_at_first(vera: Person, browse: Browse) -> None:
    page = seen(browse(vera).get("/system/schedule/"))

    assert "The system refresh is off." in page
    assert "An administrator can change this schedule." in page


def test_an_administrator_switches_on_a_daily_refresh(alice: Person, browse: Browse) -> None:
    answer = browse(alice).post("/system/schedule/", _DAILY, follow=True)

    kept = SystemSchedule.objects.get()
    assert kept.is_on
    assert kept.recurrence == {
        "every": "daily",
        "time_zone": "Europe/Paris",
        "times": ["06:30", "18:00"],
        "weekdays": [],
        "month_days": [],
        "cron": "",
    }
    assert kept.next_at == datetime(2026, 3, 2, 17, 0, tzinfo=UTC)
    assert "The schedule is saved." in seen(answer)
    assert _entries() == [Action.REFRESH_SCHEDULED]


def test_the_next_three_runs_are_shown_in_the_reader_s_zone(
    alice: Person, vera: Person, browse: Browse
) -> None:
    operations.set_system_schedule(is_on=True, recurrence=_TWICE, actor=alice, now=START)
    vera.time_zone = "America/New_York"
    vera.save()

    page = seen(browse(vera).get("/system/schedule/"))

    assert "Daily at 06:30, 18:00 (Paris)" in page
    assert "today 12:00 ( in 8 hours ) tomorrow 00:30" in page
    assert page.count("( in ") == 3
    assert "Last changed by Alice" in page


def test_a_weekly_refresh_runs_on_the_chosen_days(alice: Person, browse: Browse) -> None:
    weekly = {**_DAILY, "every": "weekly", "weekdays": ["0", "4"]}

    answer = browse(alice).post("/system/schedule/", weekly, follow=True)

    assert "Weekly on Monday, Friday at 06:30, 18:00 (Paris)" in seen(answer)


def test_another_time_is_added_without_saving_and_without_javascript(
    alice: Person, browse: Browse
) -> None:
    answer = browse(alice).post("/system/schedule/", {**_DAILY, "add_time": "yes"})

    page = answer.content.decode()
    assert answer.status_code == 200
    assert page.count('type="time"') == 3
    assert 'value="18:00"' in page
    assert 'value="06:30"' in page
    assert '<option value="Europe/Paris" selected>' in page
    assert not SystemSchedule.objects.exists()


def test_time_zones_are_named_in_french_and_the_kept_one_stays_among_them(
    alice: Person, browse: Browse
) -> None:
    alice.language = "fr"
    alice.save()
    alias = {**_DAILY, "time_zone": "US/Pacific"}
    saved = browse(alice).post("/system/schedule/", alias)

    page = browse(alice).get("/system/schedule/").content.decode()

    assert saved.status_code == 302
    assert '<option value="Africa/Algiers">Alger (UTC+01:00)</option>' in page
    assert '<option value="US/Pacific" selected>' in page


def test_empty_times_count_for_nothing(alice: Person, browse: Browse) -> None:
    browse(alice).post("/system/schedule/", {**_DAILY, "times": ["", "06:30", ""]})

    kept = SystemSchedule.objects.get().recurrence
    assert kept is not None
    assert kept["times"] == ["06:30"]


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"times": [""]}, "Time The schedule has no time. Give at least one time."),
        ({"times": ["25:99"]}, "25:99 is no time of the day; write it like 06:30."),
        ({"every": "weekly"}, "The schedule has no day. Choose at least one day."),
        ({"time_zone": "Moon/Sea"}, "Moon/Sea is not one of the available choices."),
        ({"every": "cron"}, "cron is not one of the available choices."),
    ],
)
def test_what_is_missing_is_told_beside_its_field(
    changes: dict[str, Any], words: str, alice: Person, browse: Browse
) -> None:
    answer = browse(alice).post("/system/schedule/", {**_DAILY, **changes})

    assert answer.status_code == 422
    assert words.rpartition("Time ")[2] in seen(answer)
    assert not SystemSchedule.objects.exists()


def test_switching_off_keeps_the_times(alice: Person, browse: Browse) -> None:
    browser = browse(alice)
    browser.post("/system/schedule/", _DAILY)

    answer = browser.post("/system/schedule/", {**_DAILY, "is_on": "off"}, follow=True)

    kept = SystemSchedule.objects.get()
    assert (kept.is_on, kept.next_at) == (False, None)
    assert "The system refresh is off. Daily at 06:30, 18:00 (Paris)" in seen(answer)


def test_others_see_the_schedule_and_no_form(bob: Person, browse: Browse) -> None:
    browser = browse(bob)

    page = browser.get("/system/schedule/").content.decode()
    answer = browser.post("/system/schedule/", _DAILY)

    assert 'name="time_zone"' not in page
    assert answer.status_code == 403
    assert not SystemSchedule.objects.exists()


def test_the_schedule_has_the_labels_of_the_request_in_french(
    alice: Person, browse: Browse
) -> None:
    operations.set_system_schedule(is_on=True, recurrence=_TWICE, actor=alice, now=START)
    alice.language = "fr"
    alice.save()

    page = seen(browse(alice).get("/system/schedule/"))

    for label in (
        "Actualisation planifiée",
        "Activée",
        "Désactivée",
        "Récurrence",
        "Quotidienne",
        "Hebdomadaire",
        "lundi",
        "Heure",
        "Ajouter une heure",
        "Fuseau horaire",
        "Enregistrer",
    ):
        assert label in page
    assert "Quotidienne, à 06:30, 18:00 (Paris)" in page


def test_a_refresh_more_often_than_every_quarter_of_an_hour_is_asked_about(
    alice: Person, browse: Browse
) -> None:
    client, often = browse(alice), {**_DAILY, "times": ["06:00", "06:10"]}

    asked = client.post("/system/schedule/", often)
    none_yet = SystemSchedule.objects.filter(is_on=True).exists()
    client.post("/system/schedule/", {**often, "often": "on"})

    assert (asked.status_code, none_yet) == (422, False)
    for words in ("more often than every 15 minutes. Is it meant?", "Yes, more often than"):
        assert words in seen(asked)
    assert SystemSchedule.objects.get().is_on
