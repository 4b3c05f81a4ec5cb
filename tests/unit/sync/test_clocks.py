"""Our clock against the service's: an hour apart at most, whatever happened to ours while it was read."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from segue.sync.clocks import ClockGap, gap_between
from segue.sync.kinds import Skip
from segue.sync.suppression import LONGEST_WAIT, Hold, is_over

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)


@pytest.mark.parametrize("off", [timedelta(0), HOUR, -HOUR, 59 * MINUTE])
def test_within_an_hour_a_clock_can_be_believed(off: timedelta) -> None:
    assert gap_between(NOW + off, begun=NOW, ended=NOW) is None


@pytest.mark.parametrize(
    ("off", "minutes"), [(61 * MINUTE, 61), (-61 * MINUTE, 61), (3 * DAY, 4_320)]
)
def test_beyond_an_hour_it_is_told_by_how_much(off: timedelta, minutes: int) -> None:
    gap = gap_between(NOW + off, begun=NOW, ended=NOW)

    assert gap == ClockGap(ours=NOW, theirs=NOW + off)
    assert gap.minutes == minutes


def test_a_reading_that_takes_hours_is_dated_somewhere_in_between() -> None:
    assert gap_between(NOW + 2 * HOUR, begun=NOW, ended=NOW + 4 * HOUR) is None
    assert gap_between(NOW + 6 * HOUR, begun=NOW, ended=NOW + 4 * HOUR) == ClockGap(
        ours=NOW + 4 * HOUR, theirs=NOW + 6 * HOUR
    )


def test_a_clock_that_is_set_back_while_it_reads_counts_from_where_it_was() -> None:
    assert gap_between(NOW, begun=NOW, ended=NOW - 5 * HOUR) is None


@pytest.mark.parametrize(
    ("until", "over"),
    [
        (None, False),
        (NOW + MINUTE, False),
        (NOW + LONGEST_WAIT, False),
        (NOW, True),
        (NOW - DAY, True),
        (NOW + 400 * DAY, True),
    ],
)
def test_a_hold_ends_with_its_time_and_when_that_cannot_be_right(
    until: datetime | None, over: bool
) -> None:
    hold = Hold(subscriber_hash="a", skip=Skip.OTHER, while_fields=False, until=until, tries=1)

    assert is_over(hold, NOW) is over
