"""Segments are counted at times of their own and switched at a later date: once each, whoever carries it out."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from pathlib import Path
from typing import Any

import pytest

from segue.control.audit.models import Action, Entry
from segue.control.people.models import Person
from segue.control.recurrence import Every, Recurrence
from segue.control.segments.models import Segment, SegmentKind, SegmentSchedule
from segue.control.segments.scheduling import Wanted, schedule, schedule_of, switch_due, take_due
from segue.core.errors import ConfigurationProblem, NotAllowed
from segue.service.segment_schedules import tend_segments
from tests.control.stage import data_folder, declared, read
from tests.fakes.clocks import START

LATER = START + timedelta(days=3)
DAILY = Recurrence(every=Every.DAY, time_zone="Europe/Paris", times=(time(7, 30),))


@pytest.fixture
def folder(db: None, tmp_path: Path, settings: Any) -> Path:
    """Return the folder of an installation that has read six people."""
    settings.SEGUE_HOME = tmp_path / "home"
    declared(data_folder(tmp_path))
    read(tmp_path)
    return tmp_path


def _named(name: str) -> Segment:
    return Segment.objects.get(name=name)


def _schedule(actor: Person, **wanted: Any) -> None:
    schedule(segment=_named("vip"), wanted=Wanted(**wanted), actor=actor, now=START)


def test_a_segment_is_counted_at_its_own_times_once_however_many_were_missed(
    folder: Path, bob: Person
) -> None:
    _schedule(bob, recurrence=DAILY)

    early = tend_segments(START + timedelta(hours=1))
    counted = tend_segments(LATER)
    again = tend_segments(LATER + timedelta(minutes=1))

    assert (early, counted, again) == (0, 1, 0)
    assert (_named("vip").members, _named("vip").refreshed_at) == (6, LATER)
    assert _named("newcomers").members is None
    kept = SegmentSchedule.objects.get()
    assert kept.next_at == datetime(2026, 3, 6, 6, 30, tzinfo=UTC)
    assert schedule_of(_named("vip")).recurrence == DAILY


def test_two_workers_count_it_once(folder: Path, bob: Person) -> None:
    _schedule(bob, recurrence=DAILY)

    taken = [take_due(now=LATER), take_due(now=LATER)]

    assert [[one.name for one in some] for some in taken] == [["vip"], []]


def test_what_cannot_be_counted_now_keeps_its_members_and_its_next_time(
    folder: Path, bob: Person, settings: Any, tmp_path: Path
) -> None:
    _schedule(bob, recurrence=DAILY)
    settings.SEGUE_HOME = tmp_path / "elsewhere"

    assert tend_segments(LATER) == 0
    assert SegmentSchedule.objects.get().next_at is not None


def test_an_inactive_segment_is_not_counted(folder: Path, bob: Person) -> None:
    _schedule(bob, recurrence=DAILY)
    Segment.objects.filter(name="vip").update(is_active=False)

    assert tend_segments(LATER) == 0


def test_a_segment_is_switched_when_its_time_has_come_and_once(folder: Path, bob: Person) -> None:
    _schedule(bob, switch_at=LATER, switch_to=False)

    early = switch_due(now=LATER - timedelta(seconds=1))
    switched = switch_due(now=LATER)
    Segment.objects.filter(name="vip").update(is_active=True)
    again = switch_due(now=LATER)

    assert (early, switched, again) == ([], ["vip"], [])
    entry = Entry.objects.latest("id")
    assert (entry.action, entry.actor_name, entry.subject_name) == (
        Action.SEGMENT_DEACTIVATED,
        "",
        "VIP",
    )


def test_a_schedule_is_written_down(folder: Path, bob: Person) -> None:
    _schedule(bob, recurrence=DAILY, switch_at=LATER, switch_to=True)

    entry = Entry.objects.latest("id")
    assert (entry.action, entry.actor_name) == (Action.SEGMENT_SCHEDULED, bob.name)
    assert entry.details == {
        "on": True,
        "every": "daily",
        "switched_at": LATER.isoformat(),
        "switched_to_active": True,
    }


def test_what_cannot_come_is_refused(folder: Path, bob: Person, vera: Person) -> None:
    with pytest.raises(ConfigurationProblem) as over:
        _schedule(bob, switch_at=START)
    with pytest.raises(ConfigurationProblem) as timeless:
        _schedule(bob, recurrence=Recurrence(every=Every.DAY, time_zone="UTC"))
    with pytest.raises(NotAllowed):
        _schedule(vera, switch_at=LATER)
    Segment.objects.filter(name="vip").update(kind=SegmentKind.STATIC)
    with pytest.raises(ConfigurationProblem) as static:
        _schedule(bob, recurrence=DAILY)

    codes = [one.value.code for one in (over, timeless, static)]
    assert codes == ["segment_switch_over", "schedule_times", "segment_not_scheduled"]
    assert not SegmentSchedule.objects.exists()
