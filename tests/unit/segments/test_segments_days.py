"""Days by the calendar and by the clocks of a zone, without an engine."""

from __future__ import annotations

from datetime import datetime

from segue.segments.local_days import offsets


def test_a_zone_has_its_offsets_from_the_second_on_at_which_its_clocks_changed() -> None:
    hour = 3_600

    paris = [one for one in offsets("Europe/Paris") if one.since.year == 2026]

    assert [(one.since, one.seconds) for one in paris] == [
        (datetime(2026, 3, 29, 1), 2 * hour),
        (datetime(2026, 10, 25, 1), hour),
    ]


def test_a_zone_whose_clocks_never_change_has_one_offset_from_the_first_known_year_on() -> None:
    assert [(one.since, one.seconds) for one in offsets("UTC")] == [(datetime(1900, 1, 1), 0)]
