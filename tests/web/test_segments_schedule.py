"""The page of a segment's schedule: times of its own, a later date, and what is wrong beside its field."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from segue.control.people.models import Person
from segue.control.segments.models import SegmentSchedule
from tests.control.stage import connection, declared, export
from tests.web.reading import text_of
from tests.web.typed import form_in

Browse = Callable[[Person | None], Client]
ADDRESS = "/segments/vip/schedule/"
DAILY = {"is_on": "on", "every": "daily", "times": ["07:30"], "time_zone": "Europe/Paris", "switch": "none"}  # fmt: skip


@pytest.fixture
def folder(db: None, tmp_path: Path) -> Path:
    """Return the folder of an installation whose definition counts."""
    declared(tmp_path)
    return tmp_path


def test_a_schedule_is_kept_and_told_in_words(
    folder: Path, browse: Browse, alice: Person, bob: Person
) -> None:
    export(alice, connection(alice), name="Weekly letter")
    later = {"switch": "off", "switch_day": "2026-07-01", "switch_time": "18:00"}

    page = browse(bob).post(ADDRESS, {**DAILY, **later}, follow=True)
    again = browse(bob).get(ADDRESS)

    kept = SegmentSchedule.objects.get()
    assert (kept.switch_at, kept.switch_to) == (datetime(2026, 7, 1, 16, 0, tzinfo=UTC), False)
    assert "Becomes inactive Wed 1 Jul 16:00" in text_of(page)
    assert "07:30" in text_of(page)
    assert "nobody loses a tag by that: Weekly letter" in text_of(again)
    assert 'value="2026-07-01"' in again.text
    assert 'value="18:00"' in again.text


def test_in_french_the_day_that_was_chosen_stands_in_its_field_too(
    folder: Path, browse: Browse, bob: Person
) -> None:
    Person.objects.update(language="fr")
    later = {"switch": "off", "switch_day": "2026-07-01", "switch_time": "18:05"}
    browse(bob).post(ADDRESS, {**DAILY, **later})

    form = form_in(browse(bob).get(ADDRESS), "schedule-form")

    assert form is not None
    assert (form.fields["switch_day"], form.fields["switch_time"]) == (["2026-07-01"], ["18:05"])
    again = browse(bob).post(ADDRESS, {**form.fields, "times": ["09:00"]})
    assert again.status_code == 302


@pytest.mark.parametrize(
    ("changes", "field", "told"),
    [
        ({"switch": "on"}, "switch_day", "Say when."),
        (
            {"switch": "on", "switch_day": "2020-01-01", "switch_time": "06:00"},
            "switch_day",
            "The time to switch the segment is over.",
        ),
        ({"times": [""]}, "times", ""),
        ({"every": "weekly"}, "weekdays", ""),
        ({"time_zone": "Moon/Base"}, "time_zone", ""),
    ],
)
def test_what_cannot_come_is_told_beside_its_field(
    folder: Path, browse: Browse, bob: Person, changes: dict[str, Any], field: str, told: str
) -> None:
    page = browse(bob).post(ADDRESS, {**DAILY, **changes})

    assert page.status_code == 422
    assert field in page.context["form"].errors
    assert told in text_of(page)
    assert not SegmentSchedule.objects.exists()


def test_switching_it_off_forgets_the_times(folder: Path, browse: Browse, bob: Person) -> None:
    client = browse(bob)
    client.post(ADDRESS, DAILY)
    client.post(ADDRESS, {**DAILY, "is_on": "off"})

    kept = SegmentSchedule.objects.get()
    assert (kept.recurrence, kept.next_at) == (None, None)
