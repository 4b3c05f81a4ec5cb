"""Local days, months and periods as instants in UTC."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import duckdb
import ibis
import pytest

from segue.profiles.schema import Attribute, AttributeType
from segue.segments.conditions import condition, either, subject_of
from segue.segments.local_days import Calendar, month_offsets, shifted
from segue.segments.rules import Compare, Comparison, Unit, Within
from segue.sync.export import MergeType
from segue.sync.merge_texts import merge_text

pytestmark = pytest.mark.any_day


def _calendar(as_of: datetime, time_zone: str = "Europe/Paris") -> Calendar:
    return Calendar(as_of=as_of, time_zone=time_zone)


def test_today_is_the_local_day() -> None:
    late = datetime(2026, 3, 31, 22, 30, tzinfo=UTC)

    assert _calendar(late).today == date(2026, 4, 1)
    assert _calendar(late, "UTC").today == date(2026, 3, 31)


@pytest.mark.parametrize(
    ("rule", "days"),
    [
        (Within(attribute="d", amount=1, unit=Unit.DAYS), (date(2026, 3, 31), date(2026, 3, 31))),
        (Within(attribute="d", amount=7, unit=Unit.DAYS), (date(2026, 3, 25), date(2026, 3, 31))),
        (Within(attribute="d", amount=2, unit=Unit.WEEKS), (date(2026, 3, 18), date(2026, 3, 31))),
        (Within(attribute="d", amount=1, unit=Unit.MONTHS), (date(2026, 3, 1), date(2026, 3, 31))),
        (Within(attribute="d", amount=1, unit=Unit.YEARS), (date(2025, 4, 1), date(2026, 3, 31))),
        (Within(attribute="d", amount=1, unit=Unit.DAYS, ahead=True), (date(2026, 3, 31), date(2026, 3, 31))),
        (Within(attribute="d", amount=1, unit=Unit.MONTHS, ahead=True), (date(2026, 3, 31), date(2026, 4, 29))),
    ],
)  # fmt: skip
def test_a_period_has_exactly_that_many_days_of_which_today_is_one(
    rule: Within, days: tuple[date, date]
) -> None:
    assert _calendar(datetime(2026, 3, 31, 12, tzinfo=UTC)).period(rule) == days


@pytest.mark.parametrize(
    ("day", "amount", "unit", "expected"),
    [
        (date(2024, 2, 29), -1, Unit.YEARS, date(2023, 2, 28)),
        (date(2024, 2, 29), 4, Unit.YEARS, date(2028, 2, 29)),
        (date(2026, 3, 31), -1, Unit.MONTHS, date(2026, 2, 28)),
        (date(2026, 1, 31), -1, Unit.MONTHS, date(2025, 12, 31)),
        (date(2025, 12, 31), 2, Unit.MONTHS, date(2026, 2, 28)),
        (date(2026, 1, 15), -13, Unit.MONTHS, date(2024, 12, 15)),
    ],
)
def test_a_month_without_that_day_ends_on_its_last_one(
    day: date, amount: int, unit: Unit, expected: date
) -> None:
    assert shifted(day, amount, unit) == expected


@pytest.mark.parametrize(
    ("day", "time_zone", "start"),
    [
        (date(2026, 3, 29), "Europe/Paris", datetime(2026, 3, 28, 23)),
        (date(2026, 3, 30), "Europe/Paris", datetime(2026, 3, 29, 22)),
        (date(2026, 10, 26), "Europe/Paris", datetime(2026, 10, 25, 23)),
        (date(2018, 11, 4), "America/Sao_Paulo", datetime(2018, 11, 4, 3)),  # no midnight that day
        (date(2011, 12, 31), "Pacific/Apia", datetime(2011, 12, 30, 10)),  # the 30th never was
        (date(2026, 7, 1), "Asia/Kolkata", datetime(2026, 6, 30, 18, 30)),
    ],
)
def test_a_local_day_starts_at_this_instant(day: date, time_zone: str, start: datetime) -> None:
    assert _calendar(datetime(2026, 1, 1, tzinfo=UTC), time_zone).day_start(day) == start


@pytest.mark.parametrize(
    "time_zone",
    [
        *("UTC", "Europe/Paris", "Europe/London", "America/New_York", "America/Sao_Paulo"),
        *(
            "Asia/Kolkata",
            "Asia/Kathmandu",
            "Australia/Lord_Howe",
            "Pacific/Apia",
            "Africa/Casablanca",
        ),
    ],
)
def test_the_looked_up_offset_gives_the_local_month_around_every_start_of_a_month(
    time_zone: str,
) -> None:
    zone = ZoneInfo(time_zone)
    around = [timedelta(hours=hours, seconds=1) for hours in range(-16, 17)]

    wrong = [
        instant
        for year in range(1901, 2051)
        for month in range(1, 13)
        for instant in (datetime(year, month, 1) + distance for distance in around)
        if _looked_up_month(instant, time_zone)
        != instant.replace(tzinfo=UTC).astimezone(zone).month
    ]

    assert wrong == []


def _looked_up_month(instant: datetime, time_zone: str) -> int:
    nearest = instant + timedelta(days=15)
    runs = [run for run in month_offsets(time_zone) if run.first_year <= nearest.year]
    return (instant + timedelta(seconds=runs[-1].seconds[nearest.month - 1])).month


def test_a_zone_with_fixed_rules_needs_few_runs_of_years() -> None:
    counts = {
        zone: len(month_offsets(zone)) for zone in ("UTC", "Europe/Paris", "America/New_York")
    }

    assert counts["UTC"] == 1
    assert max(counts.values()) <= 32


@pytest.mark.parametrize(
    "zone", ["Europe/Paris", "America/New_York", "Asia/Kolkata", "Australia/Sydney"]
)
def test_the_month_of_a_rule_is_the_month_that_is_sent(zone: str) -> None:
    born = Attribute(name="born", type=AttributeType.TIMESTAMP, column="born", time_zone=zone)
    calendar = _calendar(datetime(2026, 3, 31, tzinfo=UTC), "UTC")
    table = ibis.table({"born": "timestamp"}, name="people")
    sent = merge_text(table.born, born, MergeType.BIRTHDAY, None).text
    differing = [
        condition(
            subject_of(table.born, born),
            Compare(attribute="born", comparison=Comparison.MONTH_OF, values=(month,)),
            calendar,
        )
        != sent.startswith(f"{month:02}/")
        for month in range(1, 13)
    ]
    with duckdb.connect() as connection:
        # every 7 h 53 min from 1950 to 2050: some instants of every hour on both sides of every start of a month
        connection.execute(
            "CREATE TABLE people AS SELECT TIMESTAMP '1950-01-01' + to_seconds(n * 28380) AS born FROM range(111000) t(n)"
        )
        wrong = connection.execute(
            str(ibis.to_sql(table.filter(either(differing)).count().as_table(), dialect="duckdb"))
        ).fetchall()

    assert wrong == [(0,)]
