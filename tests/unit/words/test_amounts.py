"""Numbers, shares and lengths of time as people write them, the same on every face (of pages: `tests/web/test_charts.py`)."""

from __future__ import annotations

import pytest

from segue.words.amounts import duration, minutes, number, share


def test_numbers_have_their_thousands_apart() -> None:
    assert (number(1234567, "en"), number(1234567, "fr")) == ("1,234,567", "1\u202f234\u202f567")


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (0.0, "0"),
        (0.0002, "<0.1"),
        (0.0024, "0.2"),
        (0.0096, "1.0"),
        (0.27, "27"),
        (1.0, "100"),
    ],
)
def test_a_small_share_has_a_decimal_and_is_never_shown_as_nothing(
    value: float, shown: str
) -> None:
    def plain(text: str) -> str:
        return text.replace("\u202f", "").replace("\xa0", "")

    assert plain(share(value, "en")) == f"{shown}%"
    assert plain(share(value, "fr")) == f"{shown.replace('.', ',')}%"


@pytest.mark.parametrize(
    ("seconds", "english", "french"),
    [
        (0, "0 s", "0 s"),
        (0.04, "<\u202f0.1 s", "<\u202f0,1 s"),
        (9.94, "9.9 s", "9,9 s"),
        (12, "12 s", "12 s"),
        (59.96, "1 min 00 s", "1 min 00 s"),
        (185, "3 min 05 s", "3 min 05 s"),
        (3_720, "1 h 02 min", "1 h 02 min"),
    ],
)
def test_times_are_written_for_people(seconds: float, english: str, french: str) -> None:
    assert duration(seconds, "en") == english
    assert duration(seconds, "fr").replace("\xa0", " ") == french


def test_a_length_of_time_is_said_in_the_unit_that_people_would_use() -> None:
    assert [minutes(n, "en") for n in (1, 90, 600, 7606)] == [
        "1 minute",
        "90 minutes",
        "10 hours",
        "5 days",
    ]
    assert minutes(7606, "fr").replace("\xa0", " ") == "5 jours"
