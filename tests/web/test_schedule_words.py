"""Schedules in words, in both languages."""

from __future__ import annotations

from datetime import time

import pytest
from django.utils import translation

from segue.control.recurrence import Every, Recurrence
from segue.web.schedule_words import recurrence_words, zone_words

pytestmark = pytest.mark.one_database


def _recurrence(every: Every, zone: str = "Europe/Paris", **values: object) -> Recurrence:
    return Recurrence(every=every, time_zone=zone, **values)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("recurrence", "english", "french"),
    [
        (
            _recurrence(Every.WEEK, times=(time(8),), weekdays=(0,)),
            "Mondays 08:00 Paris",
            "les lundis à 08:00 (Paris)",
        ),
        (
            _recurrence(Every.WEEK, times=(time(8), time(18, 30)), weekdays=(1, 3, 6)),
            "Tuesdays, Thursdays and Sundays 08:00 and 18:30 Paris",
            "les mardis, les jeudis et les dimanches à 08:00 et 18:30 (Paris)",
        ),
        (
            _recurrence(Every.DAY, "Europe/London", times=(time(6),)),
            "daily 06:00 London",
            "chaque jour à 06:00 (Londres)",
        ),
        (
            _recurrence(Every.MONTH, "UTC", times=(time(6),), month_days=(1, 15)),
            "monthly on day 1 and 15, 06:00 UTC",
            "chaque mois, jour 1 et 15, à 06:00 (UTC)",
        ),
        (
            _recurrence(Every.CRON, "America/New_York", cron="0 6 * * 1-5"),
            "cron 0 6 * * 1-5 New York",
            "cron 0 6 * * 1-5 (New York)",
        ),
    ],
)
def test_a_recurrence_is_said_in_both_languages(
    recurrence: Recurrence, english: str, french: str
) -> None:
    with translation.override("en"):
        assert recurrence_words(recurrence) == english
    with translation.override("fr"):
        assert recurrence_words(recurrence) == french


@pytest.mark.parametrize(
    ("zone", "city"),
    [
        ("America/Argentina/Buenos_Aires", "Buenos Aires"),
        ("Australia/Lord_Howe", "Lord Howe Island"),
        ("UTC", "UTC"),
        ("Etc/GMT+3", "GMT+3"),
    ],
)
def test_a_zone_is_named_by_its_city(zone: str, city: str) -> None:
    assert zone_words(zone) == city
