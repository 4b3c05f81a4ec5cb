"""What no browser sends and no person types is answered calmly: never an error of ours, and never one of the database."""

from __future__ import annotations

from collections.abc import Mapping

import pytest
from django.urls import reverse

from tests.web.doors import Address, addresses
from tests.web.test_safe_methods import values_in
from tests.web.world import World

pytestmark = pytest.mark.django_db

MANY_DIGITS = "9" * 5_000
"""More than Python turns into a number. Source: sys.set_int_max_str_digits, 4300 by default."""

TEXT = [
    "search",
    "segment",
    "show",
    "sort",
    "page",
    "tab",
    "reason",
    "next",
    "text",
    "subject",
    "action",
    "kind",
    "pick",
]


@pytest.mark.parametrize("address", addresses(), ids=lambda address: address.name)
def test_the_sign_that_no_database_keeps_leads_to_nothing(world: World, address: Address) -> None:
    path = reverse(address.name, kwargs=dict(values_in(address, world)))
    texts = dict.fromkeys(TEXT, "a\0b")
    browser = world.browser("administrator")

    statuses = {browser.get(path, texts).status_code, browser.post(path, texts).status_code}

    assert statuses == {404}


@pytest.mark.parametrize("name", ["source", "segment", "segment-switch", "segment-members"])
def test_neither_does_it_in_a_name(world: World, name: str) -> None:
    answer = world.browser("administrator").get(reverse(name, kwargs={"name": "a\0b"}))

    assert answer.status_code == 404


def test_a_key_of_thousands_of_digits_is_nobodys(world: World) -> None:
    browser = world.browser("contributor")

    statuses = [
        browser.post(path, {"export": MANY_DIGITS}).status_code
        for path in ("/exports/estimate/", "/exports/audience/")
    ]

    assert statuses == [404, 404]


def test_a_day_of_thousands_of_digits_is_no_day(world: World) -> None:
    sent = {"pick": world.export.pk, "is_on": "on", "every": "monthly", "times": "06:00"}

    answer = world.browser("contributor").post(
        "/exports/schedule/", {**sent, "time_zone": "UTC", "month_days": MANY_DIGITS}
    )

    assert answer.status_code == 422


@pytest.mark.parametrize(
    "days", [{"until": "9999-12-31"}, {"since": "0001-01-01"}, {"until": "0001-01-01"}]
)
@pytest.mark.parametrize("zone", ["Pacific/Kiritimati", "Pacific/Pago_Pago"])
def test_the_audit_log_is_asked_for_days_at_the_end_of_time(
    world: World, days: Mapping[str, str], zone: str
) -> None:
    alice = world.people["administrator"]
    type(alice).objects.filter(pk=alice.pk).update(time_zone=zone)

    answers = [world.browser("administrator").get(path, days) for path in ("/system/audit/", "/system/audit.csv")]  # fmt: skip

    assert [answer.status_code for answer in answers] == [200, 200]


def test_an_export_may_choose_among_hundreds_of_segments(world: World) -> None:
    tags = {f"tag-segment{number}": f"Tag {number}" for number in range(2_000)}

    answer = world.browser("contributor").post("/exports/estimate/", tags)

    assert answer.status_code == 200
