"""Counting a draft: everybody, who has an address, and each rule; of many profiles a part first, and the newest alone."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from segue.core.errors import BrokenOff
from segue.core.permit import Permit
from segue.engines.duckdb.profiles.glances import glancing
from segue.segments.compile import with_flags
from segue.segments.editing.checking import Checked, check
from segue.segments.editing.documents import draft_of
from segue.segments.rules import Segment as RuleSegment
from segue.service.building import declared_schema
from segue.service.configured import configured
from segue.service.counting import LARGE, count, examples_of, newest, values_of
from segue.service.readings import fitting_snapshot
from tests.control.stage import DEFINITION, data_folder, declared, read
from tests.fakes.clocks import START

LYON = {"attribute": "city", "is": "Lyon"}
AGREED = {"attribute": "opted_in", "is": True}
PARIS = {"attribute": "city", "is": "Paris"}


@pytest.fixture
def home(db: None, tmp_path: Path, settings: Any) -> Path:
    """Return the folder of an installation that has read six people in Lyon and four in Paris."""
    return _installed(tmp_path, settings, people=4)


@pytest.fixture
def crowd(db: None, tmp_path: Path, settings: Any) -> Path:
    """Return the folder of an installation with so many people that a part of them is counted first."""
    return _installed(tmp_path, settings, people=LARGE)


def _installed(folder: Path, settings: Any, *, people: int) -> Path:
    settings.SEGUE_HOME = folder / "home"
    text = DEFINITION.replace(
        "sources:", "sources:\n  orders: {type: csv, path: orders.csv}"
    ).replace(
        "segments:",
        "related:\n  orders: {source: orders, profile_key: customer, attributes: {total: {column: total, type: decimal}}}\nsegments:",
    )
    orders = (f"{1000 + number},{number % 10}" for number in range(people))
    (folder / "orders.csv").write_text("\n".join(["customer,total", *orders]), encoding="utf-8")
    declared(data_folder(folder, people=people), text=text)
    read(folder)
    return folder / "home"


def _checked(rule: dict[str, Any]) -> Checked:
    return check(draft_of(rule), declared_schema(), ["vip"])


def test_everybody_and_every_rule_are_counted_at_once(home: Path) -> None:
    checked = _checked({"any": [LYON, {"all": [PARIS, {"not": AGREED}]}]})

    found = count(1, checked, ["vip"], exactly=False, now=START)

    assert (found.people, found.reachable, found.profiles, found.is_rough) == (6, 6, 10, False)
    assert found.by_node == {"n1": 6, "n2": 6, "n3": 0, "n4": 4, "n5": 0}


def test_members_are_shown_masked(home: Path) -> None:
    found = count(1, _checked(LYON), [], exactly=False, now=START).examples

    assert found is not None
    assert [one.name for one in found.attributes] == ["email", "first_name", "last_name", "city"]
    assert found.rows[0] == ["1", "n•••@s•••.example", "N•••", "H•••", "Lyon"]
    assert len(found.rows) == 6


def test_a_draft_builds_on_other_segments(home: Path) -> None:
    checked = _checked({"except": [AGREED, {"segment": "vip"}]})

    found = count(1, checked, ["vip"], exactly=True, now=START)

    assert (found.people, found.by_node["n3"]) == (4, 6)


def test_of_many_profiles_a_part_is_counted_first_and_then_everybody(crowd: Path) -> None:
    checked = _checked({"all": [PARIS, {"related": "orders", "sum": "total", "at_least": 5}]})

    first = count(1, checked, [], exactly=False, now=START)
    again = count(1, checked, [], exactly=False, now=START)
    exact = count(1, checked, [], exactly=True, now=START)

    assert first == again
    assert (first.is_rough, exact.is_rough, exact.people) == (True, False, LARGE // 2)
    assert abs(first.people - LARGE // 2) < LARGE / 40
    assert first.examples is not None
    assert len(first.examples.rows) == 10


def test_members_that_a_count_of_many_does_not_hold_are_asked_for_alone(crowd: Path) -> None:
    checked = _checked({"all": [LYON, AGREED]})

    found = count(1, checked, [], exactly=True, now=START)
    shown = examples_of(1, checked, [], now=START)

    assert found.examples is None
    assert [row[1] for row in shown.rows][:2] == ["n•••@s•••.example", "o•••@s•••.example"]


def test_attributes_alone_are_counted_exactly_at_once(crowd: Path) -> None:
    found = count(1, _checked({"all": [PARIS, AGREED]}), [], exactly=False, now=START)

    assert (found.people, found.is_rough) == (LARGE, False)


def test_the_first_by_a_measure_are_not_counted_in_a_part(crowd: Path) -> None:
    checked = _checked({"top": {"number": 7, "related": "orders", "sum": "total"}})

    found = count(1, checked, [], exactly=False, now=START)

    assert (found.people, found.is_rough) == (7, False)


def test_a_part_holds_nobody_because_of_a_random_sample(crowd: Path) -> None:
    checked = _checked({"all": [{"sample": {"percent": 5}}, {"related": "orders", "exists": True}]})

    found = count(1, checked, [], exactly=False, now=START)

    assert found.is_rough
    assert abs(found.people - LARGE / 20) < LARGE / 60


def test_a_newer_count_of_a_draft_breaks_the_older_one_off(home: Path) -> None:
    with newest(1) as older, newest(2) as of_another:
        found = count(1, _checked(LYON), [], exactly=True, now=START)

        assert found.people == 6
        assert isinstance(older.reason, BrokenOff)
        assert of_another.reason is None


def test_what_is_broken_off_asks_nothing_more(home: Path) -> None:
    permit, snapshot, configuration = Permit(), fitting_snapshot(), configured()
    rule = _checked(LYON).rule
    assert rule is not None
    flagged = with_flags(
        [RuleSegment(name="all", rule=rule)],
        configuration.schema,
        as_of=START,
        time_zone="UTC",
        all_segments={},
    )

    def asked() -> Iterator[object]:
        with glancing(home, snapshot, configuration.schema, permit=permit) as glance:
            yield glance.counts(flagged)
            permit.revoke(BrokenOff("changed", action="wait", code="count_outdated"))
            yield glance.counts(flagged)

    answers = asked()
    assert next(answers) == {"all": 6}
    with pytest.raises(BrokenOff):
        next(answers)


def test_values_are_offered_with_their_counts_but_none_that_are_personal(home: Path) -> None:
    assert [(one.value, one.people) for one in values_of("", "city")] == [("Lyon", 6), ("Paris", 4)]
    assert values_of("", "first_name") == ()
    assert values_of("", "joined") == ()
    assert values_of("", "nothing") == ()
    assert values_of("nothing", "city") == ()
