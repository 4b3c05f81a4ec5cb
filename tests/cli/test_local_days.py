"""An instant is the same day wherever it becomes text: in merge fields, samples and rules; the day of its zone."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.values_shop import values_shop

FIELDS = {"BDAY": ("birthday", "at"), "DAY": ("date", "at"), "NOTE": ("text", "at")}


@pytest.mark.parametrize("zone", ["Europe/Paris", "America/New_York", "UTC", "Asia/Tokyo"])
def test_a_day_that_was_written_without_an_offset_is_sent_as_it_was_written(
    tmp_path: Path, zone: str
) -> None:
    written = ["1990-05-01 00:00:00", "1945-05-01 00:00:00", "2024-12-31 23:30:00"]
    rules = {
        "may": "{attribute: at, month_of: 5}",
        "that_day": "{attribute: at, on: 2024-12-31}",
        "later": "{attribute: at, after: 2024-12-30}",
    }
    with values_shop(
        tmp_path,
        {"at": written},
        attributes={"at": "{column: at, type: timestamp}"},
        segments=rules,
        fields=FIELDS,
        zone=zone,
    ) as shop:
        sent = shop.sent()
        shown = shop.read("at")
        members = [shop.members(name) for name in rules]

    assert sent == {
        "p1": {"BDAY": "05/01", "DAY": "1990-05-01", "NOTE": "1990-05-01T00:00:00"},
        "p2": {"BDAY": "05/01", "DAY": "1945-05-01", "NOTE": "1945-05-01T00:00:00"},
        "p3": {"BDAY": "12/31", "DAY": "2024-12-31", "NOTE": "2024-12-31T23:30:00"},
    }
    assert [text[:19] for text in shown] == [text.replace(" ", "T") for text in written]
    assert members == [["1", "2"], ["3"], ["3"]]


def test_an_instant_with_an_offset_is_sent_as_the_day_of_its_zone(tmp_path: Path) -> None:
    with values_shop(
        tmp_path,
        {"at": ["2000-02-29T23:00:00Z", "2024-06-30T22:00:00+00:00", "2024-03-09 18:30 -0500"]},
        attributes={"at": "{column: at, type: timestamp}"},
        segments={"march": "{attribute: at, month_of: 3}"},
        fields=FIELDS,
        zone="Europe/Paris",
    ) as shop:
        sent = shop.sent()
        march = shop.members("march")
        shown = shop.read("at")

    assert [one["BDAY"] for one in sent.values()] == ["03/01", "07/01", "03/10"]
    assert [one["DAY"] for one in sent.values()] == ["2000-03-01", "2024-07-01", "2024-03-10"]
    assert march == ["1", "3"]
    assert shown[0] == "2000-03-01T00:00:00+01:00"


def test_an_attribute_has_the_days_of_its_own_zone_in_fields_and_rules_alike(
    tmp_path: Path,
) -> None:
    columns = {"at": ["2024-03-01 23:30:00", "2024-02-29 22:00:00"]}
    columns["seen"] = columns["at"]
    with values_shop(
        tmp_path,
        columns,
        attributes={
            "at": "{column: at, type: timestamp, time_zone: America/New_York}",
            "seen": "{column: seen, type: timestamp, written_in: America/New_York}",
        },
        segments={
            "march": "{attribute: at, month_of: 3}",
            "first": "{attribute: at, on: 2024-03-01}",
            "seen_march": "{attribute: seen, month_of: 3}",
            "seen_second": "{attribute: seen, on: 2024-03-02}",
        },
        fields={"DAY": ("date", "at"), "SEEN": ("date", "seen")},
        zone="Europe/Paris",
    ) as shop:
        sent = shop.sent()
        members = [shop.members(name) for name in ("march", "first", "seen_march", "seen_second")]

    assert sent == {
        "p1": {"DAY": "2024-03-01", "SEEN": "2024-03-02"},
        "p2": {"DAY": "2024-02-29", "SEEN": "2024-03-01"},
    }
    assert members == [["1"], ["1"], ["1", "2"], ["1"]]


def test_a_zone_that_does_not_exist_is_refused_wherever_it_is_named(tmp_path: Path) -> None:
    with values_shop(
        tmp_path,
        {"at": ["2024-03-01"]},
        attributes={"at": "{column: at, type: timestamp, written_in: Europe/Pariss}"},
    ) as shop:
        checked = shop.segue("check")

    assert checked.code == 2
    assert "`Europe/Pariss` is not a time zone." in checked.err
