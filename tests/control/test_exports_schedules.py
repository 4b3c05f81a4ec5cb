"""Schedules of exports: switched one by one or together, kept or replaced, and when each runs next."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from pathlib import Path

import pytest

from segue.control.audit.models import Action, Entry
from segue.control.connections.models import Connection
from segue.control.exports import operations, queries
from segue.control.exports.models import Export, ScheduleMode
from segue.control.exports.schedules import (
    own_recurrence,
    recurrence_as_json,
    recurrence_as_text,
    recurrence_from_json,
    recurrence_from_text,
)
from segue.control.people.models import Person
from segue.control.recurrence import Every, Recurrence
from segue.control.refreshes.forecast import Forecast, Unscheduled, forecast, forecast_when_attached
from segue.control.refreshes.operations import set_system_schedule
from segue.core.errors import ConfigurationProblem
from tests.control import stage
from tests.fakes.clocks import START

MONDAYS = Recurrence(every=Every.WEEK, time_zone="Europe/Paris", times=(time(8),), weekdays=(0,))
MORNINGS = Recurrence(every=Every.DAY, time_zone="UTC", times=(time(6), time(18)))
NEXT_MONDAY = datetime(2026, 3, 9, 7, tzinfo=UTC)


@pytest.fixture
def connected(alice: Person, tmp_path: Path) -> Connection:
    """Declare data and return a shared connection."""
    stage.declared(stage.data_folder(tmp_path))
    return stage.connection(alice)


def _schedule(export: Export) -> tuple[bool, str, Recurrence | None, datetime | None]:
    kept = Export.objects.get(pk=export.pk)
    return kept.schedule_is_on, kept.schedule_mode, own_recurrence(kept), kept.next_run_at


def test_one_schedule_replaces_those_of_several(bob: Person, connected: Connection) -> None:
    one, other = (stage.export(bob, connected, name=name) for name in ("One", "Other"))

    operations.define_schedules(
        exports=[one, other], is_on=True, recurrence=MONDAYS, actor=bob, now=START
    )

    expected = (True, ScheduleMode.OWN, MONDAYS, NEXT_MONDAY)
    assert [_schedule(one), _schedule(other)] == [expected, expected]


def test_individual_schedules_are_kept_while_they_are_switched_together(
    bob: Person, connected: Connection
) -> None:
    one, other = (stage.export(bob, connected, name=name) for name in ("One", "Other"))
    operations.define_schedules(exports=[one], is_on=True, recurrence=MONDAYS, actor=bob, now=START)

    operations.switch_schedules(exports=[one, other], is_on=False, actor=bob, now=START)
    assert _schedule(one) == (False, ScheduleMode.OWN, MONDAYS, None)
    assert _schedule(other) == (False, ScheduleMode.EVERY_REFRESH, None, None)

    operations.switch_schedules(exports=[one, other], is_on=True, actor=bob, now=START)
    assert _schedule(one) == (True, ScheduleMode.OWN, MONDAYS, NEXT_MONDAY)
    assert _schedule(other) == (True, ScheduleMode.EVERY_REFRESH, None, None)


def test_without_a_recurrence_exports_follow_the_system_refresh_again(
    bob: Person, connected: Connection
) -> None:
    export = stage.export(bob, connected)
    operations.define_schedules(
        exports=[export], is_on=True, recurrence=MONDAYS, actor=bob, now=START
    )

    operations.define_schedules(exports=[export], is_on=True, recurrence=None, actor=bob, now=START)

    assert _schedule(export) == (True, ScheduleMode.EVERY_REFRESH, None, None)


def test_a_schedule_that_never_comes_is_refused_and_nothing_changes(
    bob: Person, connected: Connection
) -> None:
    export = stage.export(bob, connected)
    never = Recurrence(every=Every.WEEK, time_zone="Europe/Paris", times=(time(8),))

    with pytest.raises(ConfigurationProblem) as refused:
        operations.define_schedules(
            exports=[export], is_on=True, recurrence=never, actor=bob, now=START
        )

    assert refused.value.code == "schedule_days"
    assert _schedule(export) == (True, ScheduleMode.EVERY_REFRESH, None, None)


def test_each_change_of_a_schedule_is_recorded(bob: Person, connected: Connection) -> None:
    export = stage.export(bob, connected)
    operations.define_schedules(
        exports=[export], is_on=True, recurrence=MONDAYS, actor=bob, now=START
    )
    operations.switch_schedules(exports=[export], is_on=False, actor=bob, now=START)

    entries = Entry.objects.filter(action=Action.EXPORT_SCHEDULED).order_by("id")

    text = "weekly weekday 1 08:00 Europe/Paris"
    assert [entry.details for entry in entries] == [
        {"on": True, "mode": "own", "recurrence": text},
        {"on": False, "mode": "own", "recurrence": text},
    ]


@pytest.mark.parametrize(
    "recurrence",
    [
        MONDAYS,
        MORNINGS,
        Recurrence(every=Every.MONTH, time_zone="UTC", times=(time(23, 59),), month_days=(1, 31)),
        Recurrence(every=Every.CRON, time_zone="America/New_York", cron="*/15 8-18 * * 1-5"),
    ],
)
def test_a_recurrence_comes_back_as_it_was_kept(recurrence: Recurrence) -> None:
    assert recurrence_from_json(recurrence_as_json(recurrence)) == recurrence


def test_only_exports_whose_time_has_come_are_due(bob: Person, connected: Connection) -> None:
    due = stage.export(bob, connected, name="Due")
    operations.define_schedules(
        exports=[due], is_on=True, recurrence=MORNINGS, actor=bob, now=START
    )
    for name, change in (
        ("Later", {"next_run_at": START + timedelta(days=2)}),
        ("Off", {"schedule_is_on": False}),
        ("Detached", {"connection": None}),
        ("With the refresh", {"schedule_mode": ScheduleMode.EVERY_REFRESH}),
        ("Removed", {"removed_at": START}),
    ):
        export = stage.export(bob, connected, name=name)
        operations.define_schedules(
            exports=[export], is_on=True, recurrence=MORNINGS, actor=bob, now=START
        )
        Export.objects.filter(pk=export.pk).update(**change)

    assert list(queries.due(START + timedelta(hours=9, minutes=-1))) == []
    assert list(queries.due(START + timedelta(hours=9))) == [due]


def test_a_forecast_says_when_or_why_not(alice: Person, connected: Connection) -> None:
    export = stage.export(alice, connected)
    assert forecast(export, now=START) == Forecast(why_not=Unscheduled.SYSTEM_REFRESH_OFF)

    set_system_schedule(is_on=True, recurrence=MORNINGS, actor=alice, now=START)
    assert forecast(export, now=START) == Forecast(at=datetime(2026, 3, 2, 18, tzinfo=UTC))

    operations.define_schedules(
        exports=[export], is_on=True, recurrence=MONDAYS, actor=alice, now=START
    )
    assert forecast(export, now=START) == Forecast(at=NEXT_MONDAY)

    operations.switch_schedules(exports=[export], is_on=False, actor=alice, now=START)
    assert forecast(export, now=START) == Forecast(why_not=Unscheduled.SWITCHED_OFF)

    operations.detach(exports=[export], actor=alice, now=START)
    assert forecast(export, now=START) == Forecast(why_not=Unscheduled.DETACHED)


def test_what_is_about_to_be_attached_has_a_forecast_from_now_on(
    alice: Person, connected: Connection
) -> None:
    export = stage.export(alice, connected)
    operations.define_schedules(
        exports=[export], is_on=True, recurrence=MONDAYS, actor=alice, now=START
    )
    operations.detach(exports=[export], actor=alice, now=START)
    a_month_later = START + timedelta(days=30)

    found = forecast_when_attached(export, now=a_month_later)

    assert found == Forecast(at=datetime(2026, 4, 6, 6, tzinfo=UTC))


@pytest.mark.parametrize(
    "recurrence",
    [
        MONDAYS,
        MORNINGS,
        Recurrence(every=Every.MONTH, time_zone="UTC", times=(time(6, 30),), month_days=(1, 15)),
        Recurrence(every=Every.CRON, time_zone="UTC", cron="0 6 * * 1-5"),
    ],
)
def test_what_the_audit_log_says_of_a_recurrence_can_be_read_again(recurrence: Recurrence) -> None:
    export = Export(schedule_mode=ScheduleMode.OWN, recurrence=recurrence_as_json(recurrence))

    text = recurrence_as_text(export)

    assert recurrence_from_text(text) == recurrence


@pytest.mark.parametrize("text", ["", "weekly", "now and then"])
def test_another_text_is_no_recurrence(text: str) -> None:
    assert recurrence_from_text(text) is None
