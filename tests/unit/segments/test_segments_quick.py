"""What a quick segment offers, and the ordinary rule that a choice makes: every one can be read as a rule."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from segue.profiles.schema import AttributeType
from segue.segments.parse import parse_rule
from segue.segments.quick import BY_TYPE, By, bounds, last_months, quick_rule
from tests.unit.segments.segment_schema import SCHEMA

TEXT, LIST, YES_NO = AttributeType.TEXT, AttributeType.LIST, AttributeType.BOOLEAN
INTEGER, DATE, BIRTHDAY = AttributeType.INTEGER, AttributeType.DATE, AttributeType.BIRTHDAY


@pytest.mark.parametrize(
    ("attribute", "kind", "by", "ids", "rule"),
    [
        ("country", TEXT, By.VALUES, ["Pérou"], {"attribute": "country", "is": "Pérou"}),
        ("country", TEXT, By.VALUES, ["a", "b"], {"attribute": "country", "any_of": ["a", "b"]}),
        ("visits", INTEGER, By.VALUES, ["3"], {"attribute": "visits", "is": "3"}),
        ("opted_in", YES_NO, By.VALUES, ["false"], {"attribute": "opted_in", "is": False}),
        (
            "opted_in",
            YES_NO,
            By.VALUES,
            ["true", "false"],
            {"attribute": "opted_in", "is_blank": False},
        ),
        ("tags", LIST, By.VALUES, ["vip"], {"attribute": "tags", "has_any_of": ["vip"]}),
        (
            "visits",
            INTEGER,
            By.PERCENTILES,
            ["at_least 7"],
            {"attribute": "visits", "at_least": "7"},
        ),
        (
            "visits",
            INTEGER,
            By.PERCENTILES,
            ["at_least 7", "less_than 2"],
            {"any": [{"attribute": "visits", "at_least": "7"}, {"attribute": "visits", "less_than": "2"}]},
        ),
        (
            "birthday",
            DATE,
            By.MONTHS,
            ["2024-02"],
            {"attribute": "birthday", "between": ["2024-02-01", "2024-02-29"]},
        ),
        ("born", BIRTHDAY, By.CALENDAR_MONTHS, ["2", "12"], {"attribute": "born", "month_of": [2, 12]}),
    ],
)  # fmt: skip
def test_a_choice_makes_an_ordinary_rule(
    attribute: str, kind: AttributeType, by: By, ids: Sequence[str], rule: dict[str, Any]
) -> None:
    made = quick_rule(attribute, kind, by, ids)

    assert made == rule
    assert parse_rule(made, SCHEMA, "rules")[1] == ()


@pytest.mark.parametrize(
    ("kind", "by", "ids"),
    [
        (TEXT, By.VALUES, []),
        (TEXT, By.MONTHS, ["2026-01"]),
        (DATE, By.MONTHS, ["2026-13"]),
        (DATE, By.MONTHS, ["0999-01"]),
        (DATE, By.MONTHS, ["2026-01", "nonsense"]),
        (DATE, By.CALENDAR_MONTHS, ["x"]),
        (INTEGER, By.PERCENTILES, ["is 7"]),
    ],
)
def test_what_was_never_offered_makes_no_rule(
    kind: AttributeType, by: By, ids: Sequence[str]
) -> None:
    assert quick_rule("a", kind, by, ids) is None


def test_every_type_can_be_looked_at() -> None:
    assert set(BY_TYPE) == set(AttributeType)


def test_equal_limits_are_offered_once_and_the_highest_first() -> None:
    values = {10: Decimal(0), 25: Decimal(0), 50: Decimal(5), 75: Decimal(9), 90: Decimal(9)}

    assert [(one.id, one.percent) for one in bounds(values)] == [
        ("at_least 9", 10),
        ("at_least 5", 50),
        ("less_than 5", 50),
        ("less_than 0", 25),
    ]


def test_months_go_back_two_years_from_this_one() -> None:
    months = last_months(date(2026, 3, 31))

    assert (months[0], months[3], months[-1], len(months)) == ("2026-03", "2025-12", "2024-04", 24)
