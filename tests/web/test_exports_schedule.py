"""The schedule pane: one export or several, kept or defined anew, with the next runs shown."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime, time
from html import unescape
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from segue.control.connections.models import Connection
from segue.control.exports import operations
from segue.control.exports.models import Export, ScheduleMode
from segue.control.exports.schedules import own_recurrence
from segue.control.people.models import Person
from segue.control.recurrence import Every, Recurrence
from segue.control.refreshes.operations import set_system_schedule
from tests.control import stage
from tests.fakes.clocks import START

Browse = Callable[[Person | None], Client]
MONDAYS = Recurrence(every=Every.WEEK, time_zone="Europe/Paris", times=(time(8),), weekdays=(0,))


@pytest.fixture
def connected(alice: Person, tmp_path: Path) -> Connection:
    """Declare data and return a shared connection."""
    stage.declared(stage.data_folder(tmp_path))
    return stage.connection(alice)


@pytest.fixture
def two(bob: Person, connected: Connection) -> list[Export]:
    """Return two exports, the first on Mondays."""
    exports = [stage.export(bob, connected, name=name) for name in ("One", "Two")]
    operations.define_schedules(
        exports=exports[:1], is_on=True, recurrence=MONDAYS, actor=bob, now=START
    )
    return exports


def _sent(*exports: Export, **changes: Any) -> dict[str, Any]:
    sent = {
        "pick": [export.pk for export in exports],
        "is_on": "on",
        "scope": "define",
        "every": "daily",
        "times": ["06:00"],
        "time_zone": "Europe/Paris",
        "month_days": "",
        "cron": "",
    }
    return {**sent, **changes}


def _schedule(export: Export) -> tuple[bool, str, Recurrence | None]:
    kept = Export.objects.get(pk=export.pk)
    return kept.schedule_is_on, kept.schedule_mode, own_recurrence(kept)


def _text(html: str) -> str:
    seen = re.sub(r'<span class="unseen">.*?</span>', "", html, flags=re.DOTALL)
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", seen)).split())


def _wrong(reply: Any) -> list[str]:
    page = reply.content.decode()
    return [_text(one) for one in re.findall(r'<p class="wrong"[^>]*>(.*?)</p>', page, re.DOTALL)]


def test_the_pane_shows_the_schedule_that_the_export_has(
    bob: Person, two: list[Export], browse: Browse
) -> None:
    page = browse(bob).get(f"/exports/schedule/?pick={two[0].pk}").content.decode()

    assert re.findall(r'name="times" value="([^"]*)"', page) == ["08:00"]
    assert '<option value="weekly" selected>Weekly</option>' in page
    assert '<option value="Europe/Paris" selected>Paris (UTC+01:00)</option>' in page
    assert re.findall(r'name="weekdays" value="(\d)"[^>]*checked', page) == ["0"]
    assert "Keep individual schedules" not in page
    assert "One Mondays 08:00 Paris" in _text(page)


def test_several_exports_may_keep_their_schedules_or_get_a_new_one(
    bob: Person, two: list[Export], browse: Browse
) -> None:
    Person.objects.update(language="fr")
    page = browse(bob).post("/exports/schedule/", {"pick": [e.pk for e in two]}).content.decode()

    words = _text(page)
    assert "Planification de ces exportations Activée Désactivée" in words
    assert "Conserver les planifications individuelles" in words
    assert "Définir une nouvelle planification pour toutes les exportations sélectionnées" in words
    assert "Quotidienne Hebdomadaire Mensuelle" in words
    assert "Ajouter une heure" in words
    assert "One les lundis à 08:00 (Paris)" in words


@pytest.mark.parametrize(
    ("changes", "recurrence"),
    [
        ({"every": "every_refresh"}, None),
        (
            {"times": ["18:00", "06:30", ""]},
            Recurrence(every=Every.DAY, time_zone="Europe/Paris", times=(time(6, 30), time(18))),
        ),
        (
            {"every": "weekly", "weekdays": ["4", "0"]},
            Recurrence(
                every=Every.WEEK, time_zone="Europe/Paris", times=(time(6),), weekdays=(0, 4)
            ),
        ),
        (
            {"every": "monthly", "month_days": "15, 1", "time_zone": "America/New_York"},
            Recurrence(
                every=Every.MONTH,
                time_zone="America/New_York",
                times=(time(6),),
                month_days=(1, 15),
            ),
        ),
        (
            {"every": "cron", "cron": "0 6 * * 1-5", "times": []},
            Recurrence(every=Every.CRON, time_zone="Europe/Paris", cron="0 6 * * 1-5"),
        ),
    ],
)
def test_a_new_schedule_is_kept_for_all_selected_exports(
    changes: dict[str, Any],
    recurrence: Recurrence | None,
    bob: Person,
    two: list[Export],
    browse: Browse,
) -> None:
    reply = browse(bob).post("/exports/schedule/", _sent(*two, **changes))

    mode = ScheduleMode.EVERY_REFRESH if recurrence is None else ScheduleMode.OWN
    assert reply.status_code == 302
    assert [_schedule(export) for export in two] == [(True, mode, recurrence)] * 2


def test_individual_schedules_are_only_switched(
    bob: Person, two: list[Export], browse: Browse
) -> None:
    browse(bob).post("/exports/schedule/", _sent(*two, scope="keep", is_on="off"))

    assert [_schedule(export) for export in two] == [
        (False, ScheduleMode.OWN, MONDAYS),
        (False, ScheduleMode.EVERY_REFRESH, None),
    ]


def test_a_single_export_has_no_individual_schedule_to_keep(
    bob: Person, two: list[Export], browse: Browse
) -> None:
    browse(bob).post("/exports/schedule/", _sent(two[1], scope="keep", every="every_refresh"))
    browse(bob).post("/exports/schedule/", _sent(two[0], scope="keep", every="every_refresh"))

    assert _schedule(two[0]) == (True, ScheduleMode.EVERY_REFRESH, None)


@pytest.mark.parametrize(
    ("changes", "wrong"),
    [
        ({"times": []}, "The schedule has no time. Give at least one time."),
        (
            {"times": ["25:00"]},
            "Write each time as hours and minutes, for example 06:30.",
        ),
        ({"every": "weekly"}, "The schedule has no day. Choose at least one day."),
        ({"every": "monthly"}, "The schedule has no day. Choose at least one day."),
        (
            {"every": "monthly", "month_days": "32"},
            "Write days from 1 to 31 with commas, for example 1, 15.",
        ),
        (
            {"every": "cron", "cron": "whenever"},
            "The cron text cannot be read, or no day ever fits it. Write five fields: minute, hour, "
            "day, month, weekday; for example 0 6 * * 1-5.",
        ),
        (
            {"time_zone": "Europe/Atlantis"},
            "Select a valid choice. Europe/Atlantis is not one of the available choices.",
        ),
    ],
)
def test_what_is_wrong_with_a_schedule_stands_beside_its_field(
    changes: dict[str, Any], wrong: str, bob: Person, two: list[Export], browse: Browse
) -> None:
    reply = browse(bob).post("/exports/schedule/", _sent(two[1], **changes))

    assert (reply.status_code, _wrong(reply)) == (422, [wrong])
    assert _schedule(two[1]) == (True, ScheduleMode.EVERY_REFRESH, None)


def test_another_time_is_added_without_saving(
    bob: Person, two: list[Export], browse: Browse
) -> None:
    sent = _sent(two[1], times=["06:00", "18:00"], add_time="1")

    page = browse(bob).post("/exports/schedule/", sent).content.decode()

    assert re.findall(r'name="times" value="([^"]*)"', page) == ["06:00", "18:00", ""]
    assert _schedule(two[1]) == (True, ScheduleMode.EVERY_REFRESH, None)


def _next(client: Client, sent: dict[str, Any]) -> str:
    return _text(client.post("/exports/schedule/next/", sent).content.decode())


def test_the_next_three_runs_are_shown_in_the_readers_zone(
    bob: Person, two: list[Export], browse: Browse
) -> None:
    Person.objects.update(time_zone="America/New_York")

    words = _next(browse(bob), _sent(two[1], times=["06:00", "18:00"]))

    assert words == (
        "Next runs today 12:00 tomorrow 00:00 tomorrow 12:00 In your time zone, America/New_York."
    )


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"is_on": "off"}, "Off: the exports run on demand only."),
        ({"scope": "keep"}, "Each export runs by the schedule it has."),
        ({"times": []}, "The schedule has no time. Give at least one time."),
        ({"times": ["x"]}, "The next runs are shown once the schedule is complete."),
        (
            {"every": "every_refresh"},
            "The system refresh is off just now; an administrator can switch it on.",
        ),
    ],
)
def test_where_there_are_no_next_runs_it_says_why(
    changes: dict[str, Any], words: str, bob: Person, two: list[Export], browse: Browse
) -> None:
    assert _next(browse(bob), _sent(*two, **changes)) == words


def test_exports_with_the_system_refresh_show_its_next_runs(
    alice: Person, bob: Person, two: list[Export], browse: Browse
) -> None:
    set_system_schedule(is_on=True, recurrence=MONDAYS, actor=alice, now=START)

    words = _next(browse(bob), _sent(two[1], every="every_refresh"))

    assert words.startswith("Next runs Mon 9 Mar 07:00 Mon 16 Mar 07:00 Mon 23 Mar 07:00")


def test_without_javascript_the_next_runs_are_shown_on_demand(
    bob: Person, two: list[Export], browse: Browse
) -> None:
    page = browse(bob).post("/exports/schedule/", _sent(two[1], look="1")).content.decode()

    assert "Next runs tomorrow 05:00" in _text(page)
    assert _schedule(two[1]) == (True, ScheduleMode.EVERY_REFRESH, None)


def test_a_schedule_over_the_spring_change_keeps_its_local_time(
    bob: Person, two: list[Export], browse: Browse, still_clock: Any
) -> None:
    still_clock.at = datetime(2026, 3, 28, 6, 0, tzinfo=UTC)

    words = _next(browse(bob), _sent(two[1]))

    assert words.startswith("Next runs tomorrow 04:00 Mon 30 Mar 04:00 Tue 31 Mar 04:00")


def test_a_cron_text_is_judged_while_it_is_typed(
    bob: Person, two: list[Export], browse: Browse
) -> None:
    sent = _sent(two[0], every="cron", cron="61 * * * *")

    told = browse(bob).post("/exports/schedule/next/", sent)

    pane = browse(bob).get(f"/exports/schedule/?pick={two[0].pk}").content.decode()
    assert "The cron text cannot be read, or no day ever fits it." in _text(told.content.decode())
    assert "input from:#schedule-form" in pane


@pytest.mark.parametrize(
    "often", [{"every": "cron", "cron": "* * * * *"}, {"times": ["06:00", "06:05"]}]
)
def test_whoever_wants_it_more_often_than_every_quarter_of_an_hour_is_asked(
    often: dict[str, Any], bob: Person, two: list[Export], browse: Browse
) -> None:
    client, sent = browse(bob), _sent(two[0], **often)

    typed = _text(client.post("/exports/schedule/next/", sent).content.decode())
    asked = client.post("/exports/schedule/", sent)
    before = _schedule(two[0])
    answered = client.post("/exports/schedule/", {**sent, "often": "on"})

    question = "This comes round more often than every 15 minutes. Is it meant?"
    assert question in typed
    assert "Next runs" in typed
    assert (asked.status_code, answered.status_code) == (422, 302)
    assert question in _text(asked.content.decode())
    assert before[2] == MONDAYS
    assert _schedule(two[0])[2] != MONDAYS
