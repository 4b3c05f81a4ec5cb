"""When something comes round again, compared with a walk minute by minute over the local clock."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from segue.control.recurrence import (
    Every,
    Recurrence,
    checked,
    is_oftener_than,
    next_after,
    upcoming,
)
from segue.core.errors import ConfigurationProblem

pytestmark = pytest.mark.any_day

PARIS, NEW_YORK, LORD_HOWE = "Europe/Paris", "America/New_York", "Australia/Lord_Howe"
MINUTE = timedelta(minutes=1)

SPRING = {
    PARIS: datetime(2026, 3, 29, 1, 0, tzinfo=UTC),
    NEW_YORK: datetime(2026, 3, 8, 7, 0, tzinfo=UTC),
    LORD_HOWE: datetime(2026, 10, 3, 15, 30, tzinfo=UTC),
}
"""The first instant of summer time in each zone: 02:00 becomes 03:00, on Lord Howe 02:30."""

AUTUMN = {
    PARIS: datetime(2026, 10, 25, 1, 0, tzinfo=UTC),
    NEW_YORK: datetime(2026, 11, 1, 6, 0, tzinfo=UTC),
    LORD_HOWE: datetime(2026, 4, 4, 15, 0, tzinfo=UTC),
}
"""The first instant of winter time: the last hour (Lord Howe: half hour) comes again."""

ZONES = st.sampled_from([PARIS, NEW_YORK, LORD_HOWE])
TIMES = st.builds(time, st.integers(0, 23), st.sampled_from([0, 1, 15, 29, 30, 45, 59]))
NIGHT = st.builds(time, st.integers(1, 3), st.sampled_from([0, 15, 30, 45, 59]))


def _daily(*times: time, zone: str = PARIS) -> Recurrence:
    return Recurrence(every=Every.DAY, time_zone=zone, times=times)


def _cron(text: str, zone: str = PARIS) -> Recurrence:
    return Recurrence(every=Every.CRON, time_zone=zone, cron=text)


def _local(instant: datetime | None, zone: str) -> str:
    return "" if instant is None else f"{instant.astimezone(ZoneInfo(zone)):%Y-%m-%d %H:%M %z}"


@st.composite
def _recurrences(draw: st.DrawFn) -> Recurrence:
    every = draw(st.sampled_from([Every.DAY, Every.WEEK, Every.MONTH]))
    return Recurrence(
        every=every,
        time_zone=draw(ZONES),
        times=tuple(draw(st.lists(st.one_of(TIMES, NIGHT), min_size=1, max_size=4))),
        weekdays=tuple(draw(st.lists(st.integers(0, 6), min_size=1, max_size=4))),
        month_days=tuple(draw(st.lists(st.integers(1, 31), min_size=1, max_size=4))),
    )


@st.composite
def _instants(draw: st.DrawFn) -> datetime:
    """Instants around the clock changes, month ends and leap days, and some of anywhere."""
    near = draw(
        st.sampled_from(
            [
                *SPRING.values(),
                *AUTUMN.values(),
                datetime(2028, 2, 29, tzinfo=UTC),
                datetime(2027, 2, 28, tzinfo=UTC),
                datetime(2026, 12, 31, tzinfo=UTC),
            ]
        )
    )
    return near + timedelta(minutes=draw(st.integers(-1_500, 1_500)))


def _walked(recurrence: Recurrence, after: datetime, *, minutes: int) -> Iterator[datetime]:
    """Walk the local clock minute by minute: a scheduled local time happens when the clock first reaches or jumps over it."""
    zone = ZoneInfo(recurrence.time_zone)
    instant = after.replace(second=0, microsecond=0) - timedelta(hours=4)
    reached = instant.astimezone(zone).replace(tzinfo=None)
    while instant < after + minutes * MINUTE:
        instant += MINUTE
        now = instant.astimezone(zone).replace(tzinfo=None)
        passed = []
        while reached < now:
            reached += MINUTE
            passed.append(reached)
        if any(_is_due(recurrence, at) for at in passed) and instant > after:
            yield instant


def _is_due(recurrence: Recurrence, at: datetime) -> bool:
    if at.time() not in recurrence.times:
        return False
    if recurrence.every is Every.WEEK:
        return at.weekday() in recurrence.weekdays
    if recurrence.every is Every.MONTH:
        last = ((at.replace(day=28) + timedelta(days=4)).replace(day=1) - timedelta(days=1)).day
        return at.day in {min(day, last) for day in recurrence.month_days}
    return True


@given(recurrence=_recurrences(), instant=_instants())
def test_it_agrees_with_a_walk_over_every_minute_of_the_local_clock(
    recurrence: Recurrence, instant: datetime
) -> None:
    walked = list(_walked(recurrence, instant, minutes=3 * 24 * 60))

    found = upcoming(recurrence, instant, count=len(walked) + 1)

    assert found[: len(walked)] == walked


@given(
    text=st.sampled_from(["30 2 * * *", "0,30 1,2,3 * * *", "15 2 * * 0", "5 1 28-31 * *"]),
    zone=ZONES,
    instant=_instants(),
)
def test_cron_at_fixed_times_agrees_with_the_same_walk(
    text: str, zone: str, instant: datetime
) -> None:
    same = {
        "30 2 * * *": _daily(time(2, 30)),
        "0,30 1,2,3 * * *": _daily(*(time(h, m) for h in (1, 2, 3) for m in (0, 30))),
        "15 2 * * 0": Recurrence(
            every=Every.WEEK, time_zone="", times=(time(2, 15),), weekdays=(6,)
        ),
        "5 1 28-31 * *": Recurrence(
            every=Every.MONTH, time_zone="", times=(time(1, 5),), month_days=(28, 29, 30, 31)
        ),
    }[text]
    meant = Recurrence(
        every=same.every,
        time_zone=zone,
        times=same.times,
        weekdays=same.weekdays,
        month_days=same.month_days,
    )
    walked = list(_walked(meant, instant, minutes=2 * 24 * 60))

    found = upcoming(_cron(text, zone), instant, count=len(walked) + 1)

    assert found[: len(walked)] == walked


@given(
    recurrence=st.one_of(
        _recurrences(),
        st.builds(
            _cron,
            st.sampled_from(
                ["*/20 * * * *", "30 2 * * *", "15 */2 * * *", "0 0 29 2 *", "7 1-3 * * *"]
            ),
            ZONES,
        ),
    ),
    instant=_instants(),
)
@example(recurrence=_cron("30 2 * * *"), instant=AUTUMN[PARIS] + 15 * MINUTE)
def test_each_time_lies_after_the_one_before(recurrence: Recurrence, instant: datetime) -> None:
    found = [instant, *upcoming(recurrence, instant, count=8)]

    assert len(found) == 9
    assert all(earlier < later for earlier, later in pairwise(found))
    assert {at.utcoffset() for at in found} == {timedelta(0)}


@given(recurrence=_recurrences(), instant=_instants(), seconds=st.integers(1, 200_000))
def test_asking_from_anywhere_before_it_gives_the_same_time(
    recurrence: Recurrence, instant: datetime, seconds: int
) -> None:
    expected = next_after(recurrence, instant)
    assert expected is not None
    between = min(instant + timedelta(seconds=seconds), expected - timedelta(microseconds=1))

    assert next_after(recurrence, between) == expected


@pytest.mark.parametrize(
    ("zone", "happens"),
    [
        (PARIS, ["2026-03-28 02:30 +0100", "2026-03-29 03:00 +0200", "2026-03-30 02:30 +0200"]),
        (NEW_YORK, ["2026-03-07 02:30 -0500", "2026-03-08 03:00 -0400", "2026-03-09 02:30 -0400"]),
        (LORD_HOWE, ["2026-10-03 02:15 +1030", "2026-10-04 02:30 +1100", "2026-10-05 02:15 +1100"]),
    ],
)
@pytest.mark.parametrize("kind", ["daily", "cron"])
def test_a_time_that_spring_skips_happens_once_right_after_the_gap(
    zone: str, happens: list[str], kind: str
) -> None:
    at = time(2, 15) if zone == LORD_HOWE else time(2, 30)
    recurrence = (
        _daily(at, zone=zone) if kind == "daily" else _cron(f"{at.minute} {at.hour} * * *", zone)
    )

    found = upcoming(recurrence, SPRING[zone] - timedelta(days=1, hours=2), count=3)

    assert [_local(instant, zone) for instant in found] == happens


@pytest.mark.parametrize(
    ("zone", "at", "happens"),
    [
        (PARIS, time(2, 30), ["2026-10-25 02:30 +0200", "2026-10-26 02:30 +0100"]),
        (NEW_YORK, time(1, 30), ["2026-11-01 01:30 -0400", "2026-11-02 01:30 -0500"]),
        (LORD_HOWE, time(1, 45), ["2026-04-05 01:45 +1100", "2026-04-06 01:45 +1030"]),
    ],
)
@pytest.mark.parametrize("kind", ["daily", "cron"])
def test_a_time_that_autumn_repeats_happens_once(
    zone: str, at: time, happens: list[str], kind: str
) -> None:
    recurrence = (
        _daily(at, zone=zone) if kind == "daily" else _cron(f"{at.minute} {at.hour} * * *", zone)
    )

    found = upcoming(recurrence, AUTUMN[zone] - timedelta(hours=6), count=2)

    assert [_local(instant, zone) for instant in found] == happens


def test_two_times_in_one_gap_happen_once() -> None:
    recurrence = _daily(time(2, 10), time(2, 50), time(3, 0))

    found = upcoming(recurrence, SPRING[PARIS] - timedelta(hours=1), count=2)

    assert [_local(instant, PARIS) for instant in found] == [
        "2026-03-29 03:00 +0200",
        "2026-03-30 02:10 +0200",
    ]


def test_an_hourly_cron_runs_in_both_of_the_repeated_hours() -> None:
    found = upcoming(_cron("0 * * * *"), AUTUMN[PARIS] - timedelta(hours=1, minutes=5), count=3)

    assert [_local(instant, PARIS) for instant in found] == [
        "2026-10-25 02:00 +0200",
        "2026-10-25 02:00 +0100",
        "2026-10-25 03:00 +0100",
    ]


def test_a_day_that_a_month_lacks_is_its_last() -> None:
    recurrence = Recurrence(
        every=Every.MONTH, time_zone=PARIS, times=(time(6),), month_days=(30, 31)
    )

    found = upcoming(recurrence, datetime(2027, 12, 31, 12, tzinfo=UTC), count=7)

    assert [f"{instant:%Y-%m-%d}" for instant in found] == [
        "2028-01-30",
        "2028-01-31",
        "2028-02-29",
        "2028-03-30",
        "2028-03-31",
        "2028-04-30",
        "2028-05-30",
    ]


def test_the_29th_of_february_comes_round_by_cron_in_leap_years_only() -> None:
    found = upcoming(_cron("0 6 29 2 *"), datetime(2026, 1, 1, tzinfo=UTC), count=2)

    assert [f"{instant:%Y-%m-%d}" for instant in found] == ["2028-02-29", "2032-02-29"]


def test_what_a_kind_does_not_read_is_not_kept() -> None:
    wanted = Recurrence(
        every=Every.DAY,
        time_zone=PARIS,
        times=(time(18), time(6, 0, 59), time(6)),
        weekdays=(1,),
        month_days=(3,),
        cron="x",
    )

    assert checked(wanted) == _daily(time(6), time(18))


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"time_zone": "Europe/Atlantis"}, "schedule_zone"),
        ({"times": ()}, "schedule_times"),
        ({"every": Every.WEEK}, "schedule_days"),
        ({"every": Every.WEEK, "weekdays": (7,)}, "schedule_days"),
        ({"every": Every.MONTH}, "schedule_days"),
        ({"every": Every.MONTH, "month_days": (0,)}, "schedule_days"),
        ({"every": Every.CRON, "cron": ""}, "schedule_cron"),
        ({"every": Every.CRON, "cron": "every day"}, "schedule_cron"),
        ({"every": Every.CRON, "cron": "0 0 30 2 *"}, "schedule_cron"),
        ({"every": Every.CRON, "cron": "* * * * * *"}, "schedule_cron"),
    ],
)
def test_a_recurrence_that_never_happens_is_refused(changes: dict[str, object], code: str) -> None:
    values: dict[str, object] = {"every": Every.DAY, "time_zone": PARIS, "times": (time(6),)}

    with pytest.raises(ConfigurationProblem) as refused:
        checked(Recurrence(**{**values, **changes}))  # type: ignore[arg-type]

    assert refused.value.code == code


@pytest.mark.parametrize(
    ("recurrence", "is_often"),
    [
        (_cron("* * * * *"), True),
        (_cron("*/14 * * * *"), True),
        (_cron("*/15 * * * *"), False),
        (_cron("0,5 6 29 2 *"), True),
        (_cron("55 23 * * *"), False),
        (_cron("0,55 0,23 * * *"), True),  # over midnight
        (_daily(time(6), time(6, 5)), True),
        (_daily(time(0, 5), time(23, 55)), True),
        (_daily(time(6), time(18)), False),
    ],
)
def test_a_recurrence_says_whether_two_of_its_times_are_near(
    recurrence: Recurrence, is_often: bool
) -> None:
    assert is_oftener_than(checked(recurrence), timedelta(minutes=15)) == is_often
